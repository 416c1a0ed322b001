"""Findings as SARIF 2.1.0, which code scanning and editors read.

The list of codes becomes the rules, with their help. Columns count code points, as
ours do. Paths are relative to a base that the reader sets, so that the same findings
are the same file on every machine.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.report.text import whole

if TYPE_CHECKING:
    from galleyproof.report.formats import Result

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json"
)
_BASE = "%SRCROOT%"
"""The name that code scanning knows for the root of the repository."""

_FINGERPRINT = "galleyFinding/v1"


def text(result: Result) -> str:
    """Return a run as one SARIF log."""
    done = result.inspection
    spoken = {code for family in done.families for code in family.codes}
    spoken |= {found.code for found in done.findings}
    rules = [code for code in Code if code in spoken]
    run = {
        "tool": {"driver": _driver(rules, result.version)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _BASE: {"description": {"text": "The directory in which galley ran."}}
        },
        "invocations": [{"executionSuccessful": True}],
        "results": list(_results(rules, result)),
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _driver(rules: list[Code], version: str) -> dict[str, object]:
    return {
        "name": "galley",
        "version": version,
        "semanticVersion": version,
        "rules": [_rule(code) for code in rules],
    }


def _rule(code: Code) -> dict[str, object]:
    words = code.code.split("-")
    return {
        "id": code.code,
        "name": "".join(word.capitalize() for word in words),
        "shortDescription": {"text": code.description},
        "fullDescription": {"text": f"{code.description} {code.why}"},
        "help": {
            "text": f"{code.why}\n\nTo mend: {code.mend}",
            "markdown": f"{code.why}\n\n**To mend:** {code.mend}",
        },
    }


def _results(rules: list[Code], result: Result) -> Iterator[dict[str, object]]:
    seen = Counter[str]()
    for found in result.inspection.findings:
        name = result.fingerprint(found)
        seen[name] += 1
        value: dict[str, object] = {
            "ruleId": found.code.code,
            "ruleIndex": rules.index(found.code),
            "level": found.severity.value,
            "message": {"text": "\n".join(whole(found))},
            # Two findings of the same words are two results.
            "partialFingerprints": {_FINGERPRINT: f"{name}:{seen[name]}"},
        }
        place = _place(found, result)
        if place:
            value["locations"] = [{"physicalLocation": place}]
        yield value


def _place(found: Diagnostic, result: Result) -> dict[str, object]:
    path, span = result.path(found), found.span
    if not path:
        return {}
    place: dict[str, object] = {
        "artifactLocation": {"uri": quote(path), "uriBaseId": _BASE}
    }
    if span.line:
        place["region"] = _region(found, result)
    return place


def _region(found: Diagnostic, result: Result) -> dict[str, object]:
    span = found.span
    region: dict[str, object] = {"startLine": span.line, "startColumn": span.column}
    if span.end_line:
        region |= {"endLine": span.end_line, "endColumn": span.end_column}
        source = result.sources.source(span.path)
        if source is not None and (marked := source.marked(span)):
            region["snippet"] = {"text": marked}
    return region
