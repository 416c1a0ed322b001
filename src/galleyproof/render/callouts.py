"""Callouts: note, tip, warning, caution, important.

`mark` finds them and takes their titles out of the text, before headings are
numbered; `lower` hands each to the format that knows how to draw it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from galleyproof.render.tree import (
    Attributes,
    Node,
    Nodes,
    attributes,
    div,
    plain_block,
    rewrite,
    text,
)

KINDS = ("note", "tip", "warning", "caution", "important")
_MARK = "galley-callout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Callout:
    """One callout."""

    kind: str
    title: Nodes
    blocks: Nodes
    id: str = ""
    collapse: bool | None = None
    """None: cannot be folded; True: folded at first; False: open at first."""
    minimal: bool = False


def mark(blocks: Nodes) -> Nodes:
    """Turn the callouts into divs of one shape: a title and a body."""
    result: Nodes = rewrite(blocks, _mark)
    return result


def _mark(node: Node) -> Nodes | None:
    if node["t"] != "Div":
        return None
    attr = attributes(node["c"][0])
    kind = next((k for k in KINDS if f"callout-{k}" in attr.classes), None)
    if kind is None:
        return None
    body = list(node["c"][1])
    title = text(attr.get("title")) if attr.get("title") else []
    if body and body[0]["t"] == "Header":
        heading = body.pop(0)["c"][2]
        title = title or heading
    kept = tuple(p for p in attr.pairs if p[0] in ("collapse", "appearance"))
    frame = Attributes(id=attr.id, classes=(_MARK, kind), pairs=kept)
    return [div([plain_block(title or text(kind.capitalize())), div(body)], frame)]


def lower(blocks: Nodes, draw: Callable[[Callout], Nodes]) -> Nodes:
    """Replace each marked callout by what a format draws."""

    def visit(node: Node) -> Nodes | None:
        if node["t"] != "Div" or _MARK not in node["c"][0][1]:
            return None
        attr = attributes(node["c"][0])
        title, body = node["c"][1]
        collapse = attr.get("collapse")
        return draw(
            Callout(
                kind=attr.classes[1],
                title=title["c"],
                blocks=body["c"][1],
                id=attr.id,
                collapse={"true": True, "false": False}.get(collapse),
                minimal=attr.get("appearance") in ("minimal", "simple"),
            )
        )

    result: Nodes = rewrite(blocks, visit)
    return result
