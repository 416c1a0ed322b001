"""The guard: a number that reaches the page is computed, or declared a literal.

Nothing is executed. Every text of a chapter that reaches the page is read, wherever it
stands; what is found there and is neither part of a name nor declared is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from galleyproof.checks.numbers import metadata, raw
from galleyproof.checks.numbers.flow import shown_by_code
from galleyproof.checks.numbers.literals import Patterns
from galleyproof.checks.numbers.passages import Kind, Passage
from galleyproof.checks.numbers.running import running_text
from galleyproof.config import Literal
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.numerals import Form, Numeral, find
from galleyproof.qmd.model import BlockKind, Chapter
from galleyproof.spans import Source

VARIABLES = "_variables.yml"
_SPACE = re.compile(r"\s+")
_DECLARE = (
    "compute it from the data; if it is a name or a given, write "
    "`[{typed}]{{.literal}}` or list it under `galley: literals:`"
)
_DECLARE_ELSEWHERE = (
    "compute it from the data; if it is a name or a given, list it under "
    "`galley: literals:`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for the project that is checked."""

    literals: tuple[Literal, ...] = ()
    words: bool = True
    """Whether number words are those of English."""
    years: bool = False
    """Whether years are data here, so that a typed one is a copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One number that an author typed where a reader sees it."""

    chapter: Chapter | None
    """None where it stands in `_quarto.yml` or `_variables.yml`."""
    passage: Passage
    numeral: Numeral

    @property
    def text(self) -> str:
        """The number as it was typed, on one line."""
        written = self.passage.text[self.numeral.start : self.numeral.end]
        return _SPACE.sub(" ", written)

    @property
    def start(self) -> int:
        """Its offset in the file."""
        return self.passage.offset(self.numeral.start)

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.passage.end_offset(self.numeral.end)


def passages(chapter: Chapter) -> Iterator[Passage]:
    """Yield every text of a chapter that reaches the page."""
    yield from metadata.front_matter(chapter)
    yield from running_text(chapter)
    yield from metadata.attribute_texts(chapter)
    yield from metadata.cell_options(chapter)
    yield from _raw_blocks(chapter)
    yield from shown_by_code(chapter)


def _raw_blocks(chapter: Chapter) -> Iterator[Passage]:
    for cell in chapter.cells:
        if cell.language in raw.DIAGRAMS:
            around = (cell.start, cell.end)
            yield from raw.diagram(
                chapter.source, cell.language, cell.start, cell.end, around
            )
    for block in chapter.blocks:
        if block.kind is BlockKind.RAW and block.attributes is not None:
            yield from raw.passages(
                chapter.source,
                block.attributes.raw_format,
                block.content_start,
                block.content_end,
                (block.start, block.end),
            )


def typed_numbers(
    chapters: Iterable[Chapter], settings: Settings, patterns: Patterns
) -> Iterator[Typed]:
    """Yield every typed number of some chapters, in order of place."""
    for chapter in chapters:
        yield from _in_order(chapter, passages(chapter), settings, patterns)


def typed_in_settings(
    sources: Iterable[Source],
    chapters: Iterable[Chapter],
    settings: Settings,
    patterns: Patterns,
) -> Iterator[Typed]:
    """Yield each typed number of `_quarto.yml` and `_variables.yml` that pages show."""
    shown = frozenset(
        shortcode.arguments[0]
        for chapter in chapters
        for shortcode in chapter.shortcodes
        if shortcode.name == "var" and shortcode.arguments
    )
    for source in sources:
        variables = shown if source.path.endswith(VARIABLES) else None
        texts = metadata.settings_texts(source, variables)
        yield from _in_order(None, texts, settings, patterns)


def _in_order(
    chapter: Chapter | None,
    texts: Iterable[Passage],
    settings: Settings,
    patterns: Patterns,
) -> Iterator[Typed]:
    found = [
        Typed(chapter=chapter, passage=passage, numeral=numeral)
        for passage in texts
        for numeral in _undeclared(passage, settings, patterns)
    ]
    at = -1
    for typed in sorted(found, key=lambda one: (one.start, -one.end)):
        if typed.start >= at:  # a caption may be read twice, as text and as code
            yield typed
            at = typed.end


def _undeclared(
    passage: Passage, settings: Settings, patterns: Patterns
) -> Iterator[Numeral]:
    declared = patterns.declared(passage)
    if passage.numeric:
        whole = Numeral(form=Form.DIGITS, start=0, end=len(passage.text))
        numerals: Iterable[Numeral] = (whole,)
    else:
        numerals = find(passage.text, words=settings.words, years=settings.years)
    for numeral in numerals:
        span = numeral.start, numeral.end
        if passage.is_declared(*span):
            continue
        if not any(a <= span[0] and span[1] <= b for a, b in declared):
            yield numeral


def findings(
    typed: Iterable[Typed], severity: Severity, hint: Callable[[Typed], str]
) -> Iterator[Diagnostic]:
    """Yield one finding for each typed number."""
    for one in typed:
        kind = one.passage.kind
        where = "" if kind is Kind.PROSE else f" in {kind.value}"
        yield Diagnostic(
            code=Code.NUMBER_COMPUTED,
            span=one.passage.source.span(one.start, one.end),
            message=f"`{one.text}` is typed{where}, not computed",
            hint=hint(one) or _declare(one),
            severity=severity,
        )


def _declare(typed: Typed) -> str:
    if not typed.passage.inline or "`" in typed.text:
        return _DECLARE_ELSEWHERE
    return _DECLARE.format(typed=typed.text)


def meet(patterns: Patterns, chapters: Sequence[Chapter]) -> None:
    """Look in more chapters for the patterns that were not met so far."""
    unlikely = []
    for chapter in chapters:
        if patterns.may_meet(chapter.source.text):
            _meet(patterns, chapter)
        else:
            unlikely.append(chapter)
    for chapter in unlikely:  # what is marked up looks different in the source
        if patterns.unused:
            _meet(patterns, chapter)


def _meet(patterns: Patterns, chapter: Chapter) -> None:
    for passage in passages(chapter):
        patterns.declared(passage)


def unused_literals(patterns: Patterns) -> Iterator[Diagnostic]:
    """Yield a finding for each declared pattern that no text meets."""
    for literal in patterns.unused:
        if literal.span is not None:
            yield Diagnostic(
                code=Code.LITERAL_USED,
                span=literal.span,
                message=f"the literal `{literal.text}` stands nowhere in the text",
                hint="remove it, or correct its spelling",
                severity=Severity.WARNING,
            )
