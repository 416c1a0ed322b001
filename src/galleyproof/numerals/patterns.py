"""Regular expressions that do not mind where a text was wrapped."""

from __future__ import annotations

import re

_ONE_SPACE = re.compile(r"\\s(?![+*?{])(?![^\[\]]*\])")


def spaced(pattern: str) -> str:
    """Let each single space of a pattern match any run of white space.

    A space within a class, or with a number of its own, stays as it is.
    """
    return _ONE_SPACE.sub(r"\\s+", pattern)
