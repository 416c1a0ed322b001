"""Tests of a 2 x 2 table: symmetric, ordered, valid, and what enumeration gives."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as reference

from galleyproof.stats import (
    barnard_exact,
    boschloo_exact,
    fisher_exact,
    minimum_expected_count,
    pearson_chi_square,
)

some = settings(max_examples=60, deadline=None)
arms = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
tables = st.tuples(arms, arms)
informative = tables.filter(lambda t: 0 < t[0][0] + t[1][0] < t[0][1] + t[1][1])
alternatives = st.sampled_from(["two-sided", "greater", "less"])
MIRROR = {"two-sided": "two-sided", "greater": "less", "less": "greater"}


def counts(table):
    (a, n_a), (b, n_b) = table
    return {"a_events": a, "a_total": n_a, "b_events": b, "b_total": n_b}


def swapped(table):
    return table[1], table[0]


def complement(table):
    return tuple((n - x, n) for x, n in table)


@given(tables, alternatives, st.booleans())
@some
def test_fisher_swaps_sides_with_the_groups_and_with_the_outcome(t, side, mid_p):
    p = fisher_exact(**counts(t), alternative=side, mid_p=mid_p).p
    assert 0 < p <= 1
    for other in (swapped(t), complement(t)):
        found = fisher_exact(**counts(other), alternative=MIRROR[side], mid_p=mid_p).p
        assert found == pytest.approx(p, rel=1e-12)


@given(tables)
@some
def test_fisher_is_what_whole_numbers_give(t):
    """Exact: the number of ways for each table, without a division."""
    (a, n_a), (b, n_b) = t
    support = range(max(0, a + b - n_b), min(a + b, n_a) + 1)
    ways = {x: math.comb(n_a, x) * math.comb(n_b, a + b - x) for x in support}
    total = sum(ways.values())
    expected = {
        "two-sided": [w for w in ways.values() if w <= ways[a]],
        "greater": [w for x, w in ways.items() if x >= a],
        "less": [w for x, w in ways.items() if x <= a],
    }
    for side, chosen in expected.items():
        p = Fraction(sum(chosen), total)
        found = fisher_exact(**counts(t), alternative=side)
        assert found.p == pytest.approx(float(p), rel=1e-12)
        half = fisher_exact(**counts(t), alternative=side, mid_p=True)
        # Two-sided, a mirror image that is as probable is halved as well.
        equal = chosen.count(ways[a]) if side == "two-sided" else 1
        p -= Fraction(equal * ways[a], 2 * total)
        assert half.p == pytest.approx(float(p), rel=1e-11)


@given(tables)
@some
def test_one_sided_tests_fall_as_the_events_of_a_rise(t):
    (a, n_a), b = t
    assume(a < n_a)
    more = ((a + 1, n_a), b)
    for mid_p in (False, True):
        here = fisher_exact(**counts(t), alternative="greater", mid_p=mid_p).p
        there = fisher_exact(**counts(more), alternative="greater", mid_p=mid_p).p
        assert there <= here * (1 + 1e-12)


@given(informative, st.booleans())
@some
def test_pearson_is_the_squared_standardised_difference(t, correction):
    (a, n_a), (b, n_b) = t
    found = pearson_chi_square(**counts(t), correction=correction)
    pooled = (a + b) / (n_a + n_b)
    gap = abs(a / n_a - b / n_b)
    if correction:
        gap = max(gap - (1 / n_a + 1 / n_b) / 2, 0.0)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
    assert found.statistic == pytest.approx((gap / error) ** 2, rel=1e-10, abs=1e-12)
    expected = reference.chi2.sf(found.statistic, 1)
    assert found.p == pytest.approx(expected, rel=1e-9)
    for other in (swapped(t), complement(t)):
        again = pearson_chi_square(**counts(other), correction=correction)
        assert again.statistic == found.statistic
    if correction:
        assert found.p >= pearson_chi_square(**counts(t)).p


@given(tables)
@some
def test_minimum_expected_count_is_the_least_of_four(t):
    (a, n_a), (b, n_b) = t
    events, total = a + b, n_a + n_b
    margins = [(n, m) for n in (n_a, n_b) for m in (events, total - events)]
    expected = min(n * m / total for n, m in margins)
    assert minimum_expected_count(**counts(t)) == pytest.approx(expected, rel=1e-14)


small_arms = st.integers(1, 8).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n))
)
small = st.tuples(small_arms, small_arms).filter(
    lambda t: 0 < t[0][0] + t[1][0] < t[0][1] + t[1][1]
)


@given(small, alternatives)
@settings(max_examples=25, deadline=None)
def test_unconditional_tests_swap_sides_with_the_groups(t, side):
    for test in (barnard_exact, boschloo_exact):
        p = test(**counts(t), alternative=side).p
        found = test(**counts(swapped(t)), alternative=MIRROR[side]).p
        # scipy searches the nuisance parameter to about eight digits.
        assert found == pytest.approx(p, rel=1e-6)


@given(small)
@settings(max_examples=25, deadline=None)
def test_boschloo_is_never_above_fisher(t):
    """Uniformly more powerful, one-sided, where it is twice the smaller of two."""
    for side in ("greater", "less"):
        fisher = fisher_exact(**counts(t), alternative=side).p
        found = boschloo_exact(**counts(t), alternative=side)
        assert found.p <= fisher * (1 + 1e-9)
        assert found.statistic == pytest.approx(fisher, rel=1e-9)


def largest_size(test, n_a, n_b, alpha):
    """Probability of rejecting equal risks, at the worst of a grid of risks."""
    risks = np.linspace(0.005, 0.995, 199)
    rejecting = np.zeros(risks.size)
    for a in range(n_a + 1):
        for b in range(n_b + 1):
            # An empty margin has no evidence; the tests refuse it or give 1.
            if 0 < a + b < n_a + n_b and test(((a, n_a), (b, n_b))) <= alpha:
                law = reference.binom
                rejecting += law.pmf(a, n_a, risks) * law.pmf(b, n_b, risks)
    return float(rejecting.max())


@pytest.mark.parametrize("alpha", [0.05, 0.2])
@pytest.mark.parametrize("sizes", [(6, 6), (9, 5)])
def test_exact_tests_keep_their_size(sizes, alpha):
    """No more than alpha of tables under equal risks reject, whatever the risk."""
    for test in (fisher_exact, barnard_exact, boschloo_exact):
        largest = largest_size(lambda t, test=test: test(**counts(t)).p, *sizes, alpha)
        assert 0 < largest <= alpha * (1 + 1e-6)


def test_sizes_rank_as_they_are_known_to():
    """Fisher is conservative, Yates no less, Boschloo and mid-p less so.

    Lydersen, Fagerland and Laake (2009), Stat Med 28:1159-1175, recommend against the
    first two for that.
    """
    sizes = {
        "fisher": lambda t: fisher_exact(**counts(t)).p,
        "mid-p": lambda t: fisher_exact(**counts(t), mid_p=True).p,
        "yates": lambda t: pearson_chi_square(**counts(t), correction=True).p,
        "pearson": lambda t: pearson_chi_square(**counts(t)).p,
        "boschloo": lambda t: boschloo_exact(**counts(t)).p,
    }
    found = {name: largest_size(test, 10, 10, 0.05) for name, test in sizes.items()}
    assert found["yates"] <= found["fisher"] < found["boschloo"] <= 0.05
    assert found["fisher"] < found["mid-p"] < found["pearson"] + 1e-12
