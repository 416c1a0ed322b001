"""The Word file: pictures that Word can show, callouts and tables in named styles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import quoteattr

from galleyproof.lineage.journal import ATTRIBUTE
from galleyproof.render import appendix
from galleyproof.render.callouts import Callout
from galleyproof.render.callouts import lower as lower_callouts
from galleyproof.render.columns import widen
from galleyproof.render.crossref import REFERENCE
from galleyproof.render.floats import EQUATION
from galleyproof.render.reference_docx import CALLOUTS, section
from galleyproof.render.tree import (
    Attributes,
    Node,
    Nodes,
    attributes,
    div,
    link,
    para,
    raw_block,
    raw_inline,
    rewrite,
    span,
)

_SMALL_FROM = 7
_LINE, _SMALL_LINE = 102, 120
"""Characters on a line of a table, in its usual size and in the smaller one."""
_GAP = '<w:p><w:pPr><w:pStyle w:val="TableGap"/></w:pPr></w:p>'
"""Word puts what follows a table right under it."""
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
    transform = _TRANSFORMS.get(node["t"])
    return transform(node) if transform else None


def _span(node: Node) -> Nodes | None:
    raw, inlines = node["c"]
    attr = attributes(raw)
    if EQUATION in attr.classes:
        return [_equation(node)]
    if appendix.PRINTED in attr.classes:
        # Word knows pages only once it has laid them out.
        return []
    if appendix.ADDRESS in attr.classes:
        return [_in_style(inlines, "Source Address")]
    # What the page says of a number when it is pointed at, pandoc need not read here.
    return [span(inlines, Attributes(id=attr.id))] if attr.get(ATTRIBUTE) else None


def _link(node: Node) -> Nodes | None:
    raw, inlines, (url, _) = node["c"]
    if REFERENCE in raw[1]:
        return [link(inlines, url)]
    if appendix.LINK not in raw[1]:
        return None
    anchor = quoteattr(url.removeprefix("#"))
    return [
        raw_inline("openxml", f"<w:hyperlink w:anchor={anchor}>"),
        _in_style(inlines, "Number"),
        raw_inline("openxml", "</w:hyperlink>"),
    ]


def _in_style(inlines: Nodes, style: str) -> Node:
    """Return inlines in a character style of the reference document."""
    return span(inlines, Attributes(pairs=(("custom-style", style),)))


def _div(node: Node) -> Nodes | None:
    raw, blocks = node["c"]
    for name in raw[1]:
        if name == "pagebreak":
            return [raw_block("openxml", _PAGE_BREAK)]
        if name == appendix.BREAK:
            return [_section_end()]
        if name == appendix.LIST:
            return [_section_end(), styled(blocks, "Source")]
        if name == appendix.GROUP:
            return [styled(blocks, "Source Group")]
    return None


def _section_end() -> Node:
    """End a section: the appendix begins on a page of its own, its list in columns."""
    properties = f'<w:pStyle w:val="TableGap"/>{section()}'
    return raw_block("openxml", f"<w:p><w:pPr>{properties}</w:pPr></w:p>")


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


def _framed(node: Node) -> Nodes:
    return [_table(node), raw_block("openxml", _GAP)]


def _table(node: Node) -> Node:
    attr = attributes(node["c"][0])
    small = len(node["c"][2]) >= _SMALL_FROM or "landscape" in attr.classes
    widened = widen(node, line=_SMALL_LINE if small else _LINE, natural=False)
    _, caption, columns, head, bodies, foot = widened["c"]
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
    """Draw a callout as a table of one cell, which can hold lists and tables too."""
    bar, ground = CALLOUTS[callout.kind]
    title = styled([para(callout.title)], f"Callout {callout.kind.capitalize()}")
    opening = _CALLOUT_OPENING.format(bar=bar, ground=ground)
    blocks = [
        raw_block("openxml", opening),
        title,
        *callout.blocks,
        raw_block("openxml", _CALLOUT_CLOSING),
    ]
    return [div(blocks, Attributes(id=callout.id))] if callout.id else blocks


_CALLOUT_OPENING = (
    '<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>'
    '<w:top w:val="nil"/><w:left w:val="single" w:sz="24" w:space="0" '
    'w:color="{bar}"/><w:bottom w:val="nil"/></w:tblBorders>'
    '<w:tblLayout w:type="fixed"/><w:tblCellMar>'
    '<w:top w:w="80" w:type="dxa"/><w:left w:w="160" w:type="dxa"/>'
    '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="140" w:type="dxa"/>'
    '</w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="9186"/></w:tblGrid>'
    '<w:tr><w:tc><w:tcPr><w:tcW w:w="5000" w:type="pct"/>'
    '<w:shd w:val="clear" w:color="auto" w:fill="{ground}"/></w:tcPr>'
)
_CALLOUT_CLOSING = f"</w:tc></w:tr></w:tbl>{_GAP}"
_TRANSFORMS: dict[str, Callable[[Node], Nodes | None]] = {
    "Table": _framed,
    "Span": _span,
    "Link": _link,
    "Div": _div,
}
