"""Constructs that reach the tree but that no transform knows.

The parser has said so already of what an author wrote; this finds what cells brought
in, and what can only be seen in the tree, so that nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from galleyproof.qmd import features
from galleyproof.render.tree import Attributes, Node, Nodes, attributes, walk

_WITH_ATTRIBUTES = ("Div", "Span", "Code", "CodeBlock", "Link", "Image", "Figure")
_KNOWN_HERE = frozenset({"tbl-colwidths", "landscape"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """One construct, and the text by which to find its place."""

    what: str
    trace: str


def unknown(nodes: Nodes) -> Iterator[Unknown]:
    """Yield every construct that would be lost, of all nodes of a text."""
    for node in nodes:
        if node["t"] == "Cite":
            yield from _references(node)
        elif node["t"] in _WITH_ATTRIBUTES or node["t"] == "Table":
            yield from _attributes(attributes(node["c"][0]))
        elif node["t"] == "Header":
            yield from _attributes(attributes(node["c"][1]))
        if node["t"] == "Div" and node["c"][0][0].startswith(("fig-", "tbl-")):
            yield from _parts(node)


def _attributes(attr: Attributes) -> Iterator[Unknown]:
    for name in attr.classes:
        if name in features.CALLOUTS or name in _KNOWN_HERE:
            continue
        if name in features.CLASSES or features.CLASS_PATTERN.match(name):
            yield Unknown(what=f"the class `{name}`", trace=name)
    for key, _ in attr.pairs:
        if key in features.ATTRIBUTES - _KNOWN_HERE:
            yield Unknown(what=f"the attribute `{key}`", trace=key)


def _references(cite: Node) -> Iterator[Unknown]:
    for citation in cite["c"][0]:
        name = citation["citationId"]
        kind = name.partition("-")[0]
        if features.reference_kind(name) and kind in features.OTHER_REFERENCE_KINDS:
            yield Unknown(what=f"the cross-reference `@{name}`", trace=name)


def _parts(div: Node) -> Iterator[Unknown]:
    """Find floats inside a float: its parts, (a) and (b), which we do not number."""
    for node in walk(div["c"][1]):
        if node["t"] in ("Div", "Figure", "Table", "Image"):
            label = node["c"][0][0]
            if label.startswith(("fig-", "tbl-")):
                yield Unknown(what=f"a figure inside a figure (`{label}`)", trace=label)
