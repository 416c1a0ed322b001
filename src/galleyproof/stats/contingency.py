"""Tests of association in a 2 x 2 table.

Owns the tests of two independent proportions given all margins: Fisher's exact test,
its mid-p variant, and Pearson's with and without Yates's correction. Tests that fix the
totals only are in `unconditional`, intervals for how much the two differ in
`two_proportions`.

The table is given as events and totals of two groups, a and b. A table without events,
or without non-events, carries no information on association: the exact tests then give
p = 1, Pearson's statistic is undefined and refused.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np

from galleyproof.stats import _validate as check
from galleyproof.stats._validate import Floats
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.results import TestResult

Alternative = Literal["two-sided", "greater", "less"]
ALTERNATIVES = ("two-sided", "greater", "less")
TIE = 1 + 1e-7
"""Tables this much more probable than the observed one still count as equally so: the
relative tolerance of R's `fisher.test`, which absorbs rounding, not differences."""


class Table(NamedTuple):
    """A checked 2 x 2 table."""

    a_events: int
    a_total: int
    b_events: int
    b_total: int

    @property
    def events(self) -> int:
        """Events in both groups."""
        return self.a_events + self.b_events

    @property
    def total(self) -> int:
        """Size of both groups."""
        return self.a_total + self.b_total

    @property
    def minimum_expected(self) -> float:
        """Smallest expected count under no association."""
        smaller = min(self.a_total, self.b_total)
        return smaller * min(self.events, self.total - self.events) / self.total


def table_of(
    a_events: object, a_total: object, b_events: object, b_total: object
) -> Table:
    """Check the four counts of a 2 x 2 table."""
    return Table(
        *check.events_of("a_events", a_events, "a_total", a_total),
        *check.events_of("b_events", b_events, "b_total", b_total),
    )


def minimum_expected_count(
    *, a_events: int, a_total: int, b_events: int, b_total: int
) -> float:
    """Compute the smallest expected count of a 2 x 2 table under no association.

    Parameters
    ----------
    a_events, b_events: whole numbers from 0 to the total of their group.
    a_total, b_total: whole numbers of at least 1.

    Returns
    -------
    Smallest row total times column total over grand total; 0 if a margin is empty.

    Raises
    ------
    ArgumentError: a count is negative, fractional or above its total.

    Source
    ------
    Cochran WG (1954), Biometrics 10:417-451, who advised against Pearson's test where
    it is below 5.
    """
    return table_of(a_events, a_total, b_events, b_total).minimum_expected


def fisher_exact(
    *,
    a_events: int,
    a_total: int,
    b_events: int,
    b_total: int,
    alternative: Alternative = "two-sided",
    mid_p: bool = False,
) -> TestResult:
    """Test two proportions by Fisher's exact test, or its mid-p variant.

    Parameters
    ----------
    a_events, b_events: whole numbers from 0 to the total of their group.
    a_total, b_total: whole numbers of at least 1.
    alternative: `two-sided`; `greater` if group a is thought to have the higher
        proportion; `less` if the lower.
    mid_p: count half the probability of the observed table and, two-sided, of any
        other that is equally probable (where the groups are of one size, its mirror
        image is).

    Returns
    -------
    TestResult without statistic. The two-sided p adds the probabilities of all tables
    with the same margins that are at most as probable as the observed one. A table
    with an empty margin gives 1 (1/2 with `mid_p`, as half its only table is removed).

    Raises
    ------
    ArgumentError: a bad count or alternative.

    Source
    ------
    Fisher RA (1935), J R Stat Soc 98:39-54; two-sided by probability as Irwin JO
    (1935), Metron 12:83-94, and R's `fisher.test`. Mid-p: Lydersen S, Fagerland MW,
    Laake P (2009), Stat Med 28:1159-1175: P(T > t) + P(T = t) / 2. Some programs take
    off half the probability of the observed table alone, which is more wherever
    another is equally probable.
    """
    table = table_of(a_events, a_total, b_events, b_total)
    check.choice("alternative", alternative, ALTERNATIVES)
    mid_p = check.flag("mid_p", mid_p)
    support, probability = hypergeometric(table)
    observed = table.a_events - int(support[0])
    p_observed = float(probability[observed])
    halved = p_observed
    if alternative == "greater":
        p = float(_small_first(probability[observed:]))
    elif alternative == "less":
        p = float(_small_first(probability[: observed + 1]))
    else:
        extreme = probability[probability <= p_observed * TIE]
        p = float(_small_first(extreme))
        halved = float(extreme[extreme >= p_observed / TIE].sum())
    return TestResult(
        p=min(p, 1.0) - (halved / 2 if mid_p else 0.0),
        statistic=None,
        degrees_of_freedom=None,
        method="fisher-mid-p" if mid_p else "fisher",
        alternative=alternative,
        minimum_expected=table.minimum_expected,
    )


