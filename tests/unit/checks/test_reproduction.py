"""Printed numbers against the numbers that the data give."""

from __future__ import annotations

from fractions import Fraction

import pytest

from galleyproof.checks import reproduction
from galleyproof.datapackage import DataPackage, Row, Table
from galleyproof.datapackage.model import Field
from galleyproof.spans import Source
from galleyproof.stats.errors import StatisticsError


def row(table: str, **texts: str) -> Row:
    numbers = {key: int(text) for key, text in texts.items() if key == "count"}
    return Row(
        table=table,
        path=f"data/{table}.csv",
        number=2,
        line=2,
        values={**texts, **numbers},
        texts=texts,
    )


def table(name: str, columns: str, *rows: Row) -> Table:
    return Table(
        name=name,
        path=f"data/{name}.csv",
        title="",
        description="",
        fields=tuple(
            Field(name=c, type="integer" if c == "count" else "string")
            for c in columns.split()
        ),
        foreign_keys=(),
        rows=rows,
        by_id={one.id: one for one in rows},
        source=Source(f"data/{name}.csv", ""),
    )


DATA = DataPackage(
    path="data/datapackage.json",
    title="",
    tables={
        "counts": table("counts", "id count", row("counts", id="a", count="4029")),
        "reported": table("reported", "id printed quantity"),
    },
)


@pytest.mark.parametrize(
    ("printed", "number", "agrees"),
    [
        ("18.0%", Fraction(4100, 228), True),
        ("18.1%", Fraction(4100, 228), False),
        ("98.5%", Fraction(6800, 69), False),
        ("4,029", 4029, True),
        ("three", 3, True),
        ("twenty-one", 21, True),
        ("No", 0, True),
        ("single", 1, True),
        ("all", 100, True),
        (".039", Fraction("0.039"), True),
        ("< 0.0001", 2e-8, True),
        ("< 0.0001", 0.0002, False),
        ("0.003", 0.010697, False),
    ],
)
def test_a_number_is_compared_at_its_precision(
    printed: str, number: float, agrees: bool
) -> None:
    example = row("reported", printed=printed, unit="percent")
    assert (Fraction(number) in reproduction.as_printed(example).range()) is agrees


@pytest.mark.parametrize("printed", ["", "many", "all"])
def test_what_is_no_number_is_refused(printed: str) -> None:
    with pytest.raises(StatisticsError):
        reproduction.as_printed(row("reported", printed=printed, unit="patients"))


@pytest.mark.parametrize(
    ("printed", "known", "reason", "fault"),
    [
        ("4,029", "", "", ""),
        ("4,092", "A01", "digits changed places", ""),
        ("4,092", "", "", "`4,092` was printed, and `counts:a.count` is 4029"),
        ("4,092", "A01", "", "A01 needs its reason"),
        ("4,029", "A01", "why", "no discrepancy (A01)"),
        ("many", "", "", "many"),
    ],
)
def test_a_fault_is_told_in_words(
    printed: str, known: str, reason: str, fault: str
) -> None:
    one = row(
        "reported",
        printed=printed,
        quantity="counts:a.count",
        discrepancy=known,
        reason=reason,
    )
    said = reproduction.fault(DATA, one)
    assert fault in said
    assert bool(said) is bool(fault)


def test_an_address_that_leads_nowhere_is_a_fault() -> None:
    one = row("reported", printed="1", quantity="counts:b.count")
    assert reproduction.fault(DATA, one) == "`counts` has no row `b`"


def test_only_a_table_of_that_shape_is_one() -> None:
    assert reproduction.reported(DATA) is DATA.tables["reported"]
    other = DataPackage(path="", title="", tables={"reported": DATA.tables["counts"]})
    assert reproduction.reported(other) is None
    assert reproduction.reported(DataPackage(path="", title="", tables={})) is None
