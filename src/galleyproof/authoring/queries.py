"""How a chapter asks for data: a study, an address, rows of a table, a term."""

from __future__ import annotations

from collections.abc import Iterable

from galleyproof.authoring import extract
from galleyproof.authoring.addresses import record_at, value_at
from galleyproof.authoring.comparison import Comparison
from galleyproof.authoring.estimates import derived
from galleyproof.authoring.failures import EvidenceError, listed
from galleyproof.authoring.library import Record, Wanted, library
from galleyproof.authoring.narrowing import facets
from galleyproof.authoring.selection import Evidence, one_row, study_evidence
from galleyproof.lineage import Counts, Kind, Printed, Text, Value


def study(key: str) -> Evidence:
    """Return everything that the data hold about a study."""
    return study_evidence(library(), key)


def studies(**wanted: Wanted) -> list[Evidence]:
    """Return the studies whose columns have the wanted words, in file order."""
    data = library()
    data.require("studies")
    return [study_evidence(data, r.key) for r in data.select("studies", **wanted)]


def evidence(table: str, **wanted: Wanted) -> list[Evidence]:
    """Return the rows of a table whose columns have the wanted words, in file order.

    `evidence("proportions", outcome="major_complications", stratum=("all", "hcc"))`.
    """
    data = library()
    data.require(table)
    return [one_row(data, record) for record in data.select(table, **wanted)]


def value(address: str) -> Value:
    """Return one number by its address: `proportions:glazer-ts-lt4.percent`.

    Without a field it is the number that the row is about.
    """
    return value_at(library(), address)


def row(address: str) -> Evidence:
    """Return one row by its address: `proportions:glazer-ts-lt4`."""
    data = library()
    return one_row(data, record_at(data, address)[0])


def pairs(rows: Evidence, left: str, right: str) -> list[tuple[Evidence, Evidence]]:
    """Return the rows of two arms side by side: those alike in all else.

    `pairs(trial.overall_survival, "cryoablation", "rfa")` has a pair for each time
    point. Rows without a partner raise.
    """
    ours, theirs = (
        {_but_for(row.record, name): row for row in getattr(rows, name)}
        for name in (left, right)
    )
    if ours.keys() != theirs.keys():
        alone = [{**ours, **theirs}[key].address for key in ours.keys() ^ theirs.keys()]
        raise EvidenceError(
            f"rows without a partner in `{left}` and `{right}`: {listed(sorted(alone))}"
        )
    return [(row, theirs[key]) for key, row in ours.items()]


def _but_for(record: Record, name: str) -> tuple[object, ...]:
    """Return all that describes a row, except the facet that has this value."""
    rest = (pair for pair in sorted(facets(record).items()) if pair[1] != name)
    return (record.table, *rest)


def compare(left: Evidence | Counts, right: Evidence | Counts) -> Comparison:
    """Compare two proportions of one outcome; unlike units or outcomes raise."""
    printed = None
    if isinstance(left, Evidence) and isinstance(right, Evidence):
        _same_outcome(left, right)
        printed = _printed_test(left, right)
    return Comparison(left=_counts(left), right=_counts(right), printed=printed)


def _counts(side: Evidence | Counts) -> Counts:
    return side if isinstance(side, Counts) else side.counts


def _same_outcome(left: Evidence, right: Evidence) -> None:
    if left.row.get("outcome") != right.row.get("outcome"):
        raise EvidenceError(
            f"cannot compare `{left.row.get('outcome')}` ({left.address}) with "
            f"`{right.row.get('outcome')}` ({right.address})"
        )


def _printed_test(left: Evidence, right: Evidence) -> Value | None:
    sides = {left.row.key, right.row.key}
    for test in library().select("tests"):
        if {test["left"], test["right"]} == sides:
            return extract.printed_of(test)
    return None


def term(identifier: str) -> Text:
    """Return what the vocabulary calls `identifier`."""
    return library().record("terms", identifier).text("label")


def definition(identifier: str) -> Text:
    """Return how the vocabulary defines `identifier`."""
    return library().record("terms", identifier).text("definition")


def count(items: Iterable[Evidence | Printed], unit: str = "") -> Value:
    """Return how many there are, as a value that knows what it counted."""
    members = tuple(_member(item) for item in items)
    return derived(
        "count",
        lambda *numbers: len(numbers),
        members,
        kind=Kind.COUNT,
        unit=unit,
        shown=f"{len(members)} rows",
    )


def _member(item: Evidence | Printed) -> Value:
    if isinstance(item, Value):
        return item
    if isinstance(item, Evidence):
        return item.member
    held = getattr(item, "value", None)
    if not isinstance(held, Value):
        raise TypeError(f"cannot count `{item!r}`: it is no number of the data")
    return held
