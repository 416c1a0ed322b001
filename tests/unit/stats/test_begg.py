"""The rank test where the same data come twice."""

import numpy as np
import pytest

from galleyproof import stats


@pytest.mark.parametrize("seed", range(20))
def test_equal_studies_tie(seed):
    generator = np.random.default_rng(seed)
    y = generator.integers(0, 4, 12) / 7
    v = 1 / (4.0 * generator.integers(5, 9, 12))
    found = stats.begg_test(stats.Effects(estimate=y, variance=v, measure="PAS"))
    w = 1 / v
    standardised = (y - w @ y / w.sum()) / np.sqrt(v - 1 / w.sum())
    agree = np.sign(np.subtract.outer(standardised, standardised).round(9))
    agree *= np.sign(np.subtract.outer(v, v))
    assert found.method == "begg-normal"
    tied_y = np.unique(standardised.round(9), return_counts=True)[1]
    tied_v = np.unique(v, return_counts=True)[1]
    free = [66 - (t * (t - 1) / 2).sum() for t in (tied_y, tied_v)]
    expected = agree.sum() / 2 / np.sqrt(np.prod(free))
    assert found.statistic == pytest.approx(expected, rel=1e-12)
