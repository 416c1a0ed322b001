"""Files that the chapters themselves write: a build must not be its own next cause."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

from galleyproof.preview.names import SOURCES

_OFTEN = 3


class Echoes:
    """Counts which files change while a build runs that only they have caused.

    A person who saves during a build does that as well, but not to the same file for
    several builds on end, and hardly to anything but a source; sources are never
    taken for an echo.
    """

    def __init__(self) -> None:
        self._during: frozenset[str] = frozenset()
        self._counts: Counter[str] = Counter()

    def hear(self, cause: frozenset[str], during: frozenset[str]) -> frozenset[str]:
        """Take note of a build; return the files that are to be left out from now on.

        `cause` changed before the build and led to it, `during` while it ran.
        """
        again = cause & during if cause <= self._during else frozenset()
        self._during = during
        self._counts = Counter(
            {
                path: self._counts[path] + 1
                for path in again
                if PurePosixPath(path).suffix not in SOURCES
            }
        )
        return frozenset(p for p, count in self._counts.items() if count >= _OFTEN)
