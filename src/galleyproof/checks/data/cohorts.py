"""Studies whose patients may be the same.

A table with `centre`, `period_from` and `period_to` describes cohorts. Two of one
centre whose periods overlap are flagged, unless `overlaps` of either names the other:
somebody has then looked, and `pool` refuses the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from galleyproof.checks.data.evidence import (
    Finding,
    Key,
    grouped,
    has,
    having,
    shown,
    text_of,
)
from galleyproof.datapackage import DataPackage, Row, Table
from galleyproof.diagnostics import Code, Severity

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_Day = tuple[int, int, int]


def check(package: DataPackage) -> Iterator[Finding]:
    """Flag cohorts of one centre and time, and overlaps that cannot be."""
    for table in having(package, "centre", "period_from", "period_to"):
        for rows in grouped(table.rows, _centre).values():
            for first, second in combinations(rows, 2):
                yield from _pair(table, first, second)
    for table in having(package, "overlaps"):
        for row in table.rows:
            yield from _declared(table, row)


def _centre(row: Row) -> Key | None:
    centre = " ".join(text_of(row, "centre").casefold().split())
    return (centre,) if centre else None


def _pair(table: Table, first: Row, second: Row) -> Iterator[Finding]:
    if _apart(first, second) is not False or _linked(first, second):
        return
    yield Finding(
        code=Code.COHORTS_DISJOINT,
        table=table,
        row=second,
        field="centre",
        message=f"`{second.id}` ({_period(second)}) and `{first.id}` "
        f"({_period(first)}) come from one centre, `{text_of(second, 'centre')}`, "
        "and share years: they may share patients",
        hint="do not pool them; name the other study in the column `overlaps` once "
        "you have looked",
        severity=Severity.WARNING,
        others=(first,),
    )


def _linked(first: Row, second: Row) -> bool:
    return second.id in text_of(first, "overlaps").split() or (
        first.id in text_of(second, "overlaps").split()
    )


def _declared(table: Table, row: Row) -> Iterator[Finding]:
    names = text_of(row, "overlaps").split()
    unknown = [n for n in names if n not in table.by_id or n == row.id]
    if unknown:
        yield Finding(
            code=Code.COHORTS_DISJOINT,
            table=table,
            row=row,
            field="overlaps",
            message=f"{shown(unknown)} is no other row of `{table.path}`",
            hint="name studies by their `id`, with spaces between them",
        )
    if not has(table, "period_from", "period_to"):
        return
    for name in names:
        other = table.by_id.get(name)
        if other is not None and other is not row and _apart(row, other):
            yield Finding(
                code=Code.DISCREPANCY_REAL,
                table=table,
                row=row,
                field="overlaps",
                message=f"`{row.id}` ({_period(row)}) and `{other.id}` "
                f"({_period(other)}) have no year in common",
                hint="take the study out of `overlaps`, or correct the period",
            )


def _apart(first: Row, second: Row) -> bool | None:
    """Tell whether two periods have no day in common; None where one is unknown."""
    ends = [
        _day(row, name, last=name == "period_to")
        for row in (first, second)
        for name in ("period_from", "period_to")
    ]
    begin_a, end_a, begin_b, end_b = ends
    if begin_a is None or end_a is None or begin_b is None or end_b is None:
        return None
    return end_a < begin_b or end_b < begin_a


def _day(row: Row, name: str, *, last: bool) -> _Day | None:
    """Read a year, a month or a day; the end of a period lasts as long as it can."""
    found = _DATE.fullmatch(text_of(row, name))
    if found is None:
        return None
    year, month, day = found.groups()
    return int(year), int(month or (12 if last else 1)), int(day or (31 if last else 1))


def _period(row: Row) -> str:
    return f"{text_of(row, 'period_from')} to {text_of(row, 'period_to')}"
