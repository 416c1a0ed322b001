"""Percentages and the whole numbers behind them.

With counts, the printed percentage is that of the counts. Without, GRIM (Brown NJL,
Heathers JAJ 2017) asks whether any whole number of the group has it. What a source
itself gets wrong is declared in `counts_status`: `disputed` where it prints counts and
a percentage that do not agree, `impossible` where no count of its group gives it,
`ambiguous` where several do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import floor

from galleyproof.checks.data.evidence import (
    ALL,
    Counts,
    Finding,
    cohort_sizes,
    count_of,
    decimals_of,
    has,
    having,
    percent,
    printed_range,
    text_of,
)
from galleyproof.datapackage import DataPackage, Row, Table, rounded
from galleyproof.diagnostics import Code, Severity
from galleyproof.stats.printed import Range

DISPUTED = "disputed"
IMPOSSIBLE = "impossible"
AMBIGUOUS = "ambiguous"
_DECLARED = (DISPUTED, IMPOSSIBLE, AMBIGUOUS)
_LARGEST = 100_000
"""How many totals are tried; in larger cohorts nearly every percentage has counts."""


def check(package: DataPackage) -> Iterator[Finding]:
    """Compare every percentage with its counts, or with its cohort."""
    sizes = cohort_sizes(package)
    for table in having(package, "events", "total"):
        arms = _arms(table)
        for row in table.rows:
            events, total = count_of(row, "events"), count_of(row, "total")
            yield from _unexplained(table, row)
            if events is not None and total:
                yield from _counted(table, row, events, total)
            elif events is None and total is None:
                yield from _uncounted(table, row, sizes, arms)


def _unexplained(table: Table, row: Row) -> Iterator[Finding]:
    declared = text_of(row, "counts_status")
    if declared in _DECLARED and has(table, "note") and not text_of(row, "note"):
        yield Finding(
            code=Code.DISCREPANCY_REAL,
            table=table,
            row=row,
            field="counts_status",
            message=f"`{row.id}` is `{declared}`, and `note` does not say why",
            hint="write in `note` what does not agree, with the numbers",
        )


def _counted(table: Table, row: Row, events: int, total: int) -> Iterator[Finding]:
    if events > total:
        yield Finding(
            code=Code.PERCENTAGE_POSSIBLE,
            table=table,
            row=row,
            field="events",
            message=f"{events} events of {total} are not possible",
            hint="check both counts against the source",
        )
        return
    range_ = printed_range(row)
    if range_ is None:
        return
    exact = rounded(percent(events, total), decimals_of(row))
    agrees = percent(events, total) in range_
    disputed = text_of(row, "counts_status") == DISPUTED
    if agrees != disputed:
        return
    relation = "is" if agrees else "is not"
    yield Finding(
        code=Code.DISCREPANCY_REAL if disputed else Code.PERCENTAGE_POSSIBLE,
        table=table,
        row=row,
        field="printed",
        message=f"{events} of {total} is {exact}%, which {relation} the printed "
        f"{row.texts['printed']}%",
        hint=f"take back `{DISPUTED}` in `counts_status`"
        if disputed
        else f"correct the cell, or mark the counts `{DISPUTED}` if the source "
        "prints both",
    )


def _uncounted(
    table: Table, row: Row, sizes: Counts, arms: Mapping[str, int]
) -> Iterator[Finding]:
    range_ = printed_range(row)
    cohort = _cohort(row, sizes, arms)
    size = None if cohort is None else count_of(cohort, "count")
    declared = text_of(row, "counts_status")
    if range_ is None or cohort is None or not size:
        return
    if range_.low is None or range_.high is None:
        return  # a limit, such as `<1`
    possible = bool(_events(range_, size))
    unit, printed = text_of(row, "unit"), row.texts["printed"]
    if not possible and declared != IMPOSSIBLE:
        yield _impossible(table, row, cohort, range_)
    elif possible and declared == IMPOSSIBLE:
        yield Finding(
            code=Code.DISCREPANCY_REAL,
            table=table,
            row=row,
            field="counts_status",
            message=f"{_events(range_, size)[0]} of the {size} `{unit}` of "
            f"`{cohort.id}` are {printed}%",
            hint=f"take back `{IMPOSSIBLE}` in `counts_status`",
        )
    elif declared == AMBIGUOUS and not _several(range_, size):
        yield Finding(
            code=Code.DISCREPANCY_REAL,
            table=table,
            row=row,
            field="counts_status",
            message=f"one pair of whole numbers alone, with up to {size} `{unit}`, "
            f"gives {printed}%",
            hint=f"take back `{AMBIGUOUS}` in `counts_status`, and give the counts",
        )


def _impossible(table: Table, row: Row, cohort: Row, range_: Range) -> Finding:
    """State that no count of the cohort fits; certain if none of a smaller one does."""
    size, unit = count_of(cohort, "count") or 0, text_of(row, "unit")
    # Losses make the denominator smaller than the cohort: the largest that would do.
    smallest = max(0, size - _LARGEST)
    smaller = range(size - 1, smallest, -1)
    fits = next((n for n in smaller if _events(range_, n)), None)
    printed = row.texts["printed"]
    near = rounded(percent(_nearest(range_, size), size), decimals_of(row))
    message = (
        f"no count of the {size} `{unit}` of `{cohort.id}` is {printed}%: "
        f"{_nearest(range_, size)} of {size} is {near}%"
    )
    if fits is not None:
        message += f"; {_events(range_, fits)[0]} of {fits} would be"
    return Finding(
        code=Code.PERCENTAGE_POSSIBLE,
        table=table,
        row=row,
        field="printed",
        message=message,
        hint="check percentage and unit against the source; if it prints so, mark the "
        f"counts `{IMPOSSIBLE}` in `counts_status` and say why in `note`",
        severity=Severity.WARNING if fits or smallest else Severity.ERROR,
    )


def _nearest(range_: Range, total: int) -> int:
    middle = ((range_.low or 0) + (range_.high or 0)) / Fraction(2)
    return min(total, max(0, floor(middle * total / 100 + Fraction(1, 2))))


def _events(range_: Range, total: int) -> list[int]:
    """Return whole numbers of a total that would be printed so; the nearest ones."""
    middle = ((range_.low or 0) + (range_.high or 0)) / Fraction(2)
    first = floor(middle * total / 100)
    return [
        events
        for events in (first, first + 1)
        if 0 <= events <= total and percent(events, total) in range_
    ]


def _several(range_: Range, size: int) -> bool:
    if size > _LARGEST:
        return True
    found = 0
    for total in range(1, size + 1):
        found += len(_events(range_, total))
        if found > 1:
            return True
    return False


def _arms(table: Table) -> dict[str, int]:
    """Return how many arms each study has in a table."""
    arms: dict[str, set[str]] = {}
    for row in table.rows:
        arms.setdefault(text_of(row, "study"), set()).add(text_of(row, "arm"))
    return {study: len(found - {ALL}) for study, found in arms.items()}


def _cohort(row: Row, sizes: Counts, arms: Mapping[str, int]) -> Row | None:
    """Return the row that counts exactly those whom a percentage is about, if any.

    A study with one arm treats its arm and its strata alike; one with several arms
    has the size of an arm only where that is counted.
    """
    study, unit = text_of(row, "study"), text_of(row, "unit")
    stratum, arm = text_of(row, "stratum") or ALL, text_of(row, "arm")
    if arms.get(study, 0) > 1 and arm != ALL:
        return sizes.get((study, unit, arm)) if stratum == ALL else None
    return sizes.get((study, unit, stratum))
