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
    for one in article.references:
        issue = re.search(r";\s*\d+\s*\(\d", one.text)
        if one.pages.isdigit() and issue and not _numbers_articles(one):
            yield Finding(
                kind=Kind.PAGES,
                start=one.start,
                end=one.end,
                message=f"`{one.pages}` is a single page; {ranges} other references"
                " give first and last",
                hint="add the last page, unless this is an article number",
            )


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
    """Find family names a letter apart that share their initials."""
    seen: dict[str, list[tuple[str, Reference]]] = defaultdict(list)
    for one in article.references:
        for family, initials in one.authors:
            for other, where in seen[initials]:
                pair = folded(family), folded(other)
                if min(map(len, pair)) >= _LONG_NAME and one_letter_apart(*pair):
                    yield Finding(
                        kind=Kind.NAMES,
                        start=one.start,
                        end=one.end,
                        message=f"`{family} {initials}` here, `{other} {initials}` in"
                        f" reference {where.number}",
                        hint="look up which is right; they may be two persons",
                    )
            seen[initials].append((family, one))


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
