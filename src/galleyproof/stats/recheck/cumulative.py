"""Rates over time: they cannot fall, and they limit how large a subgroup can be.

Owns the arithmetic of printed cumulative rates (percentages that can only rise, such as
cumulative incidence). A whole is a mixture of a subgroup and the rest; if the subgroup
rises by 20 points while the whole rises by 1, the subgroup can be at most 1/20 of it,
or the rest would have to fall. Exact in fractions, also for what rounding allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.printed import Rounding, RoundingChoice, read_printed

_Ends = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """Two printed cumulative rates of which the later is certainly lower."""

    earlier: int
    """Index of the earlier rate."""
    later: int
    printed: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBound:
    """The largest share that a subgroup can have of a whole, between 0 and 1.

    Each as the printed numbers have it, and as the most generous rounding allows: the
    latter is a limit that need not be reached. None where no share at all is possible,
    because the whole itself leaves what its parts allow.
    """

    share: Fraction | None
    """Share at the start, numbers taken as printed."""
    share_rounded: Fraction | None
    """Share at the start, over all numbers that would be printed like this."""
    at_risk: Fraction | None
    """Share among those still free of the event at the first time, as printed. With
    hazards (conditional risks) in place of rates, this is the mixing share."""
    at_risk_rounded: Fraction | None


def falls(
    rates: Sequence[str], *, rounding: RoundingChoice = Rounding.HALF_UP
) -> tuple[Fall, ...]:
    """Find cumulative rates that fall.

    Parameters
    ----------
    rates: as printed, text, in the order of time; at least one. For a rate that cannot
        rise, such as survival, give the times backwards.
    rounding: convention, or several of which any may have been used.

    Returns
    -------
    One `Fall` for each rate that is certainly lower than an earlier one (the earlier
    with the greatest lower end); a difference that rounding can explain is none.

    Raises
    ------
    ArgumentError: no rates, or an unreadable one.

    Source
    ------
    A distribution function does not decrease; Kaplan EL, Meier P (1958), J Am Stat
    Assoc 53:457-481, for its estimate.
    """
    if not _listed(rates) or not rates:
        raise ArgumentError("rates", value=repr(rates), allowed="one or more rates")
    ranges = [
        read_printed("rates", r, index=i).range(rounding) for i, r in enumerate(rates)
    ]
    found = []
    for later in range(1, len(ranges)):
        lows = [(r.low, -i) for i, r in enumerate(ranges[:later]) if r.low is not None]
        high = ranges[later].high
        if not lows or high is None:
            continue
        low, negative = max(lows)
        closed = ranges[-negative].low_closed and ranges[later].high_closed
        if high < low or (high == low and not closed):
            earlier = -negative
            pair = (rates[earlier], rates[later])
            found.append(Fall(earlier=earlier, later=later, printed=pair))
    return tuple(found)


def share_bound(
    *,
    whole: Sequence[str],
    subgroup: Sequence[str],
    rounding: RoundingChoice = Rounding.HALF_UP,
) -> ShareBound:
    """Bound the share of a subgroup by the cumulative rates of it and of the whole.

    Parameters
    ----------
    whole, subgroup: cumulative incidences in per cent as printed, text, at the same
        times in ascending order; at least two, between 0 and 100.
    rounding: convention, or several of which any may have been used.

    Returns
    -------
    ShareBound. With F for the whole, S for the subgroup and w its share, the rest has
    (F - w S) / (1 - w), which lies between 0 and 1 and does not fall. So between any
    two times w <= (F2 - F1) / (S2 - S1), and at any time w <= F / S and
    w <= (1 - F) / (1 - S). At risk at the first time are w (1 - S1) / (1 - F1). The
    rounded bounds let each number go to the end that allows most, jointly between two
    times; holds exactly only without differential censoring.

    Raises
    ------
    ArgumentError: fewer than two times, unequal numbers of rates, a rate that is
        unreadable, outside 0 to 100, or printed as a limit.

    Source
    ------
    Law of total probability; derived here, as no paper is known to state it as a check.
    """
    f, s = _rates("whole", whole, rounding), _rates("subgroup", subgroup, rounding)
    if len(f) != len(s):
        raise ArgumentError(
            "subgroup", allowed=f"as long as `whole` ({len(f)}), not {len(s)}"
        )
    exact_f = [(value, value) for value, _ in f]
    exact_s = [(value, value) for value, _ in s]
    wide_f, wide_s = [ends for _, ends in f], [ends for _, ends in s]
    return ShareBound(
        share=_largest_share(exact_f, exact_s),
        share_rounded=_largest_share(wide_f, wide_s),
        at_risk=_largest_at_risk(exact_f, exact_s),
        at_risk_rounded=_largest_at_risk(wide_f, wide_s),
    )


def _rates(
    argument: str, printed: Sequence[str], rounding: RoundingChoice
) -> list[tuple[Fraction, _Ends]]:
    """Read percentages as proportions, each with the ends of what it can stand for."""
    if not _listed(printed) or len(printed) < 2:
        raise ArgumentError(
            argument, value=repr(printed), allowed="rates at two or more times"
        )
    rates = []
    for i, text in enumerate(printed):
        number = read_printed(argument, text, index=i)
        if number.relation != "=" or not 0 <= number.value <= 100:
            raise ArgumentError(
                argument, index=i, value=repr(text), allowed="between 0 and 100"
            )
        range_ = number.range(rounding)
        if range_.low is None or range_.high is None:
            raise AssertionError
        low, high = max(range_.low, Fraction(0)), min(range_.high, Fraction(100))
        rates.append((number.value / 100, (low / 100, high / 100)))
    return rates


def _listed(printed: object) -> bool:
    return isinstance(printed, Sequence) and not isinstance(printed, str | bytes)


def _largest_share(whole: list[_Ends], part: list[_Ends]) -> Fraction | None:
    """Find the largest w in 0 to 1 that meets every linear condition on it."""
    conditions = []
    for (f_low, f_high), (s_low, s_high) in zip(whole, part, strict=True):
        conditions.append((s_low, f_high))
        conditions.append((1 - s_high, 1 - f_low))
    for i, j in combinations(range(len(whole)), 2):
        rise = part[j][0] - part[i][1]
        conditions.append((rise, whole[j][1] - whole[i][0]))
    return _largest(conditions)


def _largest_at_risk(whole: list[_Ends], part: list[_Ends]) -> Fraction | None:
    """Find the largest share at the first time, from risks conditional on it."""
    conditions = []
    for (f_low, f_high), (s_low, s_high) in zip(whole[1:], part[1:], strict=True):
        f_first, s_first = whole[0], part[0]
        if f_first[1] == 1 or s_first[1] == 1:
            continue
        # Whatever is most generous: the whole rises most, the subgroup least.
        most_whole = 1 - (1 - f_high) / (1 - f_first[0])
        least_whole = 1 - (1 - f_low) / (1 - f_first[1])
        most_part = 1 - (1 - s_high) / (1 - s_first[0])
        least_part = 1 - (1 - s_low) / (1 - s_first[1])
        conditions.append((least_part, most_whole))
        conditions.append((1 - most_part, 1 - least_whole))
    return _largest(conditions)


def _largest(conditions: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Maximise w in 0 to 1 subject to a w <= b for each (a, b)."""
    low, high = Fraction(0), Fraction(1)
    for a, b in conditions:
        if a > 0:
            high = min(high, b / a)
        elif a < 0:
            low = max(low, b / a)
        elif b < 0:
            return None
    return high if low <= high else None
