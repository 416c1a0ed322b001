"""Statistics in the running text of chapters.

Code and everything else that is not typed text is hidden first: what an expression
prints is computed, and no check of this kind is needed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from galleyproof.checks.statistics import recompute
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.qmd.model import Block, BlockKind, Chapter, StretchKind

_TEXTS = frozenset(
    {
        BlockKind.PARAGRAPH,
        BlockKind.LIST_ITEM,
        BlockKind.QUOTE,
        BlockKind.FOOTNOTE,
        BlockKind.CAPTION,
    }
)
_HIDDEN = "\ufffc"
"""Neither a space nor a letter, so that no pattern reads across it."""
_INVISIBLE = frozenset({StretchKind.HTML, StretchKind.COMMENT})
"""Read across: `<i>t</i>(38)`."""


def check(chapters: Iterable[Chapter]) -> Iterator[Diagnostic]:
    """Find typed statistics that do not recompute."""
    for chapter in chapters:
        starts = [stretch.start for stretch in chapter.stretches]
        for block in chapter.blocks:
            if block.kind in _TEXTS:
                yield from _block(chapter, block, starts)


def _block(chapter: Chapter, block: Block, starts: list[int]) -> Iterator[Diagnostic]:
    offset = block.content_start
    text = chapter.source.text[offset : block.content_end]
    first, last = (bisect_left(starts, at) for at in (block.start, block.end))
    for stretch in chapter.stretches[first:last]:
        if stretch.kind is not StretchKind.MATH:
            begin = max(stretch.start - offset, 0)
            end = max(stretch.end - offset, begin)
            mark = " " if stretch.kind in _INVISIBLE else _HIDDEN
            text = text[:begin] + mark * (end - begin) + text[end:]
    text = text[: block.content_end - offset]
    for one in recompute(text, around=chapter.source.text):
        yield Diagnostic(
            code=Code.STATISTIC_CONSISTENT,
            span=chapter.source.span(offset + one.start, offset + one.end),
            message=one.message,
            hint=one.hint,
            severity=Severity.ERROR if one.certain else Severity.WARNING,
        )
