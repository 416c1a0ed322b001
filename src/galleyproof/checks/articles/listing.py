"""The reference list by itself: pages, names, years and volumes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from galleyproof.checks.articles.model import Article, Finding, Kind, Reference
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
    return folded(name.casefold().translate(_LETTERS)).replace(" ", "")


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
            if years < 0 or (same and years > 1):
                yield Finding(
                    kind=Kind.VOLUME,
                    start=late.start,
                    end=late.end,
                    message=f"volume {late.volume} in {late.year}, but reference"
                    f" {early.number} has volume {early.volume} in {early.year}",
                    hint="correct year or volume in one of them",
                )
