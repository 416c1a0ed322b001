"""Pandoc's JSON tree: the few shapes that the transforms build, read and rewrite.

The tree is pandoc's own (dictionaries with `t` and `c`), which is the border to that
library; everything is rebuilt, nothing is changed in place. Refuses to know what a
node means to a manuscript: that is the business of the transforms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Any
"""A piece of the tree, or of YAML: a border where only the shape at run time counts."""
Node = dict[str, Any]
Nodes = list[Node]
Visit = Callable[[Node], Nodes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """The identifier, classes and key-value pairs of a node."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, key: str, default: str = "") -> str:
        """Return the value of `key`, or the default."""
        return next((value for name, value in self.pairs if name == key), default)

    def without(self, *keys: str) -> Attributes:
        """Return these attributes without the named pairs."""
        kept = tuple(pair for pair in self.pairs if pair[0] not in keys)
        return Attributes(id=self.id, classes=self.classes, pairs=kept)

    @property
    def json(self) -> list[Any]:
        """The attributes as pandoc writes them."""
        return [self.id, list(self.classes), [list(pair) for pair in self.pairs]]


def attributes(raw: Sequence[Any]) -> Attributes:
    """Read pandoc's `[id, classes, pairs]`."""
    return Attributes(
        id=raw[0],
        classes=tuple(raw[1]),
        pairs=tuple((key, value) for key, value in raw[2]),
    )


NONE = Attributes()


LEAVES = frozenset({"Str", "Space", "SoftBreak", "LineBreak"})
"""Words and blanks, nine nodes in ten."""


def rewrite(value: Json, visit: Visit) -> Json:
    """Return the tree with every node replaced by what `visit` makes of it.

    Children come first. `visit` returns the nodes that take the place of the one it
    is given, or None to keep it. Words and blanks are not visited.
    """
    if isinstance(value, dict):
        return {key: rewrite(item, visit) for key, item in value.items()}
    if not isinstance(value, list) or is_text(value):
        return value
    result: list[Any] = []
    for item in value:
        if isinstance(item, dict):
            kind = item.get("t")
            if kind in LEAVES:
                result.append(item)
            elif kind is None:
                result.append(rewrite(item, visit))
            else:
                content = item.get("c")
                new = item if content is None else _with(kind, rewrite(content, visit))
                replaced = visit(new)
                if replaced is None:
                    result.append(new)
                else:
                    result += replaced
        elif isinstance(item, list):
            result.append(rewrite(item, visit))
        else:
            result.append(item)
    return result


def _with(kind: str, content: Json) -> Node:
    return {"t": kind, "c": content}


def is_text(items: list[Any]) -> bool:
    """Tell attributes and targets from content: there is no node in them."""
    return bool(items) and isinstance(items[0], str)


def walk(value: Json) -> list[Node]:
    """Return every node in the order of the text."""
    found: list[Node] = []
    _gather(value if isinstance(value, list) else [value], found)
    return found


