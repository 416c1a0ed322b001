"""The PDF: what Typst needs beyond pandoc's own translation.

Pictures and formulas carry alternative text (PDF/UA asks for it), numbers come from
`crossref` and not from Typst's counters, tables get column widths from their content.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from galleyproof.lineage.journal import ATTRIBUTE
from galleyproof.render import appendix
from galleyproof.render.callouts import Callout
from galleyproof.render.callouts import lower as lower_callouts
from galleyproof.render.columns import length, widen
from galleyproof.render.crossref import REFERENCE
from galleyproof.render.floats import EQUATION, alternative_text
from galleyproof.render.tree import (
    Attributes,
    Json,
    Node,
    Nodes,
    attributes,
    link,
    meta_blocks,
    meta_inlines,
    meta_list,
    meta_string,
    para,
    plain,
    raw_block,
    raw_inline,
    rewrite,
    span,
)

_SMALL_FROM = 7
"""Tables of this many columns and more take smaller type; the template says so too."""
_LINE, _SMALL_LINE = 110, 124
"""Characters on a line of a table, in its usual size and in the smaller one."""


def lower(blocks: Nodes) -> Nodes:
    """Return the tree in the shapes that make our PDF out of pandoc's Typst."""
    drawn = lower_callouts(blocks, _callout)
    result: Nodes = rewrite(drawn, _visit)
    # To look is fast, and hardly a text has any.
    return _literal(result) if _SHORTHAND.search(json.dumps(result)) else result


_SHORTHAND = re.compile(r"(-{2,}|-(?=\?)|\.{3,})")
"""What Typst would print as dashes, as a soft hyphen or as an ellipsis."""


def _literal(value: Json) -> Json:
    """Return a tree whose words print as they are; pandoc leaves Typst's shorthands."""
    if isinstance(value, list):
        result: list[Any] = []
        for item in value:
            is_word = isinstance(item, dict) and item.get("t") == "Str"
            result += _word(item) if is_word else [_literal(item)]
        return result
    if isinstance(value, dict):
        return {key: _literal(item) for key, item in value.items()}
    return value


def _word(node: Node) -> Nodes:
    word = node["c"]
    if "--" not in word and "-?" not in word and "..." not in word:
        return [node]
    return [
        raw_inline("typst", "".join(f"\\{character}" for character in piece))
        if index % 2
        else {"t": "Str", "c": piece}
        for index, piece in enumerate(_SHORTHAND.split(word))
        if piece
    ]


PAGES = "galley-pages"
"""Label of the metadata that hold the page of each anchor."""


def pages(anchors: Sequence[str]) -> Nodes:
    """Return what makes Typst note on which page each anchor stands."""
    if not anchors:
        return []
    code = (
        f"#context [#metadata({_array(list(anchors))}.map(name => (name, "
        f"query(label(name)))).filter(each => each.at(1).len() > 0).map(each => "
        f"(each.at(0), each.at(1).first().location().page()))) <{PAGES}>]"
    )
    return [raw_block("typst", code)]


_SHORT = 20
"""Lines of a table that is not worth breaking: it floats to where it fits."""


def front(meta: Mapping[str, Any], lang: str, depth: int) -> dict[str, Any]:
    """Return what the template needs beside the common metadata."""
    language, _, region = lang.partition("-")
    authors = [
        plain(meta_inlines(entry["c"], "name"))
        for entry in meta.get("authors", {"c": []})["c"]
    ]
    keywords = [plain(words) for words in meta_list(meta, "keywords")]
    properties = (
        f"#set document(title: {string(plain(meta_inlines(meta, 'title')))}, "
        f"author: {_array(authors)}, keywords: {_array(keywords)})"
    )
    result = {
        "document": meta_blocks([raw_block("typst", properties)]),
        "language": meta_string(language),
        "region": meta_string(region),
    }
    return result | ({"contents": meta_string(str(depth))} if depth else {})


def _array(words: list[str]) -> str:
    return "(" + "".join(f"{string(word)}, " for word in words) + ")"


