"""The findings of an audit, as text for a person or as JSON."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from itertools import groupby, zip_longest

from galleyproof.checks.articles import Finding
from galleyproof.spans import Source

_QUOTE = 72


def audited(source: Source, found: Sequence[Finding]) -> str:
    """Write findings grouped by kind, each with place, quote and trouble.

    A remedy that several in a row share is written once, behind the last of them.
    """
    parts = []
    for kind, group in groupby(found, key=lambda one: one.kind):
        those = list(group)
        parts.append(f"{kind} ({len(those)})\n")
        for one, after in zip_longest(those, those[1:]):
            parts.append(f"  {source.span(one.start)}: {one.message}\n")
            parts.append(f'    "{_quote(source, one)}"\n')
            if after is None or after.hint != one.hint:
                parts.append(f"    {one.hint}\n")
        parts.append("\n")
    count = f"{len(found)} finding{'' if len(found) == 1 else 's'}"
    return "".join(parts) + (f"{count}\n" if found else "nothing found\n")


def audited_json(source: Source, found: Sequence[Finding]) -> str:
    """Write findings as a JSON document, one object each."""
    listed = []
    for one in found:
        span = source.span(one.start, one.end)
        listed.append(
            {
                "kind": one.kind.name.lower().replace("_", "-"),
                "line": span.line,
                "column": span.column,
                "end_line": span.end_line,
                "end_column": span.end_column,
                "quote": source.text[one.start : one.end],
                "message": one.message,
                "hint": one.hint,
            }
        )
    document = {
        "file": source.path,
        "sha256": hashlib.sha256(source.text.encode()).hexdigest(),
        "findings": listed,
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


PLACES = ("kind", "line", "column", "end_line", "end_column", "by")


def audited_places(
    source: Source, found: Sequence[Finding], alone: Sequence[Finding]
) -> str:
    """Write kinds and places as CSV, with nothing of the text.

    For a text that may not be copied. `by` is `text` for what was found without facts
    (`alone`), `facts` for the rest. Two reasons of one kind at one place are one row.
    """
    rows: dict[tuple[str, ...], str] = {}
    for one in found:
        span = source.span(one.start, one.end)
        places = (span.line, span.column, span.end_line, span.end_column)
        key = (one.kind.name.lower().replace("_", "-"), *map(str, places))
        by = "text" if one in alone else "facts"
        rows[key] = "text" if "text" in {by, rows.get(key)} else by
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(PLACES)
    writer.writerows((*key, by) for key, by in rows.items())
    return out.getvalue()


def _quote(source: Source, one: Finding) -> str:
    text = " ".join(source.text[one.start : one.end].split())
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1] + "…"
