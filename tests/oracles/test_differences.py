"""Where we differ from metafor knowingly: what each does, and that it still does.

The reasons stand in the docstrings of the functions. What metafor 3.8 gives is in the
JSON, as the distance `metafor_gap` of its value from ours.
"""

import numpy as np
import pytest

from galleyproof import stats


def effects(y, v):
    return stats.Effects(estimate=np.array(y), variance=np.array(v), measure="GEN")


def distances(fits, **given):
    """List metafor's distances from the fits with these fields."""
    return [
        fit["metafor_gap"]
        for fit in fits
        if all(fit[name] == value for name, value in given.items())
    ]


@pytest.mark.parametrize("file", ["extreme_two_maxima", "extreme_maximum_beside_zero"])
def test_the_highest_maximum_counts(oracle_files, file):
    """metafor climbs from the HE estimate, and stays where it comes to rest."""
    (group,) = oracle_files[file]["effects"]
    assert min(distances(group["pools"], method="ML", test="z")) > 0.1
    found = stats.pool(effects(group["yi"], group["vi"]), method="ML")
    grid = np.expm1(np.linspace(0, 3, 500)) / 10
    assert likelihood(group, found.tau2) >= max(likelihood(group, t) for t in grid)


def likelihood(group, tau2):
    total = np.array(group["vi"]) + tau2
    w = 1 / total
    y = np.array(group["yi"])
    mean = w @ y / w.sum()
    return -(np.log(total).sum() + w @ (y - mean) ** 2) / 2


def test_dl_iterated_is_paule_and_mandel(oracle_files):
    """metafor's `DLIT` leaves out the current tau2 in its step: it ends, where it ends,
    at a value that is no moment estimate, or jumps between two."""
    for file in ("bcg", "normand1999", "extreme_ten_orders"):
        group = oracle_files[file]["effects"][0]
        given = effects(group["yi"], group["vi"])
        ours, paule_mandel = (stats.pool(given, method=m) for m in ("DLIT", "PM"))
        assert ours.tau2 == paule_mandel.tau2 > 0
        (gap,) = distances(group["pools"], method="DLIT")
        assert gap == "failed" or gap > 0.1


def test_effects_without_an_intercept_keep_their_mean(oracle_files):
    """metafor estimates tau2 and Q from effects less their mean, whatever the model."""
    group = oracle_files["raudenbush1985"]["moderators"][1]
    assert not group["intercept"]
    assert min(distances(group["regressions"], method="DL")) > 0.1
    y, x, w = (np.array(group["yi"]), np.ravel(group["x"]), 1 / np.array(group["vi"]))
    found = stats.regress(effects(y, 1 / w), group["x"], intercept=False, method="CE")
    slope = (w * x) @ y / ((w * x) @ x)
    assert found.qe == pytest.approx(w @ (y - slope * x) ** 2, rel=1e-12)


def test_one_study_has_no_method():
    """metafor keeps the method's name, and has no standard error of tau2."""
    found = stats.pool(effects([0.3], [0.04]), method="REML")
    assert (found.method, found.tau2, found.tau2_se) == ("CE", 0.0, 0.0)


def test_one_study_refuses_tests_with_degrees_of_freedom():
    """metafor warns and tests by `z`."""
    with pytest.raises(stats.ArgumentError, match="at least 2 studies"):
        stats.pool(effects([0.3], [0.04]), test="knha")


def test_as_many_coefficients_as_studies_leave_a_common_effect():
    """metafor refuses every method but `CE`."""
    given = effects([0.1, 0.4, 0.2], [0.1, 0.2, 0.3])
    found = stats.regress(given, [[1.0, 0.0], [2.0, 1.0], [4.0, 0.0]], method="REML")
    assert (found.method, found.tau2, found.qe) == ("CE", 0.0, 0.0)


def test_variances_of_zero_are_refused():
    """metafor warns and goes on without Q."""
    with pytest.raises(stats.ArgumentError, match=r"variance\[1\]"):
        effects([0.1, 0.4], [0.1, 0.0])


def test_riley_needs_three_studies():
    """metafor takes one degree of freedom where k - 2 is none."""
    with pytest.raises(stats.ArgumentError, match="at least 3 studies"):
        stats.pool(effects([0.1, 0.4], [0.1, 0.2]), prediction="riley")


def test_a_study_left_alone_by_trimming_lies_on_the_mean(oracle_files):
    """In metafor's doubles it lies above, and the error of the number changes."""
    (group,) = oracle_files["extreme_k3"]["effects"]
    given = {"estimator": "L0", "side": "left", "method": "CE"}
    (gap,) = distances(group["trim_and_fill"], **given)
    assert gap == pytest.approx(0.138, rel=0.01)


def test_no_spread_has_no_error_of_the_missing():
    """metafor: NaN, the root of a negative variance."""
    found = stats.trim_and_fill(effects([0.25] * 4, [0.1, 0.2, 0.3, 0.4]))
    assert (found.missing, found.missing_se) == (0, 0.0)
