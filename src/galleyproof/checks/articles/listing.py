"""The reference list by itself: pages, names, years and volumes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from galleyproof.checks.articles.model import Article, Finding, Kind, Reference
from galleyproof.checks.articles.prose import Sentence
from galleyproof.checks.context import folded, one_letter_apart

_LONG_NAME = 6


def pages(article: Article) -> Iterator[Finding]:
    """Find a single page in a journal, or of a list, that else prints ranges.

    A number with a letter, or in a journal that numbers its articles, is no page; nor
    is one behind a volume without an issue.
    """
    ranges = sum(
        bool(re.search(r"\d\s*[-–]\s*\w?\d", r.pages)) for r in article.references
    )
    if ranges < 2:
        return
    single: list[Reference] = []
    for one in article.references:
        issue = re.search(r";\s*\d+\s*\(\d", one.text)
        if issue and _is_page(one.pages) and not _numbers_articles(one):
            single.append(one)
    # A letter or an editorial has one page; a list that cuts pages does so often.
    if len(single) < max(1, (len(single) + ranges) * _CUT):
        return
    for one in single:
        yield Finding(
            kind=Kind.PAGES,
            start=one.start,
            end=one.end,
            message=f"`{one.pages}` is a single page; {ranges} other references"
            " give first and last",
            hint="add the last page, unless this is an article number",
        )


_CUT = 0.1
_LONGEST_PAGE = 4


def _is_page(pages: str) -> bool:
    """Whether it may be a page; a long or padded number is an article's."""
    return pages.isdigit() and len(pages) <= _LONGEST_PAGE and pages[0] != "0"


_NUMBERED = re.compile(
    r"^(?:cancers|diagnostics|nutrients|sensors|plos|bmj open|scientific reports"
    r"|trials|bmc|insights into imaging|j(?:ournal of)? "
    r"(?:pers(?:onalized)?|clin(?:ical)?) med(?:icine)?$|medicine$|materials"
    r"|molecules|int(?:ernational)? j(?:ournal)?(?: of)? (?:mol|environ)"
    r"|frontiers|front |cureus|elife|heliyon|journal of clinical medicine)",
    re.IGNORECASE,
)
"""Journals that number articles instead of paging them, as their covers say."""


def _numbers_articles(one: Reference) -> bool:
    return bool(_NUMBERED.match(one.journal))


def names(article: Article) -> Iterator[Finding]:
    """Find family names a letter apart that are most likely one person's.

    Those with the same initials, two at least or a common co-author; each pair of
    spellings once. Names that begin otherwise are two persons'.
    """
    seen: dict[str, list[tuple[str, Reference]]] = defaultdict(list)
    told: set[tuple[str, ...]] = set()
    for one in article.references:
        for family, initials in one.authors:
            for other, where in seen[initials]:
                pair = _plain(family), _plain(other)
                key = (initials, *sorted(pair))
                if (
                    key in told
                    or where is one  # two authors of one work are two persons
                    or pair[0][:1] != pair[1][:1]
                    or min(map(len, pair)) < _LONG_NAME
                    or not one_letter_apart(*pair)
                    or not (len(initials) > 1 or _share_an_author(one, where))
                ):
                    continue
                told.add(key)
                yield Finding(
                    kind=Kind.NAMES,
                    start=one.start,
                    end=one.end,
                    message=f"`{family} {initials}` here, `{other} {initials}` in"
                    f" reference {where.number}",
                    hint="look up which is right; they may be two persons",
                )
            seen[initials].append((family, one))


_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "a", "œ": "o"})


def _plain(name: str) -> str:
    """Fold a name, with letters that no decomposition takes apart, without hyphens."""
    plain = folded(name.casefold().translate(_LETTERS)).replace(" ", "")
    return re.sub(r"(?<=[aou])e", "", plain)  # Müller, Mueller


def _share_an_author(one: Reference, other: Reference) -> bool:
    return not set(one.authors).isdisjoint(other.authors)


def volumes(article: Article) -> Iterator[Finding]:
    """Find a volume that is of another year, by the journal's other entries.

    Two entries of one journal fix its first year only if a volume is a year long; so
    only an order that is impossible counts: a later volume in an earlier year, or one
    volume more than a year apart.
    """
    by_journal: dict[str, list[Reference]] = defaultdict(list)
    for one in article.references:
        if one.journal and one.volume and one.year:
            by_journal[one.journal.casefold()].append(one)
    for entries in by_journal.values():
        ordered = sorted(entries, key=lambda r: (r.volume or 0, r.year or 0))
        for early, late in pairwise(ordered):
            years = (late.year or 0) - (early.year or 0)
            same = late.volume == early.volume
            again = same and years > 1 and (late.volume or 0) > _YEARLY
            if years < 0 or again:
                yield Finding(
                    kind=Kind.VOLUME,
                    start=late.start,
                    end=late.end,
                    message=f"volume {late.volume} in {late.year}, but reference"
                    f" {early.number} has volume {early.volume} in {early.year}",
                    hint="correct year or volume in one of them",
                )


