"""The manuscript as one format sees it: conditions decided, everything numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from galleyproof.config import Target
from galleyproof.render.callouts import mark
from galleyproof.render.conditional import depends_on_format, select
from galleyproof.render.crossref import kind_of, labels, resolve
from galleyproof.render.floats import normalise
from galleyproof.render.front import part_abstract
from galleyproof.render.model import Options, Spot
from galleyproof.render.printed import NO_NAMES, Names, anchor
from galleyproof.render.tree import Attributes, Node, Nodes, Part, div, text

_TO_SHAPE = frozenset({"Div", "Figure", "Image", "Math"})
"""What a float, an equation or a callout may be written with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A tree with numbers and links, not yet in the shapes of a format."""

    abstract: Nodes
    abstract_label: str
    body: Nodes
    spots: Mapping[int, Spot] = field(default_factory=dict)
    """Where each number and claim stands."""
    pictures: tuple[str, ...] = ()
    """Paths of all pictures, each once, in order."""
    undefined: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    has_sources: bool = False
    """It ends with the appendix of sources."""

    @property
    def blocks(self) -> Nodes:
        """Everything that will be printed."""
        return [*self.abstract, *self.body]


def views(
    parts: Sequence[Part],
    targets: Sequence[Target],
    options: Options,
    names: Names = NO_NAMES,
) -> dict[Target, View]:
    """Return the manuscript as each format sees it: once, where all see the same."""
    if any(depends_on_format(part.nodes) for part in parts):
        return {t: _view(_selected(parts, t), options, names) for t in targets}
    shared = _view(parts, options, names) if targets else None
    return {target: shared for target in targets if shared is not None}


def view(
    blocks: Nodes, target: Target, options: Options, names: Names = NO_NAMES
) -> View:
    """Return the manuscript as `target` sees it."""
    parts = [Part.of(block) for block in blocks]
    return _view(_selected(parts, target), options, names)


def _selected(parts: Sequence[Part], target: Target) -> list[Part]:
    selected: list[Part] = []
    for part in parts:
        if depends_on_format(part.nodes):
            selected += map(Part.of, select([part.block], target))
        else:
            selected.append(part)
    return selected


def _view(parts: Sequence[Part], options: Options, names: Names) -> View:
    shaped = [shaped for part in parts for shaped in _shaped(part)]
    parted = part_abstract([part.block for part in shaped])
    abstract = div(parted.abstract, Attributes(id=parted.label))
    nodes = [node for part in shaped for node in part.nodes]
    blocks = [abstract, *_with_references(parted.body, nodes)]
    known = {id(part.block): part for part in shaped}
    all_parts = [known.get(id(block)) or Part.of(block) for block in blocks]
    resolution = resolve(
        all_parts, options.crossref, number_sections=options.number_sections
    )
    anchored = anchor(resolution.blocks, names, all_parts)
    first, *body = anchored.blocks
    return View(
        abstract=first["c"][1],
        abstract_label=parted.label,
        body=body,
        spots=anchored.spots,
        pictures=_pictures(nodes),
        undefined=(
            *resolution.undefined,
            *_dangling([node for part in all_parts for node in part.nodes]),
        ),
        mixed=resolution.mixed,
    )


def _shaped(part: Part) -> list[Part]:
    """Return a block in the shapes that the next steps know; most have them already."""
    if part.kinds.isdisjoint(_TO_SHAPE):
        return [part]
    return list(map(Part.of, mark(normalise([part.block]))))


def _pictures(nodes: Nodes) -> tuple[str, ...]:
    paths = [unquote(node["c"][2][0]) for node in nodes if node["t"] == "Image"]
    return tuple(dict.fromkeys(p for p in paths if not p.startswith("data:")))


def _with_references(blocks: Nodes, nodes: Nodes) -> Nodes:
    """Give the list of references a place and a heading, where the author gave none."""
    cites = any(node["t"] == "Cite" and _cites(node) for node in nodes)
    placed = any(n["t"] == "Div" and n["c"][0][0] == "refs" for n in nodes)
    if placed or not cites:
        return blocks
    top = min((b["c"][0] for b in blocks if b["t"] == "Header"), default=1)
    attr = Attributes(id="references", classes=("unnumbered",))
    heading = {"t": "Header", "c": [top, attr.json, text("References")]}
    return [*blocks, heading, div([], Attributes(id="refs"))]


def _cites(node: Node) -> bool:
    """Tell a citation from a cross-reference, which pandoc reads as one too."""
    return not all(kind_of(citation["citationId"]) for citation in node["c"][0])


def _dangling(nodes: Nodes) -> list[str]:
    """Return the targets of plain links inside the text that do not exist."""
    known = labels(nodes)
    wanted = [
        node["c"][2][0][1:]
        for node in nodes
        if node["t"] == "Link" and node["c"][2][0].startswith("#")
    ]
    return [label for label in wanted if label and label not in known]
