"""Plots of proportions with intervals, and of the differences between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from galleyproof.authoring import style
from galleyproof.authoring.comparison import Comparison
from galleyproof.authoring.estimates import Estimate
from galleyproof.authoring.plots.drawing import Drawing, listed, number
from galleyproof.authoring.plots.points import (
    Grid,
    Point,
    Proportion,
    all_points,
    grid,
    series_names,
    words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROW = 0.27
"""Inches a row."""
_GAP = 0.55
"""Rows between groups."""
FRAME = 0.75
"""Inches for the axis and its label."""
_LEGEND = 0.3


def intervals(
    rows: Mapping[str, Proportion | Mapping[str, Proportion]],
    *,
    axis: str = "Proportion (%)",
    limit: float | None = None,
) -> Drawing:
    """Draw proportions with 95% intervals, by row and series.

    `intervals({"Technical success": {"< 4 cm": a, "≥ 4 cm": b}})`; a row may be one
    proportion. A percentage without known counts is a hollow point without interval.
    `limit` is the right end of the axis.
    """
    points = grid(rows)
    names = series_names(points)
    lines = len(all_points(points))
    groups = len(points) if len(names) > 1 else 1
    return Drawing(
        draw=lambda canvas: _draw_intervals(canvas, points, names, axis, limit),
        description=_describe(points, axis),
        height=FRAME + _LEGEND * (len(names) > 1) + _ROW * (lines + _GAP * groups),
        values=tuple(v for item in all_points(points) for v in item.values),
        notes=" ".join(item.note for item in all_points(points)),
    )


def _describe(points: Grid, axis: str) -> str:
    said = []
    for row, held in points.items():
        each = [f"{name} {p.spoken}".strip() for name, p in held.items()]
        said.append(f"{row}: {listed(each)}")
    return f"Dot plot, {axis}, with 95% confidence intervals. {'; '.join(said)}."


def _draw_intervals(
    canvas: Figure, points: Grid, names: list[str], axis: str, limit: float | None
) -> None:
    axes = canvas.add_subplot()
    ticks, labels, height = [], [], 0.0
    gap = _GAP if len(names) > 1 else 0
    for row, held in points.items():
        first = height
        for name, item in held.items():
            _draw_point(axes, item, height, names.index(name))
            height += 1
        ticks.append((first + height - 1) / 2)
        labels.append(row)
        height += gap
    axes.set_yticks(ticks, labels)
    axes.set_ylim(height - gap - 0.4, -0.6)
    right = limit or _nice_limit(points)
    axes.set_xlim(-0.01 * right, right)
    finish(axes, axis)
    if len(names) > 1:
        _legend(axes, names)


def _draw_point(axes: Axes, item: Point, height: float, index: int) -> None:
    look = style.series(index)
    x = number(item.percent)
    if item.ci is not None:
        ends = [number(item.ci.low), number(item.ci.high)]
        axes.plot(ends, [height, height], color=look.colour, solid_capstyle="butt")
    face = "white" if item.ci is None else look.colour
    axes.plot(
        x,
        height,
        marker=look.marker,
        color=look.colour,
        markerfacecolor=face,
        linestyle="none",
        clip_on=False,
    )
    axes.annotate(
        item.note,
        (1.02, height),
        xycoords=("axes fraction", "data"),
        va="center",
        fontsize=8.5,
    )


def _nice_limit(points: Grid) -> float:
    ends = [number(p.ci.high if p.ci else p.percent) for p in all_points(points)]
    return next((n for n in (5, 10, 15, 20, 30, 40, 50, 60, 80) if max(ends) <= n), 100)


def finish(axes: Axes, axis: str) -> None:
    """Dress the axes of a plot whose rows have names."""
    axes.set_xlabel(axis)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _legend(axes: Axes, names: list[str]) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415 - slow

    handles = [
        Line2D([], [], color=style.series(i).colour, marker=style.series(i).marker)
        for i in range(len(names))
    ]
    axes.legend(
        handles,
        names,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(names),
        borderaxespad=0.2,
        handlelength=1.8,
    )


def differences(
    rows: Mapping[str, Comparison],
    *,
    axis: str = "Risk difference (percentage points)",
    left: str = "",
    right: str = "",
) -> Drawing:
    """Draw risk differences with their intervals around a line at zero.

    `left` and `right` say what lies on either side of the line.
    """
    estimates = {words(row): held.risk_difference for row, held in rows.items()}
    said = [f"{row} {_spoken(e)}" for row, e in estimates.items()]
    return Drawing(
        draw=lambda canvas: _draw_differences(canvas, estimates, axis, (left, right)),
        description=f"{axis} with 95% confidence intervals around zero. "
        f"{'; '.join(said)}.",
        height=FRAME + (0.25 if left or right else 0) + _ROW * 1.25 * len(estimates),
        values=tuple(
            value
            for held in estimates.values()
            for value in (held.value, held.ci.low, held.ci.high)
        ),
    )


def _spoken(estimate: Estimate) -> str:
    side = "excludes" if 0 not in estimate.ci else "includes"
    return f"{estimate.bare} ({estimate.ci.bare}; {side} zero)"


def _draw_differences(
    canvas: Figure, rows: Mapping[str, Estimate], axis: str, sides: tuple[str, str]
) -> None:
    axes = canvas.add_subplot()
    look = style.series(0)
    axes.axvline(0, color=style.INK, linewidth=1)
    for height, held in enumerate(rows.values()):
        ends = [number(held.ci.low), number(held.ci.high)]
        axes.plot(ends, [height, height], color=look.colour, solid_capstyle="butt")
        axes.plot(number(held.value), height, marker=look.marker, color=look.colour)
        limits = held.ci.bare.markdown(mark=False)
        note = f"{held.bare.markdown(mark=False)} ({limits})"
        axes.annotate(
            note,
            (1.02, height),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=8.5,
        )
    axes.set_yticks(range(len(rows)), list(rows))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    _symmetric_minus(axes)
    finish(axes, axis)
    for text, x, align in zip(sides, (0.0, 1.0), ("left", "right"), strict=True):
        axes.annotate(
            text,
            (x, 1.02),
            xycoords="axes fraction",
            ha=align,
            fontsize=8.5,
            color=style.MUTED,
        )


def _symmetric_minus(axes: Axes) -> None:
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -5), max(high, 5))