_YEARLY = 3
"""The Lancet and the BMJ began anew with volume 1 every year."""


_USUAL = re.compile(r"(?:19|20)\d\d[^;.()]{0,12};\s*\d+\s*(?:\([^)]*\))?\s*:\s*\w?\d")
_SPELT_OUT = re.compile(r"\bVol\.\s*\d+,\s*No\.\s*\d+")
_BULLET = re.compile(r"\n\s*(?:[-•*–]|\d{1,3}\.)\s+\S")
_ALIKE = 0.8


def forms(article: Article) -> Iterator[Finding]:
    """Find an entry of another form than the rest, or one broken by a bullet.

    Of another form are a volume and issue that are spelled out (`Vol. 3, No. 2`) where
    four in five entries have `2011;3(2):1-9`. A chapter of a book has no issue.
    """
    listed = article.references
    usual = sum(bool(_USUAL.search(one.text)) for one in listed)
    for one in listed:
        odd = _SPELT_OUT.search(one.text)
        if (
            odd
            and not _USUAL.search(one.text)
            and usual >= max(4, _ALIKE * len(listed))
        ):
            yield Finding(
                kind=Kind.FORM,
                start=one.start,
                end=one.end,
                message=f"`{odd[0]}`; {usual} of {len(listed)} entries have"
                " `year;volume(issue):pages`",
                hint="give the journal's article the form of the others",
            )
        broken = _BULLET.search(article.source.text, one.start, one.end)
        if broken and article.numbered:
            yield Finding(
                kind=Kind.FORM,
                start=one.start,
                end=one.end,
                message="a bullet stands in the middle of the entry",
                hint="join its lines",
            )


def repeated(article: Article) -> Iterator[Finding]:
    """Find a work that the list has twice: one first author, title and year."""
    seen: dict[tuple[str, str, int | None], Reference] = {}
    for one in article.references:
        words = re.findall(r"\w+", one.title.casefold())
        if not one.authors or len(words) < _WORDS:
            continue
        key = (folded(one.authors[0][0]), " ".join(words), one.year)
        if key in seen and _parts(one) == _parts(seen[key]):
            yield Finding(
                kind=Kind.FORM,
                start=one.start,
                end=one.end,
                message=f"the same work as reference {seen[key].number}",
                hint="keep one of them",
            )
        seen.setdefault(key, one)


def _parts(one: Reference) -> tuple[str, list[str]]:
    """Return what tells parts of a series apart: pages, and `Part 2`, `Volume 3`."""
    return one.pages, re.findall(r"\b(?:part|vol)[a-z]*\.?\s+\w+", one.text.casefold())


_WORDS = 4
"""A shorter title (`Introduction`) may be another work's."""


_DOCUMENT = (
    r"(?P<what>consensus|guidelines?|guidance|recommendations|position"
    r" (?:paper|statement))"
)
_DATED = re.compile(
    rf"\b{_DOCUMENT}\b[^.;,]{{0,25}}\b(?:published|issued|released|updated)\s+in\s+"
    rf"(?P<year>(?:19|20)\d\d)|\b[Tt]he\s+(?P<first>(?:19|20)\d\d)\s+"
    rf"(?:[\w-]+\s+){{1,6}}?{_DOCUMENT.replace('what', 'again')}\b"
)
_DOCUMENTS = re.compile(
    r"consensus|guid(?:eline|ance)|recommend|statement|criteria|organi[sz]ation|ministry"
    r"|society|association|committee|standards?|manual|handbook|version|update",
    re.IGNORECASE,
)


def documents(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a guideline or consensus that is named by its year and not listed.

    Where neither its sentence nor the next cites anything, and no entry of that year
    has the name of a body or of a kind of document.
    """
    if not article.references:
        return
    listed = {r.year for r in article.references if _DOCUMENTS.search(r.text)}
    listed |= {year for r in article.references if not r.authors for year in [r.year]}
    for sentence, later in zip_longest(prose, prose[1:]):
        if sentence.row or sentence.cited or (later is not None and later.cited):
            continue
        for match in _DATED.finditer(sentence.text):
            year = int(match["year"] or match["first"])
            if year not in listed:
                yield sentence.at(
                    match,
                    Kind.CITED_NOT_LISTED,
                    f"the list has no {match['what'] or match['again']} of {year}",
                    "add the reference",
                )
