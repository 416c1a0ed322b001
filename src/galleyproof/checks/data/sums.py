"""Parts and wholes: counts that must add up, and totals that cannot exceed a cohort."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from galleyproof.checks.data import partitions
from galleyproof.checks.data.evidence import (
    ALL,
    Counts,
    Finding,
    Key,
    cohort_sizes,
    count_of,
    facets,
    grouped,
    has,
    having,
    percent,
    printed_range,
    text_of,
)
from galleyproof.checks.data.partitions import Partition, Partitions
from galleyproof.datapackage import DataPackage, Row, Table
from galleyproof.diagnostics import Code

_COLUMNS = ("count", "events", "total")
_HINT = (
    "check the counts against the source; correct the partition if parts overlap or "
    "leave somebody out"
)


def check(package: DataPackage) -> Iterator[Finding]:
    """Compare every declared whole with its parts, and every total with its cohort."""
    known = partitions.declared(package)
    yield from partitions.unknown_terms(package)
    for table in having(package, "study"):
        columns = [name for name in _COLUMNS if has(table, name)]
        for facet in facets(table) if columns and known.by_study else ():
            if facet not in ("study", "time", "time_unit", "unit"):
                yield from _along(table, facet, columns, known)
    yield from _cohorts(package, known)


def _along(
    table: Table, facet: str, columns: Sequence[str], known: Partitions
) -> Iterator[Finding]:
    """Compare rows that differ in one facet only."""
    same = [name for name in facets(table) if name != facet]

    def key(row: Row) -> Key:
        return tuple(text_of(row, name) for name in same)

    for rows in grouped(table.rows, key).values():
        by_term = {text_of(row, facet): row for row in rows}
        for partition in known.of(text_of(rows[0], "study")):
            whole = by_term.get(partition.whole)
            if whole is not None:
                for column in columns:
                    yield from _sum(table, whole, by_term, partition, column)
                yield from _mixture(table, whole, by_term, partition)


def _sum(
    table: Table,
    whole: Row,
    by_term: Mapping[str, Row],
    partition: Partition,
    column: str,
) -> Iterator[Finding]:
    parts = [by_term[name] for name in partition.parts if name in by_term]
    known = [(p, n) for p in parts if (n := count_of(p, column)) is not None]
    size = count_of(whole, column)
    if size is None or not known:
        return
    total = sum(n for _, n in known)
    complete = len(known) == len(partition.parts)
    if total == size or (total < size and not complete):
        return
    terms = " + ".join(str(n) for _, n in known)
    names = ", ".join(f"`{row.id}`" for row, _ in known)
    relation = f"not {size}" if complete else f"more than {size}"
    yield Finding(
        code=Code.PARTS_ADD_UP,
        table=table,
        row=whole,
        field=column,
        message=f"the parts of `{whole.id}` have `{column}` {terms} = {total}, "
        f"{relation}: {names}",
        hint=_HINT,
        others=tuple(row for row, _ in known),
    )


def _mixture(
    table: Table, whole: Row, by_term: Mapping[str, Row], partition: Partition
) -> Iterator[Finding]:
    """Refuse a percentage outside those of all its parts, where counts are unknown."""
    parts = [by_term.get(name) for name in partition.parts]
    rows = [row for row in parts if row is not None]
    if not has(table, "events", "total") or len(rows) < len(parts):
        return
    if all(count_of(row, "events") is not None for row in (whole, *rows)):
        return  # the counts themselves are compared
    ends = [_ends(row) for row in rows]
    own = _ends(whole)
    known = [pair for pair in ends if pair is not None]
    if own is None or len(known) < len(ends):
        return
    low, high = min(e[0] for e in known), max(e[1] for e in known)
    if own[1] >= low and own[0] <= high:
        return
    listed = ", ".join(f"{_percentage(row)} of `{row.id}`" for row in rows)
    yield Finding(
        code=Code.PARTS_ADD_UP,
        table=table,
        row=whole,
        field="printed" if has(table, "printed") else "events",
        message=f"{_percentage(whole)} of `{whole.id}` lies outside the percentages "
        f"of its parts: {listed}",
        hint=_HINT,
        others=tuple(rows),
    )


def _ends(row: Row) -> tuple[Fraction, Fraction] | None:
    events, total = count_of(row, "events"), count_of(row, "total")
    if events is not None and total:
        return percent(events, total), percent(events, total)
    range_ = printed_range(row)
    if range_ is None or range_.low is None or range_.high is None:
        return None
    return range_.low, range_.high


def _percentage(row: Row) -> str:
    printed = text_of(row, "printed")
    return f"{printed}%" if printed else f"{row.texts['events']}/{row.texts['total']}"


def _cohorts(package: DataPackage, known: Partitions) -> Iterator[Finding]:
    """Refuse a total above the number of those there were."""
    sizes = cohort_sizes(package)
    for table in having(package, "study", "unit", "total") if sizes else ():
        for row in table.rows:
            total = count_of(row, "total")
            size = None if total is None else _smallest(row, sizes, known)
            if size is None or total is None or total <= (count_of(size, "count") or 0):
                continue
            yield Finding(
                code=Code.PARTS_ADD_UP,
                table=table,
                row=row,
                field="total",
                message=f"a total of {total} `{text_of(row, 'unit')}` is more than the "
                f"{size.texts['count']} of `{size.id}`",
                hint="check the unit and both numbers against the source",
            )


def _smallest(row: Row, sizes: Counts, known: Partitions) -> Row | None:
    """Return the smallest group that holds everybody whom the row is about."""
    study, unit = text_of(row, "study"), text_of(row, "unit")
    terms = {ALL}
    for facet in ("stratum", "arm", "group"):
        term = text_of(row, facet)
        terms |= {term} | known.wholes(study, term)
    found = [sizes[study, unit, t] for t in sorted(terms) if (study, unit, t) in sizes]
    return min(found, key=lambda one: count_of(one, "count") or 0, default=None)
