"""The journal: what this process has printed since somebody last asked.

The one piece of state of this layer. A value that becomes Markdown writes itself in
and prints the name of its printout (`data-galley="…"`), by which the build finds it
again in the finished text, whatever an author's code did with it in between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from galleyproof.lineage import notation
from galleyproof.lineage.condition import Condition
from galleyproof.lineage.entries import (
    CellEntry,
    ClaimEntry,
    Entries,
    FormulaEntry,
    IntervalEntry,
    Part,
    Printout,
    ValueEntry,
)
from galleyproof.lineage.origin import CellRef, Constant, Formula, Number

if TYPE_CHECKING:
    from galleyproof.lineage.composite import Interval
    from galleyproof.lineage.value import Value

ATTRIBUTE = "data-galley"
PRINTOUT = re.compile(rf'{ATTRIBUTE}="([0-9a-f]{{12}}(?: [0-9a-f]{{12}})*)"')
"""Matches the names of printouts and claims in Markdown."""
Listener = Callable[[Entries], None]

_entries = Entries()
_listeners: list[Listener] = []
_said: dict[str, None] = {}


def take() -> Entries:
    """Return what has been printed, and begin anew."""
    global _entries
    taken, _entries = _entries, Entries()
    return taken


def said() -> list[str]:
    """Return the names of what has been printed since somebody last asked this."""
    found = list(_said)
    _said.clear()
    return found


def listen(listener: Listener) -> None:
    """Tell of everything as soon as it is printed, where nobody will ask for it."""
    _listeners.append(listener)


def tokens(markdown: str) -> tuple[str, ...]:
    """Return the names of printouts and claims in Markdown, in order."""
    found = [match[1].split() for match in PRINTOUT.finditer(markdown)]
    return tuple(token for each in found for token in each)


def print_values(parts: Sequence[tuple[str, Value]]) -> str:
    """Write down values as they print, each with its text; return the token."""
    printed = tuple(Part(text=text, value=name(value)) for text, value in parts)
    return _told(_entries.add_printout(Printout(parts=printed)))


def print_words(text: str, cell: CellRef, status: str) -> str:
    """Write down words of a data cell that hold a number; return the token."""
    entry = ValueEntry(
        number=None,
        text=text,
        kind="text",
        unit="",
        decimals=0,
        relation="=",
        status=status,
        cell=_cell(cell),
    )
    part = Part(text=text, value=_entries.add_value(entry))
    return _told(_entries.add_printout(Printout(parts=(part,))))


def print_again(
    markdown: Iterable[str], *, role: str, also: Iterable[Value] = ()
) -> str:
    """Write down what stands in Markdown once more, in another role.

    `also` are values that are shown without a text of their own, as a point or a bar:
    those that no text prints are added.
    """
    named = [token for text in markdown for token in tokens(text)]
    known = [_entries.printouts[each] for each in named if each in _entries.printouts]
    parts = [part for printout in known for part in printout.parts]
    written = {part.value for part in parts}
    shown = [Part(text=v.plain.text, value=name(v)) for v in also]
    parts += [part for part in shown if part.value not in written]
    if not parts:
        return ""
    return _told(_entries.add_printout(Printout(parts=tuple(parts), role=role)))


def print_claim(text: str, condition: Condition) -> str:
    """Write down words and the condition that they are bound to; return the token."""
    entry = ClaimEntry(
        text=text,
        condition=str(condition),
        values=tuple(dict.fromkeys(name(value) for value in condition.values)),
    )
    return _told(_entries.add_claim(entry))


def name(value: Value) -> str:
    """Write down a value with everything that it rests on; return its name."""
    origin = value.origin
    entry = ValueEntry(
        number=_json_number(value.number),
        text=value.plain.text,
        kind=value.kind.value,
        unit=value.unit,
        decimals=value.places,
        relation=value.relation,
        status=value.status.word,
        exact=_exact(value.number),
        formula=_formula(origin) if isinstance(origin, Formula) else None,
        cell=_cell(origin) if isinstance(origin, CellRef) else None,
        constant=origin.name if isinstance(origin, Constant) else None,
        printed_in=_cell(value.printed_in) if value.printed_in else "",
        interval=_interval(value.ci) if value.ci else None,
    )
    return _entries.add_value(entry)


def _told(token: str) -> str:
    _said[token] = None
    if _listeners:
        entries = _entries.part(token)
        for listener in _listeners:
            listener(entries)
    return token


def _formula(formula: Formula) -> FormulaEntry:
    return FormulaEntry(
        name=formula.name,
        shown=str(formula),
        operands=tuple(name(operand) for operand in formula.operands),
    )


def _interval(interval: Interval) -> IntervalEntry:
    return IntervalEntry(
        low=float(interval.low.number),
        high=float(interval.high.number),
        level=interval.level,
        method=interval.method,
    )


def _cell(cell: CellRef) -> str:
    if cell.study:
        _entries.studies[cell.study] = cell.study_label or cell.study
    return _entries.add_cell(
        CellEntry(
            address=cell.address,
            table=cell.table,
            row=cell.row,
            field=cell.field,
            path=cell.path,
            line=cell.line,
            column=cell.column,
            study=cell.study,
            locator=cell.locator,
        )
    )


def _json_number(number: Number) -> int | float | None:
    if not notation.is_finite(number):
        return None
    return number if isinstance(number, int) else float(number)


def _exact(number: Number) -> str:
    return str(number) if isinstance(number, int | Fraction) else ""
