"""Tails against closed forms of Student's distribution."""

import math

import numpy as np
import pytest

from galleyproof.stats._distributions import f_above, two_sided_ps, two_sided_t

STATISTICS = [0.0, 1e-170, 1e-9, 1.6e-7, 1e-3, 0.5, 0.999, 1.0, 1.001, 30.0, 1e9, 1e160]


def one_degree(t):
    """Two-sided tail of the Cauchy distribution."""
    return 1 - 2 * math.atan(t) / math.pi if t < 1 else 2 * math.atan(1 / t) / math.pi


def two_degrees(t):
    root = math.sqrt(2 + t * t) if t < 1e100 else t
    return 1 - t / root if t < 1 else 2 / (root * (root + t))


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize(("df", "exact"), [(1.0, one_degree), (2.0, two_degrees)])
def test_student_keeps_its_digits_in_the_middle_and_in_the_tail(statistic, df, exact):
    expected = exact(statistic)
    # atan itself, and the digits of 1 - p
    assert two_sided_t(statistic, df) == pytest.approx(expected, rel=1e-14)
    if 1e-12 < statistic < 0.1:
        off = (1 - two_sided_t(-statistic, df)) - (1 - expected)
        assert abs(off) <= 3e-16
    assert f_above(statistic**2 if statistic < 1e150 else math.inf, 1, df) == (
        pytest.approx(expected if statistic < 1e150 else 0, rel=1e-13)
    )
    (found,) = two_sided_ps(np.array([statistic]), np.array([df]))
    assert found == pytest.approx(expected, rel=1e-14)


def test_no_degree_of_freedom_is_the_normal_distribution():
    found = two_sided_ps(np.array([1.5, 1.5]), np.array([0.0, 1e7]))
    assert found[0] == math.erfc(1.5 / math.sqrt(2))
    assert found[1] == pytest.approx(found[0], rel=1e-6)
