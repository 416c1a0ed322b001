"""Columns of counts and percentages under a heading that says of how many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from galleyproof.checks.articles.grid import Cell, Grid, grids
from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.statistics.found import prints

_TOTAL = re.compile(r"\b[nN]\s?=\s?(?P<total>\d{1,3}(?:,\d{3})+|\d+)")
_CELL = re.compile(
    r"^(?P<count>\d{1,6})\s*\((?P<percent>\d{1,3}(?:[.·]\d{1,2})?)\s?%?\)"
)
_FEW = 3
_MOST = 0.75
_MISSING = 0.7
"""Values are often missing: a denominator down to seven tenths explains a share."""


def shares(article: Article) -> Iterator[Finding]:
    """Find a share in a column that its count does not give, while most others do.

    Of the total in the heading, nor of one that is smaller because values are missing.
    """
    for grid in grids(article):
        for column, total in _totals(grid):
            cells = [
                (cell, match)
                for row in grid.rows
                if len(row) > column
                for cell in [row[column]]
                if (match := _CELL.match(cell.text)) and int(match["count"]) <= total
            ]
            wrong = [one for one in cells if not _gives(one[1], total)]
            if len(cells) < _FEW or len(wrong) > (1 - _MOST) * len(cells):
                continue  # not shares of that total: a mean, or a share of the row
            yield from _found(wrong, total)


def _totals(grid: Grid) -> Iterator[tuple[int, int]]:
    """Yield the columns whose heading, of one row or two, has `n = 45`."""
    for column, heading in enumerate(grid.header):
        below = grid.rows[0][column].text if column < len(grid.rows[0]) else ""
        match = _TOTAL.search(heading.text) or _TOTAL.match(below)
        if match and int(match["total"].replace(",", "")):
            yield column, int(match["total"].replace(",", ""))


def _gives(match: re.Match[str], total: int) -> bool:
    return prints(
        Fraction(int(match["count"]), total), match["percent"].replace("·", ".")
    )


def _found(
    wrong: Sequence[tuple[Cell, re.Match[str]]], total: int
) -> Iterator[Finding]:
    for cell, match in wrong:
        count = int(match["count"])
        fewer = range(max(count, 1, int(_MISSING * total)), total)
        if not any(_gives(match, n) for n in fewer):
            decimals = (
                len(re.split("[.·]", match["percent"])[-1]) if "." in cell.text else 0
            )
            yield Finding(
                kind=Kind.STATISTIC,
                start=cell.start,
                end=cell.start + match.end(),
                message=f"{count}/{total} is {100 * count / total:.{decimals}f}%, not"
                f" {match['percent']}%",
                hint="correct one of them, or give its denominator",
            )