def _gather(items: list[Any], found: list[Node]) -> None:
    if is_text(items):
        return
    for item in items:
        if isinstance(item, list):
            _gather(item, found)
        elif isinstance(item, dict):
            kind = item.get("t")
            if kind is None:
                _gather(list(item.values()), found)
                continue
            found.append(item)
            if kind not in LEAVES and isinstance(content := item.get("c"), list):
                _gather(content, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A block of the text with all that is in it, so that nobody looks in vain."""

    block: Node
    nodes: Nodes
    kinds: frozenset[str]

    @classmethod
    def of(cls, block: Node) -> Part:
        """Look into a block."""
        nodes = walk(block)
        return cls(block=block, nodes=nodes, kinds=frozenset(n["t"] for n in nodes))


_BLANKS = {"Space": " ", "SoftBreak": " ", "LineBreak": " "}


def plain(value: Json) -> str:
    """Return the words of a piece of the tree, notes and raw code left out."""
    return " ".join("".join(_words(value)).split())


def _words(value: Json) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif isinstance(value, dict) and "t" in value:
        yield from _words_of(value)


def _words_of(node: Node) -> Iterator[str]:
    kind, content = node["t"], node.get("c")
    if kind == "Str":
        yield str(content)
    elif kind in _BLANKS:
        yield _BLANKS[kind]
    elif kind in ("Code", "Math", "CodeBlock"):
        yield str(content[1])  # type: ignore[index]
    elif kind == "Quoted":
        single = content[0]["t"] == "SingleQuote"  # type: ignore[index]
        yield "\u2018" if single else "\u201c"
        yield from _words(content[1])  # type: ignore[index]
        yield "\u2019" if single else "\u201d"
    elif kind not in ("RawInline", "RawBlock", "Note"):
        yield from _words(content)
        if kind in ("Para", "Plain", "Header"):
            yield " "


def text(words: str) -> Nodes:
    """Return a string as inlines; non-breaking spaces stay inside their word."""
    nodes: Nodes = []
    for index, word in enumerate(words.split(" ")):
        if index:
            nodes.append({"t": "Space"})
        if word:
            nodes.append({"t": "Str", "c": word})
    return nodes


def para(inlines: Nodes) -> Node:
    """Return a paragraph."""
    return {"t": "Para", "c": inlines}


def plain_block(inlines: Nodes) -> Node:
    """Return inlines as a block that is no paragraph."""
    return {"t": "Plain", "c": inlines}


def span(inlines: Nodes, attr: Attributes = NONE) -> Node:
    """Return a span."""
    return {"t": "Span", "c": [attr.json, inlines]}


def div(blocks: Nodes, attr: Attributes = NONE) -> Node:
    """Return a div."""
    return {"t": "Div", "c": [attr.json, blocks]}


def strong(inlines: Nodes) -> Node:
    """Return strong text."""
    return {"t": "Strong", "c": inlines}


def link(inlines: Nodes, target: str, attr: Attributes = NONE) -> Node:
    """Return a link."""
    return {"t": "Link", "c": [attr.json, inlines, [target, ""]]}


def raw_block(writer: str, code: str) -> Node:
    """Return code that only the named writer prints."""
    return {"t": "RawBlock", "c": [writer, code]}


def raw_inline(writer: str, code: str) -> Node:
    """Return inline code that only the named writer prints."""
    return {"t": "RawInline", "c": [writer, code]}


def figure(blocks: Nodes, caption: Nodes, attr: Attributes = NONE) -> Node:
    """Return a figure with its caption's inlines."""
    return {"t": "Figure", "c": [attr.json, [None, caption_blocks(caption)], blocks]}


def caption_blocks(caption: Nodes) -> Nodes:
    """Return a caption's inlines as the blocks that pandoc wants."""
    return [plain_block(caption)] if caption else []


def caption_inlines(blocks: Iterable[Node]) -> Nodes:
    """Return a caption's blocks as one run of inlines."""
    inlines: Nodes = []
    for block in blocks:
        if inlines:
            inlines.append({"t": "Space"})
        inlines.extend(block["c"])
    return inlines


def meta_string(words: str) -> Node:
    """Return a string of the metadata, which a template prints."""
    return {"t": "MetaString", "c": words}


def meta_blocks(blocks: Nodes) -> Node:
    """Return blocks of the metadata, which a template prints."""
    return {"t": "MetaBlocks", "c": blocks}


def meta_inlines(meta: Mapping[str, Any], *path: str) -> Nodes:
    """Return the inlines at a path of the metadata, or nothing."""
    value: Any = {"t": "MetaMap", "c": meta}
    for key in path:
        if value is None or value["t"] != "MetaMap":
            return []
        value = value["c"].get(key)
    return [] if value is None else _meta_value(value)


def _meta_value(value: Node) -> Nodes:
    kind, content = value["t"], value["c"]
    if kind == "MetaString":
        return text(content)
    if kind == "MetaInlines":
        return list(content)
    if kind == "MetaBlocks":
        return [inline for block in content for inline in block["c"]]
    return []


def meta_list(meta: Mapping[str, Any], key: str) -> list[Nodes]:
    """Return each entry of a list of the metadata as inlines."""
    value = meta.get(key)
    return [] if value is None else [_meta_value(entry) for entry in value["c"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole tree."""

    meta: dict[str, Any] = field(default_factory=dict)
    blocks: Nodes = field(default_factory=list)
    version: tuple[int, ...] = (1, 23, 1)

    @property
    def json(self) -> dict[str, Any]:
        """The document as pandoc reads it."""
        return {
            "pandoc-api-version": list(self.version),
            "meta": self.meta,
            "blocks": self.blocks,
        }


def document(raw: dict[str, Any]) -> Document:
    """Read pandoc's JSON document."""
    return Document(
        meta=raw["meta"],
        blocks=raw["blocks"],
        version=tuple(raw["pandoc-api-version"]),
    )
