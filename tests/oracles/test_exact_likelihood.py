"""The pooled proportion against the exact likelihood, and against metafor's rma.glmm.

`binomial_normal.R` made `binomial_normal.json`: published series, and made-up ones
without events in most studies, with all events in some, two studies, totals of a
million, no heterogeneity and huge heterogeneity.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from galleyproof.stats import ConvergenceError, pool_proportions

ORACLE = Path(__file__).parent / "binomial_normal.json"
CASES = json.loads(ORACLE.read_text("utf-8"))["cases"]
SECOND = [case for case in CASES if case["rma_glmm"]]
FIELDS = {
    "estimate": "estimate",
    "se": "standard_error",
    "tau2": "tau2",
    "tau2_se": "tau2_se",
    "log_likelihood": "log_likelihood",
    "log_likelihood_common": "log_likelihood_common",
    "statistic": "statistic",
    "i2": "i2",
    "h2": "h2",
    "q_lrt": "q_lrt",
    "q_lrt_p": "q_lrt_p",
    "q_wald": "q_wald",
    "q_wald_p": "q_wald_p",
}
GLMM = 1e-6
NOTHING = 1e-10  # of an estimate that is 0 by symmetry, and of a Q that is 0


def name(case: dict[str, Any]) -> str:
    return str(case["title"])


@pytest.mark.parametrize("case", CASES, ids=name)
def test_exact_likelihood(case: dict[str, Any]) -> None:
    found = pool_proportions(events=case["events"], total=case["total"])
    for theirs, ours in FIELDS.items():
        assert getattr(found, ours) == pytest.approx(
            case[theirs], rel=GLMM, abs=NOTHING
        ), ours
    # A tail multiplies the error of its statistic by its square.
    tail = GLMM * (1 + found.statistic**2)
    assert found.p == pytest.approx(case["p"], rel=tail)
    assert found.converged


@pytest.mark.parametrize("case", CASES, ids=name)
@pytest.mark.parametrize(("test", "suffix"), [("z", ""), ("t", "_t")])
def test_intervals(case: dict[str, Any], test: str, suffix: str) -> None:
    found = pool_proportions(events=case["events"], total=case["total"], test=test)
    interval = [found.ci_low, found.ci_high]
    prediction = [found.prediction_low, found.prediction_high]
    # Ends near 0 are differences of estimate and width.
    near_zero = GLMM * found.standard_error
    for ours, theirs in ((interval, "ci"), (prediction, "prediction")):
        assert ours == pytest.approx(case[theirs + suffix], rel=GLMM, abs=near_zero)
    if test == "t":
        assert found.p == pytest.approx(case["p_t"], rel=GLMM)


@pytest.mark.parametrize("case", SECOND, ids=name)
def test_metafor_is_near(case: dict[str, Any]) -> None:
    """rma.glmm with a hundred nodes stops a little short of the maximum.

    Its standard error comes from differences of a loosely maximised likelihood, up to
    two thirds off for totals of a million, so it is not compared.
    """
    found = pool_proportions(events=case["events"], total=case["total"])
    theirs = case["rma_glmm"]
    shift = abs(found.estimate - theirs["estimate"]) / found.standard_error
    assert shift < 0.01  # measured: 0.009 of a standard error at most
    assert found.tau2 == pytest.approx(theirs["tau2"], rel=0.01)  # measured: 0.006
    assert found.log_likelihood == pytest.approx(theirs["log_likelihood"], rel=1e-3)
    # I2 is a function of tau2 and of metafor's typical variance.
    assert found.i2 == pytest.approx(theirs["i2"], rel=1e-3)


@pytest.mark.parametrize(
    ("events", "total"),
    [([0, 2], [2, 2]), ([0, 10, 0, 10], [10] * 4), ([0, 9, 7], [1, 9, 7])],
)
def test_all_or_none_has_no_maximum(events: list[int], total: list[int]) -> None:
    """The likelihood rises towards infinite heterogeneity: said, not approximated."""
    with pytest.raises(ConvergenceError):
        pool_proportions(events=events, total=total)


def test_single_persons_show_no_heterogeneity() -> None:
    """With one person a study tau2 is not identified: the smallest is given."""
    found = pool_proportions(events=[0, 1, 1, 0, 1, 1], total=[1] * 6)
    assert found.tau2 == 0
    assert found.proportion == pytest.approx(4 / 6)
