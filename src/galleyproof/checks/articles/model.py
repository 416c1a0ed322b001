"""What an article's plain text consists of, by offsets into it, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from galleyproof.spans import Source


class Kind(StrEnum):
    """What an audit finds; each names the trouble, in the order of the report."""

    STATISTIC = "statistics that do not recompute"
    DENOMINATOR = "percentages that their totals cannot give"
    COURSE = "rates over time that cannot be"
    UNIT = "numbers with two units or qualifiers"
    CITED_NOT_LISTED = "cited, but not in the reference list"
    NAME_AND_NUMBER = "names that the brackets beside them do not cite"
    ORDER = "brackets out of order"
    UNCITED = "references that nothing cites"
    NAMED_ONLY = "references that are named, but in no bracket"
    PAGES = "a single page where a range belongs"
    NAMES = "author names spelled in two ways"
    VOLUME = "year and volume of a journal disagree"
    FORM = "references of another form than the rest"
    PHANTOM = "a study of its own in a review that has none"
    TABLE = "tables that the text never refers to"
    DESIGN = "another design than the title's"
    METHODS = "methods that are not reported"
    SCOPE = "another scope than the title's or the aim's"
    NO_SOURCE = "numbers without a source"
    NO_NUMBER = "claims without a number"
    FACT = "statements that the cited works contradict"
    STYLE = "forms that are mixed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, where it stands, and what to do."""

    kind: Kind
    start: int
    end: int
    """`start` and `end` of what is quoted."""
    message: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text or one line of a table."""

    start: int
    end: int
    section: str
    """The heading above it, in lower case; empty before the first."""
    table: int | None = None
    """Number of the table whose caption stands above, for rows of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One entry of the reference list."""

    number: int
    start: int
    end: int
    text: str
    authors: tuple[tuple[str, str], ...]
    """Family name and initials, in order; empty where they cannot be read."""
    title: str = ""
    year: int | None = None
    journal: str = ""
    volume: int | None = None
    pages: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bracket:
    """Numbers cited at one place: `[3,8]`, `[4-6]`."""

    numbers: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """The line that names a table."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The text, taken apart."""

    source: Source
    title: str
    paragraphs: tuple[Paragraph, ...]
    captions: tuple[Caption, ...]
    brackets: tuple[Bracket, ...]
    references: tuple[Reference, ...]
    numbered: bool
    """Whether the list has numbers of its own."""
    body_end: int
    """Where the reference list begins."""

    @property
    def body(self) -> str:
        """Everything before the reference list."""
        return self.source.text[: self.body_end]

    def text(self, paragraph: Paragraph) -> str:
        """Return the text of a paragraph."""
        return self.source.text[paragraph.start : paragraph.end]
