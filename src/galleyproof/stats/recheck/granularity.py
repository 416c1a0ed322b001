"""GRIM, GRIMMER and DEBIT: can whole numbers have this mean and this SD.

Owns the exact versions: the printed digits are turned into ranges of fractions, and
whole numbers within them are looked for. Squares are compared, so that no root is ever
taken. A sample that exists is never refused; what passes need not exist where the
docstring says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from galleyproof.stats import _validate as check
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.printed import (
    PrintedNumber,
    Range,
    Rounding,
    RoundingChoice,
    read_printed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grim:
    """Whether a mean of whole numbers can be what was printed."""

    consistent: bool
    sums: tuple[int, ...]
    """The sums of all answers, over persons and items, that give the printed mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grimmer:
    """Whether a mean and an SD of whole numbers can be what was printed."""

    consistent: bool
    reason: str
    """`possible`, or the first test failed: `mean`, `sum of squares`, `parity`,
    `minimum` (too little spread for the mean), `scale` (outside what the scale
    allows)."""
    sums: tuple[int, ...]
    """The sums that the mean leaves and that some sum of squares agrees with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """Whether a mean and an SD of zeros and ones can be what was printed."""

    consistent: bool
    mean_possible: bool
    """Whether the mean alone is, as by GRIM."""
    events: tuple[int, ...]
    """The numbers of ones that give both."""


def grim(
    mean: str,
    *,
    total: int,
    items: int = 1,
    rounding: RoundingChoice = Rounding.HALF_UP,
) -> Grim:
    """Test whether `total` whole numbers can have a printed mean.

    Parameters
    ----------
    mean: as printed, text, with its trailing zeros.
    total: number of persons, at least 1.
    items: whole-number items whose average is one person's value, at least 1.
    rounding: convention of the mean, or several of which any may have been used.

    Returns
    -------
    Grim. Always consistent where total x items is at least the number of steps that
    the decimals distinguish (100 for two decimals).

    Raises
    ------
    ArgumentError: an unreadable mean, or a count below 1.

    Source
    ------
    Brown NJL, Heathers JAJ (2017), Soc Psychol Personal Sci 8:363-369.
    """
    size = _size(total) * check.count("items", items, low=1)
    sums = _whole_numbers(_scaled(_equal("mean", mean).range(rounding), Fraction(size)))
    return Grim(consistent=bool(sums), sums=tuple(sums))


def grimmer(
    mean: str,
    sd: str,
    *,
    total: int,
    items: int = 1,
    minimum: int | None = None,
    maximum: int | None = None,
    rounding: RoundingChoice = Rounding.HALF_UP,
) -> Grimmer:
    """Test whether `total` whole numbers can have a printed mean and sample SD.

    Parameters
    ----------
    mean, sd: as printed, text; the SD has total - 1 in its denominator.
    total: number of persons, at least 2.
    items: whole-number items whose average is one person's value, at least 1.
    minimum, maximum: ends of the response scale, if it has any.
    rounding: convention of both numbers, or several.

    Returns
    -------
    Grimmer. The tests are necessary: the sum of squares is whole, has the parity of the
    sum, is at least that of the most even sample and, with scale ends, at most that of
    the most spread one. For few persons a pair may pass that no sample has.

    Raises
    ------
    ArgumentError: an unreadable number, a negative SD, a count too small, scale ends in
        the wrong order.

    Source
    ------
    Anaya J (2016), PeerJ Preprints 4:e2400v1; the analytic form, without simulation, of
    Allard A (2018), Analytic-GRIMMER, tests 1 to 3, here in exact arithmetic. The two
    limits on the spread are not in it.
    """
    number = _size(total, low=2)
    per_person = check.count("items", items, low=1)
    ends = _scale(minimum, maximum, per_person)
    spread = _equal("sd", sd)
    if spread.value < 0:
        raise ArgumentError("sd", value=repr(sd), allowed="at least 0")
    # One person's answers add up to a whole number: mean and SD of these sums are those
    # of the averages, times the number of items.
    totals = _equal("mean", mean).range(rounding)
    sums = _whole_numbers(_scaled(totals, Fraction(number * per_person)))
    variance = _squared(_scaled(spread.range(rounding), Fraction(per_person)))
    reasons = [_sum_of_squares(s, number, variance, ends) for s in sums]
    possible = [s for s, why in zip(sums, reasons, strict=True) if why == "possible"]
    if possible:
        return Grimmer(consistent=True, reason="possible", sums=tuple(possible))
    furthest = max(reasons, key=_STAGES.index, default="mean")
    return Grimmer(consistent=False, reason=furthest, sums=())


def debit(
    mean: str,
    sd: str,
    *,
    total: int,
    rounding: RoundingChoice = Rounding.HALF_UP,
) -> Debit:
    """Test whether zeros and ones can have a printed mean and sample SD.

    Parameters
    ----------
    mean: as printed, text, between 0 and 1. sd: as printed, text.
    total: number of persons, at least 2.
    rounding: convention of both numbers, or several.

    Returns
    -------
    Debit. Exact: consistent if and only if some number of ones gives both numbers. The
    published test lets the mean be any number that rounds to it; this one asks for a
    whole number of ones, and so also refuses what GRIM refuses.

    Raises
    ------
    ArgumentError: an unreadable number, a mean outside 0 to 1, a negative SD, a total
        below 2.

    Source
    ------
    Heathers JAJ, Brown NJL (2019), DEBIT: a simple consistency test for binary data:
    SD = sqrt(n / (n - 1) * mean * (1 - mean)).
    """
    number = _size(total, low=2)
    centre, spread = _equal("mean", mean), _equal("sd", sd)
    if not 0 <= centre.value <= 1:
        raise ArgumentError("mean", value=repr(mean), allowed="between 0 and 1")
    if spread.value < 0:
        raise ArgumentError("sd", value=repr(sd), allowed="at least 0")
    near = _whole_numbers(_scaled(centre.range(rounding), Fraction(number)))
    sums = [x for x in near if 0 <= x <= number]
    variance = _squared(spread.range(rounding))
    events = [
        x for x in sums if Fraction(x * (number - x), number * (number - 1)) in variance
    ]
    return Debit(
        consistent=bool(events), mean_possible=bool(sums), events=tuple(events)
    )


_STAGES = ("mean", "sum of squares", "parity", "minimum", "scale", "possible")


def _sum_of_squares(
    total: int, number: int, variance: Range, ends: tuple[int, int] | None
) -> str:
    """Give the first test that every whole sum of squares fails."""
    # The variance is (Q - total^2 / n) / (n - 1), Q the sum of squares.
    squares = _shifted(
        _scaled(variance, Fraction(number - 1)), Fraction(total**2, number)
    )
    every = _whole_numbers(squares)
    if not every:
        return "sum of squares"
    # x^2 and x are both even or both odd, and so are their sums.
    even = range(every.start + (every.start - total) % 2, every.stop, 2)
    if not even:
        return "parity"
    enough = range(max(even.start, _least(total, number)), every.stop, 2)
    if not enough:
        return "minimum"
    if ends is not None and not enough.start <= _most(total, number, ends):
        return "scale"
    return "possible"


def _least(total: int, number: int) -> int:
    """Sum the squares of the most even whole numbers with a given sum."""
    low, larger = divmod(total, number)
    return (number - larger) * low**2 + larger * (low + 1) ** 2


def _most(total: int, number: int, ends: tuple[int, int]) -> int:
    """Sum the squares of the most spread numbers of a scale with a given sum.

    All are at its ends, but for one; -1 where the scale does not reach the sum.
    """
    low, high = ends
    above = total - number * low
    if not 0 <= above <= number * (high - low):
        return -1
    at_high, rest = divmod(above, high - low) if high > low else (0, 0)
    if at_high == number:
        return number * high**2
    at_low = number - at_high - 1
    return at_high * high**2 + at_low * low**2 + (low + rest) ** 2


def _scale(
    minimum: int | None, maximum: int | None, items: int
) -> tuple[int, int] | None:
    if minimum is None and maximum is None:
        return None
    if minimum is None or maximum is None:
        raise ArgumentError("maximum", allowed="given together with `minimum`")
    minimum = check.count("minimum", minimum, low=-check.MAX_COUNT)
    maximum = check.count("maximum", maximum, low=-check.MAX_COUNT)
    if minimum > maximum:
        raise ArgumentError("maximum", value=maximum, allowed=f"at least {minimum}")
    return minimum * items, maximum * items


def _size(total: int, *, low: int = 1) -> int:
    return check.count("total", total, low=low)


def _equal(argument: str, text: str) -> PrintedNumber:
    number = read_printed(argument, text)
    if number.relation != "=":
        raise ArgumentError(argument, value=repr(text), allowed="a value, not a limit")
    return number


def _whole_numbers(range_: Range) -> range:
    """List the whole numbers within a bounded range."""
    if range_.low is None or range_.high is None:
        raise AssertionError
    low, high = ceil(range_.low), floor(range_.high)
    low += low == range_.low and not range_.low_closed
    high -= high == range_.high and not range_.high_closed
    return range(low, high + 1)


def _scaled(range_: Range, factor: Fraction) -> Range:
    """Multiply a range by a positive number."""
    return Range(
        low=None if range_.low is None else range_.low * factor,
        high=None if range_.high is None else range_.high * factor,
        low_closed=range_.low_closed,
        high_closed=range_.high_closed,
    )


def _shifted(range_: Range, by: Fraction) -> Range:
    return Range(
        low=None if range_.low is None else range_.low + by,
        high=None if range_.high is None else range_.high + by,
        low_closed=range_.low_closed,
        high_closed=range_.high_closed,
    )


def _squared(range_: Range) -> Range:
    """Square a range of standard deviations, which cannot be negative."""
    if range_.low is None or range_.high is None:
        raise AssertionError
    negative = range_.low < 0
    return Range(
        low=Fraction(0) if negative else range_.low**2,
        high=range_.high**2,
        low_closed=negative or range_.low_closed,
        high_closed=range_.high_closed,
    )
