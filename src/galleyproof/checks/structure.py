"""What must hold between the parts of a manuscript: labels, references, citations.

Before cells have run, it is not known which labels they will define. A reference to a
figure or table is then an error only where that is certain or a misspelling is evident;
the rest are warnings, and the renderer has the last word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.nearest import nearest
from galleyproof.qmd.features import REFERENCE_KINDS
from galleyproof.qmd.model import Chapter, Citation, Document, Label, Reference
from galleyproof.spans import Span

_LITERAL = re.compile(r"""(["'])(?P<label>(?:fig|tbl|sec|eq)-[\w.:-]+)\1""")
_PREFIX = re.compile(r"\b(?P<kind>fig|tbl|sec|eq)-")
_HEADER = re.compile(
    r"\{\w+[\s,]+(?:[^}\n]*?\blabel\s*=\s*[\"'])?(?P<label>(?:fig|tbl|eq|lst)-[\w.:-]+)"
)
"""knitr's way: `{r fig-name, fig.cap="…"}`."""
_PANEL = re.compile(r"(?P<whole>.+)-\d{1,2}")
_PANELLED = frozenset({"fig-subcap", "tbl-subcap", "fig.subcap"})
_STATIC_KINDS = frozenset({"sec", "eq"})
_MOST_HINTS = 50
_EVERY_KEY = "*"
"""`nocite: "@*"`."""


def check(
    document: Document,
    keys: Collection[str],
    *,
    produced: Collection[str] | None = None,
) -> tuple[Diagnostic, ...]:
    """Return every finding about the structure of a document, in order of place.

    Args:
        document: Its own findings are among those returned.
        keys: Of the bibliography.
        produced: Labels that executed cells defined; None before they have run.

    """
    chapters = document.chapters
    found = [
        *document.diagnostics,
        *duplicate_labels(document),
        *undefined_references(chapters, produced),
        *unknown_citations(chapters, {*keys, *inline_keys(document)}),
    ]
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda diagnostic: diagnostic.sort_key))


def duplicate_labels(document: Document) -> Iterator[Diagnostic]:
    """Find labels that are defined more than once, wherever the text is printed.

    Two that stand in different conditional divs are never printed together.
    """
    earlier: dict[str, list[Label]] = {}
    for label in _printed_labels(document):
        rivals = earlier.setdefault(label.name, [])
        rival = next((r for r in rivals if _collide(r, label)), None)
        rivals.append(label)
        if rival is None:
            continue
        if rival.span == label.span:
            hint = f"`{label.span.path}` is included more than once; include it once"
        else:
            hint = f"first defined at {rival.span}; rename one of them"
        yield Diagnostic(
            code=Code.LABEL_UNIQUE,
            span=label.span,
            message=f"the label `{label.name}` is defined twice",
            hint=hint,
        )


def _printed_labels(document: Document) -> Iterator[Label]:
    starts = {
        chapter.path: [label.start for label in chapter.labels]
        for chapter in document.chapters
    }
    for piece in document.pieces:
        labels, offsets = piece.chapter.labels, starts[piece.chapter.path]
        yield from labels[
            bisect_left(offsets, piece.start) : bisect_left(offsets, piece.end)
        ]


