"""Intervals of one proportion: symmetric, ordered, nested, dual to their tests."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as reference

from galleyproof.stats import (
    agresti_coull_interval,
    clopper_pearson_interval,
    jeffreys_interval,
    mid_p_interval,
    proportion_intervals,
    wald_interval,
    wilson_corrected_interval,
    wilson_interval,
)

ONE = {
    "agresti-coull": agresti_coull_interval,
    "clopper-pearson": clopper_pearson_interval,
    "jeffreys": jeffreys_interval,
    "mid-p": mid_p_interval,
    "wald": wald_interval,
    "wilson": wilson_interval,
    "wilson-cc": wilson_corrected_interval,
}
methods = st.sampled_from(sorted(ONE))
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.9999])
counts = st.sampled_from([1, 2, 3, 7, 20, 100, 10_000, 1_000_000]).flatmap(
    lambda n: st.tuples(
        st.one_of(st.sampled_from([0, 1, n - 1, n]), st.integers(0, n)), st.just(n)
    )
)
some = settings(max_examples=80, deadline=None)
NEAR_ONE = 1e-5
"""Relative: a limit of 1 - 5e-11, one float from the next, holds that to 2e-6."""


def limits(method, x, n, level):
    found = ONE[method](events=x, total=n, level=level)
    return found.low, found.high


@given(methods, counts, levels)
@some
def test_contains_the_estimate(method, count, level):
    """At levels below one half the median-unbiased ones need not."""
    x, n = count
    low, high = limits(method, x, n, level)
    assert 0 <= low <= x / n <= high <= 1
    assert low < high or method == "wald"


@given(methods, counts, levels)
@some
def test_exchanging_events_and_non_events_reflects(method, count, level):
    x, n = count
    low, high = limits(method, x, n, level)
    mirrored = limits(method, n - x, n, level)
    assert mirrored == pytest.approx((1 - high, 1 - low), rel=1e-12, abs=1e-15)


@given(methods, counts, levels, levels)
@some
def test_a_higher_level_gives_a_wider_interval(method, count, one, other):
    narrow, wide = (limits(method, *count, each) for each in sorted((one, other)))
    assert wide[0] <= narrow[0]
    assert narrow[1] <= wide[1]


@given(methods.filter(lambda m: m != "wald"), counts, levels)
@some
def test_rises_with_the_events(method, count, level):
    """Wald's does not: it widens faster than its centre moves, then collapses."""
    x, n = count
    if x == n:
        return
    here, there = limits(method, x, n, level), limits(method, x + 1, n, level)
    assert here[0] <= there[0]
    assert here[1] <= there[1]


@given(counts, levels)
@some
def test_corrected_and_exact_intervals_hold_the_others(count, level):
    def holds(outer, inner):
        outer, inner = (limits(m, *count, level) for m in (outer, inner))
        slack = 1e-12
        return outer[0] <= inner[0] + slack and inner[1] <= outer[1] + slack

    assert holds("clopper-pearson", "mid-p")
    assert holds("wilson-cc", "wilson")
    # Brown, Cai and DasGupta (2001), Stat Sci 16:101-133: same centre, never shorter.
    assert holds("agresti-coull", "wilson")


@given(st.lists(counts, min_size=1, max_size=6), methods, levels)
@some
def test_a_vector_gives_what_each_study_gives(studies, method, level):
    x, n = zip(*studies, strict=True)
    found = proportion_intervals(events=x, total=n, method=method, level=level)
    for i, count in enumerate(studies):
        # A vector's roots are found together; each to its last digits.
        assert (found.low[i], found.high[i]) == pytest.approx(
            limits(method, *count, level), rel=1e-13, abs=1e-300
        )
        assert found.estimate[i] == count[0] / count[1]


