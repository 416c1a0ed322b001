"""What a chapter consists of, as values with exact places.

Offsets count characters (code points) of `Chapter.source.text`; `text[start:end]` is
what an element was read from. Spans say the same in lines and columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from galleyproof.diagnostics import Diagnostic
from galleyproof.qmd.options import CellOptions
from galleyproof.spans import Source, Span


class BlockKind(StrEnum):
    """What a stretch of whole lines is."""

    FRONT_MATTER = "front matter"
    BLANK = "blank"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    """From the marker to the next marker, block or blank line."""
    FOOTNOTE = "footnote"
    LINK_DEFINITION = "link definition"
    TABLE = "table"
    CAPTION = "caption"
    """A line `: text {#tbl-x}` that belongs to a table."""
    EQUATION = "equation"
    CELL = "cell"
    CODE = "code"
    RAW = "raw"
    COMMENT = "comment"
    SHORTCODE = "shortcode"
    """A shortcode that stands alone on its line."""
    QUOTE = "quote"
    DIV_OPEN = "div open"
    DIV_CLOSE = "div close"
    RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """`key="value"`; the offsets are those of the value without its quotes."""

    key: str
    value: str
    key_start: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What stands in `{#id .class key="value"}`."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    raw_format: str = ""
    """`html` of `{=html}`."""
    id_start: int = 0
    """Where `#` stands."""
    start: int = 0
    end: int = 0

    def get(self, key: str) -> str | None:
        """Return the value of the first pair called `key`."""
        return next((pair.value for pair in self.pairs if pair.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A run of whole lines. The blocks of a chapter, joined, are the file."""

    kind: BlockKind
    start: int
    end: int
    content_start: int
    """Where the text begins that a reader would read, behind marker or hashes."""
    content_end: int
    depth: int = 0
    """How many divs enclose it."""
    attributes: Attributes | None = None
    level: int = 0
    """Of a heading, 1 to 6."""


class StretchKind(StrEnum):
    """What a piece of running text is, where it is not plain prose."""

    CODE = "code"
    INLINE_CODE = "inline code"
    RAW = "raw"
    """Code for one format: `` `<br>`{=html} ``."""
    MATH = "math"
    COMMENT = "comment"
    HTML = "html"
    URL = "url"
    ATTRIBUTES = "attributes"
    SHORTCODE = "shortcode"
    CITATION = "citation"
    REFERENCE = "cross-reference"
    FOOTNOTE_MARK = "footnote mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A piece of running text that is not plain prose."""

    kind: StretchKind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One `#|` entry of a cell, as it was written."""

    name: str
    value: object
    span: Span
    """The name."""
    value_span: Span
    value_start: int
    value_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A fenced block that is executed."""

    index: int
    """Position among the cells of its chapter, from 0."""
    language: str
    code: str
    """Without option lines and common indentation, lines joined by `\\n`."""
    options: CellOptions
    entries: tuple[Option, ...] = ()
    span: Span
    code_span: Span
    """Line `n` of `code` is line `code_span.line + n - 1` of the file."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineCode:
    """An expression in running text: `` `{python} expression` ``."""

    index: int
    language: str
    expression: str
    span: Span
    start: int
    end: int
    expression_start: int
    expression_end: int


class CiteForm(StrEnum):
    """How a key is cited."""

    TEXTUAL = "textual"
    """`@key`: the author's name belongs to the sentence."""
    BRACKETED = "bracketed"
    """`[@key]`."""
    SUPPRESSED = "suppressed"
    """`[-@key]` or `-@key`: without the author; of a cross-reference, its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One cited key."""

    key: str
    form: CiteForm
    prefix: str = ""
    suffix: str = ""
    span: Span
    """From the `@` (or its minus) to the end of the key."""
    start: int
    end: int
    group_start: int
    """The brackets around it; the citation itself where there are none."""
    group_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One cross-reference, `@fig-x` or a form of it."""

    label: str
    """As it is defined: always with a small first letter."""
    kind: str
    """`fig`, `tbl`, `sec`, `eq`, or another prefix that Quarto knows."""
    form: CiteForm
    capitalised: bool = False
    """Written `@Fig-x`."""
    prefix: str = ""
    """The author's own word, as in `[Panel @fig-x]`."""
    span: Span
    start: int
    end: int
    group_start: int
    group_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name that something in the chapter defines for itself."""

    name: str
    kind: str
    """`fig`, `tbl`, `sec`, `eq`, another prefix of Quarto's, or empty: a plain id."""
    span: Span
    start: int
    end: int
    conditions: tuple[str, ...] = ()
    """Openings of the conditional divs around it; two of them may share a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcode:
    """`{{< name arguments key=value >}}`."""

    name: str
    arguments: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    span: Span
    start: int
    end: int
    inner: str = ""
    """What stands between the braces, as written."""
    standalone: bool = False
    """Nothing else stands on its line."""
    escaped: bool = False
    """Written `{{{< … >}}}`: text that shows a shortcode, and runs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Div:
    """A fenced div from its opening to behind its closing line."""

    attributes: Attributes
    span: Span
    """The opening line."""
    start: int
    end: int
    content_start: int
    content_end: int
    depth: int
    """0 where no div encloses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """`![caption](target){#fig-x fig-alt="..."}`."""

    target: str
    attributes: Attributes | None
    span: Span
    start: int
    end: int
    caption_start: int
    caption_end: int
    target_start: int
    target_end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """One text in front matter, where it was written."""

    path: str
    """Keys joined by dots; list positions count from 0."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The YAML block at the top of a file."""

    values: Mapping[str, object]
    places: Mapping[str, Span] = field(default_factory=dict)
    """Where each key stands; nested ones are joined by dots, `execute.echo`."""
    scalars: tuple[Scalar, ...] = ()
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One file, read but not run."""

    source: Source
    front_matter: FrontMatter
    blocks: tuple[Block, ...]
    stretches: tuple[Stretch, ...]
    """In order, not overlapping; what lies between them is prose."""
    cells: tuple[Cell, ...]
    inlines: tuple[InlineCode, ...]
    citations: tuple[Citation, ...]
    references: tuple[Reference, ...]
    labels: tuple[Label, ...]
    shortcodes: tuple[Shortcode, ...]
    divs: tuple[Div, ...]
    images: tuple[Image, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def path(self) -> str:
        """The path of the file, relative to the project."""
        return self.source.path

    def text(self, element: Block | Stretch | Cell | InlineCode | Shortcode) -> str:
        """Return what an element was read from."""
        return self.source.text[element.start : element.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of one chapter that stands in the manuscript as it is."""

    chapter: Chapter
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file with everything that it includes."""

    chapters: tuple[Chapter, ...]
    """Each file once, the including one first, in order of first inclusion."""
    pieces: tuple[Piece, ...]
    """In the order of the manuscript, without front matter and include shortcodes."""
    diagnostics: tuple[Diagnostic, ...]
    """Of the inclusion and of every chapter, in order of place."""

    @property
    def main(self) -> Chapter:
        """The file that includes the others."""
        return self.chapters[0]
