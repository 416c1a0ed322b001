"""Coverage of the intervals of pools, by simulation with a fixed seed.

Where theory gives the coverage exactly (normal effects of known variance), the share
of 2000 samples must lie within four of its standard errors: 2 points at 95 per cent,
which chance leaves once in 16,000. The seed is fixed, so chance has been met already;
what the bound guards against is a change.
"""

import math

import numpy as np
import pytest
from scipy import special

from galleyproof.stats import (
    Effects,
    egger_test,
    heterogeneity_interval,
    mantel_haenszel,
    peto,
    pool,
    pool_proportions,
    predict,
    regress,
)

SAMPLES = 2000
MEAN = 0.3
EQUAL = np.full(5, 0.1)
UNEQUAL = np.array([0.02, 0.05, 0.1, 0.4])


def generator(seed):
    return np.random.default_rng([20_260_101, seed])


def samples(seed, variances, tau2, mean=MEAN, number=SAMPLES):
    """Draw effects about a normal mean with sampling variances that are known."""
    normal = generator(seed).standard_normal((number, variances.size))
    for row in mean + normal * np.sqrt(variances + tau2):
        yield Effects(estimate=row, variance=variances, measure="GEN")


def within(low, high, truth):
    return low <= truth <= high


def covers_at(share, expected, number=SAMPLES):
    """Whether a share agrees with an exact probability, to four standard errors."""
    error = math.sqrt(expected * (1 - expected) / number)
    return abs(share - expected) <= 4 * error


def share_of(seed, variances, tau2, **options):
    found = [pool(each, **options) for each in samples(seed, variances, tau2)]
    return np.mean([within(each.ci_low, each.ci_high, MEAN) for each in found])


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_common_effect_is_exact_without_heterogeneity(level):
    share = share_of(1, UNEQUAL, 0.0, method="CE", level=level)
    assert covers_at(share, level)


def test_common_effect_covers_less_with_heterogeneity():
    """By how much is known: its variance is 1/sum w, that of the mean larger."""
    w = 1 / UNEQUAL
    true = (w**2 @ (UNEQUAL + 0.1)) / w.sum() ** 2
    ratio = math.sqrt(1 / w.sum() / true)
    expected = special.erf(1.959963984540054 * ratio / math.sqrt(2))
    assert covers_at(share_of(2, UNEQUAL, 0.1, method="CE"), expected)
    assert expected < 0.7


@pytest.mark.parametrize("tau2", [0.0, 0.1, 1.0])
def test_knapp_and_hartung_is_exact_for_equal_variances(tau2):
    """Then it is Student's interval, whatever the estimator of tau2."""
    assert covers_at(share_of(3, EQUAL, tau2, method="DL", test="knha"), 0.95)


def test_knapp_and_hartung_is_nearer_to_the_level_for_few_studies():
    """Four studies of unequal precision: z covers far too little.

    As in IntHout, Ioannidis and Borm (2014), BMC Med Res Methodol 14:25. The two are
    compared on the same samples; three points are beyond what these can differ by.
    """
    share = {
        test: share_of(4, UNEQUAL, 0.2, method="REML", test=test)
        for test in ("z", "knha", "adhoc")
    }
    assert share["z"] < 0.95 - 0.03
    assert abs(share["knha"] - 0.95) + 0.03 < abs(share["z"] - 0.95)
    assert share["adhoc"] >= share["knha"]


def test_q_profile_is_exact():
    """Q at the true tau2 is chi-square: the interval covers with its level.

    At tau2 = 0 only the lower limit can be wrong, as the upper one is cut there: the
    coverage is (1 + level)/2. Viechtbauer (2007), Stat Med 26:37-52.
    """
    for tau2, level, expected in ((0.15, 0.95, 0.95), (0.15, 0.8, 0.8), (0, 0.9, 0.95)):
        limits = (
            heterogeneity_interval(each, level=level)
            for each in samples(5, UNEQUAL, tau2)
        )
        share = np.mean([within(x.tau2_low, x.tau2_high, tau2) for x in limits])
        assert covers_at(share, expected), (tau2, level, share)


