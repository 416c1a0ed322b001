"""Mantel-Haenszel and Peto against metafor, under each of its zero-cell rules.

`tables.R` made `tables.json`: published sets of trials, and made-up ones with zero
cells, no events, all events, one study, a million persons.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from galleyproof.stats import ArgumentError, PooledTables, mantel_haenszel, peto

ORACLE = Path(__file__).parent / "tables.json"
CASES = json.loads(ORACLE.read_text("utf-8"))["cases"]
FITS = [(case, fit) for case in CASES for fit in case["fits"]]
CLOSED = 1e-10
FIELDS = {
    "estimate": "estimate",
    "se": "standard_error",
    "statistic": "statistic",
    "p": "p",
    "ci_low": "ci_low",
    "ci_high": "ci_high",
    "q": "q",
    "q_p": "q_p",
    "i2": "i2",
    "h2": "h2",
    "association": "association",
    "association_p": "association_p",
    "in_q": "studies_in_q",
    "weights": "weights",
}
ROUNDING = {
    # Effects that agree to eight digits leave a Q that is mostly their rounding.
    "q": 1e-11,
    "h2": 1e-11,
}


def name(item: dict[str, Any]) -> str:
    if "title" in item:
        return str(item["title"])
    options = ("measure", "zero_cells", "correction")
    return "-".join(str(item[key]) for key in options if key in item)


def pooled(case: dict[str, Any], fit: dict[str, Any]) -> PooledTables:
    if fit["measure"] == "PETO":
        return peto(**case["data"])
    options = {key: fit[key] for key in ("measure", "zero_cells", "correction")}
    return mantel_haenszel(**case["data"], **options)


@pytest.mark.parametrize(("case", "fit"), FITS, ids=name)
def test_pooled_tables(case: dict[str, Any], fit: dict[str, Any]) -> None:
    found = pooled(case, fit)
    for theirs, ours in FIELDS.items():
        if fit.get(theirs) is not None:
            assert getattr(found, ours) == pytest.approx(
                fit[theirs], rel=CLOSED, abs=ROUNDING.get(theirs, 0)
            ), ours


def test_every_published_set_is_pooled_four_ways() -> None:
    """So that an oracle that lost its fits does not pass unnoticed."""
    for case in CASES:
        if case["source"] != "made up":
            assert {fit["measure"] for fit in case["fits"]} == {
                "RR",
                "OR",
                "RD",
                "PETO",
            }


def test_no_variance_without_correction_is_refused() -> None:
    """metafor gives Q = infinity here."""
    counts = {"a_events": [0, 3], "a_total": [9, 9], "b_events": [8, 4]}
    with pytest.raises(ArgumentError, match="zero_cells"):
        mantel_haenszel(**counts, b_total=[8, 8], measure="RD", zero_cells="none")
