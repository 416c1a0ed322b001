"""Which rows a name selects, and which row is meant when the author says no more.

Rows are described by facets. What is left unsaid means `all`: of the rows that remain,
those with `all` or nothing in a facet that was not named are preferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from galleyproof import consulted
from galleyproof.authoring.library import Record

_FACETS = {
    "counts": ("unit", "group"),
    "proportions": ("outcome", "arm", "stratum", "time"),
    "cumulative_rates": ("outcome", "arm", "stratum", "time"),
    "measurements": ("quantity", "statistic", "stratum", "arm"),
    "thresholds": ("topic", "quantity"),
}
DESCRIBING = ("unit", "time_unit", *sorted({n for f in _FACETS.values() for n in f}))
NUMBERS = tuple(name for name in _FACETS if name != "thresholds")
_PREFERENCE = ("stratum", "group", "time", "arm", "statistic")
_UNSAID = frozenset({"", "all"})


def facet(record: Record, name: str) -> str:
    """Return a facet of a row as authors spell it."""
    return record.facet(name)


def consult(rows: Iterable[Record], study: str) -> None:
    """Note that all of what describes rows is used: of a study's, once for them all."""
    if study:
        consulted.note("facets", study)
        return
    for row in rows:
        consulted.note("facets", "", row.table, row.key)


def facets(record: Record) -> dict[str, str]:
    """Return all facets of a row."""
    return {name: facet(record, name) for name in _FACETS.get(record.table, ())}


def narrow(rows: Sequence[Record], name: str) -> tuple[Record, ...]:
    """Return the rows that have `name` in a facet, or else as their unit."""
    found = tuple(row for row in rows if name in facets(row).values())
    return found or tuple(row for row in rows if row.facet("unit") == name)


def names(rows: Iterable[Record], said: Iterable[str]) -> list[str]:
    """Return the names that would narrow the rows further, in file order."""
    rows, said = list(rows), set(said)
    found = [value for row in rows for value in facets(row).values()]
    units = [row.facet("unit") for row in rows]
    if len(set(units)) > 1:
        found += units
    return [n for n in dict.fromkeys(found) if n and n not in said]


def meant(rows: Sequence[Record], said: Sequence[str]) -> tuple[Record, ...]:
    """Return the rows that are left when everything unsaid means `all`."""
    left = tuple(rows)
    for name in _PREFERENCE:
        general = tuple(row for row in left if facet(row, name) in _UNSAID)
        spoken = any(facet(row, name) in said for row in left)
        if general and not spoken:
            left = general
    return left
