"""Influence in a meta-regression against fitting it without each study by itself."""

import numpy as np
import pytest

from galleyproof.stats import ArgumentError, Effects, influence, regress
from galleyproof.stats.tau2 import METHODS

K = 14


def plain(chance):
    variance = np.exp(chance.normal(-2, 1, K))
    return chance.normal(0.3, np.sqrt(variance + 0.1)), variance


def wide(chance):
    """Variances over ten orders of magnitude."""
    variance = 10.0 ** chance.uniform(-10, 0, K)
    return chance.normal(0, np.sqrt(variance + 0.01)), variance


def outlier(chance):
    effects, variance = plain(chance)
    effects[3] += 1e4
    return effects, variance


def lever(chance):
    effects, variance = plain(chance)
    variance[5] = 1e-6
    return effects, variance


SETS = [(kind, seed) for kind in (plain, wide, outlier, lever) for seed in (1, 2)]


def problem(kind, seed):
    chance = np.random.default_rng(seed)
    y, v = kind(chance)
    x = np.column_stack([chance.normal(size=K), chance.uniform(1990, 2020, K)])
    if kind is lever:
        x[7, 0] = 50.0  # alone out there
    return Effects(estimate=y, variance=v, measure="GEN"), x


@pytest.mark.parametrize("test", ["z", "knha"])
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("kind", "seed"), SETS)
def test_influence_is_each_refit(kind, seed, method, test):
    effects, x = problem(kind, seed)
    found = influence(effects, moderators=x, method=method, test=test)
    whole = regress(effects, x, method=method, test=test)
    design = np.column_stack([np.ones(K), x])
    for i in range(K):
        keep = np.arange(K) != i
        one = regress(effects.take(keep), x[keep], method=method, test=test)
        scale = float(np.median(one.standard_errors**2)) * 1e-9
        assert found.tau2[i] == pytest.approx(one.tau2, rel=1e-7, abs=scale)
        assert found.q[i] == pytest.approx(one.qe, rel=1e-7)
        # The design here keeps years as they are: half of its digits are spent on them.
        change = whole.coefficients - one.coefficients
        cook = change @ np.linalg.solve(whole.covariance, change)
        assert found.cook[i] == pytest.approx(cook, rel=1e-4, abs=1e-6)
        residual = effects.estimate[i] - design[i] @ one.coefficients
        own = design[i] @ one.covariance @ design[i]
        spread = own
        if test == "z":
            spread = spread + effects.variance[i] + one.tau2
            assert found.rstudent[i] == pytest.approx(
                residual / np.sqrt(spread), rel=1e-5, abs=1e-6
            )
        ratio = np.linalg.det(one.covariance) / np.linalg.det(whole.covariance)
        assert found.covariance_ratio[i] == pytest.approx(ratio, rel=1e-4)


def test_a_mean_is_a_design_of_ones():
    chance = np.random.default_rng(3)
    y, v = plain(chance)
    effects = Effects(estimate=y, variance=v, measure="GEN")
    ones = influence(effects, moderators=np.ones(K), intercept=False)
    mean = influence(effects)
    for name in ("cook", "rstudent", "dffits", "tau2", "q", "hat", "covariance_ratio"):
        np.testing.assert_allclose(
            getattr(ones, name), getattr(mean, name), rtol=1e-9, atol=1e-12
        )
    np.testing.assert_allclose(ones.dfbetas, mean.dfbetas, rtol=1e-9, atol=1e-12)


def test_a_study_alone_in_its_group_cannot_be_left_out():
    effects, _ = problem(plain, 1)
    only = np.zeros(K)
    only[6] = 1.0
    with pytest.raises(ArgumentError, match="without any one study") as caught:
        influence(effects, moderators=only)
    assert caught.value.index == 6
