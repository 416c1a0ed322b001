"""Findings, progress and results as text for a person at a terminal.

Pure: text comes out, `cli` prints it. Our own words are ASCII, so that they survive any
terminal; the author's words are shown as they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from galleyproof.diagnostics import Diagnostic, Severity
from galleyproof.errors import GalleyError
from galleyproof.spans import Span

if TYPE_CHECKING:
    from galleyproof.doctor import Finding
    from galleyproof.inspection import Inspection
    from galleyproof.mending import Mending
    from galleyproof.record import BuildReport, Step


class Sources(Protocol):
    """The files that findings speak of, by their path in the project."""

    def line(self, path: str, number: int) -> str:
        """Return a line, or an empty string."""

    def shown(self, path: str) -> str:
        """Return the path as it is from where the person is."""


_STEP_WIDTH = 9
_TEXT_WIDTH = 52
_LONGEST_LINE = 160
_COLOURS = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


@dataclass(frozen=True, slots=True)
class Style:
    """Whether words may be coloured."""

    colour: bool = False

    def __call__(self, text: str, *names: str) -> str:
        """Return the text in the named colours."""
        if not self.colour or not text:
            return text
        codes = ";".join(_COLOURS[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"


PLAIN = Style()


# Findings -------------------------------------------------------------------------


def findings(
    diagnostics: Iterable[Diagnostic], sources: Sources, style: Style = PLAIN
) -> str:
    """Return each finding with its source line, and their counts at the end."""
    ordered = sorted(diagnostics, key=lambda d: d.sort_key)
    if not ordered:
        return ""
    parts = [finding(diagnostic, sources, style) for diagnostic in ordered]
    return "\n\n".join([*parts, _counts(ordered)])


def finding(diagnostic: Diagnostic, sources: Sources, style: Style = PLAIN) -> str:
    """Return one finding: place, message, source line, hint, detail."""
    error = diagnostic.severity is Severity.ERROR
    severity = style(diagnostic.severity.value, "bold", "red" if error else "yellow")
    span = diagnostic.span
    place = sources.shown(span.path)
    if span.line:
        place += f":{span.line}:{span.column}"
    head = (
        f"{style(place, 'bold')}: {severity}: {diagnostic.message} "
        f"[{diagnostic.code.code}]"
    )
    lines = [head, *_excerpt(span, sources, style)]
    if diagnostic.detail:
        lines += [f"    {line}" for line in diagnostic.detail.splitlines()]
    if diagnostic.hint:
        lines.append(f"  {style('hint:', 'cyan')} {diagnostic.hint}")
    return "\n".join(lines)


def _excerpt(span: Span, sources: Sources, style: Style) -> list[str]:
    """Return the line of the place, and a line that marks it."""
    text = sources.line(span.path, span.line)
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
        if unicodedata.combining(c)
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def _counts(diagnostics: Sequence[Diagnostic]) -> str:
    errors = sum(d.severity is Severity.ERROR for d in diagnostics)
    counted = [(errors, "error"), (len(diagnostics) - errors, "warning")]
    return ", ".join(f"{n} {word}{'s' * (n != 1)}" for n, word in counted if n)


def error(failed: GalleyError, sources: Sources, style: Style = PLAIN) -> str:
    """Return what stopped a command, with its findings first."""
    parts = []
    if failed.diagnostics:
        parts.append(findings(failed.diagnostics, sources, style))
    line = f"{style('galley: error:', 'bold', 'red')} {failed.message}"
    if failed.hint:
        line += f"\n  {style('hint:', 'cyan')} {failed.hint}"
    return "\n\n".join([*parts, line])


def fails(diagnostics: Iterable[Diagnostic], *, strict: bool) -> bool:
    """Say whether findings make a check fail: errors do, under strict warnings too."""
    return any(strict or d.severity is Severity.ERROR for d in diagnostics)


def inspected(done: Inspection, style: Style = PLAIN) -> str:
    """Return what was checked, and what was not."""
    lines = []
    if not done.findings:
        lines.append(style("no findings", "bold", "green"))
    lines.append(
        f"checked {_count(done.files, 'file')}: {', '.join(done.checks) or 'nothing'}"
    )
    if done.left_out:
        names = ", ".join(code.code for code in done.left_out)
        lines.append(
            f"left out, since nothing here is rendered by galley: {names} "
            f"(--select {names} checks it)"
        )
    return "\n".join(lines)


def mended(done: Mending, *, dry_run: bool) -> str:
    """Return how many numbers were replaced in which files, and how many are left."""
    verb = "would replace" if dry_run else "replaced"
    lines = [
        f"{verb} {_count(change.edits, 'number')} in {change.path}"
        for change in done.changes
    ]
    if done.left:
        lines.append(f"{_count(done.left, 'typed number')} left; see `galley check`")
    return "\n".join(lines) or "no typed numbers"


# Progress and results -------------------------------------------------------------


def step(done: Step, style: Style = PLAIN) -> str:
    """Return one line for a step that ended, or that begins and may take a while."""
    text = f"  {done.phase:<{_STEP_WIDTH}} {done.text:<{_TEXT_WIDTH}}"
    if done.seconds is None:
        return text.rstrip()
    return f"{text} {style(f'{done.seconds:6.2f} s', 'green')}"


def summary(report: BuildReport, style: Style = PLAIN) -> str:
    """Return what was written, where, how large, and how long each phase took."""
    lines = ["", style(f"Wrote {_count(len(report.written), 'file')}:", "bold")]
    entries = _entries(report)
    width = max((len(name) for name, _ in entries), default=0)
    lines += [f"  {name:<{width}}  {what}" for name, what in entries]
    took = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in report.phases)
    lines.append(f"Took {report.seconds:.2f} s: {took}.")
    if report.peak_memory:
        lines.append(f"Peak memory {size(report.peak_memory)}.")
    return "\n".join(lines)


def _entries(report: BuildReport) -> list[tuple[str, str]]:
    """Return each document with its size, each other directory with its sum."""
    places = {one.path: _relative(one.path, report.directory) for one in report.written}
    top = min((len(path.parts) for path in places), default=0)
    entries, directories = [], dict[str, list[int]]()
    for one in report.written:
        if len(one.path.parts) == top:
            entries.append((places[one.path], size(one.size)))
        else:
            inside = _relative(Path(*one.path.parts[:top]), report.directory)
            directories.setdefault(f"{inside}/", []).append(one.size)
    for name, sizes in directories.items():
        entries.append((name, f"{size(sum(sizes))} in {_count(len(sizes), 'file')}"))
    if report.figures:
        name = _relative(report.figures[0].parent, report.directory)
        entries.append((f"{name}/", f"{_count(len(report.figures), 'file')} redrawn"))
    return entries


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def size(count: int) -> str:
    """Return a number of bytes as a person reads it."""
    if count < 1000:
        return f"{count} B"
    amount = float(count)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 1000 or unit == "GB":
            return f"{amount:.1f} {unit}"
    return f"{count} B"


def _relative(path: Path, directory: Path) -> str:
    try:
        return path.relative_to(directory).as_posix()
    except ValueError:
        return str(path)


def check_up(finding: Finding, style: Style = PLAIN) -> str:
    """Return one line for a thing that the doctor looked for, and its remedy."""
    if finding.found:
        return f"  {finding.name:<10} {finding.version:<12} {finding.purpose}"
    state = style("missing", "bold", "red") if finding.needed else "not found"
    why = f" ({finding.problem})" if finding.problem else ""
    pad = " " * (12 - len("missing" if finding.needed else "not found"))
    return (
        f"  {finding.name:<10} {state}{pad} {finding.purpose}{why}\n"
        f"  {'':<10} {'':<12} {style('to get it:', 'cyan')} {finding.remedy}"
    )
