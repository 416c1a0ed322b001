"""Whether what a build wrote down still stands on the data as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from galleyproof.datapackage import DataPackage
from galleyproof.lineage.entries import ValueEntry
from galleyproof.lineage.ledger import Ledger


def changed_cells(
    ledger: Ledger, data: DataPackage, values: Iterable[str]
) -> Iterator[str]:
    """Say of each cell beneath values what it was and what it is, where that differs.

    Cells are compared as numbers: another spelling of the same number changes nothing.
    """
    beneath = {name for value in values for name in ledger.beneath(value)}
    for name in sorted(beneath):
        entry = ledger.values[name]
        cell = ledger.cells.get(entry.cell or "")
        if cell is None:
            continue
        row = data.row(cell.table, cell.row)
        if row is None or cell.field not in row.texts:
            yield f"`{cell.key}` is gone"
        elif not _same(entry, row.texts[cell.field]):
            yield f"`{cell.key}` was {entry.text}, is `{row.texts[cell.field]}`"


def _same(entry: ValueEntry, written: str) -> bool:
    was = entry.exact or entry.number
    try:
        now = Fraction(written.lstrip("<>=\u2264\u2265~ ").replace(",", ""))
        before = Fraction(was) if was is not None else None
    except (ValueError, ZeroDivisionError, OverflowError):
        return True  # words, which no number can be compared with
    if before is None:
        return True
    return abs(float(now) - float(before)) <= 1e-12 * max(1.0, abs(float(before)))
