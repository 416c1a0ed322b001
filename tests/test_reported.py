"""The table of every number that the source article printed.

That the data give each of them, or a finding says why not, is one test a row:
`pytest _quarto.yml -k reported`, of galleyproof's own plugin.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from galleyproof import datapackage
from galleyproof.authoring.addresses import value_at
from galleyproof.authoring.library import library
from galleyproof.checks import reproduction
from galleyproof.datapackage import Row

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = datapackage.load(ROOT)
ROWS = PACKAGE.tables["reported"].rows


def test_the_plugin_collects_every_row() -> None:
    table = reproduction.reported(PACKAGE)
    assert table is not None
    assert table.rows == ROWS
    assert len(ROWS) > 100


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
