"""The manuscript as one format sees it: conditions decided, everything numbered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from galleyproof.config import Target
from galleyproof.render.callouts import mark
from galleyproof.render.conditional import depends_on_format, select
from galleyproof.render.crossref import kind_of, labels, resolve
from galleyproof.render.floats import normalise
from galleyproof.render.front import part_abstract
from galleyproof.render.model import Options, Spot
from galleyproof.render.printed import NO_NAMES, Names, anchor
from galleyproof.render.tree import Attributes, Node, Nodes, div, text, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A tree with numbers and links, not yet in the shapes of a format."""

    abstract: Nodes
    abstract_label: str
    body: Nodes
    spots: Mapping[int, Spot] = field(default_factory=dict)
    """Where each number and claim stands."""
    undefined: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    has_sources: bool = False
    """It ends with the appendix of sources."""

    @property
    def blocks(self) -> Nodes:
        """Everything that will be printed."""
        return [*self.abstract, *self.body]


def views(
    blocks: Nodes, targets: Sequence[Target], options: Options, names: Names = NO_NAMES
) -> dict[Target, View]:
    """Return the manuscript as each format sees it: once, where all see the same."""
    if depends_on_format(blocks):
        return {target: view(blocks, target, options, names) for target in targets}
    shared = view(blocks, targets[0], options, names) if targets else None
    return {target: shared for target in targets if shared is not None}


def view(
    blocks: Nodes, target: Target, options: Options, names: Names = NO_NAMES
) -> View:
    """Return the manuscript as `target` sees it."""
    parted = part_abstract(mark(normalise(select(blocks, target))))
    abstract = div(parted.abstract, Attributes(id=parted.label))
    resolution = resolve(
        [abstract, *_with_references(parted.body)],
        options.crossref,
        number_sections=options.number_sections,
    )
    anchored = anchor(resolution.blocks, names)
    first, *body = anchored.blocks
    return View(
        abstract=first["c"][1],
        abstract_label=parted.label,
        body=body,
        spots=anchored.spots,
        undefined=(*resolution.undefined, *_dangling(resolution.blocks)),
        mixed=resolution.mixed,
    )


def _with_references(blocks: Nodes) -> Nodes:
    """Give the list of references a place and a heading, where the author gave none."""
    cites = any(node["t"] == "Cite" and _cites(node) for node in walk(blocks))
    placed = any(n["t"] == "Div" and n["c"][0][0] == "refs" for n in walk(blocks))
    if placed or not cites:
        return blocks
    top = min((b["c"][0] for b in blocks if b["t"] == "Header"), default=1)
    attr = Attributes(id="references", classes=("unnumbered",))
    heading = {"t": "Header", "c": [top, attr.json, text("References")]}
    return [*blocks, heading, div([], Attributes(id="refs"))]


def _cites(node: Node) -> bool:
    """Tell a citation from a cross-reference, which pandoc reads as one too."""
    return not all(kind_of(citation["citationId"]) for citation in node["c"][0])


def _dangling(blocks: Nodes) -> list[str]:
    """Return the targets of plain links inside the text that do not exist."""
    known = labels(blocks)
    wanted = [
        node["c"][2][0][1:]
        for node in walk(blocks)
        if node["t"] == "Link" and node["c"][2][0].startswith("#")
    ]
    return [label for label in wanted if label and label not in known]
