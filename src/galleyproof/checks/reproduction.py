"""Whether the data give what a source printed: the rows of the table `reported`.

A row holds a printed number, the address of the quantity behind it and, where the two
are known to differ, the finding that says so (`discrepancy`) with its reason.
"""

from __future__ import annotations

from fractions import Fraction

from galleyproof import datapackage
from galleyproof.datapackage import DataPackage, Row, Table
from galleyproof.datapackage.quantities import AddressError
from galleyproof.numerals.reading import read
from galleyproof.stats.errors import StatisticsError
from galleyproof.stats.printed import PrintedNumber, read_printed

TABLE = "reported"
_COLUMNS = frozenset({"id", "printed", "quantity"})
_WORDS = {"no": "0", "none": "0", "single": "1"}
_ALL = "all"
"""As a percentage: every one of them."""


def reported(package: DataPackage) -> Table | None:
    """Return the table of printed numbers, if the data have one of that shape."""
    table = package.tables.get(TABLE)
    if table is None or not {field.name for field in table.fields} >= _COLUMNS:
        return None
    return table


def as_printed(row: Row) -> PrintedNumber:
    """Read a row's number, whose thousands and words are not plain digits.

    Raises StatisticsError where it is none.
    """
    text = row.texts["printed"].strip()
    if text.lower() == _ALL and row.values.get("unit") == "percent":
        return read_printed("printed", "100")
    word = read(text) if text[:1].isalpha() else None
    plain = str(word.value) if word is not None else text.replace(",", "")
    return read_printed("printed", _WORDS.get(text.lower(), plain))


def reproduces(package: DataPackage, row: Row) -> bool:
    """Say whether the data give what was printed, at its precision."""
    number = datapackage.quantity(package, row.texts["quantity"])
    return Fraction(number) in as_printed(row).range()


def fault(package: DataPackage, row: Row) -> str:
    """Return what is wrong with a row; empty where nothing is.

    A number that the data do not give needs a discrepancy with a reason; one that they
    give must not have any.
    """
    address, printed = row.texts["quantity"], row.texts["printed"]
    try:
        number = float(datapackage.quantity(package, address))
        same = reproduces(package, row)
    except (AddressError, StatisticsError) as error:
        return str(error)
    known = row.texts.get("discrepancy", "")
    gives = f"`{address}` is {number:g}"
    if same and known:
        return f"{gives}, which is `{printed}` as printed: no discrepancy ({known})"
    if not same and not known:
        return f"`{printed}` was printed, and {gives}"
    if known and "reason" in row.texts and not row.texts["reason"]:
        return f"`{printed}` was printed, and {gives}: {known} needs its reason"
    return ""
