"""What the cited works themselves report: a small table beside an audit.

Read from a CSV file of facts, or from a galley project: its bibliography and the
tables of its data package that have the columns named here. Only values, no judgement:
the rules that use them are in `factual`.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from galleyproof import bibliography, datapackage, files
from galleyproof.bibliography import Bibliography
from galleyproof.checks.articles.model import Article, Reference
from galleyproof.checks.context import folded
from galleyproof.datapackage import DataPackage, Table
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.errors import FindingsError
from galleyproof.spans import Source

COLUMNS = (
    "study",
    "reference",
    "kind",
    "value",
    "unit",
    "outcome",
    "group",
    "total",
    "time",
)
"""Of a file of facts; the first four are required, the others may be left out."""


class What(StrEnum):
    """What a row of facts gives, in the column `kind`."""

    COUNT = "count"
    """`value` of `unit`, such as 69 tumours; of a part where `group` is not `all`."""
    PERCENT = "percent"
    """A rate in per cent as printed, of `unit`, at `time`."""
    HETEROGENEITY = "heterogeneity"
    """I² in per cent of the pooled rate of `outcome`."""
    AUTHOR = "author"
    """A family name, as the work itself prints it; one row each."""
    YEAR = "year"
    PAGES = "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that a work reports."""

    kind: What
    value: str
    unit: str = ""
    outcome: str = ""
    group: str = "all"
    total: int | None = None
    """Known denominator of a percentage."""
    time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A study and what it reports."""

    key: str
    name: str
    """Family name of its first author, or what else it is called."""
    number: int | None = None
    """Its number in the list of the article, where it has one."""
    facts: tuple[Fact, ...] = ()

    def of(self, kind: What) -> list[Fact]:
        """Return the facts of one kind."""
        return [fact for fact in self.facts if fact.kind is kind]


def read(path: Path, article: Article) -> tuple[Work, ...]:
    """Read facts from a CSV file, or from the directory of a project.

    Raises
    ------
    FindingsError: the file cannot be read or has not the columns of a file of facts,
        or a table of the project is wrong.
    """
    if path.is_dir():
        package = datapackage.load(path, "data")
        entries = path / "references.bib"
        listed = bibliography.load(entries) if entries.is_file() else None
        return tuple(_of_project(package, listed, article))
    source = files.read(path, path.as_posix())
    if isinstance(source, Diagnostic):
        raise FindingsError("the facts cannot be read", diagnostics=[source])
    return tuple(of_table(source))


def of_table(source: Source) -> Iterator[Work]:
    """Take a file of facts apart; works in the order of their first row.

    Raises
    ------
    FindingsError: a column is missing, or a `kind` is none.
    """
    rows = csv.DictReader(io.StringIO(source.text))
    missing = [name for name in COLUMNS[:4] if name not in (rows.fieldnames or ())]
    if missing:
        raise _refused(source, 0, f"a file of facts has a column `{missing[0]}`")
    found: dict[str, list[Fact]] = defaultdict(list)
    numbers: dict[str, int] = {}
    for row in rows:
        kind = (row["kind"] or "").strip()
        if kind not in tuple(What):
            known = ", ".join(f"`{one}`" for one in What)
            at = source.text.find("\n" + (row["study"] or "")) + 1
            raise _refused(source, at, f"`{kind}` is no kind of fact: {known}")
        found[row["study"]].append(_fact(What(kind), row))
        if (row["reference"] or "").isdigit():
            numbers[row["study"]] = int(row["reference"])
    for study, facts in found.items():
        yield Work(key=study, name=study, number=numbers.get(study), facts=tuple(facts))


def _refused(source: Source, at: int, message: str) -> FindingsError:
    finding = Diagnostic(
        code=Code.DATA_VALID, span=source.span(at, at), message=message
    )
    return FindingsError("the facts cannot be used", diagnostics=[finding])


def _fact(kind: What, row: Mapping[str, str | None]) -> Fact:
    def cell(name: str) -> str:
        return (row.get(name) or "").strip()

    return Fact(
        kind=kind,
        value=cell("value").rstrip(" %"),
        unit=cell("unit"),
        outcome=cell("outcome"),
        group=cell("group") or "all",
        total=int(cell("total")) if cell("total").isdigit() else None,
        time=cell("time"),
    )


def _of_project(
    package: DataPackage, listed: Bibliography | None, article: Article
) -> Iterator[Work]:
    """Gather what the tables of a project say of each study, and its bibliography.

    Studies are the rows of the table `studies`; facts are in every table with `study`
    and `unit`, and `count` or `printed`.
    """
    facts: dict[str, list[Fact]] = defaultdict(list)
    for table in package.tables.values():
        for study, fact in _of_rows(table):
            facts[study].append(fact)
    studies = package.tables.get("studies")
    names = {
        row.id: row.texts.get("name") or row.id
        for row in (studies.rows if studies else ())
    }
    entries = listed.entries if listed else {}
    for key in dict.fromkeys([*names, *entries]):
        entry = entries.get(key)
        if entry:
            facts[key] += [
                Fact(kind=What.AUTHOR, value=one.family) for one in entry.authors
            ]
            for kind in (What.YEAR, What.PAGES):
                if value := entry.text(kind):
                    facts[key].append(Fact(kind=kind, value=value))
        title = entry.text("title") if entry else ""
        name = (
            entry.authors[0].family if entry and entry.authors else names.get(key, key)
        )
        yield Work(
            key=key,
            name=name,
            number=_number(article.references, title, name),
            facts=tuple(facts[key]),
        )


def _of_rows(table: Table) -> Iterator[tuple[str, Fact]]:
    columns = {field.name for field in table.fields}
    if not {"study", "unit"} <= columns or not {"count", "printed"} & columns:
        return
    for row in table.rows:
        cells = row.texts
        statistic = cells.get("statistic", "")
        if cells.get("count"):
            kind, value = What.COUNT, cells["count"]
        elif statistic == "i2":
            kind, value = What.HETEROGENEITY, cells["printed"]
        elif statistic in {"", "pooled"} and cells.get("printed"):
            kind, value = What.PERCENT, cells["printed"]
        else:
            continue
        time = f"{cells.get('time', '')} {cells.get('time_unit', '')}".strip()
        total = cells.get("total", "")
        yield (
            cells["study"],
            Fact(
                kind=kind,
                value=value,
                unit="" if statistic else cells["unit"],
                outcome=cells.get("outcome") or cells.get("quantity", ""),
                group=cells.get("group") or cells.get("stratum") or "all",
                total=int(total) if total.isdigit() else None,
                time=time,
            ),
        )


_LIKE = 0.7
_SAME = 0.95


def _number(references: Iterable[Reference], title: str, name: str) -> int | None:
    """Return the number of the reference that has most words of a work's title.

    Seven in ten where the first author is the same, else nearly all.
    """
    words = set(re.findall(r"\w+", title.casefold()))
    best, number = 0.0, None
    for one in references:
        theirs = set(re.findall(r"\w+", one.text.casefold()))
        shared = len(words & theirs) / len(words) if words else 0.0
        same = bool(one.authors) and folded(one.authors[0][0]) == folded(name)
        if shared > best and shared >= (_LIKE if same else _SAME):
            best, number = shared, one.number
    return number