def _collide(one: Label, other: Label) -> bool:
    apart = one.conditions and other.conditions and one.conditions != other.conditions
    return not apart


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of labels when references are judged."""

    defined: frozenset[str]
    mentioned: frozenset[str]
    """Labels that code names, which cells will presumably define."""
    computed: frozenset[str]
    """Kinds whose labels code puts together, so that nothing is certain."""
    may_change: bool
    """Cells have still to run."""
    panelled: frozenset[str] = frozenset()
    """Labels of cells whose panels are `label-1`, `label-2`, …."""


def undefined_references(
    chapters: Sequence[Chapter], produced: Collection[str] | None
) -> Iterator[Diagnostic]:
    """Find cross-references to labels that nothing defines."""
    known = _known(chapters, produced)
    hints: dict[str, str] = {}
    for chapter in chapters:
        for reference in chapter.references:
            if reference.kind in REFERENCE_KINDS and not _exists(reference, known):
                label = reference.label
                if label not in hints:
                    few = len(hints) < _MOST_HINTS
                    hints[label] = _near_label(reference, known) if few else ""
                yield _undefined(reference, known, hints[label])


def _known(chapters: Sequence[Chapter], produced: Collection[str] | None) -> _Known:
    defined = {label.name for chapter in chapters for label in chapter.labels}
    if produced is not None:
        return _Known(
            defined=frozenset(defined.union(produced)),
            mentioned=frozenset(),
            computed=frozenset(),
            may_change=False,
        )
    code = [cell.code for chapter in chapters for cell in chapter.cells]
    code += [i.expression for chapter in chapters for i in chapter.inlines]
    return _Known(
        defined=frozenset(defined.union(_in_headers(chapters))),
        mentioned=frozenset(m["label"] for c in code for m in _LITERAL.finditer(c)),
        computed=frozenset(
            m["kind"] for c in code for m in _PREFIX.finditer(_LITERAL.sub("", c))
        ),
        may_change=bool(code),
        panelled=frozenset(
            cell.options.label
            for chapter in chapters
            for cell in chapter.cells
            if cell.options.label and _PANELLED & {entry.name for entry in cell.entries}
        ),
    )


def _in_headers(chapters: Sequence[Chapter]) -> Iterator[str]:
    """Yield labels that stand behind the language of a cell."""
    for chapter in chapters:
        for cell in chapter.cells:
            if match := _HEADER.search(chapter.source.line(cell.span.line)):
                yield match["label"]


def _exists(reference: Reference, known: _Known) -> bool:
    panel = _PANEL.fullmatch(reference.label)
    return (
        reference.label in known.defined
        or reference.label in known.mentioned
        or (panel is not None and panel["whole"] in known.panelled)
        or (known.may_change and reference.kind in known.computed)
    )


def _near_label(reference: Reference, known: _Known) -> str:
    same_kind = (
        name
        for name in known.defined | known.mentioned
        if name.startswith(f"{reference.kind}-")
    )
    return nearest(reference.label, same_kind, cutoff=0.75)


def _undefined(reference: Reference, known: _Known, near: str) -> Diagnostic:
    finding = Diagnostic(
        code=Code.REFERENCE_RESOLVES,
        span=reference.span,
        message=f"nothing is labelled `{reference.label}`",
        hint=f"did you mean `@{near}`?" if near else _how_to_label(reference.kind),
    )
    certain = near or not known.may_change or reference.kind in _STATIC_KINDS
    return finding if certain else replace(finding, severity=Severity.WARNING)


def _how_to_label(kind: str) -> str:
    where = {
        "fig": "an image, a figure div or a cell",
        "tbl": "a table's caption, a table div or a cell",
        "sec": "a heading",
        "eq": "an equation, behind its `$$`",
    }
    return f"correct the name, or give the label to {where[kind]}: `{{#{kind}-name}}`"


def own_kinds(metadata: Mapping[str, object]) -> frozenset[str]:
    """Return the prefixes of cross-references that `crossref: custom:` declares."""
    settings = metadata.get("crossref")
    listed = settings.get("custom") if isinstance(settings, Mapping) else None
    return frozenset(
        str(one["key"])
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, Mapping) and one.get("key")
    )


def label_names(document: Document) -> Iterator[str]:
    """Yield the labels that `@name` may mean, whatever kinds an extension knows."""
    for chapter in document.chapters:
        yield from (label.name for label in chapter.labels if "-" in label.name)


def linked_names(document: Document) -> frozenset[Span]:
    """Return the places of names that are the text of a link: `[@name](address)`."""
    return frozenset(
        citation.span
        for chapter in document.chapters
        for citation in chapter.citations
        if chapter.source.text.startswith("](", citation.end)
    )


def unknown_citations(
    chapters: Iterable[Chapter],
    keys: Collection[str],
    kinds: Collection[str] = (),
) -> Iterator[Diagnostic]:
    """Find cited keys that the bibliography does not have.

    A key behind one of the `kinds` of the project's own is a cross-reference.
    """
    hints: dict[str, str] = {}
    for chapter in chapters:
        for citation in chapter.citations:
            key = citation.key
            if key.partition("-")[0] in kinds:
                continue
            if key not in keys and key != _EVERY_KEY:
                # Comparing thousands of misspellings with thousands of keys is slow,
                # and so many are no misspellings.
                if key not in hints:
                    hints[key] = nearest(key, keys) if len(hints) < _MOST_HINTS else ""
                yield _unknown(citation, hints[key])


def _unknown(citation: Citation, near: str) -> Diagnostic:
    return Diagnostic(
        code=Code.CITATION_RESOLVES,
        span=citation.span,
        message=f"the bibliography has no entry `{citation.key}`",
        hint=f"did you mean `@{near}`?"
        if near
        else "add the entry; an at sign that cites nothing is written `\\@`",
    )


def inline_keys(document: Document) -> Iterator[str]:
    """Yield the keys of `references:` in front matter, which Pandoc reads as well."""
    listed = document.main.front_matter.values.get("references")
    for entry in listed if isinstance(listed, list) else []:
        if isinstance(entry, Mapping) and entry.get("id") is not None:
            yield str(entry["id"])
