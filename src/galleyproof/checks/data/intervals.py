"""Intervals and ranges, and the estimate that they enclose.

A table with `printed`, `ci_low` and `ci_high` holds confidence intervals. The order is
always checked; symmetry, standard error and p only where the column `scale` says on
which scale the interval is symmetric (`identity` or `log`), since many are on none. An
interval of events and total must be one of those that are in use.

A table with `statistic` holds ranges: `minimum` <= mean and median <= `maximum`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Literal, cast

from galleyproof.checks.data.evidence import (
    Finding,
    Key,
    count_of,
    facets,
    grouped,
    has,
    having,
    printed_range,
    text_of,
)
from galleyproof.datapackage import DataPackage, Row, Table
from galleyproof.diagnostics import Code, Severity
from galleyproof.stats.printed import Range

_ORDER = ("minimum", "lower_quartile", "median", "upper_quartile", "maximum")
_ENDS = ("minimum", "mean", "maximum")
_DAYS = {
    "days": Fraction(1),
    "weeks": Fraction(7),
    "months": Fraction(1461, 48),
    "years": Fraction(1461, 4),
}
_METHODS = (
    "wilson",
    "clopper-pearson",
    "wald",
    "agresti-coull",
    "jeffreys",
    "wilson-cc",
    "mid-p",
)
_HINT = (
    "check estimate and interval against the source; if it prints so, say why in the "
    "column `disputed`"
)


def check(package: DataPackage) -> Iterator[Finding]:
    """Compare every interval with what is printed beside it."""
    for table in having(package, "printed", "ci_low", "ci_high"):
        for row in table.rows:
            yield from _interval(table, row)
    for table in having(package, "study", "statistic", "printed"):
        yield from _ranges(table)


def _interval(table: Table, row: Row) -> Iterator[Finding]:
    low, high = text_of(row, "ci_low"), text_of(row, "ci_high")
    ends = [printed_range(row, name) for name in ("ci_low", "printed", "ci_high")]
    if not low or not high:
        return
    known = [(r.low, r.high) for r in ends if r is not None]
    if any(_above(first, second) for first, second in pairwise(known)):
        printed = text_of(row, "printed")
        yield _broken(
            table, row, "ci_low", f"{low} to {high} does not enclose {printed}"
        )
        return
    if has(table, "events", "total"):
        yield from _of_counts(table, row, low, high)
    elif text_of(row, "scale") in ("identity", "log") and text_of(row, "printed"):
        yield from _on_its_scale(table, row, low, high)


_End = tuple[Fraction | None, Fraction | None]


def _above(first: _End, second: _End) -> bool:
    """Tell whether a printed number is certainly larger than the next."""
    return first[0] is not None and second[1] is not None and first[0] > second[1]


def _broken(
    table: Table,
    row: Row,
    field: str,
    message: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return Finding(
        code=Code.INTERVAL_CONSISTENT,
        table=table,
        row=row,
        field=field,
        message=message,
        hint=_HINT,
        severity=severity,
    )


def _level(row: Row) -> float:
    """Return the level of the interval: per cent in `ci_level`, 95 where empty."""
    try:
        level = float(text_of(row, "ci_level").rstrip("%") or 95)
    except ValueError:
        return 0.95
    return level / 100 if 1 < level < 100 else 0.95


def _of_counts(table: Table, row: Row, low: str, high: str) -> Iterator[Finding]:
    """Look for a usual interval of the counts that would be printed like this."""
    events, total = count_of(row, "events"), count_of(row, "total")
    ranges = printed_range(row, "ci_low"), printed_range(row, "ci_high")
    if events is None or not total or events > total or None in ranges:
        return
    # numpy and scipy load only where there is an interval to recompute.
    from galleyproof.stats.proportion import proportion_limits  # noqa: PLC0415

    given = {}
    for method in _METHODS:
        limits = proportion_limits(method, events, total, _level(row))
        given[method] = 100 * limits[0], 100 * limits[1]
    if any(_prints(ranges, pair) for pair in given.values()):
        return
    wilson, exact = given["wilson"], given["clopper-pearson"]
    yield _broken(
        table,
        row,
        "ci_low",
        f"no usual interval of {events}/{total} is {low} to {high}: Wilson "
        f"{wilson[0]:.1f} to {wilson[1]:.1f}, Clopper-Pearson {exact[0]:.1f} to "
        f"{exact[1]:.1f}",
        Severity.WARNING,
    )


def _prints(
    ranges: tuple[Range | None, Range | None], pair: tuple[float, float]
) -> bool:
    cut = min(max(pair[0], 0.0), 100.0), min(max(pair[1], 0.0), 100.0)
    return all(
        range_ is not None and (range_.near(value) or range_.near(inside))
        for range_, value, inside in zip(ranges, pair, cut, strict=True)
    )


def _on_its_scale(table: Table, row: Row, low: str, high: str) -> Iterator[Finding]:
    from galleyproof.stats.errors import ArgumentError  # noqa: PLC0415
    from galleyproof.stats.recheck import check_interval  # noqa: PLC0415

    try:
        result = check_interval(
            estimate=text_of(row, "printed"),
            low=low,
            high=high,
            standard_error=text_of(row, "standard_error") or None,
            p=text_of(row, "p") or None,
            level=_level(row),
            scale=cast("Literal['identity', 'log']", text_of(row, "scale")),
        )
    except ArgumentError as error:
        yield _broken(table, row, "ci_low", f"the interval cannot be read: {error}")
        return
    fields = {"standard error": "standard_error", "p value": "p", "verdict": "p"}
    for one in result.broken:
        yield _broken(
            table,
            row,
            fields.get(one.name, "printed"),
            f"{low} to {high} gives {_named(one.name)} {one.expected[0]:.4g} to "
            f"{one.expected[1]:.4g}, not {one.printed}",
            Severity.WARNING,
        )


def _named(relation: str) -> str:
    words = {"symmetry": "an estimate of", "standard error": "a standard error of"}
    return words.get(relation, "p")


# Ranges -----------------------------------------------------------------------------


def _ranges(table: Table) -> Iterator[Finding]:
    names = [n for n in facets(table) if n not in ("statistic", "unit")]

    def key(row: Row) -> Key:
        return (*(text_of(row, n) for n in names), _kind_of(text_of(row, "unit")))

    for rows in grouped(table.rows, key).values():
        by_name = {text_of(row, "statistic"): row for row in rows}
        for order in (_ORDER, _ENDS):
            yield from _in_order(table, by_name, order)


def _kind_of(unit: str) -> str:
    return "days" if unit in _DAYS else unit


def _in_order(
    table: Table, by_name: Mapping[str, Row], order: tuple[str, ...]
) -> Iterator[Finding]:
    known = [by_name[name] for name in order if name in by_name]
    for first, second in pairwise(known):
        low, high = _scaled(first), _scaled(second)
        if low is None or high is None or not _above(low, high):
            continue
        yield Finding(
            code=Code.INTERVAL_CONSISTENT,
            table=table,
            row=second,
            field="printed",
            message=f"the {text_of(second, 'statistic')} "
            f"{_with_unit(second)} lies below the {text_of(first, 'statistic')} "
            f"{_with_unit(first)}",
            hint="check both numbers and their units against the source",
            others=(first,),
        )


def _scaled(row: Row) -> _End | None:
    range_ = printed_range(row)
    if range_ is None or range_.low is None or range_.high is None:
        return None
    scale = _DAYS.get(text_of(row, "unit"), Fraction(1))
    return range_.low * scale, range_.high * scale


def _with_unit(row: Row) -> str:
    return f"{row.texts['printed']} {text_of(row, 'unit')}".rstrip()
