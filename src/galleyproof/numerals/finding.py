"""Every number in a text that is not part of a name."""

from __future__ import annotations

from collections.abc import Iterator

from galleyproof.numerals import conventions, labels, years
from galleyproof.numerals.digits import ANY, TOKEN
from galleyproof.numerals.identifiers import is_identifier, left_of, right_of
from galleyproof.numerals.model import Form, Numeral
from galleyproof.numerals.nouns import counts_what_follows
from galleyproof.numerals.patterns import Pattern
from galleyproof.numerals.words import find_words

_ENUMERATOR = Pattern(r"(?<![\w)])\(?(?P<number>\d{1,2})\)(?=[\s\u00a0]*[*_\"“]*\w)")
_ROMAN = Pattern(
    r"\b(?P<grade>[Gg]rades?[\s\u00a0-]+)?(?P<roman>[IVX]+[ab]?)"
    r"(?:\s?(?:[-–/]|--)\s?[IVX]+[ab]?|\s(?:to|or|and)\s(?:[IVX]+[ab]?)\b)?(?![\w-])"
)
_ROMAN_SIGNS = Pattern(r"[\u2160-\u2188]+")
_GRADE = Pattern(r"\b[Gg]rades?[\s\u00a0-]+$")
_VALID_ROMAN = Pattern(r"X{0,3}(?:IX|IV|V?I{0,3})[ab]?$")
_AMBIGUOUS_ROMAN = frozenset({"I", "V", "X", "IV", "XX", "XI", "XV"})


def find(
    text: str, start: int = 0, end: int | None = None, *, words: bool, years: bool
) -> tuple[Numeral, ...]:
    """Return the numbers between two offsets of a text, in order.

    Parameters
    ----------
    text
        what is not prose in it (code, links, citations) is written as `U+FFFC`
    words
        whether to look for English number words
    years
        whether years are numbers; those of references never are

    """
    last = len(text) if end is None else end
    found = [*_digits(text, start, last, years), *_romans(text, start, last)]
    if words:
        taken = [(n.start, n.end) for n in found]
        found += [
            n
            for n in find_words(text, start, last)
            if not any(a < n.end and n.start < b for a, b in taken)
            and not labels.is_label_in_words(text, n.start, n.end)
        ]
    return tuple(sorted(found, key=lambda n: n.start))


def _digits(text: str, start: int, end: int, count_years: bool) -> Iterator[Numeral]:
    if not ANY.search(text, start, end):
        return
    ordinals = _enumerators(text, start, end)
    for match in TOKEN.finditer(text, start, end):
        first, last = match.span()
        if first in ordinals or _is_name(text, first, last):
            continue
        if years.is_year(text, first, last) and (
            not count_years or years.is_cited_year(text, first)
        ):
            continue
        yield Numeral(form=Form.DIGITS, start=first, end=last)


def _is_name(text: str, start: int, end: int) -> bool:
    left, right = left_of(text, start), right_of(text, end)
    return (
        is_identifier(text[start:end], left, right, text[end : end + 8])
        or conventions.is_version(text, start, end)
        or labels.is_label(text, start, end)
        or labels.is_given_name(text, start, end)
        or conventions.is_conventional(text, start, end)
        or conventions.is_hand_cited(text, start, end)
    )


def _enumerators(text: str, start: int, end: int) -> set[int]:
    """Return where the ordinals of a list within a sentence stand: `(1) … (2) …`."""
    found = [
        (int(match["number"]), match.start("number"))
        for match in _ENUMERATOR.finditer(text, start, end)
    ]
    places: set[int] = set()
    run: list[int] = []
    for number, place in found:
        run = [*run, place] if run and number == len(run) + 1 else []
        if number == 1:
            run = [place]
        if len(run) > 1:
            places.update(run)
    return places


def _romans(text: str, start: int, end: int) -> Iterator[Numeral]:
    for match in _ROMAN_SIGNS.finditer(text, start, end):
        if counts_what_follows(text, match.end()) or _GRADE.search(
            text, max(start, match.start() - 10), match.start()
        ):
            yield Numeral(form=Form.ROMAN, start=match.start(), end=match.end())
    for match in _ROMAN.finditer(text, start, end):
        roman = match["roman"]
        if not _VALID_ROMAN.match(roman):
            continue
        counts = roman not in _AMBIGUOUS_ROMAN and counts_what_follows(
            text, match.end()
        )
        if match["grade"] or counts:
            yield Numeral(form=Form.ROMAN, start=match.start("roman"), end=match.end())
