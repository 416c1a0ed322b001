"""Let pandoc read the text: piece by piece, at once, and each piece only once.

What is read of a chunk is kept under its content. Occurrences are numbered through the
whole text, and pandoc numbers citations and notes; in what is kept both count from the
first of the chunk, so that what is added to one chapter leaves the next as they are.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from galleyproof import tools
from galleyproof.errors import ToolError
from galleyproof.files import digest_of
from galleyproof.lineage.journal import ATTRIBUTE
from galleyproof.render import chunks, front
from galleyproof.render.model import Manuscript, Options
from galleyproof.render.tree import Document, document
from galleyproof.store import Store

READER = "markdown"
_KIND = "read"
_WRITTEN = re.compile(rf'{ATTRIBUTE}="(-?\d+(?: -?\d+)*)"')
_READ = re.compile(rf'("{ATTRIBUTE}","|{ATTRIBUTE}=\\")(-?\d+(?: -?\d+)*)')
_COUNTED = re.compile(r'("citationNoteNum":)(\d+)')

_END = "\n\n# [@galley-end] {#galley-end}\n"
"""Put behind each chunk: shows that nothing is open there, and how far it counted."""
_END_READ = re.compile(
    r',?\{"t":"Header","c":\[1,\["galley-end",\[\],\[\]\],\[\{"t":"Cite","c":\[\[\{'
    r'"citationId":"galley-end","citationPrefix":\[\],"citationSuffix":\[\],'
    r'"citationMode":\{"t":"NormalCitation"\},"citationNoteNum":(\d+),'
    r'"citationHash":0\}\],\[\{"t":"Str","c":"\[@galley-end\]"\}\]\]\}\]\]\}\]\}\s*\Z'
)


def read(
    manuscript: Manuscript, options: Options, store: Store | None = None
) -> Document:
    """Return the tree of the text and its metadata.

    Raises ToolError where pandoc refuses its input.
    """
    metadata = front.normalise(
        manuscript.metadata, lang=options.lang, timestamp=options.timestamp
    )
    header = json.dumps(metadata, sort_keys=True, ensure_ascii=False)
    before = f"---\n{header}\n---\n\n"
    reading = _Reading(options=options, store=store)
    pieces = chunks.cut(manuscript.markdown)
    if len(pieces) > 1 and chunks.independent(pieces):
        texts = [before + pieces[0].text, *(piece.text for piece in pieces[1:])]
        found = reading.all(texts)
        if found is not None and chunks.agree(pieces, found):
            return _joined(found)
    return _joined([reading.whole(before + manuscript.markdown)])


def _joined(found: Sequence[str]) -> Document:
    """Return one tree; only the first piece has metadata."""
    first, *others = (json.loads(each) for each in found)
    for other in others:
        first["blocks"] += other["blocks"]
    return document(first)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """How to read, and where to keep what was read."""

    options: Options
    store: Store | None

    def whole(self, text: str) -> str:
        """Read a text that stands for itself."""
        return self._kept(text)

    def all(self, texts: Sequence[str]) -> list[str] | None:
        """Read chunks at once; None where one of them does not end where it ends."""
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
            try:
                found = list(pool.map(self._chunk, texts))
            except ToolError:  # what pandoc refuses in the whole, it shall tell of that
                return None
        counted, result = 0, []
        for each in found:
            end = _END_READ.search(each)
            if end is None:
                return None
            result.append(_renumbered(each[: end.start()] + "]}", counted))
            counted += int(end[1]) - 1
        return result

    def _chunk(self, text: str) -> str:
        first = _WRITTEN.search(text)
        by = int(first[1].split()[0]) if first else 0
        moved = _WRITTEN.sub(lambda m: f'{ATTRIBUTE}="{_moved(m[1], -by)}"', text)
        kept = self._kept(moved + _END)
        written = Counter(m[1] for m in _WRITTEN.finditer(moved))
        if written - Counter(m[2] for m in _READ.finditer(kept)):
            # Pandoc has lost one, or made something else of it.
            return self._kept(text + _END)
        return _READ.sub(lambda m: m[1] + _moved(m[2], by), kept)

    def _kept(self, text: str) -> str:
        if self.store is None:
            return self._pandoc(text)
        key = digest_of(f"{tools.pandoc_version()} {READER}\n{text}")
        kept = self.store.get(_KIND, key)
        if kept is not None:
            return kept.decode("utf-8")
        made = self._pandoc(text)
        self.store.put(_KIND, key, made.encode("utf-8"))
        return made

    def _pandoc(self, text: str) -> str:
        ended = tools.pandoc(
            ["--from", READER, "--to", "json"],
            stdin=text.encode("utf-8"),
            timeout_s=self.options.timeout_s,
        )
        return ended.stdout.decode("utf-8")


def _moved(numbers: str, by: int) -> str:
    return " ".join(str(int(number) + by) for number in numbers.split())


def _renumbered(blocks: str, by: int) -> str:
    """Count citations from where the chunks before have left off."""
    if not by:
        return blocks
    return _COUNTED.sub(lambda m: f"{m[1]}{int(m[2]) + by}", blocks)
