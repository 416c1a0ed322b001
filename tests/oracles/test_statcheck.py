"""Verdicts on test statistics in text against R's statcheck.

`statcheck.R` made `statcheck.json`. Where we differ is written down below, with why.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from galleyproof.checks.statistics import recompute
from galleyproof.checks.statistics.apa import Reported, read
from galleyproof.stats import recheck_statistic

ORACLE = Path(__file__).parent / "statcheck.json"
CASES = json.loads(ORACLE.read_text("utf-8"))["cases"]
CLOSED = 1e-10
KINDS = {"t": "t", "F": "F", "r": "r", "Z": "z", "Chi2": "chi-square"}


def name(case: dict[str, Any]) -> str:
    return case["text"] + (" (one tail allowed)" if case["one_tailed"] else "")


def verdict(one: Reported, *, tails: int = 2) -> Any:
    return recheck_statistic(
        one.kind,
        one.statistic,
        one.p,
        degrees_of_freedom=one.degrees_of_freedom,
        tails=tails,
    )


@pytest.mark.parametrize("case", CASES, ids=name)
def test_verdicts(case: dict[str, Any]) -> None:
    found = list(read(case["text"]))
    assert len(found) == len(case["verdicts"])
    for one, theirs in zip(found, case["verdicts"], strict=True):
        assert one.kind == KINDS.get(theirs["type"], "Q")
        assert list(one.degrees_of_freedom) == theirs["degrees_of_freedom"]
        assert float(one.statistic.lstrip("<>")) == theirs["statistic"]
        assert one.p.rstrip("0123456789.") == theirs["p_relation"]
        result = verdict(one)
        if case["one_tailed"] and not result.consistent:
            halved = verdict(one, tails=1)
            result = halved if halved.consistent else result
        assert result.p == pytest.approx(theirs["computed"], rel=CLOSED)
        assert (not result.consistent) == theirs["error"]
        assert result.decision_error == theirs["decision_error"]


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["one_tailed"]], ids=name
)
def test_a_text_that_says_one_tailed_is_taken_at_its_word(case: dict[str, Any]) -> None:
    errors = [one for one in case["verdicts"] if one["error"]]
    assert len(list(recompute(case["text"]))) == len(errors)


def test_there_are_many() -> None:
    verdicts = [one for case in CASES for one in case["verdicts"]]
    kinds = {one["type"] for one in verdicts}
    assert kinds == {"t", "F", "r", "Z", "Chi2", "Q", "Qb", "Qw"}
    for kind in ("t", "F", "r", "Z", "Chi2", "Q"):
        of = [one for one in verdicts if one["type"] == kind]
        said = {(one["error"], one["decision_error"]) for one in of}
        assert said == {(False, False), (True, False), (True, True)}, kind


@pytest.mark.parametrize(
    ("text", "why"),
    [
        # A printed 0.0 is anything from -0.05 to 0.05, so that p is 0.96 to 1;
        # statcheck takes both ends for 0.96 and calls it an error.
        ("It was t(28) = 0.0, p = .99", "a statistic that is printed as zero"),
        # 3.6e-2 has three decimals; statcheck rounds to one, and calls it an error.
        ("It was t(28) = 2.20, p = 3.6e-2", "an exponent"),
        # 1.005 is no correlation; statcheck takes its root, and stops.
        ("It was r(30) = 1.00, p < .001", "a correlation of one"),
    ],
)
def test_where_we_differ(text: str, why: str) -> None:
    (one,) = read(text)
    assert verdict(one).consistent, why
