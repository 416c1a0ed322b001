"""Arithmetic of values: exact where the operands are, with units and lineage.

Only like adds to like: tumours to tumours, and a percentage of tumours to another one.
A number that an author types takes on the unit of its partner and is a declared
constant in the lineage.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from galleyproof.lineage import bounds, notation
from galleyproof.lineage.condition import Condition
from galleyproof.lineage.kind import Kind
from galleyproof.lineage.origin import CellRef, Constant, Formula, Number
from galleyproof.lineage.status import Status

if TYPE_CHECKING:
    from galleyproof.lineage.value import Value

PLUS, MINUS, TIMES, OVER = "+", "−", "×", "/"


class UnitError(TypeError):
    """Two values of unlike units were to be added or compared."""


def constant(number: float, like: Value, name: str = "") -> Value:
    """Return a number that the author gave, in the unit of `like`."""
    typed: Number = number if isinstance(number, int) else notation.exact(number)
    places = notation.decimals_of(repr(number))
    return replace(
        like,
        number=typed,
        origin=Constant(name=name),
        status=Status.DERIVED,
        decimals=max(places, like.places) if like.decimals is not None else None,
        relation="=",
        style="",
        printed_in=None,
        ci=None,
    )


def add(left: object, right: object) -> Value:
    """Return the sum; a sum of sums is one sum of all the parts."""
    if _is_zero(left) and not _is_number(right):
        return value_of(right)  # the built-in `sum` starts from zero
    first, second = _operands(left, right)
    _same_unit(first, second, "add")
    parts = (*_addends(first), second)
    return _result(first, PLUS, parts, lambda *numbers: _total(numbers))


def subtract(left: object, right: object) -> Value:
    """Return the difference; of percentages, in percentage points."""
    first, second = _operands(left, right)
    _same_unit(first, second, "subtract")
    result = _result(first, MINUS, (first, second), operator.sub)
    given = any(isinstance(item.origin, Constant) for item in (first, second))
    if first.kind is Kind.PERCENT and not given:
        return replace(result, kind=Kind.POINTS)
    return result


def multiply(left: object, right: object) -> Value:
    """Return the product; one factor must be a pure number."""
    first, second = _factors(left, right)
    main = second if first.kind in (Kind.PLAIN, Kind.RATIO) else first
    other = first if main is second else second
    if other.unit:
        raise UnitError(
            f"cannot multiply {_named(first)} by {_named(second)}: "
            "one of the two must be a pure number"
        )
    return _whole_or_measured(_result(main, TIMES, (first, second), operator.mul))


def divide(left: object, right: object) -> Value:
    """Return the quotient: like counts make a percentage, unlike ones a rate."""
    first, second = _factors(left, right)
    if second.number == 0:
        raise ZeroDivisionError(f"{_named(first)} divided by zero ({second.title})")
    if not second.unit:
        return _whole_or_measured(_result(first, OVER, (first, second), _ratio))
    if first.kind is second.kind is Kind.COUNT and first.unit == second.unit:
        result = _result(first, OVER, (first, second), _percentage)
        return replace(result, kind=Kind.PERCENT, decimals=None)
    result = _result(first, OVER, (first, second), _ratio)
    if first.unit == second.unit:
        return replace(result, kind=Kind.RATIO, unit="", decimals=None)
    unit = f"{first.unit} per {notation.singular(second.unit)}"
    return replace(result, kind=Kind.MEASUREMENT, unit=unit, decimals=None)


def percentage(events: Value, total: Value) -> Value:
    """Return events as a percentage of their total; units must agree."""
    _same_unit(events, total, "take the percentage of")
    return divide(events, total)


def apply(name: str, function: Callable[..., Number], *operands: Value) -> Value:
    """Return what a named function makes of values, in the first one's unit."""
    return _result(operands[0], name, operands, function)


def compare(left: object, relation: str, right: object) -> Condition:
    """Return the condition that compares two values of one unit.

    Raises UnitError, and UndecidedError where a printed bound (p < 0.0001) leaves the
    answer open.
    """
    first, second = _operands(left, right)
    _same_unit(first, second, "compare")
    return Condition(
        holds=bounds.decide(first, relation, second),
        relation=relation,
        operands=(first, second),
    )


def _result(
    like: Value,
    name: str,
    operands: tuple[Value, ...],
    function: Callable[..., Number],
) -> Value:
    decimals = [item.decimals for item in operands if item.decimals is not None]
    return replace(
        like,
        number=function(*(item.number for item in operands)),
        origin=Formula(name=name, operands=operands, function=function),
        status=Status.DERIVED,
        decimals=max(decimals, default=None),
        relation="=",
        style="",
        printed_in=None,
        ci=None,
    )


def _whole_or_measured(value: Value) -> Value:
    """Let a count that is no whole number print its decimals and its unit."""
    if value.kind is Kind.COUNT and value.number != int(value.number):
        return replace(value, kind=Kind.MEASUREMENT, decimals=None)
    return value


def _addends(value: Value) -> tuple[Value, ...]:
    if isinstance(value.origin, Formula) and value.origin.name == PLUS:
        return value.origin.operands
    return (value,)


def _total(numbers: Iterable[Number]) -> Number:
    total: Number = 0
    for number in numbers:
        total = total + number
    return total


def _ratio(above: Number, below: Number) -> Number:
    if isinstance(above, float) or isinstance(below, float):
        return above / below
    return Fraction(above) / Fraction(below)


def _percentage(events: Number, total: Number) -> Number:
    return 100 * _ratio(events, total)


def value_of(item: object) -> Value:
    """Return the value that `item` is or stands for."""
    # Asked of the type: evidence answers for its attributes with names in the data.
    held = item if hasattr(type(item), "origin") else getattr(item, "value", None)
    if not hasattr(type(held), "origin"):
        raise TypeError(f"`{item!r}` is neither a value nor a number")
    return cast("Value", held)


def _operands(left: object, right: object) -> tuple[Value, Value]:
    if _is_number(left):
        second = value_of(right)
        return constant(cast(float, left), second), second
    first = value_of(left)
    if _is_number(right):
        return first, constant(cast(float, right), first)
    return first, value_of(right)


def _factors(left: object, right: object) -> tuple[Value, Value]:
    first, second = _operands(left, right)
    if _is_number(left):
        first = replace(first, kind=Kind.PLAIN, unit="")
    if _is_number(right):
        second = replace(second, kind=Kind.PLAIN, unit="")
    return first, second


def _same_unit(left: Value, right: Value, verb: str) -> None:
    if (left.kind.dimension, left.unit) != (right.kind.dimension, right.unit):
        raise UnitError(f"cannot {verb} {_named(left)} and {_named(right)}")


def _named(value: Value) -> str:
    unit = value.unit or "no unit"
    kind = f"% of {unit}" if value.kind.dimension is Kind.PERCENT else unit
    source = f" ({value.origin})" if isinstance(value.origin, CellRef) else ""
    return f"`{value.bare.text} {kind}`{source}"


def _is_number(item: object) -> bool:
    return isinstance(item, int | float | Fraction) and not isinstance(item, bool)


def _is_zero(item: object) -> bool:
    return _is_number(item) and item == 0
