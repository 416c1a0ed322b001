"""The words of a drawing: spans that know their values become plain text again.

A drawing is lettered with f-strings as prose is (`axes.annotate(f"{rate}", ...)`), so
that its numbers reach the ledger; before it is saved, the spans give way to what a
reader sees. Knows matplotlib's artists by their methods only. Labels of ticks are left
alone: they are a scale, or the names of rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from galleyproof.lineage import markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """What is written in a drawing."""

    markdown: tuple[str, ...]
    """Texts that hold spans, as they were before."""
    bare: tuple[str, ...]
    """Texts with a number that is neither a value nor a literal."""


def settle(canvas: Any) -> Lettering:  # noqa: ANN401 - matplotlib's Figure
    """Replace the spans in a drawing's texts; say what they were, and what is bare."""
    markdown, bare = [], []
    for artist in _texts(canvas):
        text = artist.get_text()
        rest = markup.without_values(text)
        if rest != text:
            markdown.append(text)
            artist.set_text(markup.said(text, marks=True))
        if any(character.isnumeric() for character in rest):
            bare.append(markup.said(text, marks=True))
    return Lettering(markdown=tuple(markdown), bare=tuple(bare))


def _texts(canvas: Any) -> Iterator[Any]:  # noqa: ANN401 - matplotlib's artists
    ticks = {
        id(label)
        for axes in canvas.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.majorTicks, *axis.minorTicks)
        for label in (tick.label1, tick.label2)
    }
    seen: set[int] = set()
    for artist in canvas.findobj(lambda each: hasattr(each, "get_text")):
        if id(artist) not in ticks | seen and artist.get_visible():
            seen.add(id(artist))
            yield artist
