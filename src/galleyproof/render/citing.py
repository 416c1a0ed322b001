"""Citations and references, once for every format, and only when they have changed.

Citeproc needs the citations in their order, the bibliography and the style: not the
text around them. So it is run on a skeleton that holds nothing else, and what it makes
of each citation is put into the trees of the formats. What it would do to the text
around (a note style, a superscript, a full stop that meets another) is none of what a
skeleton can show: there, and wherever else it is not certain, each format's own run of
pandoc does it as part of its whole tree.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from galleyproof import tools
from galleyproof.bibliography import narrowed
from galleyproof.files import digest, digest_of
from galleyproof.render.model import Options
from galleyproof.render.tree import Json, plain
from galleyproof.store import Store

_KIND = "cited"
_CITE = '{"t":"Cite","c":'
_REFERENCES = '{"t":"Div","c":[["refs",'
_IN_META = ("nocite", "references", "bibliography", "csl", "citation-style")
_UNSEEN = ('__refs"', '"csl-quoted"', '"reset-citation-positions"')
"""Marks of what citeproc would treat in a way of its own."""
_FOR_NEIGHBOURS = ('{"t":"Note",', '{"t":"Superscript",', '"csl-note"')
"""Marks of citations that move what stands beside them."""
_decoder = json.JSONDecoder()


def dumped(value: Json) -> str:
    """Return a piece of the tree as JSON, as dense as it can be."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A document for pandoc, each top-level block written as JSON."""

    meta: str
    blocks: tuple[str, ...]

    @property
    def json(self) -> str:
        """The whole document."""
        blocks = ",".join(self.blocks)
        return (
            f'{{"pandoc-api-version":[1,23,1],"meta":{self.meta},"blocks":[{blocks}]}}'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A tree without anything left for citeproc, and what citeproc warned of."""

    tree: Tree
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What citeproc made of a skeleton; None in place of what may not be used."""

    cites: tuple[str, ...] | None
    references: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Citations:
    """The citations of one text, whose formats ask for them at the same time."""

    options: Options
    store: Store | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _made: dict[str, _Made] = field(default_factory=dict)
    _narrowed: dict[tuple[Path, frozenset[str]], str] = field(default_factory=dict)

    def put_into(self, tree: Tree) -> Cited | None:
        """Return the tree with its citations as they read, and its references.

        None where pandoc has to do that as part of the whole.
        """
        needed = [*self.options.bibliography, *filter(None, [self.options.csl])]
        if not _certain(tree) or not all(path.is_file() for path in needed):
            return None
        cites = [list(_cites(text)) for text in (tree.meta, *tree.blocks)]
        places = [i for i, text in enumerate(tree.blocks) if _REFERENCES in text]
        found = [text for each in cites for _, _, text in each]
        if not found and not places:
            return Cited(tree=tree)
        if any(_CITE in text[1:] for text in found) or len(places) != 1:
            return None
        place = places[0]
        if not tree.blocks[place].startswith(_REFERENCES):
            return None
        made = self._of(found, tree.blocks[place])
        if made.cites is None:
            return None
        said = iter(made.cites)
        meta, *blocks = (
            _with(text, each, said)
            for text, each in zip((tree.meta, *tree.blocks), cites, strict=True)
        )
        blocks[place] = made.references
        return Cited(tree=Tree(meta=meta, blocks=tuple(blocks)), warnings=made.warnings)

    def files(self, keys: set[str], directory: Path) -> list[Path]:
        """Return the bibliography narrowed to the keys; new files go to `directory`."""
        found = []
        for number, path in enumerate(self.options.bibliography):
            if path.suffix != ".bib" or "*" in keys or not path.is_file():
                found.append(path)
                continue
            narrow = directory / f"{number}.bib"
            text = self._narrow(path, frozenset(keys))
            narrow.write_text(text, "utf-8", "surrogateescape")
            found.append(narrow)
        return found

    def _narrow(self, path: Path, keys: frozenset[str]) -> str:
        """Return a bibliography narrowed to the keys: the formats cite the same."""
        with self._lock:
            if (path, keys) not in self._narrowed:
                text = path.read_text("utf-8", "surrogateescape")
                self._narrowed[path, keys] = narrowed(text, keys)
            return self._narrowed[path, keys]

    def _of(self, cites: Sequence[str], references: str) -> _Made:
        keys = keys_of(cites)
        paragraphs = [f'{{"t":"Para","c":[{text}]}}' for text in cites]
        meta = {
            "lang": {"t": "MetaString", "c": self.options.lang},
            "link-citations": {"t": "MetaBool", "c": True},
        }
        skeleton = Tree(meta=dumped(meta), blocks=(*paragraphs, references))
        with TemporaryDirectory() as scratch:
            files = self.files(keys, Path(scratch))
            key = self._key(skeleton, files)
            # The formats ask at the same time: the first one makes it for all.
            with self._lock:
                if key not in self._made:
                    self._made[key] = self._kept(key, skeleton, files)
                return self._made[key]

    def _key(self, skeleton: Tree, files: Sequence[Path]) -> str:
        style = self.options.csl
        parts = [tools.pandoc_version(), skeleton.json, *map(digest, files)]
        parts.append(digest(style) if style else "")
        return digest_of("\0".join(parts))

    def _kept(self, key: str, skeleton: Tree, files: Sequence[Path]) -> _Made:
        kept = self.store.get(_KIND, key) if self.store else None
        if kept is None:
            made = self._run(skeleton, files)
            if self.store:
                said = {
                    "cites": made.cites,
                    "references": made.references,
                    "warnings": made.warnings,
                }
                self.store.put(_KIND, key, dumped(said).encode("utf-8"))
            return made
        said = json.loads(kept)
        cites = said["cites"]
        return _Made(
            cites=None if cites is None else tuple(cites),
            references=said["references"],
            warnings=tuple(said["warnings"]),
        )

    def _run(self, skeleton: Tree, files: Sequence[Path]) -> _Made:
        arguments = ["--from=json", "--to=json", "--citeproc"]
        arguments += [f"--bibliography={path}" for path in files]
        if self.options.csl is not None:
            arguments.append(f"--csl={self.options.csl}")
        ended = tools.pandoc(
            arguments,
            stdin=skeleton.json.encode("utf-8", "surrogatepass"),
            timeout_s=self.options.timeout_s,
        )
        *paragraphs, references = json.loads(ended.stdout)["blocks"]
        cites = [paragraph["c"] for paragraph in paragraphs]
        return _Made(
            cites=tuple(map(_alone, cites)) if all(map(_harmless, cites)) else None,
            references=dumped(references),
            warnings=ended.warnings,
        )


def _certain(tree: Tree) -> bool:
    """Whether citeproc would treat nothing but citations and list of references."""
    meta = json.loads(tree.meta)
    if any(key in meta for key in _IN_META):
        return False
    texts = (tree.meta, *tree.blocks)
    return not any(mark in text for text in texts for mark in _UNSEEN)


def _cites(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each citation: start, end and JSON, in the order of the text."""
    at = text.find(_CITE)
    while at >= 0:
        _, end = _decoder.raw_decode(text, at)
        yield at, end, text[at:end]
        at = text.find(_CITE, end)


def _with(text: str, cites: Sequence[tuple[int, int, str]], said: Iterator[str]) -> str:
    if not cites:
        return text
    parts, at = [], 0
    for start, end, _ in cites:
        parts += [text[at:start], next(said)]
        at = end
    return "".join([*parts, text[at:]])


def keys_of(cites: Sequence[str]) -> set[str]:
    """Return what citations, each as JSON, cite."""
    return {
        citation["citationId"]
        for text in cites
        for citation in json.loads(text)["c"][0]
    }


def keys_in(tree: Tree) -> set[str]:
    """Return what a tree cites."""
    texts = (tree.meta, *tree.blocks)
    return keys_of([cite for text in texts for _, _, cite in _cites(text)])


def _alone(inlines: list[dict[str, Any]]) -> str:
    return dumped(inlines[0])


def _harmless(inlines: list[dict[str, Any]]) -> bool:
    """Whether citeproc would leave alone what stands beside a citation like this."""
    if len(inlines) != 1 or inlines[0]["t"] != "Cite":
        return False
    shown = inlines[0]["c"][1]
    text = dumped(shown)
    moves = any(mark in text for mark in _FOR_NEIGHBOURS)
    return not moves and not plain(shown).endswith(".")
