"""Findings as text for a person at a terminal.

Our own words are ASCII, so that they survive any terminal; the author's words are shown
as they are, except for control characters, which a terminal would obey.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from galleyproof.diagnostics import Diagnostic, Severity
from galleyproof.errors import GalleyError
from galleyproof.report.style import PLAIN, Style, counted
from galleyproof.spans import Span

if TYPE_CHECKING:
    from galleyproof.inspection import Inspection


class Places(Protocol):
    """The lines that findings speak of, by the path of their file in the project."""

    def line(self, path: str, number: int) -> str:
        """Return a line, or an empty string."""

    def shown(self, path: str) -> str:
        """Return the path as it is from where the person is."""


_LONGEST_LINE = 160
_NO_WIDTH = frozenset({"Mn", "Me", "Cf"})
_OBEYED = frozenset({"Cc", "Zl", "Zp"})


def findings(
    diagnostics: Iterable[Diagnostic], places: Places, style: Style = PLAIN
) -> str:
    """Return each finding with its source line, and their counts at the end."""
    ordered = sorted(diagnostics, key=lambda d: d.sort_key)
    parts = [finding(diagnostic, places, style) for diagnostic in ordered]
    return "\n\n".join([*parts, counts(ordered)]) if parts else ""


def finding(diagnostic: Diagnostic, places: Places, style: Style = PLAIN) -> str:
    """Return one finding: place, message, source line, hint, detail."""
    error = diagnostic.severity is Severity.ERROR
    severity = style(diagnostic.severity.value, "bold", "red" if error else "yellow")
    span = diagnostic.span
    place = places.shown(span.path)
    if span.line:
        place += f":{span.line}:{span.column}"
    head = (
        f"{style(place, 'bold')}: {severity}: {_harmless(diagnostic.message)} "
        f"[{diagnostic.code.code}]"
    )
    lines = [head, *_excerpt(span, places, style)]
    if diagnostic.detail:
        lines += [f"    {_harmless(line)}" for line in diagnostic.detail.splitlines()]
    if diagnostic.hint:
        lines.append(f"  {style('hint:', 'cyan')} {_harmless(diagnostic.hint)}")
    return "\n".join(lines)


def whole(diagnostic: Diagnostic) -> list[str]:
    """Return all that a finding says, in lines; its place is said elsewhere."""
    hint = [f"hint: {diagnostic.hint}"] if diagnostic.hint else []
    return [diagnostic.message, *diagnostic.detail.splitlines(), *hint]


def _excerpt(span: Span, places: Places, style: Style) -> list[str]:
    """Return the line of the place, and a line that marks it."""
    text = _harmless(places.line(span.path, span.line))
    if not text.strip():
        return []
    start, end = span.column - 1, _end_column(span, text)
    cut = max(0, start - _LONGEST_LINE // 2) if len(text) > _LONGEST_LINE else 0
    shown = text[cut : cut + _LONGEST_LINE]
    lead = _blank(text[cut:start])
    mark = "^" * max(1, _width(text[start : min(end, cut + _LONGEST_LINE)]))
    number = str(span.line)
    return [
        f"  {number} | {shown}",
        f"  {' ' * len(number)} | {lead}{style(mark, 'red')}",
    ]


def _end_column(span: Span, text: str) -> int:
    if span.end_line == 0:
        return span.column
    if span.end_line > span.line:
        return len(text.rstrip())
    return max(span.column, span.end_column - 1)


def _blank(text: str) -> str:
    """Return white space as wide as a text; tabs stay tabs."""
    return "".join(c if c == "\t" else " " * _width(c) for c in text)


def _width(text: str) -> int:
    return sum(
        0
        if unicodedata.category(c) in _NO_WIDTH
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def _harmless(text: str) -> str:
    """Return a line with a mark for each character that a terminal would obey."""
    if text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    obeyed = character != "\t" and unicodedata.category(character) in _OBEYED
    return "\ufffd" if obeyed else character


def counts(diagnostics: Sequence[Diagnostic]) -> str:
    """Return `2 errors, 1 warning`; empty where there are none."""
    errors = sum(d.severity is Severity.ERROR for d in diagnostics)
    kinds = [(errors, "error"), (len(diagnostics) - errors, "warning")]
    return ", ".join(counted(number, kind) for number, kind in kinds if number)


def error(failed: GalleyError, places: Places, style: Style = PLAIN) -> str:
    """Return what stopped a command, with its findings first."""
    parts = []
    if failed.diagnostics:
        parts.append(findings(failed.diagnostics, places, style))
    line = f"{style('galley: error:', 'bold', 'red')} {failed.message}"
    if failed.hint:
        line += f"\n  {style('hint:', 'cyan')} {failed.hint}"
    return "\n\n".join([*parts, line])


def fails(diagnostics: Iterable[Diagnostic], *, strict: bool) -> bool:
    """Say whether findings make a check fail: errors do, under strict warnings too."""
    return any(strict or d.severity is Severity.ERROR for d in diagnostics)


def inspected(done: Inspection, style: Style = PLAIN) -> str:
    """Return how much was found, what was checked, and what was not."""
    found = counts(done.findings) or style("no findings", "bold", "green")
    untold = _untold(done)
    lines = [f"{found} ({untold})" if untold else found]
    if done.vanished:
        are = "is" if done.vanished == 1 else "are"
        lines.append(
            f"{counted(done.vanished, 'finding')} of the baseline {are} gone "
            "(--update-baseline forgets what is gone)"
        )
    names = f": {', '.join(done.checks) or 'nothing'}" if done.selected else ""
    lines.append(f"checked {counted(done.files, 'file')}{names}")
    if done.left_out:
        names = ", ".join(code.code for code in done.left_out)
        lines.append(
            f"left out, since nothing here is rendered by galley: {names} "
            f"(--select {names} checks it)"
        )
    return "\n".join(lines)


def _untold(done: Inspection) -> str:
    """Return how many findings are not told, and why."""
    numbers = (
        (done.known, "known"),
        (done.unchanged, "on unchanged lines"),
        (len(done.suppressed), "suppressed"),
    )
    return ", ".join(f"{number} {why}" for number, why in numbers if number)
