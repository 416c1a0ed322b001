"""Funnel asymmetry against metafor's regtest, ranktest and trimfill."""

import pytest

from galleyproof import stats


@pytest.mark.section("effects.egger")
def test_egger(case, compare):
    for expected in case.section:
        model = expected["model"]
        found = stats.egger_test(
            case.effects(), model=model, predictor=expected["predictor"]
        )
        given = ("model", "predictor")
        bound = 1e-10 if model == "lm" else 1e-9
        # All effects alike have no slope, but for rounding.
        nothing = {"statistic": 1e-12, "slope": 1e-15}
        family = f"egger {model}"
        compare(family, found, expected, {}, given=given, bound=bound, **nothing)
        if "limit" not in expected:
            assert found.limit is None


@pytest.mark.section("effects.begg")
def test_begg(case, agree):
    found = stats.begg_test(case.effects())
    agree("begg tau", found.statistic, case.section["tau"], 1e-10)
    agree("begg p", found.p, case.section["p"], 1e-10)


@pytest.mark.section("effects.trim_and_fill")
def test_trim_and_fill(case, agree, bound):
    effects = case.effects()
    for expected in case.section:
        method = expected["method"]
        found = stats.trim_and_fill(
            effects,
            side=expected["side"],
            estimator=expected["estimator"],
            method=method,
        )
        assert found.missing == expected["missing"]
        assert found.side == expected["found_side"]
        tolerance = bound(method)
        agree("trim-and-fill se", found.missing_se, expected["missing_se"], tolerance)
        agree(
            "trim-and-fill filled",
            found.filled.estimate[len(effects) :],
            expected["filled"],
            tolerance,
        )
        pooled = found.pooled
        agree("trim-and-fill", pooled.estimate, expected["estimate"], tolerance)
        agree("trim-and-fill", pooled.standard_error, expected["se"], tolerance)
        agree("trim-and-fill", pooled.tau2, expected["tau2"], tolerance)
