"""Unconditional exact tests of two independent proportions: Barnard and Boschloo.

Owns the two tests that fix only the totals of the groups: every pair of events is a
possible result, and p is maximised over the common proportion. Tests given all margins
are in `contingency`.

`scipy.stats` has both tests, but its Barnard compares floating-point statistics for
equality, so that it drops tables as extreme as the observed one (p up to 30% too small,
scipy issue 18798), and either may stop at a lower maximum. Here equal tables count as
equal, and every maximum is looked at.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from galleyproof.stats import _validate as check
from galleyproof.stats._validate import Floats
from galleyproof.stats.contingency import (
    ALTERNATIVES,
    Alternative,
    Table,
    needs_both,
    table_of,
)
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.results import TestResult

Mask = NDArray[np.bool_]
MAX_TABLES = 10_000_000
EQUAL_STATISTICS = 1e-12
"""Relative difference of statistics that are equal but for rounding."""
EQUAL_PROBABILITIES = 1e-10
"""The same for sums of probabilities, which go through logarithms."""
POINTS_PER_WIDTH = 8
ZOOM = np.linspace(-1, 1, 17)
ZOOMS = 6


def barnard_exact(
    *,
    a_events: int,
    a_total: int,
    b_events: int,
    b_total: int,
    alternative: Alternative = "two-sided",
    pooled: bool = True,
) -> TestResult:
    """Test two proportions by Barnard's unconditional exact test.

    Parameters
    ----------
    a_events, b_events: whole numbers from 0 to the total of their group.
    a_total, b_total: whole numbers of at least 1, together at most 10 million pairs of
        events: a hundred each take some milliseconds, a thousand each some seconds.
    alternative: `two-sided`; `greater` if group a is thought to have the higher
        proportion; `less` if the lower.
    pooled: order the tables by the statistic with pooled variance.

    Returns
    -------
    TestResult whose statistic is the standardised difference a - b; infinite where its
    unpooled variance is 0.

    Raises
    ------
    ArgumentError: a bad count or alternative; no events or no non-events; totals too
        large.

    Source
    ------
    Barnard GA (1945), Nature 156:177, with the score statistic as Suissa S, Shuster JJ
    (1985), J R Stat Soc A 148:317-327.
    """
    table = _checked(a_events, a_total, b_events, b_total, alternative)
    pooled = check.flag("pooled", pooled)
    statistic = _standardised(table, pooled=pooled)
    observed = float(statistic[table.a_events, table.b_events])
    slack = EQUAL_STATISTICS * abs(observed) if math.isfinite(observed) else 0.0
    if alternative == "two-sided":
        extreme = np.abs(statistic) >= abs(observed) - slack
    elif alternative == "greater":
        extreme = statistic >= observed - slack
    else:
        extreme = statistic <= observed + slack
    return TestResult(
        p=_largest_chance(table, extreme),
        statistic=observed,
        degrees_of_freedom=None,
        method="barnard" if pooled else "barnard-unpooled",
        alternative=alternative,
        minimum_expected=table.minimum_expected,
    )


def boschloo_exact(
    *,
    a_events: int,
    a_total: int,
    b_events: int,
    b_total: int,
    alternative: Alternative = "two-sided",
) -> TestResult:
    """Test two proportions by Boschloo's unconditional exact test.

    Parameters
    ----------
    a_events, a_total, b_events, b_total, alternative: as `barnard_exact`.

    Returns
    -------
    TestResult whose statistic is the one-sided Fisher p that orders the tables; the
    two-sided p is twice the smaller one-sided one, as in `scipy.stats` (R's `Exact`
    orders by the two-sided Fisher p instead). Uniformly more powerful than Fisher's
    test.

    Raises
    ------
    ArgumentError: as `barnard_exact`.

    Source
    ------
    Boschloo RD (1970), Stat Neerl 24:1-9.
    """
    table = _checked(a_events, a_total, b_events, b_total, alternative)
    sides = ("less", "greater") if alternative == "two-sided" else (alternative,)
    p, statistic = min(_boschloo(table, side) for side in sides)
    return TestResult(
        p=min(len(sides) * p, 1.0),
        statistic=statistic,
        degrees_of_freedom=None,
        method="boschloo",
        alternative=alternative,
        minimum_expected=table.minimum_expected,
    )


def _checked(
    a_events: object, a_total: object, b_events: object, b_total: object, side: str
) -> Table:
    table = table_of(a_events, a_total, b_events, b_total)
    check.choice("alternative", side, ALTERNATIVES)
    needs_both(table)
    if (table.a_total + 1) * (table.b_total + 1) > MAX_TABLES:
        raise ArgumentError(
            "a_total",
            value=table.a_total,
            allowed="such that there are at most 10 million tables; use `fisher_exact`",
        )
    return table


def _standardised(table: Table, *, pooled: bool) -> Floats:
    """Compute the standardised difference of every table: (a_total + 1, b_total + 1).

    Without any events, or non-events, there is no difference to standardise: 0.
    """
    n_a, n_b = table.a_total, table.b_total
    i, j = np.arange(n_a + 1.0)[:, None], np.arange(n_b + 1.0)
    difference = i * n_b - j * n_a
    if pooled:
        events = i + j
        spread = events * (table.total - events) * (n_a * n_b / table.total)
    else:
        spread = i * (n_a - i) * (n_b**2 / n_a) + j * (n_b - j) * (n_a**2 / n_b)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(difference == 0, 0.0, difference / np.sqrt(spread))


def _boschloo(table: Table, side: str) -> tuple[float, float]:
    """Maximise over the tables whose one-sided Fisher p is at most the observed one."""
    i, events, chance = _conditional(table)
    given = np.zeros((table.a_total + 1, table.total + 1))
    given[i, events] = chance
    if side == "greater":
        tail = np.cumsum(given[::-1], axis=0)[::-1][i, events]
    else:
        tail = np.cumsum(given, axis=0)[i, events]
    observed = float(tail[table.a_events, table.b_events])
    extreme = tail <= observed * (1 + EQUAL_PROBABILITIES)
    return _largest_chance(table, extreme), min(observed, 1.0)


def _conditional(
    table: Table,
) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Give each table's events of a, events, and probability given the events."""
    i, j = np.indices((table.a_total + 1, table.b_total + 1), dtype=np.intp)
    log = _log_choose(table.a_total)[i] + _log_choose(table.b_total)[j]
    return i, i + j, np.exp(log - _log_choose(table.total)[i + j])


