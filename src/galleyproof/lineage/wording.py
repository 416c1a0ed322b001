"""How a comparison reads: numbers as they print, and what each is of.

`60.0% (≥ 4 cm) < 93.4% (< 4 cm)`: in brackets stands only what tells the operands
apart. Numbers that would print alike though they differ get more decimals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from galleyproof.lineage import notation
from galleyproof.lineage.kind import Kind
from galleyproof.lineage.origin import Constant, Formula

if TYPE_CHECKING:
    from galleyproof.lineage.value import Value

_MOST_MORE = 12
_ENOUGH = 3
"""Parts of what a number is about, where there is nothing to tell it from."""
_LONGEST = 80
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
    return any(a == b and one.number != two.number for (a, b), (one, two) in neighbours)


def _read(text: str) -> float | None:
    """Return the number that a reader reads."""
    digits = _DIGITS.search(text)
    return float(digits[0].replace(",", "")) if digits else None


def _text(value: Value, more: int, *, bare: bool) -> str:
    if not notation.is_finite(value.number):
        return notation.NOT_ESTIMABLE
    given = isinstance(value.origin, Constant)
    if given or more:
        places = _places(value) if given else value.places + more
        value = replace(value, decimals=places)
    bare = bare or value.kind is Kind.COUNT or (given and value.kind is Kind.P)
    return value.bare.text if bare else value.plain.text


def _places(value: Value) -> int:
    """Count the decimals of a number as an author types it."""
    number = notation.exact(value.number)
    return next((n for n in range(9) if not (number * 10**n) % 1), 9)


def _asides(values: Sequence[Value]) -> list[str]:
    subjects = [_subject(value) for value in values]
    told = [set(subject) for subject in subjects if subject]
    common = set.intersection(*told) if len(told) > 1 else set()
    if not common:
        subjects = [subject[:_ENOUGH] for subject in subjects]
    return [
        ", ".join(part for part in subject if part not in common)
        or ("" if subject else _computation(value))
        for subject, value in zip(subjects, values, strict=True)
    ]


def _subject(value: Value) -> tuple[str, ...]:
    """Return what the value's row is about; nothing where it is of several rows."""
    computed = isinstance(value.origin, Formula) and value.origin.name != "/"
    rows = {(cell.table, cell.row) for cell in value.cells}
    return () if computed or len(rows) != 1 else value.cells[0].about


def _computation(value: Value) -> str:
    if not isinstance(value.origin, Formula) or value.origin.name in _LEAST_TOLD:
        return ""
    said = str(value.origin)
    return said if len(said) <= _LONGEST else value.origin.name
