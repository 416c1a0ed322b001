"""The findings of an audit, as text for a person or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby

from galleyproof.checks.articles import Finding
from galleyproof.spans import Source

_QUOTE = 72


def audited(source: Source, found: Sequence[Finding]) -> str:
    """Write findings grouped by kind, each with place, quote, trouble and remedy."""
    parts = []
    for kind, group in groupby(found, key=lambda one: one.kind):
        those = list(group)
        parts.append(f"{kind} ({len(those)})\n")
        for one in those:
            parts.append(
                f"  {source.span(one.start)}: {one.message}\n"
                f'    "{_quote(source, one)}"\n    {one.hint}\n'
            )
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
    document = {"file": source.path, "findings": listed}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _quote(source: Source, one: Finding) -> str:
    text = " ".join(source.text[one.start : one.end].split())
    return text if len(text) <= _QUOTE else text[: _QUOTE - 1] + "…"
