"""Conditions of claims that lose values without losing their truth.

`a < b and c < d` is `c < d` where the first half is true: the claim would be as true as
its author meant, and know half of its values. Neither `claim` nor a condition can see
that afterwards, so the code is read before it runs. Followed is what conditions are
written with: the argument `when`, `all_of` and `any_of`, `&`, `|`, `~`, and names that
a cell of the same chapter assigns.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.qmd.model import Cell, Chapter, InlineCode
from galleyproof.spans import Span

_CLAIM = "claim("
_JOINING = frozenset({"all_of", "any_of"})
_PARTS: dict[type[ast.expr], tuple[str, ...]] = {
    ast.BinOp: ("left", "right"),
    ast.UnaryOp: ("operand",),
    ast.IfExp: ("body", "orelse"),
    ast.List: ("elts",),
    ast.Tuple: ("elts",),
    ast.GeneratorExp: ("elt",),
    ast.ListComp: ("elt",),
    ast.Starred: ("value",),
    ast.NamedExpr: ("value",),
}
_HINTS = {
    "and": "join conditions with `&`, each comparison in brackets: `(a < b) & (c < d)`",
    "or": "join conditions with `|`, each comparison in brackets: `(a < b) | (c < d)`",
    "not": "turn a condition with `~`, in brackets: `~(a < b)`",
    "chain": "write two conditions, `(a < b) & (b < c)`, or `rising(a, b, c)`",
}


def check(chapters: Sequence[Chapter]) -> Iterator[Diagnostic]:
    """Find `and`, `or`, `not` and chains where a claim needs a whole condition."""
    for chapter in chapters:
        if _CLAIM in chapter.source.text:
            yield from _check_chapter(chapter)


def claims(chapters: Sequence[Chapter]) -> Iterator[tuple[Span, str]]:
    """Yield each claim whose words stand in the code, and its place, in order."""
    for chapter in chapters:
        if _CLAIM not in chapter.source.text:
            continue
        found = [
            (code.place(node), node.args[0].value)
            for code in _pieces(chapter)
            if code.claims
            for node in ast.walk(code.tree)
            if isinstance(node, ast.Call)
            and _name(node.func) == "claim"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ]
        yield from sorted(found)


@dataclass(slots=True)
class _Code:
    """A piece of Python, and where its nodes stand."""

    tree: ast.AST
    place: Callable[[ast.expr], Span]
    claims: bool
    """Whether there may be a claim in it."""


@dataclass(slots=True)
class _Reading:
    """What a chapter assigns, and what has been looked at."""

    assigned: Mapping[str, Sequence[tuple[ast.expr, _Code]]]
    seen: set[int] = field(default_factory=set)

    def losses(self, expression: ast.expr, code: _Code) -> Iterator[Diagnostic]:
        """Follow an expression to what loses a value."""
        if id(expression) in self.seen:
            return
        self.seen.add(id(expression))
        if lost := _lost(expression):
            yield _finding(expression, lost, code)
            return
        if isinstance(expression, ast.Name):
            for each, where in self.assigned.get(expression.id, ()):
                yield from self.losses(each, where)
        for part in _parts(expression):
            yield from self.losses(part, code)


def _check_chapter(chapter: Chapter) -> Iterator[Diagnostic]:
    pieces = list(_pieces(chapter))
    assigned: dict[str, list[tuple[ast.expr, _Code]]] = {}
    for code in pieces:
        for name, value in _assignments(code.tree):
            assigned.setdefault(name, []).append((value, code))
    reading = _Reading(assigned)
    for code in (code for code in pieces if code.claims):
        for node in ast.walk(code.tree):
            if isinstance(node, ast.Call) and _name(node.func) == "claim":
                for keyword in node.keywords:
                    if keyword.arg == "when":
                        yield from reading.losses(keyword.value, code)


def _pieces(chapter: Chapter) -> Iterator[_Code]:
    for cell in (c for c in chapter.cells if c.language == "python"):
        with suppress(SyntaxError, ValueError):  # told when it runs
            tree = ast.parse(cell.code)
            yield _Code(tree, _in_cell(chapter, cell), _CLAIM in cell.code)
    for inline in (i for i in chapter.inlines if i.language == "python"):
        if _CLAIM not in inline.expression:  # it assigns nothing either
            continue
        with suppress(SyntaxError, ValueError):
            yield _Code(
                ast.parse(inline.expression.strip(), mode="eval"),
                _in_text(inline),
                claims=True,
            )


def _in_cell(chapter: Chapter, cell: Cell) -> Callable[[ast.expr], Span]:
    def place(node: ast.expr) -> Span:
        line = cell.code_span.line + node.lineno - 1
        ran = cell.code.split("\n")[node.lineno - 1]
        cut = len(chapter.source.line(line)) - len(ran)
        column = len(ran.encode()[: node.col_offset].decode("utf-8", "ignore"))
        return Span(path=chapter.path, line=line, column=column + max(0, cut) + 1)

    return place


def _in_text(inline: InlineCode) -> Callable[[ast.expr], Span]:
    return lambda _: inline.span


def _assignments(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _pairs(target, node.value)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, its)


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the conditions that an expression is made of."""
    if isinstance(node, ast.Call):
        yield from node.args if _name(node.func) in _JOINING else ()
        return
    for name in _PARTS.get(type(node), ()):
        held = getattr(node, name)
        yield from held if isinstance(held, list) else [held]


def _lost(node: ast.expr) -> str:
    """Say in which way an expression loses values; empty where it does not."""
    if isinstance(node, ast.BoolOp):
        return "and" if isinstance(node.op, ast.And) else "or"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return "not"
    return "chain" if isinstance(node, ast.Compare) and len(node.ops) > 1 else ""


def _finding(node: ast.expr, lost: str, code: _Code) -> Diagnostic:
    what = "a chain of comparisons" if lost == "chain" else f"`{lost}`"
    return Diagnostic(
        code=Code.CLAIM_BOUND,
        span=code.place(node),
        message=f"{what} hides values from the claim: `{ast.unparse(node)}`",
        hint=_HINTS[lost],
    )


def _name(function: ast.expr) -> str:
    """Return the last part of what is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
