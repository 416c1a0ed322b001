"""What must be true of extracted data and no schema can say.

Each rule is a function of the package that yields diagnostics. A rule looks at columns
and at our own properties of the schema (`galley:role`, `galley:kinds`), not at the
names of tables, so that any project's data package can use it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from galleyproof.datapackage.model import DataPackage, Field, ForeignKey, Row, Table
from galleyproof.datapackage.quantities import AddressError, locate
from galleyproof.datapackage.reading import invalid
from galleyproof.diagnostics import Diagnostic
from galleyproof.nearest import nearest


def check(
    package: DataPackage, citation_keys: Collection[str] | None
) -> Iterator[Diagnostic]:
    """Yield every finding; what refers to a table that was not read is not blamed."""
    for table in package.tables.values():
        yield from _foreign_keys(package, table)
        yield from _kinds(package, table)
        yield from _counts(table)
        yield from _decimals(table)
        yield from _addresses(package, table)
        if citation_keys is not None:
            yield from _citation_keys(table, citation_keys)


def _foreign_keys(package: DataPackage, table: Table) -> Iterator[Diagnostic]:
    for key in table.foreign_keys:
        if key.table in package.unread:
            continue
        target = package.tables.get(key.table or table.name)
        if target is None:
            yield invalid(
                table.span(),
                f"column `{key.fields[0]}` refers to a table that is not there: "
                f"`{key.table}`",
                f"correct `{package.path}`",
            )
        else:
            yield from _dangling(table, key, target)


def _dangling(table: Table, key: ForeignKey, target: Table) -> Iterator[Diagnostic]:
    known = {tuple(row.texts.get(name) for name in key.targets) for row in target.rows}
    first = key.fields[0]
    for row in table.rows:
        cells = tuple(row.texts[name] for name in key.fields)
        if any(cells) and cells not in known:
            names = [str(cell[0]) for cell in known]
            yield invalid(
                table.cell_span(row, first),
                f"`{', '.join(cells)}` in column `{first}` is not in `{target.path}`",
                _suggestion(cells[0], names) or f"add it to `{target.path}`",
            )


def _kinds(package: DataPackage, table: Table) -> Iterator[Diagnostic]:
    """Refuse a term of the wrong kind: an outcome in the column of arms."""
    for field in table.fields:
        if not field.kinds:
            continue
        for row in table.rows:
            term = _term(package, table, field, row)
            if term is not None and not {term.id, term["kind"]} & set(field.kinds):
                yield invalid(
                    table.cell_span(row, field.name),
                    f"`{term.id}` in column `{field.name}` names a `{term['kind']}`",
                    f"choose a term of the kind `{'`, `'.join(field.kinds)}`",
                )


def _term(package: DataPackage, table: Table, field: Field, row: Row) -> Row | None:
    for key in table.foreign_keys:
        if key.fields == (field.name,):
            return package.row(key.table or table.name, row.texts[field.name])
    return None


def _counts(table: Table) -> Iterator[Diagnostic]:
    names = {field.name for field in table.fields}
    if not {"events", "total"} <= names:
        return
    for row in table.rows:
        events, total = row["events"], row["total"]
        if (events is None) != (total is None):
            empty = "events" if events is None else "total"
            yield invalid(
                table.cell_span(row, empty),
                f"`{row.id}` has no `{empty}`",
                "give both counts or neither",
            )


def _decimals(table: Table) -> Iterator[Diagnostic]:
    """Compare decimals with the number as written: 60.0 has one."""
    if not {"printed", "decimals"} <= {field.name for field in table.fields}:
        return
    for row in table.rows:
        digits = len(row.texts["printed"].partition(".")[2])
        wanted = None if row["printed"] is None else digits
        if row["decimals"] != wanted:
            yield invalid(
                table.cell_span(row, "decimals"),
                f"`{row.texts['printed']}` does not have "
                f"`{row.texts['decimals']}` decimals",
                "count the digits behind the point, or write the number as printed"
                if wanted is not None
                else "leave the cell empty: nothing was printed",
            )


def _addresses(package: DataPackage, table: Table) -> Iterator[Diagnostic]:
    fields = [f for f in table.fields if f.role in ("address", "addresses")]
    for field in fields:
        for row in table.rows:
            for address in row.texts[field.name].split():
                if address.partition(":")[0] in package.unread:
                    continue
                try:
                    locate(package, address)
                except AddressError as error:
                    yield invalid(
                        table.cell_span(row, field.name), error.message, error.hint
                    )


def _citation_keys(table: Table, keys: Collection[str]) -> Iterator[Diagnostic]:
    for field in table.fields:
        if field.role != "citation-key":
            continue
        for row in table.rows:
            key = row.texts[field.name]
            if key and key not in keys:
                yield invalid(
                    table.cell_span(row, field.name),
                    f"`{key}` is not in the bibliography",
                    _suggestion(key, keys) or f"add an entry with the key `{key}`",
                )


def _suggestion(name: str, names: Collection[str]) -> str:
    close = nearest(name, names)
    return f"did you mean `{close}`?" if close else ""
