"""A printed p against the two proportions that it compares.

A table with `left` and `right` compares two rows that have events and a total. Where p
is printed, at least one of the usual tests must give it at its printed precision.
"""

from __future__ import annotations

from collections.abc import Iterator

from galleyproof.checks.data.evidence import Finding, count_of, having, text_of
from galleyproof.datapackage import DataPackage, Row, Table
from galleyproof.diagnostics import Code, Severity
from galleyproof.stats.printed import read_printed

_NOT_STATED = ("", "not_stated")
_FISHER = ("fisher", "fisher-mid-p")
_CHI_SQUARE = ("pearson", "pearson-yates")
_TESTS = {
    "fisher": _FISHER,
    "yates": ("pearson-yates",),
    "continuity": ("pearson-yates",),
    "barnard": ("barnard",),
    "boschloo": ("boschloo",),
    "chi": _CHI_SQUARE,
    "χ": _CHI_SQUARE,
    "pearson": _CHI_SQUARE,
}
"""Words in `test_named` -> what may have been meant, the more special word first."""
_USUAL = (*_CHI_SQUARE, *_FISHER)
_ALPHA = 0.05


def check(package: DataPackage) -> Iterator[Finding]:
    """Recompute every printed p that has its two proportions."""
    for table in having(package, "left", "right"):
        for row in table.rows:
            sides = [_proportion(package, table, row, side) for side in _SIDES]
            left, right = sides
            if left is not None and right is not None:
                yield from _units(table, row, left, right)
                yield from _p(table, row, left, right)


_SIDES = ("left", "right")


def _proportion(package: DataPackage, table: Table, row: Row, side: str) -> Row | None:
    named = [k.table for k in table.foreign_keys if k.fields == (side,)]
    return package.row(named[0] if named else "proportions", text_of(row, side))


def _units(table: Table, row: Row, left: Row, right: Row) -> Iterator[Finding]:
    units = text_of(left, "unit"), text_of(right, "unit")
    if units[0] == units[1] or any(unit in _NOT_STATED for unit in units):
        return
    yield Finding(
        code=Code.UNIT_UNMIXED,
        table=table,
        row=row,
        field="right",
        message=f"`{row.id}` compares `{units[0]}` (`{left.id}`) with `{units[1]}` "
        f"(`{right.id}`)",
        hint="compare proportions of one unit of analysis",
    )


def _p(table: Table, row: Row, left: Row, right: Row) -> Iterator[Finding]:
    numbers = [count_of(p, name) for p in (left, right) for name in ("events", "total")]
    tests = _tests(text_of(row, "test_named"))
    printed = text_of(row, "printed")
    if not printed or not tests or any(number is None for number in numbers):
        return
    a_events, a_total, b_events, b_total = (number or 0 for number in numbers)
    if not a_total or not b_total or a_events > a_total or b_events > b_total:
        return
    # scipy loads only where a p is recomputed.
    from galleyproof.stats.errors import ArgumentError  # noqa: PLC0415
    from galleyproof.stats.recheck import recheck_p  # noqa: PLC0415

    text = text_of(row, "relation") + printed
    try:
        result = recheck_p(
            text,
            a_events=a_events,
            a_total=a_total,
            b_events=b_events,
            b_total=b_total,
            tests=tests,
        )
    except ArgumentError:
        return  # no p at all: the schema says so
    if result.reproduced_by:
        return
    given = [(one.test, one.p) for one in result.results if one.p is not None]
    listed = ", ".join(f"{test} {p:.3g}" for test, p in given)
    below = read_printed("printed", text).value <= _ALPHA
    decisive = bool(given) and all((p < _ALPHA) != below for _, p in given)
    yield Finding(
        code=Code.P_REPRODUCED,
        table=table,
        row=row,
        field="printed",
        message=f"no test of {a_events}/{a_total} and {b_events}/{b_total} gives "
        f"p {text_of(row, 'relation') or '='} {printed}: {listed or 'none is defined'}",
        hint="check p and counts against the source; if it prints so, say why in the "
        "column `disputed`, or name another test in `test_named`",
        severity=Severity.ERROR if decisive else Severity.WARNING,
    )


def _tests(named: str) -> tuple[str, ...]:
    """Return the tests that may have been used; none where another one is named."""
    if not named:
        return _USUAL
    words = named.lower()
    return next((tests for word, tests in _TESTS.items() if word in words), ())
