"""The kinds of number, each with its own rules of printing."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """By which rules a number prints."""

    COUNT = "count"
    PERCENT = "percent"
    POINTS = "percentage points"
    P = "p"
    RATIO = "ratio"
    MEASUREMENT = "measurement"
    PLAIN = "plain"

    @property
    def decimals(self) -> int:
        """Decimals that print when nothing else is said; p has rules of its own."""
        return _DECIMALS.get(self, 2)

    @property
    def dimension(self) -> str:
        """What it adds to: percentages and percentage points are of one dimension."""
        return Kind.PERCENT if self is Kind.POINTS else self


_DECIMALS = {
    Kind.COUNT: 0,
    Kind.PERCENT: 1,
    Kind.POINTS: 1,
    Kind.MEASUREMENT: 1,
    Kind.PLAIN: 0,
}
