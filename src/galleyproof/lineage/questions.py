"""Questions to a ledger: what a number rests on, where a cell of the data is used.

A question is what a person has at hand: a printed text (`96.1`), a place
(`chapters/04-size.qmd:31`), a row or cell (`proportions:glazer-ts-lt4`), a table,
figure or study. Answers are parts of the ledger, ready to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from galleyproof.lineage.ledger import Ledger, PrintedClaim, PrintedNumber
from galleyproof.nearest import nearest

_PLACE = re.compile(r"(?P<path>.+\.\w+):(?P<line>\d+)(?::(?P<column>\d+))?$")
_ADDRESS = re.compile(r"(?P<path>.+)#cell=(?P<line>\d+),(?P<column>\d+)$")
_ROW = re.compile(r"(?P<table>[\w-]+):(?P<row>[^\s:.]+)(?:\.(?P<field>[\w-]+))?$")
_NOISE = str.maketrans({",": None, "%": None, "\u00a0": " ", "\u2212": "-", "†": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What of a ledger answers a question."""

    numbers: tuple[PrintedNumber, ...] = ()
    claims: tuple[PrintedClaim, ...] = ()
    cells: tuple[str, ...] = ()
    """Keys of the cells that were asked for; empty where something printed was."""

    def __bool__(self) -> bool:
        return bool(self.numbers or self.claims or self.cells)

    @property
    def floats(self) -> tuple[str, ...]:
        """Labels of the tables and figures concerned, in the order of the text."""
        labels = [n.float for n in self.numbers] + [c.float for c in self.claims]
        return tuple(dict.fromkeys(label for label in labels if label))


def ask(ledger: Ledger, question: str) -> Answer:
    """Answer a question, whatever kind it is of; empty where nothing matches."""
    question = question.strip()
    if not question:
        return Answer()
    for kind in (_of_place, _of_cells, _of_name, _of_text):
        answer = kind(ledger, question)
        if answer is not None:
            return answer
    return Answer()


def using(ledger: Ledger, cells: Iterable[str]) -> Answer:
    """Return everything printed that rests on any of the cells."""
    wanted = frozenset(cells)
    moved = ledger.resting_on(wanted)
    return Answer(
        numbers=tuple(n for n in ledger.numbers if n.value in moved),
        claims=tuple(c for c in ledger.claims if moved.intersection(c.values)),
        cells=tuple(key for key in ledger.cells if key in wanted),
    )


def cells_of_row(
    ledger: Ledger, table: str, row: str, field: str = ""
) -> tuple[str, ...]:
    """Return the keys of the used cells of a row; `table` is a name or a path."""
    return tuple(
        key
        for key, cell in ledger.cells.items()
        if table in (cell.table, cell.path)
        and cell.row == row
        and field in ("", cell.field)
    )


def guess(ledger: Ledger, question: str) -> str:
    """Return the row, table, figure or study that may have been meant."""
    rows = {f"{c.table}:{c.row}" for c in ledger.cells.values()}
    floats = {n.float for n in ledger.numbers if n.float}
    return nearest(question, sorted(rows | floats | set(ledger.studies)))


def _of_place(ledger: Ledger, question: str) -> Answer | None:
    match = _PLACE.match(question)
    if match is None:
        return None
    path, line = match["path"].removeprefix("./"), int(match["line"])
    column = int(match["column"] or 0)

    def there(each: PrintedNumber | PrintedClaim) -> bool:
        place = each.place
        if place is None or place.path != path:
            return False
        if not place.line <= line <= max(place.line, place.end_line):
            return False
        one_line = place.end_line in (0, place.line)
        return not (column and one_line) or (
            place.column <= column < max(place.end_column, place.column + 1)
        )

    return _printed(ledger, there)


def _of_cells(ledger: Ledger, question: str) -> Answer | None:
    if match := _ADDRESS.match(question):
        place = (match["path"], int(match["line"]), int(match["column"]))
        keys = [
            k for k, c in ledger.cells.items() if (c.path, c.line, c.column) == place
        ]
    elif match := _ROW.match(question):
        keys = [
            *cells_of_row(ledger, match["table"], match["row"], match["field"] or "")
        ]
    else:
        return None
    return using(ledger, keys)


def _of_name(ledger: Ledger, question: str) -> Answer | None:
    """Answer for a number's own name, a table, a figure or a study."""
    if question in ledger.studies:
        return using(
            ledger, [k for k, c in ledger.cells.items() if c.study == question]
        )
    answer = _printed(ledger, lambda each: question in (each.id, each.float))
    return answer or None


def _of_text(ledger: Ledger, question: str) -> Answer | None:
    wanted = _bare(question)
    return _printed(
        ledger,
        lambda each: (
            each.text == question
            or (isinstance(each, PrintedNumber) and _bare(each.text) == wanted)
        ),
    )


def _bare(text: str) -> str:
    """Return a text as a person types it: no sign, unit or grouping."""
    return text.translate(_NOISE).removeprefix("p = ").split(" ")[0].casefold()


def _printed(
    ledger: Ledger, chosen: Callable[[PrintedNumber | PrintedClaim], bool]
) -> Answer:
    return Answer(
        numbers=tuple(n for n in ledger.numbers if chosen(n)),
        claims=tuple(c for c in ledger.claims if chosen(c)),
    )


def part_of(ledger: Ledger, answer: Answer) -> Ledger:
    """Return the ledger of an answer: what it names, and all that this rests on."""
    roots = [n.value for n in answer.numbers]
    roots += [value for claim in answer.claims for value in claim.values]
    names = dict.fromkeys(_beneath(ledger, roots))
    values = {name: ledger.values[name] for name in names}
    keys = {k for v in values.values() for k in (v.cell, v.printed_in) if k}
    cells = {k: c for k, c in ledger.cells.items() if k in keys | {*answer.cells}}
    studies = {c.study for c in cells.values() if c.study}
    return Ledger(
        generator=ledger.generator,
        title=ledger.title,
        outputs=ledger.outputs,
        numbers=answer.numbers,
        claims=answer.claims,
        values=values,
        cells=cells,
        studies={k: label for k, label in ledger.studies.items() if k in studies},
    )


def _beneath(ledger: Ledger, roots: Iterable[str]) -> Iterator[str]:
    for root in dict.fromkeys(roots):
        yield from ledger.beneath(root)
