"""What a plot hands to `figure`: how to draw it, its size, its words, its values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from galleyproof.lineage import Value, markup

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A plot that has not been drawn yet."""

    draw: Callable[[Figure], None]
    description: str
    """Alt text as Markdown, whose spans know the values that it speaks of."""
    height: float
    """Inches; the width is the style's."""
    values: tuple[Value, ...] = ()
    notes: str = ""
    """The words beside the points, marks included."""

    @property
    def alt(self) -> str:
        """Alt text as it is read out."""
        return markup.said(self.description)


def number(value: object) -> float:
    """Return where on an axis a value lies."""
    return float(value)  # type: ignore[arg-type]  # values know how to be a float


def listed(parts: list[str]) -> str:
    """Join parts of a sentence: `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
