"""Meta-regression and subgroups: what does not change, and where the two meet."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from galleyproof.stats import ArgumentError, Effects, pool, predict, regress, subgroups
from galleyproof.stats.tau2 import METHODS

some = settings(max_examples=60, deadline=None)
effects_ = st.from_type(Effects)
methods = st.sampled_from(METHODS)
tests = st.sampled_from(["z", "t", "knha", "adhoc"])


@st.composite
def with_moderator(draw):
    """Effects, and a moderator that is not constant."""
    effects = draw(effects_)
    k = len(effects)
    x = draw(st.lists(st.integers(-20, 20), min_size=k, max_size=k))
    assume(len(set(x)) > 1)
    return effects, np.array(x, dtype=float)


@st.composite
def with_groups(draw):
    """Effects in two or three groups of at least two studies."""
    effects = draw(effects_.filter(lambda e: len(e) >= 4))
    k = len(effects)
    labels = draw(st.lists(st.sampled_from("abc"), min_size=k, max_size=k))
    assume(len(set(labels)) > 1)
    assume(min(labels.count(label) for label in set(labels)) > 1)
    return effects, labels


def close(found, expected, scale=1.0, tolerance=1e-7):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=1e-9 * scale)


def size(effects):
    return 1 + np.abs(effects.estimate).max() + np.sqrt(effects.variance.max())


@given(with_moderator(), methods, tests, st.sampled_from([0.01, 7.0, 365.25]))
@some
def test_unit_and_origin_of_a_moderator(data, method, test, unit):
    """Slope and intercept move as they must; everything else stays."""
    effects, x = data
    assume(len(effects) > 2)
    one = regress(effects, x, method=method, test=test)
    other = regress(effects, unit * (x + 3), method=method, test=test)
    scale = size(effects) * 20
    close(other.coefficients[1] * unit, one.coefficients[1], scale)
    close(
        other.coefficients[0] + other.coefficients[1] * 3 * unit,
        one.coefficients[0],
        scale,
    )
    for name in ("tau2", "tau2_se", "qe", "i2", "h2", "r2", "qe_p"):
        close(getattr(other, name), getattr(one, name), scale, 1e-6)
    assume(one.standard_errors.min() > 1e-8)
    for name in ("qm", "qm_p"):
        close(getattr(other, name), getattr(one, name), 100, 1e-5)
    at = np.array([[1.0], [-8.0]])
    near, far = predict(one, at), predict(other, unit * (at + 3))
    for name in near.__slots__:
        close(getattr(far, name), getattr(near, name), scale, 1e-6)


@given(with_moderator(), methods, tests, st.randoms(use_true_random=False))
@some
def test_order_of_studies_and_sign_of_effects(data, method, test, random):
    effects, x = data
    order = list(range(len(effects)))
    random.shuffle(order)
    one = regress(effects, x, method=method, test=test)
    shuffled = regress(effects.take(order), x[order], method=method, test=test)
    negative = Effects(
        estimate=-effects.estimate, variance=effects.variance, measure="GEN"
    )
    mirrored = regress(negative, x, method=method, test=test)
    scale = size(effects)
    for other, sign in ((shuffled, 1), (mirrored, -1)):
        close(other.coefficients, sign * one.coefficients, scale)
        close(other.tau2, one.tau2, scale)
        close(other.standard_errors, one.standard_errors, scale)


@given(with_moderator(), methods)
@some
def test_unit_of_the_effects(data, method):
    effects, x = data
    scaled = Effects(
        estimate=1000 * effects.estimate,
        variance=1e6 * effects.variance,
        measure="GEN",
    )
    one, other = regress(effects, x, method=method), regress(scaled, x, method=method)
    close(other.coefficients / 1000, one.coefficients, size(effects))
    close(other.tau2 / 1e6, one.tau2, size(effects))
    close(other.qm, one.qm, 10, 1e-6)
    close([other.i2, other.r2], [one.i2, one.r2], 100, 1e-6)


@given(with_moderator(), methods)
@some
def test_effects_on_a_line_are_explained_altogether(data, method):
    """No residual heterogeneity, the line itself, all of tau2 explained."""
    effects, x = data
    assume(len(effects) > 2)
    line = Effects(estimate=2 - 0.3 * x, variance=effects.variance, measure="GEN")
    found = regress(line, x, method=method)
    close(found.coefficients, [2, -0.3], 100)
    close([found.qe, found.tau2], 0, 10)
    alone = pool(line, method=method)
    if alone.tau2 > 1e-6:
        assert found.r2 == pytest.approx(100)


@given(with_moderator(), methods, tests)
@some
def test_fits_are_consistent(data, method, test):
    effects, x = data
    assume(len(effects) > 2)
    found = regress(effects, x, method=method, test=test)
    wide = regress(effects, x, method=method, test=test, level=0.99)
    assert (wide.ci_low <= found.ci_low).all()
    assert (found.ci_low <= found.coefficients).all()
    assert (found.coefficients <= found.ci_high).all()
    assert (found.ci_high <= wide.ci_high).all()
    assert ((found.p >= 0) & (found.p <= 1)).all()
    assert 0 <= found.r2 <= 100
    assert 0 <= found.i2 <= 100
    np.testing.assert_allclose(
        np.sqrt(np.diag(found.covariance)), found.standard_errors, rtol=1e-12
    )
    # One moderator: the test of all is the square of its own.
    if found.standard_errors[1] > 0:
        assert found.qm == pytest.approx(found.statistics[1] ** 2, rel=1e-9)
        assert found.qm_p == pytest.approx(found.p[1], rel=1e-7, abs=1e-300)
    # The residual sum of squares is what the moderator leaves of Q.
    q = pool(effects, method="CE").q
    common = regress(effects, x, method="CE")
    assert common.qe + common.qm == pytest.approx(q, rel=1e-8, abs=1e-9)


@given(with_moderator(), methods)
@some
def test_weighted_least_squares_equations_hold(data, method):
    """X'W(y - X b) = 0, and the covariance is (X'W X)^-1."""
    effects, x = data
    found = regress(effects, x, method=method)
    design = np.column_stack([np.ones(x.size), x])
    w = 1 / (effects.variance + found.tau2)
    residual = effects.estimate - design @ found.coefficients
    information = design.T @ (design * w[:, None])
    scale = np.abs(design.T) @ (w * (np.abs(effects.estimate) + 1))
    assert (np.abs(design.T @ (w * residual)) <= 1e-9 * scale).all()
    close(found.covariance @ information, np.eye(2), 1e3, 1e-6)


@given(effects_, methods, tests)
@some
def test_a_mean_is_a_regression_on_nothing_but_ones(effects, method, test):
    alone = pool(effects, method=method, test=test)
    found = regress(
        effects, np.ones(len(effects)), intercept=False, method=method, test=test
    )
    scale = size(effects)
    for name, value in (
        ("estimate", found.coefficients[0]),
        ("standard_error", found.standard_errors[0]),
        ("ci_low", found.ci_low[0]),
        ("ci_high", found.ci_high[0]),
        ("tau2", found.tau2),
        ("tau2_se", found.tau2_se),
        ("q", found.qe),
        ("i2", found.i2),
        ("h2", found.h2),
    ):
        close(value, getattr(alone, name), scale)


@given(with_groups(), methods)
@some
def test_dummies_are_subgroups(data, method):
    """A regression on the groups is the pool of each, with one tau2 for all."""
    effects, labels = data
    found = subgroups(effects, labels, sharing="common", method=method)
    others = found.groups[1:]
    dummies = np.array([[label == name for name in others] for label in labels])
    fit = regress(effects, dummies.astype(float), method=method)
    scale = size(effects)
    estimates = [each.estimate for each in found.pooled]
    close(fit.coefficients[0], estimates[0], scale)
    close(fit.coefficients[1:] + fit.coefficients[0], estimates[1:], scale)
    close([each.tau2 for each in found.pooled], fit.tau2, scale)
    close(found.q_between, fit.qm, 10, 1e-6)
    close(found.q_between_p, fit.qm_p, 1, 1e-6)
    assert found.q_between_df == fit.qm_df
    each = predict(fit, np.eye(len(others)))
    errors = [each.standard_error for each in found.pooled[1:]]
    close(each.standard_error, errors, scale)


@given(with_groups())
@some
def test_q_is_within_and_between(data):
    """With a common effect Q falls into those of the groups and that between them."""
    effects, labels = data
    found = subgroups(effects, labels, method="CE")
    within = sum(each.q for each in found.pooled)
    assert within + found.q_between == pytest.approx(
        pool(effects, method="CE").q, rel=1e-8, abs=1e-9
    )
    assert sum(each.q_df for each in found.pooled) + found.q_between_df == (
        len(effects) - 1
    )


@given(with_groups(), methods, st.sampled_from(["z", "t", "adhoc"]))
@some
def test_each_group_is_pooled_alone(data, method, test):
    effects, labels = data
    found = subgroups(effects, labels, method=method, test=test)
    assert found.groups == tuple(dict.fromkeys(labels))
    for name, group in zip(found.groups, found.pooled, strict=True):
        mask = np.array([label == name for label in labels])
        alone = pool(effects.take(mask), method=method, test=test)
        for field in ("estimate", "standard_error", "tau2", "q", "i2"):
            assert getattr(group, field) == getattr(alone, field)
    means = np.array([each.estimate for each in found.pooled])
    w = np.array([each.standard_error for each in found.pooled]) ** -2.0
    centre = np.average(means, weights=w)
    close(found.q_between, w @ (means - centre) ** 2, 1 + w.max())


@given(with_groups(), st.sampled_from(["separate", "common"]))
@some
def test_names_and_order_of_groups_do_not_matter(data, sharing):
    effects, labels = data
    found = subgroups(effects, labels, sharing=sharing)
    renamed = subgroups(effects, [label.upper() for label in labels], sharing=sharing)
    assert [name.upper() for name in found.groups] == list(renamed.groups)
    assert found.q_between == renamed.q_between
    order = np.arange(len(labels))[::-1]
    backwards = subgroups(
        effects.take(order), [labels[i] for i in order], sharing=sharing
    )
    close(backwards.q_between, found.q_between, 10, 1e-6)
    with pytest.raises(ArgumentError, match="at least two"):
        subgroups(effects, ["a"] * len(labels), sharing=sharing)
