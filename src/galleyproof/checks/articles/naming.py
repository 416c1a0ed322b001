"""References that a text names, and findings at brackets and references."""

from __future__ import annotations

import re
from collections.abc import Sequence

from galleyproof.checks.articles.model import (
    Article,
    Bracket,
    Finding,
    Kind,
    Paragraph,
    Reference,
)
from galleyproof.checks.context import folded, mentions
from galleyproof.checks.sentences import split


def brackets_in(article: Article, paragraph: Paragraph) -> list[Bracket]:
    """Return the brackets of a paragraph."""
    return [b for b in article.brackets if paragraph.start <= b.start < paragraph.end]


def following(
    text: str, within: Sequence[Bracket], offset: int, end: int
) -> Bracket | None:
    """Return the first bracket behind a name in its sentence."""
    stop = next((b for a, b in split(text) if a <= end <= b), len(text))
    return next((b for b in within if end <= b.start - offset < stop), None)


def by_first_author(article: Article) -> dict[str, list[Reference]]:
    """Index the references by the folded name of their first author."""
    found: dict[str, list[Reference]] = {}
    for one in article.references:
        if one.authors:
            found.setdefault(folded(one.authors[0][0]), []).append(one)
    return found


def named_by(article: Article, paragraph: Paragraph) -> Sequence[Reference]:
    """Return the references whose first author a paragraph names.

    One name may be of several; a year beside it decides, where there is one.
    """
    text = article.text(paragraph)
    years = {(folded(m.name), m.year) for m in mentions(text) if m.year}
    studies = {folded(m.name) for m in mentions(text)}
    found = []
    for one in article.references:
        if not one.authors:
            continue
        name = one.authors[0][0]
        given = {year for other, year in years if other == folded(name)}
        if given and one.year not in given:
            continue
        if folded(name) in studies or (
            len(name) >= _SHORTEST and _stands_in(name, text, article)
        ):
            found.append(one)
    return found


_SHORTEST = 3


def _stands_in(name: str, text: str, article: Article) -> bool:
    """Whether a name stands in a text, and is no word that the article also uses."""
    return (
        name in text  # first: most names are not, and a search costs a compilation
        and bool(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))
        and not re.search(rf"\b{re.escape(name.lower())}\b", article.body)
    )


def has_author(one: Reference, name: str) -> bool:
    """Whether a work's first author has that name, or one that it is part of.

    A name of several words is often read by its last: `Van Essen`.
    """
    wanted = set(folded(name).split())
    return any(wanted <= set(folded(family).split()) for family, _ in one.authors[:1])


def who(article: Article, numbers: Sequence[int]) -> str:
    """Write numbers with the names behind them."""
    names = {r.number: r.authors[0][0] for r in article.references if r.authors}
    return ", ".join(f"{names.get(n, 'reference')} ({n})" for n in numbers)


def at_bracket(bracket: Bracket, kind: Kind, message: str, hint: str) -> Finding:
    """Make a finding at a bracket."""
    return Finding(
        kind=kind, start=bracket.start, end=bracket.end, message=message, hint=hint
    )


def at_reference(one: Reference, kind: Kind, message: str, hint: str) -> Finding:
    """Make a finding at an entry of the list."""
    return Finding(kind=kind, start=one.start, end=one.end, message=message, hint=hint)
