"""The sources of what is printed, as a list to look things up in.

One entry a data row, with what was computed from that row alone; one a set of values
that something was computed from; one a count of rows, a given, a claim. A number leads
to one entry, and an entry to those that it rests on. Pure: from the journal's records
to a frozen list; `render` prints it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from galleyproof.lineage.entries import CellEntry, ClaimEntry, Entries, ValueEntry
from galleyproof.lineage.facts import Fact, facts_of, operands

COUNT = "count"
"""Name of the formula that counts rows: it rests on their being there."""
_ACROSS, _EDITION = "Computed from several sources", "This edition"
_COUNTED, _GIVEN, _CLAIMED = "Counted", "Given", "Statements"
_LAST = (_ACROSS, _EDITION, _COUNTED, _GIVEN, _CLAIMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A number or claim of the manuscript, to be looked up."""

    name: str
    """`n17`, `c3`."""
    record: str
    """Name of the value or of the claim."""
    anchor: str = ""
    """Where it stands: of a drawn number, its figure."""
    float: str = ""
    """Label of the table or figure that it stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of one table of the data."""

    path: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An entry: what is known of a row, or of a computation."""

    number: int
    """From 1, in the order of the list."""
    facts: tuple[Fact, ...]
    operands: str = ""
    """What was computed from, as a reader writes it: `246/256 and 33/39`."""
    rests_on: tuple[int, ...] = ()
    """The entries beneath this one."""
    study: str = ""
    """The label of the study that the row is from."""
    locator: str = ""
    rows: tuple[Rows, ...] = ()
    """The row, or those that were counted."""
    cells: tuple[str, ...] = ()
    """Line and column of the row's cells, as RFC 7111 counts: `3,9`."""
    printed: tuple[str, ...] = ()
    """Anchors of the numbers and claims that lead here, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Entries of one study, or of one kind."""

    title: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FloatData:
    """The data behind a table or figure."""

    label: str
    files: Mapping[str, tuple[int, ...]]
    """By file, the rows that it shows or that what it shows rests on."""
    computed: tuple[int, ...] = ()
    """What it shows of more than one row: computed, counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The list, and the way into it."""

    groups: tuple[Group, ...] = ()
    floats: Mapping[str, FloatData] = field(default_factory=dict)
    """By label."""
    entry: Mapping[str, int] = field(default_factory=dict)
    """By the name of a number or claim."""

    def __iter__(self) -> Iterator[Source]:
        """Yield every entry in order."""
        for group in self.groups:
            yield from group.sources


def sources(asked: Sequence[Asked], entries: Entries) -> Sources:
    """Return the sources of what a manuscript prints, in the order of `asked`."""
    gathering = _Gathering(entries=entries)
    for each in asked:
        gathering.add(each)
    drafts = sorted(gathering.drafts.values(), key=lambda draft: draft.order)
    numbers = {draft.home: number for number, draft in enumerate(drafts, start=1)}
    groups: dict[str, list[Source]] = {}
    for draft in drafts:
        groups.setdefault(draft.group, []).append(draft.source(numbers, entries))
    found = Sources(
        groups=tuple(Group(title=t, sources=tuple(s)) for t, s in groups.items()),
        entry={each.name: numbers[gathering.home(each.record)] for each in asked},
    )
    return replace(found, floats=_floats(asked, found))


def _floats(asked: Sequence[Asked], found: Sources) -> dict[str, FloatData]:
    listed = {source.number: source for source in found}
    shown: dict[str, dict[int, None]] = {}
    for each in asked:
        if each.float:
            shown.setdefault(each.float, {})[found.entry[each.name]] = None
    return {label: _float(label, each, listed) for label, each in shown.items()}


def _float(
    label: str, shown: Mapping[int, None], listed: Mapping[int, Source]
) -> FloatData:
    files: dict[str, list[int]] = {}
    computed: list[int] = []
    for number in sorted(_beneath(shown, listed)):
        source = listed[number]
        if not source.cells and number in shown:
            computed.append(number)
        for rows in source.rows:
            files.setdefault(rows.path, []).extend([number] if source.cells else [])
    ordered = {path: tuple(files[path]) for path in sorted(files)}
    return FloatData(label=label, files=ordered, computed=tuple(computed))


def _beneath(shown: Mapping[int, None], listed: Mapping[int, Source]) -> set[int]:
    found: set[int] = set()
    waiting = list(shown)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting.extend(listed[number].rests_on)
    return found


# Gathering --------------------------------------------------------------------------

Home = tuple[str, ...]
"""Which entry something belongs to: its kind, then what tells it from others."""


