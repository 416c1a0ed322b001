"""Names of studies, the brackets beside them and the list they should be in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from galleyproof.checks.articles.model import (
    Article,
    Bracket,
    Finding,
    Kind,
    Reference,
)
from galleyproof.checks.articles.naming import (
    at_bracket,
    brackets_in,
    by_first_author,
    following,
    has_author,
    named_by,
    who,
)
from galleyproof.checks.context import Mention, folded, mentions, one_letter_apart
from galleyproof.checks.sentences import split

_REPORTS = (
    r"(?:reported|reports|showed|found|described|observed|suggested|demonstrated"
    r"|proposed|noted|concluded|studied|compared|analy[sz]ed|reviewed)"
)


def beside_names(article: Article) -> Iterator[Finding]:
    """Find a bracket directly behind a name that has no work by that name.

    Only where the list has one elsewhere; else it is the name that is missing.
    """
    if not article.numbered:
        return
    by_name = by_first_author(article)
    by_number = {one.number: one for one in article.references}
    for paragraph in article.paragraphs:
        within = brackets_in(article, paragraph)
        if not within:
            continue
        text = article.text(paragraph)
        firm = {m.end: m.name for m in mentions(text) if m.firm}
        for bracket in within:
            name = _name_before(text, firm, bracket.start - paragraph.start)
            meant = by_name.get(folded(name), [])
            cited = [by_number[n] for n in bracket.numbers if n in by_number]
            if not meant or not cited or any(_may_be_by(r, name) for r in cited):
                continue
            yield at_bracket(
                bracket,
                Kind.NAME_AND_NUMBER,
                f"it stands behind {name}, who is"
                f" {', '.join(str(r.number) for r in meant)} in the list; it cites"
                f" {who(article, bracket.numbers)}",
                "correct the number or the name",
            )


def _name_before(text: str, firm: dict[int, str], at: int) -> str:
    """Return the study's name that a bracket follows directly, or nothing."""
    bare = len(text[:at].rstrip(" ,("))
    year = re.search(r"\s\(?(?:19|20)\d\d[a-z]?\)?,?\s?$", text[max(0, at - 10) : at])
    for end in (bare, at - len(year[0]) if year else bare):
        if end in firm:
            return firm[end]
    plain = re.search(
        r"(?<![\w.-])([A-ZÀ-Þ][^\W\d_]{2,})\s$", text[max(0, at - 30) : at]
    )
    reports = re.match(rf"\[[^\]]*\]\s+(?:also\s+)?{_REPORTS}\b", text[at : at + 60])
    return plain[1] if plain and reports else ""


def _may_be_by(one: Reference, name: str) -> bool:
    """Whether a work has an author of that name; one without authors may."""
    wanted = set(folded(name).split())
    return (
        not one.authors
        or folded(name) in folded(one.text)
        or any(wanted & set(folded(family).split()) for family, _ in one.authors)
    )


def names_and_numbers(article: Article) -> Iterator[Finding]:
    """Find the one bracket of a paragraph that cites others than those it names.

    Where each name has its own bracket, `beside_names` compares them. Here the bracket
    stands for the paragraph; both sides are off: a study is named and nowhere in the
    article introduced with its number, and the bracket has one that is not named.
    """
    if not article.numbered:
        return
    introduced = _introduced(article)
    by_name = by_first_author(article)
    for paragraph in article.paragraphs:
        within = brackets_in(article, paragraph)
        if len(within) != 1:
            continue
        (bracket,) = within
        named = named_by(article, paragraph)
        absent = [r for r in named if r.number not in bracket.numbers]
        other = [n for n in bracket.numbers if n not in {r.number for r in named}]
        firm = {folded(m.name) for m in mentions(article.text(paragraph)) if m.firm}
        missing = [
            one
            for one in absent
            if one.number not in introduced
            and len(by_name[folded(one.authors[0][0])]) == 1
        ]
        if other and any(folded(one.authors[0][0]) in firm for one in missing):
            those = ", ".join(f"{r.authors[0][0]} ({r.number})" for r in missing)
            yield at_bracket(
                bracket,
                Kind.NAME_AND_NUMBER,
                f"the paragraph names {those} and no bracket of it cites them; it"
                f" does not name {who(article, other)}",
                "cite the works that the sentences speak of",
            )


