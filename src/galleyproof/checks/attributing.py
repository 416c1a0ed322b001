"""Results in the prose of a review, and whether a reader can tell whose they are.

Only what calls itself a review (`A systematic review`, `meta-analysis`), or has a table
of studies among its data, reports the results of others; only its sections on them are
read, not abstract, methods, discussion, tables and captions. What code prints knows its
study; `study("x")` in a sentence, by whatever name, names it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import islice

from galleyproof.checks import context, studies
from galleyproof.checks.attribution import (
    Orphan,
    Passage,
    Source,
    has_result,
    orphans,
)
from galleyproof.checks.context import Library
from galleyproof.checks.statistics.markup import plain
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.qmd.model import (
    Block,
    BlockKind,
    Chapter,
    Document,
    Stretch,
    StretchKind,
)

_REVIEW = re.compile(
    r"\b(?:systematic|narrative|scoping|literature|umbrella|rapid|integrative|critical"
    r"|comprehensive|mini|evidence)[- ](?:and\s\w+\s)?review\b"
    r"|\bmeta-?analy[sz]|\bevidence\s+synthesis"
    r"|\breview\s+of\s+(?:the\s+)?(?:\w+\s)?(?:literature|evidence|studies|trials)\b",
    re.IGNORECASE,
)
_NOT_RESULTS = re.compile(
    r"abstract|summary|highlight|key (?:point|message|finding)|method|material|search"
    r"|statistic|analys|synthes|protocol|eligib|selection|characteristic|included|overview|flow|limitation|discussion|conclusion"
    r"|implication|appendi|supplement|verification|acknowledg|declaration|funding"
    r"|statement|reference|about this|reproduc",
    re.IGNORECASE,
)
_ELSEWHERE = frozenset(
    {
        StretchKind.URL,
        StretchKind.FOOTNOTE_MARK,
        StretchKind.REFERENCE,
        StretchKind.SHORTCODE,
    }
)
_TYPED = re.compile(
    r"\^\[|\[\d[\d,;–\- ]*\]|\^\d[\d,–\- ]*\^|\bdoi:|\\(?:cite|ref|autoref)"
)
_TABLE = re.compile(r"\b(?:Tab(?:le|\.)|Fig(?:ure|\.)|Appendix)\s?\w?\d")
_MAY_REPORT = re.compile(r"\d\s?\\?%|\dper|\d per|[=<>]\s{0,3}[01]?[.·]\d")
_NOT_BLANK = re.compile(r"\S")


def is_review(document: Document, metadata: Mapping[str, object], studies: int) -> bool:
    """Whether a document reports what others have found, by its titles or its data.

    Without a title among the metadata, a first heading of the first level is one.
    """
    titles = [str(metadata.get(name) or "") for name in ("title", "subtitle")]
    if not any(titles):
        titles += islice(
            (_raw(c, b) for c, b in _blocks(document) if b.kind is BlockKind.HEADING), 1
        )
    return studies > 1 or bool(_REVIEW.search(" ".join(titles)))


def check(document: Document, known: Library) -> Iterator[Diagnostic]:
    """Find typed results of a review whose sentence names no study."""
    cites = any(chapter.citations for chapter in document.chapters)
    if not cites or not any(_reports(chapter) for chapter in document.chapters):
        return
    # Code is only read where the text by itself leaves something open.
    if any(any(orphans(passage)) for *_, passage in _passages(document, known, {})):
        code = studies.names(document.chapters)
        for chapter, block, passage in _passages(document, known, code):
            for one in orphans(passage):
                yield _finding(chapter, block.content_start, one)


def _reports(chapter: Chapter) -> bool:
    """Whether any paragraph has a typed result at all; most of a project may not."""
    return any(
        has_result(_prose(chapter, block))
        for block in chapter.blocks
        if block.kind is BlockKind.PARAGRAPH
        and _MAY_REPORT.search(chapter.source.text, block.start, block.end)
    )


def _passages(
    document: Document, known: Library, code: studies.Names
) -> Iterator[tuple[Chapter, Block, Passage]]:
    """Yield the paragraphs of the sections on results, in the order of the text."""
    headings: list[tuple[int, bool]] = []
    section: set[str] = set()
    for chapter, block in _blocks(document):
        if block.kind is BlockKind.HEADING:
            section = _works(_sources(chapter, block, known, code))
            while headings and headings[-1][0] >= block.level:
                headings.pop()
            title = _raw(chapter, block)
            headings.append((block.level, bool(_NOT_RESULTS.search(title))))
        elif block.kind is BlockKind.PARAGRAPH:
            sources = _sources(chapter, block, known, code)
            aside = block.depth or any(aside for _, aside in headings)
            if not aside and not _is_aside(_raw(chapter, block)):
                text = _prose(chapter, block)
                named = frozenset(section)
                yield chapter, block, Passage(text=text, sources=sources, section=named)
            section |= _works(sources)


def _blocks(document: Document) -> Iterator[tuple[Chapter, Block]]:
    for piece in document.pieces:
        blocks = piece.chapter.blocks
        first = bisect_left(blocks, piece.start, key=lambda one: one.start)
        last = bisect_left(blocks, piece.end, key=lambda one: one.start)
        for block in blocks[first:last]:
            yield piece.chapter, block


def _raw(chapter: Chapter, block: Block) -> str:
    return chapter.source.text[block.content_start : block.content_end]


def _is_aside(raw: str) -> bool:
    """Whether a paragraph is a picture, a note, or gives its sources by number."""
    return raw.lstrip(">*_ ").startswith(("![", "Note", "Table", "Figure")) or bool(
        _TYPED.search(raw)
    )


def _works(sources: tuple[Source, ...]) -> set[str]:
    return {source.work for source in sources if source.work}


def _stretches(chapter: Chapter, block: Block) -> tuple[Stretch, ...]:
    first = bisect_left(chapter.stretches, block.start, key=lambda one: one.start)
    last = bisect_left(chapter.stretches, block.end, key=lambda one: one.start)
    return chapter.stretches[first:last]


def _prose(chapter: Chapter, block: Block) -> str:
    """Return the text of a block with all but prose and mathematics blanked."""
    raw = _raw(chapter, block)
    pieces, at = [], 0
    for stretch in _stretches(chapter, block):
        if stretch.kind is StretchKind.MATH:
            continue
        begin = max(at, stretch.start - block.content_start)
        end = stretch.end - block.content_start
        pieces += [raw[at:begin], _NOT_BLANK.sub(" ", raw[begin:end])]
        at = max(at, end)
    return plain("".join((*pieces, raw[at:])))


def _sources(
    chapter: Chapter, block: Block, known: Library, code: studies.Names
) -> tuple[Source, ...]:
    offset = block.content_start
    text = _prose(chapter, block)
    found = [
        Source(work=one.key, start=one.start - offset, end=one.end - offset)
        for one in chapter.citations[
            bisect_left(
                chapter.citations, block.start, key=lambda one: one.start
            ) : bisect_left(chapter.citations, block.end, key=lambda one: one.start)
        ]
    ]
    found += _names(text, known)
    for stretch in _stretches(chapter, block):
        place = {"start": stretch.start - offset, "end": stretch.end - offset}
        if stretch.kind in _ELSEWHERE:
            found.append(Source(work="", **place))
        elif stretch.kind is StretchKind.INLINE_CODE:
            shown = studies.shown(chapter, stretch, code)
            if shown is not None:
                found += [Source(work=key, **place) for key in sorted(shown) or [""]]
    found += [
        Source(work="", start=match.start(), end=match.end())
        for match in _TABLE.finditer(text)
    ]
    return tuple(sorted(found, key=lambda one: one.start))


def _names(text: str, known: Library) -> Iterator[Source]:
    """Yield names written as a study's, and first authors of works that are listed."""
    for mention in context.mentions(text):
        keys = known.led_by(mention.name, mention.year)
        work = keys[0] if keys else mention.name
        yield Source(work=work, start=mention.start, end=mention.end)
    for match in _CAPITALISED.finditer(text):
        if keys := known.led_by(match[0]):
            yield Source(work=keys[0], start=match.start(), end=match.end())


_CAPITALISED = re.compile(r"(?<![\w-])[A-ZÀ-Þ][^\W\d_]{2,}(?:[-’'][A-ZÀ-Þ][^\W\d_]+)*")


def _finding(chapter: Chapter, offset: int, one: Orphan) -> Diagnostic:
    what = "p-value" if one.is_p else "percentage"
    among = (
        f"the paragraph names {one.works} works"
        if one.works
        else "the paragraph names no study"
    )
    return Diagnostic(
        code=Code.RESULT_ATTRIBUTED,
        span=chapter.source.span(offset + one.start, offset + one.end),
        message=f"the sentence does not say whose {what} this is; {among}",
        hint="name or cite the study in the sentence",
        severity=Severity.WARNING,
    )
