"""Rank correlation against counting every pair."""

import numpy as np
import pytest

from galleyproof.stats._kendall import _score, kendall


def every_pair(x, y):
    return float((np.sign(x[:, None] - x) * np.sign(y[:, None] - y)).sum() / 2)


@pytest.mark.parametrize("n", [2, 3, 8, 65, 200])
@pytest.mark.parametrize("values", [3, 10, 10**6])
def test_score_is_that_of_every_pair(n, values):
    chance = np.random.default_rng(n * values)
    x, y = chance.integers(0, values, (2, n)) / 7
    assert _score(x, y) == every_pair(x, y)
    assert _score(x, x) == every_pair(x, x)
    assert _score(x, -y) == -_score(x, y)


def test_ten_thousand_studies_need_no_table_of_pairs():
    x = np.arange(20_000.0)
    found = kendall(x, np.where(x % 2 == 0, x + 1, x - 1))
    pairs = 20_000 * 19_999 / 2
    assert found is not None
    assert found.tau == pytest.approx((pairs - 20_000) / pairs, rel=1e-15)


def test_constant_has_no_ranks():
    assert kendall(np.ones(4), np.arange(4.0)) is None
