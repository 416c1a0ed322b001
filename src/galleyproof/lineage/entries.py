"""What the ledger says of values: flat records that refer to each other by name.

Owns the records, their names and their JSON form. A name is a hash of what the record
says, so that the same value has the same name in every build and in every process, and
a value that is printed a hundred times is written once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

NAME_BYTES = 6
"""48 bits: among 20,000 values two share a name with a chance below one in a million,
and `Entries` refuses two that do."""
FIGURE, ALT = "figure", "alt"
"""Roles of a printout that is no running text: drawn, or said of a drawing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEntry:
    """A cell of the data package."""

    address: str
    """RFC 7111: `data/proportions.csv#cell=3,9`."""
    table: str
    row: str
    field: str
    path: str
    line: int
    column: int
    study: str
    """The study's key; empty for this edition's own."""
    locator: str

    @property
    def key(self) -> str:
        """The address that survives re-ordering: `table:row.field`."""
        return f"{self.table}:{self.row}.{self.field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaEntry:
    """How a value was computed."""

    name: str
    shown: str
    operands: tuple[str, ...]
    """Names of values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalEntry:
    """The interval that belongs to an estimate, on its scale."""

    low: float
    high: float
    level: float
    """Per cent."""
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueEntry:
    """A node of the lineage graph; one of formula, cell and constant is there."""

    number: int | float | None
    """Full precision; None where it is not estimable, or for words."""
    text: str
    kind: str
    unit: str
    decimals: int
    relation: str
    status: str
    exact: str = ""
    """A whole number or fraction, where the value is one."""
    formula: FormulaEntry | None = None
    cell: str | None = None
    constant: str | None = None
    printed_in: str = ""
    """Key of the cell with the printed number that this one reproduces."""
    interval: IntervalEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One number of a printout."""

    text: str
    value: str
    """Name of the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printout:
    """What is printed in one place: `246/256` is one printout of two parts."""

    parts: tuple[Part, ...]
    role: str = ""
    """`figure` or `alt`; empty in running text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimEntry:
    """Words that are bound to a condition, and the values that decide it."""

    text: str
    condition: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Entries:
    """Records by name, as one process printed them or as several did together."""

    values: dict[str, ValueEntry] = field(default_factory=dict)
    cells: dict[str, CellEntry] = field(default_factory=dict)
    studies: dict[str, str] = field(default_factory=dict)
    """Labels by key."""
    printouts: dict[str, Printout] = field(default_factory=dict)
    claims: dict[str, ClaimEntry] = field(default_factory=dict)

    def add_value(self, entry: ValueEntry) -> str:
        """Add a value; return its name."""
        return _put(self.values, name_of(value_json(entry)), entry)

    def add_cell(self, entry: CellEntry) -> str:
        """Add a cell; return its key."""
        self.cells[entry.key] = entry
        return entry.key

    def add_printout(self, printout: Printout) -> str:
        """Add a printout; return its name."""
        return _put(self.printouts, name_of(_printout_json(printout)), printout)

    def add_claim(self, entry: ClaimEntry) -> str:
        """Add a claim; return its name."""
        return _put(self.claims, name_of(_claim_json(entry)), entry)

    def update(self, other: Entries) -> None:
        """Take over everything of another process."""
        _put_all(self.values, other.values)
        _put_all(self.printouts, other.printouts)
        _put_all(self.claims, other.claims)
        self.cells.update(other.cells)
        self.studies.update(other.studies)

    def part(self, token: str) -> Entries:
        """Return a printout or claim by itself, with all that it rests on."""
        found = Entries()
        if token in self.printouts:
            found.printouts[token] = self.printouts[token]
            waiting = [part.value for part in self.printouts[token].parts]
        else:
            found.claims[token] = self.claims[token]
            waiting = list(self.claims[token].values)
        while waiting:
            name = waiting.pop()
            if name in found.values:
                continue
            found.values[name] = entry = self.values[name]
            waiting.extend(entry.formula.operands if entry.formula else ())
            for key in filter(None, (entry.cell, entry.printed_in)):
                found.cells[key] = cell = self.cells[key]
                if cell.study:
                    found.studies[cell.study] = self.studies[cell.study]
        return found

    def __bool__(self) -> bool:
        return bool(self.printouts or self.claims)

    @property
    def json(self) -> dict[str, Any]:
        """Everything, as JSON takes it."""
        return {
            "values": {name: value_json(v) for name, v in self.values.items()},
            "cells": {key: cell_json(c) for key, c in self.cells.items()},
            "studies": dict(self.studies),
            "printouts": {n: _printout_json(p) for n, p in self.printouts.items()},
            "claims": {name: _claim_json(c) for name, c in self.claims.items()},
        }


