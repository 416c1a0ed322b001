"""Percentages with their counts, and without."""

from __future__ import annotations

import pytest

from .conftest import Findings

HEAD = "id,study,stratum,arm,unit,events,total,counts_status,printed,note\n"
COUNTS = "id,study,group,unit,count\nn,s1,all,patients,49\n"


def row(counts: str, status: str, printed: str, note: str = "as printed") -> str:
    return f"a,s1,all,cryo,patients,{counts},{status},{printed},{note}\n"


@pytest.mark.parametrize("printed", ["96.1", "96", "96.09", "<97", ""])
def test_the_percentage_of_the_counts(findings: Findings, printed: str) -> None:
    table = HEAD + row("246,256", "confirmed", printed)
    assert findings(proportions=table) == []


def test_another_percentage(findings: Findings) -> None:
    assert findings(proportions=HEAD + row("245,256", "confirmed", "96.1")) == [
        "proportions:2:42 error percentage-possible: 245 of 256 is 95.7%, which is "
        "not the printed 96.1%"
    ]


def test_more_events_than_the_total(findings: Findings) -> None:
    assert findings(proportions=HEAD + row("256,246", "confirmed", "96.1")) == [
        "proportions:2:24 error percentage-possible: 256 events of 246 are not possible"
    ]


def test_a_disputed_percentage_is_really_another(findings: Findings) -> None:
    assert findings(proportions=HEAD + row("12,57", "disputed", "22.8")) == []
    (found,) = findings(proportions=HEAD + row("13,57", "disputed", "22.8"))
    assert "error discrepancy-real: 13 of 57 is 22.8%, which is the printed" in found


@pytest.mark.parametrize("status", ["disputed", "impossible", "ambiguous"])
def test_a_declaration_gives_its_reason(findings: Findings, status: str) -> None:
    table = HEAD + row("12,57", status, "22.8" if status == "disputed" else "21.1", "")
    (found,) = findings(proportions=table)
    assert f"`a` is `{status}`, and `note` does not say why" in found


def test_a_percentage_that_no_count_of_the_cohort_has(findings: Findings) -> None:
    table = HEAD + row(",", "not reported", "20.8")
    assert findings(counts=COUNTS, proportions=table) == [
        "proportions:2:39 warning percentage-possible: no count of the 49 `patients` "
        "of `n` is 20.8%: 10 of 49 is 20.4%; 10 of 48 would be"
    ]


def test_a_percentage_that_no_smaller_cohort_has_either(findings: Findings) -> None:
    table = HEAD + row(",", "not reported", "1.5")
    (found,) = findings(counts=COUNTS, proportions=table)
    assert "error percentage-possible: no count" in found
    assert found.endswith("1 of 49 is 2.0%")


def test_an_impossible_percentage_is_really_impossible(findings: Findings) -> None:
    impossible = HEAD + row(",", "impossible", "20.8")
    assert findings(counts=COUNTS, proportions=impossible) == []
    possible = HEAD + row(",", "impossible", "20.4")
    (found,) = findings(counts=COUNTS, proportions=possible)
    assert "discrepancy-real: 10 of the 49 `patients` of `n` are 20.4%" in found


def test_an_ambiguous_percentage_has_several_counts(findings: Findings) -> None:
    several = HEAD + row(",", "ambiguous", "20.4")
    assert findings(counts=COUNTS, proportions=several) == [
        "proportions:2:26 error discrepancy-real: one pair of whole numbers alone, "
        "with up to 49 `patients`, gives 20.4%"
    ]
    assert findings(counts=COUNTS, proportions=HEAD + row(",", "ambiguous", "20")) == []


@pytest.mark.parametrize(
    "line",
    [
        "a,s1,lt4,cryo,patients,,,not reported,20.8,\n",
        "a,s1,all,cryo,tumours,,,not reported,20.8,\n",
        "a,s2,all,cryo,patients,,,not reported,20.8,\n",
        "a,s1,all,cryo,patients,,,not reported,<1,\n",
        "a,s1,all,cryo,patients,,,not reported,20.8,\n"
        "b,s1,all,rfa,patients,,,not reported,20.8,\n",
    ],
    ids=["stratum", "unit", "study", "limit", "arms"],
)
def test_no_cohort_no_finding(findings: Findings, line: str) -> None:
    assert findings(counts=COUNTS, proportions=HEAD + line) == []
