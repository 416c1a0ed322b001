"""What every rule about the data speaks in: findings at a cell, and facets of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from galleyproof.datapackage import DataPackage, Row, Table
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.stats.printed import Range, read_printed

ALL = "all"
"""The term for the whole series, without restriction."""

Key = tuple[str, ...]

_FACETS = (
    "study",
    "outcome",
    "quantity",
    "statistic",
    "arm",
    "stratum",
    "group",
    "time",
    "time_unit",
    "unit",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One contradiction in the data, and the rows that take part in it."""

    code: Code
    table: Table
    row: Row
    field: str
    message: str
    hint: str
    severity: Severity = Severity.ERROR
    others: tuple[Row, ...] = ()
    """Further rows of the contradiction; each may declare it."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row that takes part."""
        return (self.row, *self.others)

    def diagnostic(self) -> Diagnostic:
        """Return the finding as the author reads it."""
        return Diagnostic(
            code=self.code,
            span=self.table.cell_span(self.row, self.field),
            message=self.message,
            hint=self.hint,
            severity=self.severity,
        )


def having(package: DataPackage, *names: str) -> list[Table]:
    """Return the tables that have all of these columns."""
    return [table for table in package.tables.values() if has(table, *names)]


def has(table: Table, *names: str) -> bool:
    """Tell whether a table has all of these columns."""
    return set(names) <= {field.name for field in table.fields}


def facets(table: Table) -> tuple[str, ...]:
    """Return the columns that say what a row is about.

    They have the usual names, or hold terms (`galley:kinds`).
    """
    return tuple(
        field.name for field in table.fields if field.kinds or field.name in _FACETS
    )


def grouped(
    rows: Iterable[Row], key: Callable[[Row], Key | None]
) -> dict[Key, list[Row]]:
    """Group rows in file order; those whose key is None belong to no group."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        found = key(row)
        if found is not None:
            groups.setdefault(found, []).append(row)
    return groups


def count_of(row: Row, field: str) -> int | None:
    """Return a whole number, or None where the cell is empty or not one."""
    value = row.values.get(field)
    return value if isinstance(value, int) else None


def text_of(row: Row, field: str) -> str:
    """Return a cell as written; empty where there is no such column."""
    return row.texts.get(field, "").strip()


def printed_range(row: Row, field: str = "printed") -> Range | None:
    """Return what a printed number can stand for, or None where none is printed."""
    if row.values.get(field) is None:
        return None
    try:
        return read_printed(field, text_of(row, field)).range()
    except ValueError:
        return None


def decimals_of(row: Row, field: str = "printed") -> int:
    """Return how many digits a number as written has behind the point."""
    return len(text_of(row, field).rstrip("%").partition(".")[2])


def shown(names: Iterable[str]) -> str:
    """Return names in backticks, with commas."""
    return ", ".join(f"`{name}`" for name in names)


def percent(events: int, total: int) -> Fraction:
    """Return an exact percentage; the total is at least 1."""
    return Fraction(100 * events, total)


Counts = Mapping[tuple[str, str, str], Row]


def cohort_sizes(package: DataPackage) -> Counts:
    """Return the rows that count (study, unit, group), in tables of counts."""
    return {
        (text_of(row, "study"), text_of(row, "unit"), text_of(row, "group")): row
        for table in having(package, "study", "unit", "group", "count")
        for row in table.rows
        if count_of(row, "count") is not None
    }
