"""Rows by themselves: each names where it was read, and none stands twice."""

from __future__ import annotations

from collections.abc import Iterator

from galleyproof.checks.data.evidence import (
    Finding,
    Key,
    facets,
    grouped,
    has,
    having,
    text_of,
)
from galleyproof.datapackage import DataPackage, Row, Table
from galleyproof.diagnostics import Code

_PROVENANCE = ("source", "locator", "status")
_ABOUT_THE_ROW = ("id", *_PROVENANCE, "counts_status", "note", "disputed")
"""Columns that say how a fact is known, not what it is."""
_FACETS_ENOUGH = 3
"""The study and two more: with fewer, a table may well repeat them. One must hold terms
(`galley:kinds`): only then is a facet known to be one."""
_NUMBERS = ("count", "events", "total", "printed")


def check(package: DataPackage) -> Iterator[Finding]:
    """Look for rows without a source, and for rows that say the same."""
    for table in package.tables.values():
        yield from _sources(table)
    for table in having(package, "study"):
        if any(has(table, name) for name in _NUMBERS):
            yield from _duplicates(table)


def _sources(table: Table) -> Iterator[Finding]:
    if not has(table, "locator") and not has(table, "study", "source"):
        return  # `source` alone means something else in other people's tables
    columns = [f.name for f in table.fields if f.name in _PROVENANCE]
    for row in table.rows:
        for name in columns:
            if not text_of(row, name):
                yield Finding(
                    code=Code.SOURCE_NAMED,
                    table=table,
                    row=row,
                    field=name,
                    message=f"`{row.id}` has no `{name}`",
                    hint="say which document was read, where in it the number stands, "
                    "and how it is known",
                )


def _duplicates(table: Table) -> Iterator[Finding]:
    contents = [f.name for f in table.fields if f.name not in _ABOUT_THE_ROW]
    numbers = [name for name in _NUMBERS if has(table, name)]
    seen: set[str] = set()

    def content(row: Row) -> Key | None:
        filled = any(text_of(row, name) for name in numbers)
        return tuple(text_of(row, name) for name in contents) if filled else None

    for rows in grouped(table.rows, content).values():
        for row in rows[1:]:
            seen.add(row.id)
            yield _duplicate(table, rows[0], row, "says the same as")
    about = facets(table)
    if len(about) < _FACETS_ENOUGH or not any(f.kinds for f in table.fields):
        return

    def facet_key(row: Row) -> Key:
        return tuple(text_of(row, name) for name in about)

    for rows in grouped(table.rows, facet_key).values():
        for row in rows[1:]:
            if row.id not in seen:
                yield _duplicate(table, rows[0], row, "shares every facet with")


def _duplicate(table: Table, first: Row, row: Row, relation: str) -> Finding:
    return Finding(
        code=Code.ROW_UNIQUE,
        table=table,
        row=row,
        field="id" if has(table, "id") else table.fields[0].name,
        message=f"`{row.id}` {relation} `{first.id}` (line {first.line})",
        hint="delete one of them, or name the facet in which they differ",
        others=(first,),
    )
