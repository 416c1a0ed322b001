"""The integrals of the binomial-normal likelihood against a fine sum by its formula."""

import numpy as np
import pytest
from scipy import special

from galleyproof.stats._binomial_normal import BinomialNormal

STUDIES = [(0, 5), (1, 1), (3, 10), (40, 40), (1, 1000), (70_000, 200_000), (3, 10**6)]
POINTS_OF_SUM = 20_000
POINTS = [(-1.5, 0.01), (-1.5, 0.1), (-1.5, 0.7), (0.0, 2.0), (2.0, 5.0)]


def by_the_formula(x, n, mu, tau):
    """Value, gradient and Hessian by mu and tau, the counts' way: excess x - n p."""
    centre = BinomialNormal(np.array([float(x)]), np.array([float(n)]))
    centre.evaluate(mu, tau)
    # As fine as the integrand of a large study is narrow, and beyond either end.
    width = float(centre.reach.max())
    step = 3 * width / POINTS_OF_SUM
    u = centre.mode[0] + step * np.arange(-POINTS_OF_SUM // 2, POINTS_OF_SUM // 2)
    eta = mu + tau * u
    height = x * eta - n * np.logaddexp(0, eta) - u**2 / 2
    weight = np.exp(height - height.max())
    mass = weight.sum()
    weight /= mass
    excess = x - n * special.expit(eta)
    scores = np.stack([excess, excess * u])
    second = excess**2 - n * special.expit(eta) * special.expit(-eta)
    gradient = scores @ weight
    mean = [(second * u**power) @ weight for power in (0, 1, 2)]
    hessian = np.array([[mean[0], mean[1]], [mean[1], mean[2]]])
    value = height.max() + np.log(mass * step) - np.log(2 * np.pi) / 2
    return value, gradient, hessian - np.outer(gradient, gradient)


@pytest.mark.parametrize(("x", "n"), STUDIES)
@pytest.mark.parametrize(("mu", "tau"), POINTS)
def test_value_and_derivatives(x, n, mu, tau):
    found = BinomialNormal(np.array([float(x)]), np.array([float(n)])).evaluate(mu, tau)
    value, gradient, hessian = by_the_formula(x, n, mu, tau)
    assert found.value == pytest.approx(value, rel=1e-11, abs=1e-11)
    # The formula here loses digits in proportion to n, the moments there to 1 / tau2.
    slack = 1e-12 * (1 + np.sqrt(n))
    np.testing.assert_allclose(found.gradient, gradient, rtol=1e-10, atol=slack / tau)
    slack = 1e-12 * (n + 10 / tau**2)
    np.testing.assert_allclose(found.hessian, hessian, rtol=1e-10, atol=slack)


def test_studies_add_up():
    x, n = np.array(STUDIES, dtype=float).T
    together = BinomialNormal(x, n).evaluate(-0.5, 1.2)
    apart = [
        BinomialNormal(x[i : i + 1], n[i : i + 1]).evaluate(-0.5, 1.2)
        for i in range(x.size)
    ]
    assert together.value == pytest.approx(sum(one.value for one in apart), rel=1e-13)
    for name in ("gradient", "hessian"):
        total = sum(getattr(one, name) for one in apart)
        np.testing.assert_allclose(getattr(together, name), total, rtol=1e-10)


def test_counting_non_events_is_the_mirror():
    x, n = np.array(STUDIES, dtype=float).T
    here, there = BinomialNormal(x, n), BinomialNormal(n - x, n)
    one, other = here.evaluate(0.8, 1.5), there.evaluate(-0.8, 1.5)
    assert one.value == pytest.approx(other.value, rel=1e-13)
    np.testing.assert_allclose(one.gradient, other.gradient * [-1, 1], rtol=1e-10)


def test_no_heterogeneity_is_the_limit():
    x, n = np.array([(0, 5), (1, 1), (3, 10), (9, 40)], dtype=float).T
    limit = BinomialNormal(x, n).without_heterogeneity(-1.0)
    near = BinomialNormal(x, n).evaluate(-1.0, 1e-3)
    assert near.value == pytest.approx(limit.value, rel=1e-6)
    np.testing.assert_allclose(near.hessian, limit.hessian, rtol=1e-4, atol=0.05)


def test_what_was_found_before_does_not_matter():
    x, n = np.array(STUDIES, dtype=float).T
    moved = BinomialNormal(x, n)
    moved.evaluate(3.0, 4.0)
    moved.evaluate(-4.0, 0.1)
    fresh = BinomialNormal(x, n)
    assert moved.evaluate(-1.0, 0.9).value == pytest.approx(
        fresh.evaluate(-1.0, 0.9).value, rel=1e-13
    )
