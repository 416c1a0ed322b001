"""The sums behind every estimator, against rational arithmetic."""

from fractions import Fraction

import numpy as np
import pytest

from galleyproof.stats import ArgumentError, Effects, influence, pool, regress
from galleyproof.stats._wls import Design, Intercept


def product(a, b):
    columns = list(zip(*b, strict=True))
    return [[sum(x * y for x, y in zip(r, c, strict=True)) for c in columns] for r in a]


def inverse(matrix):
    """Gauss-Jordan in fractions."""
    n = len(matrix)
    rows = [
        [*row, *(Fraction(int(i == j)) for j in range(n))]
        for i, row in enumerate(matrix)
    ]
    for i in range(n):
        pivot = next(r for r in range(i, n) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [x / rows[i][i] for x in rows[i]]
        for r in set(range(n)) - {i}:
            rows[r] = [
                x - rows[r][i] * y for x, y in zip(rows[r], rows[i], strict=True)
            ]
    return [row[n:] for row in rows]


def exact_sums(y, v, x, tau2):
    """Compute the forms of P = W - W X (X'W X)^-1 X'W without any rounding."""
    k = len(y)
    w = [1 / (Fraction(float(each)) + Fraction(tau2)) for each in v]
    x = [[Fraction(float(each)) for each in row] for row in x]
    wx = [[w[i] * each for each in x[i]] for i in range(k)]
    xw = [list(column) for column in zip(*wx, strict=True)]
    hat = product(product(wx, inverse(product(xw, x))), xw)
    p = [[w[i] * (i == j) - hat[i][j] for j in range(k)] for i in range(k)]
    py = product(p, [[Fraction(float(each))] for each in y])
    ppy = product(p, py)
    return {
        "q": sum(Fraction(float(a)) * b[0] for a, b in zip(y, py, strict=True)),
        "q2": sum(a[0] ** 2 for a in py),
        "q3": sum(a[0] * b[0] for a, b in zip(py, ppy, strict=True)),
        "tr": sum(p[i][i] for i in range(k)),
        "tr2": sum(each**2 for row in p for each in row),
        "sw": sum(w),
        "sw2": sum(each**2 for each in w),
    }


CASES = range(60)


def random_studies(case):
    """Four to seven studies, variances over ten orders of magnitude."""
    rng = np.random.default_rng(case)
    k = int(rng.integers(4, 8))
    variances = 10 ** rng.uniform(-10, 0, k)
    tau2 = float(rng.choice([0.0, 0.0, 1e-8, 1e-3]))
    return rng.normal(size=k), variances, rng.normal(size=k), tau2


@pytest.mark.parametrize("case", CASES)
def test_sums_keep_their_digits(case):
    y, v, z, tau2 = random_studies(case)
    ones = np.ones((y.size, 1))
    two = np.column_stack([ones, z])
    # A slope need not be good to the last digits: q3 only steers Newton's steps.
    loose = {"q3": 1e-5}
    for model, x in (
        (Intercept(y, v), ones),
        (Design(y, v, ones), ones),
        (Design(y, v, two), two),
    ):
        found = model.sums(tau2)
        for name, expected in exact_sums(y, v, x, tau2).items():
            assert getattr(found, name) == pytest.approx(
                float(expected), rel=loose.get(name, 1e-9), abs=0
            ), (type(model).__name__, name)


def test_standard_error_of_tau2_beside_one_precise_study():
    """A power sum by subtraction once gave the root of a negative number."""
    for case in range(100):
        y, v, _, _ = random_studies(case)
        found = pool(Effects(estimate=1e-6 * y, variance=v, measure="GEN"))
        x = np.ones((y.size, 1))
        expected = exact_sums(y, v, x, found.tau2)["tr2"]
        assert found.tau2_se == pytest.approx(float(2 / expected) ** 0.5, rel=1e-9)


def test_unweighted_traces():
    for case in CASES:
        y, v, z, _ = random_studies(case)
        x = np.column_stack([np.ones(y.size), z])
        rest = np.eye(y.size) - x @ np.linalg.pinv(x)
        av = rest * v
        expected = np.trace(av), np.trace(av @ av)
        assert Design(y, v, x).unweighted_traces() == pytest.approx(expected, rel=1e-9)


def test_a_moderator_that_hardly_varies_is_redundant():
    """R's `lm` drops it too, with the same tolerance."""
    effects = Effects(estimate=[1, 2, 4, 3], variance=[1, 1, 1, 1], measure="GEN")
    years = np.array([0.0, 1.0, 2.0, 3.0])
    for spacing in (1e-4, 1e-5):
        with pytest.raises(ArgumentError, match=r"moderators\[0, 0\].*independent"):
            regress(effects, 2000 + spacing * years)
    assert regress(effects, 2000 + years).coefficients[1] == pytest.approx(0.8)


def test_influence_does_not_depend_on_where_years_are_counted_from():
    rng = np.random.default_rng(0)
    effects = Effects(
        estimate=rng.normal(size=7), variance=10 ** rng.uniform(-9, 0, 7), measure="GEN"
    )
    years = rng.uniform(0, 0.01, 7)
    near, far = (influence(effects, moderators=years + c) for c in (0.0, 2000.0))
    for name in ("rstudent", "cook", "dffits", "hat", "covariance_ratio"):
        # 2000.00x holds the years to 1e-13, that is 1e-11 of their spread.
        np.testing.assert_allclose(
            getattr(far, name), getattr(near, name), rtol=1e-6, err_msg=name
        )
    np.testing.assert_allclose(far.dfbetas[:, 1], near.dfbetas[:, 1], rtol=1e-6)
