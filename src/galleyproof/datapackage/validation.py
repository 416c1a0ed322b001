"""Whether the data package is sound: its schema, then what a schema cannot say.

Frictionless is the keeper of Table Schema: header, types, enumerations, ranges, primary
keys. Foreign keys are checked by `rules`: frictionless opens each table anew for each
of them, which trebles its time, and names the row but not the cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from galleyproof.datapackage import rules
from galleyproof.datapackage.model import DataPackage, Table
from galleyproof.datapackage.reading import (
    invalid,
    read,
    read_descriptor,
    records_of,
)
from galleyproof.diagnostics import Diagnostic
from galleyproof.spans import Span

if TYPE_CHECKING:
    from frictionless import Error

_HINTS = {
    "blank-row": "delete the empty line",
    "extra-cell": "quote the cell that holds a comma, or delete the surplus one",
    "missing-cell": "add the missing commas: an unknown value is an empty cell",
    "extra-label": "delete the column, or describe it in `datapackage.json`",
    "missing-label": "add the column, or take it out of `datapackage.json`",
    "primary-key": "give each row an identifier of its own",
    "type-error": "correct the cell, or leave it empty if the value is unknown",
}
_UNREADABLE = frozenset({"scheme-error", "encoding-error", "format-error"})
"""What `reading` reports itself, with a better place."""
_EMPTY, _FILL_IN = "column `{field}` is empty", "fill in the cell"
_SHAPES = {
    "extra-cell": "more cells than the header",
    "missing-cell": "fewer cells than the header",
    "blank-row": "no cells",
}
_CONSTRAINT = re.compile(r'constraint "(?P<name>\w+)" is "(?P<value>.*)"', re.DOTALL)


def validate(
    project_dir: Path,
    citation_keys: Collection[str] | None = None,
    directory: str = "data",
) -> tuple[Diagnostic, ...]:
    """Check the data package of a project; nothing is found where it has none.

    `citation_keys` are the keys of the bibliography; None leaves them unchecked.
    """
    package, unread = read(project_dir, directory)
    if not package.tables:
        return unread
    findings = [*_about_files(unread, package), *_schema(project_dir, package)]
    lines = {(finding.span.path, finding.span.line) for finding in findings}
    findings += (
        finding
        for finding in rules.check(package, citation_keys)
        if (finding.span.path, finding.span.line) not in lines
    )
    once = dict.fromkeys(findings)
    return tuple(sorted(once, key=lambda finding: finding.sort_key))


def _about_files(
    findings: tuple[Diagnostic, ...], package: DataPackage
) -> Iterator[Diagnostic]:
    """Keep what `read` found about whole files; frictionless reports the cells."""
    paths = {table.path for table in package.tables.values()}
    yield from (finding for finding in findings if finding.span.path not in paths)


def _schema(project_dir: Path, package: DataPackage) -> Iterator[Diagnostic]:
    # A third of a second to import: paid by a check, not by a chapter.
    from frictionless import FrictionlessException, Package  # noqa: PLC0415

    descriptor = read_descriptor(project_dir, package.path)
    if isinstance(descriptor, Diagnostic):
        yield descriptor
        return
    _drop_foreign_keys(descriptor)
    basepath = str((project_dir / package.path).parent)
    try:
        report = Package.from_descriptor(descriptor, basepath=basepath).validate()
    except FrictionlessException as exception:
        for reason in exception.reasons or [exception.error]:
            yield _about_descriptor(package, reason)
        return
    for error in report.errors:
        yield _about_descriptor(package, error)
    for task in report.tasks:
        table = package.tables.get(task.name)
        if table is not None:
            yield from _about_table(table, task.errors)


def _drop_foreign_keys(descriptor: Mapping[str, object]) -> None:
    resources = descriptor.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        schema = resource.get("schema") if isinstance(resource, dict) else None
        if isinstance(schema, dict):
            schema.pop("foreignKeys", None)


def _about_descriptor(package: DataPackage, error: Error) -> Diagnostic:
    return invalid(
        Span(path=package.path),
        f"the descriptor is not valid: {error.note or error.message}",
        "see the Data Package specification at https://specs.frictionlessdata.io",
    )


def _about_table(table: Table, errors: list[Error]) -> Iterator[Diagnostic]:
    lines = [line for line, _ in records_of(table.source.text)]
    labels = [error for error in errors if error.type.endswith("-label")]
    if labels:
        names = ",".join(field.name for field in table.fields)
        yield invalid(
            table.span(1, getattr(labels[0], "field_number", 1)),
            f"the header of `{table.path}` is not the one of its schema",
            f"write `{names}`",
        )
    misshapen = {_row_number(error): error for error in errors if error.type in _SHAPES}
    for error in errors:
        number = _row_number(error)
        if error.type in _UNREADABLE or error in labels:
            continue
        if misshapen.get(number, error) is error:  # the rest follows from the shift
            yield _about_cell(table, lines[number - 1], error)


def _row_number(error: Error) -> int:
    number = getattr(error, "row_number", None)
    return number if isinstance(number, int) else 0


def _about_cell(table: Table, line: int, error: Error) -> Diagnostic:
    column = getattr(error, "field_number", None) or 1
    message, hint = _words(error)
    return invalid(table.span(line, column), message, hint)


def _words(error: Error) -> tuple[str, str]:
    field, cell = getattr(error, "field_name", ""), getattr(error, "cell", "")
    hint = _HINTS.get(error.type, "correct the row")
    if error.type == "type-error":
        wanted = error.note.partition('"')[2].partition("/")[0]
        return f"`{cell}` in column `{field}` is no {wanted}", hint
    if error.type == "primary-key":
        identifier = getattr(error, "cells", [""])[0]
        if not identifier:
            return _EMPTY.format(field="id"), _FILL_IN
        return f"`{identifier}` names two rows", hint
    if error.type in _SHAPES:
        return f"the row has {_SHAPES[error.type]}", hint
    constraint = _CONSTRAINT.search(error.note)
    if constraint is not None:
        return _broken_constraint(field, cell, **constraint.groupdict())
    return f"{error.title.lower()}: {error.note}", hint


def _broken_constraint(field: str, cell: str, name: str, value: str) -> tuple[str, str]:
    if name == "required":
        return _EMPTY.format(field=field), _FILL_IN
    hints = {
        "enum": f"choose one of {value}",
        "minimum": f"the smallest value allowed is {value}",
        "maximum": f"the largest value allowed is {value}",
        "pattern": f"match the pattern `{value}`",
    }
    hint = hints.get(name, f"{name} must be {value}")
    return f"`{cell}` in column `{field}` is not allowed", hint
