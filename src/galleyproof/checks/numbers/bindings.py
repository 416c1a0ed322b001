"""What the names of a chapter's code may stand for, gathered without running it.

Scopes are not told apart: a name stands for everything that was ever bound to it. That
finds more than would be printed, and misses nothing that is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from galleyproof.checks.numbers import sinks
from galleyproof.checks.numbers.code import Region


@dataclass(frozen=True, slots=True)
class Bound:
    """An expression that a name may stand for."""

    node: ast.expr
    region: Region
    index: int | None = None
    """Which part of each element of it, where it was taken apart."""


class Bindings:
    """Names, the expressions bound to them, and the functions so called."""

    def __init__(self, trees: Iterable[tuple[ast.AST, Region]]) -> None:
        self.names: dict[str, list[Bound]] = {}
        self.functions: dict[str, list[tuple[ast.FunctionDef, Region]]] = {}
        nodes = [(node, region) for tree, region in trees for node in ast.walk(tree)]
        for node, region in nodes:
            self._bind(node, region)
        for node, region in nodes:
            if isinstance(node, ast.Call):
                self._call_binds(node, region)

    def of(self, name: str) -> list[Bound]:
        """Return what a name may stand for."""
        return self.names.get(name, [])

    def _bind(self, node: ast.AST, region: Region) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._target(target, node.value, region)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.AugAssign):
            if node.value is not None:
                self._target(node.target, node.value, region)
        elif isinstance(node, ast.For | ast.comprehension):
            self._loop(node.target, node.iter, region)
        elif isinstance(node, ast.FunctionDef):
            self._defaults(node.args, region)
            self.functions.setdefault(node.name, []).append((node, region))

    def _defaults(self, arguments: ast.arguments, region: Region) -> None:
        """Bind parameters to their default values."""
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = arguments.defaults
        for parameter, value in zip(
            positional[len(positional) - len(defaults) :], defaults, strict=True
        ):
            self._add(parameter.arg, Bound(value, region))
        for parameter, keyed in zip(
            arguments.kwonlyargs, arguments.kw_defaults, strict=True
        ):
            if keyed is not None:
                self._add(parameter.arg, Bound(keyed, region))

    def _target(self, target: ast.expr, value: ast.expr, region: Region) -> None:
        if isinstance(target, ast.Name):
            self._add(target.id, Bound(value, region))
        elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
            self._add(target.value.id, Bound(value, region))
            self._add(target.value.id, Bound(target.slice, region))
        elif isinstance(target, ast.Tuple | ast.List):
            parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
            for part, element in zip(target.elts, parts, strict=False):
                self._target(part, element, region)

    def _loop(self, target: ast.expr, source: ast.expr, region: Region) -> None:
        if isinstance(target, ast.Name):
            self._add(target.id, Bound(source, region))
        elif isinstance(target, ast.Tuple):
            for index, part in enumerate(target.elts):
                if isinstance(part, ast.Name):
                    self._add(part.id, Bound(source, region, index))

    def _call_binds(self, node: ast.Call, region: Region) -> None:
        """Bind parameters to arguments, and containers to what is put into them."""
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            if function.attr in sinks.GROWING:
                for argument in node.args:
                    self._add(function.value.id, Bound(argument, region))
            return
        if not isinstance(function, ast.Name):
            return
        for definition, _ in self.functions.get(function.id, ()):
            self._arguments(definition.args, node, region)

    def _arguments(
        self, parameters: ast.arguments, node: ast.Call, region: Region
    ) -> None:
        """Bind the parameters of a function to the arguments of one call."""
        positional = [a.arg for a in (*parameters.posonlyargs, *parameters.args)]
        named = {*positional, *(a.arg for a in parameters.kwonlyargs)}
        for name, argument in zip(positional, node.args, strict=False):
            self._add(name, Bound(argument, region))
        if parameters.vararg is not None:
            for argument in node.args[len(positional) :]:
                self._add(parameters.vararg.arg, Bound(argument, region))
        for keyword in node.keywords:
            if keyword.arg in named:
                self._add(str(keyword.arg), Bound(keyword.value, region))
            elif parameters.kwarg is not None:
                self._add(parameters.kwarg.arg, Bound(keyword.value, region))

    def _add(self, name: str, bound: Bound) -> None:
        self.names.setdefault(name, []).append(bound)


def taken(bound: Bound) -> Iterable[ast.expr]:
    """Return what a name stands for: all of an expression, or one part of each."""
    node = bound.node
    if bound.index is None:
        return [node]
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [
            element.elts[bound.index]
            for element in node.elts
            if isinstance(element, ast.Tuple | ast.List)
            and bound.index < len(element.elts)
        ]
    if isinstance(node, ast.Call):
        return _taken_of_call(node, bound.index)
    return []


def _taken_of_call(node: ast.Call, index: int) -> Iterable[ast.expr]:
    """Return one part of what `items`, `zip` or `enumerate` yield."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "items":
        return [node.func.value]
    name = sinks.name_of(node.func)
    if name == "zip" and index < len(node.args):
        return [node.args[index]]
    if name == "enumerate" and index == 1 and node.args:
        return [node.args[0]]
    return []
