"""Figures and tables: each has a caption, a text for who cannot see it, a reference.

Judged is what carries a label for cross-references: images, divs, captions of tables,
cells, and the package's own calls `figure("fig-x", …)` and `table("tbl-x", …)`, which
make caption and alternative text themselves. Slides refer to nothing, and are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.qmd.model import BlockKind, Cell, Chapter, Div, Document, Image
from galleyproof.spans import Span

_KINDS = {"fig": "figure", "tbl": "table"}
_CALL = re.compile(r"\b(?:figure|table)\(\s*([\"'])(?P<label>(?:fig|tbl)-[\w.:-]+)\1")
_NAMED = re.compile(r"(?:@|#|ref\{)-?(?P<label>(?:fig|tbl)-[\w.:-]*\w)", re.IGNORECASE)
_SLIDES = frozenset({"revealjs", "beamer", "pptx"})
_MARKUP = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Float:
    """Something that is numbered."""

    label: str
    span: Span
    path: str
    start: int

    @property
    def kind(self) -> str:
        return _KINDS[self.label[:3]]


def is_slides(document: Document) -> bool:
    """Whether a document is a set of slides."""
    written = document.main.front_matter.values.get("format")
    names = {written} if isinstance(written, str) else set()
    if isinstance(written, dict):
        names = {str(name) for name in written}
    return bool({name.partition("+")[0].split("-")[-1] for name in names} & _SLIDES)


# -- referred to -----------------------------------------------------------------------


def unreferred(document: Document) -> Iterator[Diagnostic]:
    """Find figures and tables that the text never refers to."""
    if is_slides(document):
        return
    named = {
        (match["label"][0].lower() + match["label"][1:])
        for chapter in document.chapters
        for match in _NAMED.finditer(chapter.source.text)
        if not _defines(chapter, match)
    }
    for each in _floats(document):
        if each.label in named or any(n.startswith(f"{each.label}-") for n in named):
            continue
        yield _warning(
            Code.FLOAT_REFERRED_TO,
            each.span,
            f"the text never refers to the {each.kind} `{each.label}`",
            f"write `@{each.label}` where it is meant",
        )


def _defines(chapter: Chapter, match: re.Match[str]) -> bool:
    """Whether `#fig-x` stands in attributes, `{#fig-x}`, and not in a link."""
    text = chapter.source.text
    if text[match.start()] != "#":
        return False
    before = text[max(0, match.start() - 1) : match.start()]
    return before not in {"(", '"', "'", "="}


def _floats(document: Document) -> Iterator[_Float]:
    for chapter in document.chapters:
        inner = _insides(chapter)
        for each in (*_labelled(chapter), *_called(chapter)):
            if not _within(each.start, inner):
                yield each


def _insides(chapter: Chapter) -> list[tuple[int, int]]:
    """Return the insides of figure and table divs: what is there is a part of them."""
    return [(d.content_start, d.content_end) for d in chapter.divs if _is_float(d)]


def _within(at: int, inner: list[tuple[int, int]]) -> bool:
    return any(begin <= at < end for begin, end in inner)


def _is_float(div: Div) -> bool:
    return div.attributes.id.startswith(("fig-", "tbl-"))


def _labelled(chapter: Chapter) -> Iterator[_Float]:
    bare = {
        cell.options.label
        for cell in chapter.cells
        if cell.options.label and not _has_caption(cell)
    }
    for label in chapter.labels:
        if label.kind in _KINDS and label.name not in bare:
            yield _Float(
                label=label.name, span=label.span, path=chapter.path, start=label.start
            )


def _called(chapter: Chapter) -> Iterator[_Float]:
    text = chapter.source.text
    for cell in chapter.cells:
        for match in _CALL.finditer(text, cell.start, cell.end):
            start, end = match.span("label")
            yield _Float(
                label=match["label"],
                span=chapter.source.span(start, end),
                path=chapter.path,
                start=start,
            )


# -- caption and alternative text ------------------------------------------------------


def undescribed(document: Document) -> Iterator[Diagnostic]:
    """Find floats without a caption, figures without a text for who cannot see them."""
    for chapter in document.chapters:
        yield from _divs(chapter)
        inner = _insides(chapter)
        for image in chapter.images:
            yield from _image(chapter, image, within=_within(image.start, inner))
        for cell in chapter.cells:
            if not _within(cell.start, inner):
                yield from _cell(chapter, cell)


def _divs(chapter: Chapter) -> Iterator[Diagnostic]:
    starts = [block.start for block in chapter.blocks]
    for div in chapter.divs:
        if not _is_float(div) or div.attributes.get("fig-cap"):
            continue
        inside = chapter.blocks[
            bisect_left(starts, div.content_start) : bisect_left(
                starts, div.content_end
            )
        ]
        written = [b for b in inside if b.kind is not BlockKind.BLANK]
        if written and not _may_caption(chapter, written[-1].start, written[-1].kind):
            yield _uncaptioned(div.attributes.id, div.span)


def _may_caption(chapter: Chapter, start: int, kind: BlockKind) -> bool:
    if kind is BlockKind.PARAGRAPH:
        return not any(image.start == start for image in chapter.images)
    return kind not in {BlockKind.TABLE, BlockKind.CODE}


def _image(chapter: Chapter, image: Image, *, within: bool) -> Iterator[Diagnostic]:
    attributes = image.attributes
    label = attributes.id if attributes else ""
    caption = chapter.source.text[image.caption_start : image.caption_end].strip()
    alt = _alternative(image)
    if label.startswith("fig-"):
        if (
            not caption
            and not within
            and not (attributes and attributes.get("fig-cap"))
        ):
            yield _uncaptioned(label, image.span)
        yield from _alt(label, caption, alt, image.span)
    elif not caption and alt is None:
        yield _silent(f"the image `{image.target}`", image.span)


def _alternative(image: Image) -> str | None:
    if image.attributes is None:
        return None
    written = (image.attributes.get(key) for key in ("fig-alt", "alt"))
    return next((text for text in written if text is not None), None)


def _cell(chapter: Chapter, cell: Cell) -> Iterator[Diagnostic]:
    label = cell.options.label or ""
    if not label.startswith(("fig-", "tbl-")) or cell.options.include is False:
        return
    place = next((e.value_span for e in cell.entries if e.name == "label"), cell.span)
    if "cap=" in chapter.source.line(cell.span.line):
        return
    if not _has_caption(cell):
        yield _uncaptioned(label, place)
    elif label.startswith("fig-") and isinstance(caption := cell.options.fig_cap, str):
        # A list has a text for each panel.
        listed = any(e.name in _ALT and isinstance(e.value, list) for e in cell.entries)
        if not listed:
            yield from _alt(label, caption, cell.options.fig_alt, place)


_ALT = frozenset({"fig-alt", "fig.alt"})


def _has_caption(cell: Cell) -> bool:
    return any(e.name in {"fig-cap", "tbl-cap", "fig.cap"} for e in cell.entries)


def _alt(label: str, caption: str, alt: str | None, span: Span) -> Iterator[Diagnostic]:
    if alt is None:
        yield _silent(f"the figure `{label}`", span)
    elif alt.strip() and _same(alt, caption):
        yield _warning(
            Code.FIGURE_DESCRIBED,
            span,
            f"the alternative text of `{label}` repeats its caption",
            "say what can be seen in it; the caption is read out as well",
        )


def _same(alt: str, caption: str) -> bool:
    one, other = (_MARKUP.sub(" ", t).strip().casefold() for t in (alt, caption))
    return one == other


def _silent(what: str, span: Span) -> Diagnostic:
    return _warning(
        Code.FIGURE_DESCRIBED,
        span,
        f"{what} has no alternative text",
        'say what can be seen in it: `fig-alt="…"`; `fig-alt=""` where it only adorns',
    )


def _uncaptioned(label: str, span: Span) -> Diagnostic:
    kind = _KINDS[label[:3]]
    return _warning(
        Code.FLOAT_CAPTIONED,
        span,
        f"the {kind} `{label}` has no caption",
        f"say what it shows: `{label[:3]}-cap`, or the last paragraph of its div",
    )


def _warning(code: Code, span: Span, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        code=code, span=span, message=message, hint=hint, severity=Severity.WARNING
    )
