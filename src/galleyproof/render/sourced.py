"""A view whose numbers lead to their sources, and whose floats name their data.

For formats that have no cards: the view gets the appendix, every number of its text a
link to its entry, and every caption the files behind the table or figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from galleyproof.lineage.entries import Entries
from galleyproof.lineage.journal import ATTRIBUTE
from galleyproof.lineage.sources import Asked, Sources, sources
from galleyproof.render.appendix import (
    appendix,
    data_line,
    float_target,
    target,
    to,
)
from galleyproof.render.crossref import CAPTION_LABEL
from galleyproof.render.model import Occurrence, Spot
from galleyproof.render.pieces import cut
from galleyproof.render.printed import Names
from galleyproof.render.tree import (
    Json,
    Node,
    Nodes,
    attributes,
    caption_blocks,
    caption_inlines,
    plain,
    walk,
)
from galleyproof.render.view import View

_FLOATS = ("Table", "Figure")
_UNLINKED = ("Header", "Link", "Cite", "Image")
"""A heading is shown again in the contents; a link holds no link."""


def sourced(
    view: View, printed: Sequence[Occurrence], names: Names, entries: Entries
) -> View:
    """Return a view with appendix and links; the same where it prints no number."""
    found = sources(list(_asked(view.spots, printed, names, entries)), entries)
    if not found.groups:
        return view
    titles = {k: v for k, v in _titles(view.blocks) if k in found.floats}
    links = _Links(
        sources=found,
        texts=_texts(printed, names, entries),
        floats={label: float_target(i) for i, label in enumerate(titles, start=1)},
    )
    level = min((b["c"][0] for b in view.body if b["t"] == "Header"), default=1)
    return replace(
        view,
        abstract=links.linked(view.abstract),
        body=[*links.linked(view.body), *appendix(found, titles, level)],
        has_sources=True,
    )


def _asked(
    spots: Mapping[int, Spot],
    printed: Sequence[Occurrence],
    names: Names,
    entries: Entries,
) -> Iterator[Asked]:
    for index, spot in sorted(spots.items()):
        token = printed[index].token
        if token in entries.claims:
            records = [token]
        else:
            records = [part.value for part in entries.printouts[token].parts]
        for name, record in zip(names.names[index], records, strict=True):
            yield Asked(name=name, record=record, anchor=spot.anchor, float=spot.float)


def _texts(
    printed: Sequence[Occurrence], names: Names, entries: Entries
) -> dict[str, str]:
    return {
        name: part.text
        for occurrence, own in zip(printed, names.names, strict=True)
        if (printout := entries.printouts.get(occurrence.token)) is not None
        for name, part in zip(own, printout.parts, strict=True)
    }


def _titles(blocks: Nodes) -> Iterator[tuple[str, str]]:
    """Yield label and name ("Table 2") of each numbered float."""
    for node in walk(blocks):
        if node["t"] in _FLOATS:
            for inner in walk(node["c"][1]):
                if inner["t"] == "Span" and CAPTION_LABEL in inner["c"][0][1]:
                    yield node["c"][0][0], plain(inner["c"][1]).rstrip(":.")
                    break


@dataclass(frozen=True, slots=True, kw_only=True)
class _Links:
    """What leads where."""

    sources: Sources
    texts: Mapping[str, str]
    """Of each number, as it is printed."""
    floats: Mapping[str, str]
    """Anchors of tables and figures, by label."""

    def linked(self, value: Json) -> Json:
        """Return a piece of the tree with links; nothing is linked twice."""
        if isinstance(value, list):
            return [
                self.linked(item) if isinstance(item, list | dict) else item
                for item in value
            ]
        if not isinstance(value, dict) or "c" not in value or value["t"] in _UNLINKED:
            return value
        if value["t"] == "Span":
            return self._span(value)
        new = {"t": value["t"], "c": self.linked(value["c"])}
        return self._float(new) if value["t"] in _FLOATS else new

    def _span(self, node: Node) -> Node:
        raw, inlines = node["c"]
        named = attributes(raw).get(ATTRIBUTE).split()
        known = {n: e for n in named if (e := self.sources.entry.get(n)) is not None}
        inner = self.linked(inlines)
        if known and inner == inlines:
            inner = self._numbers(inlines, known)
        return {"t": "Span", "c": [raw, inner]}

    def _numbers(self, inlines: Nodes, entries: Mapping[str, int]) -> Nodes:
        """Return one link, or one a number where they lead to different entries."""
        first, *others = entries.values()
        pieces = None
        if any(other != first for other in others):
            pieces = cut(inlines, [self.texts[name] for name in entries])
        if pieces is None:
            return [to(target(first), inlines)]
        between, numbers = pieces[::2], pieces[1::2]
        result: Nodes = list(between[0])
        for entry, number, after in zip(
            entries.values(), numbers, between[1:], strict=True
        ):
            result += [to(target(entry), number), *after]
        return result

    def _float(self, node: Node) -> Node:
        raw, caption, *rest = node["c"]
        anchor = self.floats.get(raw[0])
        data = self.sources.floats.get(raw[0])
        if anchor is None or data is None or not data.files:
            return node
        words = [*caption_inlines(caption[1]), *data_line(data, anchor)]
        return {"t": node["t"], "c": [raw, [caption[0], caption_blocks(words)], *rest]}
