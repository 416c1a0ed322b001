"""From what the text prints and where its formats show it, to the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from galleyproof import __version__, identity
from galleyproof.lineage.entries import Entries, IntervalEntry, ValueEntry
from galleyproof.lineage.ledger import (
    Ledger,
    OutputPlace,
    PrintedClaim,
    PrintedNumber,
)
from galleyproof.render.model import Artefact, Manuscript, Spot
from galleyproof.render.printed import Names, named
from galleyproof.store import Store

_PROPORTION = "/"
_LEVEL = 95
_KIND = "limits"


def compose(
    manuscript: Manuscript,
    entries: Entries,
    artefacts: Sequence[Artefact],
    *,
    title: str = "",
    store: Store | None = None,
) -> Ledger:
    """Return the ledger of a manuscript and its files.

    What no format shows (hidden content) is not in it, nor are values that nothing
    printed rests on. `store` keeps what takes long.
    """
    names = named(manuscript.printed, entries)
    numbers = tuple(_numbers(manuscript, entries, names, artefacts))
    claims = tuple(_claims(manuscript, entries, names, artefacts))
    ledger = Ledger(
        generator=f"galleyproof {__version__}",
        title=title,
        outputs={a.target.value: a.path.name for a in artefacts},
        numbers=numbers,
        claims=claims,
        values=entries.values,
        cells=entries.cells,
        studies=entries.studies,
    )
    return _pruned(ledger, store)


def _numbers(
    manuscript: Manuscript,
    entries: Entries,
    names: Names,
    artefacts: Sequence[Artefact],
) -> Iterator[PrintedNumber]:
    for index, occurrence in enumerate(manuscript.printed):
        printout = entries.printouts.get(occurrence.token)
        where = _where(index, artefacts)
        if printout is None or where is None:
            continue
        spot, outputs = where
        for name, part in zip(names.names[index], printout.parts, strict=True):
            yield PrintedNumber(
                id=name,
                text=part.text,
                value=part.value,
                part=printout.role or spot.part,
                float=spot.float,
                place=occurrence.place,
                outputs=outputs,
            )


def _claims(
    manuscript: Manuscript,
    entries: Entries,
    names: Names,
    artefacts: Sequence[Artefact],
) -> Iterator[PrintedClaim]:
    for index, occurrence in enumerate(manuscript.printed):
        claim = entries.claims.get(occurrence.token)
        where = _where(index, artefacts)
        if claim is None or where is None:
            continue
        spot, outputs = where
        yield PrintedClaim(
            id=names.anchor(index),
            text=claim.text,
            condition=claim.condition,
            values=claim.values,
            part=spot.part,
            float=spot.float,
            place=occurrence.place,
            outputs=outputs,
        )


def _where(
    index: int, artefacts: Sequence[Artefact]
) -> tuple[Spot, Mapping[str, OutputPlace]] | None:
    showing = [(a, a.spots[index]) for a in artefacts if index in a.spots]
    if not showing:
        return None
    outputs = {
        a.target.value: OutputPlace(anchor=spot.anchor, page=a.pages.get(spot.anchor))
        for a, spot in showing
    }
    return showing[0][1], outputs


def _pruned(ledger: Ledger, store: Store | None) -> Ledger:
    """Keep what something printed rests on; give proportions their intervals."""
    printed = [number.value for number in ledger.numbers]
    printed += [value for claim in ledger.claims for value in claim.values]
    kept: dict[str, ValueEntry] = {}
    waiting = list(dict.fromkeys(printed))
    while waiting:
        name = waiting.pop(0)
        if name in kept:
            continue
        kept[name] = entry = ledger.values[name]
        waiting.extend(entry.formula.operands if entry.formula else ())
    keys = dict.fromkeys(
        key for v in kept.values() for key in (v.cell, v.printed_in) if key
    )
    cells = {key: ledger.cells[key] for key in keys}
    studies = dict.fromkeys(cell.study for cell in cells.values() if cell.study)
    return replace(
        ledger,
        values=_with_intervals(kept, store),
        cells=cells,
        studies={key: ledger.studies[key] for key in studies},
    )


def _with_intervals(
    values: Mapping[str, ValueEntry], store: Store | None
) -> dict[str, ValueEntry]:
    """Give each share of a count Wilson's interval, all in one go."""
    shares = {
        name: counts
        for name, entry in values.items()
        if (counts := _counts(entry, values)) is not None
    }
    if not shares:
        return dict(values)
    limits = zip(shares, _limits(list(shares.values()), store), strict=True)
    intervals = {
        name: IntervalEntry(
            low=100 * low, high=100 * high, level=_LEVEL, method="Wilson 95% interval"
        )
        for name, (low, high) in limits
    }
    return {
        name: replace(entry, interval=intervals.get(name, entry.interval))
        for name, entry in values.items()
    }


def _limits(
    shares: Sequence[tuple[int, int]], store: Store | None
) -> list[tuple[float, float]]:
    """Return Wilson's limits; to load scipy for them takes longer than all the rest."""
    key = f"{identity.of_environment()} wilson {_LEVEL} {shares}"
    kept = store.get(_KIND, key) if store else None
    if kept is not None:
        return [(low, high) for low, high in json.loads(kept)]
    from galleyproof.stats.proportion import (  # noqa: PLC0415
        proportion_intervals,
    )

    events, total = zip(*shares, strict=True)
    found = proportion_intervals(
        events=events, total=total, method="wilson", level=_LEVEL / 100
    )
    pairs = zip(found.low, found.high, strict=True)
    limits = [(float(low), float(high)) for low, high in pairs]
    if store:
        store.put(_KIND, key, json.dumps(limits).encode("ascii"))
    return limits


def _counts(
    entry: ValueEntry, values: Mapping[str, ValueEntry]
) -> tuple[int, int] | None:
    """Return events and total behind a percentage, where it is a share of a count."""
    formula = entry.formula
    if entry.kind != "percent" or formula is None or formula.name != _PROPORTION:
        return None
    operands: list[Any] = [values[name] for name in formula.operands]
    if len(operands) != 2 or any(o.kind != "count" for o in operands):
        return None
    events, total = (o.number for o in operands)
    whole = isinstance(events, int) and isinstance(total, int)
    return (events, total) if whole and 0 <= events <= total else None
