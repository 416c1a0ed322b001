"""Which rows count the same patients, and that none of them are pooled."""

from __future__ import annotations

from pathlib import Path

import pytest

from galleyproof import pool, study
from galleyproof.authoring.failures import EvidenceError
from galleyproof.authoring.library import Library, Record
from galleyproof.authoring.overlap import overlap


def record(table: str, **fields: str) -> Record:
    return Record(table=table, key=fields["id"], path="", line=2, fields=fields)


def row(identifier: str, of: str, stratum: str = "all", arm: str = "cryo") -> Record:
    return record("proportions", id=identifier, study=of, stratum=stratum, arm=arm)


PARTS = (
    record("partitions", id="p", study="", whole="primary", parts="hcc rest"),
    record("partitions", id="q", study="other", whole="lt4", parts="hcc"),
)
STUDIES = tuple(
    record("studies", id=name, overlaps=overlaps)
    for name, overlaps in (("one", ""), ("two", "one"), ("three", ""))
)
LIBRARY = Library(
    root=Path(),
    tables={"partitions": PARTS, "studies": STUDIES},
    index={(r.table, r.key): r for r in (*PARTS, *STUDIES)},
)


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        (row("a", "one"), row("a", "one"), "stands in it twice"),
        (row("a", "one"), row("b", "one", "hcc"), "count patients of `one` twice"),
        (row("a", "one", "primary"), row("b", "one", "hcc"), "`a` and `b` count"),
        (row("a", "one", "hcc"), row("b", "one", "primary"), "`a` and `b` count"),
        (row("a", "one"), row("b", "two"), "declared to overlap"),
        (row("a", "two"), row("b", "one"), "declared to overlap"),
    ],
)
def test_shared_patients(first: Record, second: Record, why: str) -> None:
    assert why in overlap(LIBRARY, first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (row("a", "one", "hcc"), row("b", "one", "rest")),
        (row("a", "one", "lt4"), row("b", "one", "hcc")),
        (row("a", "one"), row("b", "one", arm="rfa")),
        (row("a", "one"), row("b", "three")),
    ],
    ids=["parts", "of another study", "arms", "studies"],
)
def test_nothing_says_that_patients_are_shared(first: Record, second: Record) -> None:
    assert overlap(LIBRARY, first, second) == ""


@pytest.mark.usefixtures("project")
def test_a_pool_refuses_a_part_beside_its_whole() -> None:
    success = study("smith2017").technical_success
    with pytest.raises(EvidenceError, match="must not overlap: `s-ts-lt4` and"):
        pool([success.lt4, study("smith2017").local_progression])
    assert pool([success.lt4, success.ge4]).studies.text == "2"
