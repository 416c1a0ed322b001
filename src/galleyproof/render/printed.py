"""Where each number and claim stands in a format: names, anchors, and what is around.

`assemble` numbers what is printed by its place in the text. Here each gets its name
(`n17`, `c3`), the element around it gets an id to jump to, and the format's tree is
read for where it stands: in prose, a heading, a table, a caption or a figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
    spots = {
        occurrence: spot
        for occurrence, spot in _spots(
            [block for block, prints in zip(blocks, printing, strict=True) if prints],
            names,
            "prose",
            "",
        )
        if names.names[occurrence]
    }

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


def _spots(
    value: Json, names: Names, part: str, label: str
) -> Iterator[tuple[int, Spot]]:
    if isinstance(value, list):
        for item in () if is_text(value) else value:
            yield from _spots(item, names, part, label)
        return
    kind = value.get("t") if isinstance(value, dict) else "Str"
    if kind in LEAVES:
        return
    if kind in _CARRIERS:
        for occurrence in _occurrences(value):
            own = value["c"][0][0] or "".join(names.names[occurrence][:1])
            shown = label if kind == "Image" and label else own
            yield occurrence, Spot(anchor=shown, part=part, float=label)
    if kind in _FLOATS:
        raw, caption, *rest = value["c"]
        inside = "table" if kind == "Table" else part
        yield from _spots(caption, names, "caption", raw[0] or label)
        yield from _spots(rest, names, inside, raw[0] or label)
        return
    if kind == "Header":
        _, raw, inlines = value["c"]
        for occurrence, _ in _spots(inlines, names, "", ""):
            yield occurrence, Spot(anchor=raw[0], part="heading")
        return
    if "c" in value:
        yield from _spots(value["c"], names, part, label)


def anchors(spots: Mapping[int, Spot]) -> tuple[str, ...]:
    """Return every anchor once, in the order of the text."""
    return tuple(dict.fromkeys(spot.anchor for _, spot in sorted(spots.items())))
