"""One rate a row as bars, the highest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from galleyproof.authoring import style
from galleyproof.authoring.plots.drawing import Drawing, listed, number
from galleyproof.authoring.plots.points import Point, Proportion, point, words
from galleyproof.authoring.plots.proportions import FRAME, finish

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def bars(
    rows: Mapping[str, Proportion], *, axis: str = "Rate (%)", highlight: str = ""
) -> Drawing:
    """Draw one rate per row as bars, the highest first; one may be highlighted."""
    points = {words(row): point(held) for row, held in rows.items()}
    ordered = dict(sorted(points.items(), key=lambda item: -number(item[1].percent)))
    said = [f"{row} {item.percent.plain}" for row, item in ordered.items()]
    return Drawing(
        draw=lambda canvas: _draw_bars(canvas, ordered, axis, highlight),
        description=f"Bar chart, {axis}, from highest to lowest: {listed(said)}.",
        height=FRAME + 0.32 * len(ordered),
        values=tuple(item.percent for item in ordered.values()),
        notes=" ".join(item.note for item in ordered.values()),
    )


def _draw_bars(
    canvas: Figure, rows: Mapping[str, Point], axis: str, highlight: str
) -> None:
    axes = canvas.add_subplot()
    for height, (row, item) in enumerate(rows.items()):
        chosen = row == highlight or not highlight
        axes.barh(
            height,
            number(item.percent),
            height=0.66,
            color=style.series(0).colour if chosen else "#BFBFBF",
        )
        axes.annotate(
            item.note,
            (number(item.percent), height),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontweight="bold" if chosen and highlight else "normal",
        )
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 108)
    axes.set_xticks(range(0, 101, 20))
    finish(axes, axis)
