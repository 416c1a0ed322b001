"""Tables that render themselves: cells of values, caption, label and legend.

A pipe table is written because it is what Quarto takes with a computed caption. Cells
of data are escaped; an author's own strings are Markdown. Where a whole column has one
status, its mark stands in the head instead of in every cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Number

from galleyproof.authoring.failures import EvidenceError
from galleyproof.lineage import Printed, Status, Text, legend

Cell = Printed | str | None | Sequence[object]
NOT_REPORTED = "–"

_SPAN_STATUS = re.compile(r"\]\{\.value \.([a-z-]+)")
_MARK = re.compile(r"\^[†‡§]\^(?=\]\{\.value )")
_ATTRIBUTES = re.compile(r"\]\{\.value [^}]*\}")
_LABEL = re.compile(r"tbl-[A-Za-z0-9][\w-]*")
_BARE_PIPE = re.compile(r"(?<!\\)\|")
_WIDEST, _NARROWEST = 36, 6
_DASHES = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A captioned table; displaying it yields Markdown."""

    label: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """Markdown of the cells."""
    caption: str
    numeric: tuple[bool, ...]
    """Which columns hold numbers and stand to the right."""
    widths: tuple[int, ...] = ()

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def __str__(self) -> str:
        return self.markdown()

    def markdown(self) -> str:
        """Return the pipe table, its caption, and its label as the last thing."""
        heads, rows = hoisted(self.heads, self.rows)
        lines = [_line(heads), self._rule(heads, rows), *map(_line, rows)]
        caption = with_legend(self.caption, "\n".join([*heads, *map(_line, rows)]))
        return "\n".join([*lines, "", f": {caption} {{#{self.label}}}", ""])

    def _rule(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        widths = self.widths or _widths(heads, rows)
        dashes = [max(3, round(_DASHES * width / sum(widths))) for width in widths]
        return "|".join(
            [
                "",
                *(
                    "-" * (n - 1) + ":" if right else ":" + "-" * (n - 1)
                    for n, right in zip(dashes, self.numeric, strict=True)
                ),
                "",
            ]
        )


def table(
    label: str,
    columns: Mapping[str, Sequence[Cell]] | Iterable[Mapping[str, Cell]],
    *,
    caption: str,
    widths: Sequence[int] = (),
) -> Table:
    """Make a table of columns (heading to cells), or of rows (heading to cell).

    A cell is a value, evidence, words of the data, an author's Markdown, or a list of
    these; None prints as a dash. `widths` are relative; without them they follow from
    what the cells hold.
    """
    if not _LABEL.fullmatch(label):
        raise ValueError(f"the label of a table begins with `tbl-`, unlike `{label}`")
    heads, rows = _grid(columns)
    if widths and len(widths) != len(heads):
        raise ValueError(f"`{label}` has {len(heads)} columns, {len(widths)} widths")
    return Table(
        label=label,
        heads=heads,
        rows=tuple(tuple(cell_markdown(cell) for cell in row) for row in rows),
        caption=one_line(caption),
        numeric=tuple(_is_numeric(column) for column in zip(*rows, strict=True))
        or (False,) * len(heads),
        widths=tuple(widths),
    )


def _grid(
    columns: Mapping[str, Sequence[Cell]] | Iterable[Mapping[str, Cell]],
) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    if isinstance(columns, Mapping):
        lengths = {head: len(cells) for head, cells in columns.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns of unlike length: {lengths}")
        return tuple(columns), list(zip(*columns.values(), strict=True))
    rows = list(columns)
    if not rows:
        raise ValueError("a table needs a row")
    heads = tuple(rows[0])
    for number, row in enumerate(rows, start=1):
        if tuple(row) != heads:
            raise ValueError(
                f"row {number} has the columns {list(row)} instead of {list(heads)}"
            )
    return heads, [tuple(row.values()) for row in rows]


def cell_markdown(cell: object) -> str:
    """Return the Markdown of one cell on one line."""
    if _is_empty(cell):
        return NOT_REPORTED
    if isinstance(cell, Printed):
        return cell.markdown()
    if isinstance(cell, Number):
        raise EvidenceError(
            f"the table's `{cell}` is a bare `{type(cell).__name__}`, which knows no "
            "data; give a value: evidence, or what is computed from it"
        )
    if isinstance(cell, list | tuple):
        return "; ".join(cell_markdown(part) for part in cell) or NOT_REPORTED
    return _BARE_PIPE.sub(r"\\|", one_line(str(cell)))


def _is_empty(cell: object) -> bool:
    if isinstance(cell, Text):
        return not cell
    return cell is None or (isinstance(cell, str) and not cell.strip())


def one_line(text: str) -> str:
    """Return text with every run of white space as one space."""
    return " ".join(text.split())


def _is_numeric(cells: Sequence[Cell]) -> bool:
    texts = [plain(cell_markdown(cell)) for cell in cells if not _is_empty(cell)]
    return bool(texts) and all(re.match(r"[−<>]?\d", t) and len(t) < 24 for t in texts)


def plain(markdown: str) -> str:
    """Return roughly what a cell shows, to measure it."""
    text = _ATTRIBUTES.sub("", markdown)
    text = re.sub(r"\^([^^ ]+)\^", r"\1", text)
    return re.sub(r"[\\*\[\]]", "", text)


def _widths(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    widths = []
    for column in zip(heads, *rows, strict=True):
        texts = [plain(cell) for cell in column]
        longest_word = max(len(word) for text in texts for word in text.split(" "))
        longest = max(map(len, texts))
        widths.append(max(_NARROWEST, longest_word, min(longest, _WIDEST)))
    return widths


def hoisted(
    heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Move the mark of a column of one status from its cells to its head."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    new_heads = list(heads)
    for index, column in enumerate(columns):
        status = _common_status(column)
        if status is not None and status.mark:
            new_heads[index] += f"^{status.mark}^"
            columns[index] = [_MARK.sub("", cell) for cell in column]
    return tuple(new_heads), tuple(zip(*columns, strict=True))


def _common_status(column: Sequence[str]) -> Status | None:
    names = [name for cell in column for name in _SPAN_STATUS.findall(cell)]
    if len(names) < 2 or len(set(names)) != 1:
        return None
    return next(status for status in Status if status.css_class == names[0])


def with_legend(caption: str, body: str = "") -> str:
    """Return the caption, ended by the explanation of the marks in it and in `body`."""
    shown = caption + body
    used = [status for status in Status if status.mark and status.mark in shown]
    explained = f"{legend(used)}." if used else ""
    return " ".join(part for part in (caption.rstrip(), explained) if part)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
