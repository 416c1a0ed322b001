"""The running text of a chapter: paragraphs, headings, tables, notes, captions."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from galleyproof.checks.numbers import maths, raw
from galleyproof.checks.numbers.passages import (
    BLANK,
    LITERAL,
    Kind,
    Passage,
    blanked,
    declared_spans,
    hidden,
)
from galleyproof.numerals.nouns import counts_what_follows
from galleyproof.numerals.patterns import Pattern
from galleyproof.qmd.model import Block, BlockKind, Chapter, Stretch, StretchKind

KINDS = {
    BlockKind.PARAGRAPH: Kind.PROSE,
    BlockKind.LIST_ITEM: Kind.PROSE,
    BlockKind.QUOTE: Kind.PROSE,
    BlockKind.HEADING: Kind.HEADING,
    BlockKind.FOOTNOTE: Kind.FOOTNOTE,
    BlockKind.TABLE: Kind.TABLE,
    BlockKind.CAPTION: Kind.CAPTION,
    BlockKind.EQUATION: Kind.PROSE,
}
_SCRIPT = Pattern(r"<su([bp])\b[^<>]*>[^<>]{0,40}</su\1>", re.IGNORECASE)
_ORDINAL = Pattern(r"\d+(?:<sup>|\^)(?:st|nd|rd|th)(?:</sup>|\^)", re.IGNORECASE)
_SECTION_NUMBER = Pattern(r"(?:\d{1,2}\.)*\d{1,2}\.?[ \t]+(?=[A-ZÀ-Þ])")
_LEADING = Pattern(r"\d{1,2}[ \t]+(?=[A-ZÀ-Þ])")
_CELL_ITEM = Pattern(r"\|[ \t]*(?P<number>\(?\d{1,2}[.)])(?=[ \t]+[^ \t|])")
_TEX = Pattern(r"\\[A-Za-z]")
_ITEM = Pattern(r"^[ \t>]*\(?(?P<number>\d{1,2})[.)](?=[ \t])", re.MULTILINE)
_RULE_ROW = Pattern(r"^[ \t]*[|+]?[-:=+| \t]+(?=\r?$)", re.MULTILINE)
_FIRST_CELL = Pattern(r"^[ \t]*\|[ \t]*(?P<cell>[^|\r\n]*?)[ \t]*(?=\|)", re.MULTILINE)
_ROW_NUMBER = Pattern(r"\(?(\d{1,3})[.)]?$")


def running_text(chapter: Chapter) -> Iterator[Passage]:
    """Yield every running text of a chapter, and what is set within it."""
    literal_divs = [
        (d.start, d.end) for d in chapter.divs if LITERAL in d.attributes.classes
    ]
    starts = [stretch.start for stretch in chapter.stretches]
    for block in chapter.blocks:
        kind = KINDS.get(block.kind)
        if kind is None or any(a <= block.start < b for a, b in literal_divs):
            continue
        first = bisect_left(starts, block.content_start)
        last = bisect_left(starts, block.content_end)
        stretches = chapter.stretches[first:last]
        yield _passage(chapter, block, kind, stretches)
        yield from _within(chapter, block, stretches)


def _passage(
    chapter: Chapter, block: Block, kind: Kind, stretches: tuple[Stretch, ...]
) -> Passage:
    text = chapter.source.text
    start, end = block.content_start, block.content_end
    relative = [(a - start, b - start) for a, b in hidden(text, stretches)]
    body = text[start:end]
    prose = blanked(body, relative)
    declared = declared_spans(
        body,
        prose,
        [
            (s.start - start, s.end - start)
            for s in stretches
            if s.kind is StretchKind.ATTRIBUTES
        ],
    )
    ordinals = _ordinals(body, prose, block)
    if ordinals:
        prose = blanked(prose, sorted(ordinals))
    return Passage(
        kind=kind,
        source=chapter.source,
        text=prose,
        pieces=((0, start),),
        declared=tuple(declared),
        around=(block.start, block.end),
        inline=block.kind is not BlockKind.EQUATION,
    )


def _ordinals(body: str, prose: str, block: Block) -> list[tuple[int, int]]:
    """Return what numbers things without counting them, by its place in the block."""
    found: list[tuple[int, int]] = []
    if "<su" in body.lower() or "th^" in body:
        found += [match.span() for match in _ORDINAL.finditer(body)]
        found += [match.span() for match in _SCRIPT.finditer(body)]
    if _TEX.search(body):
        found += [match.span() for match in raw.COMMAND.finditer(body)]
    if block.kind is BlockKind.HEADING:
        number = _SECTION_NUMBER.match(prose)
        if number and not counts_what_follows(prose, number.end() - 1):
            found.append(number.span())
    elif block.kind is BlockKind.TABLE:
        found += [match.span() for match in _RULE_ROW.finditer(prose)]
        found += _row_numbers(prose)
        found += [match.span("number") for match in _CELL_ITEM.finditer(prose)]
    else:
        found += _item_numbers(prose, quoted=block.kind is BlockKind.QUOTE)
        leading = _LEADING.match(prose)
        if leading and not counts_what_follows(prose, leading.end() - 1):
            found.append(leading.span())
    return found


def _item_numbers(prose: str, *, quoted: bool) -> list[tuple[int, int]]:
    """Return the numbers of items that follow each other line by line."""
    items = list(_ITEM.finditer(prose))
    numbers = [int(item["number"]) for item in items]
    counted = len(items) > 1 and all(b == a + 1 for a, b in pairwise(numbers))
    if counted or (quoted and items):
        return [item.span("number") for item in items]
    return []


def _row_numbers(prose: str) -> list[tuple[int, int]]:
    """Return the first column of a table, where it only numbers the rows."""
    cells = list(_FIRST_CELL.finditer(prose))
    found = [(cell, _ROW_NUMBER.match(cell["cell"])) for cell in cells]
    numbered = [(cell, int(match[1])) for cell, match in found if match]
    numbers = [number for _, number in numbered]
    if len(numbers) < 2 or numbers[0] not in (0, 1):
        return []
    if any(b != a + 1 for a, b in pairwise(numbers)):
        return []
    return [cell.span("cell") for cell, _ in numbered]


def _within(
    chapter: Chapter, block: Block, stretches: tuple[Stretch, ...]
) -> Iterator[Passage]:
    """Yield the texts inside of formulas, raw markup and tags."""
    around = (block.start, block.end)
    text = chapter.source.text
    for stretch in stretches:
        if stretch.kind is StretchKind.MATH:
            yield maths.passage(chapter.source, stretch.start, stretch.end, around)
        elif stretch.kind is StretchKind.HTML:
            yield from raw.tag_texts(chapter.source, stretch.start, stretch.end, around)
        elif stretch.kind is StretchKind.RAW:
            yield from _inline_raw(chapter, stretch, around)
        elif (
            stretch.kind is StretchKind.URL and '"' in text[stretch.start : stretch.end]
        ):
            yield _link_title(chapter, stretch, around)


def _inline_raw(
    chapter: Chapter, stretch: Stretch, around: tuple[int, int]
) -> Iterator[Passage]:
    text = chapter.source.text
    brace = text.rfind("{=", stretch.start, stretch.end)
    name = text[brace + 2 : stretch.end].strip(" }")
    yield from raw.passages(chapter.source, name, stretch.start, brace, around)


def _link_title(chapter: Chapter, stretch: Stretch, around: tuple[int, int]) -> Passage:
    text = chapter.source.text[stretch.start : stretch.end]
    first = text.index('"')
    return Passage(
        kind=Kind.TITLE,
        source=chapter.source,
        text=BLANK * first + text[first:],
        pieces=((0, stretch.start),),
        around=around,
    )
