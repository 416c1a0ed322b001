"""Findings that a project has lived with: known ones are counted, new ones told.

A baseline is a JSON file that is kept beside the project. Findings are recognised by
their fingerprint, so that it stays right while lines move; of findings with the same
fingerprint, as many are known as there were.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from galleyproof import files
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.errors import ConfigError
from galleyproof.fingerprint import fingerprint
from galleyproof.project import SourceFiles

VERSION = 1
_TOLD = frozenset({Code.CHECK_RUNS})
"""Never known: what did not run has to be told each time."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Known:
    """Findings with one fingerprint."""

    path: str
    code: str
    fingerprint: str
    message: str
    """Of the first of them; for those who read the file."""
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Findings beside a baseline."""

    new: tuple[Diagnostic, ...]
    known: int
    """How many findings the baseline knows."""
    vanished: tuple[Known, ...]
    """What the baseline knows and is no longer found; its count is what is missing."""


def survey(findings: Iterable[Diagnostic], sources: SourceFiles) -> tuple[Known, ...]:
    """Return the baseline that knows these findings."""
    seen = Counter[str]()
    first: dict[str, Diagnostic] = {}
    for found in findings:
        if found.code not in _TOLD:
            name = fingerprint(found, sources.source(found.span.path))
            seen[name] += 1
            first.setdefault(name, found)
    return tuple(
        sorted(
            Known(
                path=found.span.path,
                code=found.code.code,
                fingerprint=name,
                message=found.message,
                count=seen[name],
            )
            for name, found in first.items()
        )
    )


def compare(
    findings: Sequence[Diagnostic], known: Sequence[Known], sources: SourceFiles
) -> Comparison:
    """Divide findings into new ones and those that a baseline knows."""
    left = {one.fingerprint: one.count for one in known}
    new = []
    for found in findings:
        name = fingerprint(found, sources.source(found.span.path))
        if found.code in _TOLD or not left.get(name):
            new.append(found)
        else:
            left[name] -= 1
    vanished = tuple(
        Known(
            path=one.path,
            code=one.code,
            fingerprint=one.fingerprint,
            message=one.message,
            count=left[one.fingerprint],
        )
        for one in known
        if left[one.fingerprint]
    )
    return Comparison(new=tuple(new), known=len(findings) - len(new), vanished=vanished)


def within(
    known: Iterable[Known], codes: Collection[Code], paths: Collection[str] | None
) -> tuple[Known, ...]:
    """Return what a baseline knows of codes and, unless None, of paths."""
    names = {code.code for code in codes}
    return tuple(
        one
        for one in known
        if one.code in names and (paths is None or one.path in paths)
    )


def updated(
    old: Iterable[Known], looked_at: Collection[Known], new: Iterable[Known]
) -> tuple[Known, ...]:
    """Return a baseline with what was looked at replaced by what was found."""
    kept = (one for one in old if one not in looked_at)
    return tuple(sorted({one.fingerprint: one for one in (*kept, *new)}.values()))


# The file -------------------------------------------------------------------------


def text(known: Iterable[Known]) -> str:
    """Return a baseline as JSON, an entry a line, so that differences can be read."""
    entries = [
        json.dumps(
            {
                "path": one.path,
                "code": one.code,
                "count": one.count,
                "message": one.message,
                "fingerprint": one.fingerprint,
            },
            ensure_ascii=False,
        )
        for one in known
    ]
    body = ",\n".join(f"    {entry}" for entry in entries)
    listed = f"[\n{body}\n  ]" if entries else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {listed}\n}}\n'


def read(path: Path, shown: str) -> tuple[Known, ...]:
    """Read a baseline.

    Raises
    ------
    ConfigError
        there is no such file, or it is no baseline

    """
    try:
        return _parsed(path.read_bytes().decode("utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(
            f"there is no baseline `{shown}`",
            hint="`galley check --update-baseline` writes it",
        ) from error
    except (OSError, UnicodeDecodeError, ValueError, TypeError, KeyError) as error:
        raise ConfigError(
            f"`{shown}` cannot be read as a baseline",
            hint="`galley check --update-baseline` writes it anew, once it is removed",
        ) from error


def _parsed(written: str) -> tuple[Known, ...]:
    value = json.loads(written)
    if not isinstance(value, dict) or value.get("version") != VERSION:
        raise ValueError("another version")
    return tuple(
        Known(
            path=str(entry["path"]),
            code=str(entry["code"]),
            fingerprint=str(entry["fingerprint"]),
            message=str(entry["message"]),
            count=int(entry["count"]),
        )
        for entry in value["findings"]
    )


def write(path: Path, known: Iterable[Known]) -> None:
    """Write a baseline, as a whole or not at all."""
    files.write(path, text(known).encode("utf-8"))
