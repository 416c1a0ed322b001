"""What a project says about itself, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from galleyproof.qmd.options import CellOptions
from galleyproof.spans import Span


class ProjectType(StrEnum):
    """The project types that the embedded engine knows."""

    DEFAULT = "default"
    MANUSCRIPT = "manuscript"


class Target(StrEnum):
    """A format to typeset; its value is the name that `--to` takes."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    JATS = "jats"

    @property
    def suffix(self) -> str:
        """The ending of the file that is written."""
        return "xml" if self is Target.JATS else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One entry of `format:`."""

    target: Target
    name: str
    """As written: `typst` and `pdf` both make a PDF."""
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossref:
    """Words for cross-references, by kind (`fig`, `tbl`, `sec`, `eq`)."""

    titles: Mapping[str, str] = field(
        default_factory=lambda: {"fig": "Figure", "tbl": "Table"}
    )
    """In front of a caption's number."""
    prefixes: Mapping[str, str] = field(
        default_factory=lambda: {
            "fig": "Figure",
            "tbl": "Table",
            "sec": "Section",
            "eq": "Equation",
        }
    )
    """In front of a number in running text."""
    title_delimiter: str = ":"


class Numbers(StrEnum):
    """What becomes of a typed number when the manuscript is rendered."""

    ERROR = "error"
    WARNING = "warning"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A text that an author may type though it holds a number."""

    text: str
    """As written: plain, or a regular expression between strokes."""
    span: Span | None = None

    @property
    def is_pattern(self) -> bool:
        """Whether it is a regular expression."""
        return len(self.text) > 2 and self.text[0] == self.text[-1] == "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored:
    """One entry of `galley: ignore:`: findings that are not to be told, and why."""

    codes: tuple[str, ...]
    """As written; there may be no such code."""
    path: str = ""
    """A pattern for paths; empty: every file."""
    text: str = ""
    """What the line of a finding holds; empty: anything."""
    reason: str = ""
    span: Span
    """Where the codes stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleySettings:
    """Our own section, `galley:`."""

    data: str = "data"
    """Directory of the data package, relative to the project."""
    cell_timeout_s: float = 300.0
    output_limit: int = 1_000_000
    """Bytes that one cell may print."""
    cache_limit: int = 1_000_000_000
    """Bytes that `.galley/cache/` may hold."""
    memory_limit: int = 0
    """Bytes of memory that a kernel may take; 0: what the machine gives."""
    cards: bool = True
    """Whether the page shows where each number comes from."""
    sources: bool = True
    """Whether PDF and Word file have the appendix "Sources of numbers"."""
    literals: tuple[Literal, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    baseline: str = ""
    """File of the findings that the project has lived with; empty: none."""
    numbers: Numbers | None = None
    """None: an error where there is a data package, else off."""
    written: bool = False
    """Whether the project has such a section at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What a project says about itself."""

    path: str = "_quarto.yml"
    project_type: ProjectType = ProjectType.DEFAULT
    output_dir: str = ""
    """Relative to the project; empty: beside the source."""
    render: tuple[str, ...] = ()
    """Files to render; empty: `index.qmd` of a manuscript, else every chapter."""
    title: str = ""
    bibliography: tuple[str, ...] = ()
    csl: str = ""
    formats: tuple[Format, ...] = field(
        default_factory=lambda: (Format(target=Target.HTML, name="html"),)
    )
    number_sections: bool = False
    execute: CellOptions = field(default_factory=CellOptions)
    crossref: Crossref = field(default_factory=Crossref)
    filters: tuple[str, ...] = ()
    lang: str = "en"
    galley: GalleySettings = field(default_factory=GalleySettings)
    metadata: Mapping[str, object] = field(default_factory=dict)
    """Every top-level key but `project` and `galley`, as written."""

    @classmethod
    def default(cls) -> Config:
        """Return the configuration of a file that belongs to no project."""
        return cls(path="")

    def format(self, target: Target) -> Format | None:
        """Return the entry for a target, if there is one."""
        return next((f for f in self.formats if f.target is target), None)
