"""Writing the expression in the place of a typed number, where only one is meant.

Only running text is mended: there inline code works as it does in a sentence. What is
ambiguous, in a heading, in an option or in code is left to the author.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from galleyproof.checks.numbers.guard import Typed
from galleyproof.checks.numbers.hints import Hints
from galleyproof.checks.numbers.passages import Kind
from galleyproof.spans import Source

_MENDED = frozenset({Kind.PROSE, Kind.FOOTNOTE, Kind.CAPTION, Kind.TABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One replacement in a file."""

    source: Source
    start: int
    end: int
    new: str


def edits(typed: Iterable[Typed], hints: Hints) -> list[Edit]:
    """Return the replacements that can be made without asking."""
    found = []
    for one in typed:
        if not one.passage.inline or one.passage.kind not in _MENDED:
            continue
        if one.passage.kind is Kind.TABLE and not _is_pipe_table(one):
            continue
        best = hints.certain(one)
        if best is not None:
            found.append(
                Edit(
                    source=one.passage.source,
                    start=best.start,
                    end=best.end,
                    new=f"`{{python}} {best.expression}`",
                )
            )
    return found


def _is_pipe_table(typed: Typed) -> bool:
    """Say whether a table's columns may change their width."""
    start, end = typed.passage.around
    text = typed.passage.source.text[start:end].lstrip("\ufeff \t")
    return "|" in text and not text.startswith("+")


def mended(text: str, changes: Iterable[Edit]) -> str:
    """Return the text of a file with its edits made; all else is as it was."""
    parts: list[str] = []
    at = 0
    for edit in sorted(changes, key=lambda one: one.start):
        parts += (text[at : edit.start], edit.new)
        at = edit.end
    return "".join([*parts, text[at:]])
