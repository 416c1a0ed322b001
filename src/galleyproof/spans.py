r"""Places in source text: the coordinates in which every finding is reported.

Owns the arithmetic between offsets and lines. Columns count characters (code points)
from 1, as editors and CI systems show them. A byte order mark is not a character of
the first line; `\r\n`, `\r` and `\n` each end a line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A stretch of one file, from its first character to behind its last one."""

    path: str
    """Path relative to the project, with forward slashes."""
    line: int = 1
    """0 where the file as a whole is meant."""
    column: int = 1
    end_line: int = 0
    """0 where only a point is known."""
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Source:
    """The text of one file, able to say where an offset lies."""

    path: str
    text: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(m.end() for m in _LINE_END.finditer(self.text))]

    @property
    def line_starts(self) -> Sequence[int]:
        """The offset of each line's first character."""
        return self._starts

    def span(self, start: int, end: int | None = None) -> Span:
        """Return the span of characters `start` to `end` (exclusive) of the text."""
        line, column = self._position(start)
        end_line, end_column = self._position(start if end is None else end)
        return Span(
            path=self.path,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
        )

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        column = offset - self._starts[line - 1] + 1
        if line == 1 and self.text.startswith("\ufeff"):
            column = max(1, column - 1)
        return line, column

    def offsets(self, span: Span) -> tuple[int, int]:
        """Return where a span's text begins and ends: the inverse of `span`.

        A place that the text does not have becomes the nearest one that it has.
        """
        start = self._offset(span.line, span.column)
        if not span.end_line:
            return start, start
        return start, max(start, self._offset(span.end_line, span.end_column))

    def _offset(self, line: int, column: int) -> int:
        starts = self._starts
        begin = starts[min(max(line, 1), len(starts)) - 1]
        if line <= 1 and self.text.startswith("\ufeff"):
            begin += 1
        return min(begin + max(column, 1) - 1, len(self.text))

    def marked(self, span: Span) -> str:
        """Return the text of a span; empty where only a point is known."""
        start, end = self.offsets(span)
        return self.text[start:end]

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its ending; empty if there is none."""
        starts = self._starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] if number < len(starts) else len(self.text)
        line = self.text[starts[number - 1] : end].rstrip("\r\n")
        return line.removeprefix("\ufeff") if number == 1 else line