def _largest_chance(table: Table, extreme: Mask) -> float:
    """Maximise the probability of some tables over the proportion common to both.

    The probability is a mean of what is extreme given the events, weighted by their
    binomial distribution. In the arcsine of the root of the proportion that has the
    same width everywhere, so that an even grid misses no maximum; each is then zoomed
    in on.
    """
    _, events, chance = _conditional(table)
    share: Floats = np.zeros(table.total + 1)
    np.add.at(share, events[extreme], chance[extreme])
    width = 1 / (2 * math.sqrt(table.total))
    step = width / POINTS_PER_WIDTH
    angle = np.linspace(0, math.pi / 2, 2 + math.ceil(math.pi / 2 / step))
    step = float(angle[1])
    value = _mean_share(share, angle)
    inner = value[1:-1]
    peaks = (inner >= value[:-2]) & (inner >= value[2:]) & (inner >= value.max() / 2)
    at = angle[1:-1][peaks]
    best = float(value.max())
    for _ in range(ZOOMS):
        if not at.size:
            break
        fine = at[:, None] + step * ZOOM
        found = _mean_share(share, fine.ravel()).reshape(fine.shape)
        at = fine[np.arange(at.size), found.argmax(axis=1)]
        step *= float(ZOOM[1] - ZOOM[0])
        best = max(best, float(found.max()))
    return min(best, 1.0)


def _mean_share(share: Floats, angle: Floats) -> Floats:
    """Average the shares over binomial numbers of events, at each angle."""
    size = share.size - 1
    events = np.flatnonzero(share)
    log_choose = _log_choose(size)[events]
    result = np.empty(angle.size)
    rows = max(1, 2_000_000 // max(events.size, 1))
    for start in range(0, angle.size, rows):
        part = slice(start, start + rows)
        p = np.sin(angle[part, None]) ** 2
        log = special.xlogy(events, p) + special.xlog1py(size - events, -p)
        with np.errstate(under="ignore"):
            result[part] = np.exp(log + log_choose) @ share[events]
    return result


def _log_choose(size: int) -> Floats:
    k = np.arange(size + 1.0)
    log = special.gammaln(size + 1.0) - special.gammaln(k + 1)
    return np.asarray(log - special.gammaln(size - k + 1))