def string(text: str) -> str:
    """Return a Typst string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _visit(node: Node) -> Nodes | None:
    transform = _TRANSFORMS.get(node["t"])
    return transform(node) if transform else None


def _link(node: Node) -> Nodes | None:
    if REFERENCE not in node["c"][0][1]:
        return None
    return [link(node["c"][1], node["c"][2][0])]


def _div(node: Node) -> Nodes | None:
    raw, blocks = node["c"]
    for name in raw[1]:
        if name in ("pagebreak", appendix.BREAK):
            return [raw_block("typst", "#pagebreak(weak: true)")]
        if name == appendix.LIST:
            return _in("source-list", blocks)
        if name == appendix.GROUP:
            return _in(f"source-group({attributes(raw).get('level')})", blocks)
    return None


def _in(function: str, blocks: Nodes) -> Nodes:
    """Return blocks as the body of a function of the template."""
    return [raw_block("typst", f"#{function}["), *blocks, raw_block("typst", "]")]


def _image(node: Node) -> Nodes:
    attr = attributes(node["c"][0])
    path = node["c"][2][0]
    width = attr.get("width")
    size = f", width: {_length(width)}" if width else ""
    alt = string(alternative_text(node))
    return [raw_inline("typst", f"#picture({string(path)}, alt: {alt}{size})")]


def _length(width: str) -> str:
    """Return a length that Typst knows; pixels are 1/96 inch."""
    if width.endswith("px") or width.isdecimal():
        return f"{float(width.removesuffix('px')) * 0.75:g}pt"
    return width


def _math(node: Node) -> Nodes:
    tex = " ".join(node["c"][1].split())
    opening = f"#{{set math.equation(alt: {string(tex)}); "
    return [raw_inline("typst", opening), node, raw_inline("typst", "}")]


def _span(node: Node) -> Nodes | None:
    raw, inlines = node["c"]
    attr = attributes(raw)
    if appendix.ADDRESS in attr.classes:
        before = raw_inline("typst", "#source-address[")
        return [before, *inlines, raw_inline("typst", "]")]
    if appendix.PRINTED in attr.classes:
        anchors = _array(attr.get("anchors").split())
        return [raw_inline("typst", f"#printed-on{anchors}")]
    if EQUATION in attr.classes:
        return _equation(attr, inlines)
    # What the page says of a number when it is pointed at, pandoc need not read here.
    return [span(inlines, Attributes(id=attr.id))] if attr.get(ATTRIBUTE) else None


def _equation(attr: Attributes, inlines: Nodes) -> Nodes:
    number = f"({attr.get('number')})"
    opening = f"#[#set math.equation(numbering: _ => {string(number)})\n"
    label = f" <{attr.id}>]"
    return [span([raw_inline("typst", opening), *inlines, raw_inline("typst", label)])]


def _table(node: Node) -> Nodes:
    raw, caption, columns, *rest = node["c"]
    aligned = [[_left(align), width] for align, width in columns]
    table = {"t": "Table", "c": [raw, caption, aligned, *rest]}
    line = _SMALL_LINE if len(columns) >= _SMALL_FROM else _LINE
    widened = widen(table, line=line)
    rest_attributes = attributes(raw).without("tbl-colwidths").json
    sized = {"t": "Table", "c": [rest_attributes, *widened["c"][1:]]}
    if not caption[1] or length(widened, line=line) > _SHORT:
        return [sized]
    opening = raw_block("typst", "#[#set figure(placement: auto)")
    return [opening, sized, raw_block("typst", "]")]


def _left(align: Node) -> Node:
    """Return an alignment; Typst would centre a column that has none."""
    return {"t": "AlignLeft"} if align["t"] == "AlignDefault" else align


def _callout(callout: Callout) -> Nodes:
    label = f" <{callout.id}>" if callout.id else ""
    return [
        para(
            [
                raw_inline("typst", f"#callout(kind: {string(callout.kind)}, title: ["),
                *callout.title,
                raw_inline("typst", "])["),
            ]
        ),
        *callout.blocks,
        raw_block("typst", f"]{label}"),
    ]


def _task_list(node: Node) -> Nodes | None:
    """Leave out the bullets of a list of tasks, which has boxes."""
    starts = [plain(item[:1])[:1] for item in node["c"]]
    if not all(start in _BOXES for start in starts):
        return None
    opening = "#[#set list(marker: [], body-indent: 0pt)"
    return [raw_block("typst", opening), node, raw_block("typst", "]")]


_BOXES = ("\u2610", "\u2612")
_TRANSFORMS = {
    "BulletList": _task_list,
    "Image": _image,
    "Math": _math,
    "Table": _table,
    "Span": _span,
    "Link": _link,
    "Div": _div,
}
