"""The line that is being read, the blocks before it, and what is wrong with them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.qmd import grammar
from galleyproof.qmd.attributes import read_attributes
from galleyproof.qmd.model import Attributes, Block, BlockKind, Div
from galleyproof.spans import Source


@dataclass(frozen=True, slots=True)
class OpenDiv:
    """A div whose closing line has not been read yet."""

    attributes: Attributes
    start: int
    line_end: int
    content_start: int


class BlockBuilder:
    """Knows lines and makes blocks of them; subclasses know which."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        starts = list(source.line_starts)
        if starts[-1] == len(self.text):
            starts.pop()
        self.ends = [*starts[1:], len(self.text)]
        self.lines = [
            self.text[a:b].rstrip("\r\n")
            for a, b in zip(starts, self.ends, strict=False)
        ]
        self.starts = starts
        self.begins = list(starts)
        """Like `starts`, but behind a byte order mark."""
        if self.text.startswith("\ufeff"):
            self.begins[0] = 1
            self.lines[0] = self.lines[0][1:]
        self.at = 0
        self.blocks: list[Block] = []
        self.divs: list[Div] = []
        self.open: list[OpenDiv] = []
        self.diagnostics: list[Diagnostic] = []
        self.in_list = False
        self.no_comment_end = False

    def _emit(
        self,
        kind: BlockKind,
        until: int,
        *,
        content: tuple[int, int] | None = None,
        attributes: Attributes | None = None,
        level: int = 0,
    ) -> Block:
        """Make lines `at` to `until` (exclusive) a block, and go on behind it."""
        first, last = self.at, until - 1
        start_of_text = self.begins[first]
        block = Block(
            kind=kind,
            start=self.starts[first] if self.blocks else 0,
            end=self.ends[last],
            content_start=content[0] if content else start_of_text,
            content_end=content[1] if content else self._line_end(last),
            depth=len(self.open),
            attributes=attributes,
            level=level,
        )
        self.blocks.append(block)
        self.at = until
        return block

    def _line_end(self, line: int) -> int:
        return self.begins[line] + len(self.lines[line])

    def _find(self, line: int, test: Callable[[str], object]) -> int | None:
        lines = self.lines
        return next((i for i in range(line, len(lines)) if test(lines[i])), None)

    def _report(
        self, code: Code, start: int, end: int, message: str, hint: str
    ) -> None:
        self.diagnostics.append(
            Diagnostic(
                code=code,
                span=self.source.span(start, end),
                message=message,
                hint=hint,
            )
        )

    def _report_line(self, code: Code, line: int, message: str, hint: str) -> None:
        body = self.lines[line].lstrip(" \t")
        end = self._line_end(line)
        self._report(code, end - len(body), end, message, hint)

    def _attributes_at_end(self, start: int, end: int) -> tuple[Attributes | None, int]:
        """Return attributes that end a text, and where the text before them ends."""
        match = grammar.ATTRIBUTES_AT_END.search(self.text[start:end])
        if match is None:
            return None, start + len(self.text[start:end].rstrip())
        attributes = read_attributes(self.text, start + match.start(), end)
        if attributes is not None:
            end = start + match.start()
        return attributes, start + len(self.text[start:end].rstrip())

    def _line_of(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _comment_end(self, start: int) -> int | None:
        """Return the offset behind the comment that starts here."""
        if self.no_comment_end:
            return None
        end = self.text.find("-->", start + 4)
        self.no_comment_end = end < 0
        return None if end < 0 else end + 3
