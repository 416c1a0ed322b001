"""Leave-one-out, cumulative and influence: each the refit that they replace."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from galleyproof.stats import (
    Effects,
    cumulative,
    influence,
    leave_one_out,
    pool,
    regress,
)
from galleyproof.stats.tau2 import METHODS

some = settings(max_examples=60, deadline=None)
effects_ = st.from_type(Effects)
methods = st.sampled_from(METHODS)
tests = st.sampled_from(["z", "t", "knha", "adhoc"])
FIELDS = (
    "estimate",
    "standard_error",
    "ci_low",
    "ci_high",
    "tau2",
    "q",
    "q_p",
    "i2",
    "h2",
)


def same(series, i, alone, effects):
    """Compare entry i of a series with the pool of its studies."""
    # Running totals hold Q to 1e-15 of that of all; where a subset's is 0, its root
    # (by which `knha` scales) and its p show half as many digits of that.
    scale = 1 + np.ptp(effects.estimate) + math.sqrt(effects.variance.max())
    for name in FIELDS:
        floor = 1e-9 if name in ("estimate", "tau2", "q") else 1e-6
        assert getattr(series, name)[i] == pytest.approx(
            getattr(alone, name), rel=1e-7, abs=floor * scale
        ), name
    if alone.standard_error > 1e-5 * scale:
        expected = pytest.approx(alone.statistic, rel=1e-6, abs=1e-6)
        assert series.statistic[i] == expected
        assert series.p[i] == pytest.approx(alone.p, rel=1e-5, abs=1e-6)
    assert series.studies[i] == alone.studies


@given(effects_, methods, tests, st.sampled_from([0.5, 0.95]))
@some
def test_leave_one_out_pools_all_others(effects, method, test, level):
    found = leave_one_out(effects, method=method, test=test, level=level)
    for i in range(len(effects)):
        others = effects.take(np.arange(len(effects)) != i)
        alone = pool(others, method=method, test=test, level=level)
        same(found, i, alone, effects)
    assert list(found.study) == list(range(len(effects)))


@given(effects_, methods, tests)
@some
def test_cumulative_pools_the_first(effects, method, test):
    found = cumulative(effects, method=method, test=test)
    for m in range(1, len(effects) + 1):
        first = effects.take(np.arange(m))
        # One study alone has no test but the normal one.
        alone = pool(first, method=method, test=test if m > 1 else "z")
        same(found, m - 1, alone, effects)


@given(effects_, methods, st.randoms(use_true_random=False))
@some
def test_series_follow_the_order_of_studies(effects, method, random):
    years = list(range(1990, 1990 + len(effects)))
    random.shuffle(years)
    by_year = cumulative(effects, order=years, method=method)
    order = np.argsort(years)
    assert list(by_year.study) == list(order)
    sorted_ = cumulative(effects.take(order), method=method)
    shuffled = leave_one_out(effects.take(order), method=method)
    plain = leave_one_out(effects, method=method)
    scale = 1 + np.ptp(effects.estimate)
    for name in ("estimate", "tau2", "q"):
        np.testing.assert_array_equal(getattr(by_year, name), getattr(sorted_, name))
        np.testing.assert_allclose(
            getattr(shuffled, name),
            getattr(plain, name)[order],
            rtol=1e-7,
            atol=1e-9 * scale,
        )


@given(effects_, methods, st.sampled_from([1e-4, 1e3]))
@some
def test_series_scale_with_the_unit(effects, method, unit):
    scaled = Effects(
        estimate=unit * effects.estimate,
        variance=unit**2 * effects.variance,
        measure="GEN",
    )
    for series in (leave_one_out, cumulative):
        one, other = series(effects, method=method), series(scaled, method=method)
        scale = 1 + np.ptp(effects.estimate)
        for name, power in (("estimate", 1), ("ci_low", 1), ("tau2", 2), ("q", 0)):
            np.testing.assert_allclose(
                getattr(other, name) / unit**power,
                getattr(one, name),
                rtol=1e-7,
                atol=1e-9 * scale,
                err_msg=name,
            )


def refitted(effects, x, method, test):
    """Compute every diagnostic of Viechtbauer and Cheung (2010) by refitting."""
    k = x.shape[0]
    options = {"intercept": False, "method": method, "test": test}
    full = regress(effects, x, **options)
    fields = {name: [] for name in ("residual", "rstudent", "cook", "dffits", "ratio")}
    dfbetas = []
    for i in range(k):
        keep = np.arange(k) != i
        part = regress(effects.take(keep), x[keep], **options)
        scale = part.covariance[0, 0] / regress_scale(effects, x, keep, part.tau2)
        change = full.coefficients - part.coefficients
        residual = effects.estimate[i] - x[i] @ part.coefficients
        total = effects.variance[i] + part.tau2
        own = x[i] @ part.covariance @ x[i]
        w = 1 / (effects.variance + full.tau2)
        plain = np.linalg.inv(x.T @ (x * w[:, None]))
        hat = w[i] * x[i] @ plain @ x[i]
        at_deleted = 1 / (effects.variance + part.tau2)
        spread = np.diag(np.linalg.inv(x.T @ (x * at_deleted[:, None])))
        fields["residual"].append(residual)
        fields["rstudent"].append(residual / math.sqrt(scale * total + own))
        fields["cook"].append(change @ np.linalg.solve(full.covariance, change))
        fields["dffits"].append(x[i] @ change / math.sqrt(scale * hat * total))
        fields["ratio"].append(
            np.linalg.det(part.covariance) / np.linalg.det(full.covariance)
        )
        dfbetas.append(change / np.sqrt(scale * spread))
    return fields, np.array(dfbetas), full


def least_spread(effects, x):
    """Residual heterogeneity without the study that matters most."""
    each = (np.arange(len(effects)) != i for i in range(len(effects)))
    fits = (
        regress(effects.take(keep), x[keep], intercept=False, method="CE")
        for keep in each
    )
    return min(fit.qe for fit in fits)


def regress_scale(effects, x, keep, tau2):
    """Plain variance of the first coefficient at one tau2."""
    w = 1 / (effects.variance[keep] + tau2)
    return np.linalg.inv(x[keep].T @ (x[keep] * w[:, None]))[0, 0]


@st.composite
def designs(draw):
    """Effects with a mean alone, or with one moderator that no study carries alone."""
    effects = draw(effects_.filter(lambda e: len(e) >= 4))
    k = len(effects)
    if draw(st.booleans()):
        return effects, None
    x = draw(st.lists(st.integers(-9, 9), min_size=k, max_size=k))
    assume(all(len(set(x[:i] + x[i + 1 :])) > 1 for i in range(k)))
    return effects, np.array(x, dtype=float)


@given(designs(), methods, tests)
@some
def test_influence_is_refitting_without_each(data, method, test):
    effects, x = data
    design = np.ones((len(effects), 1))
    if x is not None:
        design = np.column_stack([design, x])
    # Without any spread `knha` has nothing to scale by.
    assume(least_spread(effects, design) > 1e-9)
    found = influence(effects, moderators=x, method=method, test=test)
    fields, dfbetas, full = refitted(effects, design, method, test)
    names = {"ratio": "covariance_ratio"}
    for name, expected in fields.items():
        close(getattr(found, names.get(name, name)), expected, name)
    close(found.dfbetas, dfbetas, "dfbetas")
    w = 1 / (effects.variance + full.tau2)
    close(found.weight, w / w.sum(), "weight")
    assert found.hat.sum() == pytest.approx(design.shape[1], rel=1e-9)
    assert ((found.hat > 0) & (found.hat <= 1 + 1e-12)).all()
    k, p = design.shape
    if x is None:
        alone = leave_one_out(effects, method=method, test=test)
        close(found.tau2, alone.tau2, "tau2")
        close(found.q, alone.q, "q")
        close(found.hat, found.weight, "hat of a mean is its weight")
    flagged = (np.abs(found.dffits) > 3 * math.sqrt(p / (k - p))) | (
        found.hat > 3 * p / k
    )
    assert (found.influential | ~flagged).all()


def close(found, expected, name):
    scale = np.abs(np.asarray(expected)).max()
    np.testing.assert_allclose(
        found, expected, rtol=1e-5, atol=1e-7 * scale + 1e-9, err_msg=name
    )


@given(designs(), methods)
@some
def test_influence_has_no_unit(data, method):
    effects, x = data
    scaled = Effects(
        estimate=-50 * effects.estimate, variance=2500 * effects.variance, measure="GEN"
    )
    design = np.ones((len(effects), 1))
    if x is not None:
        design = np.column_stack([design, x])
    assume(least_spread(effects, design) > 1e-9)
    one = influence(effects, moderators=x, method=method)
    other = influence(scaled, moderators=x if x is None else x / 7, method=method)
    close(other.rstudent, -one.rstudent, "rstudent")
    close(other.dffits, -one.dffits, "dffits")
    close(other.cook, one.cook, "cook")
    close(other.hat, one.hat, "hat")
    close(other.covariance_ratio, one.covariance_ratio, "covariance_ratio")
