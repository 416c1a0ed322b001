"""The numbers of the data package, findable by how they print.

Nothing is computed that a row does not hold: counts, percentages with their counts,
rates, measurements, limits, printed p values, years.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from pathlib import Path

from galleyproof.authoring import extract, narrowing
from galleyproof.authoring.failures import EvidenceError
from galleyproof.authoring.library import Library, Record, library_of
from galleyproof.checks.numbers.variables import Evidence, Scope
from galleyproof.datapackage import DataPackage
from galleyproof.lineage import Counts, Kind, Value, notation
from galleyproof.numerals.reading import Reading

_LONGEST = 4
_HEADS = {
    "counts": "unit",
    "proportions": "outcome",
    "cumulative_rates": "outcome",
    "measurements": "quantity",
    "thresholds": "quantity",
}
"""The facet that says what a number is about; an expression always names it."""

PROPERTIES = frozenset(
    {
        "Words",
        "address",
        "bare",
        "ci",
        "cite",
        "comparison",
        "counts",
        "events",
        "has_counts",
        "key",
        "label",
        "markdown",
        "member",
        "months",
        "name",
        "over_time",
        "parts",
        "plain",
        "printed",
        "range",
        "record",
        "row",
        "rows",
        "statements",
        "status",
        "study",
        "term",
        "text",
        "thresholds",
        "time",
        "title",
        "to",
        "total",
        "unit",
        "value",
        "values",
        "words",
        "year",
    }
)
"""Names that a property of evidence has, so that they are never looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One number of the data."""

    record: Record
    asked: str
    """What is asked of the evidence: nothing, `.counts`, `.total`, `.year`."""
    value: Value
    unit: str = ""
    """What it counts or measures, as it prints."""
    total: Value | None = None
    """Of counts, their total; `value` is the events."""

    @property
    def study(self) -> str:
        """The key of its study; empty where it belongs to none."""
        if self.record.table == "studies":
            return self.record.key
        return self.record.get("study")


class Index:
    """Every number of a data package."""

    def __init__(self, data: DataPackage) -> None:
        self._library: Library = library_of(data, Path())
        self._chains: dict[tuple[str, str, tuple[str, ...]], tuple[str, ...] | None]
        self._chains = {}

    @cached_property
    def _by_number(self) -> dict[tuple[Fraction, int], list[Known]]:
        index: dict[tuple[Fraction, int], list[Known]] = {}
        for known in self:
            places = known.value.places
            number = notation.rounded(known.value.number, places)
            index.setdefault((number, places), []).append(known)
        return index

    def printing(self, reading: Reading) -> list[Known]:
        """Return the numbers that print as what was typed."""
        found = self._by_number.get((reading.value, reading.decimals), [])
        if reading.total is not None:
            return [k for k in found if k.total and k.total.number == reading.total]
        return [
            k
            for k in found
            if k.total is None and (k.value.kind is Kind.PERCENT or not reading.percent)
        ]

    @property
    def names(self) -> Iterator[tuple[str, str]]:
        """Each study's key, and the name by which a sentence calls it."""
        for record in self._library.tables.get("studies", ()):
            yield record.key, record.get("name")

    def __iter__(self) -> Iterator[Known]:
        """Every number, table by table."""
        for table in (*narrowing.NUMBERS, "thresholds", "tests"):
            for record in self._library.tables.get(table, ()):
                try:
                    yield from self._of(record)
                except (EvidenceError, ValueError):
                    continue  # `data-valid` reports what is wrong with the row
        for record in self._library.tables.get("studies", ()):
            if record.get("year").isdigit():
                yield Known(record=record, asked=".year", value=extract.year_of(record))

    def _of(self, record: Record) -> Iterator[Known]:
        unit = self._library.label(record.get("unit"))
        yield Known(
            record=record,
            asked="",
            value=extract.main_value(record, self._library),
            unit=unit,
        )
        time = extract.time_of(record)
        if time is not None:
            yield Known(record=record, asked=".time", value=time, unit=time.unit)
        if record.table != "proportions":
            return
        counts = extract.counts_of(record)
        if counts is not None:
            yield from _counts(record, counts, unit)

    # How a chapter writes it ----------------------------------------------------------

    def expression(self, known: Known, scope: Scope) -> str:
        """Return the shortest expression that prints a number in a chapter.

        Empty where there is none, which an author could not help either.
        """
        if known.record.table == "tests":
            return self._addressed(known, "printed_p", scope)
        candidates = [*self._by_variable(known, scope)]
        if not candidates:
            whole = f'study("{known.study}")'
            names = self._names(known, Evidence(study=known.study))
            candidates = [] if names is None else [".".join((whole, *names))]
        if not candidates:
            return self._addressed(known, "", scope)
        return min(candidates, key=len) + known.asked

    def _addressed(self, known: Known, field: str, scope: Scope) -> str:
        address = f"{known.record.table}:{known.record.key}"
        names = (address, f"{address}.{field}" if field else address)
        for name, evidence in scope.variables.items():
            if evidence.address in names:
                return name
        return f'value("{names[1]}")' if not known.asked else ""

    def _by_variable(self, known: Known, scope: Scope) -> Iterator[str]:
        address = f"{known.record.table}:{known.record.key}"
        for name, evidence in scope.variables.items():
            if evidence.address == address and not known.asked:
                yield name
            elif evidence.study and evidence.study == known.study:
                names = self._names(known, evidence)
                if names is not None:
                    yield ".".join((name, *names))

    def _names(self, known: Known, evidence: Evidence) -> tuple[str, ...] | None:
        """Return the fewest names that narrow evidence to one row; None: none do."""
        if known.asked == ".year":
            return None if evidence.said else ()
        key = (known.record.table, known.record.key, evidence.said)
        if key not in self._chains:
            self._chains[key] = self._narrowing(known.record, evidence)
        return self._chains[key]

    def _narrowing(self, record: Record, evidence: Evidence) -> tuple[str, ...] | None:
        said, first = evidence.said, tuple[str, ...]()
        if record.table == "thresholds":
            rows = self._library.tables["thresholds"]
            rows = tuple(r for r in rows if r.get("study") == evidence.study)
            if said[:1] != ("thresholds",):
                if said:
                    return None
                first = ("thresholds",)
        else:
            rows = tuple(
                row
                for row in self._library.rows_of_study(evidence.study)
                if row.table in narrowing.NUMBERS
            )
        for name in said:
            rows = rows if name == "thresholds" else narrowing.narrow(rows, name)
        if record not in rows:
            return None
        names = _names_of(record, said)
        head = narrowing.facet(record, _HEADS[record.table])
        for length in range(_LONGEST + 1):
            for chain in combinations(names, length):
                is_clear = head in (*chain, *said) or not head.isidentifier()
                if is_clear and _means(record, rows, (*said, *first), chain):
                    return (*first, *chain)
        return None


def _means(
    record: Record,
    rows: tuple[Record, ...],
    said: tuple[str, ...],
    chain: tuple[str, ...],
) -> bool:
    for name in chain:
        rows = narrowing.narrow(rows, name)
    return narrowing.meant(rows, (*said, *chain)) == (record,)


def _names_of(record: Record, said: tuple[str, ...]) -> list[str]:
    values = [*narrowing.facets(record).values(), record.get("unit")]
    return [
        name
        for name in dict.fromkeys(values)
        if name.isidentifier() and name not in PROPERTIES and name not in said
    ]


def _counts(record: Record, counts: Counts, unit: str) -> Iterator[Known]:
    events, total = counts.events, counts.total
    yield Known(record=record, asked=".counts", value=events, unit=unit, total=total)
    yield Known(record=record, asked=".events", value=events, unit=unit)
    yield Known(record=record, asked=".total", value=total, unit=unit)