def _put(mine: dict[str, T], name: str, entry: T) -> str:
    if mine.setdefault(name, entry) != entry:
        raise ValueError(f"two different records have the name `{name}`")
    return name


def _put_all(mine: dict[str, T], theirs: Mapping[str, T]) -> None:
    for name, entry in theirs.items():
        _put(mine, name, entry)


def name_of(said: Mapping[str, Any]) -> str:
    """Return the name of a record: a hash of its JSON form."""
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=NAME_BYTES).hexdigest()


# JSON -------------------------------------------------------------------------------


def value_json(entry: ValueEntry) -> dict[str, Any]:
    """Return a value as the ledger writes it; what is not there is left out."""
    said: dict[str, Any] = {
        "number": entry.number,
        "text": entry.text,
        "kind": entry.kind,
        "unit": entry.unit,
        "decimals": entry.decimals,
        "relation": entry.relation,
        "status": entry.status,
    }
    if entry.exact:
        said["exact"] = entry.exact
    if entry.formula is not None:
        said["formula"] = {
            "name": entry.formula.name,
            "shown": entry.formula.shown,
            "operands": list(entry.formula.operands),
        }
    if entry.cell is not None:
        said["cell"] = entry.cell
    if entry.constant is not None:
        said["constant"] = entry.constant
    if entry.printed_in:
        said["printed_in"] = entry.printed_in
    if entry.interval is not None:
        said["interval"] = {
            "low": entry.interval.low,
            "high": entry.interval.high,
            "level": entry.interval.level,
            "method": entry.interval.method,
        }
    return said


def value_entry(said: Mapping[str, Any]) -> ValueEntry:
    """Read a value."""
    formula, interval = said.get("formula"), said.get("interval")
    return ValueEntry(
        number=said["number"],
        text=said["text"],
        kind=said["kind"],
        unit=said["unit"],
        decimals=said["decimals"],
        relation=said["relation"],
        status=said["status"],
        exact=said.get("exact", ""),
        formula=formula
        and FormulaEntry(
            name=formula["name"],
            shown=formula["shown"],
            operands=tuple(formula["operands"]),
        ),
        cell=said.get("cell"),
        constant=said.get("constant"),
        printed_in=said.get("printed_in", ""),
        interval=interval and IntervalEntry(**interval),
    )


def cell_json(entry: CellEntry) -> dict[str, Any]:
    """Return a cell as the ledger writes it."""
    return {
        "address": entry.address,
        "table": entry.table,
        "row": entry.row,
        "field": entry.field,
        "path": entry.path,
        "line": entry.line,
        "column": entry.column,
        "study": entry.study,
        "locator": entry.locator,
    }


def _printout_json(printout: Printout) -> dict[str, Any]:
    parts = [{"text": part.text, "value": part.value} for part in printout.parts]
    return {"parts": parts, "role": printout.role}


def _claim_json(entry: ClaimEntry) -> dict[str, Any]:
    return {
        "text": entry.text,
        "condition": entry.condition,
        "values": list(entry.values),
    }


def read_entries(said: Mapping[str, Any]) -> Entries:
    """Read what another process printed."""
    return Entries(
        values={name: value_entry(v) for name, v in said["values"].items()},
        cells={key: CellEntry(**c) for key, c in said["cells"].items()},
        studies=dict(said["studies"]),
        printouts={
            name: Printout(
                parts=tuple(Part(**part) for part in p["parts"]), role=p["role"]
            )
            for name, p in said["printouts"].items()
        },
        claims={
            name: ClaimEntry(
                text=c["text"], condition=c["condition"], values=tuple(c["values"])
            )
            for name, c in said["claims"].items()
        },
    )
