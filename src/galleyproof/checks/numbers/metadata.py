"""Texts in YAML and attributes: titles, abstracts, captions, alternative texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from galleyproof.checks.numbers.passages import (
    BLANK,
    Kind,
    Passage,
    markdown_passage,
)
from galleyproof.numerals.patterns import Pattern
from galleyproof.qmd.attributes import read_attributes
from galleyproof.qmd.model import (
    Attributes,
    BlockKind,
    Chapter,
    Option,
    Scalar,
    StretchKind,
)
from galleyproof.qmd.yamltext import read_mapping
from galleyproof.spans import Source

FIELDS = frozenset(
    {
        "abstract",
        "abstract-title",
        "acknowledgements",
        "acknowledgments",
        "caption",
        "conclusion",
        "conclusions",
        "description",
        "funding",
        "highlights",
        "key-points",
        "keypoints",
        "keywords",
        "lead",
        "pagetitle",
        "plain-language-summary",
        "summary",
        "subtitle",
        "thanks",
        "title",
    }
)
"""Keys of front matter, and of `_quarto.yml`, whose text the page shows."""

_ROOTS = frozenset({"book", "website", "manuscript"})
_OPTIONS = {
    "fig-cap": Kind.CAPTION,
    "fig-scap": Kind.CAPTION,
    "fig-subcap": Kind.CAPTION,
    "tbl-cap": Kind.CAPTION,
    "tbl-subcap": Kind.CAPTION,
    "lst-cap": Kind.CAPTION,
    "cap": Kind.CAPTION,
    "fig-alt": Kind.ALT,
    "alt": Kind.ALT,
    "code-summary": Kind.TITLE,
    "title": Kind.TITLE,
}
_ATTRIBUTES = {
    "fig-alt": Kind.ALT,
    "alt": Kind.ALT,
    "aria-label": Kind.ALT,
    "fig-cap": Kind.CAPTION,
    "tbl-cap": Kind.CAPTION,
    "lst-cap": Kind.CAPTION,
    "caption": Kind.CAPTION,
    "fig-scap": Kind.CAPTION,
    "title": Kind.TITLE,
    "description": Kind.TITLE,
    "summary": Kind.TITLE,
}
_BLOCK_HEADER = Pattern(r"[|>][-+\d]{0,2}[ \t]*(?:\#[^\n]*)?\r?\n")
_OPTION_MARK = Pattern(r"(?<=\n)[ \t]*\#\|")
_CHUNK_OPTION = Pattern(
    r"\b(?:fig|tbl)[.-](?P<what>cap|alt|scap)\s*=\s*(?:\"(?P<dq>[^\"]*)\"|'(?P<sq>[^']*)')"
)


def front_matter(chapter: Chapter) -> Iterator[Passage]:
    """Yield the texts of front matter that reach the page."""
    metas = frozenset(
        shortcode.arguments[0]
        for shortcode in chapter.shortcodes
        if shortcode.name == "meta" and shortcode.arguments
    )
    matter = chapter.front_matter
    yield from scalars(
        chapter.source, matter.scalars, metas, around=(matter.start, matter.end)
    )


def scalars(
    source: Source,
    found: Sequence[Scalar],
    metas: frozenset[str],
    *,
    around: tuple[int, int],
) -> Iterator[Passage]:
    """Yield the scalars of a YAML text that the page shows.

    `metas` are the paths that shortcodes print.
    """
    for scalar in found:
        if not (_is_shown(scalar.path) or scalar.path in metas):
            continue
        text = source.text[scalar.start : scalar.end]
        header = _BLOCK_HEADER.match(text)
        if header:
            text = BLANK * header.end() + text[header.end() :]
        yield markdown_passage(
            Kind.METADATA, source, text, ((0, scalar.start),), around
        )


def settings_texts(
    source: Source, variables: frozenset[str] | None = None
) -> Iterator[Passage]:
    """Yield the texts of a YAML file of settings that the pages show.

    Of `_variables.yml` these are the `variables` that some shortcode prints; of
    `_quarto.yml` (None) the title and what else belongs to it.
    """
    offset = len(source.text) - len(source.text.removeprefix("\ufeff"))
    yaml = read_mapping(source.text[offset:])
    found = [
        Scalar(
            path=".".join(map(str, path)),
            start=offset + place.start,
            end=offset + place.end,
        )
        for path, place in yaml.places.items()
        if place.scalar and place.end > place.start
    ]
    if variables is not None:
        found = [scalar for scalar in found if scalar.path in variables]
    yield from scalars(
        source, found, variables or frozenset(), around=(0, len(source.text))
    )


def _is_shown(path: str) -> bool:
    steps = path.split(".")
    if steps[0] in _ROOTS:
        steps = steps[1:]
    return bool(steps) and steps[0] in FIELDS and (len(steps) < 3)


def cell_options(chapter: Chapter) -> Iterator[Passage]:
    """Yield captions, alternative texts and titles in the options of cells."""
    source = chapter.source
    for cell in chapter.cells:
        around = (cell.start, cell.end)
        for option in cell.entries:
            if option.name in _OPTIONS:
                yield _option(source, option, around)
        first_line = source.text.find("\n", cell.start)
        head = source.text[cell.start : max(first_line, cell.start)]
        for match in _CHUNK_OPTION.finditer(head):
            group = "dq" if match["dq"] is not None else "sq"
            kind = Kind.ALT if match["what"] == "alt" else Kind.CAPTION
            yield markdown_passage(
                kind,
                source,
                match[group],
                ((0, cell.start + match.start(group)),),
                around,
            )


def _option(source: Source, option: Option, around: tuple[int, int]) -> Passage:
    text = source.text[option.value_start : option.value_end]
    header = _BLOCK_HEADER.match(text)
    text = _OPTION_MARK.sub(lambda match: " " * len(match[0]), text)
    if header:
        text = BLANK * header.end() + text[header.end() :]
    return markdown_passage(
        _OPTIONS[option.name], source, text, ((0, option.value_start),), around
    )


def attribute_texts(chapter: Chapter) -> Iterator[Passage]:
    """Yield captions, alternative texts and titles in attributes."""
    text = chapter.source.text
    for stretch in chapter.stretches:
        if stretch.kind is StretchKind.ATTRIBUTES:
            found = read_attributes(text, stretch.start, stretch.end)
            if found is not None:
                yield from _pairs(chapter, found, (stretch.start, stretch.end))
    for block in chapter.blocks:
        if block.attributes is not None and block.kind is not BlockKind.RAW:
            yield from _pairs(chapter, block.attributes, (block.start, block.end))


def _pairs(
    chapter: Chapter, attributes: Attributes, around: tuple[int, int]
) -> Iterator[Passage]:
    for pair in attributes.pairs:
        if pair.key in _ATTRIBUTES:
            yield markdown_passage(
                _ATTRIBUTES[pair.key],
                chapter.source,
                chapter.source.text[pair.start : pair.end],
                ((0, pair.start),),
                around,
            )
