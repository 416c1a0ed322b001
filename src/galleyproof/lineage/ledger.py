"""The ledger: every number and claim that a manuscript prints, with its lineage.

Owns the model, its JSON form and the questions that the graph answers: what a value
rests on, and what rests on a cell. `docs/ledger.md` describes the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from galleyproof.lineage.entries import (
    CellEntry,
    ValueEntry,
    cell_json,
    value_entry,
    value_json,
)
from galleyproof.memory import without_collecting
from galleyproof.spans import Span

VERSION = 1
FILE = "ledger.json"
CONTEXT = {
    "prov": "http://www.w3.org/ns/prov#",
    "values": "prov:entity",
    "operands": "prov:wasDerivedFrom",
    "cell": "prov:wasDerivedFrom",
    "printed_in": "prov:alternateOf",
    "formula": "prov:wasGeneratedBy",
    "study": "prov:hadPrimarySource",
    "locator": "prov:atLocation",
    "generator": "prov:wasAttributedTo",
}


def name_for(stem: str) -> str:
    """Return the name of the ledger of a document: its own, beside its files."""
    return FILE if stem == "index" else f"{stem}.{FILE}"


class LedgerError(ValueError):
    """A file is no ledger that this version reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputPlace:
    """Where a number stands in one output."""

    anchor: str
    page: int | None = None
    """Of the PDF, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedNumber:
    """A number on the page."""

    id: str
    text: str
    value: str
    """Name of the value."""
    part: str
    float: str = ""
    place: Span | None = None
    outputs: Mapping[str, OutputPlace] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedClaim:
    """Words on the page that a condition holds up."""

    id: str
    text: str
    condition: str
    values: tuple[str, ...]
    part: str
    float: str = ""
    place: Span | None = None
    outputs: Mapping[str, OutputPlace] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All of it."""

    generator: str
    title: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """File by format, relative to the ledger."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each file that the build read, by its path in the project."""
    files: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each file that it wrote, by its path beside the ledger."""
    numbers: tuple[PrintedNumber, ...] = ()
    claims: tuple[PrintedClaim, ...] = ()
    values: Mapping[str, ValueEntry] = field(default_factory=dict)
    cells: Mapping[str, CellEntry] = field(default_factory=dict)
    studies: Mapping[str, str] = field(default_factory=dict)
    """Labels by key."""

    def beneath(self, value: str) -> Iterator[str]:
        """Yield a value and everything that it rests on, each once, top first."""
        seen: set[str] = set()
        waiting = [value]
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.values:
                continue
            seen.add(name)
            yield name
            formula = self.values[name].formula
            if formula is not None:
                waiting.extend(reversed(formula.operands))

    def cells_of(self, value: str) -> tuple[str, ...]:
        """Return the keys of the cells that a value rests on, each once."""
        found: dict[str, None] = {}
        for name in self.beneath(value):
            entry = self.values[name]
            for key in (entry.cell, entry.printed_in):
                if key:
                    found[key] = None
        return tuple(found)

    def resting_on(self, cells: frozenset[str]) -> frozenset[str]:
        """Return the values that rest on any of the cells, themselves or beneath."""
        above: dict[str, list[str]] = {}
        waiting = []
        for name, entry in self.values.items():
            if entry.cell in cells or entry.printed_in in cells:
                waiting.append(name)
            for operand in entry.formula.operands if entry.formula else ():
                above.setdefault(operand, []).append(name)
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(above.get(name, ()))
        return frozenset(found)

    def text(self) -> str:
        """Return the ledger as its file holds it: one entry a line, to be compared."""
        parts = [f"{_compact(k)}: {_lines(v)}" for k, v in self.json.items()]
        return "{\n" + ",\n".join(parts) + "\n}\n"

    @property
    def json(self) -> dict[str, Any]:
        """The ledger as JSON takes it, in the order of its schema."""
        return {
            "@context": CONTEXT,
            "version": VERSION,
            "generator": self.generator,
            "title": self.title,
            "outputs": dict(self.outputs),
            "inputs": dict(self.inputs),
            "files": dict(self.files),
            "numbers": [_number_json(each) for each in self.numbers],
            "values": {name: value_json(v) for name, v in self.values.items()},
            "cells": {key: cell_json(c) for key, c in self.cells.items()},
            "studies": {key: {"label": v} for key, v in self.studies.items()},
            "claims": [_claim_json(each) for each in self.claims],
        }


def read(text: str) -> Ledger:
    """Read a ledger; raises `LedgerError` where it is none of this version."""
    try:
        with without_collecting():
            return _ledger(json.loads(text))
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise LedgerError(f"it does not have the form of one ({error!r})") from error


def _ledger(said: Mapping[str, Any]) -> Ledger:
    if said["version"] != VERSION:
        raise LedgerError(
            f"it is of version {said['version']}; this galleyproof reads {VERSION}"
        )
    return Ledger(
        generator=said["generator"],
        title=said["title"],
        outputs=said["outputs"],
        inputs=said.get("inputs", {}),
        files=said.get("files", {}),
        numbers=tuple(map(_number, said["numbers"])),
        claims=tuple(map(_claim, said["claims"])),
        values={name: value_entry(v) for name, v in said["values"].items()},
        cells={key: CellEntry(**c) for key, c in said["cells"].items()},
        studies={key: s["label"] for key, s in said["studies"].items()},
    )


def _lines(said: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Return JSON with each member of a list or mapping on a line of its own."""
    if isinstance(said, list) and said:
        return "[\n" + ",\n".join(map(_compact, said)) + "\n]"
    if isinstance(said, dict) and said:
        each = [f"{_compact(k)}: {_compact(v)}" for k, v in said.items()]
        return "{\n" + ",\n".join(each) + "\n}"
    return _compact(said)


# `json.dumps` would make an encoder for each of tens of thousands of entries.
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _number_json(each: PrintedNumber) -> dict[str, Any]:
    return {
        "id": each.id,
        "text": each.text,
        "value": each.value,
        **_where_json(each),
    }


def _claim_json(each: PrintedClaim) -> dict[str, Any]:
    return {
        "id": each.id,
        "text": each.text,
        "condition": each.condition,
        "holds": True,
        "values": list(each.values),
        **_where_json(each),
    }


def _where_json(each: PrintedNumber | PrintedClaim) -> dict[str, Any]:
    return {
        "part": each.part,
        "float": each.float,
        "place": each.place
        and {
            "path": each.place.path,
            "line": each.place.line,
            "column": each.place.column,
            "end_line": each.place.end_line,
            "end_column": each.place.end_column,
        },
        "outputs": {
            target: {"anchor": o.anchor} | ({"page": o.page} if o.page else {})
            for target, o in each.outputs.items()
        },
    }


def _number(said: Mapping[str, Any]) -> PrintedNumber:
    return PrintedNumber(
        id=said["id"], text=said["text"], value=said["value"], **_where(said)
    )


def _claim(said: Mapping[str, Any]) -> PrintedClaim:
    return PrintedClaim(
        id=said["id"],
        text=said["text"],
        condition=said["condition"],
        values=tuple(said["values"]),
        **_where(said),
    )


def _where(said: Mapping[str, Any]) -> dict[str, Any]:
    place = said["place"]
    return {
        "part": said["part"],
        "float": said["float"],
        "place": place and Span(**place),
        "outputs": {t: OutputPlace(**o) for t, o in said["outputs"].items()},
    }
