"""Remarks to galley in a chapter: where they stand, and which lines they are about.

`<!-- galley: ignore … -->` in text, `# galley: ignore …` in YAML and code. On a line
with something else, a remark is about that line; alone on its line, about what follows:
the next block of text (a div with all that is in it), or, in YAML and code, the next
key or statement. What only shows a remark, as code in the text, is none.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from galleyproof.qmd.model import Block, BlockKind, Cell, Chapter, StretchKind
from galleyproof.spans import Source, Span

_IN_TEXT = re.compile(r"<!--\s*galley\s*:\s*ignore\b(?P<words>.*?)-->", re.DOTALL)
_IN_CODE = re.compile(r"(?:#|//)\|?\s*galley\s*:\s*ignore\b(?P<words>[^\r\n]*)")
_ANY = re.compile(r"\bgalley\s*:\s*ignore\b")
_ANY_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_OPTION = re.compile(r"[ \t]*(?:#|//)\|")
_COMMENT_LINE = re.compile(r"#|//")
_SHOWN = frozenset({BlockKind.CODE, BlockKind.CELL})
_UNSCANNED = frozenset(
    {
        BlockKind.COMMENT,
        BlockKind.DIV_OPEN,
        BlockKind.FRONT_MATTER,
        BlockKind.LINK_DEFINITION,
        BlockKind.RAW,
        BlockKind.SHORTCODE,
    }
)
"""Blocks in which nothing is known to be a comment, or code, or neither."""

_LINEWISE = frozenset({BlockKind.FRONT_MATTER, BlockKind.CELL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One remark."""

    span: Span
    words: str
    """What stands behind `ignore`."""
    first: int
    last: int
    """The lines that it is about; `last` before `first`: none."""


def remarks(chapter: Chapter) -> Iterator[Remark]:
    """Yield the remarks of a chapter: those in text, then those in YAML and code."""
    if not _ANY.search(chapter.source.text):
        return
    yield from _Text(chapter).remarks()
    for block in chapter.blocks:
        if block.kind in _LINEWISE:
            yield from _in_lines(chapter.source, block, _cell(chapter, block))


def settings_remarks(source: Source) -> Iterator[Remark]:
    """Yield the remarks of a YAML file."""
    whole = Block(
        kind=BlockKind.FRONT_MATTER,
        start=0,
        end=len(source.text),
        content_start=0,
        content_end=len(source.text),
    )
    yield from _in_lines(source, whole, None)


# In text --------------------------------------------------------------------------


