"""Number figures, tables, sections and equations, and resolve references to them.

Works on a tree whose floats are in normal form (`floats`). Numbers become part of the
caption or heading here, once, so that every format prints the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from galleyproof.config import Crossref
from galleyproof.render.floats import EQUATION
from galleyproof.render.tree import (
    LEAVES,
    Attributes,
    Node,
    Nodes,
    Part,
    attributes,
    caption_blocks,
    caption_inlines,
    is_text,
    link,
    plain,
    rewrite,
    span,
    text,
)

KINDS = ("fig", "tbl", "sec", "eq")
NUMBER = "galley-number"
"""Class of the span that holds the number of a heading."""
CAPTION_LABEL = "galley-caption-label"
"""Class of the span that holds "Figure 1" in front of a caption."""
REFERENCE = "galley-reference"
"""Class of a link that is a cross-reference."""
_NBSP = "\u00a0"
_NUMBERED = frozenset({"Header", "Figure", "Table", "Math"})
"""What has a number, or an equation that has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """One thing that can be referred to."""

    label: str
    kind: str
    number: str
    """Empty for a section that has none."""
    title: str = ""
    """What a section without a number is called in a reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A tree with numbers, and the labels that were referred to but do not exist."""

    blocks: Nodes
    targets: Mapping[str, Anchor] = field(default_factory=dict)
    undefined: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    """Groups that mix cross-references with citations."""


def kind_of(label: str) -> str:
    """Return the kind that a label's prefix names, or an empty string."""
    kind, dash, _ = label.partition("-")
    lowered = kind[:1].lower() + kind[1:]
    return lowered if dash and lowered in KINDS else ""


def resolve(
    parts: Sequence[Part], words: Crossref, *, number_sections: bool
) -> Resolution:
    """Return the tree with numbers, and with links in place of its references.

    There are as many blocks as there were.
    """
    levels = [n["c"][0] for part in parts for n in part.nodes if n["t"] == "Header"]
    numbering = _Numbering(
        words=words, number_sections=number_sections, top=min(levels, default=1)
    )
    numbered = [numbering.part(part) for part in parts]
    references = _References(targets=numbering.targets, words=words)
    resolved = [
        block if "Cite" not in part.kinds else rewrite([block], references.visit)[0]
        for part, block in zip(parts, numbered, strict=True)
    ]
    return Resolution(
        blocks=resolved,
        targets=numbering.targets,
        undefined=tuple(dict.fromkeys(references.undefined)),
        mixed=tuple(dict.fromkeys(references.mixed)),
    )


