"""Agreement with base R and metafor on proportions, and on the review's own pool.

`proportions.R` made `proportions.json`; neither R nor metafor is needed here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from galleyproof.stats import (
    clopper_pearson_interval,
    escalc,
    fisher_exact,
    pearson_chi_square,
    pool,
    wilson_corrected_interval,
    wilson_interval,
)

R = json.loads((Path(__file__).parent / "proportions.json").read_text("utf-8"))
CLOSED, ITERATIVE = 1e-10, 1e-7
# The limits 0 and 1 of prop.test are clipped; ours are exact, so compare absolutely.
NEAR_ZERO = 1e-15


def name(case: dict[str, Any]) -> str:
    if "events" in case:
        return f"{case['events']}-of-{case['total']}"
    if "measure" in case:
        return f"{case['measure']}-{case['method']}"
    return "-".join(
        str(case[k]) for k in ("a_events", "a_total", "b_events", "b_total")
    )


@pytest.mark.parametrize("case", R["one"], ids=name)
@pytest.mark.parametrize(
    ("field", "interval", "tolerance"),
    [
        ("wilson", wilson_interval, CLOSED),
        # binom.test inverts the beta distribution by R's qbeta, to about 1e-12.
        ("clopper_pearson", clopper_pearson_interval, CLOSED),
        ("wilson_corrected", wilson_corrected_interval, CLOSED),
    ],
)
def test_intervals_of_a_proportion(
    case: dict[str, Any], field: str, interval: Any, tolerance: float
) -> None:
    found = interval(events=case["events"], total=case["total"])
    assert [found.low, found.high] == pytest.approx(
        case[field], rel=tolerance, abs=NEAR_ZERO
    )


@pytest.mark.parametrize("case", R["two"], ids=name)
def test_tests_of_two_proportions(case: dict[str, Any]) -> None:
    counts = {k: v for k, v in case.items() if k[:2] in ("a_", "b_")}
    assert fisher_exact(**counts).p == pytest.approx(case["fisher"], rel=CLOSED)
    assert pearson_chi_square(**counts).p == pytest.approx(case["pearson"], rel=CLOSED)
    corrected = pearson_chi_square(**counts, correction=True).p
    assert corrected == pytest.approx(case["yates"], rel=CLOSED)


@pytest.mark.parametrize("case", R["pool"]["fits"], ids=name)
def test_pool_of_complete_ablation(case: dict[str, Any]) -> None:
    """The four series of the review, with Knapp and Hartung's interval."""
    data = {"events": R["pool"]["events"], "total": R["pool"]["total"]}
    fit = pool(escalc(case["measure"], **data), method=case["method"], test="knha")
    assert fit.converged
    found = {key: getattr(fit, key) for key in case if key not in ("measure", "method")}
    expected = {key: case[key] for key in found}
    assert found == pytest.approx(expected, rel=ITERATIVE)