@given(counts, levels)
@some
def test_clopper_pearson_ends_where_the_exact_test_rejects(count, level):
    x, n = count
    low, high = limits("clopper-pearson", x, n, level)
    tail = (1 - level) / 2
    if x > 0:
        assert reference.binom.sf(x - 1, n, low) == pytest.approx(tail, rel=NEAR_ONE)
    if x < n:
        assert reference.binom.cdf(x, n, high) == pytest.approx(tail, rel=NEAR_ONE)


@given(counts, levels)
@some
def test_mid_p_counts_half_of_what_was_observed(count, level):
    x, n = count
    low, high = limits("mid-p", x, n, level)
    law, tail = reference.binom, (1 - level) / 2
    if x > 0:
        upper = law.sf(x - 1, n, low) - law.pmf(x, n, low) / 2
        assert upper == pytest.approx(tail, rel=NEAR_ONE)
    if x < n:
        lower = law.cdf(x, n, high) - law.pmf(x, n, high) / 2
        assert lower == pytest.approx(tail, rel=NEAR_ONE)


@given(counts, levels)
@some
def test_wilson_ends_where_the_score_test_rejects(count, level):
    x, n = count
    z = reference.norm.isf((1 - level) / 2)
    # The corrected limits keep to 0 and 1 where the correction would leave the scale.
    for method, correction in (("wilson", 0.0), ("wilson-cc", 0.5)):
        low, high = limits(method, x, n, level)
        if x > 0 and low > 0:
            score = (x - correction - n * low) / math.sqrt(n * low * (1 - low))
            assert score == pytest.approx(z, rel=NEAR_ONE)
        if x < n and high < 1:
            score = (n * high - x - correction) / math.sqrt(n * high * (1 - high))
            assert score == pytest.approx(z, rel=NEAR_ONE)


@given(counts.filter(lambda c: 0 < c[0] < c[1]), levels)
@some
def test_jeffreys_limits_are_posterior_quantiles(count, level):
    x, n = count
    low, high = limits("jeffreys", x, n, level)
    posterior = reference.beta(x + 0.5, n - x + 0.5)
    tail = (1 - level) / 2
    assert posterior.cdf(low) == pytest.approx(tail, rel=NEAR_ONE)
    assert posterior.sf(high) == pytest.approx(tail, rel=NEAR_ONE)


@given(counts, levels)
@some
def test_wald_and_agresti_coull_are_symmetric_about_their_centres(count, level):
    x, n = count
    z2 = reference.norm.isf((1 - level) / 2) ** 2
    for method, centre, size in (
        ("wald", x / n, n),
        ("agresti-coull", (x + z2 / 2) / (n + z2), n + z2),
    ):
        half = math.sqrt(z2 * centre * (1 - centre) / size)
        expected = max(centre - half, 0), min(centre + half, 1)
        assert limits(method, x, n, level) == pytest.approx(
            expected, rel=1e-9, abs=1e-15
        )


@pytest.mark.parametrize("method", sorted(ONE))
def test_edges(method):
    """No event: exactly 0 below. All events: exactly 1 above. One person: both ways."""
    for n in (1, 2, 9):
        low, high = limits(method, 0, n, 0.95)
        assert low == 0
        assert high == 0 if method == "wald" else 0 < high <= 1
    closed_form = {
        "clopper-pearson": 1 - 0.025 ** (1 / 9),
        "mid-p": 1 - 0.05 ** (1 / 9),
        "wilson": 3.8414588206941236 / (9 + 3.8414588206941236),
    }
    if method in closed_form:
        found = limits(method, 0, 9, 0.95)[1]
        assert found == pytest.approx(closed_form[method], rel=1e-12)


def test_all_intervals_shrink_to_the_proportion():
    """Width falls as 1/sqrt(n), to Wald's, which all others approach."""
    n = 10**12
    for method in ONE:
        found = proportion_intervals(events=[n // 4], total=[n], method=method)
        half = 1.959963984540054 * math.sqrt(0.25 * 0.75 / n)
        expected = np.array([0.25 - half, 0.25 + half])
        assert np.array([found.low[0], found.high[0]]) == pytest.approx(
            expected, abs=1e-5 * half
        )
