"""Deleting studies where few are left, or none differs."""

from __future__ import annotations

import numpy as np
import pytest

from galleyproof import stats


def effects(y, v):
    return stats.Effects(estimate=np.array(y), variance=np.array(v), measure="GEN")


@pytest.mark.parametrize("test", ["z", "t", "knha", "adhoc"])
def test_of_two_studies_each_entry_is_the_other(test):
    found = stats.leave_one_out(effects([1.0, 2.0], [0.1, 0.2]), test=test)
    assert found.estimate.tolist() == [2, 1]
    assert found.standard_error.tolist() == pytest.approx([0.2**0.5, 0.1**0.5])
    assert found.tau2.tolist() == [0, 0]


def test_influence_of_two_studies():
    found = stats.influence(effects([1.0, 2.0], [0.1, 0.2]), method="CE")
    assert found.residual.tolist() == [-1, 1]
    assert found.rstudent[1] == pytest.approx(0.3**-0.5)


def test_influence_refuses_one_study():
    with pytest.raises(stats.ArgumentError, match="at least 2 studies"):
        stats.influence(effects([1.0], [0.1]))


def test_no_spread_at_all_is_refused_with_knapp_and_hartung():
    with pytest.raises(stats.ArgumentError, match="no spread"):
        stats.influence(effects([0.1, 0.1, 0.1], [0.1, 0.2, 0.3]), test="knha")


def test_the_only_study_apart_is_infinitely_influential_with_knapp_and_hartung():
    found = stats.influence(
        effects([1.0, 1.0, 1.0, 2.0], [0.1, 0.2, 0.3, 0.1]), method="CE", test="knha"
    )
    assert found.dffits[3] == np.inf
    assert found.rstudent[3] == np.inf
    assert found.covariance_ratio[3] == 0
    assert np.isfinite(found.dffits[:3]).all()


def test_changes_keep_their_digits_far_from_zero():
    y, v = np.array([0.125, 0.75, -0.5, 0.25]), [0.02, 0.05, 0.01, 0.04]
    near = stats.influence(effects(y, v))
    far = stats.influence(effects(y + 2**40, v))
    assert far.dffits.tolist() == near.dffits.tolist()
    x = [1.0, 2.0, 4.0, 3.0]
    near = stats.influence(effects(y, v), moderators=x)
    far = stats.influence(effects(y + 2**40, v), moderators=x)
    assert far.cook.tolist() == near.cook.tolist()


def test_equal_effects_have_no_slope_on_anything():
    found = stats.egger_test(
        effects([0.25] * 5, [0.01, 0.04, 0.02, 0.08, 0.03]), model="lm"
    )
    assert found.statistic == 0
    assert found.p == 1
    assert found.limit == 0.25
