"""How a comparison reads: numbers as they print, and what each is of.

`60.0% (≥ 4 cm) < 93.4% (< 4 cm)`: in brackets stands only what tells the operands
apart. Numbers that would print alike though they differ get more decimals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from galleyproof.lineage import notation
from galleyproof.lineage.kind import Kind
from galleyproof.lineage.origin import Constant, Formula

if TYPE_CHECKING:
    from galleyproof.lineage.value import Value

Subject = Mapping[str, str]
"""What a number is about: labels by facet."""

_MOST_MORE = 12
_ENOUGH = 3
"""Parts of what a number is about, where there is nothing to tell it from."""
_LONGEST = 80
_QUIET = frozenset({"arm", "statistic", "unit"})
"""Facets that tell values apart only where each of them has one."""
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LEAST_TOLD = frozenset({"count", "absolute value"})
"""Formulas that say nothing which the number beside them does not."""


def chain(values: Sequence[Value], sign: str) -> str:
    """Return values joined by a sign: `10.2% (6 months) < 16.5% (9 months)`."""
    return f" {sign} ".join(named(values))


def named(values: Sequence[Value]) -> list[str]:
    """Return each value's text, and what tells it from the others."""
    return [
        f"{text} ({aside})" if aside else text
        for text, aside in zip(texts(values), _asides(values), strict=True)
    ]


def texts(values: Sequence[Value], *, bare: bool = False) -> list[str]:
    """Return each value as it prints, `bare` without its unit.

    Neighbours that differ do not print alike.
    """
    found = [_text(value, 0, bare=bare) for value in values]
    for more in range(1, _MOST_MORE):
        if not _hides_a_difference(found, values):
            break
        found = [_text(value, more, bare=bare) for value in values]
    return found


def _hides_a_difference(found: Sequence[str], values: Sequence[Value]) -> bool:
    neighbours = zip(pairwise(map(_read, found)), pairwise(values), strict=True)
    return any(
        a is not None and a == b and one.number != two.number
        for (a, b), (one, two) in neighbours
    )


def _read(text: str) -> float | None:
    """Return the number that a reader reads; None for `p < 0.0001`, which is none."""
    digits = _DIGITS.search(text)
    if digits is None or "<" in text or ">" in text:
        return None
    return float(digits[0].replace(",", ""))


def _text(value: Value, more: int, *, bare: bool) -> str:
    if not notation.is_finite(value.number):
        return notation.NOT_ESTIMABLE
    given = isinstance(value.origin, Constant)
    if given:
        value = replace(value, decimals=_places(value))
    elif more and notation.rounded(value.number, value.places) != value.number:
        value = replace(value, decimals=value.places + more)
    if bare or value.kind is Kind.COUNT or (given and value.kind is Kind.P):
        return value.bare.text + _counted(value)
    return value.plain.text


def _counted(value: Value) -> str:
    """Return the unit of what was counted here; a count in the data has its row."""
    if not isinstance(value.origin, Formula) or value.origin.name != "count":
        return ""
    unit = notation.singular(value.unit) if value.number == 1 else value.unit
    return f" {unit}" if unit else ""


def _places(value: Value) -> int:
    """Count the decimals of a number as an author types it."""
    number = notation.exact(value.number)
    return next((n for n in range(9) if not (number * 10**n) % 1), 9)


def _asides(values: Sequence[Value]) -> list[str]:
    subjects = [_subject(value) for value in values]
    told = [subject for subject in subjects if subject]
    return [
        _aside(subject, told) if subject else _computation(value)
        for subject, value in zip(subjects, values, strict=True)
    ]


def _aside(subject: Subject, told: Sequence[Subject]) -> str:
    """Return what tells a subject from the others; alone, the first that it is."""
    others = [other for other in told if other is not subject]
    if not others:
        loud = [label for facet, label in subject.items() if facet not in _QUIET]
        return ", ".join(loud[:_ENOUGH])
    return ", ".join(
        label
        for facet, label in subject.items()
        if any(
            other.get(facet, label if facet in _QUIET else "") != label
            for other in others
        )
    )


def _subject(value: Value) -> Subject:
    """Return what the value's row is about; nothing where it is of several rows."""
    computed = isinstance(value.origin, Formula) and value.origin.name != "/"
    rows = {(cell.table, cell.row) for cell in value.cells}
    return {} if computed or len(rows) != 1 else dict(value.cells[0].about)


def _computation(value: Value) -> str:
    if not isinstance(value.origin, Formula) or value.origin.name in _LEAST_TOLD:
        return ""
    said = str(value.origin)
    return said if len(said) <= _LONGEST else value.origin.name
