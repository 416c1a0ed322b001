"""Which strings and numbers of a chapter's code reach the page, without running it.

From what shows something (`table`, `figure`, `print`, a label on an axis, the value of
a cell's last line, an inline expression) back to the literals that it is made of,
through names, functions, containers and string methods. What cannot be followed is
taken for computed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from galleyproof.checks.numbers import sinks
from galleyproof.checks.numbers.passages import (
    BLANK,
    Kind,
    Passage,
    markdown_passage,
)
from galleyproof.checks.numbers.strings import Literal, read_literal
from galleyproof.qmd.model import Cell, Chapter

_NAME_LIKE = re.compile(r"(?=.*[A-Za-z])[\w./:\\-]+$")
_BEGINS_WITH_NUMBER = re.compile(r"[-+.]?\d+(?:[.,]\d+)?[-–]?[a-z]*$")
_FIELD = re.compile(r"\{(?![.#])[\w.\[\]]*(?:![rsa])?(?::[^{}]*)?\}")
_CONVERSION = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[diouxXeEfFgGcrs]|%(?=%)")


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of code that was parsed, with the place of each of its characters."""

    text: str
    offset: Callable[[int], int]
    """Position in the text -> offset in the file."""
    around: tuple[int, int]

    def positions(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node stands in the text."""
        lines = self.text.splitlines(keepends=True)
        return (
            _position(lines, node.lineno, node.col_offset),  # type: ignore[attr-defined]
            _position(lines, node.end_lineno, node.end_col_offset),  # type: ignore[attr-defined]
        )


def _position(lines: Sequence[str], line: int, column: int) -> int:
    before = sum(map(len, lines[: line - 1]))
    return before + len(lines[line - 1].encode()[:column].decode(errors="ignore"))


@dataclass(frozen=True, slots=True)
class Bound:
    """An expression that a name may stand for."""

    node: ast.expr
    region: Region
    index: int | None = None
    """Which part of each element of it, where it was taken apart."""


def shown_by_code(chapter: Chapter) -> list[Passage]:
    """Return the texts that the chapter's code shows, in order of place."""
    if not chapter.cells and not chapter.inlines:
        return []
    return _Flow(chapter).run()


class _Flow:
    def __init__(self, chapter: Chapter) -> None:
        self.chapter = chapter
        self.found: list[Passage] = []
        self.bindings: dict[str, list[Bound]] = {}
        self.functions: dict[str, list[tuple[ast.FunctionDef, Region]]] = {}
        self._seen: set[tuple[int, bool]] = set()
        self._kind = Kind.STRING
        self._inlines = {(i.start, i.end) for i in chapter.inlines}
        self._trees: list[ast.AST] = []
        """Nodes are known by identity, so their trees must outlive the walk."""

    def run(self) -> list[Passage]:
        cells = [c for c in self.chapter.cells if c.language == "python"]
        parsed = [
            (cell, region, tree)
            for cell in cells
            for region in [_region(self.chapter, cell)]
            for tree in [_parse(region.text)]
            if tree is not None
        ]
        nodes = [(n, region) for _, region, tree in parsed for n in ast.walk(tree)]
        for node, region in nodes:
            self._bind(node, region)
        for node, region in nodes:
            if isinstance(node, ast.Call):
                self._call_binds(node, region)
        for cell, region, tree in parsed:
            self._cell(cell, region, tree)
        for inline in self.chapter.inlines:
            if inline.language == "python":
                start = inline.expression_start
                self._expression(
                    inline.expression,
                    lambda at, start=start: start + at,  # type: ignore[misc]
                    (inline.start, inline.end),
                )
        return sorted(self.found, key=lambda passage: passage.pieces)

    # What names stand for -------------------------------------------------------------

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
            names = [
                a.arg for a in (*definition.args.posonlyargs, *definition.args.args)
            ]
            for name, argument in zip(names, node.args, strict=False):
                self._add(name, Bound(argument, region))
            for keyword in node.keywords:
                if keyword.arg in names:
                    self._add(str(keyword.arg), Bound(keyword.value, region))

    def _add(self, name: str, bound: Bound) -> None:
        self.bindings.setdefault(name, []).append(bound)

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
        if not silent and isinstance(last, ast.Expr) and not _ends_silent(region.text):
            self._reach(last.value, region, numeric=False)

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

    def _expression(
        self, text: str, offset: Callable[[int], int], around: tuple[int, int]
    ) -> None:
        region = Region(text, offset, around)
        tree = _parse(text)
        if tree is None or len(tree.body) != 1:
            return
        only = tree.body[0]
        self._trees.append(tree)
        if isinstance(only, ast.Expr):
            self._kind = Kind.INLINE
            self._reach(only.value, region, numeric=True)
            for node in ast.walk(only):
                if isinstance(node, ast.Call):
                    self._sink(node, region)
            self._kind = Kind.STRING

    def _sink(self, node: ast.Call, region: Region) -> None:
        for argument, kind, numeric in sinks.shown_arguments(node):
            before, self._kind = self._kind, kind
            self._reach(argument, region, numeric=numeric)
            self._kind = before

    def _kind_in(self, region: Region) -> Kind:
        """Return the kind of a text; what stands in a cell is in no inline code."""
        inside = region.around in self._inlines
        return Kind.STRING if self._kind is Kind.INLINE and not inside else self._kind

    # From what is shown to what it is made of -----------------------------------------

    def _reach(self, node: ast.expr, region: Region, *, numeric: bool) -> None:
        key = (id(node), numeric)
        if key in self._seen:
            return
        self._seen.add(key)
        if isinstance(node, ast.Constant):
            self._constant(node, region, numeric=numeric)
        elif isinstance(node, ast.JoinedStr):
            self._formatted(node, region)
        elif isinstance(node, ast.BinOp):
            self._operation(node, region, numeric=numeric)
        elif isinstance(node, ast.UnaryOp):
            self._number(node, region, numeric=numeric)
        elif isinstance(node, ast.Call):
            self._call(node, region, numeric=numeric)
        elif isinstance(node, ast.Name):
            self._name(node, numeric=numeric)
        elif isinstance(node, ast.Subscript):
            self._subscript(node, region, numeric=numeric)
        else:
            for part in _parts(node):
                self._reach(part, region, numeric=numeric)

    def _constant(self, node: ast.Constant, region: Region, *, numeric: bool) -> None:
        if isinstance(node.value, str):
            literal = read_literal(region.text, *region.positions(node))
            self._emit(_without_fields(literal), region)
        elif isinstance(node.value, int | float) and not isinstance(node.value, bool):
            self._number(node, region, numeric=numeric)

    def _number(self, node: ast.expr, region: Region, *, numeric: bool) -> None:
        """Report a number that is shown as it was typed."""
        if not numeric or not _is_typed_number(node):
            return
        start, end = region.positions(node)
        self.found.append(
            Passage(
                kind=self._kind_in(region),
                source=self.chapter.source,
                text=region.text[start:end],
                pieces=tuple(
                    (at - start, region.offset(at)) for at in range(start, end)
                ),
                around=region.around,
                numeric=True,
            )
        )

    def _formatted(self, node: ast.JoinedStr, region: Region) -> None:
        literal = read_literal(region.text, *region.positions(node))
        self._emit(literal, region)
        for start, end in literal.expressions:
            text = region.text[start:end]
            lead = len(text) - len(text.lstrip())
            tree = _parse(text.strip())
            if tree is None or not tree.body or not isinstance(tree.body[0], ast.Expr):
                continue
            first = start + lead
            inner = Region(
                text.strip(),
                lambda at, first=first: region.offset(first + at),  # type: ignore[misc]
                region.around,
            )
            self._trees.append(tree)
            self._reach(tree.body[0].value, inner, numeric=True)

    def _operation(self, node: ast.BinOp, region: Region, *, numeric: bool) -> None:
        if _is_typed_number(node):
            self._number(node, region, numeric=numeric)
        elif isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
            if isinstance(node.left.value, str):
                literal = read_literal(region.text, *region.positions(node.left))
                self._emit(_blanked(literal, _CONVERSION), region)
                self._reach(node.right, region, numeric=True)
        elif isinstance(node.op, ast.Add | ast.BitOr):
            self._reach(node.left, region, numeric=False)
            self._reach(node.right, region, numeric=False)
        elif isinstance(node.op, ast.Mult):
            for side in (node.left, node.right):
                if isinstance(side, ast.Constant | ast.JoinedStr | ast.List):
                    self._reach(side, region, numeric=False)

    def _call(self, node: ast.Call, region: Region, *, numeric: bool) -> None:
        name = sinks.name_of(node.func)
        if isinstance(node.func, ast.Attribute) and self._method(
            node, node.func, region, numeric=numeric
        ):
            return
        if isinstance(node.func, ast.Name):
            self._returned(name, numeric=numeric)
        if name in sinks.TRANSPARENT:
            for argument in (*node.args, *(k.value for k in node.keywords)):
                self._reach(argument, region, numeric=numeric)
        elif name in sinks.FIRST_ARGUMENT and node.args:
            self._reach(node.args[0], region, numeric=numeric or name == "str")

    def _method(
        self, node: ast.Call, method: ast.Attribute, region: Region, *, numeric: bool
    ) -> bool:
        """Reach what a method of a string or a mapping returns; say if it is one."""
        if method.attr in sinks.STRING_METHODS:
            self._reach(method.value, region, numeric=False)
            if method.attr in ("format", "join", "replace"):
                for argument in (*node.args, *(k.value for k in node.keywords)):
                    self._reach(argument, region, numeric=method.attr == "format")
            return True
        if method.attr == "get":
            self._values(method.value, region, numeric=numeric)
            for argument in node.args[1:]:
                self._reach(argument, region, numeric=numeric)
            return True
        return False

    def _returned(self, name: str, *, numeric: bool) -> None:
        """Reach what a function of the chapter returns."""
        for definition, home in self.functions.get(name, ()):
            for inner in ast.walk(definition):
                if isinstance(inner, ast.Return | ast.Yield) and inner.value:
                    self._reach(inner.value, home, numeric=numeric)

    def _name(self, node: ast.Name, *, numeric: bool) -> None:
        for bound in self.bindings.get(node.id, ()):
            for part in _taken(bound):
                self._reach(part, bound.region, numeric=numeric)

    def _subscript(self, node: ast.Subscript, region: Region, *, numeric: bool) -> None:
        self._values(node.value, region, numeric=numeric)

    def _values(self, node: ast.expr, region: Region, *, numeric: bool) -> None:
        """Reach the values of a mapping, not its keys, which only look them up."""
        if isinstance(node, ast.Dict):
            for value in node.values:
                self._reach(value, region, numeric=numeric)
        elif isinstance(node, ast.List | ast.Tuple):
            self._reach(node, region, numeric=numeric)
        elif isinstance(node, ast.Name):
            for bound in self.bindings.get(node.id, ()):
                if isinstance(bound.node, ast.Dict | ast.List | ast.Tuple):
                    self._values(bound.node, bound.region, numeric=numeric)
                elif isinstance(bound.node, ast.Constant | ast.JoinedStr):
                    self._reach(bound.node, bound.region, numeric=numeric)

    def _emit(self, literal: Literal, region: Region) -> None:
        text = literal.text
        if not text.strip() or _is_name(text.strip()):
            return
        pieces = tuple(
            piece
            for at, offset in literal.pieces
            for piece in [(at, region.offset(offset))]
        )
        self.found.append(
            markdown_passage(
                self._kind_in(region),
                self.chapter.source,
                text,
                pieces,
                region.around,
            )
        )


def _region(chapter: Chapter, cell: Cell) -> Region:
    """Return the code of a cell with the way back to the file."""
    source = chapter.source
    begins, offsets, at = [], [], 0
    for number, line in enumerate(cell.code.split("\n")):
        written = source.line(cell.code_span.line + number)
        start = source.line_starts[cell.code_span.line + number - 1]
        if cell.code_span.line + number == 1 and source.text.startswith("\ufeff"):
            start += 1
        begins.append(at)
        offsets.append(start + max(0, written.find(line) if line else 0))
        at += len(line) + 1

    def offset(position: int) -> int:
        low, high = 0, len(begins)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if begins[middle] <= position else (low, middle)
        return offsets[low] + position - begins[low]

    return Region(cell.code, offset, (cell.start, cell.end))


def _parse(text: str) -> ast.Module | None:
    """Parse Python; None where it is none. Magic lines of Jupyter are left out."""
    lines = [
        "" if line.lstrip().startswith(("%", "!", "?")) else line
        for line in text.split("\n")
    ]
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _ends_silent(code: str) -> bool:
    return code.rstrip().endswith(";")


def _taken(bound: Bound) -> Iterable[ast.expr]:
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
    elif isinstance(node, ast.Starred | ast.NamedExpr | ast.FormattedValue):
        yield node.value
    elif isinstance(node, ast.Lambda):
        yield node.body


def _is_typed_number(node: ast.expr) -> bool:
    """Say whether an expression is made of nothing but typed numbers."""
    if isinstance(node, ast.UnaryOp):
        return _is_typed_number(node.operand)
    if isinstance(node, ast.BinOp):
        return _is_typed_number(node.left) and _is_typed_number(node.right)
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    )


def _is_name(text: str) -> bool:
    """Say whether a string is a key, a path or an address rather than words."""
    return bool(_NAME_LIKE.match(text)) and not _BEGINS_WITH_NUMBER.match(text)


def _without_fields(literal: Literal) -> Literal:
    return _blanked(literal, _FIELD)


def _blanked(literal: Literal, pattern: re.Pattern[str]) -> Literal:
    literal.text = pattern.sub(lambda match: BLANK * len(match[0]), literal.text)
    return literal
