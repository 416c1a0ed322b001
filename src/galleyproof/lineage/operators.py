"""The operators of everything that stands for one number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from galleyproof.lineage import arithmetic

if TYPE_CHECKING:
    from galleyproof.lineage.condition import Condition
    from galleyproof.lineage.value import Value


class Operators:
    """Arithmetic and comparison, for a `Value` and for what has a `.value`.

    Comparison yields a `Condition`, equality included: two values are equal when their
    numbers are, whatever they come from.
    """

    __slots__ = ()

    __hash__ = object.__hash__

    def __add__(self, other: Operators | float) -> Value:
        return arithmetic.add(self, other)

    def __radd__(self, other: Operators | float) -> Value:
        return arithmetic.add(other, self)

    def __sub__(self, other: Operators | float) -> Value:
        return arithmetic.subtract(self, other)

    def __rsub__(self, other: Operators | float) -> Value:
        return arithmetic.subtract(other, self)

    def __mul__(self, other: Operators | float) -> Value:
        return arithmetic.multiply(self, other)

    def __rmul__(self, other: Operators | float) -> Value:
        return arithmetic.multiply(other, self)

    def __truediv__(self, other: Operators | float) -> Value:
        return arithmetic.divide(self, other)

    def __rtruediv__(self, other: Operators | float) -> Value:
        return arithmetic.divide(other, self)

    def __neg__(self) -> Value:
        return arithmetic.subtract(0, self)

    def __abs__(self) -> Value:
        return arithmetic.apply("absolute value", abs, arithmetic.value_of(self))

    def __float__(self) -> float:
        return float(arithmetic.value_of(self).number)

    def __lt__(self, other: Operators | float) -> Condition:
        return arithmetic.compare(self, "<", other)

    def __le__(self, other: Operators | float) -> Condition:
        return arithmetic.compare(self, "<=", other)

    def __gt__(self, other: Operators | float) -> Condition:
        return arithmetic.compare(self, ">", other)

    def __ge__(self, other: Operators | float) -> Condition:
        return arithmetic.compare(self, ">=", other)

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]
        return arithmetic.compare(self, "=", other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]
        return arithmetic.compare(self, "=", other).negated

    def _refuse_to_join(self, other: object) -> NoReturn:
        # `a < b & c < d` binds as `a < (b & c) < d`.
        raise TypeError(
            "`&` and `|` join conditions, not numbers: "
            "put each comparison in brackets, as in `(a < b) & (c < d)`"
        )

    __and__ = __rand__ = __or__ = __ror__ = _refuse_to_join
