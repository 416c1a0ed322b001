"""The bibliography: entries of a BibTeX file, with their places and what is wrong.

The only importer of pybtex, which is loaded on the first call: a command that reads no
bibliography does not pay for it. Keys are compared as citations write them, with case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from galleyproof import files
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.spans import Source, Span

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "article": ("author", "title", "journal/journaltitle", "year/date"),
    "book": ("author/editor", "title", "publisher", "year/date"),
    "inproceedings": ("author", "title", "booktitle", "year/date"),
    "incollection": ("author", "title", "booktitle", "publisher", "year/date"),
    "phdthesis": ("author", "title", "school/institution", "year/date"),
    "techreport": ("author", "title", "institution", "year/date"),
    "misc": ("title",),
}
"""What BibTeX's own styles ask of an entry; `a/b` is either. Other types: nothing."""

_ENTRY = re.compile(
    r"^\ufeff?[ \t]*@(\w+)[ \t]*[{(][ \t]*([^\s,{}()\"]+)", re.MULTILINE
)
_MARKUP = re.compile(r"[{}]|\\(?=[&%$#_])")
_QUOTED = re.compile(r"'(.+)'")
_NO_ENTRY = frozenset({"comment", "preamble", "string"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One author or editor; a body has a family name only."""

    given: str
    family: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One reference."""

    key: str
    type: str
    fields: Mapping[str, str]
    """Fields by lower-case name as written, without authors and editors."""
    authors: tuple[Person, ...]
    editors: tuple[Person, ...]
    span: Span
    """The key, where the entry begins."""

    def text(self, field: str) -> str:
        """Return a field as it reads, without braces; empty where it is missing."""
        return _plain(self.fields.get(field, ""))

    @property
    def year(self) -> int | None:
        """The year, if there is one and it is a number."""
        text = self.fields.get("year", "")
        return int(text) if text.isdigit() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bibliography:
    """All references of one file, in its order."""

    path: str
    entries: Mapping[str, Entry]
    diagnostics: tuple[Diagnostic, ...]
    source: Source | None = None
    """The text, for places in it; None where it could not be read."""

    def place(self, entry: Entry, field: str, part: str = "") -> Span:
        """Return where the value of a field stands, or a part of it.

        The key, where it is not found; of a value on several lines, the first.
        """
        if self.source is None:
            return entry.span
        text = self.source.text
        start = self.source.line_starts[entry.span.line - 1]
        end = text.find("\n@", start)
        value = re.compile(
            rf"(?<![\w-]){re.escape(field)}\s*=\s*"
            r"(?:[{\"]+(?P<value>[^\n]+?)(?=[}\"]+\s*(?:[,}]|\Z)|,?\s*\n)"
            r"|(?P<bare>[^\s,{}\"]+))",
            re.IGNORECASE,
        ).search(text, start, len(text) if end < 0 else end)
        if value is None:
            return entry.span
        begin, stop = value.span("value" if value["value"] else "bare")
        if part and (at := text.find(part, begin, None if end < 0 else end)) >= 0:
            begin, stop = at, at + len(part)
        return self.source.span(begin, stop)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys, in the order of the file."""
        return tuple(self.entries)


def load(path: Path, shown_as: str | None = None) -> Bibliography:
    """Read a bibliography; what is wrong with it is in `diagnostics`.

    `shown_as` is the path to print; the file's name, where nothing is given.
    """
    source = files.read(path, shown_as or path.name)
    if isinstance(source, Diagnostic):
        name = shown_as or path.name
        return Bibliography(path=name, entries={}, diagnostics=(source,))
    return parse(source)


def parse(source: Source) -> Bibliography:
    """Read the text of a bibliography."""
    places, repeated = _places(source)
    data, broken = _parsed(source)
    entries = {
        key: _entry(key, entry, places.get(key, Span(path=source.path)))
        for key, entry in data.items()
        if key in places
    }
    findings = [*broken, *repeated]
    incomplete = {finding.span.line for finding in broken}
    ends = _last_lines(places, source) if incomplete else {}
    for entry in entries.values():
        lines = range(entry.span.line, ends.get(entry.span.line, entry.span.line) + 1)
        if incomplete.isdisjoint(lines):
            findings.extend(_missing_fields(entry))
    return Bibliography(
        path=source.path,
        entries=entries,
        diagnostics=tuple(sorted(findings, key=lambda finding: finding.sort_key)),
        source=source,
    )


def _places(source: Source) -> tuple[dict[str, Span], list[Diagnostic]]:
    """Find where each key stands, and the keys that stand twice."""
    places: dict[str, Span] = {}
    folded: dict[str, str] = {}
    repeated = []
    for match in _ENTRY.finditer(source.text):
        kind, key = match.groups()
        if kind.lower() in _NO_ENTRY:
            continue
        span = source.span(match.start(2), match.end(2))
        first = folded.setdefault(key.lower(), key)
        if first in places:
            repeated.append(
                _invalid(
                    span,
                    f"`{key}` already names the entry at line {places[first].line}",
                    "give each entry a key of its own; case does not tell keys apart",
                )
            )
            continue
        places[key] = span
    return places, repeated


def _last_lines(places: Mapping[str, Span], source: Source) -> dict[int, int]:
    """Return the line before the next entry, by the line on which an entry begins.

    What is wrong up to there is this entry's.
    """
    begins = sorted({span.line for span in places.values()})
    behind = source.span(len(source.text)).line + 1
    return {
        line: after - 1
        for line, after in zip(begins, [*begins[1:], behind], strict=False)
    }


def _parsed(source: Source) -> tuple[Mapping[str, Any], list[Diagnostic]]:
    """Let pybtex read the text; its complaints become diagnostics, never output."""
    from pybtex import errors  # noqa: PLC0415
    from pybtex.database.input.bibtex import Parser  # noqa: PLC0415

    parser = Parser(encoding="utf-8")
    with errors.capture() as complaints:
        data = parser.parse_string(source.text)
    findings = [
        _syntax(source, complaint)
        for complaint in complaints
        if "repeated bibliography entry" not in str(complaint)  # found by `_places`
    ]
    return data.entries, findings


def _syntax(source: Source, complaint: Any) -> Diagnostic:  # noqa: ANN401
    message = str(complaint.args[0] if complaint.args else complaint)
    context = getattr(complaint, "error_context_info", None)
    if context is None:  # a duplicate field, a name that cannot be split
        return _invalid(
            _place_of(source, message),
            message[:1].lower() + message[1:],
            "correct the entry",
        )
    begin, _, position = context
    line = source.span(begin or 0).line
    return _invalid(
        source.span(position),
        f"the entry that begins at line {line} cannot be read: {message}",
        "look for a missing comma, brace or quotation mark before this place",
    )


def _place_of(source: Source, message: str) -> Span:
    """Find what a complaint without a place quotes, or the key that it names."""
    quoted = _QUOTED.search(message)
    if quoted is not None and (start := source.text.find(quoted[1])) >= 0:
        return source.span(start, start + len(quoted[1]))
    for match in _ENTRY.finditer(source.text):
        if match[2] in message.split():
            return source.span(match.start(2), match.end(2))
    return Span(path=source.path)


def _entry(key: str, entry: Any, span: Span) -> Entry:  # noqa: ANN401
    return Entry(
        key=key,
        type=entry.type.lower(),
        fields={name.lower(): text for name, text in entry.fields.items()},
        authors=_people(entry, "author"),
        editors=_people(entry, "editor"),
        span=span,
    )


def _people(entry: Any, role: str) -> tuple[Person, ...]:  # noqa: ANN401
    return tuple(
        Person(
            given=_plain(" ".join((*person.first_names, *person.middle_names))),
            family=_plain(
                " ".join(
                    (
                        *person.prelast_names,
                        *person.last_names,
                        *person.lineage_names,
                    )
                )
            ),
        )
        for person in entry.persons.get(role, ())
    )


def _plain(text: str) -> str:
    return _MARKUP.sub("", text)


def _missing_fields(entry: Entry) -> Iterator[Diagnostic]:
    for wanted in REQUIRED.get(entry.type, ()):
        if not any(_has(entry, name) for name in wanted.split("/")):
            yield Diagnostic(
                code=Code.ENTRY_COMPLETE,
                span=entry.span,
                message=f"`{entry.key}` has no `{wanted.replace('/', '` or `')}`",
                hint="add the field, or choose another type of entry, such as `@misc`",
                severity=Severity.WARNING,
            )


def _has(entry: Entry, name: str) -> bool:
    people = {"author": entry.authors, "editor": entry.editors}
    return bool(people.get(name) or entry.fields.get(name, "").strip())


def _invalid(span: Span, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        code=Code.BIBLIOGRAPHY_READABLE, span=span, message=message, hint=hint
    )


# Narrowing ------------------------------------------------------------------------

_START = re.compile(r"^[ \t]*@(?P<type>\w+)[ \t]*[{(]\s*(?P<key>[^\s,{}()\"]*)", re.M)
_ALIASES = re.compile(r"[,\s]ids\s*=", re.I)
_NEEDS = re.compile(
    r"[,\s](?:crossref|xref|xdata|entryset|related)\s*=\s*[{\"]([^{}\"]*)[}\"]", re.I
)


def narrowed(text: str, keys: Iterable[str]) -> str:
    """Return a bibliography without the entries that nobody needs.

    Kept are those of the keys, those that they refer to (`crossref` and its like), and
    whatever is no entry (`@string`). The text as it is, where entries do not begin at
    the beginning of a line and end before the next.
    """
    starts = [*_START.finditer(text)]
    ends = [*(start.start() for start in starts[1:]), len(text)]
    parts = [text[s.start() : end] for s, end in zip(starts, ends, strict=True)]
    if any(part.count("{") != part.count("}") for part in parts):
        return text
    entries: dict[str, list[str]] = {}
    for start, part in zip(starts, parts, strict=True):
        entries.setdefault(start["key"], []).append(part)
    wanted, waiting = set[str](), list(keys)
    while waiting:
        key = waiting.pop()
        if key not in wanted:
            wanted.add(key)
            needs = (
                n[1] for part in entries.get(key, ()) for n in _NEEDS.finditer(part)
            )
            waiting += [each.strip() for need in needs for each in need.split(",")]
    return "".join(
        part
        for start, part in zip(starts, parts, strict=True)
        if start["key"] in wanted
        or start["type"].lower() in _NO_ENTRY
        or _ALIASES.search(part)
    )
