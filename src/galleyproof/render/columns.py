"""Column widths from what the columns hold, for formats that lay out no table.

Each column gets at least its longest word and then shares what is left in proportion
to the square root of its text, so that one long remark does not starve the numbers.
"""

from __future__ import annotations

import re
from math import sqrt
from typing import Any

from galleyproof.render.tree import Node, attributes, plain

_LINE = 92
"""Characters that fit on one line of a table in the PDF."""
_PADDING = 2
_EQUAL = 0.02
"""Shares that differ by less say nothing: the author typed `|---|---|`."""
_NATURAL = {"t": "ColWidthDefault"}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def widen(table: Node) -> Node:
    """Return the table with a relative width for every column.

    Widths that the author gave (`tbl-colwidths`, or dashes of unequal length under the
    heads) stay. A table that fits on a line keeps its natural width.
    """
    raw, caption, columns, head, bodies, foot = table["c"]
    dashes = [width.get("c", 0.0) for _, width in columns]
    if max(dashes) - min(dashes) > _EQUAL:
        return table
    given = _given(attributes(raw).get("tbl-colwidths"), len(columns))
    rows = _rows(head, bodies, foot)
    shares = given or _shares(rows, len(columns))
    widths = [
        [align, {"t": "ColWidth", "c": round(share, 4)} if share else _NATURAL]
        for (align, _), share in zip(
            columns, shares or [0.0] * len(columns), strict=True
        )
    ]
    return {"t": "Table", "c": [raw, caption, widths, head, bodies, foot]}


def _given(text: str, count: int) -> list[float] | None:
    numbers = [float(number) for number in _NUMBER.findall(text)]
    if len(numbers) != count or min(numbers, default=0) <= 0:
        return None
    return [number / sum(numbers) for number in numbers]


def _rows(head: list[Any], bodies: list[Any], foot: list[Any]) -> list[list[str]]:
    rows = [*head[1], *foot[1]]
    for body in bodies:
        rows.extend([*body[2], *body[3]])
    return [
        [plain(cell[4]) for cell in cells]
        for _, cells in rows
        if all(cell[2] == cell[3] == 1 for cell in cells)
    ]


def _shares(rows: list[list[str]], count: int) -> list[float] | None:
    """Return the share of each column, or None where everything fits on a line."""
    texts = [[row[i] for row in rows if len(row) == count] for i in range(count)]
    if not all(texts):
        return None
    longest = [max(map(len, column), default=0) + _PADDING for column in texts]
    if sum(longest) <= _LINE:
        return None
    words = [
        max((len(word) for cell in column for word in cell.split()), default=1)
        + _PADDING
        for column in texts
    ]
    room = max(_LINE - sum(words), 0)
    wants = [
        sqrt(max(whole - word, 0) * _mean(column))
        for whole, word, column in zip(longest, words, texts, strict=True)
    ]
    total = sum(wants) or 1.0
    widths = [
        word + room * want / total for word, want in zip(words, wants, strict=True)
    ]
    return [width / sum(widths) for width in widths]


def _mean(column: list[str]) -> float:
    return sum(map(len, column)) / len(column)
