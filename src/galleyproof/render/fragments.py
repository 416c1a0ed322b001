"""Pieces of the page that pandoc has written before.

A run of blocks without headings, notes and listings is written in the same way wherever
it stands. Each is written once and kept; what pandoc gets for the page is then little
more than headings, with marks where the runs belong. So it need not even be asked again
where nothing but the runs has changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from galleyproof import tools
from galleyproof.files import digest_of
from galleyproof.render.citing import Tree, dumped
from galleyproof.render.model import Options
from galleyproof.store import Store

_KIND = "html"
_ARGUMENTS = ("--from=json", "--to=html5", "--wrap=none", "--mathml")
_COUNTED = ('"t":"Header"', '"t":"Note"', '"t":"CodeBlock"')
"""What is numbered through the page, or shapes more than its own place."""
_MARK = "galley-piece-"
_MARKS = re.compile(rf"<!--{_MARK}(\d+)-->")
_CUT = "<!--galley-cut-->"
_CUT_BLOCK = dumped({"t": "RawBlock", "c": ["html", _CUT]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A tree for the page with marks in it, and the HTML that belongs there."""

    tree: Tree
    pieces: tuple[str, ...] = ()

    def whole(self, html: str) -> str:
        """Return what pandoc wrote of the tree, its marks replaced."""
        first, *others = _MARKS.split(html)
        numbers, texts = others[::2], others[1::2]
        parts = [self.pieces[int(n)] + t for n, t in zip(numbers, texts, strict=True)]
        return first + "".join(parts)


def in_pieces(tree: Tree, options: Options, store: Store) -> Page:
    """Return the page with as much of it written already as can be."""
    if _MARK in tree.json:
        return Page(tree=tree)
    runs = list(_runs(tree.blocks))
    texts = [",".join(tree.blocks[start:end]) for start, end in runs]
    keys = [digest_of(f"{tools.pandoc_version()} {text}") for text in texts]
    found = {key: kept for key in keys if (kept := store.get(_KIND, key)) is not None}
    missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in found}
    written = _write(list(missing.values()), options)
    if written is None:
        return Page(tree=tree)
    for key, html in zip(missing, written, strict=True):
        found[key] = html.encode("utf-8")
        store.put(_KIND, key, found[key])
    blocks, pieces, at = list[str](), list[str](), 0
    for (start, end), key in zip(runs, keys, strict=True):
        blocks += tree.blocks[at:start]
        if html := found[key].decode("utf-8"):
            mark = f"<!--{_MARK}{len(pieces)}-->"
            blocks.append(dumped({"t": "RawBlock", "c": ["html", mark]}))
            pieces.append(html)
        at = end
    blocks += tree.blocks[at:]
    return Page(tree=Tree(meta=tree.meta, blocks=tuple(blocks)), pieces=tuple(pieces))


def _runs(blocks: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where blocks that can stand alone begin and end."""
    start = 0
    for i, block in enumerate(blocks):
        if any(mark in block for mark in _COUNTED):
            if start < i:
                yield start, i
            start = i + 1
    if start < len(blocks):
        yield start, len(blocks)


def _write(runs: Sequence[str], options: Options) -> list[str] | None:
    """Write runs of blocks; None where pandoc warns: the page has to tell of that."""
    if not runs:
        return []
    blocks = f",{_CUT_BLOCK},".join(runs)
    ended = tools.pandoc(
        _ARGUMENTS,
        stdin=Tree(meta="{}", blocks=(blocks,)).json.encode("utf-8", "surrogatepass"),
        timeout_s=options.timeout_s,
    )
    pieces = ended.stdout.decode("utf-8").removesuffix("\n").split(_CUT)
    if ended.warnings or len(pieces) != len(runs):
        return None
    return [piece.removeprefix("\n").removesuffix("\n") for piece in pieces]
