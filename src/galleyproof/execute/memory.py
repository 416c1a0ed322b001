"""What is remembered of a chapter from build to build.

One entry of the store a chapter. It holds the records of the units as they ran lately,
some generations back, so that taking back an edit costs nothing; the journal's records
of what they printed; and what was read out of their code.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from galleyproof import names
from galleyproof.execute.records import Find, Record, record_json, record_of
from galleyproof.execute.units import Code, read_code, text_digest
from galleyproof.lineage.entries import Entries, read_entries
from galleyproof.store import Store

_GENERATIONS = 4
"""How many runs of a chapter are remembered for each unit."""
CHAPTER, OUTPUT, FILE = "chapter", "output", "file"


@dataclass(slots=True, kw_only=True)
class _Kept:
    record: Record
    used: int
    """The generation that used it last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parsed:
    """An entry of the store, as it was read."""

    data: bytes
    generation: int
    order: tuple[str, ...]
    entries: Entries
    codes: Mapping[str, Code]
    records: tuple[tuple[str, Record, int], ...]
    """With their keys, and the generation that used them last."""

    @classmethod
    def read(cls, data: bytes, find: Find) -> _Parsed:
        """Read an entry; records of which a part is gone are left out."""
        told = json.loads(data)
        read = [(k, record_of(said, find), used) for k, used, said in told["records"]]
        return cls(
            data=data,
            generation=told["generation"],
            order=tuple(told["order"]),
            entries=read_entries(told["entries"]),
            codes={digest: _code_of(said) for digest, said in told["codes"].items()},
            records=tuple((k, r, used) for k, r, used in read if r is not None),
        )


_parsed: dict[tuple[str, str], _Parsed] = {}
"""What this process has read, by store and key: a preview reads it at every save."""


