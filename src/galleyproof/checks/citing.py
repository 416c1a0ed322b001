"""Citations in context: the names in a chapter's sentences and the works cited there.

Reads chapters into the paragraphs of `context`, which judges. A paragraph that gives
its source in another way (a link, a note, `[12]`, a citation that code prints) is never
said to lack one, and a text that cites nothing is not judged.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from galleyproof.bibliography import Entry
from galleyproof.checks import context
from galleyproof.checks.context import Cited, Disagreement, Kind, Library, Paragraph
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.qmd.model import (
    Block,
    BlockKind,
    Chapter,
    Citation,
    Document,
    Stretch,
    StretchKind,
)

_TEXTS = frozenset(
    {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.QUOTE, BlockKind.FOOTNOTE}
)
_SOURCES = frozenset({StretchKind.URL, StretchKind.FOOTNOTE_MARK})
_TYPED = re.compile(r"\[\d[\d,;–\- ]*\]|\^\d[\d,–\- ]*\^|\bdoi:")
_OFTEN = 3
"""Times that a text cites a work which it is about."""
_NOT_BLANK = re.compile(r"[^\s]")
_EMPHASIS = str.maketrans("*_", "  ")


def library(entries: Mapping[str, Entry]) -> Library:
    """Return the references as sentences speak of them."""
    return Library.of(
        context.Work(
            key=key,
            authors=tuple(p.family for p in entry.authors or entry.editors),
            year=entry.year,
        )
        for key, entry in entries.items()
    )


class _Cited:
    """What a text has cited so far, and which of it again and again.

    The set grows as the text is read, for a copy at each paragraph would cost more
    than everything else.
    """

    def __init__(self) -> None:
        self.familiar: set[str] = set()
        self._times: Counter[str] = Counter()

    def add(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._times[key] += 1
            if self._times[key] == _OFTEN:
                self.familiar.add(key)


def check(document: Document, known: Library) -> Iterator[Diagnostic]:
    """Find names and citations of a document that speak of different works."""
    if not known.works or not any(c.citations for c in document.chapters):
        return
    before = _Cited()
    for chapter in document.chapters:
        for block, paragraph in _paragraphs(chapter, before):
            for one in context.disagreements(paragraph, known):
                yield _finding(chapter, block.content_start, one, known)


def _paragraphs(chapter: Chapter, before: _Cited) -> Iterator[tuple[Block, Paragraph]]:
    """Yield the texts of a chapter, each knowing what its section has cited.

    What they cite is counted in `before`.
    """
    places = [citation.start for citation in chapter.citations]
    starts = [stretch.start for stretch in chapter.stretches]
    earlier: set[str] = set()
    for block in chapter.blocks:
        if block.kind is BlockKind.HEADING:
            earlier = set()
        first, last = (bisect_left(places, at) for at in (block.start, block.end))
        cited = chapter.citations[first:last]
        if block.kind in _TEXTS:
            first, last = (bisect_left(starts, at) for at in (block.start, block.end))
            within = chapter.stretches[first:last]
            one = _paragraph(chapter, block, cited, within, earlier)
            yield block, replace(one, familiar=before.familiar)
        earlier |= {citation.key for citation in cited}
        before.add(citation.key for citation in cited)


def _paragraph(
    chapter: Chapter,
    block: Block,
    cited: Sequence[Citation],
    stretches: Sequence[Stretch],
    earlier: Iterable[str],
) -> Paragraph:
    offset = block.content_start
    raw = chapter.source.text[offset : block.content_end]
    pieces, at = [], 0
    for stretch in stretches:
        begin, end = max(at, stretch.start - offset), stretch.end - offset
        pieces += [raw[at:begin], _NOT_BLANK.sub(" ", raw[begin:end])]
        at = max(at, end)
    text = "".join((*pieces, raw[at:]))
    groups: dict[tuple[int, int], list[str]] = {}
    for citation in cited:
        place = (citation.group_start - offset, citation.group_end - offset)
        groups.setdefault(place, []).append(citation.key)
    return Paragraph(
        text=text.translate(_EMPHASIS),
        citations=tuple(
            Cited(keys=tuple(keys), start=start, end=end)
            for (start, end), keys in groups.items()
        ),
        earlier=frozenset(earlier),
        sourced=bool(_TYPED.search(raw))
        or any(s.kind in _SOURCES or _prints_source(chapter, s) for s in stretches),
    )


def _prints_source(chapter: Chapter, stretch: Stretch) -> bool:
    return stretch.kind in {
        StretchKind.INLINE_CODE,
        StretchKind.SHORTCODE,
    } and "cite" in chapter.text(stretch)


def _finding(
    chapter: Chapter, offset: int, one: Disagreement, known: Library
) -> Diagnostic:
    mention, cited = one.mention, one.cited
    if one.kind is Kind.OTHER_WORK and cited:
        place = (cited.start, cited.end)
    else:
        place = (mention.start, mention.end)
    uncited = one.kind is Kind.UNCITED
    return Diagnostic(
        code=Code.NAME_CITED if uncited else Code.CITATION_FITS_NAME,
        span=chapter.source.span(place[0] + offset, place[1] + offset),
        message=_message(one, known),
        hint=_hint(one),
        severity=Severity.WARNING,
    )


def _message(one: Disagreement, known: Library) -> str:
    name = one.mention.name.replace("\n", " ")
    if one.kind is Kind.UNCITED or one.cited is None:
        return f"`{name}` is named, and no work by that name is cited"
    if one.kind is Kind.OTHER_YEAR:
        work = known.works[one.meant[0]]
        return f"`{name}` is dated {one.mention.year}; `{work.key}` is of {work.year}"
    if one.kind is Kind.MISSPELT:
        return f"`{name}` is spelled `{one.near}` in the reference cited"
    cited = ", ".join(f"`{key}`" for key in one.cited.keys)
    return f"the sentence names `{name}` and cites {cited}"


def _hint(one: Disagreement) -> str:
    meant = " or ".join(f"`@{key}`" for key in one.meant[:3])
    if one.kind is Kind.OTHER_YEAR:
        return "correct the year, or cite the work of that year"
    if one.kind is Kind.MISSPELT:
        return "correct the name here or there"
    return f"did you mean {meant}?" if meant else "cite the work that is meant"
