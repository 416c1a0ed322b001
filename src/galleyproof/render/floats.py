"""Bring figures, tables and equations into one shape each, whatever way of writing.

After `normalise`, a labelled figure is a `Figure` with its id, a caption and pictures
that carry their alternative text; a labelled table is a `Table` with id and caption; a
labelled equation is a span of class `galley-equation` around display maths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from galleyproof.render.tree import (
    Attributes,
    Node,
    Nodes,
    attributes,
    caption_blocks,
    caption_inlines,
    figure,
    plain,
    plain_block,
    rewrite,
    span,
    text,
)

EQUATION = "galley-equation"
FIGURE = "galley-figure"
"""Class of a div that frames the pictures of a cell without a label."""
_EQUATION_LABEL = re.compile(r"^\{#(eq-[^\s}]+)\}(.*)$")
_BLANKS = ("Space", "SoftBreak")


def normalise(blocks: Nodes) -> Nodes:
    """Return the tree with every float in its one shape."""
    with_equations = _label_equations(blocks)
    result: Nodes = rewrite(with_equations, _float)
    return result


def _float(node: Node) -> Nodes | None:
    kind = node["t"]
    if kind == "Figure":
        return [_figure(node)]
    if kind == "Div":
        return _float_div(node)
    if kind == "Para":
        return _labelled_picture(node)
    if kind == "Image":
        return [_image(node)]
    return None


def _image(node: Node) -> Node:
    """Move `fig-alt` to where pandoc looks for the alternative text."""
    raw, _, target = node["c"]
    attr = attributes(raw)
    alt = attr.get("fig-alt") or attr.get("alt")
    if not alt:
        return node
    rest = attr.without("fig-alt", "alt")
    return {"t": "Image", "c": [rest.json, text(alt), target]}


def _figure(node: Node) -> Node:
    raw, caption, blocks = node["c"]
    attr = attributes(raw)
    alt = attr.get("fig-alt")
    if alt:
        blocks = _with_alt(blocks, alt)
    rest = attr.without("fig-alt", "fig-cap").json
    return {"t": "Figure", "c": [rest, caption, blocks]}


def _with_alt(blocks: Nodes, alt: str) -> Nodes:
    def visit(node: Node) -> Nodes | None:
        if node["t"] != "Image":
            return None
        return [{"t": "Image", "c": [node["c"][0], text(alt), node["c"][2]]}]

    result: Nodes = rewrite(blocks, visit)
    return result


def _labelled_picture(node: Node) -> Nodes | None:
    """Make a figure of a picture with a label but without a caption."""
    inlines = node["c"]
    if len(inlines) != 1 or inlines[0]["t"] != "Image":
        return None
    raw, alt, target = inlines[0]["c"]
    attr = attributes(raw)
    if not attr.id.startswith("fig-"):
        return None
    rest = Attributes(classes=attr.classes, pairs=attr.pairs)
    image = {"t": "Image", "c": [rest.json, alt, target]}
    return [figure([plain_block([image])], [], Attributes(id=attr.id))]


def _float_div(node: Node) -> Nodes | None:
    raw, blocks = node["c"]
    attr = attributes(raw)
    if attr.id.startswith("fig-") or FIGURE in attr.classes:
        return [_figure_of_div(attr, blocks)]
    if attr.id.startswith("tbl-") or attr.get("tbl-cap"):
        return _table_of_div(attr, blocks)
    return None


def _figure_of_div(attr: Attributes, blocks: Nodes) -> Node:
    """Take the last paragraph as caption, unless an attribute gives one."""
    given = attr.get("fig-cap") or attr.get("tbl-cap")
    caption: Nodes = text(given) if given else []
    body = list(blocks)
    if not caption and len(body) > 1 and body[-1]["t"] in ("Para", "Plain"):
        caption = body.pop()["c"]
    alt = attr.get("fig-alt")
    body = [inner for block in body for inner in _unwrapped(block)]
    if not caption:
        caption = caption_inlines(_inner_captions(blocks))
    if alt:
        body = _with_alt(body, alt)
    rest = attr.without("fig-alt", "fig-cap", "tbl-cap")
    return figure(body, caption, rest)


def _inner_captions(blocks: Nodes) -> Iterator[Node]:
    for block in blocks:
        if block["t"] == "Figure":
            yield from block["c"][1][1]


def _unwrapped(block: Node) -> Nodes:
    """Return the pictures of a figure inside a figure div without their frame."""
    if block["t"] == "Figure" and not block["c"][0][0]:
        inner: Nodes = block["c"][2]
        return inner
    if block["t"] == "Para":
        return [plain_block(block["c"])]
    return [block]


def _table_of_div(attr: Attributes, blocks: Nodes) -> Nodes:
    """Give the div's label, and its last paragraph as caption, to the table in it."""
    body = list(blocks)
    tables = [i for i, block in enumerate(body) if block["t"] == "Table"]
    if len(tables) != 1:
        # Computed tables may be HTML for one format: the frame carries the label.
        return [_figure_of_div(attr, blocks)]
    caption: Nodes = text(attr.get("tbl-cap")) if attr.get("tbl-cap") else []
    if not caption and len(body) > 1 and body[-1]["t"] in ("Para", "Plain"):
        caption = body.pop()["c"]
    raw, own_caption, *rest = body[tables[0]]["c"]
    own = attributes(raw)
    merged = Attributes(
        id=attr.id,
        classes=own.classes + attr.classes,
        pairs=own.pairs + attr.without("tbl-cap").pairs,
    )
    if caption:
        own_caption = [None, caption_blocks(caption)]
    body[tables[0]] = {"t": "Table", "c": [merged.json, own_caption, *rest]}
    return body


def _label_equations(blocks: Nodes) -> Nodes:
    def visit(node: Node) -> Nodes | None:
        if node["t"] in ("Para", "Plain"):
            return [{"t": node["t"], "c": _equations(node["c"])}]
        return None

    result: Nodes = rewrite(blocks, visit)
    return result


def _equations(inlines: Nodes) -> Nodes:
    """Join display maths with the `{#eq-x}` that follows it."""
    result: Nodes = []
    for node in inlines:
        match = _EQUATION_LABEL.match(node["c"]) if node["t"] == "Str" else None
        if match is None or not _after_display_maths(result):
            result.append(node)
            continue
        while result[-1]["t"] in _BLANKS:
            result.pop()
        attr = Attributes(id=match[1], classes=(EQUATION,))
        result.append(span([result.pop()], attr))
        if match[2]:
            result.append({"t": "Str", "c": match[2]})
    return result


def _after_display_maths(inlines: Nodes) -> bool:
    for node in reversed(inlines):
        if node["t"] in _BLANKS:
            continue
        return node["t"] == "Math" and bool(node["c"][0]["t"] == "DisplayMath")
    return False


def alternative_text(image: Node) -> str:
    """Return the alternative text of a picture."""
    return plain(image["c"][1])
