"""Where on the page a finding belongs: which block shows what its lines say.

The page does not tell where its blocks were written, and is not made to. What is known:
the ledger has the line of each number, labels of the source are ids of the page, and
words in a row stand in both. A finding is of the newest source, the page of an older
one: lines are led back first. Nothing of this costs anything while all is well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html.parser import HTMLParser

from galleyproof.lineage.ledger import Ledger, PrintedClaim, PrintedNumber

BLOCKS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "dt",
        "dd",
        "figure",
        "table",
        "pre",
        "figcaption",
        "blockquote",
    ]
)
"""Tags of what can have a finding before it; `notes.js` counts the same ones."""
_RUN = 3
"""Words in a row that are unlikely to stand in two places."""
_WORD = re.compile(r"[^\W_]+")
_NOT_WORDS = re.compile(
    r"`+[^`]*`+|\{[^{}]*\}|\[-?@[^\]]*\]|-?@[\w:.-]+|<[^>]*>|\]\([^)]*\)|\$[^$]*\$"
)
_LABEL = re.compile(r"\{#([\w:.-]+)|^#\|\s*label:\s*[\"']?([\w:.-]+)", re.M)


@dataclass(slots=True)
class _Block:
    """A block of a page: the ids in it, its words."""

    ids: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """Reads the blocks of a page's main part, in the order of their start tags."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[_Block] = []
        self.ids: dict[str, int] = {}
        """Index of the block that an id is on or in, or that follows it."""
        self._waiting: list[str] = []
        self._main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._main = self._main or tag == "main"
        if not self._main:
            return
        own = next((value for name, value in attrs if name == "id" and value), None)
        if tag in BLOCKS:
            self.blocks.append(_Block())
            self.ids |= {each: len(self.blocks) - 1 for each in self._waiting}
            self._waiting.clear()
        if own is None:
            return
        if tag in {"section", "div", "article"} or not self.blocks:
            self._waiting.append(own)
        else:
            self.ids[own] = len(self.blocks) - 1

    def handle_endtag(self, tag: str) -> None:
        self._main = self._main and tag != "main"

    def handle_data(self, data: str) -> None:
        if self._main and self.blocks:
            self.blocks[-1].text.append(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place among the blocks of a page."""

    block: int
    """Counted from 0."""
    below: bool = False
    """Behind that block, instead of before it."""


@dataclass(frozen=True, slots=True)
class Map:
    """For each file the lines that are known to stand in a block, in order."""

    lines: Mapping[str, Sequence[tuple[int, int]]]
    sources: Mapping[str, str]

    def spot(self, path: str, line: int, now: str) -> Spot | None:
        """Return where a line belongs; `now` is the file as it is.

        At the block of its own paragraph where that is known, else below the nearest
        one above it.
        """
        known = self.lines.get(path, ())
        if not known or line < 1:
            return None
        before = self.sources[path].splitlines()
        old = earlier(before, now.splitlines(), line)
        start, end = _paragraph(before, old)
        own = [block for at, block in known if start <= at <= end]
        if own:
            return Spot(block=Counter(own).most_common(1)[0][0])
        above = [block for at, block in known if at < start]
        if above:
            return Spot(block=above[-1], below=True)
        return Spot(block=known[0][1])


def page_map(page: str, ledger: Ledger | None, sources: Mapping[str, str]) -> Map:
    """Read a page and what it was made of.

    `sources` are the texts of the files at the time of the build, by path.
    """
    read = _Page()
    read.feed(page)
    read.close()
    found: dict[str, set[tuple[int, int]]] = {path: set() for path in sources}
    for path, line, anchor in _anchors(ledger, sources):
        if path in found and anchor in read.ids:
            found[path].add((line, read.ids[anchor]))
    runs = _unique_runs(read.blocks)
    for path, text in sources.items():
        found[path].update(_by_words(text, runs))
    return Map(lines={p: sorted(known) for p, known in found.items()}, sources=sources)


def _anchors(
    ledger: Ledger | None, sources: Mapping[str, str]
) -> Iterator[tuple[str, int, str]]:
    """Yield path, line and id of each number and label."""
    printed: list[PrintedNumber | PrintedClaim] = []
    if ledger is not None:
        printed = [*ledger.numbers, *ledger.claims]
    for each in printed:
        if each.place is not None and (shown := each.outputs.get("html")):
            yield each.place.path, each.place.line, shown.anchor
    for path, text in sources.items():
        for match in _LABEL.finditer(text):
            yield path, text.count("\n", 0, match.start()) + 1, match[1] or match[2]


def _unique_runs(blocks: Iterable[_Block]) -> dict[tuple[str, ...], int | None]:
    """Return in which block words in a row stand; None: in several."""
    runs: dict[tuple[str, ...], int | None] = {}
    for index, block in enumerate(blocks):
        for run in _runs("".join(block.text)):
            runs[run] = index if runs.get(run, index) == index else None
    return runs


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = [word.lower() for word in _WORD.findall(text)]
    yield from zip(*(words[i:] for i in range(_RUN)), strict=False)


def _by_words(
    text: str, runs: Mapping[tuple[str, ...], int | None]
) -> Iterator[tuple[int, int]]:
    """Yield for each line whose words stand in one block: that line and block."""
    code = False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("```"):
            code = not code
        if code:
            continue
        parts = _NOT_WORDS.sub("\n", line).split("\n")
        hits = [runs.get(run) for part in parts for run in _runs(part)]
        told = Counter(hit for hit in hits if hit is not None)
        if told:
            yield number, told.most_common(1)[0][0]


def _paragraph(lines: Sequence[str], line: int) -> tuple[int, int]:
    """Return the first and last line of what stands between two blank lines."""
    start = end = min(max(line, 1), max(len(lines), 1))
    while start > 1 and lines[start - 2].strip():
        start -= 1
    while end < len(lines) and lines[end].strip():
        end += 1
    return start, end


def earlier(before: Sequence[str], now: Sequence[str], line: int) -> int:
    """Return which line of an earlier text stands where `line` (from 1) stands now."""
    for _, old, old_end, new, new_end in SequenceMatcher(
        None, before, now, autojunk=False
    ).get_opcodes():
        if new <= line - 1 < new_end:
            inside = min(old + line - 1 - new, max(old_end - 1, old))
            return max(min(inside + 1, len(before)), 1)
    return max(len(before), 1)
