"""One proportion as plots need it: percentage, limits, and the words beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from galleyproof.authoring.estimates import wilson
from galleyproof.authoring.selection import Evidence
from galleyproof.lineage import Counts, Interval, Printed, Value

Proportion = Evidence | Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A percentage, with its interval and counts where they are known."""

    percent: Value
    ci: Interval | None = None
    counts: Counts | None = None

    @property
    def note(self) -> str:
        """What stands beside the point, `96.1% (246/256)`, as spans."""
        rate = str(self.percent.plain)
        if self.counts is None:
            return rate
        same = self.counts.status is self.percent.status
        return f"{rate} ({self.counts.markdown(mark=not same)})"

    @property
    def spoken(self) -> str:
        """The point in a description: `96.1% (95% CI 93.0% to 97.9%)`, as spans."""
        if self.ci is None:
            return str(self.percent.plain)
        return f"{self.percent.plain} (95% CI {self.ci})"

    @property
    def values(self) -> tuple[Value, ...]:
        """Every number that is drawn."""
        if self.ci is None or self.counts is None:
            return (self.percent,)
        limits = (self.ci.low, self.ci.high)
        return (self.percent, *limits, self.counts.events, self.counts.total)


def point(proportion: Proportion) -> Point:
    """Return what to draw of evidence or of counts."""
    if isinstance(proportion, Counts):
        counts = proportion
        return Point(percent=counts.percent, ci=wilson(counts), counts=counts)
    if not proportion.has_counts:
        return Point(percent=proportion.value)
    return Point(percent=proportion.value, ci=proportion.ci, counts=proportion.counts)


def words(name: object) -> str:
    """Return the name of a row or series: words of the data, or an author's string."""
    return name.text if isinstance(name, Printed) else str(name)


Grid = dict[str, dict[str, Point]]


def grid(rows: Mapping[str, Proportion | Mapping[str, Proportion]]) -> Grid:
    """Return points by row and series; a row that is one proportion has one series."""
    return {
        words(row): {
            words(name): point(item)
            for name, item in (
                held.items() if isinstance(held, Mapping) else [("", held)]
            )
        }
        for row, held in rows.items()
    }


def series_names(rows: Grid) -> list[str]:
    """Return the names of the series in order of appearance."""
    return list(dict.fromkeys(name for held in rows.values() for name in held))


def all_points(rows: Grid) -> list[Point]:
    """Return every point, row by row."""
    return [item for held in rows.values() for item in held.values()]
