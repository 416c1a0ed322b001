"""What the files of a project hold at one moment, and what has changed since another.

Contents decide, not times: a file that was only touched, or written again as it was,
has not changed. Times serve to read no file twice: one is read again where its times,
size or number differ, or where it was written so shortly before that a second writing
might bear the same time. Larger files are told by those alone.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from galleyproof import files
from galleyproof.preview import names

_LARGE = 16_000_000
_RACY_NS = 100_000_000

Sign = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One file."""

    sign: Sign
    """Modification and change time in nanoseconds, size, number."""
    content: str
    """SHA-256, or the sign of a large file."""
    settled: bool
    """Whether the sign can be trusted to change with the content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The files by path relative to the project, and the folders that hold them."""

    files: Mapping[str, Seen] = field(default_factory=dict)
    folders: frozenset[Path] = frozenset()

    def changed_since(self, before: Snapshot) -> frozenset[str]:
        """Return the paths of files that came, went or hold something else."""
        found = {
            path
            for path, seen in self.files.items()
            if path not in before.files or before.files[path].content != seen.content
        }
        return frozenset(found | (before.files.keys() - self.files.keys()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to look at."""

    directory: Path
    """The project's."""
    outputs: frozenset[Path] = frozenset()
    """Folders that builds write into."""
    outside: frozenset[Path] = frozenset()
    """Files elsewhere that the configuration names."""
    ignored: frozenset[str] = frozenset()
    """Files in the project that do not count, by their path in it."""


def look(scope: Scope, before: Snapshot | None = None) -> Snapshot:
    """Return what is there now; nothing where the project is gone.

    `before` is an earlier snapshot: what it knows is not read again.
    """
    known = before.files if before else {}
    folders: list[Path] = []
    seen: dict[str, Seen] = {}
    for path, shown in _walk(scope, folders):
        with suppress(OSError):
            one = _see(path, known.get(shown))
            if one is not None:
                seen[shown] = one
    return Snapshot(files=seen, folders=frozenset(folders))


def _walk(scope: Scope, folders: list[Path]) -> Iterator[tuple[Path, str]]:
    """Yield what counts, with its path as it is shown; note the folders on the way."""
    waiting = [(scope.directory, "")]
    visited: set[tuple[int, int]] = set()
    while waiting:
        folder, prefix = waiting.pop()
        try:
            status = folder.stat()
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        # Links are followed, for data often lie elsewhere; not in a circle, though.
        if (status.st_dev, status.st_ino) in visited:
            continue
        visited.add((status.st_dev, status.st_ino))
        folders.append(folder)
        for entry in entries:
            path = Path(entry.path)
            if _is_folder(entry):
                if names.folder_counts(entry.name) and path not in scope.outputs:
                    waiting.append((path, f"{prefix}{entry.name}/"))
            elif names.file_counts(entry.name):
                shown = prefix + entry.name
                if shown not in scope.ignored:
                    yield path, shown
    for path in sorted(scope.outside):
        yield path, str(path)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        return entry.is_dir()
    return False


def _see(path: Path, known: Seen | None) -> Seen | None:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return None
    sign = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
    if known is not None and known.settled and known.sign == sign:
        return known
    age = abs(time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns))
    large = status.st_size > _LARGE
    return Seen(
        sign=sign,
        content=repr(sign) if large else files.digest(path),
        settled=large or age > _RACY_NS,
    )
