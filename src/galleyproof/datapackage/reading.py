"""From `datapackage.json` and CSV files to typed rows, with what went wrong.

Plain `csv` and the types of the schema: this runs in every cell of every chapter, so
frictionless, which takes a quarter of a second to import, stays out of it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from galleyproof import files
from galleyproof.datapackage.model import (
    Cell,
    DataPackage,
    Field,
    ForeignKey,
    Row,
    Table,
)
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.errors import FindingsError
from galleyproof.spans import Source, Span

DESCRIPTOR = "datapackage.json"
_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_BOOLEANS = dict.fromkeys(("true", "True", "TRUE", "1"), True) | dict.fromkeys(
    ("false", "False", "FALSE", "0"), False
)


def load(project_dir: Path, directory: str = "data") -> DataPackage:
    """Read the data package of a project; an empty one where it has none.

    Raises
    ------
    FindingsError
        The descriptor or a table cannot be read, or a cell does not have the type of
        its column. The error carries every finding.
    """
    package, findings = read(project_dir, directory)
    if findings:
        raise FindingsError(
            f"the data package in `{directory}` cannot be read",
            hint="correct the findings below",
            diagnostics=findings,
        )
    return package


def read(
    project_dir: Path, directory: str = "data"
) -> tuple[DataPackage, tuple[Diagnostic, ...]]:
    """Read what can be read, with findings; a cell of the wrong type is None."""
    path = str(PurePosixPath(directory) / DESCRIPTOR)
    nothing = DataPackage(path=path, title="", tables={})
    if not (project_dir / path).is_file():
        return nothing, ()
    descriptor = read_descriptor(project_dir, path)
    if isinstance(descriptor, Diagnostic):
        return nothing, (descriptor,)
    tables: dict[str, Table] = {}
    findings: list[Diagnostic] = []
    unread: set[str] = set()
    for resource in _objects(descriptor, "resources"):
        shown_as = str(PurePosixPath(directory) / _text(resource, "path"))
        source = files.read(project_dir / shown_as, shown_as)
        if isinstance(source, Diagnostic):
            findings.append(source)
            unread.add(_text(resource, "name"))
            continue
        table, wrong = _table(resource, source)
        tables[table.name] = table
        findings.extend(wrong)
        if any(finding.span.line == 1 for finding in wrong):
            unread.add(table.name)
    package = DataPackage(
        path=path,
        title=_text(descriptor, "title"),
        tables=tables,
        unread=frozenset(unread),
    )
    return package, tuple(findings)


def invalid(span: Span, message: str, hint: str) -> Diagnostic:
    """Return a finding about the data."""
    return Diagnostic(code=Code.DATA_VALID, span=span, message=message, hint=hint)


def read_descriptor(project_dir: Path, path: str) -> dict[str, object] | Diagnostic:
    """Return the content of `datapackage.json`, or why it cannot be read."""
    source = files.read(project_dir / path, path)
    if isinstance(source, Diagnostic):
        return source
    try:
        descriptor = json.loads(source.text)
    except json.JSONDecodeError as error:
        return invalid(
            source.span(error.pos),
            f"`{path}` is not JSON: {error.msg.lower()}",
            "correct the syntax at this place",
        )
    if not isinstance(descriptor, dict):
        return invalid(
            Span(path=path),
            f"`{path}` does not hold an object",
            "describe the tables as `resources` of one object",
        )
    return descriptor


def _table(
    resource: Mapping[str, object], source: Source
) -> tuple[Table, tuple[Diagnostic, ...]]:
    fields = _fields(resource)
    records = list(records_of(source.text))
    header = records[0][1] if records else []
    fits = header == [field.name for field in fields]
    rows = tuple(
        Row(
            table=_text(resource, "name"),
            path=source.path,
            number=number,
            line=line,
            values=values,
            texts=texts,
        )
        for number, (line, cells) in enumerate(records, 1)
        if fits and number > 1 and cells
        for texts, values in [_contents(cells, fields)]
    )
    table = Table(
        name=_text(resource, "name"),
        path=source.path,
        title=_text(resource, "title"),
        description=_text(resource, "description"),
        fields=fields,
        foreign_keys=tuple(_foreign_keys(resource)),
        rows=rows,
        by_id={row.id: row for row in reversed(rows)},
        source=source,
    )
    if not fits:
        return table, (_wrong_header(table),)
    return table, tuple(_mistyped(table))


def _fields(resource: Mapping[str, object]) -> tuple[Field, ...]:
    schema = resource.get("schema")
    described = _objects(schema, "fields") if isinstance(schema, Mapping) else ()
    return tuple(
        Field(
            name=_text(entry, "name"),
            type=_text(entry, "type") or "string",
            title=_text(entry, "title"),
            description=_text(entry, "description"),
            role=_text(entry, "galley:role"),
            kinds=_strings(entry, "galley:kinds"),
        )
        for entry in described
    )


def _foreign_keys(resource: Mapping[str, object]) -> Iterator[ForeignKey]:
    schema = resource.get("schema")
    described = _objects(schema, "foreignKeys") if isinstance(schema, Mapping) else ()
    for entry in described:
        reference = entry.get("reference")
        if isinstance(reference, Mapping):
            yield ForeignKey(
                fields=_strings(entry, "fields"),
                table=_text(reference, "resource"),
                targets=_strings(reference, "fields"),
            )


def records_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line on which it begins."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1


def _contents(
    cells: Sequence[str], fields: Sequence[Field]
) -> tuple[Mapping[str, str], Mapping[str, Cell]]:
    padded = [*cells, *[""] * (len(fields) - len(cells))]
    # A surplus cell belongs to no column; `validate` reports it.
    texts = {field.name: text for field, text in zip(fields, padded, strict=False)}
    return texts, {
        field.name: _typed(texts[field.name], field.type) for field in fields
    }


def _typed(text: str, kind: str) -> Cell:
    if not text:
        return None
    if kind == "integer":
        return int(text) if _INTEGER.fullmatch(text) else None
    if kind == "number":
        return float(text) if _NUMBER.fullmatch(text) else None
    if kind == "boolean":
        return _BOOLEANS.get(text)
    return text


def _wrong_header(table: Table) -> Diagnostic:
    names = ",".join(field.name for field in table.fields)
    return invalid(
        table.span(),
        f"the header of `{table.path}` is not the one of its schema",
        f"write `{names}`",
    )


def _mistyped(table: Table) -> Iterator[Diagnostic]:
    for row in table.rows:
        for field in table.fields:
            text = row.texts[field.name]
            if text and row.values[field.name] is None:
                yield invalid(
                    table.cell_span(row, field.name),
                    f"`{text}` in column `{field.name}` is no {field.type}",
                    "correct the cell, or leave it empty if the value is unknown",
                )


def _text(entry: Mapping[str, object], key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else ""


def _strings(entry: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = entry.get(key)
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _objects(entry: Mapping[str, object], key: str) -> tuple[Mapping[str, object], ...]:
    value = entry.get(key)
    items = value if isinstance(value, list) else []
    return tuple(item for item in items if isinstance(item, dict))
