"""Bibliographies that were read before, kept in the project's cache.

Parsing BibTeX takes a fifth of a second for a thousand entries. What was read of a text
is kept under that text, as JSON, and comes back equal in every field.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from galleyproof import bibliography, files, release
from galleyproof.bibliography import Bibliography, Entry, Person
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.spans import Source, Span
from galleyproof.store import Store

_KIND = "bibliography"


def load(path: Path, shown_as: str, store: Store | None) -> Bibliography:
    """Read a bibliography, or remember it; `shown_as` is the path to print."""
    source = files.read(path, shown_as)
    if store is None or isinstance(source, Diagnostic):
        return bibliography.load(path, shown_as)
    key = files.digest_of(f"{release.mark('pybtex')} {shown_as}\n{source.text}")
    kept = store.get(_KIND, key)
    if kept is not None:
        return _unpacked(json.loads(kept), source)
    read = bibliography.parse(source)
    store.put(_KIND, key, json.dumps(_packed(read)).encode("utf-8"))
    return read


def _packed(read: Bibliography) -> dict[str, Any]:
    return {
        "entries": [
            [
                entry.key,
                entry.type,
                dict(entry.fields),
                [[p.given, p.family] for p in entry.authors],
                [[p.given, p.family] for p in entry.editors],
                _place(entry.span),
            ]
            for entry in read.entries.values()
        ],
        "diagnostics": [
            [
                found.code.code,
                _place(found.span),
                found.message,
                found.hint,
                found.severity.value,
                found.detail,
            ]
            for found in read.diagnostics
        ],
    }


def _unpacked(kept: dict[str, Any], source: Source) -> Bibliography:
    def span(place: list[int]) -> Span:
        line, column, end_line, end_column = place
        return Span(
            path=source.path,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
        )

    entries = {
        key: Entry(
            key=key,
            type=kind,
            fields=fields,
            authors=_people(authors),
            editors=_people(editors),
            span=span(place),
        )
        for key, kind, fields, authors, editors, place in kept["entries"]
    }
    diagnostics = tuple(
        Diagnostic(
            code=_CODES[code],
            span=span(place),
            message=message,
            hint=hint,
            severity=Severity(severity),
            detail=detail,
        )
        for code, place, message, hint, severity, detail in kept["diagnostics"]
    )
    return Bibliography(
        path=source.path, entries=entries, diagnostics=diagnostics, source=source
    )


_CODES = {code.code: code for code in Code}


def _people(names: list[list[str]]) -> tuple[Person, ...]:
    return tuple(Person(given=given, family=family) for given, family in names)


def _place(span: Span) -> list[int]:
    return [span.line, span.column, span.end_line, span.end_column]
