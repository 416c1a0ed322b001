"""Comparison of numbers of which some are only known as bounds.

A source prints `p < 0.0001`. That is below 0.05, whatever it is; whether it is below
0.00001 nobody knows, and no condition may rest on it.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from galleyproof.lineage import notation, wording

if TYPE_CHECKING:
    from galleyproof.lineage.value import Value

_EXACT: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}


class UndecidedError(ValueError):
    """A comparison whose answer does not follow from what was printed."""


@dataclass(frozen=True, slots=True)
class _Range:
    """Where a number may lie; `is_open` where it is not the end itself."""

    low: Any
    high: Any
    is_open: bool

    def is_below(self, other: _Range) -> bool:
        """Say whether every number here is less than every number there."""
        touching = self.high == other.low and (self.is_open or other.is_open)
        return self.high < other.low or touching


def decide(left: Value, relation: str, right: Value) -> bool:
    """Say whether `left relation right`; with NaN, nothing holds.

    Raises UndecidedError where a printed bound leaves it open.
    """
    numbers = left.number, right.number
    if all(map(notation.is_finite, numbers)):
        numbers = notation.exact(numbers[0]), notation.exact(numbers[1])
    if left.relation == right.relation == "=":
        return _EXACT[relation](*numbers)
    found = _follows(_range(left), relation, _range(right))
    if found is None:
        texts = [wording.texts([value])[0] for value in (left, right)]
        raise UndecidedError(
            f"a printed bound does not decide whether `{texts[0]}` {relation} "
            f"`{texts[1]}`"
        )
    return found


def _range(value: Value) -> _Range:
    number = value.number
    if notation.is_finite(number):
        number = notation.exact(number)
    low = -math.inf if value.relation in ("<", "<=") else number
    high = math.inf if value.relation in (">", ">=") else number
    return _Range(low, high, is_open=value.relation in ("<", ">"))


def _follows(left: _Range, relation: str, right: _Range) -> bool | None:
    if relation in (">", ">="):
        return _follows(right, {">": "<", ">=": "<="}[relation], left)
    if relation == "=":
        apart = left.is_below(right) or right.is_below(left)
        return False if apart else None
    below, not_above = left.is_below(right), left.high <= right.low
    above, not_below = right.is_below(left), right.high <= left.low
    if relation == "<":
        return True if below else False if not_below else None
    return True if not_above else False if above else None
