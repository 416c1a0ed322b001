"""All rules about the data, and the discrepancies that the data declare.

A source may print numbers that do not agree, and the data must hold what it printed. A
row says so, with the reason, in the column `disputed`; the finding is then no finding.
A declaration that no finding needs is one itself: it would hide the next mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from galleyproof.checks.data import (
    cohorts,
    comparisons,
    intervals,
    percentages,
    rows,
    series,
    sums,
)
from galleyproof.checks.data.evidence import Finding, having, text_of
from galleyproof.checks.groups import EVIDENCE as CODES
from galleyproof.datapackage import DataPackage
from galleyproof.diagnostics import Code, Diagnostic

_RULES = (sums, percentages, intervals, comparisons, series, cohorts, rows)
_DECLARABLE = frozenset(CODES) - {
    Code.SOURCE_NAMED,
    Code.ROW_UNIQUE,
    Code.DISCREPANCY_REAL,
    Code.COHORTS_DISJOINT,
}


def check(package: DataPackage) -> tuple[Diagnostic, ...]:
    """Return what cannot be true in the data, in order of place.

    Nothing is read: the package holds all. Linear in the rows, but for cohorts of one
    centre, which are compared in pairs.
    """
    findings = [finding for rule in _RULES for finding in rule.check(package)]
    left = [one for one in findings if not _is_declared(one)]
    left += _unneeded(package, findings)
    once = dict.fromkeys(finding.diagnostic() for finding in left)
    return tuple(sorted(once, key=lambda diagnostic: diagnostic.sort_key))


def beside(known: Iterable[Diagnostic], package: DataPackage) -> tuple[Diagnostic, ...]:
    """Return what else is wrong; a row that breaks its schema is not blamed twice."""
    lines = {(one.span.path, one.span.line) for one in known}
    found = check(package)
    return tuple(d for d in found if (d.span.path, d.span.line) not in lines)


def _is_declared(finding: Finding) -> bool:
    return finding.code in _DECLARABLE and any(
        text_of(row, "disputed") for row in finding.rows
    )


def _unneeded(package: DataPackage, findings: Iterable[Finding]) -> Iterator[Finding]:
    needed = {
        (row.path, row.number)
        for finding in findings
        if finding.code in _DECLARABLE
        for row in finding.rows
    }
    for table in having(package, "disputed"):
        for row in table.rows:
            if text_of(row, "disputed") and (row.path, row.number) not in needed:
                yield Finding(
                    code=Code.DISCREPANCY_REAL,
                    table=table,
                    row=row,
                    field="disputed",
                    message=f"nothing in the data disagrees with `{row.id}`",
                    hint="take the reason back",
                )