@dataclass(slots=True, kw_only=True)
class _Draft:
    """An entry in the making."""

    home: Home
    group: str
    order: tuple[object, ...]
    values: dict[str, None] = field(default_factory=dict)
    cells: dict[str, CellEntry] = field(default_factory=dict)
    claim: ClaimEntry | None = None
    beneath: dict[Home, None] = field(default_factory=dict)
    counted: tuple[Rows, ...] = ()
    printed: dict[str, None] = field(default_factory=dict)

    def source(self, numbers: Mapping[Home, int], entries: Entries) -> Source:
        """Return the entry, now that each has its number."""
        made = Source(
            number=numbers[self.home],
            facts=facts_of(map(entries.values.__getitem__, self.values), entries.cells),
            rests_on=tuple(sorted(numbers[home] for home in self.beneath)),
            rows=self.counted,
            printed=tuple(filter(None, self.printed)),
        )
        if self.claim is not None:
            said = Fact(name=f"“{self.claim.text}”:", text=self.claim.condition)
            return replace(made, facts=(said,))
        if not self.cells:
            formula = entries.values[next(iter(self.values))].formula
            return replace(made, operands=operands(formula) if formula else "")
        cells = sorted(self.cells.values(), key=lambda cell: cell.column)
        first = cells[0]
        return replace(
            made,
            study=entries.studies.get(first.study, first.study),
            locator=first.locator,
            rows=(Rows(path=first.path, keys=(first.row,)),),
            cells=tuple(f"{cell.line},{cell.column}" for cell in cells),
        )


@dataclass(slots=True, kw_only=True)
class _Gathering:
    """Entries as they are found on the way down from what is printed."""

    entries: Entries
    drafts: dict[Home, _Draft] = field(default_factory=dict)
    _rows: dict[str, frozenset[Home]] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def add(self, asked: Asked) -> None:
        """Add what is printed, and all that it rests on."""
        claim = self.entries.claims.get(asked.record)
        if claim is None:
            draft = self._value(asked.record)
        else:
            draft = self._claim(asked.record, claim)
        draft.printed[asked.anchor] = None

    def home(self, record: str) -> Home:
        """Return the entry of a value or claim."""
        if record in self.entries.claims:
            return ("claim", record)
        value = self.entries.values[record]
        if value.cell is not None:
            cell = self.entries.cells[value.cell]
            return ("row", cell.table, cell.row)
        if value.formula is None:
            return ("given", value.constant or "", value.text)
        if value.formula.name == COUNT:
            return ("count", *value.formula.operands)
        rows = self._rows_beneath(record)
        if len(rows) == 1 and (only := next(iter(rows)))[0] == "row":
            return only
        return ("computed", *value.formula.operands)

    def _rows_beneath(self, record: str) -> frozenset[Home]:
        """Return the rows and counts at the bottom of a value."""
        if record not in self._rows:
            value = self.entries.values[record]
            if value.formula is None or value.formula.name == COUNT:
                found = frozenset({self.home(record)})
            else:
                beneath = map(self._rows_beneath, value.formula.operands)
                found = frozenset[Home]().union(*beneath)
            self._rows[record] = frozenset(h for h in found if h[0] != "given")
        return self._rows[record]

    def _claim(self, record: str, claim: ClaimEntry) -> _Draft:
        draft = self._draft(("claim", record), _CLAIMED, ())
        draft.claim = claim
        self._descend(draft, claim.values)
        return draft

    def _value(self, record: str) -> _Draft:
        home, value = self.home(record), self.entries.values[record]
        draft = self.drafts.get(home) or self._new(home, record)
        if record in self._seen:
            return draft
        self._seen.add(record)
        draft.values[record] = None
        for key in filter(None, (value.cell, value.printed_in)):
            if home == ("row", (cell := self.entries.cells[key]).table, cell.row):
                draft.cells[key] = cell
        if value.formula is not None and value.formula.name != COUNT:
            self._descend(draft, value.formula.operands)
        return draft

    def _descend(self, draft: _Draft, records: Sequence[str]) -> None:
        for record in records:
            home = self.home(record)
            if home[0] == "given":
                continue
            self._value(record)
            if home != draft.home:
                draft.beneath[home] = None

    def _new(self, home: Home, record: str) -> _Draft:
        if home[0] == "row":
            return self._row(home, self._cells_beneath(record)[0])
        if home[0] == "count":
            draft = self._draft(home, _COUNTED, ())
            draft.counted = _grouped(self._cells_beneath(record))
            return draft
        if home[0] == "given":
            return self._draft(home, _GIVEN, ())
        studies = {cell.study for cell in self._cells_beneath(record)}
        group = self._title(next(iter(studies))) if len(studies) == 1 else _ACROSS
        return self._draft(home, group, ())

    def _row(self, home: Home, cell: CellEntry) -> _Draft:
        return self._draft(home, self._title(cell.study), (cell.path, cell.line))

    def _title(self, study: str) -> str:
        return self.entries.studies.get(study, study) or _EDITION

    def _draft(self, home: Home, group: str, place: tuple[object, ...]) -> _Draft:
        """Return a new entry: groups in order, in them rows before computations."""
        rank = _LAST.index(group) + 1 if group in _LAST else 0
        order = (rank, group.casefold(), not place, place or (len(self.drafts),))
        draft = self.drafts[home] = _Draft(home=home, group=group, order=order)
        return draft

    def _cells_beneath(self, record: str) -> list[CellEntry]:
        found: dict[str, None] = {}
        waiting, seen = [record], set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            value: ValueEntry = self.entries.values[name]
            if value.cell:
                found[value.cell] = None
            if value.formula:
                waiting.extend(reversed(value.formula.operands))
        return [self.entries.cells[key] for key in found]


def _grouped(cells: Sequence[CellEntry]) -> tuple[Rows, ...]:
    keys: dict[str, dict[str, None]] = {}
    for cell in cells:
        keys.setdefault(cell.path, {})[cell.row] = None
    return tuple(Rows(path=path, keys=tuple(k)) for path, k in sorted(keys.items()))
