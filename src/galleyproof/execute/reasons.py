"""Why a unit ran, and what it rests on, in the author's words.

The reasons of the last build are kept in the project's cache, for who asks later.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from galleyproof.execute.memory import ChapterMemory
from galleyproof.execute.model import Reason
from galleyproof.execute.present import Present
from galleyproof.execute.records import Inputs, Record
from galleyproof.execute.units import Unit
from galleyproof.nearest import nearest
from galleyproof.store import Store

_FEW = 4
_LABEL = re.compile(r"\{#((?:fig|tbl|eq|lst)-[\w-]+)")


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


def _rests_on(record: Record) -> Iterator[str]:
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


def labels(record: Record) -> tuple[str, ...]:
    """Return the labels of what a unit shows."""
    shown = [o.data.get("text/markdown", "") for o in record.outputs]
    texts = [text for text in shown if isinstance(text, str)]
    return tuple(m[1] for text in texts for m in _LABEL.finditer(text))


# Kept for who asks -------------------------------------------------------------------

_KIND, _KEY = "reasons", "last"


def keep(store: Store, reasons: Sequence[Reason]) -> None:
    """Write down why what ran in this build."""
    names = [field.name for field in fields(Reason)]
    # Not `asdict`, which copies each text of each of them: there are many.
    said = [{name: getattr(each, name) for name in names} for each in reasons]
    data = json.dumps(said, ensure_ascii=False).encode()
    if store.get(_KIND, _KEY) != data:
        store.put(_KIND, _KEY, data)


def kept(store: Store) -> list[Reason] | None:
    """Return the reasons of the last build; None where there was none."""
    data = store.get(_KIND, _KEY)
    if data is None:
        return None
    told: list[dict[str, Any]] = json.loads(data)
    return [
        Reason(**{**each, "why": tuple(each["why"]), "labels": tuple(each["labels"])})
        for each in told
    ]


def rests_on(store: Store, one: Reason, identity: str) -> list[str]:
    """Return what would make a unit run again, beside its code, in words."""
    memory = ChapterMemory.open(store, one.path, identity)
    record = next(memory.records(one.key), None)
    return [] if record is None else list(_rests_on(record))


def about(reasons: Sequence[Reason], question: str) -> list[Reason]:
    """Return the units that a question means.

    A label (`fig-size`), a place (`chapters/04-size.qmd:91`), a file, or a piece of
    code; what a label or a place means exactly comes before what holds the words.
    """
    path, _, line = question.rpartition(":")
    if path and line.isdecimal():
        there = [r for r in reasons if r.path == path and r.line <= int(line)]
        return there[-1:]
    exact = [r for r in reasons if question in (r.name, r.path, *r.labels)]
    return exact or [r for r in reasons if question in r.name]


def meant(reasons: Sequence[Reason], question: str) -> str:
    """Return a guess at what was meant, to be put behind a message."""
    close = nearest(
        question, {n for r in reasons if r.is_cell for n in (r.name, *r.labels)}
    )
    return f"; did you mean `{close}`?" if close else ""