@dataclass(slots=True, kw_only=True)
class ChapterMemory:
    """What is remembered of one chapter."""

    store: Store | None
    key: str
    stays: bool = False
    generation: int = 0
    entries: Entries = field(default_factory=Entries)
    order: tuple[str, ...] = ()
    """Keys of the records of the last run, in the order of its units."""
    _records: dict[str, list[_Kept]] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)
    _used_codes: set[str] = field(default_factory=set)
    _last: dict[tuple[str, str], Record] = field(default_factory=dict)
    _is_new: bool = False

    # Reading -------------------------------------------------------------------------

    @classmethod
    def open(
        cls, store: Store | None, path: str, identity: str, *, stays: bool = False
    ) -> ChapterMemory:
        """Read what is remembered; nothing where another environment ran it.

        `stays`: this process will ask again, so that it is worth to be kept in mind.
        """
        key = text_digest(f"{identity}\0{path}")
        memory = cls(store=store, key=key, stays=stays)
        data = None if store is None else store.get(CHAPTER, memory.key)
        if data is not None:
            memory._take(memory._parsed(data))
        return memory

    def _parsed(self, data: bytes) -> _Parsed:
        """Read an entry of the store; the same bytes once a process."""
        key = (str(self.store.directory) if self.store else "", self.key)
        known = _parsed.get(key)
        if known is None or known.data != data:
            known = _Parsed.read(data, self._find)
            if self.stays:
                _parsed[key] = known
        return known

    def close(self) -> None:
        """Let go of everything: the chapter is done."""
        self._records, self._codes, self._last = {}, {}, {}
        self.entries = Entries()

    def _take(self, parsed: _Parsed) -> None:
        self.generation = parsed.generation
        self.order = parsed.order
        self.entries.update(parsed.entries)
        self._codes = dict(parsed.codes)
        for key, record, used in parsed.records:
            kept = _Kept(record=record, used=used)
            self._records.setdefault(key, []).append(kept)

    def _find(self, digest: str) -> bytes | None:
        return None if self.store is None else self.store.get(OUTPUT, digest)

    def file(self, digest: str) -> bytes | None:
        """Return the content of a file that a unit wrote."""
        return None if self.store is None else self.store.get(FILE, digest)

    def records(self, key: str) -> Iterator[Record]:
        """Yield the runs of a unit with these inputs, the latest first."""
        for kept in reversed(self._records.get(key, [])):
            yield kept.record

    def last(self, name: str, code: str) -> Record | None:
        """Return the last run of a unit by its code, or else by its name."""
        if not self._last:
            known = [several for k in self.order if (several := self._records.get(k))]
            records = [several[-1].record for several in known]
            self._last.update({("name", record.name): record for record in records})
            self._last.update({("code", r.inputs.code): r for r in records})
        return self._last.get(("code", code)) or self._last.get(("name", name))

    def code(self, text: str, *, is_cell: bool) -> Code:
        """Return what is known of code, which is read once."""
        digest = text_digest(f"{is_cell}\0{text}")
        self._used_codes.add(digest)
        if digest not in self._codes:
            self._codes[digest] = read_code(text, is_cell=is_cell)
            self._is_new = True
        return self._codes[digest]

    # Writing -------------------------------------------------------------------------

    def use(self, key: str, record: Record) -> None:
        """Mark a record as used by the present run."""
        for kept in self._records.get(key, []):
            if kept.record is record:
                kept.used = self.generation + 1

    def add(self, key: str, record: Record) -> None:
        """Remember a run."""
        self._is_new = True
        kept = self._records.setdefault(key, [])
        kept.append(_Kept(record=record, used=self.generation + 1))

    def hear(self, printed: Entries) -> None:
        """Take over what the journal knows of the present run.

        A row that moved has another address: earlier runs that printed the old one
        cannot be told from it any more, and are forgotten.
        """
        moved = {
            key
            for mine, new in (
                (self.entries.cells, printed.cells),
                (self.entries.studies, printed.studies),
            )
            for key in mine.keys() & new.keys()
            if mine[key] != new[key]
        }
        if moved:
            for key, several in self._records.items():
                self._records[key] = [
                    one
                    for one in several
                    if one.used > self.generation or not self._rests_on(one, moved)
                ]
        self.entries.update(printed)

    def _rests_on(self, kept: _Kept, moved: set[str]) -> bool:
        said = self.said_by([kept.record])
        return not moved.isdisjoint({*said.cells, *said.studies})

    def keep_file(self, digest: str, data: bytes) -> None:
        """Remember the content of a file that a unit wrote."""
        if self.store is not None:
            self.store.put(FILE, digest, data)

    def doubt_data(self) -> None:
        """Forget by which data the present run went: they changed meanwhile."""
        for kept in (one for several in self._records.values() for one in several):
            if kept.used > self.generation:
                kept.record = replace(kept.record, data="")

    def save(self, order: Sequence[str], *, complete: bool) -> None:
        """Write it down, if anything is new, without what is long out of use.

        Of a run that stopped half-way, what follows is still that of the last one.
        """
        if self.store is None or not (self._is_new or tuple(order) != self.order):
            return
        if complete:
            self.generation += 1
        else:
            order = (*order, *self.order[len(order) :])
        oldest = self.generation - _GENERATIONS
        kept = [
            (key, one)
            for key, several in self._records.items()
            for one in several[-_GENERATIONS:]
            if one.used > oldest
        ]
        told = {
            "generation": self.generation,
            "order": list(order),
            "records": [
                [key, one.used, record_json(one.record, self._keep)]
                for key, one in kept
            ],
            "entries": self.said_by(one.record for _, one in kept).json,
            "codes": {
                digest: _code_json(self._codes[digest])
                for digest in sorted(self._used_codes)
            },
        }
        data = json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self.store.put(CHAPTER, self.key, data)

    def _keep(self, digest: str, data: bytes) -> None:
        if self.store is not None:
            self.store.put(OUTPUT, digest, data)

    def said_by(self, records: Iterable[Record]) -> Entries:
        """Return what the journal knows of that which records printed, in order."""
        found = Entries()
        for token in dict.fromkeys(t for r in records for t in r.account.said):
            if token in self.entries.printouts or token in self.entries.claims:
                found.update(self.entries.part(token))
        return found


def _code_of(told: Sequence[Any]) -> Code:
    code, read, bound, calls = told
    said = names.Names(
        read=None if read is None else frozenset(read),
        bound=frozenset(bound),
        calls=calls,
    )
    return Code(digest=code, names=said)


def _code_json(code: Code) -> list[Any]:
    read = None if code.names.read is None else sorted(code.names.read)
    return [code.digest, read, sorted(code.names.bound), code.names.calls]
