"""Code that sets something in a library, beside its variables.

`math.pi = 3` and `logging.basicConfig()` bind no name, and change what later cells do.
Some settings are compared before and after (`ambient`); of the others it is told by the
code that it sets them. What such code was counts as an input of all that follows, and
the next chapter gets a new process.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType

_SETTERS = frozenset({"setattr", "delattr"})
_COMPARED = frozenset({"environ", "options", "path", "rcParams"})
"""Settings that `ambient` compares."""
_HARMLESS = frozenset(
    {"IPython", "galleyproof", "matplotlib", "mpl_toolkits", "numpy", "pandas"}
    | {"pytest", "scipy", "seaborn", "statsmodels"}
)
"""Libraries whose functions set nothing but what is compared or drawn."""
_STANDARD = frozenset({"builtins", "codecs", "csv", "logging", "socket", "sys"})
"""Modules of Python whose functions may set something."""


def sets_something(
    tree: ast.AST, held: Mapping[str, object], is_own: Callable[[str], bool]
) -> bool:
    """Say whether code sets something in a library, or asks IPython for something.

    `held` are the variables after it ran; `is_own` tells the project's modules.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "get_ipython":
            return True
        targets = list(_targets(node))
        if any(_is_library(target, held, is_own) for target in targets):
            return True
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            function = node.value.func
            if _is_library(function, held, is_own) and _may_set(function, held):
                return True
    return False


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a node sets other than names."""
    if isinstance(node, ast.Attribute | ast.Subscript):
        if not isinstance(node.ctx, ast.Load):
            yield node
    elif isinstance(node, ast.Call) and _chain(node.func)[0] in _SETTERS:
        yield from node.args[:1]


def _chain(node: ast.AST) -> tuple[str, set[str]]:
    """Return the name that an expression begins with, and its attributes."""
    attributes = set()
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute):
            attributes.add(node.attr)
        node = node.value
    return (node.id if isinstance(node, ast.Name) else ""), attributes


def _is_library(
    node: ast.AST, held: Mapping[str, object], is_own: Callable[[str], bool]
) -> bool:
    name, attributes = _chain(node)
    if attributes & _COMPARED:
        return False
    module = _module(held.get(name))
    return module not in ("", "__main__") and not is_own(module)


def _module(item: object) -> str:
    """Return the module that something is, or that defines it."""
    if isinstance(item, ModuleType):
        return item.__name__
    if isinstance(item, type) or callable(item):
        return str(getattr(item, "__module__", "") or "")
    return ""


def _may_set(function: ast.AST, held: Mapping[str, object]) -> bool:
    item = held.get(_chain(function)[0])
    top = _module(item).partition(".")[0]
    if top in sys.stdlib_module_names:
        return top in _STANDARD and isinstance(item, ModuleType)
    return top not in _HARMLESS
