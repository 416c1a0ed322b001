"""Sources, duplicates, cohorts."""

from __future__ import annotations

import pytest

from .conftest import Findings

HEAD = "id,study,group,unit,count,source,locator,status\n"
STUDIES = "id,centre,period_from,period_to,overlaps\n"


def test_a_row_with_its_source(findings: Findings) -> None:
    assert findings(counts=HEAD + "a,s1,all,tumours,3,x,p. 4,confirmed\n") == []


@pytest.mark.parametrize("column", ["source", "locator", "status"])
def test_a_row_without(findings: Findings, column: str) -> None:
    cells = {"source": "x", "locator": "p. 4", "status": "confirmed", column: ""}
    row = "a,s1,all,tumours,3," + ",".join(cells.values())
    (found,) = findings(counts=HEAD + row + "\n")
    assert f"error source-named: `a` has no `{column}`" in found


def test_the_same_fact_twice(findings: Findings) -> None:
    table = HEAD + "".join(
        f"{name},s1,all,tumours,3,{source},p. 4,confirmed\n"
        for name, source in (("a", "x"), ("b", "y"))
    )
    assert findings(counts=table) == [
        "counts:3:1 error row-unique: `b` says the same as `a` (line 2)"
    ]


def test_two_numbers_for_one_fact(findings: Findings) -> None:
    table = HEAD + "".join(
        f"{name},s1,all,tumours,{number},x,p. 4,confirmed\n"
        for name, number in (("a", 3), ("b", 4))
    )
    (found,) = findings(counts=table)
    assert "row-unique: `b` shares every facet with `a` (line 2)" in found
    assert findings(counts=table.replace("b,s1,all", "b,s1,hcc")) == []


def test_tables_of_other_people_are_left_alone(findings: Findings) -> None:
    table = "id,study,patient,time,count,status\na,s,1,2,3,\nb,s,2,2,4,\n"
    assert findings(events=table, places="id,source,status\na,,\nb,,\n") == []


def cohorts(second: str, overlaps: str = "") -> str:
    return STUDIES + f"a,Mercy Hospital,2010,2014,\nb,{second},{overlaps}\n"


@pytest.mark.parametrize(
    "second",
    [
        "Mercy Hospital,2015,2018",
        "Mercy Hospital,2015-01,2018",
        "Other Hospital,2010,2014",
        ",2010,2014",
        "Mercy Hospital,,",
    ],
)
def test_cohorts_that_are_apart_or_unknown(findings: Findings, second: str) -> None:
    assert findings(studies=cohorts(second)) == []


def test_cohorts_of_one_centre_and_time(findings: Findings) -> None:
    assert findings(studies=cohorts("mercy  hospital,2014-06,2018")) == [
        "studies:3:3 warning cohorts-disjoint: `b` (2014-06 to 2018) and `a` (2010 to "
        "2014) come from one centre, `mercy  hospital`, and share years: they may "
        "share patients"
    ]
    assert findings(studies=cohorts("Mercy Hospital,2014,2018", "a")) == []


def test_an_overlap_that_cannot_be(findings: Findings) -> None:
    (found,) = findings(studies=cohorts("Mercy Hospital,2015,2018", "a"))
    assert "discrepancy-real" in found
    assert "have no year in common" in found
    (found,) = findings(studies=cohorts("Mercy Hospital,2015,2018", "z"))
    assert "`z` is no other row of" in found
