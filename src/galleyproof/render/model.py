"""What goes into typesetting and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from galleyproof.config import Crossref, Target
from galleyproof.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where an occurrence stands in one format."""

    anchor: str
    part: str
    """`prose`, `heading`, `table` or `caption`; what a picture shows has a role."""
    float: str = ""
    """Label of the table or figure around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A printout or claim, and where the author asked for it."""

    token: str
    place: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """One text in Quarto's dialect, in which everything has been executed."""

    markdown: str
    metadata: Mapping[str, object] = field(default_factory=dict)
    """Front matter and project metadata as YAML gave them; strings are Markdown."""
    places: tuple[Span, ...] = ()
    """For each line of `markdown`, where its author wrote it."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Pictures that cells showed, by path relative to the output directory."""
    printed: tuple[Occurrence, ...] = ()
    """What knows its values; the text refers to it by its position here."""

    def place(self, line: int) -> Span:
        """Return where line `line` (from 1) of the text was written."""
        if 1 <= line <= len(self.places):
            return self.places[line - 1]
        return self.places[-1] if self.places else Span(path="index.qmd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to typeset; the project's configuration fills this in."""

    bibliography: tuple[Path, ...] = ()
    csl: Path | None = None
    """None: the project's `_extensions`' style is not there; pandoc's default."""
    lang: str = "en"
    number_sections: bool = False
    crossref: Crossref = field(default_factory=Crossref)
    toc: Mapping[Target, int] = field(default_factory=dict)
    """Depth of the table of contents; a format that is not here has none."""
    sources: bool = True
    """Add the appendix "Sources of numbers" to PDF and Word file, and links into it."""
    embed_resources: bool = False
    """Put pictures inside the HTML page instead of beside it."""
    timestamp: int = 0
    """Seconds since 1970 that stand for the time of the build in every output."""
    timeout_s: float = 120.0
    name: str = "index"
    """Stem of the output files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """One file that was written."""

    target: Target
    path: Path
    seconds: float
    warnings: tuple[str, ...] = ()
    spots: Mapping[int, Spot] = field(default_factory=dict)
    """Where each occurrence stands in it."""
    pages: Mapping[str, int] = field(default_factory=dict)
    """Of the PDF: the page of each anchor."""