class _Text:
    """Reads the remarks that are HTML comments."""

    def __init__(self, chapter: Chapter) -> None:
        self.chapter = chapter
        self.source = chapter.source
        self.text = chapter.source.text
        self.starts = [block.start for block in chapter.blocks]
        self.comments = {
            s.start for s in chapter.stretches if s.kind is StretchKind.COMMENT
        }

    def remarks(self) -> Iterator[Remark]:
        for match in _IN_TEXT.finditer(self.text):
            index = bisect_right(self.starts, match.start()) - 1
            block = self.chapter.blocks[index]
            known = match.start() in self.comments or block.kind in _UNSCANNED
            if not known or block.kind in _SHOWN:
                continue
            span = self.source.span(match.start(), match.end())
            first, last = self._lines(span, index)
            yield Remark(span=span, words=match["words"], first=first, last=last)

    def _lines(self, span: Span, index: int) -> tuple[int, int]:
        block = self.chapter.blocks[index]
        if not self._is_alone(span):
            return span.line, span.end_line
        below = span.end_line + 1
        if block.kind is BlockKind.FRONT_MATTER:
            return _indented(self.source, below, _last_inside(self.source, block))
        last = _last_line(self.source, block)
        while below <= last and self._is_alone(Span(path="", line=below)):
            below += 1
        if below <= last:
            return below, below
        return self._next_block(index + 1)

    def _is_alone(self, span: Span) -> bool:
        """Say whether nothing but comments stands on the lines of a span."""
        starts, end = self.source.line_starts, span.end_line or span.line
        behind = starts[end] if end < len(starts) else len(self.text)
        lines = self.text[starts[span.line - 1] : behind]
        return not _ANY_COMMENT.sub("", lines).strip("\ufeff \t\r\n")

    def _next_block(self, index: int) -> tuple[int, int]:
        blocks = self.chapter.blocks
        while index < len(blocks) and not self._is_content(blocks[index]):
            index += 1
        if index == len(blocks) or blocks[index].kind is BlockKind.DIV_CLOSE:
            return 1, 0
        block = blocks[index]
        first = self.source.span(block.content_start).line
        first = min(first, self.source.span(block.start).line)
        if block.kind is BlockKind.DIV_OPEN:
            ends = (d.end for d in self.chapter.divs if block.start <= d.start)
            end = next(ends, block.end)
            return first, self.source.span(max(end - 1, 0)).line
        return first, _last_line(self.source, self._with_caption(index))

    def _is_content(self, block: Block) -> bool:
        if block.kind in {BlockKind.BLANK, BlockKind.COMMENT}:
            return False
        begin = self.source.span(block.start)
        last = _last_line(self.source, block)
        return not self._is_alone(Span(path="", line=begin.line, end_line=last))

    def _with_caption(self, index: int) -> Block:
        """Return the last block of a table and its caption, whichever comes first."""
        blocks = self.chapter.blocks
        pair = {BlockKind.TABLE, BlockKind.CAPTION}
        behind = index + 1
        if behind < len(blocks) and blocks[behind].kind is BlockKind.BLANK:
            behind += 1
        if behind < len(blocks) and {blocks[index].kind, blocks[behind].kind} == pair:
            return blocks[behind]
        return blocks[index]


def _last_line(source: Source, block: Block) -> int:
    return source.span(max(block.end - 1, block.start)).line


def _last_inside(source: Source, block: Block) -> int:
    """Return the last line before the one that closes a block."""
    return source.span(max(block.content_end - 1, block.start)).line


# In YAML and code -----------------------------------------------------------------


def _cell(chapter: Chapter, block: Block) -> Cell | None:
    if block.kind is not BlockKind.CELL:
        return None
    return next(cell for cell in chapter.cells if cell.start == block.start)


def _in_lines(source: Source, block: Block, cell: Cell | None) -> Iterator[Remark]:
    last = _last_inside(source, block)
    for match in _IN_CODE.finditer(source.text, block.start, block.end):
        span = source.span(match.start(), match.end())
        before = source.line(span.line)[: span.column - 1]
        if _OPTION.sub("", before).strip():
            first = end = span.line
        else:
            first, end = _indented(source, span.line + 1, last)
            end = max(end, _end_of_statement(cell, first))
        yield Remark(span=span, words=match["words"], first=first, last=end)


def _indented(source: Source, first: int, last: int) -> tuple[int, int]:
    """Return the next line that says something, to the last one indented below it."""
    lines = {n: _OPTION.sub("", source.line(n)) for n in range(first, last + 1)}
    said = [
        n
        for n, line in lines.items()
        if line.strip() and not _COMMENT_LINE.match(line.lstrip())
    ]
    if not said:
        return 1, 0
    head, end = lines[said[0]], said[0]
    for number in said[1:]:
        line = lines[number]
        item = line.lstrip().startswith("- ") and head.rstrip().endswith(":")
        if _indent(line) <= _indent(head) - item:
            break
        end = number
    return said[0], end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _end_of_statement(cell: Cell | None, line: int) -> int:
    """Return the last line of the Python statement that begins on a line."""
    if cell is None or cell.language != "python":
        return 0
    try:
        tree = ast.parse(cell.code)
    except (SyntaxError, ValueError):
        return 0
    first = cell.code_span.line - 1
    return max(_ends(tree, line - first), default=-first) + first


def _ends(tree: ast.AST, line: int) -> Sequence[int]:
    return [
        node.end_lineno or 0
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno == line
    ]
