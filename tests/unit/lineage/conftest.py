from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import pytest

from galleyproof.lineage import CellRef, Kind, Status, Value
from galleyproof.lineage.entries import (
    CellEntry,
    Entries,
    FormulaEntry,
    IntervalEntry,
    ValueEntry,
)
from galleyproof.lineage.ledger import Ledger, OutputPlace, PrintedClaim, PrintedNumber
from galleyproof.spans import Span


@pytest.fixture
def make():
    def value(number, kind=Kind.COUNT, unit="tumours", decimals=None, **fields):
        cell = CellRef(
            table="proportions",
            row="glazer-ts-lt4",
            field=fields.pop("field", "events"),
            path="data/proportions.csv",
            line=3,
            column=9,
            study="glazer2017",
            study_label="Glazer 2017",
            locator="Table 2",
        )
        number = Fraction(number) if isinstance(number, str) else number
        fields = {"status": Status.CONFIRMED, "origin": cell} | fields
        return Value(number=number, kind=kind, unit=unit, decimals=decimals, **fields)

    return value


def cell(row: str, field: str, column: int, line: int = 2) -> CellEntry:
    return CellEntry(
        address=f"data/proportions.csv#cell={line},{column}",
        table="proportions",
        row=row,
        field=field,
        path="data/proportions.csv",
        line=line,
        column=column,
        study="glazer2017",
        locator="Table 2",
    )


def count(number: int, key: str) -> ValueEntry:
    return ValueEntry(
        number=number,
        text=str(number),
        kind="count",
        unit="tumours",
        decimals=0,
        relation="=",
        status="confirmed",
        exact=str(number),
        cell=key,
    )


def percent(events: str, total: str) -> ValueEntry:
    return ValueEntry(
        number=96.09375,
        text="96.1%",
        kind="percent",
        unit="tumours",
        decimals=1,
        relation="=",
        status="derived",
        exact="3075/32",
        formula=FormulaEntry(name="/", shown="246 / 256", operands=(events, total)),
        printed_in="proportions:lt4.printed",
        interval=IntervalEntry(low=92.9, high=97.8, level=95, method="Wilson"),
    )


def printed(number: int, value: str, line: int = 5) -> PrintedNumber:
    return PrintedNumber(
        id=f"n{number}",
        text="96.1%",
        value=value,
        part="prose",
        place=Span(
            path="chapters/04-size.qmd",
            line=line,
            column=3,
            end_line=line,
            end_column=9,
        ),
        outputs={"pdf": OutputPlace(anchor=f"n{number}", page=4)},
    )


@pytest.fixture
def records() -> SimpleNamespace:
    """Makers of a ledger's records."""
    return SimpleNamespace(cell=cell, count=count, percent=percent, printed=printed)


@pytest.fixture
def ledger() -> Ledger:
    entries = Entries()
    cells = [cell("lt4", "events", 9), cell("lt4", "total", 10)]
    events, total = (
        entries.add_value(count(n, entries.add_cell(c)))
        for n, c in zip((246, 256), cells, strict=True)
    )
    entries.add_cell(cell("lt4", "printed", 12))
    share = entries.add_value(percent(events, total))
    return Ledger(
        generator="galleyproof 0",
        title="A review",
        outputs={"pdf": "index.pdf"},
        numbers=(printed(1, share), replace(printed(2, total), text="256")),
        claims=(
            PrintedClaim(
                id="c1",
                text="most",
                condition="96.1% > 50%",
                values=(share,),
                part="caption",
                float="tbl-size",
            ),
        ),
        values=entries.values,
        cells=entries.cells,
        studies={"glazer2017": "Glazer et al., 2017"},
    )
