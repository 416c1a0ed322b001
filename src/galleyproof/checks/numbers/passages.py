"""A text that reaches the page, and where each of its characters stands in a file.

What is not prose in it is written as `U+FFFC`, one for each character, so that words on
either side neither touch nor move.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from galleyproof.qmd.attributes import read_attributes
from galleyproof.qmd.inlines import InlineScanner
from galleyproof.qmd.model import Stretch, StretchKind
from galleyproof.spans import Source, Span

BLANK = "\ufffc"
LITERAL = "literal"
"""The class of a span that an author may type: `[4 cm]{.literal}`."""
_ESCAPE = re.compile(
    r"\\(?:N\{[^}]*\}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|[^\n])"
)
"""How a string of code writes a character that its text shows."""
_KEY = re.compile(
    r"(?P<key>-?@(?:\{[^{}]*\}|[\w:.#$%&+?<>~/-]*\w|\*))"
    r"(?P<locator>(?:[\s,]*(?:(?:pp?|chaps?|ch|secs?|figs?|tables?|tbl|vol|no|lines?|para"
    r"|sections?|figures?|chapters?|pages?|items?|notes?)\b\.?)?\s*[A-Z]?\d[\w.,–—-]*)?)",
    re.IGNORECASE,
)
"""A cited key, and the place in what is cited."""


class Kind(StrEnum):
    """What a text is, as in "typed in …"."""

    PROSE = "the text"
    HEADING = "a heading"
    CAPTION = "a caption"
    TABLE = "a table"
    FOOTNOTE = "a footnote"
    ALT = "an alternative text"
    TITLE = "a title"
    METADATA = "the front matter"
    RAW = "raw markup"
    MATHS = "a formula"
    STRING = "what code prints"
    INLINE = "an inline expression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text of one kind, with the way back to its file."""

    kind: Kind
    source: Source
    text: str
    """Prose; `U+FFFC` where something else stands."""
    pieces: tuple[tuple[int, int], ...]
    """Position in `text` -> offset in the source, where each piece begins."""
    declared: tuple[tuple[int, int], ...] = ()
    """Stretches of `text` that the author declared in place."""
    around: tuple[int, int] = (0, 0)
    """Offsets of the paragraph, table or cell that it belongs to."""
    inline: bool = False
    """Whether inline code works here."""
    numeric: bool = False
    """Nothing but a number that code prints."""

    def offset(self, position: int) -> int:
        """Return the offset in the source of a position in the text."""
        index = bisect_right(self.pieces, (position, 1 << 60)) - 1
        begin, offset = self.pieces[max(index, 0)]
        return offset + position - begin

    def end_offset(self, position: int) -> int:
        """Return the offset behind the character before a position."""
        last = self.offset(position - 1)
        escape = _ESCAPE.match(self.source.text, last)
        if escape and self.text[position - 1] != "\\":
            return escape.end()
        return last + 1

    def span(self, start: int, end: int) -> Span:
        """Return the place of a stretch of the text."""
        return self.source.span(self.offset(start), self.end_offset(end))

    def is_declared(self, start: int, end: int) -> bool:
        """Say whether a stretch lies in one that the author declared in place."""
        return any(a <= start and end <= b for a, b in self.declared)


def blanked(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """Return the text with stretches of it written as `U+FFFC`."""
    parts: list[str] = []
    at = 0
    for start, end in stretches:
        if end > at:
            first = max(start, at)
            parts += (text[at:first], BLANK * (end - first))
            at = end
    return "".join([*parts, text[at:]])


def declared_spans(
    text: str, prose: str, attributes: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield what stands in the brackets of spans of class `literal`.

    `prose` is `text` with everything blanked that is none; `attributes` are the
    stretches of attributes in it.
    """
    for start, end in attributes:
        if start == 0 or text[start - 1] != "]":
            continue
        found = read_attributes(text, start, end)
        if found is not None and LITERAL in found.classes:
            opening = _opening(prose, start - 1)
            if opening >= 0:
                yield opening + 1, start - 1


def _opening(prose: str, close: int) -> int:
    """Return where the bracket opens that closes at `close`; -1 where none does."""
    depth = 0
    for at in range(close, -1, -1):
        if prose[at] == "]":
            depth += 1
        elif prose[at] == "[":
            depth -= 1
            if depth == 0:
                return at
    return -1


def markdown_passage(
    kind: Kind,
    source: Source,
    text: str,
    pieces: tuple[tuple[int, int], ...],
    around: tuple[int, int],
) -> Passage:
    """Return Markdown that stands inside of something else: an option, a string."""
    scanner = InlineScanner(Source(path="", text=text), shortcode_ends={})
    scanner.scan(0, len(text))
    stretches = scanner.found.stretches
    prose = blanked(text, hidden(text, stretches))
    return Passage(
        kind=kind,
        source=source,
        text=prose,
        pieces=pieces,
        declared=tuple(
            declared_spans(
                text,
                prose,
                [
                    (s.start, s.end)
                    for s in stretches
                    if s.kind is StretchKind.ATTRIBUTES
                ],
            )
        ),
        around=around,
    )


def hidden(text: str, stretches: Iterable[Stretch]) -> Iterator[tuple[int, int]]:
    """Yield the stretches that are not prose."""
    for stretch in stretches:
        if stretch.kind in (StretchKind.CITATION, StretchKind.REFERENCE):
            yield from _around_words(text, stretch)
        else:
            yield stretch.start, stretch.end


def _around_words(text: str, stretch: Stretch) -> Iterator[tuple[int, int]]:
    """Yield a citation without the words that an author put around its keys."""
    if text[stretch.start] != "[":
        yield stretch.start, stretch.end
        return
    for key in _KEY.finditer(text, stretch.start, stretch.end):
        last = key.end("locator")
        if text[stretch.start - 1 : stretch.start] == "^":
            last = key.end("key")  # a note, in which a citation stands
        yield key.start(), last
