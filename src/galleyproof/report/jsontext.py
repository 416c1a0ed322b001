"""Findings as JSON: our own format, described in `docs/checks.md` and by a schema.

A change that could break a reader raises `VERSION`; keys may be added without.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from galleyproof.diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from galleyproof.report.formats import Result

VERSION = 1


def text(result: Result) -> str:
    """Return a run as one JSON object."""
    done = result.inspection
    weights = Counter(found.severity for found in done.findings)
    value = {
        "version": VERSION,
        "generator": f"galleyproof {result.version}",
        "strict": result.strict,
        "failed": result.failed,
        "files": done.files,
        "checks": [
            {"name": family.name, "codes": [code.code for code in family.codes]}
            for family in done.families
        ],
        "left_out": [code.code for code in done.left_out],
        "counts": {
            **{f"{one.value}s": weights[one] for one in Severity},
            "suppressed": len(done.suppressed),
            "known": done.known,
            "vanished": done.vanished,
            "unchanged": done.unchanged,
        },
        "findings": [_finding(found, result) for found in done.findings],
        "suppressed": [
            {**_finding(one.finding, result), "reason": one.reason}
            for one in done.suppressed
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _finding(found: Diagnostic, result: Result) -> dict[str, object]:
    span = found.span
    return {
        "code": found.code.code,
        "severity": found.severity.value,
        "path": result.path(found) or None,
        "line": span.line or None,
        "column": span.column if span.line else None,
        "end_line": span.end_line or None,
        "end_column": span.end_column if span.end_line else None,
        "source": result.sources.line(span.path, span.line),
        "message": found.message,
        "hint": found.hint,
        "detail": found.detail,
        "fingerprint": result.fingerprint(found),
    }
