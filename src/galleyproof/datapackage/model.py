"""What a data package is: tables of typed rows that know their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from galleyproof.spans import Source, Span

Cell = str | int | float | bool | None
"""The typed content of one cell; None where it is empty."""

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column, as the schema describes it."""

    name: str
    type: str
    title: str = ""
    description: str = ""
    role: str = ""
    """Our own `galley:role`: `citation-key`, `address` or `addresses`."""
    kinds: tuple[str, ...] = ()
    """Our own `galley:kinds`: kinds of the term, or the terms, that may stand here."""

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.type in ("integer", "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """Columns whose cells name a row of another table."""

    fields: tuple[str, ...]
    table: str
    """The table referred to; empty for the same one."""
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record of a table."""

    table: str
    path: str
    number: int
    """Position in the file as RFC 7111 counts: the header is row 1."""
    line: int
    """Line of the file on which the record begins."""
    values: Mapping[str, Cell]
    texts: Mapping[str, str]
    """The cells as written: `60.0` keeps the zero that a float loses."""

    @property
    def id(self) -> str:
        """The primary key."""
        return str(self.values.get("id") or "")

    def __getitem__(self, field: str) -> Cell:
        return self.values[field]

    def column(self, field: str) -> int:
        """Return the position of a column, from 1."""
        return list(self.values).index(field) + 1

    def address(self, field: str | None = None) -> str:
        """Return the RFC 7111 address: `data/counts.csv#cell=12,7`, or `#row=12`."""
        if field is None:
            return f"{self.path}#row={self.number}"
        return f"{self.path}#cell={self.number},{self.column(field)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One CSV file with its schema."""

    name: str
    path: str
    """Relative to the project, with forward slashes."""
    title: str
    description: str
    fields: tuple[Field, ...]
    foreign_keys: tuple[ForeignKey, ...]
    rows: tuple[Row, ...]
    by_id: Mapping[str, Row]
    source: Source
    """The text, for places in it."""

    def field(self, name: str) -> Field | None:
        """Return a column's description."""
        return next((field for field in self.fields if field.name == name), None)

    def span(self, line: int = 1, column: int = 1) -> Span:
        """Return the place of a cell of the record that begins on a line."""
        cells = _cell_bounds(self.source.text, _line_start(self.source.text, line))
        first, last = cells[min(max(column, 1), len(cells)) - 1]
        return self.source.span(first, last)

    def cell_span(self, row: Row, field: str) -> Span:
        """Return the place of a row's cell by the name of its column."""
        return self.span(row.line, row.column(field))


_YEAR_UNIT = "calendar_year"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPackage:
    """All tables of a project; empty where the project has no data package."""

    path: str
    """The descriptor, relative to the project."""
    title: str
    tables: Mapping[str, Table]
    unread: frozenset[str] = frozenset()
    """Tables that are described but whose rows could not be read."""

    @property
    def holds_years(self) -> bool:
        """Whether years are data here, so that a typed one is a copy."""
        studies = self.tables.get("studies")
        if studies is not None and studies.field("year") is not None:
            return True
        return any(
            row.texts.get("unit") == _YEAR_UNIT
            for table in self.tables.values()
            for row in table.rows
        )

    def row(self, table: str, identifier: str) -> Row | None:
        """Return one row, or None where table or row do not exist."""
        found = self.tables.get(table)
        return None if found is None else found.by_id.get(identifier)


def _line_start(text: str, line: int) -> int:
    ends = [match.end() for match in islice(_LINE_END.finditer(text), line - 1)]
    return ends[-1] if ends else 0


def _cell_bounds(text: str, start: int) -> list[tuple[int, int]]:
    """Return begin and end of each cell of the record at `start` (RFC 4180)."""
    bounds, begin, quoted = [], start, False
    position = start
    while position < len(text):
        character = text[position]
        if character == '"':
            quoted = not quoted  # a doubled quote toggles twice
        elif not quoted and character in ",\r\n":
            bounds.append((begin, position))
            begin = position + 1
            if character != ",":
                return bounds
        position += 1
    return [*bounds, (begin, len(text))]