@dataclass(slots=True, kw_only=True)
class _Numbering:
    """Counters, carried through the text in reading order."""

    words: Crossref
    number_sections: bool
    top: int = 1
    """Level of the highest heading: it is numbered 1, 2, 3."""
    targets: dict[str, Anchor] = field(default_factory=dict)
    _floats: dict[str, int] = field(default_factory=dict)
    _levels: list[int] = field(default_factory=lambda: [0] * 6)
    _appendix: bool = False

    def part(self, part: Part) -> Node:
        """Return a block of the text with everything in it numbered."""
        if part.kinds.isdisjoint(_NUMBERED):
            return part.block
        inside = [node["t"] for node in part.nodes if node["t"] in _NUMBERED]
        if len(inside) == 1 and part.block["t"] == inside[0]:
            return self._number(part.block)
        return self.visit(part.block)

    def visit(self, value: Node) -> Node:
        """Return a block with everything in it numbered, parents before children."""
        numbered = self._number(value)
        content = numbered.get("c")
        if isinstance(content, list):
            return {**numbered, "c": self._inside(content)}
        return numbered

    def _inside(self, items: list[object]) -> list[object]:
        if is_text(items):
            return items
        return [
            (self.visit(item) if item.get("t", "Str") not in LEAVES else item)
            if isinstance(item, dict)
            else self._inside(item)
            if isinstance(item, list)
            else item
            for item in items
        ]

    def _number(self, node: Node) -> Node:
        kind = node["t"]
        if kind == "Header":
            return self._heading(node)
        if kind in ("Figure", "Table"):
            return self._float(node)
        if kind == "Span" and EQUATION in node["c"][0][1]:
            return self._equation(node)
        return node

    def _heading(self, node: Node) -> Node:
        level, raw, inlines = node["c"]
        attr = attributes(raw)
        if level == self.top:
            self._enter_chapter(attr)
        numbered = self.number_sections and "unnumbered" not in attr.classes
        number = self._next_section(level - self.top) if numbered else ""
        if attr.id.startswith("sec-"):
            self.targets[attr.id] = Anchor(
                label=attr.id, kind="sec", number=number, title=plain(inlines)
            )
        if not numbered:
            return node
        mark = span(text(number), Attributes(classes=(NUMBER,)))
        return {"t": "Header", "c": [level, raw, [mark, {"t": "Space"}, *inlines]]}

    def _next_section(self, depth: int) -> str:
        self._levels[depth] += 1
        self._levels[depth + 1 :] = [0] * (5 - depth)
        return ".".join(self._shown(i) for i in range(depth + 1))

    def _enter_chapter(self, attr: Attributes) -> None:
        if "appendix" in attr.classes and not self._appendix:
            self._appendix = True
            self._levels = [0] * 6

    def _shown(self, index: int) -> str:
        count = self._levels[index]
        if index == 0 and self._appendix and 1 <= count <= 26:
            return chr(ord("A") + count - 1)
        return str(count)

    def _float(self, node: Node) -> Node:
        raw, caption, *rest = node["c"]
        kind = kind_of(raw[0])
        if kind not in ("fig", "tbl"):
            return node
        number = self._count(raw[0], kind)
        title = self.words.titles.get(kind, "")
        label = f"{title}{_NBSP}{number}".strip(_NBSP)
        inlines = caption_inlines(caption[1])
        mark = span(
            [{"t": "Str", "c": label + (self._delimiter if inlines else "")}],
            Attributes(classes=(CAPTION_LABEL,)),
        )
        shown = [mark, {"t": "Space"}, *inlines] if inlines else [mark]
        new_caption = [caption[0], caption_blocks(shown)]
        return {"t": node["t"], "c": [raw, new_caption, *rest]}

    @property
    def _delimiter(self) -> str:
        return self.words.title_delimiter

    def _equation(self, node: Node) -> Node:
        raw, inlines = node["c"]
        attr = attributes(raw)
        number = self._count(attr.id, "eq")
        pairs = (*attr.pairs, ("number", number))
        new = Attributes(id=attr.id, classes=attr.classes, pairs=pairs)
        return {"t": "Span", "c": [new.json, inlines]}

    def _count(self, label: str, kind: str) -> str:
        count = self._floats[kind] = self._floats.get(kind, 0) + 1
        self.targets[label] = Anchor(label=label, kind=kind, number=str(count))
        return str(count)


@dataclass(slots=True, kw_only=True)
class _References:
    """Cross-references are read by pandoc as citations; here they become links."""

    targets: Mapping[str, Anchor]
    words: Crossref
    undefined: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)

    def visit(self, node: Node) -> Nodes | None:
        if node["t"] != "Cite":
            return None
        citations = node["c"][0]
        ours = [bool(kind_of(citation["citationId"])) for citation in citations]
        if not any(ours):
            return None
        if not all(ours):
            self.mixed.append(citations[ours.index(True)]["citationId"])
            return None
        result: Nodes = []
        for citation in citations:
            if result:
                result.extend([{"t": "Str", "c": ","}, {"t": "Space"}])
            result.extend(self._reference(citation))
        return result

    def _reference(self, citation: Node) -> Nodes:
        written = citation["citationId"]
        label = written[:1].lower() + written[1:]
        target = self.targets.get(label)
        if target is None:
            self.undefined.append(label)
            return [{"t": "Strong", "c": [{"t": "Str", "c": f"?@{label}"}]}]
        name = text(target.number or target.title)
        shown: Nodes = [*self._prefix(citation, target, written), *name]
        attr = Attributes(classes=(REFERENCE,), pairs=(("kind", target.kind),))
        linked = link(shown, f"#{label}", attr)
        return [linked, *citation["citationSuffix"]]

    def _prefix(self, citation: Node, target: Anchor, written: str) -> Nodes:
        if citation["citationMode"]["t"] == "SuppressAuthor" or not target.number:
            return []
        own: Nodes = citation["citationPrefix"]
        if own:
            return [*own, {"t": "Str", "c": _NBSP}]
        word = self.words.prefixes.get(target.kind, "")
        if written[:1].isupper():
            word = word[:1].upper() + word[1:]
        return [{"t": "Str", "c": f"{word}{_NBSP}"}] if word else []


def labels(nodes: Nodes) -> set[str]:
    """Return the identifiers of nodes."""
    found: set[str] = set()
    for node in nodes:
        if node["t"] == "Header":
            found.add(node["c"][1][0])
        elif node["t"] in ("Div", "Span", "Figure", "Table", "Code", "CodeBlock"):
            found.add(node["c"][0][0])
    return found - {""}
