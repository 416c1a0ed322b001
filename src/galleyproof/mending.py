"""`galley fix` without the terminal: which files change, and writing them.

A file is written aside and moved, so that it is the old one or the new one; what is not
replaced stays byte for byte, line ends and byte order mark included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from galleyproof import files
from galleyproof.checks.numbers import check, guard, repair
from galleyproof.checks.numbers.guard import Typed
from galleyproof.checks.registry import Inputs, written_suppressions
from galleyproof.checks.suppressions import sift
from galleyproof.diagnostics import Severity
from galleyproof.inspection import gather
from galleyproof.project import SourceFiles, survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file before and after."""

    path: str
    """Relative to the project."""
    target: Path
    old: str
    new: str
    edits: int

    @property
    def diff(self) -> str:
        """The change as a unified diff."""
        lines = unified_diff(
            _lines(self.old), _lines(self.new), f"a/{self.path}", f"b/{self.path}"
        )
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)

    def write(self) -> None:
        """Put the new text in the place of the old one."""
        files.write(self.target, self.new.encode("utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """What can be mended in a project."""

    changes: tuple[Change, ...]
    left: int
    """How many typed numbers are left to the author."""


def propose(path: Path) -> Mending:
    """Return what `galley fix` would change; nothing is written yet.

    What the author suppresses is meant as it stands, and left.
    """
    project = survey(path)
    inputs = gather(project, validate=False)
    typed, hints = check.typed_with_hints(inputs.chapters, inputs.config, inputs.data)
    found = _meant_otherwise(typed, inputs, SourceFiles(project.directory))
    by_path: dict[str, list[repair.Edit]] = {}
    for edit in repair.edits(found, hints):
        by_path.setdefault(edit.source.path, []).append(edit)
    changes = tuple(
        Change(
            path=name,
            target=project.directory / name,
            old=edits[0].source.text,
            new=repair.mended(edits[0].source.text, edits),
            edits=len(edits),
        )
        for name, edits in by_path.items()
    )
    return Mending(changes=changes, left=len(found) - sum(c.edits for c in changes))


def _meant_otherwise(
    typed: Sequence[Typed], inputs: Inputs, sources: SourceFiles
) -> list[Typed]:
    """Return the typed numbers that no suppression is about."""
    written = written_suppressions(inputs)
    if not written:
        return list(typed)
    found = list(guard.findings(typed, Severity.ERROR, lambda _: ""))
    kept = set(sift(found, written, sources.line).kept)
    return [one for one, told in zip(typed, found, strict=True) if told in kept]


def _lines(text: str) -> list[str]:
    """Return the lines with their ends; only a line feed ends one in a diff."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + parts[-1:] * bool(parts[-1])
