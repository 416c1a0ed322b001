"""Intervals and ranges beside their estimates."""

from __future__ import annotations

import pytest

from .conftest import Findings

HEAD = "id,study,printed,ci_low,ci_high,ci_level,scale,standard_error,p\n"
SHARES = "id,study,outcome,events,total,printed,ci_low,ci_high\n"
MEASURES = "id,study,quantity,statistic,unit,printed\n"


@pytest.mark.parametrize(
    "line",
    [
        "a,s1,1.50,1.10,2.05,,log,,\n",
        "a,s1,1.50,1.10,2.05,95,log,0.159,0.01\n",
        "a,s1,2.0,1.0,3.0,,identity,0.51,<0.001\n",
        "a,s1,22,10,60,,,,\n",
        "a,s1,22,,,,,,\n",
    ],
)
def test_intervals_that_agree(findings: Findings, line: str) -> None:
    assert findings(results=HEAD + line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a,s1,2.50,1.10,2.05,,,,\n", "error interval-consistent: 1.10 to 2.05 does"),
        ("a,s1,1.50,2.05,1.10,,,,\n", "error interval-consistent: 2.05 to 1.10 does"),
        ("a,s1,1.90,1.10,2.05,,log,,\n", "warning interval-consistent: 1.10 to 2.05"),
        ("a,s1,2.0,1.0,3.0,,identity,0.9,\n", "gives a standard error of"),
        ("a,s1,2.0,1.0,3.0,,identity,,0.03\n", "gives p "),
        ("a,s1,2.0,1.0,3.0,99,identity,0.51,\n", "gives a standard error of"),
    ],
    ids=["outside", "reversed", "skewed", "error", "p", "level"],
)
def test_intervals_that_do_not(findings: Findings, line: str, expected: str) -> None:
    assert expected in findings(results=HEAD + line)[0]


@pytest.mark.parametrize(
    "limits",
    ["93.0,97.9", "92.9,98.1", "93.7,98.5"],
    ids=["wilson", "clopper-pearson", "wald"],
)
def test_a_usual_interval_of_the_counts(findings: Findings, limits: str) -> None:
    table = SHARES + f"a,s1,ts,246,256,96.1,{limits}\n"
    assert findings(proportions=table) == []


def test_an_interval_of_other_counts(findings: Findings) -> None:
    table = SHARES + "a,s1,ts,246,256,96.1,91.0,98.9\n"
    assert findings(proportions=table) == [
        "proportions:2:22 warning interval-consistent: no usual interval of 246/256 "
        "is 91.0 to 98.9: Wilson 93.0 to 97.9, Clopper-Pearson 92.9 to 98.1"
    ]


def test_an_interval_without_events_touches_its_end(findings: Findings) -> None:
    table = SHARES + "a,s1,ts,0,66,0,0.0,5.5\n"
    assert findings(proportions=table) == []


def test_a_range_encloses_mean_and_median(findings: Findings) -> None:
    rows = (
        "a,s1,follow_up,minimum,months,2\nb,s1,follow_up,mean,years,2.5\n"
        "c,s1,follow_up,maximum,years,14.6\n"
    )
    assert findings(measurements=MEASURES + rows) == []
    wrong = rows.replace("years,14.6", "months,14.6")
    assert findings(measurements=MEASURES + wrong) == [
        "measurements:4:31 error interval-consistent: the maximum 14.6 months lies "
        "below the mean 2.5 years"
    ]
