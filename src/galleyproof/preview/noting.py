"""Findings as pages show them: with the line, and the block that they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from galleyproof import qmd
from galleyproof.diagnostics import Diagnostic
from galleyproof.errors import GalleyError
from galleyproof.lineage import ledger as ledgers
from galleyproof.preview.placing import Map, Spot, page_map
from galleyproof.preview.state import Note
from galleyproof.project import SourceFiles
from galleyproof.spans import Source, Span

MOST = 50
_AROUND = 48
"""Characters of a line before and behind."""
_TEXTS = frozenset({".qmd", ".md"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    """The last good build: its pages, and the sources that they show."""

    directory: Path
    pages: Sequence[str] = ()
    sources: Mapping[str, str] = field(default_factory=dict)


def sources(directory: Path, paths: frozenset[str]) -> dict[str, str]:
    """Return the chapters' texts as they are now; what cannot be read is left out."""
    found = {}
    for path in paths:
        if PurePosixPath(path).suffix in _TEXTS:
            with suppress(OSError, UnicodeDecodeError):
                found[path] = (directory / path).read_text("utf-8")
    return found


def of_failure(failure: GalleyError, good: Good, places: SourceFiles) -> list[Note]:
    """Return what stopped a build, in notes; there is at least one."""
    if not failure.diagnostics:
        return [
            Note(severity="error", code="", message=failure.message, hint=failure.hint)
        ]
    return of(failure.diagnostics, good, places)


def of(found: Sequence[Diagnostic], good: Good, places: SourceFiles) -> list[Note]:
    """Return findings as notes, in their order."""
    ordered = sorted(found, key=lambda d: (d.severity.value, d.sort_key))
    maps = _maps(good, {d.span.path for d in ordered[:MOST]}) if ordered else {}
    return [_note(one, maps, places) for one in ordered]


def _note(one: Diagnostic, maps: Mapping[str, Map], places: SourceFiles) -> Note:
    span = one.span
    page, spot = _where(one, maps, places)
    shown = places.shown(span.path)
    return Note(
        severity=one.severity.value,
        code=one.code.code,
        message=one.message,
        hint=one.hint,
        detail=one.detail,
        place=f"{shown}:{span.line}" if span.line else shown,
        excerpt=_excerpt(span, places.line(span.path, span.line)),
        page=page,
        block=spot.block if spot else None,
        below=spot is not None and spot.below,
    )


def _excerpt(span: Span, line: str) -> tuple[str, str, str]:
    """Cut a line around what a finding is about."""
    start = max(span.column - 1, 0)
    end = span.end_column - 1 if span.end_line == span.line else start
    if span.end_line > span.line:
        end = len(line)
    before, meant, behind = line[:start], line[start:end], line[max(start, end) :]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:]
    if len(behind) > _AROUND:
        behind = behind[:_AROUND] + "…"
    return before.lstrip(), meant[: 4 * _AROUND], behind.rstrip()


def _where(
    one: Diagnostic, maps: Mapping[str, Map], places: SourceFiles
) -> tuple[str, Spot | None]:
    source = places.source(one.span.path)
    if source is None:
        return "", None
    for page, known in maps.items():
        spot = known.spot(one.span.path, one.span.line, source.text)
        if spot is not None:
            return page, spot
    return "", None


def _maps(good: Good, paths: set[str]) -> dict[str, Map]:
    """Read the pages into which any of these files went."""
    maps = {}
    for page in good.pages:
        inside = _included(page, good.sources)
        if not paths & inside.keys():
            continue
        with suppress(OSError):
            text = (good.directory / page).read_text("utf-8", "replace")
            maps[page] = page_map(text, _ledger(good.directory / page), inside)
    return maps


def _included(page: str, known: Mapping[str, str]) -> dict[str, str]:
    """Return the sources of a page."""

    def load(path: str) -> Source:
        if path not in known:
            raise FileNotFoundError(path)
        return Source(path=path, text=known[path])

    main = str(PurePosixPath(page).with_suffix(".qmd"))
    if main not in known:
        return {}
    return {c.path: c.source.text for c in qmd.expand(main, load).chapters}


def _ledger(page: Path) -> ledgers.Ledger | None:
    with suppress(OSError, ledgers.LedgerError):
        text = page.with_name(ledgers.name_for(page.stem)).read_text("utf-8")
        return ledgers.read(text)
    return None
