"""Evidence: what the data hold about one study, narrowed by name until it prints.

`study("glazer2017").technical_success.lt4` is a selection of rows. With one row left it
stands for its number: it prints, adds, compares, and knows its counts and interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from galleyproof.authoring import extract, narrowing
from galleyproof.authoring.addresses import comparison_of, counts_at, value_at
from galleyproof.authoring.comparison import Comparison
from galleyproof.authoring.estimates import wilson
from galleyproof.authoring.failures import EvidenceError, UnknownNameError, nearest
from galleyproof.authoring.library import Library, Record
from galleyproof.lineage import Counts, Interval, Text, Value
from galleyproof.lineage.proxy import Proxy


class Markdown(str):
    """Markdown of our own making, such as a citation; prints as it is."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


class Evidence(Proxy):
    """Rows of the data package: of one study, or what is left of them."""

    __slots__ = ("_library", "_rows", "_said", "_study")

    def __init__(
        self,
        library: Library,
        study: str,
        rows: Sequence[Record],
        said: tuple[str, ...] = (),
    ) -> None:
        self._library = library
        self._study = study
        self._rows = tuple(rows)
        self._said = said

    # Narrowing -----------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - Evidence, Text or Value
        if name.startswith("_"):
            raise AttributeError(name)
        narrowing.consult(self._rows, self._study)
        rows = narrowing.narrow(self._rows, name)
        if rows:
            return Evidence(self._library, self._study, rows, (*self._said, name))
        if not self._said and self._study:
            entry = self._library.record("studies", self._study)
            if name in entry.fields:
                return entry.text(name)
        raise UnknownNameError(self._unknown(name))

    def __dir__(self) -> list[str]:
        return sorted({*object.__dir__(self), *self._names()})

    def _names(self) -> list[str]:
        return narrowing.names(self._rows, self._said)

    def _unknown(self, name: str) -> str:
        return f"{self._named} has no `{name}`" + nearest(name, self._names())

    @property
    def _named(self) -> str:
        return f"`{'.'.join((self._study, *self._said))}`"

    @property
    def row(self) -> Record:
        """The one row that is meant."""
        if len(self._rows) > 1:
            narrowing.consult(self._rows, self._study)
        left = narrowing.meant(self._rows, self._said)
        if len(left) == 1:
            return left[0]
        if not left:
            raise EvidenceError(f"the data hold no number about {self._named}")
        choice = ", ".join(f"`{n}`" for n in narrowing.names(left, self._said)[:40])
        raise EvidenceError(
            f"{self._named} is {len(left)} numbers; say which, with one of {choice}"
        )

    @property
    def rows(self) -> list[Evidence]:
        """Each row that is left, in file order, as evidence of its own."""
        return [one_row(self._library, record) for record in self._rows]

    def __iter__(self) -> Iterator[Evidence]:
        return iter(self.rows)

    @property
    def over_time(self) -> list[Evidence]:
        """The rates at every time point, the earliest first."""
        narrowing.consult(self._rows, self._study)
        timed = [row for row in self._rows if row.facet("time")]
        names = tuple(narrowing.facet(row, "time") for row in timed)
        left = narrowing.meant(timed, (*self._said, *names))
        rows = [one_row(self._library, row) for row in left]
        return sorted(rows, key=lambda item: item.months)

    @property
    def months(self) -> float:
        """The time point in months, to order by."""
        time = self.time
        return float(time) * (12 if time.unit.startswith("year") else 1)

    # The number ----------------------------------------------------------------------

    @property
    def value(self) -> Value:
        """The number: a percentage from its counts where they are known."""
        return extract.main_value(self.row, self._library)

    @property
    def printed(self) -> Value:
        """The number as its source printed it."""
        return extract.field_value(self.row, "printed", self._library)

    @property
    def counts(self) -> Counts:
        """Events of total: `246/256`."""
        return counts_at(self.row)

    @property
    def has_counts(self) -> bool:
        """Whether events and total are known."""
        return extract.counts_of(self.row) is not None

    @property
    def events(self) -> Value:
        """How many had the event."""
        return self.counts.events

    @property
    def total(self) -> Value:
        """Of how many."""
        return self.counts.total

    @property
    def ci(self) -> Interval:
        """Wilson's 95% interval."""
        return wilson(self.counts)

    @property
    def comparison(self) -> Comparison:
        """The comparison that a row of `tests` is about."""
        return comparison_of(self._library, self.row)

    @property
    def range(self) -> Interval:
        """From the minimum to the maximum of a measurement."""
        low, high = self.minimum, self.maximum
        return Interval(low=low.value, high=high.value, method="range")

    @property
    def unit(self) -> Text:
        """What is counted, or of what the percentage is."""
        row = self.row
        label = self._library.label(row["unit"])
        return Text(content=label, cell=row.cell("unit"))

    @property
    def time(self) -> Value:
        """The time point: `3 months`."""
        time = extract.time_of(self.row)
        if time is None:
            raise EvidenceError(f"{self._named} has no time point")
        return time

    # The words -----------------------------------------------------------------------

    def __getitem__(self, column: str) -> Text:
        """Return a column as words: of the row, or of the study as a whole."""
        return self.record.text(column)

    @property
    def record(self) -> Record:
        """The row that words are taken from."""
        if not self._said and self._study:
            return self._library.record("studies", self._study)
        return self.row

    def term(self, column: str) -> Text:
        """Return what the vocabulary calls the value of a column: `≥ 4 cm`."""
        record = self.record
        entry = self._library.term(record[column])
        return record.text(column) if entry is None else entry.text("label")

    @property
    def values(self) -> list[Value]:
        """The numbers that a statement or a finding of the audit rests on."""
        return [value_at(self._library, item) for item in self.row["values"].split()]

    @property
    def member(self) -> Value:
        """One, for counting: the row itself, or the study as a whole."""
        return extract.member_of(self.record)

    @property
    def address(self) -> str:
        """The address of the row: `proportions:glazer-ts-lt4`."""
        return f"{self.row.table}:{self.row.key}"

    # The study -----------------------------------------------------------------------

    @property
    def study(self) -> Evidence:
        """All evidence of the study."""
        return study_evidence(self._library, self._study)

    @property
    def thresholds(self) -> Evidence:
        """The study's limits and criteria, narrowed by topic and quantity."""
        own = self._library.select("thresholds", study=self._study)
        return Evidence(self._library, self._study, own, ("thresholds",))

    @property
    def statements(self) -> list[Evidence]:
        """What the study says in words, in file order."""
        rows = self._library.select("statements", study=self._study)
        return [one_row(self._library, row) for row in rows]

    @property
    def key(self) -> str:
        """The study's key."""
        return self._study

    @property
    def cite(self) -> Markdown:
        """The citation."""
        return Markdown(f"[@{self._study}]")

    @property
    def year(self) -> Value:
        """The year of publication."""
        return extract.year_of(self._library.record("studies", self._study))

    @property
    def name(self) -> Text:
        """The first author's name, as it stands in a sentence."""
        return self._library.record("studies", self._study).text("name")

    @property
    def label(self) -> Text:
        """The study as tables and figures call it."""
        return self._library.record("studies", self._study).text("label")

    def _galley_identity_(self) -> tuple[object, ...]:
        rows = [(row.table, row.key) for row in self._rows]
        return (self._study, self._said, rows)

    def __repr__(self) -> str:
        said = ".".join((self._study, *self._said))
        return f"<evidence {said}: {len(self._rows)} rows>"


def one_row(library: Library, record: Record) -> Evidence:
    """Return the evidence that is one row."""
    return Evidence(library, record.get("study"), (record,), (record.key,))


def study_evidence(library: Library, key: str) -> Evidence:
    """Return all evidence about a study."""
    library.record("studies", key)
    numeric = [r for r in library.rows_of_study(key) if r.table in narrowing.NUMBERS]
    return Evidence(library, key, numeric)
