"""The review's own counts: intervals and p-values, to the digits known of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from galleyproof.stats import (
    minimum_expected_count,
    recheck_p,
    wilson_interval,
)
from galleyproof.stats.printed import read_printed

REVIEW = json.loads((Path(__file__).parent / "review.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "row", REVIEW["wilson_per_cent"], ids=lambda r: f"{r['events']}-of-{r['total']}"
)
def test_wilson(row: dict[str, Any]) -> None:
    found = wilson_interval(events=row["events"], total=row["total"])
    values = (found.estimate, found.low, found.high)
    for value, text in zip(values, row["printed"], strict=True):
        assert read_printed("printed", text).range().near(100 * value), text


@pytest.mark.parametrize("row", REVIEW["p_values"], ids=lambda r: r["what"])
def test_p_values(row: dict[str, Any]) -> None:
    names = ("a_events", "a_total", "b_events", "b_total")
    counts = dict(zip(names, row["table"], strict=True))
    for test in ("fisher", "pearson", "pearson-yates"):
        if test in row:
            digits = row[test]
            assert recheck_p(digits, **counts, tests=[test]).reproduced_by == (test,)
    if "minimum_expected" in row:
        expected = read_printed("minimum_expected", row["minimum_expected"])
        assert expected.range().near(minimum_expected_count(**counts))
