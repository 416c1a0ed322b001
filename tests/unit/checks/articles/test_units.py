"""Invented tables and sentences: units and qualifiers."""

from tests.unit.checks.articles.audited import quoted

from galleyproof.checks.articles import Kind

HEADER = "Outcome\tOverall\tTumours <4 cm\tTumours ≥4 cm\n"


def row(cells, header=HEADER):
    return quoted(f"Springs\n\nTable 1: A\n\n{header}{cells}\n", Kind.UNIT)


def test_a_row_of_another_unit_than_its_headings():
    assert row("Dry\t10.6% of procedures\t8.7%\t19.5%") == ["10.6% of procedures"]


def test_a_row_of_the_unit_of_its_headings():
    assert row("Dry\t10.6% of tumors\t8.7%\t19.5%") == []
    assert row("Dry\t10.6% of total\t8.7%\t19.5%") == []
    assert row("Dry\t10.6% of procedures\t8.7%\t-", "A\tAll\tSmall\tLarge\n") == []


ADJUSTED = "Local depth adjusted for age was 23.3% overall."


def qualified(other):
    return quoted(f"Springs\n\n{ADJUSTED}\n\nResults\n\n{other}\n", Kind.UNIT)


def test_a_number_that_is_adjusted_once():
    assert qualified("Local depth was 23.3% in all.") == ["adjusted for age was 23.3%"]


def test_a_number_that_is_adjusted_always_or_stands_once():
    assert qualified("Adjusted local depth was 23.3% in all.") == []
    assert qualified("Local depth was 22.3% in all.") == []
    assert qualified("Local width was 23.3% in all.") == []
