"""Verdicts on printed numbers, over the review's own data."""

from __future__ import annotations

from pathlib import Path

import pytest

from galleyproof import (
    count,
    frame,
    largest_share,
    rechecks,
    reconstructions,
    study,
)
from galleyproof.lineage import Status

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize(
    ("key", "verdict", "solutions", "counts"),
    [
        ("glazer-ts", "ambiguous", 7, []),
        ("glazer-ts-scored", "unique", 1, ["279/295", "246/256", "33/39"]),
        ("glazer-ts-treated", "impossible", 0, []),
        ("glazer-ltp", "unique", 1, ["60/258", "41/228", "19/30"]),
        ("glazer-ae", "unique", 1, ["25/236", "17/195", "8/41"]),
        ("glazer-ts-primary", "ambiguous", 2, ["53/55", "54/56"]),
        ("ma-te-tumours", "impossible", 0, []),
        ("ma-te-patients", "unique", 1, ["65/66"]),
        ("pusceddu-repeat", "impossible", 0, []),
    ],
)
def test_counts_behind_percentages(
    key: str, verdict: str, solutions: int, counts: list[str]
) -> None:
    (item,) = reconstructions(id=key)
    assert item.verdict == verdict
    assert item.solutions.number == solutions
    assert [pair.text for pair in item.counts] == counts
    assert all(pair.status is Status.RECONSTRUCTED for pair in item.counts)


def test_counts_rest_on_the_printed_percentages() -> None:
    (item,) = reconstructions(id="glazer-ltp")
    rows = {cell.row for cell in item.counts[0].events.cells}
    assert {"glazer-ltp-all", "glazer-ltp-lt4", "glazer-ltp-ge4"} <= rows


def test_only_the_uncorrected_test_gives_the_printed_p() -> None:
    found = {item.record.key: item for item in rechecks()}
    assert found["glazer-ts-size"].reproduced_by == "Pearson"
    assert not found["glazer-ts-size"].verdict_depends
    assert found["glazer-ae-size"].reproduced_by == "Pearson"
    assert found["glazer-ae-size"].verdict_depends
    assert found["rct-major"].reproduced_by == "none"


def test_share_of_a_subgroup_is_bounded_by_the_rates() -> None:
    rates = study("elderly2022").local_progression.rfa
    whole, part = [rates.year1, rates.year3], [rates.gt3.year1, rates.gt3.year3]
    assert largest_share(whole, part).text == "5.0%"
    assert largest_share(whole, part, generous=True).text == "10.5%"


def test_frame_groups_and_counts() -> None:
    reported = frame("reported")
    by_place = reported.groupby("place", sort=False)["rows"].apply(count)
    assert sum(value.number for value in by_place) == len(reported)
    assert frame("counts").loc["glazer-tumours", "value"].text == "299"
    assert frame("audit")["value"].isna().all()