def test_prediction_intervals():
    """Ten studies, I² near 85 per cent: Student's covers the level, the normal less.

    A new effect need not be drawn: its chance to lie in each interval is known, so that
    500 samples give the mean to half a point. Partlett and Riley (2017), Stat Med
    36:301-317, found the interval near its level where heterogeneity is large.
    """
    tau2, variances = 0.3, np.linspace(0.03, 0.08, 10)
    share = {}
    for kind in ("metafor", "riley"):
        limits = [
            pool(each, prediction=kind)
            for each in samples(6, variances, tau2, number=500)
        ]
        low = np.array([each.prediction_low for each in limits])
        high = np.array([each.prediction_high for each in limits])
        inside = special.ndtr((high - MEAN) / math.sqrt(tau2))
        inside -= special.ndtr((low - MEAN) / math.sqrt(tau2))
        share[kind] = float(inside.mean())
    assert abs(share["riley"] - 0.95) < 0.02
    assert share["metafor"] < share["riley"]
    assert share["metafor"] > 0.88


def test_slopes_are_exact():
    """Least squares with known variances (z), and with one unknown factor (t)."""
    x = np.array([0.0, 1.0, 2.0, 5.0, 7.0])
    variances = np.array([0.02, 0.3, 0.1, 0.05, 0.4])
    normal = generator(7).standard_normal((SAMPLES, x.size))
    held = {"z": [], "knha": [], "prediction": []}
    for row in normal:
        y = 1 - 0.2 * x + row * np.sqrt(variances)
        exact = Effects(estimate=y, variance=variances, measure="GEN")
        fit = regress(exact, x, method="CE")
        held["z"].append(within(fit.ci_low[1], fit.ci_high[1], -0.2))
        at = predict(fit, [3.0])
        held["prediction"].append(within(at.ci_low[0], at.ci_high[0], 0.4))
        # Variances that are wrong by a common factor do not matter here.
        wrong = Effects(estimate=y, variance=variances / 9, measure="GEN")
        fit = regress(wrong, x, method="CE", test="knha")
        held["knha"].append(within(fit.ci_low[1], fit.ci_high[1], -0.2))
    for name, each in held.items():
        assert covers_at(np.mean(each), 0.95), name


def test_eggers_own_test_keeps_its_level():
    """With variances known up to a factor his t test and interval are exact."""
    error = np.array([0.1, 0.2, 0.3, 0.5, 0.8])
    normal = generator(8).standard_normal((SAMPLES, error.size))
    rejected, held = [], []
    for row in normal:
        y = 0.7 + 3 * error * row
        found = egger_test(
            Effects(estimate=y, variance=error**2, measure="GEN"), model="lm"
        )
        rejected.append(found.p < 0.05)
        held.append(within(found.limit_low, found.limit_high, 0.7))
    assert covers_at(np.mean(rejected), 0.05)
    assert covers_at(np.mean(held), 0.95)


def test_pooled_tables():
    """Eight trials of forty and forty, one true effect: large-sample, near the level.

    Within three points, two of them for chance at 1000 samples. Peto's one step is
    biased towards 1 where the effect is large; here it is small.
    """
    number, k = 1000, 8
    rng = generator(9)
    risk_b = np.linspace(0.1, 0.4, k)
    odds = np.exp(-0.4) * risk_b / (1 - risk_b)
    truths = {"OR": -0.4, "RR": math.log(0.7), "RD": -0.05, "PETO": -0.4}
    risks = {
        "OR": odds / (1 + odds),
        "RR": 0.7 * risk_b,
        "RD": risk_b - 0.05,
        "PETO": odds / (1 + odds),
    }
    for measure, truth in truths.items():
        held = []
        a = rng.binomial(40, risks[measure], (number, k))
        b = rng.binomial(40, risk_b, (number, k))
        totals = {"a_total": np.full(k, 40), "b_total": np.full(k, 40)}
        for events_a, events_b in zip(a, b, strict=True):
            counts = {"a_events": events_a, "b_events": events_b, **totals}
            if measure == "PETO":
                found = peto(**counts)
            else:
                found = mantel_haenszel(**counts, measure=measure)
            held.append(within(found.ci_low, found.ci_high, truth))
        assert abs(np.mean(held) - 0.95) < 0.03, measure


def test_binomial_normal_model():
    """Twelve studies of fifty: near the level, and Student's more than the normal.

    Maximum likelihood makes tau2 too small by about 1/k, so that z covers a point or
    two less; two more for chance at 400 samples, and none above 98.
    """
    number, k = 400, 12
    rng = generator(10)
    log_odds = -1 + 0.6 * rng.standard_normal((number, k))
    held = {"z": [], "t": []}
    for events in rng.binomial(50, special.expit(log_odds)):
        for test, each in held.items():
            found = pool_proportions(events=events, total=np.full(k, 50), test=test)
            each.append(within(found.ci_low, found.ci_high, -1))
    assert 0.9 < np.mean(held["z"]) < np.mean(held["t"]) < 0.98
