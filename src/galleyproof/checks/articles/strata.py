"""A whole and its two strata in a table: percentages that belong together.

Reads a table with a column for all and two columns that divide it (`<4 cm`, `≥4 cm`;
men, women). The percentage of the whole lies between those of its parts; `wholes`
looks for the whole numbers behind the three.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from galleyproof.checks.articles.grid import Cell, Grid, grids
from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.stats.printed import Rounding, read_printed

_ALL = re.compile(r"^(?:overall|all|total|whole(?: cohort)?|entire)\b", re.IGNORECASE)
_BELOW = re.compile(
    r"(?P<sign><|≤|less than|under|below|up to)\s*(?P<at>\d+(?:\.\d+)?)"
)
_ABOVE = re.compile(
    r"(?P<sign>>|≥|more than|over|above|at least)\s*(?P<at>\d+(?:\.\d+)?)"
)
_COMPLEMENTS = (
    ({"men", "male", "males"}, {"women", "female", "females"}),
    ({"yes"}, {"no"}),
    ({"present"}, {"absent"}),
    ({"positive"}, {"negative"}),
    ({"with"}, {"without"}),
)
_PERCENT = re.compile(r"^(?P<percent>\d{1,3}(?:\.\d{1,2})?)\s?%(?P<rest>.*)$")
UNIT = re.compile(
    r"\b(tumou?rs|lesions|patients|procedures|sessions|nodules|limbs|eyes|cases"
    r"|subjects|participants|women|men|children|admissions|visits|samples)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strata:
    """One row: a whole and its two parts, as printed in per cent."""

    grid: Grid
    label: Cell
    cells: tuple[Cell, Cell, Cell]
    percents: tuple[str, str, str]
    """Whole first."""
    units: frozenset[str]
    """What the columns' headings count."""


def strata(article: Article) -> Iterator[Strata]:
    """Yield the rows of tables that print a whole and two parts, without counts."""
    for grid in grids(article):
        columns = _columns(grid.header)
        if columns is None:
            continue
        headings = " ".join(grid.header[i].text for i in columns[1:])
        units = frozenset(unit.casefold() for unit in UNIT.findall(headings))
        for row in grid.rows:
            if len(row) <= max(columns):
                continue
            whole, one, other = (row[i] for i in columns)
            read = [_PERCENT.match(cell.text) for cell in (whole, one, other)]
            if all(m and not re.search(r"\d", m["rest"]) for m in read):
                percents = [m["percent"] for m in read if m]
                yield Strata(
                    grid=grid,
                    label=row[0],
                    cells=(whole, one, other),
                    percents=(percents[0], percents[1], percents[2]),
                    units=units,
                )


def _columns(header: Sequence[Cell]) -> tuple[int, int, int] | None:
    """Return the columns of the whole and of two parts that divide it."""
    whole = [i for i, cell in enumerate(header) if _ALL.match(cell.text)]
    if len(whole) != 1:
        return None
    rest = [i for i in range(1, len(header)) if i != whole[0]]
    pairs = [
        (a, b)
        for n, a in enumerate(rest)
        for b in rest[n + 1 :]
        if _complementary(header[a].text, header[b].text)
    ]
    return (whole[0], *pairs[0]) if len(pairs) == 1 else None


def _complementary(one: str, other: str) -> bool:
    for a, b in ((one, other), (other, one)):
        below, above = _BELOW.search(a), _ABOVE.search(b)
        if below and above and below["at"] == above["at"]:
            closed = (below["sign"] in "≤ up to", above["sign"] in "≥ at least")
            return closed[0] != closed[1] or below["sign"].isalpha()
        words = set(a.casefold().split()), set(b.casefold().split())
        if any(words[0] & x and words[1] & y for x, y in _COMPLEMENTS):
            return True
    return False


def outside(article: Article) -> Iterator[Finding]:
    """Find a percentage of a whole that lies outside those of its two parts."""
    for row in strata(article):
        whole, one, other = (
            read_printed("percent", p).range(tuple(Rounding)) for p in row.percents
        )
        lows = [r.low for r in (one, other) if r.low is not None]
        highs = [r.high for r in (one, other) if r.high is not None]
        if whole.low is None or whole.high is None:
            continue
        if whole.high < min(lows) or whole.low > max(highs):
            yield Finding(
                kind=Kind.DENOMINATOR,
                start=row.cells[0].start,
                end=row.cells[0].end,
                message=f"{row.percents[0]}% of all lies outside {row.percents[1]}%"
                f" and {row.percents[2]}% of its two parts",
                hint="correct one of the three, or say who is missing",
            )
