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
