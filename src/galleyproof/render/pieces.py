"""Words of the tree, cut where one printed number ends and the next begins."""

from __future__ import annotations

from collections.abc import Sequence

from galleyproof.render.tree import Node, Nodes

_BLANKS = ("Space", "SoftBreak")


def cut(inlines: Nodes, texts: Sequence[str]) -> list[Nodes] | None:
    """Return inlines in pieces: before the first text, it, between, the second, ….

    Looks at words and blanks at the top of the tree only. None where the texts do not
    stand there in their order.
    """
    pieces: list[Nodes] = []
    rest = list(inlines)
    for text in texts:
        found = _split(rest, text)
        if found is None:
            return None
        before, piece, rest = found
        pieces += [before, piece]
    return [*pieces, rest]


def _split(inlines: Nodes, text: str) -> tuple[Nodes, Nodes, Nodes] | None:
    shown = "".join(map(_shown, inlines))
    start = shown.find(text)
    if start < 0 or not text:
        return None
    return (
        _between(inlines, 0, start),
        _between(inlines, start, start + len(text)),
        _between(inlines, start + len(text), len(shown)),
    )


def _shown(node: Node) -> str:
    """Return the characters of a node; one that is no word counts as one character."""
    if node["t"] == "Str":
        return str(node["c"])
    return " " if node["t"] in _BLANKS else "\0"


def _between(inlines: Nodes, start: int, end: int) -> Nodes:
    result: Nodes = []
    here = 0
    for node in inlines:
        shown = _shown(node)
        first, last = max(start - here, 0), min(end - here, len(shown))
        here += len(shown)
        if first >= last:
            continue
        is_word = node["t"] == "Str"
        result.append({"t": "Str", "c": shown[first:last]} if is_word else node)
    return result
