"""Findings as GitHub's workflow commands, which show them beside the lines.

`::error file=…,line=…::message`. The runner drops columns where a place extends over
lines, and reads `%`, line ends and, in properties, `:` and `,` only escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from galleyproof.diagnostics import Diagnostic
from galleyproof.report.text import whole

if TYPE_CHECKING:
    from galleyproof.report.formats import Result

_IN_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_MESSAGE, ":": "%3A", ",": "%2C"}


def text(result: Result) -> str:
    """Return a line for each finding."""
    return "".join(
        f"{_command(found, result)}\n" for found in result.inspection.findings
    )


def _command(found: Diagnostic, result: Result) -> str:
    properties = {**_place(found, result), "title": f"galley: {found.code.code}"}
    listed = ",".join(
        f"{name}={_escaped(value, _IN_PROPERTY)}" for name, value in properties.items()
    )
    said = "\n".join(whole(found))
    return f"::{found.severity.value} {listed}::{_escaped(said, _IN_MESSAGE)}"


def _place(found: Diagnostic, result: Result) -> dict[str, str]:
    span, path = found.span, result.path(found)
    if not path:
        return {}
    place: dict[str, object] = {"file": path}
    if span.line:
        place["line"] = span.line
    if span.line and span.end_line > span.line:
        place["endLine"] = span.end_line
    elif span.line:
        place["col"] = span.column
        if span.end_line:
            place["endColumn"] = span.end_column
    return {name: str(value) for name, value in place.items()}


def _escaped(text: str, replacements: dict[str, str]) -> str:
    return "".join(replacements.get(character, character) for character in text)
