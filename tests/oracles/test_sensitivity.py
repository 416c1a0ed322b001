"""Leave-one-out, cumulative pools and deletion diagnostics against metafor."""

import numpy as np
import pytest

from galleyproof import stats

NAMES = {"se": "standard_error"}
GIVEN = ("method", "test")


@pytest.mark.section("effects.leave_one_out")
def test_leave_one_out(case, compare, bound):
    for expected in case.section:
        method, test = expected["method"], expected["test"]
        found = stats.leave_one_out(case.effects(), method=method, test=test)
        compare(
            "leave-one-out", found, expected, NAMES, given=GIVEN, bound=bound(method)
        )


@pytest.mark.section("effects.cumulative")
def test_cumulative(case, compare, bound):
    for expected in case.section:
        method, test = expected["method"], expected["test"]
        found = stats.cumulative(case.effects(), method=method, test=test)
        compare("cumulative", found, expected, NAMES, given=GIVEN, bound=bound(method))


@pytest.mark.section("effects.influence")
def test_influence(case, compare, bound):
    for expected in case.section:
        method, test = expected["method"], expected["test"]
        found = stats.influence(case.effects(), method=method, test=test)
        check_influence(compare, found, expected, bound(method))


@pytest.mark.section("moderators.influence")
def test_influence_with_moderators(case, compare, bound):
    for expected in case.section:
        method, test = expected["method"], expected["test"]
        found = stats.influence(
            case.effects(),
            moderators=np.array(case.group["x"]),
            intercept=case.group["intercept"],
            method=method,
            test=test,
        )
        check_influence(compare, found, expected, bound(method))


def check_influence(compare, found, expected, bound):
    given = (*GIVEN, "influential")
    # NaN in metafor: a study whose moderators are all 0, without an intercept, has the
    # fitted effect 0 whatever happens (`influence` says that it does not change).
    unmoved = [0.0 if each is None else each for each in expected["dffits"]]
    expected = expected | {"dffits": unmoved}
    # Changes are in standard errors: beyond the 13th decimal they are rounding.
    changes = {"dffits": 1e-13, "dfbetas": 1e-13, "cook": 1e-13}
    compare("influence", found, expected, {}, given=given, bound=bound, **changes)
    # Of another fit where metafor did not converge, or takes out the mean of effects
    # that have no intercept; None where it did not converge without the study.
    if expected["metafor_gap"] == "failed" or expected["metafor_gap"] > 1e-6:
        return
    for ours, theirs in zip(found.influential, expected["influential"], strict=True):
        assert theirs is None or ours == theirs
