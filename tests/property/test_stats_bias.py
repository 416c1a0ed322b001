"""Asymmetry tests, trim-and-fill and funnels: mirrored, scaled, and by definition."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as reference

from galleyproof.stats import (
    ConvergenceError,
    Effects,
    begg_test,
    egger_test,
    funnel,
    pool,
    regress,
    trim_and_fill,
)

some = settings(max_examples=60, deadline=None)
effects_ = st.from_type(Effects)
unequal = effects_.filter(lambda e: len(set(e.variance)) > 1)
different = unequal.filter(lambda e: len(set(e.estimate)) > 1)
models = st.sampled_from(["rma", "lm"])
methods = st.sampled_from(["CE", "DL", "REML", "PM"])


def rescaled(effects, factor, shift=0.0):
    return Effects(
        estimate=factor * effects.estimate + shift,
        variance=factor**2 * effects.variance,
        measure="GEN",
    )


@given(different, models, methods, st.sampled_from([-1.0, 0.01, 30.0]))
@some
def test_egger_scales_with_the_effects(effects, model, method, factor):
    """The slope on the standard error has no unit; only the sign can change it."""
    one = egger_test(effects, model=model, method=method)
    other = egger_test(rescaled(effects, factor), model=model, method=method)
    sign = np.sign(factor)
    assert other.slope == pytest.approx(sign * one.slope, rel=1e-6, abs=1e-7)
    assert other.limit == pytest.approx(factor * one.limit, rel=1e-6, abs=1e-7 * 30)
    assume(abs(one.statistic) < 1e6)  # effects on a line: only rounding is left
    assert other.statistic == pytest.approx(sign * one.statistic, rel=1e-5, abs=1e-6)
    assert other.p == pytest.approx(one.p, rel=1e-5, abs=1e-7)
    assert 0 <= one.p <= 1


@given(different, st.sampled_from(["sei", "vi"]), methods)
@some
def test_egger_is_a_meta_regression(effects, predictor, method):
    x = effects.standard_error if predictor == "sei" else effects.variance
    fit = regress(effects, x, method=method)
    found = egger_test(effects, predictor=predictor, method=method)
    assert (found.slope, found.statistic) == (fit.coefficients[1], fit.statistics[1])
    assert (found.limit, found.limit_low) == (fit.coefficients[0], fit.ci_low[0])
    sized = Effects(
        estimate=effects.estimate,
        variance=effects.variance,
        measure="GEN",
        totals=1 / effects.variance,
    )
    # A size of 1/v is the same predictor by another name.
    inverse = egger_test(sized, predictor="ninv", method=method)
    plain = egger_test(effects, predictor="vi", method=method)
    assert inverse.slope == pytest.approx(plain.slope, rel=1e-9, abs=1e-9)
    root = egger_test(sized, predictor="sqrtninv", method=method)
    plain = egger_test(effects, predictor="sei", method=method)
    assert root.slope == pytest.approx(plain.slope, rel=1e-9, abs=1e-9)
    assert egger_test(sized, predictor="ni", method=method).limit is None


@given(different)
@some
def test_egger_own_test_is_a_regression_of_z_on_precision(effects):
    """His regression of z on 1/se: the intercept is the slope on se, by his t test."""
    se = effects.standard_error
    assume(len(effects) > 2)
    expected = reference.linregress(1 / se, effects.estimate / se)
    found = egger_test(effects, model="lm")
    assert found.slope == pytest.approx(expected.intercept, rel=1e-6, abs=1e-7)
    assert found.limit == pytest.approx(expected.slope, rel=1e-6, abs=1e-7)
    assume(expected.intercept_stderr > 1e-6)
    t = expected.intercept / expected.intercept_stderr
    assert found.statistic == pytest.approx(t, rel=1e-5, abs=1e-6)
    assert found.degrees_of_freedom == len(effects) - 2


@given(different, st.sampled_from([-1.0, 0.01, 30.0]), st.sampled_from([0.0, 5.0]))
@some
def test_begg_knows_ranks_only(effects, factor, shift):
    """Scale and origin do not matter; the mirror changes the sign of tau."""
    assume(np.ptp(standardised(effects)) > 1e-6)
    found = begg_test(effects)
    w, y = 1 / effects.variance, effects.estimate
    gaps = np.diff(np.sort(standardised(effects)))
    # Ties that hold only up to rounding are decided by it.
    assume((gaps > 1e-9).all())
    other = begg_test(rescaled(effects, factor, shift))
    assert other.statistic == pytest.approx(np.sign(factor) * found.statistic)
    assert other.p == pytest.approx(found.p, rel=1e-9)
    centre = np.average(y, weights=w)
    deviate = (y - centre) / np.sqrt(effects.variance - 1 / w.sum())
    tied = len(set(effects.variance)) < len(effects)
    expected = reference.kendalltau(
        deviate, effects.variance, method="asymptotic" if tied else "exact"
    )
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-9, abs=1e-12)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-7)


def standardised(effects):
    w = 1 / effects.variance
    centre = np.average(effects.estimate, weights=w)
    return (effects.estimate - centre) / np.sqrt(effects.variance - 1 / w.sum())


def filled(effects, **options):
    try:
        return trim_and_fill(effects, **options)
    except ConvergenceError:
        assume(False)


estimators = st.sampled_from(["L0", "R0"])
sides = st.sampled_from(["left", "right"])


@given(effects_, sides, estimators, methods)
@some
def test_filled_studies_are_mirrors(effects, side, estimator, method):
    """The outermost of the other side, about the centre of those that are left."""
    found = filled(effects, side=side, estimator=estimator, method=method)
    k, missing = len(effects), found.missing
    assert 0 <= missing < k
    assert len(found.filled) == k + missing
    np.testing.assert_array_equal(found.filled.estimate[:k], effects.estimate)
    np.testing.assert_array_equal(found.filled.variance[:k], effects.variance)
    sign = 1 if side == "left" else -1
    order = np.argsort(sign * effects.estimate, kind="stable")
    kept, trimmed = order[: k - missing], order[k - missing :]
    centre = pool(effects.take(np.sort(kept)), method=method).estimate
    mirrors = 2 * centre - effects.estimate[trimmed]
    scale = 1 + np.abs(effects.estimate).max()
    np.testing.assert_allclose(
        found.filled.estimate[k:], mirrors, rtol=1e-9, atol=1e-9 * scale
    )
    np.testing.assert_array_equal(found.filled.variance[k:], effects.variance[trimmed])
    again = pool(found.filled, method=method)
    assert found.pooled.estimate == again.estimate
    if missing == 0:
        assert found.pooled.estimate == pool(effects, method=method).estimate


@given(effects_, sides, estimators, methods)
@some
def test_number_missing_is_that_of_the_ranks(effects, side, estimator, method):
    """L0 = (4S - k(k + 1)) / (2k - 1), R0 = longest run of the outermost, less 1."""
    found = filled(effects, side=side, estimator=estimator, method=method)
    k = len(effects)
    sign = 1 if side == "left" else -1
    order = np.argsort(sign * effects.estimate, kind="stable")
    kept = order[: k - found.missing]
    centre = pool(effects.take(np.sort(kept)), method=method).estimate
    distance = sign * (effects.estimate[order] - centre)
    gaps = np.diff(np.sort(np.abs(distance)))
    assume((gaps > 1e-9).all())
    assume((np.abs(distance) > 1e-9).all())
    ranks = reference.rankdata(np.abs(distance))
    if estimator == "L0":
        number = (4 * ranks[distance > 0].sum() - k * (k + 1)) / (2 * k - 1)
    else:
        below = ranks[distance < 0]
        number = k - below.max() - 1 if below.size else 0
    assert found.missing == min(max(0, round(number)), k - 1)


@given(different, sides, estimators, methods, st.sampled_from([0.01, 30.0]))
@some
def test_trim_and_fill_mirrors_and_scales(effects, side, estimator, method, factor):
    options = {"estimator": estimator, "method": method}
    # A tie in distance, or a centre on an effect, is decided by rounding.
    assume(len(set(effects.estimate)) == len(effects))
    found = filled(effects, side=side, **options)
    y = found.filled.estimate
    assume(np.diff(np.sort(np.abs(y - found.pooled.estimate))).min() > 1e-9)
    opposite = {"left": "right", "right": "left"}[side]
    mirrored = filled(rescaled(effects, -1.0), side=opposite, **options)
    scaled = filled(rescaled(effects, factor), side=side, **options)
    assert mirrored.missing == scaled.missing == found.missing
    assert mirrored.missing_se == found.missing_se
    scale = 1e-7 * (1 + np.abs(y).max())
    assert mirrored.pooled.estimate == pytest.approx(-found.pooled.estimate, abs=scale)
    assert scaled.pooled.estimate / factor == pytest.approx(
        found.pooled.estimate, abs=scale
    )


@given(different, methods)
@some
def test_side_is_that_of_the_slope(effects, method):
    slope = egger_test(effects, method=method).slope
    assume(abs(slope) > 1e-6)
    assert filled(effects, method=method).side == ("left" if slope > 0 else "right")


@given(effects_, st.lists(st.sampled_from([0.5, 0.9, 0.95, 0.99]), min_size=1))
@some
def test_funnel_holds_a_study_if_its_z_is_small(effects, levels):
    found = funnel(effects, levels=tuple(levels), points=11)
    assert found.centre == pool(effects, method="CE").estimate
    assert found.grid[0] == 0
    assert found.grid[-1] == effects.standard_error.max()
    for level, low, high in zip(levels, found.low, found.high, strict=True):
        z = reference.norm.isf((1 - level) / 2)
        np.testing.assert_allclose(high - found.centre, z * found.grid, atol=1e-12)
        np.testing.assert_allclose(found.centre - low, z * found.grid, atol=1e-12)
    contour = funnel(effects, centre=0.0, levels=(0.95,))
    limits = np.interp(found.standard_error, contour.grid, contour.high[0])
    inside = np.abs(effects.estimate) <= limits
    p = 2 * reference.norm.sf(np.abs(effects.estimate) / effects.standard_error)
    clear = np.abs(p - 0.05) > 1e-9
    np.testing.assert_array_equal(inside[clear], (p >= 0.05)[clear])
