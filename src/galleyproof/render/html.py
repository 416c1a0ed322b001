"""The HTML page: floats with captions that do not scroll away, callouts, equations."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from galleyproof.render.callouts import Callout
from galleyproof.render.callouts import lower as lower_callouts
from galleyproof.render.crossref import CAPTION_LABEL, NUMBER, REFERENCE
from galleyproof.render.floats import EQUATION
from galleyproof.render.tree import (
    Attributes,
    Node,
    Nodes,
    attributes,
    caption_inlines,
    div,
    link,
    meta_blocks,
    meta_inlines,
    meta_string,
    plain,
    plain_block,
    raw_block,
    rewrite,
    span,
)

_LINK_NAMES = {"pdf": "PDF", "docx": "Word", "xml": "JATS XML"}
_CLASSES = {
    NUMBER: "section-number",
    CAPTION_LABEL: "caption-label",
    "pagebreak": "page-break",
}


def lower(blocks: Nodes) -> Nodes:
    """Return the tree in the shapes that make our page out of pandoc's HTML."""
    drawn = lower_callouts(blocks, _callout)
    result: Nodes = rewrite(drawn, _visit)
    return result


def front(meta: Mapping[str, Any], css: str, siblings: Sequence[str]) -> dict[str, Any]:
    """Return what the template needs beside the common metadata.

    `siblings` are the files that the same build writes: the page links to them.
    """
    title = plain(meta_inlines(meta, "title")) or "Article"
    links = [
        {"t": "MetaMap", "c": {"file": meta_string(name), "name": meta_string(shown)}}
        for name in siblings
        if (shown := _LINK_NAMES.get(name.rpartition(".")[2]))
    ]
    return {
        "pagetitle": meta_string(title),
        "style": meta_blocks([raw_block("html", css)]),
        "siblings": {"t": "MetaList", "c": links},
    }


def _visit(node: Node) -> Nodes | None:
    kind = node["t"]
    if kind == "Header":
        level, raw, inlines = node["c"]
        return [{"t": "Header", "c": [min(level + 1, 6), raw, inlines]}]
    if kind == "Table":
        return _table(node)
    if kind == "Span":
        return _span(node)
    if kind == "Link" and REFERENCE in node["c"][0][1]:
        _, inlines, target = node["c"]
        return [link(inlines, target[0], Attributes(classes=("xref",)))]
    if kind == "Div" and "pagebreak" in node["c"][0][1]:
        return [div([], Attributes(classes=("page-break",)))]
    return None


def _span(node: Node) -> Nodes | None:
    raw, inlines = node["c"]
    attr = attributes(raw)
    if EQUATION in attr.classes:
        number = span(
            [{"t": "Str", "c": f"({attr.get('number')})"}],
            Attributes(classes=("equation-number",)),
        )
        frame = Attributes(id=attr.id, classes=("equation",))
        return [span([*inlines, number], frame)]
    if not any(name in _CLASSES for name in attr.classes):
        return None
    classes = tuple(_CLASSES.get(name, name) for name in attr.classes)
    return [span(inlines, replace(attr, classes=classes))]


def _table(node: Node) -> Nodes:
    """Frame a table: caption above, and a box of its own in which it may scroll."""
    raw, caption, columns, head, bodies, foot = node["c"]
    attr = attributes(raw)
    inner = Attributes(classes=attr.classes, pairs=attr.without("tbl-colwidths").pairs)
    columns = [[align, {"t": "ColWidthDefault"}] for align, _ in columns]
    table = {
        "t": "Table",
        "c": [
            inner.json,
            [None, []],
            columns,
            _scoped(head),
            [_body(body) for body in bodies],
            foot,
        ],
    }
    words = caption_inlines(caption[1])
    shown = html.escape(attr.id, quote=True)
    if not words:
        return [raw_block("html", '<div class="scroll">'), table, _END_DIV]
    named = f' aria-labelledby="{shown}-caption"' if shown else ""
    own_id = f' id="{shown}"' if shown else ""
    caption_id = f' id="{shown}-caption"' if shown else ""
    return [
        raw_block("html", f'<figure class="table"{own_id}><figcaption{caption_id}>'),
        plain_block(words),
        raw_block(
            "html",
            f'</figcaption><div class="scroll" role="region"{named} tabindex="0">',
        ),
        table,
        raw_block("html", "</div></figure>"),
    ]


_END_DIV = raw_block("html", "</div>")


def _scoped(head: list[object]) -> list[object]:
    raw, rows = head
    return [raw, [_scoped_row(row, "col", len(row[1])) for row in rows]]  # type: ignore[attr-defined]


def _body(body: list[object]) -> list[object]:
    """Make the first cell of each row its header, where every row has a text there."""
    raw, head_columns, head_rows, rows = body
    named = bool(rows) and all(
        len(row[1]) > 1 and row[1][0][4]
        for row in rows  # type: ignore[attr-defined]
    )
    if not named and not head_columns:
        return body
    count = max(int(str(head_columns)), 1)
    return [
        raw,
        count,
        head_rows,
        [_scoped_row(row, "row", count) for row in rows],  # type: ignore[attr-defined]
    ]


def _scoped_row(row: list[object], scope: str, count: int) -> list[object]:
    raw, cells = row
    scoped: list[object] = []
    for index, cell in enumerate(cells):  # type: ignore[arg-type, var-annotated]
        if index >= count:
            scoped.append(cell)
            continue
        attr = attributes(cell[0])
        new = replace(attr, pairs=(*attr.pairs, ("scope", scope)))
        scoped.append([new.json, *cell[1:]])
    return [raw, scoped]


def _callout(callout: Callout) -> Nodes:
    own_id = f' id="{html.escape(callout.id, quote=True)}"' if callout.id else ""
    classes = f"callout callout-{callout.kind}"
    if callout.minimal:
        classes += " callout-minimal"
    if callout.collapse is None:
        opening = f'<aside class="{classes}"{own_id}><p class="callout-title">'
        middle, closing = "</p>", "</aside>"
    else:
        opened = "" if callout.collapse else " open"
        opening = (
            f'<details class="{classes}"{own_id}{opened}>'
            '<summary class="callout-title">'
        )
        middle, closing = "</summary>", "</details>"
    return [
        raw_block("html", opening),
        plain_block(callout.title),
        raw_block("html", middle),
        *callout.blocks,
        raw_block("html", closing),
    ]