def pearson_chi_square(
    *,
    a_events: int,
    a_total: int,
    b_events: int,
    b_total: int,
    correction: bool = False,
) -> TestResult:
    """Test two proportions by Pearson's chi-square, optionally with Yates's correction.

    Parameters
    ----------
    a_events, b_events: whole numbers from 0 to the total of their group.
    a_total, b_total: whole numbers of at least 1.
    correction: reduce each difference from its expectation by 1/2 (Yates), but not
        beyond 0, as R's `chisq.test` does.

    Returns
    -------
    TestResult, two-sided, one degree of freedom, with the minimum expected count.

    Raises
    ------
    ArgumentError: a bad count; no events or no non-events in either group.

    Source
    ------
    Pearson K (1900), Philos Mag 50:157-175; Yates F (1934), Suppl J R Stat Soc
    1:217-235.
    """
    table = table_of(a_events, a_total, b_events, b_total)
    statistic = _chi_square(table, correction=check.flag("correction", correction))
    return TestResult(
        p=math.erfc(math.sqrt(statistic / 2)),
        statistic=statistic,
        degrees_of_freedom=1.0,
        method="pearson-yates" if correction else "pearson",
        alternative="two-sided",
        minimum_expected=table.minimum_expected,
    )


def hypergeometric(table: Table) -> tuple[Floats, Floats]:
    """List the possible events of group a, given the margins, and their probabilities.

    By cumulative products of exact ratios outwards from the mode: each probability is
    good to its own last digits, where differences of log factorials lose nine of them
    at totals of a million.
    """
    support, ratio, mode = _ratios(table)
    weight = np.ones(support.size)
    with np.errstate(under="ignore"):
        weight[mode + 1 :] = np.cumprod(ratio[mode:])
        weight[:mode] = np.cumprod(1 / ratio[:mode][::-1])[::-1]
        return support, weight / _small_first(weight)


def hypergeometric_log_weights(table: Table) -> tuple[Floats, Floats]:
    """List the possible events of group a and their log probabilities, unnormalised.

    The mode has 0; nothing underflows, however far in the tail.
    """
    support, ratio, mode = _ratios(table)
    log_ratio = np.log(ratio)
    weight = np.zeros(support.size)
    weight[mode + 1 :] = np.cumsum(log_ratio[mode:])
    weight[:mode] = np.cumsum(-log_ratio[:mode][::-1])[::-1]
    return support, weight


def _ratios(table: Table) -> tuple[Floats, Floats, int]:
    """List the support, the ratios of successive probabilities, and the mode."""
    low = max(0, table.events - table.b_total)
    high = min(table.events, table.a_total)
    support = np.arange(low, high + 1, dtype=np.float64)
    k = support[:-1]
    ratio = ((table.events - k) * (table.a_total - k)) / (
        (k + 1) * (table.b_total - table.events + k + 1)
    )
    return support, ratio, int(np.searchsorted(-ratio, -1.0))


def _small_first(values: Floats) -> np.float64:
    """Add probabilities, small ones first, as their sum deserves."""
    return (
        np.float64(math.fsum(values)) if values.size < 5000 else np.sort(values).sum()
    )


def _chi_square(table: Table, *, correction: bool) -> float:
    needs_both(table)
    a, n_a, b, n_b = table
    c, d = n_a - a, n_b - b
    # Whole numbers until the last division: exact, however large.
    difference = abs(a * d - b * c)
    numerator: float = difference
    if correction:
        numerator = max(difference - table.total / 2, 0.0)
    margins = n_a * n_b * table.events * (table.total - table.events)
    return table.total * numerator**2 / margins


def needs_both(table: Table) -> None:
    """Refuse a table without events, or without non-events."""
    if table.events == 0:
        raise ArgumentError("a_events", allowed="above 0 in at least one group")
    if table.events == table.total:
        raise ArgumentError("a_events", allowed="below the total in at least one group")


__all__ = [
    "Alternative",
    "Table",
    "fisher_exact",
    "hypergeometric",
    "hypergeometric_log_weights",
    "minimum_expected_count",
    "needs_both",
    "pearson_chi_square",
]
