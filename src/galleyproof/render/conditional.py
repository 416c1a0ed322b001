"""Leave out what another format alone shall show."""

from __future__ import annotations

from galleyproof.config import Target
from galleyproof.render.tree import Attributes, Node, Nodes, attributes, rewrite

_KEYS = ("when-format", "unless-format", "when-meta", "unless-meta", "when-profile")
_ALIASES: dict[Target, frozenset[str]] = {
    Target.HTML: frozenset({"html", "html:js", "html4", "html5"}),
    Target.PDF: frozenset({"typst", "pdf"}),
    Target.DOCX: frozenset({"docx", "openxml"}),
    Target.JATS: frozenset({"jats", "jats_publishing", "jats_archiving"}),
}
"""The names by which an author may call a format, in conditions and raw blocks."""


def is_format(name: str, target: Target) -> bool:
    """Tell whether an author's name for a format means this one."""
    return name.strip().lower() in _ALIASES[target]


def select(blocks: Nodes, target: Target) -> Nodes:
    """Return the tree as one format sees it: conditions decided, foreign code out."""

    def visit(node: Node) -> Nodes | None:
        if node["t"] in ("RawBlock", "RawInline"):
            return None if is_format(node["c"][0], target) else []
        if node["t"] in ("Div", "Span"):
            return _decide(node, target)
        return None

    result: Nodes = rewrite(blocks, visit)
    return result


def depends_on_format(nodes: Nodes) -> bool:
    """Tell whether formats see different texts, from all nodes of a text."""
    return any(
        node["t"] in ("RawBlock", "RawInline")
        or (
            node["t"] in ("Div", "Span")
            and any(name.startswith("content-") for name in node["c"][0][1])
        )
        for node in nodes
    )


def _decide(node: Node, target: Target) -> Nodes | None:
    attr = attributes(node["c"][0])
    if "content-visible" in attr.classes:
        shown = _holds(attr, target)
    elif "content-hidden" in attr.classes:
        shown = not _holds(attr, target)
    else:
        return None
    if not shown:
        return []
    classes = tuple(c for c in attr.classes if not c.startswith("content-"))
    rest = Attributes(id=attr.id, classes=classes, pairs=attr.without(*_KEYS).pairs)
    if not rest.id and not rest.classes:
        content: Nodes = node["c"][1]
        return content
    return [{"t": node["t"], "c": [rest.json, node["c"][1]]}]


def _holds(attr: Attributes, target: Target) -> bool:
    """Tell whether every condition of a div holds; without one, it always does."""
    pairs = dict(attr.pairs)
    when, unless = pairs.get("when-format"), pairs.get("unless-format")
    return (when is None or is_format(when, target)) and not (
        unless is not None and is_format(unless, target)
    )
