"""Parts that add up, or cannot."""

from __future__ import annotations

import pytest

from .conftest import Findings

PARTITIONS = "id,study,whole,parts\nsize,,all,lt4 ge4\n"
COUNTS = "id,study,group,unit,count\n"
PROPORTIONS = "id,study,outcome,stratum,unit,events,total,printed\n"


def counts(*numbers: int) -> str:
    groups = ("all", "lt4", "ge4")
    rows = zip(groups, numbers, strict=False)
    return COUNTS + "".join(f"{g},s1,{g},tumours,{n}\n" for g, n in rows)


def test_counts_add_up(findings: Findings) -> None:
    assert findings(partitions=PARTITIONS, counts=counts(295, 256, 39)) == []


def test_counts_do_not_add_up(findings: Findings) -> None:
    assert findings(partitions=PARTITIONS, counts=counts(295, 256, 38)) == [
        "counts:2:20 error parts-add-up: the parts of `all` have `count` "
        "256 + 38 = 294, not 295: `lt4`, `ge4`"
    ]


def test_nothing_is_guessed_without_a_partition(findings: Findings) -> None:
    assert findings(counts=counts(295, 256, 38)) == []


def test_a_partition_of_one_study_says_nothing_of_another(findings: Findings) -> None:
    of_another = "id,study,whole,parts\nsize,s2,all,lt4 ge4\n"
    assert findings(partitions=of_another, counts=counts(295, 256, 38)) == []


@pytest.mark.parametrize(("part", "found"), [(256, 0), (295, 0), (296, 1)])
def test_a_missing_part_leaves_a_bound(
    findings: Findings, part: int, found: int
) -> None:
    assert len(findings(partitions=PARTITIONS, counts=counts(295, part))) == found


def test_events_and_totals_add_up_by_outcome(findings: Findings) -> None:
    rows = (
        "a,s1,ts,all,tumours,279,295,\nb,s1,ts,lt4,tumours,246,256,\n"
        "c,s1,ts,ge4,tumours,33,39,\nd,s1,ltp,lt4,tumours,41,228,\n"
    )
    assert findings(partitions=PARTITIONS, proportions=PROPORTIONS + rows) == []
    wrong = rows.replace("33,39", "34,39")
    (found,) = findings(partitions=PARTITIONS, proportions=PROPORTIONS + wrong)
    assert "`events` 246 + 34 = 280, not 279" in found


def test_a_percentage_lies_between_those_of_its_parts(findings: Findings) -> None:
    rows = (
        "a,s1,ca,all,tumours,,,92\nb,s1,ca,lt4,tumours,,,79\nc,s1,ca,ge4,tumours,,,96\n"
    )
    assert findings(partitions=PARTITIONS, proportions=PROPORTIONS + rows) == []
    wrong = rows.replace(",92", ",97.5")
    assert findings(partitions=PARTITIONS, proportions=PROPORTIONS + wrong) == [
        "proportions:2:23 error parts-add-up: 97.5% of `a` lies outside the "
        "percentages of its parts: 79% of `b`, 96% of `c`"
    ]


def test_a_total_is_within_its_cohort(findings: Findings) -> None:
    sizes = COUNTS + "n,s1,all,patients,49\n"
    rows = "a,s1,ca,all,patients,10,49,\nb,s1,ca,all,tumours,10,64,\n"
    assert findings(counts=sizes, proportions=PROPORTIONS + rows) == []
    (found,) = findings(
        counts=sizes, proportions=PROPORTIONS + rows.replace("49", "50")
    )
    assert "parts-add-up: a total of 50 `patients` is more than the 49 of `n`" in found


def test_a_stratum_is_bounded_by_the_whole_it_is_declared_a_part_of(
    findings: Findings,
) -> None:
    partitions = "id,study,whole,parts\na,,all,primary other\nb,,primary,hcc rest\n"
    sizes = COUNTS + "n,s1,all,tumours,299\np,s1,primary,tumours,56\n"
    rows = "a,s1,ca,hcc,tumours,10,57,\n"
    (found,) = findings(
        partitions=partitions, counts=sizes, proportions=PROPORTIONS + rows
    )
    assert "more than the 56 of `p`" in found


def test_a_misspelt_part_is_found(findings: Findings) -> None:
    terms = "id,kind\nall,stratum\nlt4,stratum\n"
    (found,) = findings(partitions=PARTITIONS, terms=terms)
    assert found.startswith("partitions:2:11 error parts-add-up: `ge4` is not in")


def test_a_part_is_named_once(findings: Findings) -> None:
    (found,) = findings(partitions=PARTITIONS.replace("ge4", "lt4"))
    assert "a part is named twice" in found
