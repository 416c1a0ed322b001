"""Which strings and numbers of a chapter's code reach the page, without running it.

From what shows something (`table`, `figure`, `print`, a label on an axis, the value of
a cell's last line, an inline expression) back to the literals that it is made of,
through names, functions, containers and string methods. What cannot be followed is
taken for computed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from galleyproof.checks.numbers import sinks
from galleyproof.checks.numbers.bindings import Bindings, taken
from galleyproof.checks.numbers.code import Region, cell_region, parse, part_of
from galleyproof.checks.numbers.passages import (
    BLANK,
    Kind,
    Passage,
    markdown_passage,
)
from galleyproof.checks.numbers.strings import Literal, read_literal
from galleyproof.qmd.model import Cell, Chapter, InlineCode

_NAME_LIKE = re.compile(r"(?=.*[A-Za-z])[\w./:\\-]+$")
_BEGINS_WITH_NUMBER = re.compile(r"[-+.]?\d+(?:[.,]\d+)?[-–]?[a-z]*$")
_FIELD = re.compile(r"\{(?![.#])[\w.\[\]]*(?:![rsa])?(?::[^{}]*)?\}")
_CONVERSION = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgGcrs]|%(?=%)")


def shown_by_code(chapter: Chapter) -> list[Passage]:
    """Return the texts that the chapter's code shows, in order of place."""
    if not chapter.cells and not chapter.inlines:
        return []
    return sorted(_Flow(chapter).run(), key=lambda passage: passage.pieces)


@dataclass(frozen=True, slots=True)
class _Reached:
    """An expression whose value is shown."""

    node: ast.expr
    region: Region
    kind: Kind
    numeric: bool
    """Whether a bare number in it is shown too."""


