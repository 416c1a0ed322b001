"""From a row of the data to its values: numbers, counts, limits, words.

The one place that knows which column means what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from galleyproof.authoring.failures import EvidenceError, nearest
from galleyproof.authoring.library import Library, Record
from galleyproof.lineage import Counts, Kind, Status, Value, notation

COUNTED = frozenset(
    {"patients", "tumours", "procedures", "pairs", "articles", "studies"}
)
_PLAIN_UNITS = frozenset({"calendar_year", "grades", ""})


def status_of(record: Record, column: str = "status") -> Status:
    """Return how a row's number is known."""
    return Status.parse(record[column])


def counts_of(record: Record) -> Counts | None:
    """Return events and total of a proportion; None where they are not known."""
    if not (record.get("events") and record.get("total")):
        return None
    return Counts(
        events=_count(record, "events", _counts_status(record)),
        total=_count(record, "total", _counts_status(record)),
    )


def _counts_status(record: Record) -> Status:
    word = record["counts_status"]
    # Disputed counts were read in the source; it is the percentage that differs.
    return status_of(record) if word == "disputed" else Status.parse(word)


def _count(record: Record, column: str, status: Status) -> Value:
    return Value(
        number=int(record[column]),
        kind=Kind.COUNT,
        unit=record["unit"],
        status=status,
        origin=record.cell(column),
    )


def printed_of(record: Record) -> Value | None:
    """Return the number as its source printed it; None where it printed none."""
    if not record.get("printed"):
        return None
    if record.table == "counts":
        return _count(record, "printed", status_of(record))
    kind = {"measurements": None, "tests": Kind.P}.get(record.table, Kind.PERCENT)
    unit = record.get("unit")
    return Value(
        number=_number(record, "printed"),
        kind=kind or _kind_of_unit(record, "printed"),
        unit=unit,
        decimals=int(record["decimals"]),
        relation=record.get("relation") or "=",
        status=status_of(record),
        origin=record.cell("printed"),
    )


def _number(record: Record, column: str) -> Fraction:
    try:
        return notation.parse(record[column])
    except ValueError as error:
        raise EvidenceError(f"{record.cell(column).key}: {error}") from None


def _kind_of_unit(record: Record, column: str) -> Kind:
    unit, decimals = record["unit"], notation.decimals_of(record[column])
    if unit == "percent":
        return Kind.PERCENT
    if unit in _PLAIN_UNITS:
        return Kind.PLAIN
    return Kind.COUNT if unit in COUNTED and not decimals else Kind.MEASUREMENT


def percent_of(record: Record) -> Value | None:
    """Return the percentage: from the counts where they are known, else as printed.

    Computed, it keeps the status of the printed percentage as long as it reproduces it
    at the printed precision; otherwise it is this edition's own.
    """
    counts, printed = counts_of(record), printed_of(record)
    if counts is None:
        return printed
    computed = counts.percent
    if printed is None:
        return computed
    same = notation.rounded(computed.number, printed.places) == printed.number
    return replace(
        computed,
        decimals=printed.places,
        status=printed.status if same else Status.DERIVED,
        printed_in=record.cell("printed"),
    )


def _threshold_of(record: Record) -> Value | None:
    if not record["value"]:
        return None
    return Value(
        number=_number(record, "value"),
        kind=_kind_of_unit(record, "value"),
        unit=record["unit"],
        decimals=notation.decimals_of(record["value"]),
        status=status_of(record),
        origin=record.cell("value"),
    )


def _count_row(record: Record) -> Value | None:
    if not record["count"]:
        return None
    return _count(record, "count", status_of(record))


_MAIN: dict[str, Callable[[Record], Value | None]] = {
    "counts": _count_row,
    "proportions": percent_of,
    "cumulative_rates": printed_of,
    "measurements": printed_of,
    "tests": printed_of,
    "thresholds": _threshold_of,
}


def main_value(record: Record, library: Library) -> Value:
    """Return the number that a row is about, its unit spelt as it prints."""
    if record.table not in _MAIN:
        raise EvidenceError(f"a row of `{record.table}` is no number")
    value = _MAIN[record.table](record)
    if value is None:
        raise EvidenceError(f"`{record.table}:{record.key}` holds no number")
    return spelt(value, library)


def spelt(value: Value, library: Library) -> Value:
    """Return the value with its unit as it prints."""
    if value.kind is Kind.MEASUREMENT:
        return replace(value, unit=library.label(value.unit))
    return value


def field_value(record: Record, field: str, library: Library) -> Value:
    """Return the number in one field of a row, by the name that addresses use."""
    if field not in _FIELDS:
        raise EvidenceError(f"no number is called `{field}`" + nearest(field, _FIELDS))
    found = _FIELDS[field](record)
    if found is None:
        raise EvidenceError(f"`{record.table}:{record.key}` has no `{field}`")
    return spelt(found, library)


def year_of(record: Record) -> Value:
    """Return the year of a study."""
    if not record["year"]:
        raise EvidenceError(f"the year of `{record.key}` is not known")
    return Value(
        number=int(record["year"]),
        kind=Kind.PLAIN,
        status=status_of(record),
        origin=record.cell("year"),
    )


def time_of(record: Record) -> Value | None:
    """Return the time point of a row: `3 months`; None where it has none."""
    if not record.get("time"):
        return None
    return Value(
        number=_number(record, "time"),
        kind=Kind.MEASUREMENT,
        unit=record["time_unit"].removesuffix("s") + "s",
        decimals=notation.decimals_of(record["time"]),
        status=status_of(record),
        origin=record.cell("time"),
    )


def member_of(record: Record) -> Value:
    """Return the number one, standing for a row that is counted."""
    return Value(
        number=1, kind=Kind.COUNT, status=Status.CONFIRMED, origin=record.cell("id")
    )


def _events(record: Record) -> Value | None:
    counts = counts_of(record)
    return None if counts is None else counts.events


def _total(record: Record) -> Value | None:
    counts = counts_of(record)
    return None if counts is None else counts.total


def _main(record: Record) -> Value | None:
    return _MAIN[record.table](record)


_FIELDS: dict[str, Callable[[Record], Value | None]] = {
    "percent": percent_of,
    "rate": printed_of,
    "printed": printed_of,
    "printed_p": printed_of,
    "events": _events,
    "total": _total,
    "count": _main,
    "value": _main,
    "time": time_of,
    "year": year_of,
}
