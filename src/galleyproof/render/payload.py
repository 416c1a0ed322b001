"""What a page carries of the ledger: its numbers, their lineage, and the rows of data.

A pure function from a ledger and the tables of the data package to JSON. Left out is
what no reader of the page asks for: places in other outputs, columns, and what follows
from the rest. The script `assets/` reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from galleyproof.datapackage import Table
from galleyproof.lineage.entries import CellEntry, ValueEntry, value_json
from galleyproof.lineage.ledger import Ledger, PrintedClaim, PrintedNumber
from galleyproof.lineage.status import Status

_PAGE = "html"


def payload(ledger: Ledger, tables: Mapping[str, Table]) -> str:
    """Return the JSON for a `<script>` element, which no text in it can end.

    Empty where the page shows neither a number nor a claim. Cells of tables that are
    not given have no rows to show; their addresses stay.
    """
    numbers = [_number(each) for each in ledger.numbers if _PAGE in each.outputs]
    claims = [_claim(each) for each in ledger.claims if _PAGE in each.outputs]
    if not numbers and not claims:
        return ""
    said = {
        "numbers": numbers,
        "claims": claims,
        "values": {name: _value(entry) for name, entry in ledger.values.items()},
        "cells": {key: _cell(entry) for key, entry in ledger.cells.items()},
        "studies": {key: {"label": label} for key, label in ledger.studies.items()},
        "statuses": {s.word: {"mark": s.mark, "meaning": s.meaning} for s in Status},
        "rows": dict(_rows(ledger, tables)),
    }
    return script_json(said)


def script_json(said: object) -> str:
    """Return compact JSON whose text cannot end a `<script>`, nor open a comment."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _number(each: PrintedNumber) -> dict[str, Any]:
    return {"id": each.id, "text": each.text, "value": each.value, **_where(each)}


def _claim(each: PrintedClaim) -> dict[str, Any]:
    return {
        "id": each.id,
        "text": each.text,
        "condition": each.condition,
        "values": each.values,
        **_where(each),
    }


def _where(each: PrintedNumber | PrintedClaim) -> dict[str, Any]:
    said: dict[str, Any] = {"part": each.part}
    if each.float:
        said["float"] = each.float
    anchor = each.outputs[_PAGE].anchor
    if anchor != each.id:
        said["anchor"] = anchor
    if each.place is not None:
        said["place"] = f"{each.place.path}:{each.place.line}"
    return said


def _value(entry: ValueEntry) -> dict[str, Any]:
    said = value_json(entry)
    del said["decimals"]
    if entry.relation == "=":
        del said["relation"]
    if "/" not in entry.exact:
        said.pop("exact", None)
    return said


def _cell(entry: CellEntry) -> dict[str, str]:
    return {
        "address": entry.address,
        "table": entry.table,
        "row": entry.row,
        "field": entry.field,
        "study": entry.study,
        "locator": entry.locator,
    }


def _rows(
    ledger: Ledger, tables: Mapping[str, Table]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each table with those of its rows that a cell of the ledger is in."""
    wanted: dict[str, dict[str, None]] = {}
    for cell in ledger.cells.values():
        wanted.setdefault(cell.table, {})[cell.row] = None
    for name, keys in wanted.items():
        table = tables.get(name)
        if table is None:
            continue
        rows = {key: table.by_id[key] for key in keys if key in table.by_id}
        yield (
            name,
            {
                "path": table.path,
                "fields": [field.name for field in table.fields],
                "rows": {
                    key: {
                        "line": row.number,
                        "cells": [row.texts.get(f.name, "") for f in table.fields],
                    }
                    for key, row in rows.items()
                },
            },
        )
