"""The reference list against the works themselves: authors, year and pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from galleyproof.checks.articles.facts import What, Work
from galleyproof.checks.articles.model import Article, Finding, Kind, Reference
from galleyproof.checks.articles.prose import Sentence
from galleyproof.checks.context import folded, one_letter_apart

_LONG_NAME = 5


def check(
    article: Article, prose: Sequence[Sentence], works: Sequence[Work]
) -> Iterator[Finding]:
    """Compare each entry with the facts of its work."""
    by_number = {work.number: work for work in works if work.number is not None}
    for one in article.references:
        if work := by_number.get(one.number):
            yield from _authors(one, work)
            yield from _year(one, work)
            yield from _pages(one, work)


def _authors(one: Reference, work: Work) -> Iterator[Finding]:
    theirs = {folded(fact.value): fact.value for fact in work.of(What.AUTHOR)}
    for family, _ in one.authors:
        name = folded(family)
        near = [
            value
            for other, value in theirs.items()
            if one_letter_apart(name, other)
            and min(len(name), len(other)) >= _LONG_NAME
        ]
        if name not in theirs and near:
            yield _at(
                one, Kind.NAMES, f"`{family}` here, `{near[0]}` in the work itself"
            )


def _year(one: Reference, work: Work) -> Iterator[Finding]:
    for fact in work.of(What.YEAR)[:1]:
        if one.year and fact.value.isdigit() and int(fact.value) != one.year:
            volume = f", volume {one.volume}" if one.volume else ""
            yield _at(
                one, Kind.VOLUME, f"{one.year}{volume}; the work is of {fact.value}"
            )


def _pages(one: Reference, work: Work) -> Iterator[Finding]:
    for fact in work.of(What.PAGES)[:1]:
        last = re.fullmatch(r"(\d+)\s*[-–]+\s*(\d+)", fact.value)
        if last and one.pages == last[1]:
            yield _at(one, Kind.PAGES, f"`{one.pages}`; the work ends on {last[2]}")


def _at(one: Reference, kind: Kind, message: str) -> Finding:
    return Finding(
        kind=kind,
        start=one.start,
        end=one.end,
        message=message,
        hint="correct the entry",
    )
