"""From chapters and what their code showed to one Markdown text.

Cells and inline code give way to their outputs, shortcodes to their values; all else
stays as the author wrote it. Each line of the result remembers where it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from galleyproof.diagnostics import Diagnostic
from galleyproof.errors import FindingsError
from galleyproof.execute import CellResult, Execution
from galleyproof.lineage.journal import ATTRIBUTE, PRINTOUT
from galleyproof.qmd.model import Cell, Chapter, Document, InlineCode, Piece, Shortcode
from galleyproof.qmd.options import CellOptions
from galleyproof.qmd.shortcodes import resolve
from galleyproof.render import cells
from galleyproof.render.model import Manuscript, Occurrence
from galleyproof.spans import Span

PAGE_BREAK = "::: {.pagebreak}\n:::"

Element = Cell | InlineCode | Shortcode


def assemble(
    document: Document,
    execution: Execution,
    *,
    metadata: Mapping[str, object] | None = None,
    variables: Mapping[str, object] | None = None,
    defaults: Mapping[str, CellOptions] | None = None,
) -> Manuscript:
    """Return the manuscript of one document.

    Parameters
    ----------
    metadata
        the project's; the front matter of the main file goes before it
    variables
        what `_variables.yml` holds
    defaults
        options that hold where a cell sets none, by the chapter's path

    Raises
    ------
    FindingsError
        a shortcode names what does not exist, or a cell shows what cannot be printed

    """
    merged = {**(metadata or {}), **document.main.front_matter.values}
    assembly = _Assembly(
        execution=execution,
        metadata=merged,
        variables=variables or {},
        defaults=defaults or {},
    )
    for piece in document.pieces:
        assembly.add(piece)
    if assembly.diagnostics:
        raise FindingsError(
            "the manuscript cannot be put together", diagnostics=assembly.diagnostics
        )
    return Manuscript(
        markdown="".join(assembly.parts),
        metadata=merged,
        places=tuple(assembly.places),
        files=assembly.files,
        printed=tuple(assembly.printed),
    )


@dataclass(slots=True, kw_only=True)
class _Assembly:
    """The text so far, and where each of its lines comes from."""

    execution: Execution
    metadata: Mapping[str, object]
    variables: Mapping[str, object]
    defaults: Mapping[str, CellOptions]
    parts: list[str] = field(default_factory=list)
    places: list[Span] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    printed: list[Occurrence] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _at_line_start: bool = True

    def add(self, piece: Piece) -> None:
        """Append a piece of a chapter, its elements replaced."""
        chapter, at = piece.chapter, piece.start
        if not self._at_line_start and at == 0:
            self._append("\n", chapter.source.span(0))
        for element in _elements(piece):
            self._source(chapter, at, element.start)
            self._append(self._found(chapter, element), element.span)
            at = element.end
        self._source(chapter, at, piece.end)

    def _source(self, chapter: Chapter, start: int, end: int) -> None:
        """Append the author's own words, line by line."""
        at = start
        for line in chapter.source.text[start:end].splitlines(keepends=True):
            self._append(line, chapter.source.span(at))
            at += len(line)

    def _append(self, text: str, place: Span) -> None:
        clean = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
        if not clean:
            return
        started = clean.count("\n") + self._at_line_start - clean.endswith("\n")
        self.places.extend([place] * started)
        self.parts.append(clean)
        self._at_line_start = clean.endswith("\n")

    def _found(self, chapter: Chapter, element: Element) -> str:
        """Return what an element shows, its printouts numbered by where they stand."""
        text = self._replacement(chapter, element)

        def numbered(match: re.Match[str]) -> str:
            return f'{ATTRIBUTE}="{" ".join(map(occurrence, match[1].split()))}"'

        def occurrence(token: str) -> str:
            self.printed.append(Occurrence(token=token, place=element.span))
            return str(len(self.printed) - 1)

        return PRINTOUT.sub(numbered, text)

    def _replacement(self, chapter: Chapter, element: Element) -> str:
        if isinstance(element, Cell):
            return self._cell(chapter, element)
        if isinstance(element, InlineCode):
            return self.execution.inlines[chapter.path, element.index].markdown
        return self._shortcode(element)

    def _cell(self, chapter: Chapter, cell: Cell) -> str:
        source = chapter.text(cell)
        settings = cell.options.settle(self.defaults.get(chapter.path, CellOptions()))
        result = self.execution.cells.get((chapter.path, cell.index), CellResult())
        shown = cells.show(cell, source, result.outputs, settings)
        self.files.update(shown.files)
        self.diagnostics.extend(shown.diagnostics)
        indent = source[: len(source) - len(source.lstrip(" \t"))]
        ending = "\n" if source.endswith(("\n", "\r")) else ""
        if not shown.markdown:
            return ending
        lines = f"\n{shown.markdown}\n".split("\n")
        return "\n".join(indent + line if line else "" for line in lines) + ending

    def _shortcode(self, shortcode: Shortcode) -> str:
        if shortcode.name == "pagebreak" and not shortcode.escaped:
            return PAGE_BREAK
        text = resolve(shortcode, self.metadata, self.variables)
        if isinstance(text, Diagnostic):
            self.diagnostics.append(text)
            return ""
        return text


def _elements(piece: Piece) -> Iterator[Element]:
    """Yield what is to be replaced, in order; nothing inside a cell."""
    chapter = piece.chapter
    found: list[Element] = [*chapter.cells, *chapter.inlines, *chapter.shortcodes]
    at = piece.start
    for element in sorted(found, key=lambda e: e.start):
        if element.start >= at and element.end <= piece.end and _ours(element):
            yield element
            at = element.end


def _ours(element: Element) -> bool:
    """Tell what another language's code is: text, as the parser has said already."""
    return not isinstance(element, InlineCode) or element.language == "python"
