"""What the data answer when a fact of `consulted` is asked of them, as a digest.

The kernel asks it of the data that a cell saw, the next build of the data as they are:
where both give the same digests, the cell would compute the same.
"""

from __future__ import annotations

import hashlib
import json

from galleyproof.authoring.library import Library, Record
from galleyproof.authoring.narrowing import DESCRIBING
from galleyproof.consulted import Fact


def digest(library: Library, fact: Fact) -> str:
    """Return what a fact says now; a row or table that is not there says so."""
    said = repr(_answer(library, fact))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _answer(library: Library, fact: Fact) -> object:  # noqa: PLR0911 - a table
    match fact:
        case ("cell", table, row, column):
            cell = library.index.get((table, row))
            return None if cell is None else cell.fields.get(column)
        case ("row", table, row):
            return _context(library.index.get((table, row)))
        case ("rows", table):
            return _keys(library.tables.get(table))
        case ("selected", table, wanted):
            if table not in library.tables:
                return None
            return _keys(library.matching(table, json.loads(wanted)))
        case ("facets", study):
            own = [
                row
                for table, rows in library.tables.items()
                # A table without the column has no word in it, not an empty one.
                if rows and "study" in rows[0].fields
                for row in library.matching(table, {"study": study})
            ]
            return [(r.table, r.key, _facets(r)) for r in own]
        case ("facets", _, table, row):
            record = library.index.get((table, row))
            return record and _facets(record)
        case _:
            return library.described


def _facets(record: Record) -> list[str]:
    return [record.facet(name) for name in DESCRIBING]


def _context(record: Record | None) -> object:
    if record is None:
        return None
    said = (record.path, record.line, record.study_label, record.locator, record.about)
    return (*said, tuple(record.fields))


def _keys(rows: tuple[Record, ...] | None) -> object:
    return None if rows is None else [row.key for row in rows]
