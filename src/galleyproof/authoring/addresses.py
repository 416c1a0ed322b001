"""Numbers by address: `proportions:glazer-ts-lt4.percent`.

An address names a row by its key, so that it survives a re-ordering of the file.
"""

from __future__ import annotations

from galleyproof.authoring import extract
from galleyproof.authoring.comparison import Comparison
from galleyproof.authoring.failures import EvidenceError
from galleyproof.authoring.library import Library, Record
from galleyproof.lineage import Counts, Value


def value_at(library: Library, address: str) -> Value:
    """Return one number by its address: `proportions:glazer-ts-lt4.percent`."""
    record, field = record_at(library, address)
    if record.table == "tests" and field != "printed_p":
        found: Value = getattr(comparison_of(library, record), field)
        return found
    if field:
        return extract.field_value(record, field, library)
    return extract.main_value(record, library)


def record_at(library: Library, address: str) -> tuple[Record, str]:
    """Return the row of an address, and the field that it names."""
    table, colon, rest = address.partition(":")
    if not colon:
        raise EvidenceError(
            f"`{address}` is no address; one is written `table:row` or "
            "`table:row.field`"
        )
    key, _, field = rest.partition(".")
    return library.record(table, key), field


def comparison_of(library: Library, test: Record) -> Comparison:
    """Return the comparison that a row of `tests` is about."""
    if not (test["left"] and test["right"]):
        raise EvidenceError(f"`tests:{test.key}` names no rows to compare")
    left, right = (
        counts_at(library.record("proportions", test[side]))
        for side in ("left", "right")
    )
    return Comparison(left=left, right=right, printed=extract.printed_of(test))


def counts_at(record: Record) -> Counts:
    """Return the counts of a row that must have them."""
    counts = extract.counts_of(record)
    if counts is None:
        why = record.get("counts_status") or "not a proportion"
        raise EvidenceError(
            f"the counts of `{record.table}:{record.key}` are not known ({why})"
        )
    return counts
