"""Column widths from what the columns hold, for formats that lay out no table.

Each column gets at least its longest word; what is left of the line goes, a few
characters at a time, to the column where it makes the table shortest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
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
_LOOK_AHEAD = 12
"""Characters that may have to be added before a cell takes a line less."""
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """How wide a column must be, and would like to be."""

    word: float
    """Characters of its longest word."""
    whole: float
    """Characters of its longest cell."""


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
    rows = _rows(head, *bodies, foot)
    measured = _measure(_rows(head), _rows(foot, *bodies), len(columns))
    if measured is None:
        return table
    given = _given(attributes(raw).get("tbl-colwidths"), len(columns))
    fits = sum(column.whole for column in measured) <= line
    if fits and given is None:
        shares = [0.0 if natural else column.whole / line for column in measured]
    else:
        least = [column.word / line for column in measured]
        own = _shortest(measured, rows, line)
        drawn = given or _dashes(columns) or own
        shares = _unbroken(drawn, least)
        long, shortest = (_lines(rows, [s * line for s in w]) for w in (shares, own))
        if given is None and long > _TOLERATED * shortest:
            shares = own
    widths = [
        [align, {"t": "ColWidth", "c": round(share, 4)} if share else _NATURAL]
        for (align, _), share in zip(columns, shares, strict=True)
    ]
    return {"t": "Table", "c": [raw, caption, widths, head, bodies, foot]}


def length(table: Node, *, line: float) -> int:
    """Return about how many lines of text a table with widths takes."""
    _, _, columns, head, bodies, foot = table["c"]
    widths = [width.get("c", 1.0) * line for _, width in columns]
    return _lines(_rows(head, *bodies, foot), widths)


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
    )


def _shortest(
    columns: list[_Column], rows: list[list[str]], line: float
) -> list[float]:
    """Return the widths that make the table short: room goes where it saves lines."""
    widths = [column.word for column in columns]
    lengths = [[len(cell) for cell in row] for row in rows if len(row) == len(widths)]
    room = int(line - sum(widths))
    while room > 0:
        saved, i, step = max(
            _steps(lengths, widths, min(room, _LOOK_AHEAD)),
            key=lambda each: (each[0], -each[2]),
        )
        if saved <= 0:
            break
        widths = _wider(widths, i, step)
        room -= step
    return [width / sum(widths) for width in widths]


def _steps(
    lengths: list[list[int]], widths: list[float], most: int
) -> Iterator[tuple[float, int, int]]:
    """Yield what each wider column saves a character, the column, and by how much."""
    tall = [
        [_tall(length, width) for length, width in zip(row, widths, strict=True)]
        for row in lengths
    ]
    now = sum(map(max, tall))
    for i, width in enumerate(widths):
        others = [max(row[:i] + row[i + 1 :], default=0) for row in tall]
        column = [row[i] for row in lengths]
        for step in range(1, most + 1):
            wider = width + step
            then = sum(
                max(other, _tall(length, wider))
                for other, length in zip(others, column, strict=True)
            )
            yield (now - then) / step, i, step


def _tall(length: int, width: float) -> int:
    """Return the lines that a cell takes in a column."""
    return ceil(length / max(width - _PADDING, 1))


def _wider(widths: list[float], index: int, step: int) -> list[float]:
    return [width + step * (i == index) for i, width in enumerate(widths)]


def _lines(rows: list[list[str]], widths: list[float]) -> int:
    """Return about how many lines of text a table takes."""
    return sum(
        max(_tall(len(cell), width) for cell, width in zip(row, widths, strict=True))
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