class _Flow:
    def __init__(self, chapter: Chapter) -> None:
        self.chapter = chapter
        self.found: list[Passage] = []
        self.inlines = {(i.start, i.end) for i in chapter.inlines}
        self.waiting: list[_Reached] = []
        self.seen: set[tuple[int, bool]] = set()
        self.trees: list[ast.AST] = []
        """Nodes are known by identity, so their trees must outlive the walk."""
        self.cells = [
            (cell, region, tree)
            for cell in chapter.cells
            if cell.language == "python"
            for region in [cell_region(chapter, cell)]
            for tree in [parse(region.text)]
            if tree is not None
        ]
        self.bindings = Bindings((tree, region) for _, region, tree in self.cells)

    def run(self) -> list[Passage]:
        for cell, region, tree in self.cells:
            self._cell(cell, region, tree)
        for inline in self.chapter.inlines:
            if inline.language == "python":
                self._inline(inline)
        while self.waiting:
            self._follow(self.waiting.pop())
        return self.found

    # What is shown --------------------------------------------------------------------

    def _cell(self, cell: Cell, region: Region, tree: ast.Module) -> None:
        silent = self._is_silent(cell)
        drawn = not silent or "savefig" in cell.code
        for statement in tree.body:
            inside = isinstance(statement, ast.FunctionDef | ast.ClassDef)
            for node in ast.walk(statement):
                is_output = sinks.is_output(node)
                shown = (not silent or inside) if is_output else (drawn or inside)
                if isinstance(node, ast.Call) and shown:
                    self._sink(node, region)
        last = tree.body[-1] if tree.body else None
        if not silent and isinstance(last, ast.Expr) and not _ends_silent(cell.code):
            self._reach(_Reached(last.value, region, Kind.STRING, False))

    def _is_silent(self, cell: Cell) -> bool:
        """Say whether nothing that a cell puts out reaches the page."""
        if cell.options.eval is False:
            return True
        settings = self.chapter.front_matter.values.get("execute")
        defaults = settings if isinstance(settings, Mapping) else {}
        for name, own in (
            ("include", cell.options.include),
            ("output", cell.options.output),
        ):
            value = defaults.get(name) if own is None else own
            if value is False:
                return True
        return False

    def _inline(self, inline: InlineCode) -> None:
        start = inline.expression_start
        tree = parse(inline.expression)
        if tree is None or len(tree.body) != 1:
            return
        only = tree.body[0]
        if isinstance(only, ast.Expr):
            self.trees.append(tree)
            region = Region(
                inline.expression, lambda at: start + at, (inline.start, inline.end)
            )
            self._reach(_Reached(only.value, region, Kind.INLINE, True))
            for node in ast.walk(only):
                if isinstance(node, ast.Call):
                    self._sink(node, region)

    def _sink(self, node: ast.Call, region: Region) -> None:
        for argument, kind, numeric in sinks.shown_arguments(node):
            self._reach(_Reached(argument, region, kind, numeric))

    # From what is shown to what it is made of -----------------------------------------

    def _reach(self, reached: _Reached) -> None:
        key = (id(reached.node), reached.numeric)
        if key not in self.seen:
            self.seen.add(key)
            self.waiting.append(reached)

    def _part(
        self,
        of: _Reached,
        node: ast.expr,
        region: Region | None = None,
        *,
        numeric: bool | None = None,
    ) -> None:
        """Reach an expression that another one is made of."""
        self._reach(
            _Reached(
                node,
                of.region if region is None else region,
                of.kind,
                of.numeric if numeric is None else numeric,
            )
        )

    def _follow(self, reached: _Reached) -> None:
        node = reached.node
        if isinstance(node, ast.Constant | ast.UnaryOp):
            self._constant(reached)
        elif isinstance(node, ast.JoinedStr):
            self._formatted(reached, node)
        elif isinstance(node, ast.BinOp):
            self._operation(reached, node)
        elif isinstance(node, ast.Call):
            self._call(reached, node)
        elif isinstance(node, ast.Name):
            self._name(reached, node.id)
        elif isinstance(node, ast.Subscript):
            self._values(reached, node.value)
        else:
            for part in _parts(node):
                self._part(reached, part)

    def _name(self, reached: _Reached, name: str) -> None:
        for bound in self.bindings.of(name):
            for part in taken(bound):
                self._part(reached, part, bound.region)

    def _constant(self, reached: _Reached) -> None:
        if _is_string(reached.node):
            self._string(reached, reached.node, _FIELD)
        else:
            self._number(reached)

    def _number(self, reached: _Reached) -> None:
        """Report a number that is shown as it was typed."""
        if not reached.numeric or not _is_typed_number(reached.node):
            return
        region = reached.region
        start, end = region.positions(reached.node)
        self.found.append(
            Passage(
                kind=self._kind(reached),
                source=self.chapter.source,
                text=region.text[start:end],
                pieces=tuple(
                    (at - start, region.offset(at)) for at in range(start, end)
                ),
                around=region.around,
                numeric=True,
            )
        )

    def _formatted(self, reached: _Reached, node: ast.JoinedStr) -> None:
        literal = self._string(reached, node, None)
        for start, end in literal.expressions:
            inner = part_of(reached.region, start, end)
            tree = parse(inner.text)
            if tree and tree.body and isinstance(tree.body[0], ast.Expr):
                self.trees.append(tree)
                self._part(reached, tree.body[0].value, inner, numeric=True)

    def _operation(self, reached: _Reached, node: ast.BinOp) -> None:
        if _is_typed_number(node):
            self._number(reached)
        elif isinstance(node.op, ast.Mod) and _is_string(node.left):
            self._string(reached, node.left, _CONVERSION)
            self._part(reached, node.right, numeric=True)
        elif isinstance(node.op, ast.Add | ast.BitOr):
            self._part(reached, node.left, numeric=False)
            self._part(reached, node.right, numeric=False)
        elif isinstance(node.op, ast.Mult):
            for side in (node.left, node.right):
                if isinstance(side, ast.Constant | ast.JoinedStr | ast.List):
                    self._part(reached, side, numeric=False)

    def _call(self, reached: _Reached, node: ast.Call) -> None:
        name = sinks.name_of(node.func)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(node.func, ast.Attribute):
            if self._method(reached, node.func, arguments):
                return
        elif isinstance(node.func, ast.Name):
            self._returned(reached, name)
        if name in sinks.TRANSPARENT:
            for argument in arguments:
                self._part(reached, argument)
        elif name in sinks.FIRST_ARGUMENT and node.args:
            self._part(reached, node.args[0], numeric=reached.numeric or name == "str")

    def _method(
        self, reached: _Reached, method: ast.Attribute, arguments: list[ast.expr]
    ) -> bool:
        """Reach what a method of a string or a mapping returns; say if it is one."""
        if method.attr in sinks.STRING_METHODS:
            self._part(reached, method.value, numeric=False)
            if method.attr in sinks.WITH_ARGUMENTS:
                for argument in arguments:
                    self._part(reached, argument, numeric=method.attr == "format")
            return True
        if method.attr == "get":
            self._values(reached, method.value)
            for argument in arguments[1:]:
                self._part(reached, argument)
            return True
        return False

    def _returned(self, reached: _Reached, name: str) -> None:
        """Reach what a function of the chapter returns."""
        for definition, home in self.bindings.functions.get(name, ()):
            for inner in ast.walk(definition):
                if isinstance(inner, ast.Return | ast.Yield) and inner.value:
                    self._part(reached, inner.value, home)

    def _values(self, reached: _Reached, node: ast.expr) -> None:
        """Reach the values of a mapping, not its keys, which only look them up."""
        held = [(node, reached.region)]
        if isinstance(node, ast.Name):
            held = [(bound.node, bound.region) for bound in self.bindings.of(node.id)]
        for one, region in held:
            if isinstance(one, ast.Dict):
                for value in one.values:
                    self._part(reached, value, region)
            elif isinstance(one, ast.List | ast.Tuple | ast.Constant | ast.JoinedStr):
                self._part(reached, one, region)

    # What is found --------------------------------------------------------------------

    def _kind(self, reached: _Reached) -> Kind:
        """Return the kind of a text; what stands in a cell is in no inline code."""
        inside = reached.region.around in self.inlines
        is_inline = reached.kind is Kind.INLINE
        return Kind.STRING if is_inline and not inside else reached.kind

    def _string(
        self, reached: _Reached, node: ast.expr, fields: re.Pattern[str] | None
    ) -> Literal:
        """Report the text of a string, without the `fields` that are filled in."""
        region = reached.region
        literal = read_literal(region.text, *region.positions(node))
        text = literal.text
        if fields is not None:
            text = fields.sub(lambda match: BLANK * len(match[0]), text)
        if text.strip() and not _is_name(text.strip()):
            pieces = tuple((at, region.offset(place)) for at, place in literal.pieces)
            self.found.append(
                markdown_passage(
                    self._kind(reached),
                    self.chapter.source,
                    text,
                    pieces,
                    region.around,
                )
            )
        return literal


def _ends_silent(code: str) -> bool:
    return code.rstrip().endswith(";")


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        yield from node.elts
    elif isinstance(node, ast.Dict):
        yield from (key for key in node.keys if key is not None)
        yield from node.values
    elif isinstance(node, ast.IfExp):
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.BoolOp):
        yield from node.values
    elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        yield node.elt
    elif isinstance(node, ast.DictComp):
        yield from (node.key, node.value)
    elif isinstance(node, ast.Starred | ast.NamedExpr):
        yield node.value
    elif isinstance(node, ast.Lambda):
        yield node.body


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_typed_number(node: ast.expr) -> bool:
    """Say whether an expression is made of nothing but typed numbers."""
    operations = (ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
    numbers = 0
    for part in ast.walk(node):
        if isinstance(part, ast.Constant):
            if isinstance(part.value, bool) or not isinstance(part.value, int | float):
                return False
            numbers += 1
        elif not isinstance(part, operations):
            return False
    return numbers > 0


def _is_name(text: str) -> bool:
    """Say whether a string is a key, a path or an address rather than words."""
    return bool(_NAME_LIKE.match(text)) and not _BEGINS_WITH_NUMBER.match(text)
