"""Python of a chapter, parsed, with the place of each of its characters."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from galleyproof.qmd.model import Cell, Chapter


@dataclass(frozen=True, slots=True)
class Region:
    """A piece of code that was parsed on its own."""

    text: str
    offset: Callable[[int], int]
    """Position in the text -> offset in the file."""
    around: tuple[int, int]
    """Offsets of the cell, or of the inline code."""
    starts: tuple[int, ...] = field(init=False, repr=False)
    """Where each line begins. Python counts lines by line feeds only."""

    def __post_init__(self) -> None:
        starts, at = [0], self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        object.__setattr__(self, "starts", tuple(starts))

    def positions(self, node: ast.expr) -> tuple[int, int]:
        """Return where a node begins and ends in the text."""
        last = node.lineno if node.end_lineno is None else node.end_lineno
        column = node.col_offset if node.end_col_offset is None else node.end_col_offset
        return (
            self._position(node.lineno, node.col_offset),
            self._position(last, column),
        )

    def _position(self, line: int, column: int) -> int:
        """Return the position of a column, which Python counts in bytes."""
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        before = self.text[start:end].encode()[:column]
        return start + len(before.decode(errors="ignore"))


def cell_region(chapter: Chapter, cell: Cell) -> Region:
    """Return the code of a cell with the way back to the file."""
    source = chapter.source
    begins, offsets, at = [], [], 0
    for number, line in enumerate(cell.code.split("\n"), cell.code_span.line):
        written = source.line(number)
        start = source.line_starts[number - 1]
        if number == 1 and source.text.startswith("\ufeff"):
            start += 1
        begins.append(at)
        offsets.append(start + max(0, written.find(line) if line else 0))
        at += len(line) + 1

    def offset(position: int) -> int:
        index = bisect_right(begins, position) - 1
        return offsets[index] + position - begins[index]

    return Region(cell.code, offset, (cell.start, cell.end))


def part_of(region: Region, start: int, end: int) -> Region:
    """Return a piece of a region, parsed on its own: an expression of an f-string."""
    text = region.text[start:end]
    first = start + len(text) - len(text.lstrip())
    return Region(text.strip(), lambda at: region.offset(first + at), region.around)


def parse(text: str) -> ast.Module | None:
    """Parse Python; None where it is none. Magic lines of Jupyter are left out."""
    lines = [
        "" if line.lstrip().startswith(("%", "!", "?")) else line
        for line in text.split("\n")
    ]
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
