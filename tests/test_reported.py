"""Every number that the source article printed, computed anew from the data.

One test a row of `data/reported.csv`, named by its id: the number behind the row's
address, printed at the article's precision, is what the article printed; or the row
names the audit's finding, and then the two really differ.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from galleyproof import datapackage
from galleyproof.authoring.addresses import value_at
from galleyproof.authoring.library import library
from galleyproof.datapackage import DataPackage, Row
from galleyproof.stats.printed import PrintedNumber, read_printed

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = datapackage.load(ROOT)
ROWS = PACKAGE.tables["reported"].rows
WORDS = {"no": "0", "one": "1", "single": "1", "three": "3"}
ALL = "all"
"""As a percentage: every one of them."""


def as_printed(row: Row) -> PrintedNumber:
    """Read the article's number, whose thousands and words are not plain digits."""
    text = row.texts["printed"]
    if text == ALL and row["unit"] == "percent":
        return read_printed("printed", "100")
    return read_printed("printed", WORDS.get(text, text.replace(",", "")))


def reproduces(package: DataPackage, row: Row) -> bool:
    """Whether the data give what the article printed, at its precision."""
    number = datapackage.quantity(package, row.texts["quantity"])
    return Fraction(number) in as_printed(row).range()


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_number_of_the_article(row: Row) -> None:
    number = datapackage.quantity(PACKAGE, row.texts["quantity"])
    where = f"line {row['line']} ({row['place']}), {row.address()}"
    if row["discrepancy"]:
        assert not reproduces(PACKAGE, row), (
            f"{where}: {row['quantity']} is {float(number):g} and reproduces "
            f"{row['printed']!r}; it is no discrepancy ({row['discrepancy']})"
        )
        assert row["reason"], f"{where}: a discrepancy needs its reason"
    else:
        assert reproduces(PACKAGE, row), (
            f"{where}: the article printed {row['printed']!r}, "
            f"{row['quantity']} is {float(number):g}"
        )


def test_rows_follow_the_article() -> None:
    """Ids tell line and ordinal, in order and without gaps."""
    ordinal: dict[int, int] = {}
    for row in ROWS:
        line = row["line"]
        assert isinstance(line, int)
        ordinal[line] = ordinal.get(line, 0) + 1
        assert row.id == f"l{line:03d}-{ordinal[line]:02d}"
    assert list(ordinal) == sorted(ordinal)


def test_each_unit_is_the_unit_of_its_quantity() -> None:
    """A percentage is compared with a percentage, a count with what it counts."""
    for row in ROWS:
        source, field = datapackage.locate(PACKAGE, row.texts["quantity"])
        expected = _unit_of(source, field)
        assert row["unit"] in expected, f"{row.address('unit')}: {row['unit']}"


def _unit_of(row: Row, field: str) -> set[object]:
    fixed = {
        "percent": "percent",
        "rate": "percent",
        "year": "calendar_year",
        "pearson": "p",
        "printed_p": "p",
        "time": f"{row.values.get('time_unit')}s",
    }
    return {fixed.get(field, row.values.get("unit"))}


def test_chapters_get_the_same_numbers() -> None:
    """What an address gives a chapter, with lineage, is what it gives here."""
    evidence = library(ROOT)
    for address in sorted({row.texts["quantity"] for row in ROWS}):
        here = datapackage.quantity(PACKAGE, address)
        assert float(value_at(evidence, address).number) == pytest.approx(
            float(here), rel=1e-12
        ), address


@pytest.mark.parametrize(
    ("printed", "number", "agrees"),
    [
        ("18.0%", Fraction(4100, 228), True),
        ("18.1%", Fraction(4100, 228), False),
        ("98.5%", Fraction(6800, 69), False),
        ("4,029", 4029, True),
        ("three", 3, True),
        (".039", Fraction("0.039"), True),
        ("< 0.0001", 2e-8, True),
        ("< 0.0001", 0.0002, False),
        ("0.003", 0.010697, False),
    ],
)
def test_the_comparison_can_fail(printed: str, number: float, agrees: bool) -> None:
    example = Row(
        table="reported",
        path="data/reported.csv",
        number=2,
        line=2,
        values={"printed": printed, "unit": "percent"},
        texts={"printed": printed},
    )
    assert (Fraction(number) in as_printed(example).range()) is agrees
