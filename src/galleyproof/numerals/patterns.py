"""Regular expressions that are compiled when they are first used.

There are many, most texts need few of them, and compiling takes longer than searching a
chapter. `spaced` makes one that does not mind where a text was wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_ONE_SPACE = re.compile(r"\\s(?![+*?{])(?![^\[\]]*\])")


def spaced(pattern: str) -> str:
    """Let each single space of a pattern match any run of white space.

    A space within a class, or with a number of its own, stays as it is.
    """
    return _ONE_SPACE.sub(r"\\s+", pattern)


class Pattern:
    """A regular expression, with the methods of a compiled one."""

    __slots__ = ("_compiled", "_flags", "_source")

    def __init__(self, source: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._source = source
        self._flags = flags
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The compiled expression."""
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        return self._compiled

    def search(
        self, text: str, start: int = 0, end: int | None = None
    ) -> re.Match[str] | None:
        """Return the first match between two offsets."""
        return self.compiled.search(text, start, len(text) if end is None else end)

    def match(
        self, text: str, start: int = 0, end: int | None = None
    ) -> re.Match[str] | None:
        """Return the match that begins at an offset."""
        return self.compiled.match(text, start, len(text) if end is None else end)

    def finditer(
        self, text: str, start: int = 0, end: int | None = None
    ) -> Iterator[re.Match[str]]:
        """Yield the matches between two offsets."""
        return self.compiled.finditer(text, start, len(text) if end is None else end)

    def sub(self, new: str | Callable[[re.Match[str]], str], text: str) -> str:
        """Return the text with every match replaced."""
        return self.compiled.sub(new, text)
