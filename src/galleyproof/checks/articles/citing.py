"""Brackets, names and the reference list: whether each leads to the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from galleyproof.checks.articles.model import (
    Article,
    Bracket,
    Finding,
    Kind,
    Paragraph,
    Reference,
)
from galleyproof.checks.context import folded, mentions


def unlisted_numbers(article: Article) -> Iterator[Finding]:
    """Find numbers in brackets that the list does not reach."""
    last = len(article.references)
    if not article.numbered:
        return
    for bracket in article.brackets:
        beyond = [str(n) for n in bracket.numbers if not 1 <= n <= last]
        if beyond:
            yield _at(
                bracket,
                Kind.CITED_NOT_LISTED,
                f"the list ends at {last}; it has no {', '.join(beyond)}",
                "correct the number, or add the reference",
            )


def order(article: Article) -> Iterator[Finding]:
    """Find brackets whose numbers do not ascend."""
    for bracket in article.brackets:
        if list(bracket.numbers) != sorted(set(bracket.numbers)):
            yield _at(
                bracket,
                Kind.ORDER,
                "numbers of one bracket stand in ascending order, each once",
                f"[{','.join(str(n) for n in sorted(set(bracket.numbers)))}], if these"
                " are the ones that are meant",
            )


def uncited(article: Article) -> Iterator[Finding]:
    """Find references that the text cites neither by number nor by name."""
    if not article.references or not (article.brackets or not article.numbered):
        return
    cited = {n for bracket in article.brackets for n in bracket.numbers}
    named = {r.number for p in article.paragraphs for r in _named(article, p)}
    for one in article.references:
        if (one.number in cited and article.numbered) or not one.authors:
            continue
        if one.number not in named:
            yield _of(
                one, Kind.UNCITED, "neither its number nor its first author is in the"
                " text", "cite it where it supports a statement, or take it out",
            )  # fmt: skip
        elif article.numbered:
            yield _of(
                one, Kind.NAMED_ONLY, "the text names its author and never cites its"
                " number", f"put [{one.number}] behind the name",
            )  # fmt: skip


def names_and_numbers(article: Article) -> Iterator[Finding]:
    """Find brackets that cite others than those whom their paragraph names.

    Only where both sides are off: a work is named and in no bracket of the paragraph,
    and the bracket has one that the paragraph does not name.
    """
    if not article.numbered:
        return
    for paragraph in article.paragraphs:
        within = [b for b in article.brackets if _holds(paragraph, b)]
        named = _named(article, paragraph)
        cited = {n for bracket in within for n in bracket.numbers}
        missing = [one for one in named if one.number not in cited]
        numbers = {one.number for one in named}
        for bracket in within:
            other = [n for n in bracket.numbers if n not in numbers]
            if missing and other:
                who = ", ".join(f"{r.authors[0][0]} ({r.number})" for r in missing)
                yield _at(
                    bracket,
                    Kind.NAME_AND_NUMBER,
                    f"the paragraph names {who} and no bracket of it cites them; it"
                    f" does not name {_who(article, other)}",
                    "cite the works that the sentences speak of",
                )


def unlisted_names(article: Article) -> Iterator[Finding]:
    """Find names with a year that no reference has."""
    if not article.references:
        return
    for paragraph in article.paragraphs:
        for one in mentions(article.text(paragraph)):
            same = [r for r in article.references if _has_author(r, one.name)]
            if same and (one.year is None or one.year in {r.year for r in same}):
                continue
            if one.year is None and not one.firm:
                continue
            if not same and not one.firm:
                continue  # a month, a place, a program
            years = ", ".join(sorted({str(r.year) for r in same}))
            when = f" {one.year}" if one.year else ""
            yield Finding(
                kind=Kind.CITED_NOT_LISTED,
                start=paragraph.start + one.start,
                end=paragraph.start + one.end,
                message=f"the list has no `{one.name}`{when}"
                + (f", only of {years}" if same else ""),
                hint="add the reference, or correct name and year",
            )


_STUDIES = re.compile(r"^\W*(?:stud(?:y|ies)|authors?|sources?|reference)\b", re.I)
_YEARED = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"[A-Za-zÀ-ÿ]{4,}")


def unlisted_rows(article: Article) -> Iterator[Finding]:
    """Find rows of a table of studies whose label leads to no reference.

    A label leads to one that is of its year and shares an author or a title word.
    """
    in_studies, table = False, None
    for row in article.paragraphs:
        if row.table is None or not article.references:
            continue
        label = re.split(r"[\t|]", article.text(row).strip("| "))[0]
        if row.table != table:
            table, in_studies = row.table, bool(_STUDIES.match(label))
            continue
        year = _YEARED.search(label)
        if in_studies and year and not _leads(article, label, int(year[0])):
            yield Finding(
                kind=Kind.CITED_NOT_LISTED,
                start=row.start,
                end=row.start + len(label),
                message=f"no reference of {year[0]} goes by that name",
                hint="add the reference that the row is from",
            )


def _leads(article: Article, label: str, year: int) -> bool:
    names = [m.name for m in mentions(label) if m.firm]
    if names:  # one that the list lacks altogether is for `unlisted_names` to report
        theirs = {r.year for r in article.references if _has_author(r, names[0])}
        return not theirs or year in theirs
    words = {word.casefold() for word in _WORD.findall(label)}
    return any(
        one.year == year and words & {w.casefold() for w in _WORD.findall(one.text)}
        for one in article.references
    )


def _holds(paragraph: Paragraph, bracket: Bracket) -> bool:
    return paragraph.start <= bracket.start < paragraph.end


def _named(article: Article, paragraph: Paragraph) -> Sequence[Reference]:
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
            len(name) >= 3
            and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
            and not re.search(rf"\b{re.escape(name.lower())}\b", article.body)
        ):
            found.append(one)
    return found


def _has_author(one: Reference, name: str) -> bool:
    return any(folded(name) == folded(family) for family, _ in one.authors[:1])


def _who(article: Article, numbers: Sequence[int]) -> str:
    names = {r.number: r.authors[0][0] for r in article.references if r.authors}
    return ", ".join(f"{names.get(n, 'reference')} ({n})" for n in numbers)


def _at(bracket: Bracket, kind: Kind, message: str, hint: str) -> Finding:
    return Finding(
        kind=kind, start=bracket.start, end=bracket.end, message=message, hint=hint
    )


def _of(one: Reference, kind: Kind, message: str, hint: str) -> Finding:
    return Finding(kind=kind, start=one.start, end=one.end, message=message, hint=hint)
