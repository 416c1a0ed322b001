"""What git knows: the lines of a project that changed since a revision.

The working tree is compared with the point where the present branch left the revision,
so that `main` means "what this branch did", however far `main` has gone since.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from galleyproof import tools
from galleyproof.errors import ConfigError, ToolError, ToolMissingError

_HUNK = re.compile(r"@@ -\d+(?:,(?P<old>\d+))? \+(?P<at>\d+)(?:,(?P<new>\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_ESCAPED = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v"}
_ESCAPED |= {b"f": b"\f", b"r": b"\r"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The lines that changed, by path in the project with forward slashes."""

    lines: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """First and last line of each stretch, as they are numbered now."""
    untracked: frozenset[str] = frozenset()
    """Files that the history does not have; each of their lines is new."""

    def touch(self, path: str, first: int, last: int) -> bool:
        """Say whether one of these lines changed; line 0: anything in the file."""
        if path in self.untracked:
            return True
        stretches = self.lines.get(path, ())
        if not first:
            return path in self.lines
        return any(begin <= last and first <= end for begin, end in stretches)


def changes(directory: Path, revision: str) -> Changes:
    """Return what changed in a directory since a revision.

    Raises
    ------
    ToolMissingError
        there is no git
    ConfigError
        the directory is in no repository, or there is no such revision

    """
    base = _base(directory, revision)
    difference = _git(
        directory,
        "-c",
        "core.quotePath=false",
        "diff",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--unified=0",
        "--find-renames",
        "--relative",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        base,
        "--",
        ".",
    )
    others = _git(directory, "ls-files", "--others", "--exclude-standard", "-z")
    return Changes(
        lines={path: tuple(lines) for path, lines in _files(difference)},
        untracked=frozenset(_text(name) for name in others.split(b"\0") if name),
    )


def _base(directory: Path, revision: str) -> str:
    """Return the commit to compare with."""
    try:
        _git(directory, "rev-parse", "--show-toplevel")
    except ToolError as error:
        reason = error.message.partition(": ")[2]
        raise ConfigError(
            "there is no history to compare with", hint=f"git says: {reason}"
        ) from error
    try:
        if revision.startswith("-"):
            raise ToolError("an option is no revision")
        name = f"{revision}^{{commit}}"
        commit = _git(directory, "rev-parse", "--verify", "--quiet", name)
    except ToolError as error:
        raise ConfigError(
            f"`{revision}` is no revision of this repository",
            hint="name a branch, a tag or a commit; a CI system may have to fetch more"
            " of the history first",
        ) from error
    found = _text(commit).strip()
    try:
        return _text(_git(directory, "merge-base", found, "HEAD")).strip()
    except ToolError:  # two histories, or one that was cut off
        return found


def _git(directory: Path, *arguments: str) -> bytes:
    try:
        return tools.run(["git", "-C", directory, *arguments]).stdout
    except ToolMissingError as error:
        raise ToolMissingError(
            error.message, hint="install git, or leave out `--since`"
        ) from error


def _files(difference: bytes) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Read the changed lines of each file; lines of content are counted, not read."""
    path, stretches = "", list[tuple[int, int]]()
    lines = iter(difference.split(b"\n"))
    for line in lines:
        if line.startswith(b"+++ "):
            if path:
                yield path, stretches
            path, stretches = _path(line[4:]), []
        elif hunk := _HUNK.match(_text(line)):
            at, new, old = int(hunk["at"]), _count(hunk["new"]), _count(hunk["old"])
            if new:
                stretches.append((at, at + new - 1))
            for _ in range(old + new):
                next(lines, None)
    if path:
        yield path, stretches


def _count(written: str | None) -> int:
    return 1 if written is None else int(written)


def _path(name: bytes) -> str:
    """Return the path behind `b/`; empty for a file that is gone."""
    name = name.rstrip(b"\t\r")
    if name.startswith(b'"'):
        name = _ESCAPE.sub(_unescaped, name[1:-1])
    return _text(name[2:]) if name.startswith(b"b/") else ""


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else _ESCAPED.get(code, code)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
