"""Plot of cumulative rates over time, one panel an outcome, one line an arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from galleyproof.authoring import style
from galleyproof.authoring.plots.drawing import Drawing, listed, number
from galleyproof.authoring.plots.points import words
from galleyproof.authoring.selection import Evidence
from galleyproof.lineage import Value

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANEL = 2.75
"""Inches a row of panels."""
_FALLING = ("survival", "control")
_LABEL_DISTANCE = 0.085
"""Least distance between two labels, as a share of the axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Known rates of one arm: time in the panel's unit, and percentage."""

    times: tuple[Value, ...]
    rates: tuple[Value, ...]
    start: float
    """The rate at time zero, true by definition: no progression, all alive."""

    @property
    def note(self) -> str:
        """The last rate, with its mark, as a span."""
        return str(self.rates[-1].plain)

    @property
    def spoken(self) -> str:
        """The rates in a description, as spans."""
        each = [
            f"{rate.plain} at {time.plain}"
            for time, rate in zip(self.times, self.rates, strict=True)
        ]
        return listed(each)


Panels = Mapping[str, Mapping[str, Evidence]]


def curves(
    panels: Panels | Mapping[str, Evidence],
    *,
    axis: str = "Cumulative rate (%)",
    columns: int = 2,
) -> Drawing:
    """Draw cumulative rates over time.

    `curves({"Overall survival": {"Cryoablation": a, "RFA": b}, …})`, or one panel
    without its name. The lines between the known rates, which are marked, only lead the
    eye. An arm has the same look in every panel; panels of a kind share the scale.
    """
    named = _panels(panels)
    arms = list(dict.fromkeys(arm for held in named.values() for arm in held))
    rows = -(-len(named) // columns)
    lines = [curve for held in named.values() for curve in held.values()]
    return Drawing(
        draw=lambda canvas: _draw(canvas, named, arms, axis, columns),
        description=_describe(named, axis),
        height=0.35 + _PANEL * rows,
        values=tuple(v for line in lines for v in (*line.rates, *line.times)),
        notes=" ".join(line.note for line in lines),
    )


def _panels(
    panels: Panels | Mapping[str, Evidence],
) -> dict[str, dict[str, Curve]]:
    bare = {arm: held for arm, held in panels.items() if isinstance(held, Evidence)}
    named = {title: arms for title, arms in panels.items() if isinstance(arms, Mapping)}
    if bare and named:
        raise ValueError("either every entry is a panel, or every entry is an arm")
    return {
        words(title): {words(arm): _curve(held) for arm, held in arms.items()}
        for title, arms in (named or {"": bare}).items()
    }


def _curve(evidence: Evidence) -> Curve:
    rows = evidence.over_time
    if not rows:
        raise ValueError(f"{evidence!r} has no rates over time")
    outcome = rows[0].row["outcome"]
    return Curve(
        times=tuple(row.time for row in rows),
        rates=tuple(row.value for row in rows),
        start=100 if outcome.endswith(_FALLING) else 0,
    )


def _describe(panels: dict[str, dict[str, Curve]], axis: str) -> str:
    said = [
        f"{title}{': ' if title else ''}"
        + "; ".join(f"{arm} {curve.spoken}" for arm, curve in held.items())
        for title, held in panels.items()
    ]
    return f"Line plot, {axis} over time. {'. '.join(said)}."


def _draw(
    canvas: Figure,
    panels: dict[str, dict[str, Curve]],
    arms: list[str],
    axis: str,
    columns: int,
) -> None:
    columns = min(columns, len(panels))
    rows = -(-len(panels) // columns)
    for position, (title, held) in enumerate(panels.items()):
        axes = canvas.add_subplot(rows, columns, position + 1)
        unit, top = _unit(held), _top(held, panels)
        for arm, curve in held.items():
            _draw_curve(axes, curve, arms.index(arm), unit)
        axes.set_title(title)
        axes.set_ylim(0, top)
        axes.set_xlim(0, None)
        axes.set_xticks(sorted({0.0, *_times(held, unit)}))
        axes.set_xlabel(f"{unit.capitalize()} after treatment")
        axes.set_ylabel(axis if position % columns == 0 else "")
        axes.grid(axis="y")
        _label_ends(axes, held, arms, named=len(panels) == 1)
    if len(arms) > 1 and len(panels) > 1:
        _legend(canvas, arms)


def _times(held: Mapping[str, Curve], unit: str) -> set[float]:
    """Return where rates are known: nowhere else has a tick."""
    return {_x(time, unit) for curve in held.values() for time in curve.times}


def _unit(held: Mapping[str, Curve]) -> str:
    units = {time.unit for curve in held.values() for time in curve.times}
    return "years" if units == {"years"} else "months"


def _x(time: Value, unit: str) -> float:
    return number(time) * (12 if time.unit == "years" and unit == "months" else 1)


def _top(held: Mapping[str, Curve], panels: dict[str, dict[str, Curve]]) -> float:
    """Return the end of the scale, which panels with the same start share."""
    start = max(curve.start for curve in held.values())
    alike = [
        curve
        for other in panels.values()
        for curve in other.values()
        if curve.start == start
    ]
    highest = max(number(rate) for curve in alike for rate in curve.rates)
    scales = (10, 20, 30, 40, 50, 60, 80, 100)
    return next(end for end in scales if max(start, highest) <= end)


def _draw_curve(axes: Axes, curve: Curve, index: int, unit: str) -> None:
    look = style.series(index)
    x = [0.0, *(_x(time, unit) for time in curve.times)]
    y = [curve.start, *map(number, curve.rates)]
    axes.plot(x, y, color=look.colour, linestyle=look.line, linewidth=1.4)
    axes.plot(
        x[1:],
        y[1:],
        color=look.colour,
        marker=look.marker,
        linestyle="none",
        clip_on=False,
    )


def _label_ends(
    axes: Axes, held: Mapping[str, Curve], arms: Sequence[str], *, named: bool
) -> None:
    """Write each line's last rate behind its end, moved apart where they meet."""
    unit, top = _unit(held), axes.get_ylim()[1]
    ends = sorted(held.items(), key=lambda item: number(item[1].rates[-1]))
    placed: list[tuple[float, float]] = []
    for arm, curve in ends:
        x, height = _x(curve.times[-1], unit), number(curve.rates[-1])
        below = [y for at, y in placed if at == x]
        height = max([height, *(y + _LABEL_DISTANCE * top for y in below)])
        placed.append((x, height))
        axes.annotate(
            f"{arm} {curve.note}" if named else curve.note,
            (x, height),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            color=style.series(arms.index(arm)).ink,
            fontsize=8.5,
            annotation_clip=False,
        )


def _legend(canvas: Figure, arms: Sequence[str]) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415 - slow

    looks = [style.series(index) for index in range(len(arms))]
    handles = [
        Line2D([], [], color=look.colour, marker=look.marker, linestyle=look.line)
        for look in looks
    ]
    canvas.legend(
        handles,
        arms,
        loc="outside upper left",
        ncols=min(len(arms), 4),
        handlelength=3,
    )
