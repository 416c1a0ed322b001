"""Effect sizes at the edges of what is defined."""

from __future__ import annotations

import math

import numpy as np
import pytest

from galleyproof import stats

TABLE = {"a_events": [0, 2], "a_total": [3, 4], "b_events": [1, 2], "b_total": [5, 5]}
MEANS = {"a_total": [3, 4], "b_total": [3, 4], "b_sd": [1.0, 1.0]}


def test_arcsines_have_nothing_added_unless_asked_for():
    plain = stats.escalc("AS", zero_cells="all", **TABLE)
    untouched = stats.escalc("AS", zero_cells="none", **TABLE)
    assert plain.estimate.tolist() == untouched.estimate.tolist()
    asked = stats.escalc("AS", zero_cells="all", add=0.5, **TABLE)
    assert asked.estimate[0] == math.asin(math.sqrt(0.5 / 4)) - math.asin(
        math.sqrt(1.5 / 6)
    )
    assert asked.variance[0] == 1 / 16 + 1 / 24


@pytest.mark.parametrize("measure", ["PAS", "PFT"])
def test_totals_stay_those_given(measure):
    found = stats.escalc(measure, zero_cells="all", add=1, events=[0, 3], total=[5, 9])
    assert found.totals.tolist() == [5, 9]
    assert found.variance[0] == 1 / (4 * 7 + 2 * (measure == "PFT"))


def test_a_ratio_of_two_negative_means_is_defined():
    up = stats.escalc(
        "ROM", a_mean=[1, 2], a_sd=[1, 0], b_mean=[2, 3], **MEANS
    ).estimate
    down = stats.escalc("ROM", a_mean=[-1, -2], a_sd=[1, 0], b_mean=[-2, -3], **MEANS)
    assert down.estimate.tolist() == up.tolist()


@pytest.mark.parametrize("mean", [2.0, 0.0])
def test_a_ratio_across_zero_is_refused(mean):
    with pytest.raises(stats.ArgumentError, match=r"`a_mean\[1\]` is .*same sign"):
        stats.escalc("ROM", a_mean=[-1, mean], a_sd=[1, 1], b_mean=[-2, -3], **MEANS)


def test_one_group_may_be_without_spread_but_not_both():
    found = stats.escalc("MD", a_mean=[1, 2], a_sd=[0, 1], b_mean=[2, 3], **MEANS)
    assert found.variance[0] == 1 / 3
    given = MEANS | {"b_sd": [1.0, 0.0]}
    with pytest.raises(stats.ArgumentError, match=r"`a_sd\[1\]` is 0"):
        stats.escalc("MD", a_mean=[1, 2], a_sd=[1, 0], b_mean=[2, 3], **given)


def test_nearly_equal_risks_keep_their_digits():
    found = stats.escalc(
        "RR",
        a_events=[999_999],
        a_total=[1_000_000],
        b_events=[999_998],
        b_total=[1_000_000],
    )
    # 1 / 999,998 with its square's half, and c / (a n) twice
    assert found.estimate[0] == pytest.approx(math.log1p(1 / 999_998), rel=1e-15)
    expected = 1 / (999_999 * 1e6) + 2 / (999_998 * 1e6)
    assert found.variance[0] == pytest.approx(expected, rel=1e-15)


def test_far_apart_risks_keep_their_digits():
    found = stats.escalc(
        "PLN", events=np.array([1]), total=np.array([10**9]), zero_cells="none"
    )
    assert found.estimate[0] == pytest.approx(-9 * math.log(10), rel=1e-15)
