"""p values against their tables, and units of analysis."""

from __future__ import annotations

import pytest

from .conftest import Findings

SHARES = (
    "id,study,outcome,arm,unit,events,total\n"
    "a,s1,ae,cryo,patients,7,180\nb,s1,ae,rfa,patients,6,180\n"
    "c,s1,ts,lt4,tumours,246,256\nd,s1,ts,ge4,tumours,33,39\n"
    "e,s1,ca,cryo,tumours,,\n"
)
HEAD = "id,left,right,relation,printed,test_named,disputed\n"


def tables(line: str) -> dict[str, str]:
    return {"proportions": SHARES, "tests": HEAD + line + "\n"}


@pytest.mark.parametrize(
    "line",
    [
        "t,c,d,=,0.003,,",
        "t,c,d,,.003,,",
        "t,c,d,=,0.01,Fisher's exact test,",
        "t,a,b,=,0.778,,",
        "t,a,b,=,0.9,log-rank,",
        "t,a,b,,,,",
        "t,,,=,0.039,,",
        "t,a,e,=,0.5,,",
    ],
)
def test_reproduced_or_not_testable(findings: Findings, line: str) -> None:
    found = findings(**tables(line))
    assert [one for one in found if "p-reproduced" in one] == []


def test_no_test_gives_p(findings: Findings) -> None:
    assert findings(**tables("t,a,b,=,0.776,,")) == [
        "tests:2:9 warning p-reproduced: no test of 7/180 and 6/180 gives p = 0.776: "
        "pearson 0.778, pearson-yates 1, fisher 1, fisher-mid-p 0.787"
    ]


def test_the_wrong_side_of_significance_is_an_error(findings: Findings) -> None:
    (found,) = findings(**tables("t,a,b,=,0.04,,"))
    assert found.startswith("tests:2:9 error p-reproduced")


def test_the_named_test_alone_counts(findings: Findings) -> None:
    (found,) = findings(**tables("t,c,d,=,0.003,Fisher,"))
    assert "fisher 0.0107" in found
    assert "pearson" not in found


def test_a_declared_discrepancy_is_no_finding(findings: Findings) -> None:
    assert findings(**tables("t,a,b,=,0.776,,As the abstract prints it.")) == []


def test_a_declaration_that_nothing_needs(findings: Findings) -> None:
    assert findings(**tables("t,a,b,=,0.778,,As the abstract prints it.")) == [
        "tests:2:16 error discrepancy-real: nothing in the data disagrees with `t`"
    ]


def test_units_are_not_mixed(findings: Findings) -> None:
    assert findings(**tables("t,a,d,,,,")) == [
        "tests:2:5 error unit-unmixed: `t` compares `patients` (`a`) with `tumours` "
        "(`d`)"
    ]
