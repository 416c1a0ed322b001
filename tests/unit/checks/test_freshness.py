"""Values of a build beside the cells as they are now."""

from __future__ import annotations

import pytest

from galleyproof.checks.freshness import changed_cells
from galleyproof.datapackage import DataPackage, Row, Table
from galleyproof.lineage.entries import CellEntry, FormulaEntry, ValueEntry
from galleyproof.lineage.ledger import Ledger
from galleyproof.spans import Source


def value(**given: object) -> ValueEntry:
    common = {"text": "as it was", "kind": "count", "unit": "", "decimals": 0}
    common |= {"relation": "=", "status": "confirmed", "number": None}
    return ValueEntry(**{**common, **given})  # type: ignore[arg-type]


def ledger(leaf: ValueEntry) -> Ledger:
    cell = CellEntry(
        address="data/t.csv#cell=2,2",
        table="t",
        row="a",
        field="n",
        path="data/t.csv",
        line=2,
        column=2,
        study="",
        locator="",
    )
    above = FormulaEntry(name="sum", shown="", operands=("leaf", "leaf"))
    typed = value(number=3, constant="3")
    values = {"leaf": leaf, "sum": value(number=2, formula=above), "typed": typed}
    return Ledger(generator="g", values=values, cells={"t:a.n": cell})


def data(written: str | None) -> DataPackage:
    rows = [
        Row(
            table="t",
            path="data/t.csv",
            number=2,
            line=2,
            values={"id": "a", "n": written},
            texts={"id": "a", "n": written},
        )
        for written in [written]
        if written is not None
    ]
    table = Table(
        name="t",
        path="data/t.csv",
        title="",
        description="",
        fields=(),
        foreign_keys=(),
        rows=tuple(rows),
        by_id={row.id: row for row in rows},
        source=Source("data/t.csv", ""),
    )
    return DataPackage(path="", title="", tables={"t": table})


def changed(leaf: ValueEntry, written: str | None) -> list[str]:
    return list(changed_cells(ledger(leaf), data(written), ["sum", "typed"]))


@pytest.mark.parametrize(
    ("leaf", "written"),
    [
        ({"number": 60.0, "exact": "60"}, "60.0"),
        ({"number": 0.1, "exact": "1/10"}, "0.1"),
        ({"number": 0.1}, "0.10"),
        ({"number": 0.0001, "relation": "<"}, "< 0.0001"),
        ({"number": 4029, "exact": "4029"}, "4,029"),
        ({"kind": "text"}, "other words"),
        ({"number": 3}, "words"),
        ({}, "4"),
    ],
)
def test_the_same_number_in_another_spelling_is_no_change(
    leaf: dict[str, object], written: str
) -> None:
    assert changed(value(cell="t:a.n", **leaf), written) == []


def test_a_change_says_what_it_was_and_what_it_is() -> None:
    leaf = value(cell="t:a.n", number=41, exact="41", text="41 tumours")
    assert changed(leaf, "40") == ["`t:a.n` was 41 tumours, is `40`"]
    assert changed(leaf, None) == ["`t:a.n` is gone"]
