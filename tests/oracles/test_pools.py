"""Pooled effects, their heterogeneity and their intervals against metafor."""

import numpy as np
import pytest

from galleyproof import stats

NAMES = {"se": "standard_error"}
GIVEN = ("method", "test", "level")


@pytest.mark.section("effects.pools")
def test_pools(case, compare, bound):
    effects = case.effects()
    for expected in case.section:
        asked = {name: expected[name] for name in GIVEN}
        found = stats.pool(effects, **asked)
        assert found.converged
        method = expected["method"]
        compare(
            f"pool {method}", found, expected, NAMES, given=GIVEN, bound=bound(method)
        )


@pytest.mark.section("effects.pools")
def test_prediction_of_a_common_effect_is_its_interval(case):
    """metafor gives none; ours is what is left of it when tau2 is 0 (`Pooled`)."""
    for expected in case.section:
        if expected["method"] == "CE":
            assert "prediction_low" not in expected
            asked = {name: expected[name] for name in GIVEN}
            found = stats.pool(case.effects(), **asked)
            assert found.prediction_low == found.ci_low
            assert found.prediction_high == found.ci_high


@pytest.mark.section("effects.riley")
def test_riley(case, agree):
    for expected in case.section:
        found = stats.pool(
            case.effects(),
            method=expected["method"],
            test=expected["test"],
            prediction="riley",
        )
        agree("prediction riley", found.prediction_low, expected["low"], 1e-9)
        agree("prediction riley", found.prediction_high, expected["high"], 1e-9)


@pytest.mark.section("effects.q_profile")
def test_q_profile(case, agree):
    for expected in case.section:
        found = stats.heterogeneity_interval(case.effects(), level=expected["level"])
        profile(agree, found, expected)


def profile(agree, found, expected):
    for name in ("tau2", "i2", "h2"):
        low, high = getattr(found, f"{name}_low"), getattr(found, f"{name}_high")
        agree(f"Q-profile {name}", (low, high), expected[name], 1e-9)
    assert found.empty == expected["empty"]


@pytest.mark.section("effects.funnel")
def test_funnel(case, agree):
    expected = case.section
    found = stats.funnel(case.effects(), levels=tuple(expected["levels"]))
    agree("funnel", found.centre, expected["centre"], 1e-10)
    agree("funnel", found.grid[-1], expected["largest"], 1e-10)
    agree("funnel", found.low[:, -1], expected["low_at_largest"], 1e-10)
    agree("funnel", found.high[:, -1], expected["high_at_largest"], 1e-10)
    assert (found.low[:, 0] == found.centre).all()
    assert (found.grid == np.linspace(0, found.grid[-1], found.grid.size)).all()
