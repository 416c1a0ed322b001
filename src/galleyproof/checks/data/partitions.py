"""Which parts make up which whole, as the data declare it.

A table with the columns `whole` and `parts` holds one partition a row: the terms in
`parts` exclude each other and together are the term in `whole`. With a `study` it holds
for that study only, since a series may have no third kind where another has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from galleyproof.checks.data.evidence import Finding, having, shown, text_of
from galleyproof.datapackage import DataPackage, Row, Table
from galleyproof.diagnostics import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """A whole and the parts that it consists of."""

    study: str
    """Empty where it holds for every study."""
    whole: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Partitions:
    """All that are declared."""

    by_study: Mapping[str, tuple[Partition, ...]]
    """Those of a study; under the empty key, those of every one."""

    def of(self, study: str) -> tuple[Partition, ...]:
        """Return those that hold for a study."""
        general = self.by_study.get("", ())
        return (*general, *self.by_study.get(study, ())) if study else general

    def wholes(self, study: str, part: str) -> frozenset[str]:
        """Return every term that a term is declared to be a part of."""
        found: set[str] = set()
        waiting = [part]
        while waiting:
            term = waiting.pop()
            above = {p.whole for p in self.of(study) if term in p.parts} - found
            found |= above
            waiting += above
        return frozenset(found - {part})


def declared(package: DataPackage) -> Partitions:
    """Read the partitions of a data package."""
    by_study: dict[str, tuple[Partition, ...]] = {}
    for table in having(package, "whole", "parts"):
        for row in table.rows:
            one = Partition(
                study=text_of(row, "study"),
                whole=text_of(row, "whole"),
                parts=tuple(text_of(row, "parts").split()),
            )
            by_study[one.study] = (*by_study.get(one.study, ()), one)
    return Partitions(by_study)


def unknown_terms(package: DataPackage) -> Iterator[Finding]:
    """Find parts that are no terms: a partition that is misspelt checks nothing."""
    for table in having(package, "whole", "parts"):
        vocabulary = _vocabulary(package, table)
        for row in table.rows:
            yield from _unknown(table, row, vocabulary)


def _vocabulary(package: DataPackage, table: Table) -> Table | None:
    for key in table.foreign_keys:
        if key.fields == ("whole",):
            return package.tables.get(key.table or table.name)
    return None


def _unknown(table: Table, row: Row, vocabulary: Table | None) -> Iterator[Finding]:
    parts = text_of(row, "parts").split()
    unknown = [p for p in parts if vocabulary is not None and p not in vocabulary.by_id]
    if unknown and vocabulary is not None:
        yield Finding(
            code=Code.PARTS_ADD_UP,
            table=table,
            row=row,
            field="parts",
            message=f"{shown(unknown)} is not in `{vocabulary.path}`",
            hint="correct the word, or add the term",
        )
    if text_of(row, "whole") in parts or len(set(parts)) < len(parts):
        yield Finding(
            code=Code.PARTS_ADD_UP,
            table=table,
            row=row,
            field="parts",
            message="a part is named twice, or is the whole",
            hint="name each part once, with spaces between them",
        )