def _introduced(article: Article) -> set[int]:
    """Return the numbers that some sentence cites beside the name of their author."""
    found: set[int] = set()
    for paragraph in article.paragraphs:
        within = brackets_in(article, paragraph)
        if not within:
            continue
        text = article.text(paragraph)
        for begin, end in split(text):
            numbers = {
                n
                for b in within
                if begin <= b.start - paragraph.start < end
                for n in b.numbers
            }
            words = set(folded(text[begin:end]).split()) if numbers - found else set()
            found |= {
                one.number
                for one in article.references
                if one.number in numbers
                and one.authors
                and set(folded(one.authors[0][0]).split()) <= words
            }
    return found


_SPECIES = re.compile(r"\b[A-Z][a-z]*\.?(?:\s\([A-Z]\w+\))?\s[a-z]{4,}\s$")
"""Genus and species, which the name of who described them follows."""
_UNPUBLISHED = re.compile(
    r"^[^;)]{0,40}\b(?:unpublished|in prep|in press|in review|submitted|manuscript"
    r"|personal|pers\.|comm\.|preparation)",
    re.IGNORECASE,
)


def unlisted_names(article: Article) -> Iterator[Finding]:
    """Find names of studies, with their year, that no reference has.

    Where the list is numbered, only one that no bracket follows: there a name with a
    year may be a species', and one before a bracket is a group's or a later author's.
    """
    if not article.references:
        return
    for paragraph in article.paragraphs:
        text = article.text(paragraph)
        within = brackets_in(article, paragraph)
        for one in mentions(text):
            same = [r for r in article.references if has_author(r, one.name)]
            if same and (one.year is None or one.year in {r.year for r in same}):
                continue
            if not one.firm and (article.numbered or one.year is None or not same):
                continue  # a month, a place, a program
            if not one.firm and _SPECIES.search(
                text, max(0, one.start - 40), one.start
            ):
                continue
            if _UNPUBLISHED.search(text[one.end : one.end + 60]):
                continue
            if not re.match(
                r"[\w'’-]+(?: and .*|,? et al\.?)?$", text[one.start : one.end]
            ):
                continue  # a list of authors with their initials
            bracket = following(text, within, paragraph.start, one.end)
            if bracket is not None and not _of_another_year(article, one, bracket):
                yield from _misspelt(article, one, paragraph.start, bracket)
                continue
            years = ", ".join(sorted({str(r.year) for r in same if r.year}))
            when = f" {one.year}" if one.year else ""
            yield Finding(
                kind=Kind.CITED_NOT_LISTED,
                start=paragraph.start + one.start,
                end=paragraph.start + one.end,
                message=f"the list has no `{one.name}`{when}"
                + (f", only of {years}" if years else ""),
                hint="add the reference, or correct name and year",
            )


def _of_another_year(article: Article, one: Mention, bracket: Bracket) -> bool:
    years = {r.year for r in article.references if r.number in bracket.numbers}
    return one.firm and one.year is not None and one.year not in years


def _misspelt(
    article: Article, one: Mention, offset: int, bracket: Bracket
) -> Iterator[Finding]:
    """Find a name that is a letter off from the author whom the bracket cites."""
    for reference in article.references:
        if reference.number not in bracket.numbers or not reference.authors:
            continue
        family = reference.authors[0][0]
        pair = folded(one.name), folded(family)
        if min(map(len, pair)) >= _LONG_NAME and one_letter_apart(*pair):
            yield Finding(
                kind=Kind.NAMES,
                start=offset + one.start,
                end=offset + one.end,
                message=f"`{one.name}` here, `{family}` in reference"
                f" {reference.number}",
                hint="look up which is right",
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
        label = re.split(r"[\t|]| {2,}", article.text(row).strip("| "))[0]
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
        theirs = {r.year for r in article.references if has_author(r, names[0])}
        return not theirs or year in theirs
    words = {word.casefold() for word in _WORD.findall(label)}
    return any(
        one.year == year and words & {w.casefold() for w in _WORD.findall(one.text)}
        for one in article.references
    )


_LONG_NAME = 6
