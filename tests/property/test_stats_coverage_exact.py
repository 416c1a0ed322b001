"""Coverage of the intervals of proportions, summed over all samples: no simulation.

The coverage at a proportion p is the sum of the binomial probabilities of those samples
whose interval holds p: a polynomial between two neighbouring limits, so that its
infimum is beside one of them, and its mean over all p a sum of beta probabilities.
"""

import math

import numpy as np
import pytest
from scipy import special

from galleyproof.stats import (
    ArgumentError,
    odds_ratio,
    proportion_intervals,
    risk_difference,
    risk_ratio,
)

SIZES = (1, 2, 5, 10, 25, 60, 150)
LEVELS = (0.8, 0.9, 0.95, 0.99)
METHODS = (
    "agresti-coull",
    "clopper-pearson",
    "jeffreys",
    "mid-p",
    "wald",
    "wilson",
    "wilson-cc",
)


def intervals(method, n, level):
    x = np.arange(n + 1.0)
    found = proportion_intervals(
        events=x, total=np.full(n + 1, n), level=level, method=method
    )
    return found.low, found.high


def probabilities(n, p):
    """Binomial probabilities (n + 1, P), edges of p included."""
    x = np.arange(n + 1.0)[:, None]
    choose = special.binom(n, x)
    return choose * p**x * (1 - p) ** (n - x)


def coverage(method, n, level, p):
    low, high = (limit[:, None] for limit in intervals(method, n, level))
    return (probabilities(n, p) * ((low <= p) & (p <= high))).sum(axis=0)


def infimum(method, n, level):
    """Least coverage: just beside the limits, on the side where an interval ends."""
    low, high = intervals(method, n, level)
    limits = np.unique(np.concatenate([low, high]))
    beside = np.concatenate([np.nextafter(limits, 0), np.nextafter(limits, 1)])
    inside = beside[(beside > 0) & (beside < 1)]
    return float(coverage(method, n, level, inside).min())


def mean(method, n, level):
    """Coverage averaged over p from 0 to 1: each sample's beta probability."""
    low, high = intervals(method, n, level)
    x = np.arange(n + 1.0)
    inside = special.betainc(x + 1, n - x + 1, high)
    return float((inside - special.betainc(x + 1, n - x + 1, low)).mean())


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("n", SIZES)
def test_clopper_pearson_covers_everywhere(n, level):
    """By construction (Clopper and Pearson 1934), and as the only one here."""
    assert infimum("clopper-pearson", n, level) >= level - 1e-12


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("n", SIZES)
def test_jeffreys_covers_on_average_over_its_prior(n, level):
    """Exactly: a posterior interval, averaged over the prior, has its own probability.

    Setting the limits of 0/n and n/n to 0 and 1 adds the tail that they cut off, once
    for each of the two samples.
    """
    low, high = intervals("jeffreys", n, level)
    x = np.arange(n + 1.0)
    a, b = x + 0.5, n - x + 0.5
    marginal = np.exp(special.betaln(a, b) - special.betaln(0.5, 0.5)) * special.binom(
        n, x
    )
    assert marginal.sum() == pytest.approx(1, rel=1e-12)
    inside = special.betainc(a, b, high) - special.betainc(a, b, low)
    added = (1 - level) / 2 * (marginal[0] + marginal[-1])
    assert float(marginal @ inside) == pytest.approx(level + added, rel=1e-10)


@pytest.mark.parametrize("level", LEVELS)
def test_wilson_dips_where_it_is_known_to(level):
    """Just below the lower limit of one event only no event covers.

    There p is near c/n with (1 - c)² = z² c, and the coverage near exp(-c): 0.838 at 95
    per cent, whatever n. Agresti and Coull (1998), Am Stat 52:119-126, saw the dip.
    """
    z2 = 2 * special.erfinv(level) ** 2
    c = (2 + z2 - math.sqrt(z2 * (z2 + 4))) / 2
    for n in (60, 150, 1000):
        low = intervals("wilson", n, level)[0][1]
        p = np.array([np.nextafter(low, 0)])
        # The next order is c (z² + ...) / n: a few hundredths of 60.
        assert coverage("wilson", n, level, p)[0] == pytest.approx(
            math.exp(-c), abs=1.5 / n
        )
        assert n * low == pytest.approx(c, abs=3 * z2 / n)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("n", [n for n in SIZES if n >= 5])
def test_score_and_posterior_intervals_cover_on_average(n, level):
    """Wilson, Jeffreys: near the level on average over p, already for five persons.

    Brown, Cai and DasGupta (2001), Stat Sci 16:101-133, recommend them for that. The
    bias is of order 1/(n p (1 - p)) inside and 1/n wide at the ends, together of order
    log(n)/n; measured, its constant is below 0.06 at every level here.
    """
    for method in ("wilson", "jeffreys"):
        assert abs(mean(method, n, level) - level) <= 0.06 * (1 + math.log(n)) / n


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("n", [n for n in SIZES if n >= 5])
def test_conservative_intervals_cover_more_on_average(n, level):
    """Clopper-Pearson and corrected Wilson most; Agresti-Coull and mid-p a little."""
    found = {method: mean(method, n, level) for method in METHODS}
    assert found["wald"] < level
    for method in ("agresti-coull", "mid-p", "clopper-pearson", "wilson-cc"):
        assert found[method] > level
    assert found["mid-p"] < found["clopper-pearson"]
    assert found["wilson"] <= found["agresti-coull"]
    assert found["wilson"] < found["wilson-cc"]


