"""The Word file: pictures that Word can show, callouts and tables in named styles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from galleyproof.render.callouts import Callout
from galleyproof.render.callouts import lower as lower_callouts
from galleyproof.render.columns import widen
from galleyproof.render.crossref import REFERENCE
from galleyproof.render.floats import EQUATION
from galleyproof.render.tree import (
    Attributes,
    Node,
    Nodes,
    attributes,
    div,
    link,
    para,
    raw_block,
    rewrite,
    span,
    strong,
)

_SMALL_FROM = 7
_PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def lower(blocks: Nodes, picture: Callable[[str], str]) -> Nodes:
    """Return the tree in the shapes that make our Word file.

    `picture` names the file that stands for a picture: the PNG beside an SVG.
    """
    drawn = lower_callouts(blocks, _callout)

    def visit(node: Node) -> Nodes | None:
        if node["t"] == "Image":
            raw, alt, (path, title) = node["c"]
            return [{"t": "Image", "c": [raw, alt, [picture(path), title]]}]
        return _visit(node)

    result: Nodes = rewrite(drawn, visit)
    return result


def styled(blocks: Nodes, style: str, *, id_: str = "") -> Node:
    """Return blocks whose paragraphs take a style of the reference document."""
    return div(blocks, Attributes(id=id_, pairs=(("custom-style", style),)))


def _visit(node: Node) -> Nodes | None:
    kind = node["t"]
    if kind == "Table":
        return [_table(node)]
    if kind == "Span" and EQUATION in node["c"][0][1]:
        return [_equation(node)]
    if kind == "Link" and REFERENCE in node["c"][0][1]:
        return [link(node["c"][1], node["c"][2][0])]
    if kind == "Div" and "pagebreak" in node["c"][0][1]:
        return [raw_block("openxml", _PAGE_BREAK)]
    return None


def _equation(node: Node) -> Node:
    """Word numbers no formula: the number stands behind it, inside the display."""
    attr = attributes(node["c"][0])
    number = attr.get("number")
    inlines = [
        {"t": "Math", "c": [part["c"][0], f"{part['c'][1].strip()}\\qquad({number})"]}
        if part["t"] == "Math"
        else part
        for part in node["c"][1]
    ]
    return span(inlines, Attributes(id=attr.id))


def _table(node: Node) -> Node:
    raw, caption, columns, head, bodies, foot = widen(node)["c"]
    attr = attributes(raw)
    small = len(columns) >= _SMALL_FROM or "landscape" in attr.classes
    size = " Small" if small else ""
    rows = _styled_rows(head[1], f"Table Heading{size}")
    text = f"Table Text{size}"
    new_bodies = [
        [body[0], body[1], _styled_rows(body[2], text), _styled_rows(body[3], text)]
        for body in bodies
    ]
    plain = Attributes(id=attr.id)
    return {
        "t": "Table",
        "c": [plain.json, caption, columns, [head[0], rows], new_bodies, foot],
    }


def _styled_rows(rows: list[Any], style: str) -> list[Any]:
    return [
        [
            raw,
            [[*cell[:4], [styled(_paragraphs(cell[4]), style)]] for cell in cells],
        ]
        for raw, cells in rows
    ]


def _paragraphs(blocks: Nodes) -> Nodes:
    """Return a cell's blocks; an empty cell needs a paragraph to take a size from."""
    return [para(b["c"]) if b["t"] == "Plain" else b for b in blocks] or [para([])]


def _callout(callout: Callout) -> Nodes:
    style = f"Callout {callout.kind.capitalize()}"
    title = para([strong(callout.title)])
    body = [para(b["c"]) if b["t"] == "Plain" else b for b in callout.blocks]
    return [styled([title, *body], style, id_=callout.id)]
