"""Intervals of one proportion against limits solved to 40 digits.

`one_proportion.R` made `one_proportion.json`: no event, all events, one person, a
million persons, levels from 0.5 to 0.999999.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from galleyproof.stats import (
    agresti_coull_interval,
    clopper_pearson_interval,
    jeffreys_interval,
    mid_p_interval,
    proportion_intervals,
    wilson_corrected_interval,
    wilson_interval,
)

ORACLE = Path(__file__).parent / "one_proportion.json"
CASES = json.loads(ORACLE.read_text("utf-8"))["cases"]
CLOSED = 1e-10
FUNCTIONS = {
    "wilson": wilson_interval,
    "wilson-cc": wilson_corrected_interval,
    "agresti-coull": agresti_coull_interval,
    # Iterative, and yet held to the bound of closed forms.
    "clopper-pearson": clopper_pearson_interval,
    "jeffreys": jeffreys_interval,
    "mid-p": mid_p_interval,
}


def name(case: dict[str, Any]) -> str:
    return f"{case['events']:g}-of-{case['total']:g}-at-{case['level']:g}"


@pytest.mark.parametrize("case", CASES, ids=name)
@pytest.mark.parametrize("method", FUNCTIONS)
def test_limits(case: dict[str, Any], method: str) -> None:
    counts = {"events": case["events"], "total": case["total"]}
    found = FUNCTIONS[method](**counts, level=case["level"])
    # abs=0: a limit of 0 is exactly 0.
    assert [found.low, found.high] == pytest.approx(case[method], rel=CLOSED, abs=0)


@pytest.mark.parametrize("method", FUNCTIONS)
def test_all_at_once(method: str) -> None:
    """The vectorised function gives the same as one call for each."""
    level = 0.95
    cases = [case for case in CASES if case["level"] == level]
    found = proportion_intervals(
        events=[case["events"] for case in cases],
        total=[case["total"] for case in cases],
        level=level,
        method=method,
    )
    expected = np.array([case[method] for case in cases])
    np.testing.assert_allclose(
        np.column_stack([found.low, found.high]), expected, rtol=CLOSED, atol=0
    )
