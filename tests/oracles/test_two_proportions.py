"""Differences, ratios and tests of two proportions against values of 40 digits.

`two_proportions.R` made `two_proportions.json`: tables of the review and of the
literature, zero cells, all events, groups of very different size, totals of a million.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from galleyproof.stats import (
    ArgumentError,
    barnard_exact,
    boschloo_exact,
    fisher_exact,
    number_needed_to_treat,
    odds_ratio,
    pearson_chi_square,
    risk_difference,
    risk_ratio,
)

ORACLE = Path(__file__).parent / "two_proportions.json"
CASES = json.loads(ORACLE.read_text("utf-8"))["cases"]
INFORMATIVE = [case for case in CASES if "pearson" in case]
UNCONDITIONAL = [case for case in CASES if "barnard" in case]
CLOSED, ITERATIVE = 1e-10, 1e-7
COUNTS = ("a_events", "a_total", "b_events", "b_total")
INFINITY = {"inf": math.inf, "-inf": -math.inf}


def name(case: dict[str, Any]) -> str:
    return "-".join(f"{case[key]:.15g}" for key in (*COUNTS, "level"))


def counts(case: dict[str, Any]) -> dict[str, int]:
    return {key: int(case[key]) for key in COUNTS}


def expected(values: list[float | str], tolerance: float) -> Any:
    numbers = [INFINITY.get(str(v), v) for v in values]
    return pytest.approx(numbers, rel=tolerance, abs=0)


@pytest.mark.parametrize("case", CASES, ids=name)
@pytest.mark.parametrize(
    ("method", "tolerance"),
    [
        ("newcombe", CLOSED),
        ("newcombe-cc", CLOSED),
        ("wald", CLOSED),
        ("agresti-caffo", CLOSED),
        ("miettinen-nurminen", ITERATIVE),
    ],
)
def test_risk_difference(case: dict[str, Any], method: Any, tolerance: float) -> None:
    if method not in case:  # R does not solve the score equation of an empty margin
        return
    found = risk_difference(**counts(case), level=case["level"], method=method)
    assert found.estimate == pytest.approx(case["risk_difference"], rel=1e-15, abs=0)
    assert [found.low, found.high] == expected(case[method], tolerance)
    needed = number_needed_to_treat(**counts(case), level=case["level"], method=method)
    for limit, of in ((needed.low, found.high), (needed.high, found.low)):
        assert abs(limit) == (pytest.approx(1 / abs(of), rel=1e-15) if of else math.inf)
    assert needed.through_infinity is (found.low < 0 < found.high)


@pytest.mark.parametrize("case", CASES, ids=name)
@pytest.mark.parametrize("rule", ["only0", "all"])
def test_log_symmetric_ratios(case: dict[str, Any], rule: Any) -> None:
    suffix = "" if rule == "only0" else "_all"
    for function, method in ((risk_ratio, "katz"), (odds_ratio, "woolf")):
        found = function(**counts(case), level=case["level"], zero_cells=rule)
        assert [found.estimate, found.low, found.high] == expected(
            case[method + suffix], CLOSED
        )


@pytest.mark.parametrize("case", INFORMATIVE, ids=name)
def test_score_interval_of_the_risk_ratio(case: dict[str, Any]) -> None:
    found = risk_ratio(**counts(case), level=case["level"], method="koopman")
    assert [found.low, found.high] == expected(case["koopman"], ITERATIVE)


@pytest.mark.parametrize("case", INFORMATIVE, ids=name)
@pytest.mark.parametrize("method", ["conditional", "conditional-mid-p"])
def test_conditional_odds_ratio(case: dict[str, Any], method: Any) -> None:
    found = odds_ratio(**counts(case), level=case["level"], method=method)
    assert [found.estimate, found.low, found.high] == expected(case[method], ITERATIVE)


@pytest.mark.parametrize("case", CASES, ids=name)
@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_fisher(case: dict[str, Any], alternative: Any) -> None:
    suffix = "" if alternative == "two-sided" else f"_{alternative}"
    for key, mid_p in (("fisher", False), ("mid_p", True)):
        found = fisher_exact(**counts(case), alternative=alternative, mid_p=mid_p)
        assert [found.p] == expected([case[key + suffix]], CLOSED)


@pytest.mark.parametrize("case", INFORMATIVE, ids=name)
def test_pearson(case: dict[str, Any]) -> None:
    plain = pearson_chi_square(**counts(case))
    yates = pearson_chi_square(**counts(case), correction=True)
    assert plain.statistic == pytest.approx(case["statistic"], rel=CLOSED)
    assert [plain.p, yates.p] == expected([case["pearson"], case["yates"]], CLOSED)


@pytest.mark.parametrize("case", UNCONDITIONAL, ids=name)
def test_unconditional(case: dict[str, Any]) -> None:
    """Where scipy compares floating-point statistics it is up to 30% too small."""
    for i, alternative in enumerate(("two-sided", "greater", "less")):
        options: Any = {**counts(case), "alternative": alternative}
        found = [
            barnard_exact(**options).p,
            barnard_exact(**options, pooled=False).p,
            boschloo_exact(**options).p,
        ]
        keys = ("barnard", "barnard_unpooled", "boschloo")
        assert found == expected([case[key][i] for key in keys], ITERATIVE)


def test_unconditional_tests_refuse_too_many_tables() -> None:
    with pytest.raises(ArgumentError, match="10 million"):
        barnard_exact(a_events=1, a_total=10**6, b_events=3, b_total=10**6)


def test_barnard_without_variance() -> None:
    """Only the two most extreme tables have an infinite unpooled statistic."""
    table = {"a_events": 5, "a_total": 5, "b_events": 0, "b_total": 5}
    found = barnard_exact(**table, pooled=False)
    assert found.statistic == math.inf
    assert found.p == pytest.approx(2 * 0.5**10)
