"""Which findings are told: those that a baseline does not know, on lines that changed.

Between what `inspection` found and what `report` shows. What is not told is counted.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from galleyproof import baseline
from galleyproof.baseline import Known
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.errors import ConfigError
from galleyproof.inspection import Inspection
from galleyproof.project import SourceFiles

if TYPE_CHECKING:
    from galleyproof.history import Changes


def baseline_of(
    done: Inspection, sources: SourceFiles, asked: Path | None, *, update: bool
) -> Path | None:
    """Return the baseline that was asked for, or else the project's own.

    Raises ConfigError where there is none to `update`.
    """
    if asked is not None:
        return Path.cwd() / asked
    if done.baseline:
        return sources.directory / done.baseline
    if update:
        raise ConfigError(
            "there is no baseline to update",
            hint="name its file: `--baseline FILE`, or `galley: baseline: FILE`",
        )
    return None


def sieved(
    done: Inspection,
    sources: SourceFiles,
    *,
    file: Path | None = None,
    since: str | None = None,
) -> Inspection:
    """Leave out what the baseline knows, and what has not changed since a revision."""
    if file is not None:
        done = against(done, file, sources)
    if since is not None:
        from galleyproof.history import changes

        done = on_changed_lines(done, changes(sources.directory, since))
    return done


def record(done: Inspection, file: Path, sources: SourceFiles) -> int:
    """Write a baseline that knows all findings; return how many those are.

    What it knew of codes and files that were not looked at this time stays in it.
    """
    old = baseline.read(file, sources.shown(str(file))) if file.exists() else ()
    found = baseline.survey(done.findings, sources)
    baseline.write(file, baseline.updated(old, _looked_at(done, old), found))
    return sum(one.count for one in found)


def against(done: Inspection, file: Path, sources: SourceFiles) -> Inspection:
    """Leave out what a baseline knows."""
    known = baseline.read(file, sources.shown(str(file)))
    compared = baseline.compare(done.findings, _looked_at(done, known), sources)
    return replace(
        done,
        findings=compared.new,
        known=compared.known,
        vanished=sum(one.count for one in compared.vanished),
    )


def _looked_at(done: Inspection, known: tuple[Known, ...]) -> tuple[Known, ...]:
    return baseline.within(known, done.checked, done.only)


def on_changed_lines(done: Inspection, changes: Changes) -> Inspection:
    """Leave out findings on lines that have not changed.

    That a check did not run is always told.
    """
    told = tuple(found for found in done.findings if _is_new(found, changes))
    return replace(
        done, findings=told, unchanged=len(done.findings) - len(told) + done.unchanged
    )


def _is_new(found: Diagnostic, changes: Changes) -> bool:
    if found.code is Code.CHECK_RUNS:
        return True
    span = found.span
    last = max(span.line, span.end_line)
    if last > span.line and span.end_column == 1:  # ends before that line begins
        last -= 1
    return changes.touch(span.path, span.line, last)
