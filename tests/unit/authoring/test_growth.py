"""What a chapter asks of the data costs what it gets, not what there is."""

import json
from pathlib import Path

import pytest

from galleyproof.authoring import consulting, library
from galleyproof.authoring.library import Library, Record

STUDIES = 300


def _row(number: int, study: int) -> Record:
    return Record(
        table="proportions",
        key=f"row{number}",
        path="data/proportions.csv",
        line=number + 2,
        fields={
            "study": f"study{study}",
            "outcome": "success" if number % 2 else "failure",
            "time": "6" if number % 3 else "12",
            "time_unit": "months",
        },
    )


@pytest.fixture
def data() -> Library:
    """Two rows of each study, which stand far from each other."""
    rows = tuple(_row(i, i % STUDIES) for i in range(2 * STUDIES))
    index = {("proportions", row.key): row for row in rows}
    return Library(root=Path(), tables={"proportions": rows, "tests": ()}, index=index)


@pytest.fixture
def looked_at(monkeypatch):
    """Count how often a row is looked at to find it."""
    counted = []
    words = library._words

    def counting(row, name):
        counted.append(row.key)
        return words(row, name)

    monkeypatch.setattr(library, "_words", counting)
    return counted


def test_rows_of_a_study_are_found_without_looking_at_all_others(data, looked_at):
    for number in range(STUDIES):
        found = data.select("proportions", study=f"study{number}")
        assert [row.key for row in found] == [f"row{number}", f"row{number + STUDIES}"]
        consulting.digest(data, ("facets", f"study{number}"))
        wanted = json.dumps({"study": f"study{number}"})
        consulting.digest(data, ("selected", "proportions", wanted))
    assert len(looked_at) == 2 * STUDIES


def test_several_columns_and_words_are_all_wanted(data):
    def plain(row, **wanted):
        return all(row.fields[name] in words for name, words in wanted.items())

    wanted = {"outcome": ("success",), "time": ("12", "24"), "study": ("study3",)}
    expected = [row for row in data.tables["proportions"] if plain(row, **wanted)]
    assert expected
    assert list(data.select("proportions", **wanted)) == expected


def test_a_time_is_found_by_its_number_and_as_authors_say_it(data):
    by_number = data.select("proportions", time="12")
    assert by_number
    assert data.select("proportions", time="month12") == by_number
    assert data.select("proportions", time=["12", "month12"]) == by_number


def test_nothing_wanted_is_every_row_and_an_empty_table_has_none(data):
    assert data.select("proportions") == data.tables["proportions"]
    assert data.select("tests", study="study1") == ()
    assert data.select("absent", study="study1") == ()
    assert data.select("proportions", study=[]) == ()
