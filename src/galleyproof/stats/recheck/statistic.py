"""Whether a printed test statistic gives the p-value that is printed with it.

Owns the comparison as R's statcheck makes it: everything that the printed statistic
can stand for gives a range of p, and the printed p has to lie within. Says nothing
about whether the test was the right one, and reads no running text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from galleyproof.stats import _validate as check
from galleyproof.stats._distributions import (
    chi_square_above,
    f_above,
    two_sided_t,
    two_sided_z,
)
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.printed import PrintedNumber, read_printed


class Statistic(StrEnum):
    """A test statistic whose distribution its degrees of freedom settle."""

    T = "t"
    F = "F"
    CHI_SQUARE = "chi-square"
    R = "r"
    """A correlation, with n - 2 degrees of freedom."""
    Z = "z"
    Q = "Q"
    """Of heterogeneity, distributed as chi-square."""


_DEGREES = {Statistic.F: 2, Statistic.Z: 0}
_SIDED = frozenset({Statistic.T, Statistic.R, Statistic.Z})
NOT_SIGNIFICANT = "ns"
"""A p that is not printed, but said to be above alpha."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticCheck:
    """A printed p-value against the statistic beside it."""

    p: float
    """Of the printed statistic as it stands."""
    p_low: float
    """The smallest p that something printed like the statistic has; 0 for `>`."""
    p_high: float
    """The largest; 1 for `<`."""
    consistent: bool
    """Whether the printed p is one of them."""
    decision_error: bool
    """Whether it is not, and the two lie on different sides of alpha."""


def recheck_statistic(
    kind: Statistic | str,
    statistic: str,
    printed_p: str,
    *,
    degrees_of_freedom: Sequence[float] = (),
    tails: int = 2,
    alpha: float = 0.05,
) -> StatisticCheck:
    """Compare a printed p-value with the test statistic printed beside it.

    Parameters
    ----------
    kind: which statistic.
    statistic: as printed: `2.10`, `-2.1`, `<1`. A correlation is within -1 and 1.
    printed_p: as printed: `=.043`, `<.05`, `>.05`, or `ns` for "above alpha".
    degrees_of_freedom: above 0; two for F, none for z, one for the others.
    tails: 2, or 1 for half the p of a t, r or z; F, chi-square and Q have one tail.
    alpha: threshold of the decision; a p that equals it counts as significant.

    Returns
    -------
    StatisticCheck. `p_low` and `p_high` belong to the ends of what rounds half up to
    the printed statistic; with `=` the printed p is consistent where it lies between
    them after they are rounded to its own decimals. A statistic that is printed as
    zero may have been on either side of it, so that `p_high` is 1. A printed p of
    zero is never consistent.

    Raises
    ------
    ArgumentError: a number that cannot be read or is out of its range, a wrong number
        of degrees of freedom, an unknown kind.

    Source
    ------
    Nuijten MB et al. (2016), Behav Res Methods 48:1205-1226; the verdicts are those of
    the R package statcheck 1.4.0 with `pEqualAlphaSig` and `pZeroError`.
    """
    which = Statistic(check.choice("kind", str(kind), tuple(Statistic)))
    number = _statistic(which, statistic)
    freedom = _degrees(which, degrees_of_freedom)
    if tails not in (1, 2):
        raise ArgumentError("tails", value=repr(tails), allowed="1 or 2")
    check.number("alpha", alpha, low=0, high=1, open_low=True, open_high=True)
    relation, p, decimals = _printed_p(printed_p, alpha)

    def p_of(value: float) -> float:
        both = _p(which, value, freedom)
        return both / 2 if tails == 1 and which in _SIDED else both

    near, far = (p_of(end) for end in _reach(which, number))
    p_low, p_high = {"=": (far, near), "<": (near, 1.0), ">": (0.0, far)}[
        number.relation
    ]
    computed = p_of(float(number.value))
    consistent = p > 0 and _fits(relation, p, decimals, p_low, p_high)
    said = _said(relation, p, alpha)
    found = _found(number.relation, computed, alpha)
    return StatisticCheck(
        p=computed,
        p_low=p_low,
        p_high=p_high,
        consistent=consistent,
        decision_error=not consistent and None not in (said, found) and said != found,
    )


def _statistic(kind: Statistic, text: str) -> PrintedNumber:
    number = read_printed("statistic", text)
    if number.relation not in "=<>":
        raise ArgumentError("statistic", value=repr(text), allowed="`=`, `<` or `>`")
    if kind is Statistic.R and abs(number.value) > 1:
        raise ArgumentError("statistic", value=repr(text), allowed="within -1 and 1")
    return number


def _degrees(kind: Statistic, given: object) -> tuple[float, ...]:
    name = "degrees_of_freedom"
    wanted = _DEGREES.get(kind, 1)
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise ArgumentError(name, value=repr(given), allowed="a list of numbers")
    if len(given) != wanted:
        raise ArgumentError(name, value=repr(given), allowed=f"{wanted} for {kind}")
    return tuple(check.number(name, one, low=0, open_low=True) for one in given)


def _printed_p(text: str, alpha: float) -> tuple[str, float, int]:
    """Return relation, value and decimals of a printed p."""
    if text == NOT_SIGNIFICANT:
        return ">", alpha, 0
    number = read_printed("printed_p", text)
    if number.relation not in "=<>" or not 0 <= number.value <= 1:
        allowed = "between 0 and 1, with `=`, `<` or `>`"
        raise ArgumentError("printed_p", value=repr(text), allowed=allowed)
    return number.relation, float(number.value), number.decimals


def _reach(kind: Statistic, number: PrintedNumber) -> tuple[float, float]:
    """Return the ends of what rounds to a printed statistic, nearer to zero first.

    F, chi-square and Q are not folded at zero: below it, p is 1.
    """
    value = float(number.value)
    half = float(number.unit) / 2
    if kind in _SIDED:
        value = abs(value)
        top = 1.0 if kind is Statistic.R else math.inf
        return max(value - half, 0.0), min(value + half, top)
    return value - half, value + half


def _p(kind: Statistic, value: float, freedom: tuple[float, ...]) -> float:
    """Return the p of a statistic, of both tails where it has two."""
    if kind is Statistic.Z:
        return two_sided_z(value)
    if kind is Statistic.T:
        return two_sided_t(value, *freedom)
    if kind is Statistic.R:
        return _p_of_correlation(value, *freedom)
    above = f_above if kind is Statistic.F else chi_square_above
    return above(value, *freedom) if value > 0 else 1.0


def _p_of_correlation(value: float, freedom: float) -> float:
    """Return the p of Student's t = r sqrt(df / (1 - r^2))."""
    rest = 1 - value * value
    return two_sided_t(value * math.sqrt(freedom / rest), freedom) if rest > 0 else 0.0


def _fits(relation: str, p: float, decimals: int, low: float, high: float) -> bool:
    if relation == "<":
        return p >= low
    if relation == ">":
        return p <= high
    return round(low, decimals) <= p <= round(high, decimals)


def _said(relation: str, p: float, alpha: float) -> bool | None:
    """Whether the printed p says significant; None where it leaves that open."""
    if relation == ">":
        return False if p >= alpha else None
    return True if p <= alpha else (None if relation == "<" else False)


def _found(relation: str, computed: float, alpha: float) -> bool | None:
    """Whether the statistic is significant; None where its relation leaves it open."""
    if relation == "<":
        return False if computed >= alpha else None
    return True if computed <= alpha else (None if relation == ">" else False)
