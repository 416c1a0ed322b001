"""Pools: invariant where they must be, on their limits, at the roots they claim."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from galleyproof.stats import Effects, heterogeneity_interval, pool
from galleyproof.stats._wls import Intercept
from galleyproof.stats.pooling import pool_at
from galleyproof.stats.tau2 import COMMON, METHODS, Tau2

some = settings(max_examples=60, deadline=None)
effects_ = st.from_type(Effects)
methods = st.sampled_from(METHODS)
tests = st.sampled_from(["z", "t", "knha", "adhoc", "hybrid"])
levels = st.sampled_from([0.5, 0.8, 0.95, 0.99])
NUMBERS = (
    "estimate",
    "standard_error",
    "ci_low",
    "ci_high",
    "prediction_low",
    "prediction_high",
)
SQUARES = ("tau2", "tau2_se")
UNITLESS = ("q", "q_p", "i2", "h2", "q_df", "p", "statistic")


def rescaled(effects, factor=1.0, shift=0.0):
    return Effects(
        estimate=factor * effects.estimate + shift,
        variance=factor**2 * effects.variance,
        measure="GEN",
    )


def agree(one, other, names, effects, factor=1.0):
    """Compare fields up to a factor; what is 0 but for rounding has a floor."""
    # Roots of the likelihood are found to 1e-9 of tau2 or better.
    floors = {name: 1e-8 * math.sqrt(effects.variance.min()) for name in NUMBERS}
    floors |= {name: 1e-9 * effects.variance.min() for name in SQUARES}
    for name in names:
        found, expected = getattr(other, name), factor * getattr(one, name)
        floor = floors.get(name, 1e-8) * max(abs(factor), 1e-300)
        assert found == pytest.approx(expected, rel=1e-7, abs=floor), name


@given(effects_, methods, tests, st.randoms(use_true_random=False))
@some
def test_order_of_studies_does_not_matter(effects, method, test, random):
    order = list(range(len(effects)))
    random.shuffle(order)
    one = pool(effects, method=method, test=test)
    other = pool(effects.take(order), method=method, test=test)
    assume(one.standard_error > 0)
    agree(one, other, NUMBERS + SQUARES + UNITLESS, effects)
    np.testing.assert_allclose(other.weights, one.weights[order], rtol=1e-7)


@given(effects_, methods, tests, st.sampled_from([1e-4, 0.5, 3.0, 1e5]))
@some
def test_unit_of_the_effects_does_not_matter(effects, method, test, unit):
    one = pool(effects, method=method, test=test)
    other = pool(rescaled(effects, unit), method=method, test=test)
    assume(one.standard_error > 0)
    agree(one, other, NUMBERS, effects, unit)
    agree(one, other, SQUARES, effects, unit**2)
    agree(one, other, UNITLESS, effects)


@given(effects_, methods, tests)
@some
def test_swapping_the_groups_changes_the_sign(effects, method, test):
    one = pool(effects, method=method, test=test)
    other = pool(rescaled(effects, -1.0), method=method, test=test)
    assert other.estimate == -one.estimate
    assert (other.ci_low, other.ci_high) == (-one.ci_high, -one.ci_low)
    assert (other.tau2, other.p, other.i2) == (one.tau2, one.p, one.i2)


@given(effects_, methods, tests, st.sampled_from([-7.0, 0.25, 40.0]))
@some
def test_an_effect_added_to_all_is_added_to_the_pool(effects, method, test, shift):
    one = pool(effects, method=method, test=test)
    other = pool(rescaled(effects, shift=shift), method=method, test=test)
    slack = 1e-6 * math.sqrt(effects.variance.min())
    for name in NUMBERS:
        moved = getattr(one, name) + shift * (name != "standard_error")
        assert getattr(other, name) == pytest.approx(moved, rel=1e-7, abs=slack), name
    agree(one, other, SQUARES, effects)
    assert other.q == pytest.approx(one.q, rel=1e-7, abs=1e-9)


@given(effects_, methods, tests, levels, levels)
@some
def test_intervals_are_nested_and_within_reason(effects, method, test, one, other):
    narrow, wide = (
        pool(effects, method=method, test=test, level=each)
        for each in sorted((one, other))
    )
    for found in (narrow, wide):
        y = effects.estimate
        slack = 1e-12 * np.abs(y).max()
        assert y.min() - slack <= found.estimate <= y.max() + slack
        assert found.weights.sum() == pytest.approx(1, rel=1e-13)
        assert (found.weights > 0).all()
        assert found.prediction_low <= found.ci_low <= found.estimate
        assert found.estimate <= found.ci_high <= found.prediction_high
        assert 0 <= found.p <= 1
        assert found.tau2 >= 0
        assert found.converged
    assert wide.ci_low <= narrow.ci_low
    assert narrow.ci_high <= wide.ci_high
    # The interval leaves out 0 if and only if p < 1 - level.
    if abs(wide.p - (1 - wide.level)) > 1e-9 and test != "hybrid":
        leaves_out = wide.ci_low > 0 or wide.ci_high < 0
        assert leaves_out == (wide.p < 1 - wide.level)


@given(effects_, methods)
@some
def test_heterogeneity_statistics_say_the_same(effects, method):
    found = pool(effects, method=method)
    y, w = effects.estimate, 1 / effects.variance
    k = len(effects)
    centred = y - np.average(y, weights=w)
    q = float(w @ centred**2)
    assert found.q == pytest.approx(q, rel=1e-9, abs=1e-12)
    assert found.q_df == k - 1
    assert 0 <= found.i2 <= 100
    typical = (k - 1) * w.sum() / (w.sum() ** 2 - w @ w)
    if method in COMMON:
        assert found.h2 == pytest.approx(q / (k - 1), rel=1e-9, abs=1e-12)
        assert found.tau2 == 0
        # Higgins and Thompson (2002): I² = (H² - 1) / H², not below 0.
        expected = max(0, 100 * (found.h2 - 1) / found.h2) if found.h2 else 0
    else:
        assert found.h2 == pytest.approx(1 + found.tau2 / typical, rel=1e-9)
        expected = 100 * (found.h2 - 1) / found.h2
    assert found.i2 == pytest.approx(expected, rel=1e-7, abs=1e-9)


@given(effects_)
@some
def test_i2_of_dersimonian_and_laird_is_that_of_q(effects):
    """The two definitions of I² coincide for this estimator alone."""
    dl, common = (pool(effects, method=m) for m in ("DL", "CE"))
    assert dl.i2 == pytest.approx(common.i2, rel=1e-8, abs=1e-9)
    if dl.tau2 > 0:
        assert dl.h2 == pytest.approx(common.h2, rel=1e-8)


@given(effects_, tests)
@some
def test_between_the_common_effect_and_the_plain_mean(effects, test):
    """tau2 = 0 gives the common effect, and an infinite one the unweighted mean."""

    def at(value):
        tau2 = Tau2(
            value=value, standard_error=0, method="DL", converged=True, iterations=0
        )
        return pool_at(effects, tau2, test=test, level=0.95)

    common = pool(effects, method="CE", test=test)
    assert at(0.0).estimate == common.estimate
    assert at(0.0).ci_low == common.ci_low
    far = at(1e12)
    slack = 1e-9 * np.abs(effects.estimate).max()
    assert far.estimate == pytest.approx(effects.estimate.mean(), rel=0, abs=slack)
    assert far.weights == pytest.approx(1 / len(effects), rel=1e-9)


@given(effects_, methods)
@some
def test_equal_variances_give_the_plain_mean(effects, method):
    effects = Effects(
        estimate=effects.estimate, variance=np.full(len(effects), 0.3), measure="GEN"
    )
    found = pool(effects, method=method)
    mean = effects.estimate.mean()
    assert found.estimate == pytest.approx(mean, rel=1e-9, abs=1e-12)
    spread = float(effects.estimate.var(ddof=1))
    if method in ("DL", "HE", "REML", "PM", "EB", "DLIT", "SJIT", "DL2"):
        # All unbiased ones are then the same: s² - v, cut at 0.
        expected = max(spread - 0.3, 0.0)
        assert found.tau2 == pytest.approx(expected, rel=1e-7, abs=1e-12)
    if method == "ML":
        expected = max(spread * (1 - 1 / len(effects)) - 0.3, 0.0)
        assert found.tau2 == pytest.approx(expected, rel=1e-7, abs=1e-12)


@given(effects_)
@some
def test_knapp_and_hartung_is_students_interval_for_equal_variances(effects):
    """Whatever tau2 is: the textbook interval of a mean."""
    y = effects.estimate
    assume(np.ptp(y) > 0)
    equal = Effects(estimate=y, variance=np.full(y.size, 0.3), measure="GEN")
    error = y.std(ddof=1) / math.sqrt(y.size)
    for method in ("CE", "DL", "REML", "SJ"):
        found = pool(equal, method=method, test="knha")
        assert found.standard_error == pytest.approx(error, rel=1e-9)
        assert found.degrees_of_freedom == y.size - 1


@given(effects_, methods)
@some
def test_tests_are_ordered(effects, method):
    """Ad hoc is never below `t` nor `knha`; hybrid never below `z` nor `knha`."""
    half = {}
    for test in ("z", "t", "knha", "adhoc", "hybrid"):
        found = pool(effects, method=method, test=test)
        half[test] = found.ci_high - found.estimate
    slack = 1 + 1e-12
    assert half["z"] <= half["t"] <= half["adhoc"] * slack
    assert half["knha"] <= half["adhoc"] * slack
    assert half["hybrid"] == max(half["z"], half["knha"])


def direct(y, v, tau2):
    """Compute the estimating functions from matrices."""
    w = np.diag(1 / (v + tau2))
    x = np.ones((y.size, 1))
    p = w - w @ x @ np.linalg.inv(x.T @ w @ x) @ x.T @ w
    return {
        "q": y @ p @ y,
        "REML": (y @ p @ p @ y) / np.trace(p) - 1,
        "ML": (y @ p @ p @ y) / np.trace(w) - 1,
    }


@given(effects_)
@some
def test_iterative_estimates_solve_their_equations(effects):
    y, v = effects.estimate, effects.variance
    k = len(effects)
    median = heterogeneity_median(k - 1)
    for method in ("REML", "ML", "PM", "EB", "DLIT", "SJIT", "PMM"):
        tau2 = pool(effects, method=method).tau2
        found = direct(y, v, tau2)
        if method in ("REML", "ML"):
            residual = found[method]
        else:
            residual = found["q"] / (median if method == "PMM" else k - 1) - 1
        if tau2 > 0:
            assert residual == pytest.approx(0, abs=1e-8), method
        elif method not in ("REML", "ML"):
            # Cut: even at 0 the effects are too alike.
            assert residual <= 1e-12


def heterogeneity_median(df):
    from scipy.stats import chi2

    return chi2.median(df)


@given(effects_)
@some
def test_likelihood_estimates_are_global_maxima(effects):
    """Against a grid of 600 points from 0 to far beyond the spread of the effects."""
    model = Intercept(effects.estimate, effects.variance)
    top = math.log1p(1e3 * (1 + np.ptp(effects.estimate) ** 2) / effects.variance.min())
    grid = effects.variance.min() * np.expm1(np.linspace(0, top, 600))
    for method, restricted in (("REML", True), ("ML", False)):
        tau2 = pool(effects, method=method).tau2
        best = model.log_likelihood(tau2, restricted=restricted)
        values = [model.log_likelihood(t, restricted=restricted) for t in grid]
        assert max(values) <= best + 1e-9 * max(1, abs(best))


@given(effects_, methods)
@some
def test_estimates_of_tau2_ignore_the_mean_and_know_no_heterogeneity(effects, method):
    """Equal effects have no heterogeneity by any estimator but Sidik and Jonkman's.

    Theirs starts from the observed spread, which is 0 here too.
    """
    alike = Effects(
        estimate=np.full(len(effects), 1.5), variance=effects.variance, measure="GEN"
    )
    found = pool(alike, method=method)
    assert (found.tau2, found.i2) == (0, 0)
    assert found.q == 0
    assert found.estimate == pytest.approx(1.5, rel=1e-15)


@given(effects_, levels, levels)
@some
def test_q_profile_is_nested_and_dual_to_the_q_test(effects, one, other):
    narrow, wide = (
        heterogeneity_interval(effects, level=each) for each in sorted((one, other))
    )
    assert wide.tau2_low <= narrow.tau2_low <= narrow.tau2_high <= wide.tau2_high
    y, v = effects.estimate, effects.variance
    from scipy.stats import chi2

    for found in (narrow, wide):
        tail = (1 - found.level) / 2
        df = len(effects) - 1
        for limit, target in (
            (found.tau2_low, chi2.isf(tail, df)),
            (found.tau2_high, chi2.ppf(tail, df)),
        ):
            q = direct(y, v, limit)["q"]
            if limit > 0:
                assert q == pytest.approx(target, rel=1e-7)
            else:
                assert q <= target * (1 + 1e-9)
        assert found.empty == (found.tau2_high == 0)
        assert found.i2_low <= found.i2_high
        assert found.h2_low == pytest.approx(1 / (1 - found.i2_low / 100), rel=1e-9)
        assert found.h2_high == pytest.approx(1 / (1 - found.i2_high / 100), rel=1e-6)
        # 0 is left out if and only if the one-sided Q test at (1 - level)/2 rejects.
        p = pool(effects, method="CE").q_p
        if abs(p - tail) > 1e-9:
            assert (found.tau2_low > 0) == (p < tail)
    # Q at its expectation lies between its outer quantiles (mean above the median).
    paule_mandel = pool(effects, method="PM").tau2
    if wide.level >= 0.8:
        assert wide.tau2_low <= paule_mandel <= wide.tau2_high


@given(effects_)
@some
def test_one_study_is_returned_as_it_is(effects):
    one = effects.take([0])
    found = pool(one)
    assert (found.estimate, found.method, found.tau2) == (one.estimate[0], "CE", 0)
    assert found.standard_error == pytest.approx(math.sqrt(one.variance[0]))
    assert (found.q, found.i2, found.h2, found.q_p) == (0, 0, 1, 1)
