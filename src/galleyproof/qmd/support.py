"""Constructs of Quarto's that a chapter uses and the embedded engine does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.nearest import nearest
from galleyproof.qmd import features
from galleyproof.qmd.model import (
    Attributes,
    Block,
    BlockKind,
    Chapter,
    Shortcode,
)
from galleyproof.spans import Source


def unsupported_features(
    chapter: Chapter, inline_attributes: Iterable[Attributes]
) -> Iterator[Diagnostic]:
    """Yield a finding for each construct, at its place."""
    source = chapter.source
    for attributes in _attributes(chapter, inline_attributes):
        yield from _of_attributes(source, attributes)
    yield from _of_references(chapter)
    yield from _of_shortcodes(chapter)
    for inline in chapter.inlines:
        if inline.language != "python":
            yield features.unsupported(
                inline.span, f"inline code in `{inline.language}`", "write it in Python"
            )


def _attributes(
    chapter: Chapter, inline_attributes: Iterable[Attributes]
) -> Iterator[Attributes]:
    yield from inline_attributes
    for block in chapter.blocks:
        if block.attributes is not None:
            yield block.attributes


def _of_attributes(source: Source, attributes: Attributes) -> Iterator[Diagnostic]:
    for name in attributes.classes:
        if name in features.CALLOUTS:
            continue
        if name in features.CLASSES or features.CLASS_PATTERN.match(name):
            span = source.span(attributes.start, attributes.end)
            yield features.unsupported(span, f"the class `{name}`")
    for pair in attributes.pairs:
        misaligned = pair.key == "fig-align" and pair.value not in {"center", "default"}
        if pair.key in features.ATTRIBUTES or misaligned:
            span = source.span(pair.key_start, pair.key_start + len(pair.key))
            yield features.unsupported(span, f"the attribute `{pair.key}`", "remove it")


def _of_references(chapter: Chapter) -> Iterator[Diagnostic]:
    for kind, span in (
        *((label.kind, label.span) for label in chapter.labels),
        *((reference.kind, reference.span) for reference in chapter.references),
    ):
        what = features.OTHER_REFERENCE_KINDS.get(kind)
        if what:
            yield features.unsupported(
                span,
                f"the cross-reference prefix `{kind}-` ({what})",
                "rename the label",
            )


def _of_shortcodes(chapter: Chapter) -> Iterator[Diagnostic]:
    blocks = iter(chapter.blocks)
    block = next(blocks, None)
    for shortcode in chapter.shortcodes:
        while block is not None and block.end <= shortcode.start:
            block = next(blocks, None)
        if block is not None and not shortcode.escaped:
            finding = _of_shortcode(shortcode, block)
            if finding is not None:
                yield finding


def _of_shortcode(shortcode: Shortcode, block: Block) -> Diagnostic | None:
    name = shortcode.name
    if name not in features.SHORTCODES:
        return _unknown_shortcode(shortcode)
    if name in {"meta", "var"} and not shortcode.arguments:
        return Diagnostic(
            code=Code.OPTION_VALID,
            span=shortcode.span,
            message=f"the shortcode `{name}` names no key",
            hint=f"write `{{{{< {name} key >}}}}`",
        )
    return _misplaced_shortcode(shortcode, block)


def _misplaced_shortcode(shortcode: Shortcode, block: Block) -> Diagnostic | None:
    name = shortcode.name
    if block.kind is BlockKind.FRONT_MATTER:
        return features.unsupported(
            shortcode.span, "a shortcode in front matter", "write the text itself"
        )
    if block.kind is BlockKind.SHORTCODE:
        return None
    if name == "include":
        return features.unsupported(
            shortcode.span,
            f"an include inside a {block.kind}",
            "put it on a line of its own",
        )
    if name == "pagebreak" and block.kind in {BlockKind.CODE, BlockKind.RAW}:
        return features.unsupported(shortcode.span, "a page break inside code")
    return None


def _unknown_shortcode(shortcode: Shortcode) -> Diagnostic:
    near = nearest(shortcode.name, features.SHORTCODES)
    return features.unsupported(
        shortcode.span,
        f"the shortcode `{shortcode.name}`",
        f"did you mean `{near}`?" if near else "",
    )