@pytest.mark.parametrize("n", SIZES)
def test_wald_can_cover_nothing(n):
    """Near 0 nearly every sample has no event, and no width."""
    assert infimum("wald", n, 0.95) < 1e-9


@pytest.mark.parametrize("method", METHODS)
def test_mean_coverage_comes_to_the_level(method):
    n = 3000
    assert mean(method, n, 0.95) == pytest.approx(0.95, abs=0.004)


def test_the_two_ways_of_averaging_agree():
    """The closed form against a grid of proportions."""
    grid = (np.arange(4000) + 0.5) / 4000
    for method in METHODS:
        expected = coverage(method, 25, 0.95, grid).mean()
        assert mean(method, 25, 0.95) == pytest.approx(expected, abs=2e-4)


# Two proportions -------------------------------------------------------------

RISKS = np.linspace(0.02, 0.98, 25)


def tables(n_a, n_b):
    for a in range(n_a + 1):
        for b in range(n_b + 1):
            yield a, b, {"a_events": a, "a_total": n_a, "b_events": b, "b_total": n_b}


def two_sample_coverage(limits, truth, n_a, n_b):
    """Coverage at each pair of risks (A, B), summed over all tables."""
    p_a, p_b = probabilities(n_a, RISKS), probabilities(n_b, RISKS)
    target = truth(RISKS[:, None], RISKS[None, :])
    total = np.zeros(target.shape)
    slack = 1e-12 * np.abs(target)
    for a, b, counts in tables(n_a, n_b):
        low, high = limits(counts)
        held = (low <= target + slack) & (target - slack <= high)
        total += np.outer(p_a[a], p_b[b]) * held
    return total


def difference_limits(method):
    def limits(counts):
        found = risk_difference(**counts, method=method)
        return found.low, found.high

    return limits


def ratio_limits(function, method):
    def limits(counts):
        try:
            found = function(**counts, method=method)
        except ArgumentError:
            return 0.0, math.inf  # nothing can be said
        return found.low, found.high

    return limits


def odds(p):
    return p / (1 - p)


TRUTH = {
    "difference": lambda a, b: a - b,
    "ratio": lambda a, b: a / b,
    "odds": lambda a, b: odds(a) / odds(b),
}
SAMPLES = [(10, 10), (20, 8)]


@pytest.fixture(scope="module", params=SAMPLES, ids=str)
def covered(request):
    sizes = request.param
    found = {
        method: two_sample_coverage(
            difference_limits(method), TRUTH["difference"], *sizes
        )
        for method in (
            "newcombe",
            "newcombe-cc",
            "miettinen-nurminen",
            "agresti-caffo",
            "wald",
        )
    }
    for function, kind, methods in (
        (risk_ratio, "ratio", ("katz", "koopman")),
        (odds_ratio, "odds", ("woolf", "conditional", "conditional-mid-p")),
    ):
        for method in methods:
            found[method] = two_sample_coverage(
                ratio_limits(function, method), TRUTH[kind], *sizes
            )
    return found


def test_exact_odds_ratio_covers_everywhere(covered):
    """Given its margins a table covers with at least the level, so overall too."""
    assert covered["conditional"].min() >= 0.95 - 1e-12


def test_intervals_of_differences_cover_on_average(covered):
    """Newcombe (1998), Stat Med 17:873-890: method 10 covers near the level on average.

    His method 11 and Wald are on either side. Bands of 1.5 points, at ten persons a
    group: the smallest difference between two numbers of events moves the coverage by
    a point or two.
    """
    found = {name: float(each.mean()) for name, each in covered.items()}
    assert abs(found["newcombe"] - 0.95) < 0.015
    assert abs(found["miettinen-nurminen"] - 0.95) < 0.015
    assert abs(found["agresti-caffo"] - 0.95) < 0.015
    assert found["wald"] < found["newcombe"] < found["newcombe-cc"]
    assert found["wald"] < 0.93


def test_intervals_of_ratios_cover_on_average(covered):
    """Score near the level; those with 1/2 added, mid-p and exact above, in order."""
    found = {name: float(each.mean()) for name, each in covered.items()}
    assert abs(found["koopman"] - 0.95) < 0.015
    assert found["katz"] > 0.95
    assert found["woolf"] > 0.95
    assert 0.95 < found["conditional-mid-p"] < found["conditional"]


def test_least_coverage_of_the_recommended_ones(covered):
    """None of them falls as far as Wald's."""
    least = {name: float(each.min()) for name, each in covered.items()}
    assert least["wald"] < 0.7
    for method in ("newcombe", "miettinen-nurminen", "koopman", "agresti-caffo"):
        assert least[method] > 0.83
