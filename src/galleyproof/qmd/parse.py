"""Text -> chapter: the block pass, the inline pass, and what they mean together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from galleyproof.diagnostics import Diagnostic
from galleyproof.qmd import features, grammar
from galleyproof.qmd.blocks import BlockTree, read_blocks
from galleyproof.qmd.cells import read_cell
from galleyproof.qmd.cites import Found
from galleyproof.qmd.frontmatter import read_front_matter
from galleyproof.qmd.inlines import InlineScanner
from galleyproof.qmd.labels import find_labels
from galleyproof.qmd.model import (
    Block,
    BlockKind,
    Cell,
    Chapter,
    FrontMatter,
    InlineCode,
    Shortcode,
    StretchKind,
)
from galleyproof.qmd.shortcodes import find_shortcodes
from galleyproof.qmd.support import unsupported_features
from galleyproof.spans import Source

_RUNNING_TEXT = frozenset(
    {
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
        BlockKind.QUOTE,
        BlockKind.LIST_ITEM,
        BlockKind.FOOTNOTE,
        BlockKind.TABLE,
        BlockKind.CAPTION,
        BlockKind.EQUATION,
    }
)
_SILENT_BLOCKS = frozenset({BlockKind.CELL, BlockKind.COMMENT})
_SILENT = frozenset({StretchKind.COMMENT})
_CODE_BLOCKS = frozenset({BlockKind.CODE, BlockKind.RAW})
_CODE = frozenset({StretchKind.CODE, StretchKind.INLINE_CODE, StretchKind.RAW})
_MARKDOWN_OPTIONS = frozenset({"fig-cap", "tbl-cap"})
_MARKDOWN_KEYS = frozenset({"title", "subtitle", "abstract", "nocite"})


def parse(source: Source) -> Chapter:
    """Read one file. Never raises: what is wrong with it is in `diagnostics`."""
    tree = read_blocks(source)
    cells, cell_problems = _read_cells(source, tree)
    front_matter, yaml_problems = read_front_matter(source, tree.blocks)
    shortcodes, unclosed = find_shortcodes(source)
    scanner = _scan(source, tree.blocks, shortcodes)
    found = scanner.found
    options = _scan_options(scanner, cells, front_matter)
    hidden = _Hidden(tree.blocks, found)
    chapter = Chapter(
        source=source,
        front_matter=front_matter,
        blocks=tree.blocks,
        stretches=tuple(found.stretches),
        cells=cells,
        inlines=tuple(found.inlines),
        citations=tuple(
            sorted((*found.citations, *options.citations), key=lambda c: c.start)
        ),
        references=tuple(
            sorted((*found.references, *options.references), key=lambda r: r.start)
        ),
        labels=find_labels(source, tree, found.attributes, cells),
        shortcodes=tuple(s for s in shortcodes if not hidden.shortcode(s.start)),
        divs=tree.divs,
        images=tuple(found.images),
        diagnostics=(),
    )
    diagnostics = [
        *tree.diagnostics,
        *cell_problems,
        *yaml_problems,
        *(p for start, p in unclosed if not hidden.unclosed(start)),
        *(_unevaluated(inline) for inline in options.inlines),
        *_includes_in_cells(shortcodes, tree.blocks),
        *unsupported_features(chapter, found.attributes),
    ]
    diagnostics.sort(key=lambda diagnostic: diagnostic.sort_key)
    return replace(chapter, diagnostics=tuple(diagnostics))


def _read_cells(
    source: Source, tree: BlockTree
) -> tuple[tuple[Cell, ...], list[Diagnostic]]:
    cells: list[Cell] = []
    problems: list[Diagnostic] = []
    for block in tree.blocks:
        if block.kind is BlockKind.CELL:
            cell, found = read_cell(source, block, len(cells))
            cells.append(cell)
            problems.extend(found)
    return tuple(cells), problems


def _scan(
    source: Source, blocks: Sequence[Block], shortcodes: Sequence[Shortcode]
) -> InlineScanner:
    scanner = InlineScanner(
        source,
        shortcode_ends={s.start: s.end for s in shortcodes},
        examples=_examples(source, blocks),
    )
    for block in blocks:
        if block.kind in _RUNNING_TEXT:
            scanner.scan(block.content_start, block.content_end)
    return scanner


def _examples(source: Source, blocks: Sequence[Block]) -> frozenset[str]:
    return frozenset(
        match["label"]
        for block in blocks
        if block.kind is BlockKind.LIST_ITEM
        for match in grammar.EXAMPLE_LABEL.finditer(
            source.text, block.start, block.content_start
        )
    )


def _scan_options(
    scanner: InlineScanner, cells: Sequence[Cell], front_matter: FrontMatter
) -> Found:
    """Find what captions in options, and the abstract, cite and refer to."""
    inner = InlineScanner(scanner.source, shortcode_ends=scanner.shortcode_ends)
    for cell in cells:
        for entry in cell.entries:
            if entry.name in _MARKDOWN_OPTIONS:
                inner.scan(entry.value_start, entry.value_end)
    for scalar in front_matter.scalars:
        if scalar.path in _MARKDOWN_KEYS:
            inner.scan(scalar.start, scalar.end)
    return inner.found


def _unevaluated(inline: InlineCode) -> Diagnostic:
    return features.unsupported(
        inline.span,
        "inline code in a cell option or in YAML",
        "Quarto prints it as it stands: build the text in the cell",
        with_quarto=False,
    )


class _Hidden:
    """Where nothing is read as Quarto's: cells and comments, and code as well."""

    def __init__(self, blocks: Sequence[Block], found: Found) -> None:
        self._silent = _Ranges(
            [(b.start, b.end) for b in blocks if b.kind in _SILENT_BLOCKS]
            + [(s.start, s.end) for s in found.stretches if s.kind in _SILENT]
        )
        self._code = _Ranges(
            [(b.start, b.end) for b in blocks if b.kind in _CODE_BLOCKS]
            + [(s.start, s.end) for s in found.stretches if s.kind in _CODE]
        )

    def shortcode(self, start: int) -> bool:
        return start in self._silent

    def unclosed(self, start: int) -> bool:
        return start in self._silent or start in self._code


class _Ranges:
    """A set of offsets, as ranges that do not overlap."""

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        ranges.sort()
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def __contains__(self, offset: int) -> bool:
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._ends[index]


def _includes_in_cells(
    shortcodes: Sequence[Shortcode], blocks: Sequence[Block]
) -> Iterator[Diagnostic]:
    cells = _Ranges([(b.start, b.end) for b in blocks if b.kind is BlockKind.CELL])
    for shortcode in shortcodes:
        is_include = shortcode.name == "include" and not shortcode.escaped
        if is_include and shortcode.standalone and shortcode.start in cells:
            yield features.unsupported(
                shortcode.span,
                "an include inside a cell",
                "import the code from a module",
            )
