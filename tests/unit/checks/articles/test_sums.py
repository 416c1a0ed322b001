"""Invented numbers that belong together."""

import pytest
from tests.unit.checks.articles.audited import FILLER, quoted

from galleyproof.checks.articles import Kind


def statistics(sentence):
    return quoted(f"Springs\n\nResults\n\n{sentence}\n", Kind.STATISTIC)


@pytest.mark.parametrize(
    "sentence",
    [
        "We saw a total of 118 patients (46 males, 42 females).",
        "We saw 442 healthy adults (249 women and 194 men).",
        "We saw 1,200 patients: 700 (58%) men and 400 (33%) women.",
    ],
)
def test_sexes_that_do_not_add_up(sentence):
    assert len(statistics(sentence)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "We saw 88 patients (46 males, 42 females).",
        "We saw 39 of 45 patients (34 males, 5 females).",
        "We saw 190 patients (58.2% men and 41.8% women).",
        "We saw 90 patients (46 males, 42 females, 2 unknown).",
        "We saw 90 patients (46 males, 42 females and 2 unknown).",
    ],
)
def test_sexes_that_do(sentence):
    assert statistics(sentence) == []


def test_a_mean_outside_its_range():
    assert statistics("The mean age was 60.9 years (range 29-58 years).") == [
        "mean age was 60.9 years (range 29-58 years"
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "The mean age was 60.9 years (range 29-88 years).",
        "The mean age was 3.7 years (range, 5 months-24 years).",
        "The mean age was 60.9 years (SD 2-3).",
        "The median was 12 months (range 12-12).",
    ],
)
def test_a_mean_in_its_range(sentence):
    assert statistics(sentence) == []


def abstract(said, printed):
    text = f"Wells\n\nAbstract\n\nDry were {said}.\n\nIntroduction\n\n{FILLER * 2}"
    return quoted(f"{text}\n\nResults\n\nDry were {printed}.\n", Kind.STATISTIC)


def test_a_percentage_of_the_abstract_alone():
    assert abstract("12.4%", "14.2%") == ["12.4"]
    assert abstract("12.4%", "12.41%") == []
    assert abstract("12.4%", "12.4") == []
    assert abstract("12%", "14%") == []


TABLE = """Wells

Table 1: Wells

Kind\tDug (n = 45)\tDrilled
Dry\t12 (26.7)\t3
Cold\t9 (20.0)\t4
Warm\t{}\t5
Deep\t30 (66.7%)\t6
Old\t15 (33.3)\t6

See Table 1.
"""


def test_a_share_of_a_column_that_its_count_does_not_give():
    assert quoted(TABLE.format("18 (30.0)"), Kind.STATISTIC) == ["18 (30.0)"]


@pytest.mark.parametrize(
    "cell", ["18 (40.0)", "18 (41.9)", "18 (2.1-4)", "18", "50 (9)"]
)
def test_a_share_that_may_be(cell):
    """41.9% of 43: two values are missing."""
    assert quoted(TABLE.format(cell), Kind.STATISTIC) == []


def test_a_column_of_means_or_of_shares_of_the_row():
    table = (
        TABLE.format("18 (30.0)").replace("(26.7)", "(3.1)").replace("(20.0)", "(2)")
    )
    assert quoted(table, Kind.STATISTIC) == []
