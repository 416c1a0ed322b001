"""A map of the evidence: studies by year and kind, sized by their patients."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from galleyproof.authoring import style
from galleyproof.authoring.failures import EvidenceError
from galleyproof.authoring.plots.drawing import Drawing, listed, number
from galleyproof.authoring.selection import Evidence
from galleyproof.lineage import Value, markup

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LANE = 0.2
"""Inches a lane."""
_LARGEST_AREA = 260.0
_CHARACTER = 0.0145
"""Share of the axis that one character of a label takes."""
_BEHIND = 4
"""Years behind the last one at which a study of unknown year stands."""
_MARGIN = 1.6
"""Lanes of room around the studies of one kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One study on the map."""

    name: str
    kind: str
    year: Value | None
    x: float
    """Where it stands: its year, or behind the last year where that is not known."""
    patients: Value | None

    @property
    def label(self) -> str:
        """What stands beside the circle."""
        shown = self.patients.markdown(mark=False) if self.patients else ""
        return f"{self.name} ({shown})" if shown else self.name

    @property
    def width(self) -> int:
        """How many characters the label shows."""
        return len(markup.said(self.label))


def evidence_map(studies: Iterable[Evidence]) -> Drawing:
    """Draw studies by year and kind; the area of a circle is the number of patients.

    A study without a number of patients (a guideline, a review) is a small diamond;
    one whose year is not known stands behind the last year.
    """
    held = [item.study for item in studies]
    years = [number(item.year) for item in held if item["year"]]
    if not years:
        raise EvidenceError("a map needs a study whose year is known")
    entries = [_entry(item, max(years) + _BEHIND) for item in held]
    lanes = _lanes(entries)
    depth = sum(max(lane.values()) + _MARGIN for lane in lanes.values())
    values = [v for e in entries for v in (e.year, e.patients) if v is not None]
    return Drawing(
        draw=lambda canvas: _draw(canvas, entries, lanes),
        description=_describe(entries, list(lanes)),
        height=0.85 + _LANE * depth,
        values=tuple(values),
    )


def _entry(study: Evidence, unknown: float) -> Entry:
    year = study.year if study["year"] else None
    return Entry(
        name=study.name.text,
        kind=study.term("kind").text,
        year=year,
        x=unknown if year is None else number(year),
        patients=_patients(study),
    )


def _patients(study: Evidence) -> Value | None:
    try:
        found: Value = study.patients.value
    except EvidenceError:
        return None
    return found


def _describe(entries: list[Entry], kinds: list[str]) -> str:
    said = []
    for kind in kinds:
        held = sorted((e for e in entries if e.kind == kind), key=_x)
        each = [f"{e.name} {_year_text(e)}{_size(e)}" for e in held]
        said.append(f"{kind}: {listed(each)}")
    return f"Map of the evidence by year and kind of study. {'; '.join(said)}."


def _size(entry: Entry) -> str:
    return f" ({entry.patients.bare} patients)" if entry.patients else ""


def _year_text(entry: Entry) -> str:
    return str(entry.year) if entry.year else "(year not known)"


def _x(entry: Entry) -> float:
    return entry.x


def _lanes(entries: list[Entry]) -> dict[str, dict[int, int]]:
    """Give each study of a kind the first lane in which its label fits."""
    span = _end(entries) - min(entry.x for entry in entries)
    lanes: dict[str, dict[int, int]] = {}
    ends: dict[str, list[float]] = {}
    for index, entry in sorted(enumerate(entries), key=lambda item: item[1].x):
        taken = ends.setdefault(entry.kind, [])
        start = entry.x - 0.5
        lane = next((n for n, end in enumerate(taken) if end <= start), len(taken))
        end = start + 1.3 + _CHARACTER * span * entry.width
        taken[lane : lane + 1] = [end]
        lanes.setdefault(entry.kind, {})[index] = lane
    return dict(sorted(lanes.items(), key=lambda item: -len(item[1])))


def _end(entries: list[Entry]) -> float:
    """Return the right end of the axis, behind the longest label."""
    first = min(entry.x for entry in entries)
    return max(
        (e.x + 1 - first * _CHARACTER * e.width) / (1 - _CHARACTER * e.width)
        for e in entries
    )


def _draw(
    canvas: Figure, entries: list[Entry], lanes: dict[str, dict[int, int]]
) -> None:
    axes = canvas.add_subplot()
    largest = max((number(e.patients) for e in entries if e.patients), default=1)
    top, ticks = 0.0, []
    for band, held in enumerate(lanes.values()):
        depth = max(held.values()) + _MARGIN
        if band % 2 == 0:
            axes.axhspan(top, top + depth, color="#F3F3F3", linewidth=0)
        for index, lane in held.items():
            _draw_entry(axes, entries[index], top + 0.8 + lane, largest)
        ticks.append(top + depth / 2)
        top += depth
    axes.set_yticks(ticks, list(lanes))
    axes.set_ylim(top, 0)
    _years(axes, entries)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _draw_entry(axes: Axes, entry: Entry, height: float, largest: float) -> None:
    look = style.series(0 if entry.patients else 1)
    area = 26.0
    if entry.patients:
        area = max(18.0, _LARGEST_AREA * number(entry.patients) / largest)
    axes.scatter(
        entry.x,
        height,
        s=area,
        color=look.colour,
        linewidths=0.8,
        marker="o" if entry.patients else "D",
        edgecolors="white",
        zorder=3,
    )
    axes.annotate(
        entry.label,
        (entry.x, height),
        xytext=(3 + (area / 3.14) ** 0.5, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        zorder=4,
    )


def _years(axes: Axes, entries: list[Entry]) -> None:
    known = [int(entry.x) for entry in entries if entry.year]
    first, last = min(known), max(known)
    axes.set_xlim(first - 1, max(_end(entries), last + 1))
    ticks = {year: str(year) for year in range(last, first - 1, -_step(first, last))}
    if len(known) < len(entries):
        ticks[last + _BEHIND] = "unknown"
    axes.set_xticks(list(ticks), list(ticks.values()))
    axes.set_xlabel("Year of publication")
    axes.grid(axis="x")


def _step(first: int, last: int) -> int:
    return max(1, -(-(last - first) // 8))
