"""Where each number and claim stands in a format: names, anchors, and what is around.

`assemble` numbers what is printed by its place in the text. Here each gets its name
(`n17`, `c3`), the element around it gets an id to jump to, and the format's tree is
read for where it stands: in prose, a heading, a table, a caption or a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from galleyproof.lineage.entries import Entries
from galleyproof.lineage.journal import ATTRIBUTE
from galleyproof.render.model import Occurrence, Spot
from galleyproof.render.tree import (
    LEAVES,
    Attributes,
    Json,
    Node,
    Nodes,
    Part,
    attributes,
    is_text,
    rewrite,
)

_CARRIERS = ("Span", "Image")
_FLOATS = ("Table", "Figure")


@dataclass(frozen=True, slots=True)
class Names:
    """The names of what each occurrence prints, in the order of the text."""

    names: tuple[tuple[str, ...], ...]

    def anchor(self, occurrence: int) -> str:
        """Return the first name of an occurrence: the id of its element."""
        return self.names[occurrence][0]


NO_NAMES = Names(())


def named(printed: Sequence[Occurrence], entries: Entries) -> Names:
    """Give every number and claim its name; an unknown token has none."""
    numbers = claims = 0
    found: list[tuple[str, ...]] = []
    for occurrence in printed:
        if occurrence.token in entries.claims:
            claims += 1
            found.append((f"c{claims}",))
            continue
        printout = entries.printouts.get(occurrence.token)
        count = len(printout.parts) if printout else 0
        found.append(tuple(f"n{numbers + i + 1}" for i in range(count)))
        numbers += count
    return Names(tuple(found))


@dataclass(slots=True)
class Anchored:
    """A tree whose numbers have anchors, and where each occurrence stands."""

    blocks: Nodes
    spots: dict[int, Spot] = field(default_factory=dict)


def anchor(blocks: Nodes, names: Names, parts: Sequence[Part]) -> Anchored:
    """Give each number of a tree an id; say where it stands.

    `parts` are the blocks as they were before they were numbered.
    """
    printing = [not part.kinds.isdisjoint(_CARRIERS) for part in parts]
    looking = _Looking(names=names)
    for block, prints in zip(blocks, printing, strict=True):
        if prints:
            looking.at([block], "prose", "")
    spots = {k: spot for k, spot in looking.found.items() if names.names[k]}

    def visit(node: Node) -> Nodes | None:
        if node["t"] == "Header":
            level, raw, inlines = node["c"]
            return [{"t": "Header", "c": [level, raw, rewrite(inlines, _without_id)]}]
        if node["t"] not in _CARRIERS or not _occurrences(node):
            return None
        raw, *rest = node["c"]
        return [{"t": node["t"], "c": [_carried(raw, names).json, *rest]}]

    anchored: Nodes = []
    for block, prints in zip(blocks, printing, strict=True):
        anchored += rewrite([block], visit) if prints else [block]
    return Anchored(blocks=anchored, spots=spots)


def _without_id(node: Node) -> Nodes | None:
    """Take the id from what a table of contents will show a second time."""
    if node["t"] != "Span" or not attributes(node["c"][0]).get(ATTRIBUTE):
        return None
    raw, inlines = node["c"]
    return [{"t": "Span", "c": [replace(attributes(raw), id="").json, inlines]}]


def _carried(raw: Sequence[Any], names: Names) -> Attributes:
    attr = attributes(raw)
    occurrences = [int(k) for k in attr.get(ATTRIBUTE).split()]
    all_names = [name for k in occurrences for name in names.names[k]]
    rest = attr.without(ATTRIBUTE)
    if not all_names:
        return rest
    return Attributes(
        id=attr.id or all_names[0],
        classes=attr.classes,
        pairs=((ATTRIBUTE, " ".join(all_names)), *rest.pairs),
    )


def _occurrences(node: Node) -> list[int]:
    """Return which occurrences an element prints."""
    found = attributes(node["c"][0]).get(ATTRIBUTE)
    return [int(k) for k in found.split() if k.isdecimal()]


@dataclass(slots=True, kw_only=True)
class _Looking:
    """Finds where each occurrence stands; the last place of one counts."""

    names: Names
    found: dict[int, Spot] = field(default_factory=dict)

    def at(self, items: Sequence[Json], part: str, label: str) -> None:
        """Look into a list of nodes, or of lists of them."""
        for item in items:
            if isinstance(item, list):
                if not is_text(item):
                    self.at(item, part, label)
            elif isinstance(item, dict) and item.get("t", "Cite") not in LEAVES:
                self._node(item, part, label)

    def _node(self, node: Node, part: str, label: str) -> None:
        kind, content = node.get("t"), node.get("c")
        if kind in _FLOATS:
            raw, caption, *rest = node["c"]
            own = raw[0] or label
            self.at([caption], "caption", own)
            self.at(rest, "table" if kind == "Table" else part, own)
            return
        if kind == "Header":
            _, raw, inlines = node["c"]
            inside = _Looking(names=self.names)
            inside.at(inlines, "", "")
            spot = Spot(anchor=raw[0], part="heading")
            self.found.update(dict.fromkeys(inside.found, spot))
            return
        if kind in _CARRIERS:
            self._carrier(node, part, label)
        if isinstance(content, list):
            self.at(content, part, label)
        elif kind is None:  # one of the citations of a group
            self.at(list(node.values()), part, label)

    def _carrier(self, node: Node, part: str, label: str) -> None:
        for occurrence in _occurrences(node):
            own = node["c"][0][0] or "".join(self.names.names[occurrence][:1])
            shown = label if node["t"] == "Image" and label else own
            self.found[occurrence] = Spot(anchor=shown, part=part, float=label)


def anchors(spots: Mapping[int, Spot]) -> tuple[str, ...]:
    """Return every anchor once, in the order of the text."""
    return tuple(dict.fromkeys(spot.anchor for _, spot in sorted(spots.items())))
