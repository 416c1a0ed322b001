"""Meta-regression and subgroups against metafor."""

import numpy as np
import pytest

from galleyproof import stats

NAMES = {
    "estimate": "coefficients",
    "se": "standard_errors",
    "statistic": "statistics",
    "q": "qe",
    "q_p": "qe_p",
}
GIVEN = ("method", "test")


@pytest.mark.section("moderators.regressions")
def test_regressions(case, compare, bound):
    for expected in case.section:
        method, test = expected["method"], expected["test"]
        found = stats.regress(
            case.effects(),
            np.array(case.group["x"]),
            intercept=case.group["intercept"],
            method=method,
            test=test,
        )
        compare(
            f"regression {method}",
            found,
            expected,
            NAMES,
            given=GIVEN,
            bound=bound(method),
        )


@pytest.mark.section("moderators.predictions")
def test_predictions(case, compare, bound):
    for expected in case.section:
        method, test = expected["method"], expected["test"]
        fit = stats.regress(
            case.effects(),
            np.array(case.group["x"]),
            intercept=case.group["intercept"],
            method=method,
            test=test,
        )
        found = stats.predict(fit, np.array(case.group["new"]))
        names = {"se": "standard_error"}
        compare("predictions", found, expected, names, given=GIVEN, bound=bound(method))


@pytest.mark.section("moderators.q_profile")
def test_q_profile_with_moderators(case, agree):
    for expected in case.section:
        found = stats.heterogeneity_interval(
            case.effects(),
            moderators=np.array(case.group["x"]),
            level=expected["level"],
        )
        for name in ("tau2", "i2", "h2"):
            pair = (getattr(found, f"{name}_low"), getattr(found, f"{name}_high"))
            agree(f"Q-profile residual {name}", pair, expected[name], 1e-9)
        assert found.empty == expected["empty"]


@pytest.mark.section("subgroups.results")
def test_subgroups(case, agree, compare, bound):
    for expected in case.section:
        method, test = expected["method"], expected["test"]
        found = stats.subgroups(
            case.effects(),
            case.group["groups"],
            sharing=expected["sharing"],
            method=method,
            test=test,
        )
        tolerance = bound(method)
        agree("Q-between", found.q_between, expected["q_between"], tolerance)
        agree("Q-between p", found.q_between_p, expected["q_between_p"], tolerance)
        assert found.groups == tuple(dict.fromkeys(case.group["groups"]))
        if expected["sharing"] == "common":
            shared = [each.tau2 for each in found.pooled]
            agree("common tau2", shared, [expected["tau2"]] * len(shared), tolerance)
            continue
        for ours, theirs in zip(found.pooled, expected["pools"], strict=True):
            names = {"se": "standard_error"}
            compare("subgroup", ours, theirs, names, given=(), bound=tolerance)
