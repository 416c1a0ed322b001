"""Column widths from what the columns hold, for formats that lay out no table.

Each column gets at least its longest word and then shares what is left in proportion
to the square root of its text, so that one long remark does not starve the numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

from galleyproof.render.tree import Node, attributes, plain

_PADDING = 3
"""The space between two columns, in characters."""
_BOLD = 1.12
"""A bold head is that much wider than its characters."""
_EQUAL = 0.02
"""Shares that differ by less say nothing: the author typed `|---|---|`."""
_TOLERATED = 1.15
"""How much longer the author's dashes may make a table than our own widths."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """How wide a column must be, would like to be, and how much text it has."""

    word: float
    """Characters of its longest word."""
    whole: float
    """Characters of its longest cell."""
    mean: float


def widen(table: Node, *, line: float, natural: bool = True) -> Node:
    """Return the table with a relative width for every column.

    A table that fits on a line takes no more room than it needs. Otherwise the widths
    of `tbl-colwidths` hold, or those drawn with dashes under the heads where they do
    not make the table much longer; in both cases as far as no word has to be broken.

    Parameters
    ----------
    line
        characters on a line of a table
    natural
        leave the widths of a table that fits on a line to the format itself

    """
    raw, caption, columns, head, bodies, foot = table["c"]
    measured = _measure(_rows(head), _rows(foot, *bodies), len(columns))
    if measured is None:
        return table
    given = _given(attributes(raw).get("tbl-colwidths"), len(columns))
    fits = sum(column.whole for column in measured) <= line
    if fits and given is None:
        shares = [0.0 if natural else column.whole / line for column in measured]
    else:
        least = [column.word / line for column in measured]
        shares = _unbroken(given or _by_text(measured, line), least)
        dashes = _dashes(columns)
        if given is None and dashes is not None:
            drawn = _unbroken(dashes, least)
            rows = _rows(head, *bodies, foot)
            if _height(rows, drawn, line) <= _TOLERATED * _height(rows, shares, line):
                shares = drawn
    widths = [
        [align, {"t": "ColWidth", "c": round(share, 4)} if share else _NATURAL]
        for (align, _), share in zip(columns, shares, strict=True)
    ]
    return {"t": "Table", "c": [raw, caption, widths, head, bodies, foot]}


_NATURAL = {"t": "ColWidthDefault"}


def _given(text: str, count: int) -> list[float] | None:
    numbers = [float(number) for number in _NUMBER.findall(text)]
    if len(numbers) != count or min(numbers, default=0) <= 0:
        return None
    return [number / sum(numbers) for number in numbers]


def _dashes(columns: list[Any]) -> list[float] | None:
    shares = [width.get("c", 0.0) for _, width in columns]
    if min(shares) <= 0 or max(shares) - min(shares) <= _EQUAL:
        return None
    return [share / sum(shares) for share in shares]


def _rows(*parts: list[Any]) -> list[list[str]]:
    """Return the words of each cell; rows with joined cells say nothing of columns."""
    rows = [row for part in parts for rows in part if _is_rows(rows) for row in rows]
    return [
        [plain(cell[4]) for cell in cells]
        for _, cells in rows
        if all(cell[2] == cell[3] == 1 for cell in cells)
    ]


def _is_rows(part: object) -> bool:
    """Tell rows from the attributes and counts that stand beside them."""
    return isinstance(part, list) and all(
        isinstance(row, list) and len(row) == 2 and isinstance(row[1], list)
        for row in part
    )


def _measure(
    heads: list[list[str]], rows: list[list[str]], count: int
) -> list[_Column] | None:
    heads = [row for row in heads if len(row) == count]
    rows = [row for row in rows if len(row) == count]
    if not rows:
        return None
    return [
        _column([row[i] for row in heads], [row[i] for row in rows])
        for i in range(count)
    ]


def _column(heads: list[str], cells: list[str]) -> _Column:
    words = [_BOLD * len(word) for head in heads for word in head.split()]
    words += [len(word) for cell in cells for word in cell.split()]
    wholes = [_BOLD * len(head) for head in heads] + [len(cell) for cell in cells]
    return _Column(
        word=max(words, default=1) + _PADDING,
        whole=max(wholes, default=1) + _PADDING,
        mean=sum(map(len, cells)) / len(cells),
    )


def _by_text(columns: list[_Column], line: float) -> list[float]:
    room = max(line - sum(column.word for column in columns), 0)
    wants = [
        sqrt(max(column.whole - column.word, 0) * column.mean) for column in columns
    ]
    total = sum(wants) or 1.0
    widths = [
        column.word + room * want / total
        for column, want in zip(columns, wants, strict=True)
    ]
    return [width / sum(widths) for width in widths]


def _height(rows: list[list[str]], shares: list[float], line: float) -> float:
    """Return about how many lines of text a table takes."""
    widths = [max(share * line - _PADDING, 1) for share in shares]
    return sum(
        max(ceil(len(cell) / width) for cell, width in zip(row, widths, strict=True))
        for row in rows
        if len(row) == len(widths)
    )


def _unbroken(shares: list[float], least: list[float]) -> list[float]:
    """Return shares of at least the least; the wider columns give what that takes."""
    if sum(least) >= 1:
        return [share / sum(least) for share in least]
    fixed: set[int] = set()
    while True:
        free = 1 - sum(least[i] for i in fixed)
        rest = sum(share for i, share in enumerate(shares) if i not in fixed)
        scaled = [
            least[i] if i in fixed else share * free / rest
            for i, share in enumerate(shares)
        ]
        narrow = {
            i for i, s in enumerate(scaled) if i not in fixed and s < least[i] - 1e-9
        }
        if not narrow:
            return scaled
        fixed |= narrow
