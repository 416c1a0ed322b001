"""The project's data, read once a process: records, studies and terms.

Owns the way from the working directory to the rows of `data/`. A file that has changed
since is read again, so that a warm kernel never works with yesterday's data.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from galleyproof import consulted, datapackage
from galleyproof.authoring import diary
from galleyproof.authoring.failures import EvidenceError, nearest
from galleyproof.lineage import CellRef, Text, notation

PROJECT_FILE = "_quarto.yml"
DATA = "data"
_PHRASES = {
    "article": "as given by the source article, {}",
    "computation": "this edition: {}",
}
"""How a locator reads, by the kind of its source in table `sources`."""


_TELLING = ("outcome", "quantity", "statistic", "group", "stratum", "arm")
"""The columns that say what a row is about."""
_SILENT = frozenset({"", "all"})

Wanted = str | Collection[str]
"""A word, or several of which one is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One row of one table of the data package."""

    table: str
    key: str
    path: str
    line: int
    """Row of the file as RFC 7111 counts: the header is row 1."""
    fields: Mapping[str, str]
    study_label: str = ""
    locator: str = ""
    """Where the source printed it, in words that name the source article as such."""
    about: tuple[tuple[str, str], ...] = ()
    """What it is about: facets and their words."""

    def __getitem__(self, name: str) -> str:
        consulted.note("cell", self.table, self.key, name)
        try:
            return self.fields[name]
        except KeyError:
            raise EvidenceError(
                f"table `{self.table}` has no column `{name}`"
                + nearest(name, self.fields)
            ) from None

    def get(self, name: str) -> str:
        """Return a field, empty where the table has no such column."""
        consulted.note("cell", self.table, self.key, name)
        return self.fields.get(name, "")

    def cell(self, name: str) -> CellRef:
        """Return the reference to one field."""
        consulted.note("row", self.table, self.key)
        return CellRef(
            table=self.table,
            row=self.key,
            field=name,
            path=self.path,
            line=self.line,
            column=list(self.fields).index(name) + 1,
            study=self.fields.get("study", ""),
            study_label=self.study_label,
            locator=self.locator,
            about=self.about,
        )

    def text(self, name: str) -> Text:
        """Return a field as words that print as they are."""
        return Text(content=self[name], cell=self.cell(name))

    def facet(self, name: str) -> str:
        """Return a field as authors spell it: `month6` for six months.

        Who asks for the facets of many rows notes that by himself, once.
        """
        if name == "time" and self.fields.get("time"):
            return _moment(self.fields)
        return self.fields.get(name, "")

    def _galley_identity_(self) -> tuple[str, ...]:
        # Not what it says: what is asked of it is noted where it is asked.
        return (self.table, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All tables of one project."""

    root: Path
    tables: Mapping[str, tuple[Record, ...]]
    index: Mapping[tuple[str, str], Record] = field(repr=False)
    described: str = ""
    """What the package says of its tables and columns."""
    _by_word: dict[tuple[str, str], dict[str, list[int]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """(table, column) -> word -> positions of rows; made when it is first asked for."""

    def _galley_identity_(self) -> tuple[str, ...]:
        return ()

    def table(self, name: str) -> tuple[Record, ...]:
        """Return the rows of a table in file order."""
        consulted.note("rows", name)
        self.require(name)
        return self.tables[name]

    def answer(self, fact: consulted.Fact) -> str:
        """Return what a fact says here, as a digest."""
        from galleyproof.authoring import consulting  # noqa: PLC0415 - it imports this

        return consulting.digest(self, fact)

    def require(self, name: str) -> None:
        """Raise where there is no such table."""
        if name not in self.tables:
            raise EvidenceError(f"no table `{name}`" + nearest(name, self.tables))

    def record(self, table: str, key: str) -> Record:
        """Return one row by its key."""
        found = self.find(table, key)
        if found is None:
            keys = [row.key for row in self.table(table)]
            raise EvidenceError(
                f"table `{table}` has no row `{key}`" + nearest(key, keys)
            )
        return found

    def find(self, table: str, key: str) -> Record | None:
        """Return one row by its key, if there is one."""
        consulted.note("row", table, key)
        return self.index.get((table, key))

    def select(self, table: str, /, **wanted: Wanted) -> tuple[Record, ...]:
        """Return the rows of a table whose columns have the wanted words.

        Without such a table there are no rows; without such a column it raises.
        """
        rows = self.tables.get(table, ())
        asked = {
            name: words if isinstance(words, str) else sorted(words)
            for name, words in wanted.items()
        }
        consulted.note("selected", table, json.dumps(asked))
        for name in wanted if rows else ():
            if name not in rows[0].fields:
                raise EvidenceError(
                    f"table `{table}` has no column `{name}`"
                    + nearest(name, rows[0].fields)
                )
        return self.matching(table, asked)

    def matching(self, table: str, wanted: Mapping[str, Wanted]) -> tuple[Record, ...]:
        """Return the rows that have the wanted words, as they are or as authors say.

        By an index, since each cell of each chapter asks: looking at every row would
        cost the chapters times the rows.
        """
        rows = self.tables.get(table, ())
        accepted = {
            name: {words} if isinstance(words, str) else set(words)
            for name, words in wanted.items()
        }
        if not (rows and accepted):
            return rows
        candidates = [
            {
                place
                for word in words
                for place in self._places(table, name).get(word, ())
            }
            for name, words in accepted.items()
        ]
        return tuple(rows[place] for place in sorted(set.intersection(*candidates)))

    def _places(self, table: str, name: str) -> Mapping[str, list[int]]:
        """Return where in a table the words of a column stand."""
        if (table, name) not in self._by_word:
            found: dict[str, list[int]] = {}
            for place, row in enumerate(self.tables[table]):
                for word in _words(row, name):
                    found.setdefault(word, []).append(place)
            self._by_word[table, name] = found
        return self._by_word[table, name]

    def term(self, identifier: str) -> Record | None:
        """Return the entry of the vocabulary, if there is one."""
        return self.find("terms", identifier)

    def label(self, identifier: str) -> str:
        """Return what a term is called in print; itself where it is not listed."""
        entry = self.term(identifier)
        return identifier.replace("_", " ") if entry is None else entry["label"]

    def rows_of_study(self, study: str) -> Iterator[Record]:
        """Yield every row about one study, in the order of tables and files."""
        for table, rows in self.tables.items():
            if rows and "study" in rows[0].fields:
                yield from self.select(table, study=study)


def _words(row: Record, name: str) -> Iterator[str]:
    """Yield a field as it is, and as authors say it where that differs."""
    # Of the fields themselves: that a row was looked at is no use of its cells.
    yield row.fields.get(name, "")
    if name == "time":
        yield _moment(row.fields)


def _moment(fields: Mapping[str, str]) -> str:
    return fields.get("time_unit", "").removesuffix("s") + fields.get("time", "")


def project_root(start: Path | None = None) -> Path:
    """Find the project: the nearest directory upwards that holds `_quarto.yml`."""
    here = (start or Path.cwd()).resolve()
    for directory in (here, *here.parents):
        if (directory / PROJECT_FILE).is_file():
            return directory
    raise EvidenceError(
        f"no `{PROJECT_FILE}` in `{here}` or above it: "
        "run the chapter from within its project"
    )


def library(start: Path | None = None) -> Library:
    """Return the data of the project around `start` (the working directory)."""
    consulted.note("package")
    with consulted.serving():
        root = project_root(start)
        diary.keep(root)
        files = sorted((root / DATA).glob("*"))
        stats = [(path.name, path.stat()) for path in files]
        stamps = tuple((name, s.st_mtime_ns, s.st_size, s.st_ino) for name, s in stats)
        found = _read(root, stamps)
        consulted.answer = found.answer
        return found


@lru_cache(maxsize=2)
def _read(root: Path, stamps: tuple[tuple[str, int, int, int], ...]) -> Library:
    del stamps  # only there to tell one state of the files from the next
    package = datapackage.load(root, DATA)
    if not package.tables:
        raise EvidenceError(f"`{root}` has no data: `{package.path}` is not there")
    return library_of(package, root)


def library_of(package: datapackage.DataPackage, root: Path) -> Library:
    """Return the records of a data package that has been read."""
    labels = _column(package, "studies", "label")
    kinds = _column(package, "sources", "kind")
    terms = _column(package, "terms", "label")
    tables = {
        name: tuple(_record(row, labels, kinds, terms) for row in table.rows)
        for name, table in package.tables.items()
    }
    index = {(name, row.key): row for name, rows in tables.items() for row in rows}
    described = repr([(n, t.path, t.fields) for n, t in package.tables.items()])
    return Library(root=root, tables=tables, index=index, described=described)


def _column(package: datapackage.DataPackage, table: str, name: str) -> dict[str, str]:
    found = package.tables.get(table)
    return {row.id: row.texts.get(name, "") for row in (found.rows if found else ())}


def _record(
    row: datapackage.Row,
    labels: Mapping[str, str],
    kinds: Mapping[str, str],
    terms: Mapping[str, str],
) -> Record:
    phrase = _PHRASES.get(kinds.get(row.texts.get("source", ""), ""), "{}")
    locator = row.texts.get("locator", "")
    study = labels.get(row.texts.get("study", ""), "")
    subject = labels.get(row.id, "") if row.table == "studies" else study
    return Record(
        table=row.table,
        key=row.id,
        path=row.path,
        line=row.number,
        fields=row.texts,
        study_label=study,
        locator=phrase.replace("{}", locator) if locator else "",
        about=tuple(_facets(row.texts, subject, terms)),
    )


def _facets(
    texts: Mapping[str, str], study: str, terms: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield what sets a row apart from others of its table, in words."""
    if study:
        yield "study", study
    for name in _TELLING:
        word = texts.get(name, "")
        if word not in _SILENT and (label := terms.get(word, word.replace("_", " "))):
            yield name, notation.lowered(label)
    # A measurement prints its unit.
    if "quantity" not in texts and texts.get("unit", "") not in ("", "not_stated"):
        yield "unit", terms.get(texts["unit"], texts["unit"])
    if texts.get("time"):
        unit = texts["time_unit"].removesuffix("s")
        yield "time", f"{texts['time']} {unit}{'s' * (texts['time'] != '1')}"
