"""Leave-one-out and cumulative pools against pooling each subset by itself."""

import numpy as np
import pytest

from galleyproof.stats import Effects, cumulative, leave_one_out, pool
from galleyproof.stats.tau2 import METHODS

FIELDS = ("estimate", "standard_error", "ci_low", "p", "tau2", "q", "q_p", "i2", "h2")


def plain(seed, k):
    chance = np.random.default_rng(seed)
    variance = np.exp(chance.normal(-2, 1, k))
    return chance.normal(0.3, np.sqrt(variance + 0.1)), variance


def wide(seed, k):
    """Variances over ten orders of magnitude, in any order."""
    chance = np.random.default_rng(seed)
    variance = 10.0 ** chance.uniform(-10, 0, k)
    return chance.normal(0, np.sqrt(variance + chance.choice([0, 1e-6, 0.1]))), variance


def falling(seed, k):
    """Each study more precise than all before it."""
    effects, variance = wide(seed, k)
    return effects, np.sort(variance)[::-1].copy()


def outlier(seed, k):
    effects, variance = plain(seed, k)
    effects[seed % k] += 1e4
    return effects, variance


def two_maxima(seed, k):
    """A precise cluster and a scattered one: the likelihood has two maxima."""
    chance = np.random.default_rng(seed)
    variance = np.where(np.arange(k) < k // 2, 1e-4, 1.0)
    spread = np.where(np.arange(k) < k // 2, 1e-2, 3.0)
    return chance.normal(0, spread), variance


SETS = [
    (kind, s) for kind in (plain, wide, falling, outlier, two_maxima) for s in (1, 2, 3)
]


def assert_same(series, i, one):
    scale = one.standard_error
    for name in FIELDS:
        found, expected = getattr(series, name)[i], getattr(one, name)
        slack = {"estimate": scale, "ci_low": scale, "tau2": scale**2}.get(name, 1e-3)
        assert found == pytest.approx(expected, rel=1e-8, abs=1e-9 * slack), name


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("kind", "seed"), SETS)
def test_leave_one_out_is_each_pool(kind, seed, method):
    y, v = kind(seed, 9)
    effects = Effects(estimate=y, variance=v, measure="GEN")
    series = leave_one_out(effects, method=method, test="adhoc")
    for i in range(9):
        rest = effects.take(np.arange(9) != i)
        assert_same(series, i, pool(rest, method=method, test="adhoc"))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("kind", "seed"), SETS)
def test_cumulative_is_each_pool(kind, seed, method):
    y, v = kind(seed, 9)
    effects = Effects(estimate=y, variance=v, measure="GEN")
    series = cumulative(effects, method=method, test="adhoc")
    for i in range(1, 9):
        some = effects.take(np.arange(9) <= i)
        assert_same(series, i, pool(some, method=method, test="adhoc"))


def test_blocks_and_chunks_do_not_show():
    effects = Effects(
        **dict(zip(("estimate", "variance"), plain(4, 5000), strict=False)),
        measure="GEN",
    )
    series = leave_one_out(effects)
    for i in (0, 1023, 1024, 4999):
        rest = effects.take(np.arange(5000) != i)
        assert series.tau2[i] == pytest.approx(pool(rest).tau2, rel=1e-10)
    series = cumulative(effects)
    for i in (1, 1023, 1024, 4999):
        some = effects.take(np.arange(5000) <= i)
        assert series.tau2[i] == pytest.approx(pool(some).tau2, rel=1e-10)
