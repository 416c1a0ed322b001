"""Rates over time."""

from __future__ import annotations

import pytest

from .conftest import Findings

TERMS = (
    "id,kind,course\nltp,outcome,rising\nos,outcome,falling\nlc,outcome,\n"
    "all,stratum,\ngt3,stratum,\nle3,stratum,\n"
)
HEAD = "id,study,outcome,stratum,time,time_unit,printed,disputed\n"
PARTITIONS = "id,study,whole,parts\nsize,,all,le3 gt3\n"


def rates(outcome: str, *printed: str, stratum: str = "all", why: str = "") -> str:
    times = ("6,month", "1,year", "36,month")
    return "".join(
        f"{outcome}-{stratum}-{i},s1,{outcome},{stratum},{time},{one},{why}\n"
        for i, (time, one) in enumerate(zip(times, printed, strict=False))
    )


@pytest.mark.parametrize(
    "series",
    [
        rates("ltp", "10.2", "16.5", "16.5"),
        rates("os", "97", "67", "40"),
        rates("lc", "97", "67", "40"),
        rates("lc", "3", "7", "9"),
        rates("ltp", "10.2", "10"),
        "",
    ],
    ids=["rising", "falling", "down", "up", "rounding", "empty"],
)
def test_rates_keep_their_course(findings: Findings, series: str) -> None:
    assert findings(terms=TERMS, rates=HEAD + series) == []


def test_a_cumulative_rate_falls(findings: Findings) -> None:
    assert findings(terms=TERMS, rates=HEAD + rates("ltp", "10.2", "9.8", "12")) == [
        "rates:3:29 error rates-monotone: a cumulative rate falls from 10.2% at "
        "6 month to 9.8% at 1 year"
    ]


def test_survival_rises(findings: Findings) -> None:
    (found,) = findings(terms=TERMS, rates=HEAD + rates("os", "90", "91", "60"))
    assert "rises from 90% at 6 month to 91% at 1 year" in found


def test_an_unknown_course_may_be_either_and_not_both(findings: Findings) -> None:
    (found,) = findings(terms=TERMS, rates=HEAD + rates("lc", "60", "91", "70"))
    assert "falls from 91% at 1 year to 70% at 36 month" in found


def test_order_is_that_of_time_not_of_the_file(findings: Findings) -> None:
    lines = rates("ltp", "10.2", "16.5", "20").splitlines()
    assert findings(terms=TERMS, rates=HEAD + "\n".join(lines[::-1]) + "\n") == []


def test_strata_are_series_of_their_own(findings: Findings) -> None:
    series = rates("ltp", "10", "20") + rates("ltp", "5", "6", stratum="gt3")
    assert findings(terms=TERMS, rates=HEAD + series) == []


def test_a_part_that_outruns_its_whole(findings: Findings) -> None:
    whole = rates("ltp", "17", "18")
    part = rates("ltp", "22", "42", stratum="gt3")
    tables = {"terms": TERMS, "partitions": PARTITIONS}
    (found,) = findings(**tables, rates=HEAD + whole + part)
    assert "warning rates-monotone: 22 to 42% in a part of 17 to 18%" in found
    assert "the part can be at most 10.5% of the whole" in found
    assert findings(terms=TERMS, rates=HEAD + whole + part) == []
    declared = rates("ltp", "22", "42", stratum="gt3", why="As printed.")
    assert findings(**tables, rates=HEAD + whole + declared) == []


def test_a_known_share_decides(findings: Findings) -> None:
    series = rates("ltp", "17", "18") + rates("ltp", "22", "26", stratum="gt3")
    counts = "id,study,group,unit,count\nn,s1,all,,100\nm,s1,gt3,,70\n"
    head = HEAD.replace("disputed", "disputed,unit")
    lines = "".join(f"{line},\n" for line in series.splitlines())
    tables = {"terms": TERMS, "partitions": PARTITIONS}
    assert findings(**tables, rates=head + lines) == []
    (found,) = findings(**tables, counts=counts, rates=head + lines)
    assert "at most 66.7% of the whole, and is 70.0%" in found


@pytest.mark.parametrize("time", ["1/0", "soon", "nan", "1e999999999", ""])
@pytest.mark.parametrize("printed", ["1/0", "<5", "5%", "many", ""])
def test_cells_that_are_no_numbers_are_left_to_the_schema(
    findings: Findings, time: str, printed: str
) -> None:
    lines = f"a,s1,ltp,all,{time},year,{printed},\nb,s1,ltp,all,2,year,9,\n"
    assert isinstance(findings(terms=TERMS, rates=HEAD + lines), list)
