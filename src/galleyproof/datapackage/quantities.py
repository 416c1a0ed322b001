"""The numbers behind addresses: `table:row-id.field`.

A field is a column, or one of the names below, which are computed from columns:

    percent                   100 * events / total; as printed where counts are unknown
    rate, value, printed_p    the printed number of a rate, a measurement, a test
    pearson, yates, fisher    p of the two proportions that a test compares
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TypedDict

from galleyproof.datapackage.model import DataPackage, Row, Table
from galleyproof.errors import GalleyError
from galleyproof.nearest import nearest

Number = int | float | Fraction

_ADDRESS = re.compile(r"([a-z_]+):([\w-]+)\.([a-z_0-9]+)")
_PRINTED_AS = {"rate": "time", "value": "statistic", "printed_p": "left"}
"""Names for `printed`, each with the column that tables which use it have."""
_P_VALUES = ("pearson", "yates", "fisher")


class AddressError(GalleyError):
    """An address leads to no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The three parts of `table:row-id.field`."""

    table: str
    row: str
    field: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Take an address apart, or raise `AddressError`."""
        match = _ADDRESS.fullmatch(text)
        if match is None:
            raise AddressError(
                f"`{text}` is not an address", hint="write `table:row-id.field`"
            )
        table, row, field = match.groups()
        return cls(table=table, row=row, field=field)

    def __str__(self) -> str:
        return f"{self.table}:{self.row}.{self.field}"


def locate(package: DataPackage, address: str) -> tuple[Row, str]:
    """Return the row and the field of an address that leads to a number.

    Nothing is computed: this is what a check of many addresses can afford.
    """
    parts = Address.parse(address)
    table = package.tables.get(parts.table)
    if table is None:
        raise AddressError(
            f"there is no table `{parts.table}`",
            hint=_nearest(parts.table, package.tables),
        )
    row = table.by_id.get(parts.row)
    if row is None:
        raise AddressError(
            f"`{parts.table}` has no row `{parts.row}`",
            hint=_nearest(parts.row, table.by_id),
        )
    names = available(table, row)
    if parts.field not in names:
        raise AddressError(
            f"`{parts.table}:{parts.row}` has no number `{parts.field}`",
            hint=f"it has {', '.join(f'`{name}`' for name in names)}",
        )
    return row, parts.field


def available(table: Table, row: Row) -> tuple[str, ...]:
    """Return the names of the numbers that a row has."""
    values = row.values
    columns = [
        f.name for f in table.fields if f.is_number and values[f.name] is not None
    ]
    derived = []
    if values.get("printed") is not None:
        derived += [name for name, mark in _PRINTED_AS.items() if mark in values]
    if "events" in values and (_has_counts(row) or values.get("printed") is not None):
        derived.append("percent")
    if values.get("left") and values.get("right"):
        derived += _P_VALUES
    return tuple(dict.fromkeys([*columns, *derived]))


def quantity(package: DataPackage, address: str) -> Number:
    """Return the number that an address leads to; exact where it can be.

    Raises
    ------
    AddressError
        There is no such row, or the row has no such number.
    """
    row, field = locate(package, address)
    return number_of(package, row, field)


def number_of(package: DataPackage, row: Row, field: str) -> Number:
    """Return one number of a row; counts are whole, percentages exact fractions."""
    if field in _P_VALUES:
        return _p_value(package, row, field)
    if field == "percent" and _has_counts(row):
        return Fraction(100 * _whole(row, "events"), _whole(row, "total"))
    column = field if field in row.values else "printed"
    if isinstance(row[column], int):
        return _whole(row, column)
    return Fraction(row.texts[column])


def rounded(number: Number, decimals: int) -> Decimal:
    """Round half up, as journals do, on the number as it is written in decimals."""
    if isinstance(number, Fraction):
        exact = Decimal(number.numerator) / Decimal(number.denominator)
    else:
        exact = Decimal(repr(number))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


class _Pair(TypedDict):
    a_events: int
    a_total: int
    b_events: int
    b_total: int


def _p_value(package: DataPackage, row: Row, name: str) -> float:
    # numpy loads only where a p-value is asked for.
    from galleyproof.stats.contingency import (  # noqa: PLC0415
        fisher_exact,
        pearson_chi_square,
    )

    left, right = (_counted(package, row, side) for side in ("left", "right"))
    pair = _Pair(
        a_events=_whole(left, "events"),
        a_total=_whole(left, "total"),
        b_events=_whole(right, "events"),
        b_total=_whole(right, "total"),
    )
    if name == "fisher":
        return fisher_exact(**pair).p
    return pearson_chi_square(**pair, correction=name == "yates").p


def _counted(package: DataPackage, row: Row, side: str) -> Row:
    proportion = package.row("proportions", row.texts[side])
    if proportion is None or not _has_counts(proportion):
        raise AddressError(
            f"`{row.table}:{row.id}` compares a proportion without counts",
            hint="give events and total of both proportions, or use `printed_p`",
        )
    return proportion


def _has_counts(row: Row) -> bool:
    return row.values.get("events") is not None and bool(row.values.get("total"))


def _whole(row: Row, column: str) -> int:
    value = row[column]
    if not isinstance(value, int):
        raise AddressError(
            f"`{row.table}:{row.id}.{column}` is empty", hint=f"see {row.address()}"
        )
    return value


def _nearest(name: str, names: Mapping[str, object]) -> str:
    close = nearest(name, names)
    if close:
        return f"did you mean `{close}`?"
    return "correct the address, or add the row"
