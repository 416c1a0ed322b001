"""Literals by pattern: what a project declares that an author may type.

A pattern is a text, found as a whole word whatever its spaces and dashes are, or a
regular expression between strokes: `/grade [1-5]/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from galleyproof.checks.numbers.passages import Passage
from galleyproof.config import Literal

_SPACE = re.compile(r"(?:\\?\s)+")
_DASH = re.compile(r"\\?[-‐‑–−]")


class Patterns:
    """The declared patterns, and which of them were met."""

    def __init__(self, literals: Iterable[Literal]) -> None:
        self._compiled = [(literal, compiled(literal)) for literal in literals]
        self._met: set[Literal] = set()

    def declared(self, passage: Passage) -> list[tuple[int, int]]:
        """Return the stretches of a passage that some pattern declares."""
        found = []
        for literal, pattern in self._compiled:
            spans = [m.span() for m in pattern.finditer(passage.text) if m[0]]
            if spans:
                self._met.add(literal)
                found += spans
        return found

    def may_meet(self, text: str) -> bool:
        """Whether a source text looks as if it held one that was not met so far."""
        return any(
            pattern.search(text)
            for literal, pattern in self._compiled
            if literal not in self._met
        )

    @property
    def unused(self) -> tuple[Literal, ...]:
        """The patterns that no passage has met so far."""
        return tuple(one for one, _ in self._compiled if one not in self._met)


def compiled(literal: Literal) -> re.Pattern[str]:
    """Return the regular expression that a literal stands for."""
    if literal.is_pattern:
        return re.compile(literal.text[1:-1])
    plain = _DASH.sub("[-‐‑–−]", re.escape(literal.text.strip()))
    # Between two words a line may end, in a quotation too.
    plain = _SPACE.sub(r"[\\s\\u00a0]+(?:>[ \\t]*)*", plain)
    return re.compile(rf"(?<!\w){plain}(?!\w)")
