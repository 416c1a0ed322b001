"""Published tables of intervals and tests, to the digits that they print.

One `published_*.json` for each paper; `read_in` says where its numbers were found.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from galleyproof import stats

FILES = sorted(Path(__file__).parent.glob("published_*.json"))
PAPERS = {path.stem: json.loads(path.read_text("utf-8")) for path in FILES}
CHECKS = [(title, check) for title, p in PAPERS.items() for check in p["checks"]]


def name(item: object) -> str:
    if isinstance(item, str):
        return item.removeprefix("published_")
    assert isinstance(item, dict)
    return "-".join([item["call"], *map(str, item["arguments"].values())])


@pytest.mark.parametrize(("paper", "check"), CHECKS, ids=name)
def test_published(paper: str, check: dict[str, Any]) -> None:
    found = getattr(stats, check["call"])(**check["arguments"])
    for field, text in check["printed"].items():
        # Within half a unit of the last digit: authors round halves either way.
        exponent = Decimal(text).as_tuple().exponent
        tolerance = 0.5 * 10**exponent * (1 + 1e-9)
        assert getattr(found, field) == pytest.approx(
            float(text), rel=0, abs=tolerance
        ), field


def test_every_paper_says_where_it_was_read() -> None:
    for paper in PAPERS.values():
        assert paper["source"]
        assert paper["read_in"]
