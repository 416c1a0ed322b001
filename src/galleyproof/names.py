"""Which names a piece of Python reads from what ran before it.

Owns the question, not its answer's meaning: code goes in, names come out. Where code
can reach names that cannot be seen in it (`eval`, `globals()`, a magic), the answer is
None: all of them. A name that the code always binds before it reads it is not read.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, replace

_REACHES_ALL = frozenset(
    {"eval", "exec", "globals", "locals", "vars", "dir", "get_ipython", "__import__"}
)
_FRAMES = frozenset(
    {"_getframe", "currentframe", "user_ns", "__globals__", "f_globals"}
)
_LOOKS_INTO_TEXT = frozenset({"query", "eval"})
"""Methods of pandas whose text may name variables of the caller: `@limit`."""
_LOOKS_INTO_CALLER = frozenset({"from_formula", "dmatrix", "dmatrices", "sql"})
"""Functions whose text may name any variable of the caller."""
_FORMULAS = ("statsmodels.formula", "patsy", "formulaic", "numexpr")
"""Libraries of which every function may do so."""
REACHING = _REACHES_ALL | _FRAMES | _LOOKS_INTO_TEXT | _LOOKS_INTO_CALLER
"""Names in a function by which it may reach any variable."""
HISTORY = frozenset({"_", "__", "___", "_i", "_ii", "_iii", "_ih", "_oh", "In", "Out"})
"""Where IPython keeps what cells were and gave, in the order in which they ran."""
MODULE = "module "
"""Begins what stands for an imported module, which may be one of the project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of a piece of code."""

    read: frozenset[str] | None
    """Names that it may read; None: any. Built-in functions are among them: whoever
    asks knows which names are bound. One that is bound on some ways only counts as
    read, since it may keep what it was."""
    bound: frozenset[str]
    """Names that it may bind itself."""
    calls: bool
    """Whether it calls anything, or could."""

    @property
    def if_it_may_stop(self) -> Names:
        """The names of the same code where it may fail half-way: nothing is sure."""
        if self.read is None:
            return self
        return replace(self, read=self.read | self.bound)


def of(code: str) -> Names:
    """Return the names of a cell or of an expression.

    Code that Python cannot parse, such as a cell with magics, may read anything.
    """
    try:
        return of_tree(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Names(read=None, bound=frozenset(), calls=True)


def of_tree(tree: ast.AST) -> Names:
    """Return the names of parsed code."""
    reader = _Reader()
    reader.visit(tree)
    maybe = reader.stored - reader.surely_bound
    return Names(
        read=None if reader.unknown else frozenset(reader.found | maybe),
        bound=frozenset(reader.stored),
        calls=reader.calls,
    )


class _Reader(ast.NodeVisitor):
    """Walks code in the order in which it runs, and knows what is surely bound."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.unknown = False
        self.calls = False
        self.stored: set[str] = set()
        self._bound: set[str] = set()
        self._enclosing: set[str] | None = None
        """In the body of a class: what is bound around it."""

    @property
    def surely_bound(self) -> set[str]:
        """The names that are bound on every way."""
        return self._bound

    def _bind(self, name: str) -> None:
        self._bound.add(name)
        self.stored.add(name)

    # Names ---------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read(node.id)
        elif isinstance(node.ctx, ast.Del):
            self._read(node.id)
            self._bound.discard(node.id)
        else:
            self._bind(node.id)

    def _read(self, name: str) -> None:
        if name not in self._bound:
            self.found.add(name)
            self.unknown |= name in _REACHES_ALL

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.unknown |= node.attr in _FRAMES
        self.unknown |= node.attr in _LOOKS_INTO_CALLER
        self.unknown |= node.attr == "modules" and _is_name(node.value, "sys")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        self.calls = True
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in _LOOKS_INTO_TEXT:
            self.unknown |= not _is_plain_text(node.args[:1])
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.visit(node.target)

    # Statements that bind ----------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        self._all(node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._read(node.target.id)
        self.visit(node.value)
        self.visit(node.target)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._import(alias.name)
            self._bind(alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        for alias in node.names:
            # What a star brings is known only to Python.
            self.unknown |= alias.name == "*"
            self._import(f"{base}.{alias.name}")
            self.unknown |= alias.name in _LOOKS_INTO_CALLER
            self._bind(alias.asname or alias.name)

    def _import(self, name: str) -> None:
        """Read a module and the packages that it is in; they may be loaded already."""
        self.unknown |= name.startswith(("__main__", *_FORMULAS))
        while name:
            self.found.add(MODULE + name)
            name = name.rpartition(".")[0]

    # Branches: what one of them binds is not surely bound ----------------------------

    def _branch(self, nodes: Iterable[ast.AST]) -> None:
        before = set(self._bound)
        self._all(nodes)
        self._bound &= before

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._branch(node.body)
        self._branch(node.orelse)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        self._branch([node.body])
        self._branch([node.orelse])

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self.visit(node.values[0])
        self._branch(node.values[1:])

    def visit_With(self, node: ast.With | ast.AsyncWith) -> None:
        self._all(node.items)
        # `suppress` and its like may end the body anywhere.
        self._branch(node.body)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        self.visit_With(node)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._branch(node.body)
        self._branch(node.orelse)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self._branch([node.target, *node.body])
        self._branch(node.orelse)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        self._branch([*node.body, *node.orelse])
        for handler in node.handlers:
            self._branch([handler])
        self._all(node.finalbody)

    def visit_TryStar(self, node: ast.TryStar) -> None:
        self.visit_Try(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        if node.name:
            self._bind(node.name)
        self._all(node.body)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            self._branch([case])

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.generic_visit(node)
        if node.name:
            self._bind(node.name)

    # Scopes of their own -------------------------------------------------------------

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        arguments = node.args
        self._all(node.decorator_list)
        given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        given += filter(None, [arguments.vararg, arguments.kwarg])
        self._all(filter(None, [*(one.annotation for one in given), node.returns]))
        self._all([*arguments.defaults, *filter(None, arguments.kw_defaults)])
        self._scope(node.body, arguments, also={node.name})
        self._bind(node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        arguments = node.args
        self._all([*arguments.defaults, *filter(None, arguments.kw_defaults)])
        self._scope([node.body], arguments)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._all([*node.decorator_list, *node.bases, *node.keywords])
        self._class_body(node.body)
        self._bind(node.name)

    def _class_body(self, body: Iterable[ast.AST]) -> None:
        """Visit what a class reads when it is made; what it binds is its own."""
        local = _Reader()
        local._bound = set(self._bound)
        local._enclosing = set(self._visible)
        local._all(body)
        self._take(local)

    @property
    def _visible(self) -> set[str]:
        """What a function finds bound: what its class binds is not among it."""
        return self._bound if self._enclosing is None else self._enclosing

    def _scope(
        self,
        body: Iterable[ast.AST],
        arguments: ast.arguments,
        also: Iterable[str] = (),
    ) -> None:
        """Visit what a function may read whenever it is called."""
        local = _Reader()
        local._bound = {*self._visible, *also, *_parameters(arguments)}
        local._all(body)
        self._take(local)

    def _take(self, local: _Reader) -> None:
        self.found |= local.found
        self.unknown |= local.unknown
        self.calls |= local.calls

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> None:
        before, stored = set(self._bound), set(self.stored)
        for part in node.generators:
            self.visit(part.iter)
            self.visit(part.target)
            self._all(part.ifs)
        if isinstance(node, ast.DictComp):
            self._all([node.key, node.value])
        else:
            self.visit(node.elt)
        # What `:=` binds in here is bound outside; where, does not matter.
        inner = {
            n.id
            for p in node.generators
            for n in ast.walk(p.target)
            if isinstance(n, ast.Name)
        }
        self.stored = stored | (self.stored - inner)
        self._bound = before

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node)

    def _all(self, nodes: Iterable[ast.AST]) -> None:
        for node in nodes:
            self.visit(node)


def _parameters(arguments: ast.arguments) -> set[str]:
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    given += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return {one.arg for one in given}


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_plain_text(arguments: list[ast.expr]) -> bool:
    """Say whether a query's text is there to be read, and names no variable."""
    if not arguments or not isinstance(arguments[0], ast.Constant):
        return False
    return "@" not in str(arguments[0].value)
