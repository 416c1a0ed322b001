"""Why a unit ran, and what it rests on, in the author's words."""

from __future__ import annotations

from collections.abc import Iterator

from galleyproof.execute.present import Present
from galleyproof.execute.records import Inputs, Record
from galleyproof.execute.units import Unit

_FEW = 4


def reason(
    unit: Unit, inputs: Inputs, last: Record | None, present: Present
) -> Iterator[str]:
    """Yield what is not as it was when the unit ran last."""
    if last is None:
        yield "it has not run before"
        return
    before, found = last.inputs, False
    for told in _changed(unit, inputs, last):
        yield told
        found = True
    seen = present.changed(last)
    yield from seen[:_FEW]
    if len(seen) > _FEW:
        yield f"and {len(seen) - _FEW} more of what it saw changed"
    yield from last.account.unrepeatable
    if not (found or seen or last.account.unrepeatable or before.key != inputs.key):
        yield "a unit before it had to run anew"


def _changed(unit: Unit, inputs: Inputs, last: Record) -> Iterator[str]:
    before = last.inputs
    if before.code != inputs.code:
        yield "its code changed"
    if before.options != inputs.options:
        yield "its options changed"
    names = sorted(before.variables.keys() | inputs.variables.keys())
    for name in names:
        then, now = before.variables.get(name), inputs.variables.get(name)
        if then != now:
            yield f"{_variable(name)} {_how(then, now)}"
    for name in sorted(before.settings.keys() | inputs.settings.keys()):
        if before.settings.get(name) != inputs.settings.get(name):
            yield f"{name} changed"
    if last.is_placed and last.line != unit.place.line:
        yield "it shows the line that it stands at, and moved"


def _how(then: str | None, now: str | None) -> str:
    if then is None:
        return "is new to it"
    return "is not there any more" if now is None else "changed"


def _variable(name: str) -> str:
    kind, _, module = name.partition(" ")
    return f"the module `{module}`" if kind == "module" else f"`{name}`"


def rests_on(record: Record) -> Iterator[str]:
    """Yield what would make the unit run again, beside its code."""
    account = record.account
    for name in record.inputs.variables:
        yield _variable(name)
    yield from record.inputs.settings
    for path in account.files:
        yield f"the file `{path}`"
    for path in account.listed:
        yield f"the names in `{path}`"
    for name in account.environment:
        yield f"the environment variable `{name}`"
    cells: dict[str, list[str]] = {}
    for fact, _ in account.facts:
        if fact[0] == "cell":
            cells.setdefault(f"{fact[1]}:{fact[2]}", []).append(fact[3])
    for row, columns in cells.items():
        yield f"the data `{row}` ({', '.join(columns)})"
