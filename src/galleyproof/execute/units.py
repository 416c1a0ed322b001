"""The units of a chapter: cells and inline expressions, in the order in which they run.

Owns what identifies a unit apart from where it stands: its code without comments and
layout, and the options that reach the kernel.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from galleyproof import names
from galleyproof.outputs import Expression, Place
from galleyproof.qmd.model import Cell, Chapter, InlineCode
from galleyproof.qmd.options import CellOptions, CellSettings
from galleyproof.spans import Span

_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What is known of a unit's code without running it."""

    digest: str
    names: names.Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One cell or inline expression that runs."""

    number: int
    """Its place among the units of the chapter."""
    index: int
    """Its place among the chapter's cells, or inline expressions, as `qmd` counts."""
    text: str
    """Its code as it goes to the kernel."""
    place: Place
    cell: Cell | None = None
    inline: InlineCode | None = None
    settings: CellSettings | None = None
    """Of a cell."""

    @property
    def figure_size(self) -> tuple[float | None, float | None] | None:
        """Width and height that its figures shall have, in inches."""
        settings = self.settings
        if settings is None or (
            settings.fig_width is None and settings.fig_height is None
        ):
            return None
        return settings.fig_width, settings.fig_height

    @property
    def may_fail(self) -> bool:
        """Whether the reader is to see its error."""
        return self.settings is not None and bool(self.settings.error)

    @property
    def name(self) -> str:
        """What the author knows it by: its label, or its code in short."""
        label = self.cell.options.label if self.cell is not None else None
        if label:
            return str(label)
        first = next((line for line in self.text.splitlines() if line.strip()), "")
        return first if len(first) <= _SHOWN else first[: _SHOWN - 1] + "…"

    @property
    def whole(self) -> Span:
        """Where its code stands; of an expression, with its backticks."""
        if self.cell is not None:
            return self.cell.code_span
        assert self.inline is not None
        return self.inline.span

    @property
    def cell_code(self) -> str:
        """The code of the cell as it stands in the file, without its options."""
        return self.cell.code if self.cell is not None else ""

    @property
    def expression(self) -> Expression:
        """The inline expression as the kernel takes it."""
        return Expression(code=self.text, place=self.place)


def units(chapter: Chapter, defaults: CellOptions) -> Iterator[Unit]:
    """Yield what runs of a chapter, in order; cells that are not evaluated do not."""
    parts: list[Cell | InlineCode] = sorted(
        [
            *(c for c in chapter.cells if c.language == "python"),
            *(i for i in chapter.inlines if i.language == "python"),
        ],
        key=lambda part: part.start,
    )
    number = 0
    for part in parts:
        unit = (
            _of_cell(part, chapter, defaults, number)
            if isinstance(part, Cell)
            else _of_inline(part, chapter, number)
        )
        if unit is not None:
            yield unit
            number += 1


def _of_cell(
    cell: Cell, chapter: Chapter, defaults: CellOptions, number: int
) -> Unit | None:
    settings = cell.options.settle(defaults)
    code, skipped = _without_leading_blank_lines(cell.code)
    if not settings.eval or not code:
        return None
    place = Place(path=chapter.path, line=cell.code_span.line + skipped)
    return Unit(
        number=number,
        index=cell.index,
        text=code,
        place=place,
        cell=cell,
        settings=settings,
    )


def _of_inline(inline: InlineCode, chapter: Chapter, number: int) -> Unit:
    text = chapter.source.text
    start = inline.expression_start
    line_start = text.rfind("\n", 0, start) + 1
    where = chapter.source.span(start)
    place = Place(
        path=chapter.path,
        line=where.line,
        byte_column=len(text[line_start:start].encode()),
    )
    return Unit(
        number=number,
        index=inline.index,
        text=inline.expression,
        place=place,
        inline=inline,
    )


def _without_leading_blank_lines(code: str) -> tuple[str, int]:
    """Drop them as IPython would, and count them, so that lines stay known."""
    lines = code.split("\n")
    skipped = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    return "\n".join(lines[skipped:]), skipped


def read_code(text: str, *, is_cell: bool) -> Code:
    """Return what can be known of code without running it."""
    try:
        tree = ast.parse(text.strip(), mode="exec" if is_cell else "eval")
        said = ast.dump(tree)
        found = names.of_tree(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        said, found = text, names.of("%")
    return Code(digest=text_digest(said), names=found)


def text_digest(text: str) -> str:
    """Return the digest of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
