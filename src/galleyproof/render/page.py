"""The ledger out of a page that Quarto rendered.

The extension's filter puts what the page prints, with its lineage, into a script
element; the elements of the page say where each number stands. Places in the source are
not known: Quarto runs the chapters, and does not tell where.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from galleyproof import __version__
from galleyproof.lineage.entries import CellEntry, value_entry
from galleyproof.lineage.journal import ATTRIBUTE
from galleyproof.lineage.ledger import (
    Ledger,
    OutputPlace,
    PrintedClaim,
    PrintedNumber,
)
from galleyproof.render.model import Spot

PAYLOAD = "galley-ledger"
"""Id of the script element."""
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
_PARTS = {
    "figcaption": "caption",
    "caption": "caption",
    "td": "table",
    "th": "table",
    **{f"h{level}": "heading" for level in range(1, 7)},
}
_FLOATS = ("fig-", "tbl-")


def ledger_of(page: str, outputs: Mapping[str, str]) -> Ledger | None:
    """Return the ledger of a page; None where it carries none.

    `outputs` are the files of the same build by format, relative to the ledger.
    """
    read = _Page()
    read.feed(page)
    read.close()
    if not read.payload:
        return None
    said = json.loads(read.payload)
    return Ledger(
        generator=f"galleyproof {__version__}",
        title=" ".join(read.title.split()),
        outputs=outputs,
        numbers=tuple(
            PrintedNumber(
                id=each["id"],
                text=each["text"],
                value=each["value"],
                **_where(each, read.spots, outputs),
            )
            for each in said["numbers"]
        ),
        claims=tuple(
            PrintedClaim(
                id=each["id"],
                text=each["text"],
                condition=each["condition"],
                values=tuple(each["values"]),
                **_where(each, read.spots, outputs),
            )
            for each in said["claims"]
        ),
        values={n: value_entry(v) for n, v in sorted(_items(said["values"]))},
        cells={k: CellEntry(**c) for k, c in sorted(_items(said["cells"]))},
        studies={k: s["label"] for k, s in sorted(_items(said["studies"]))},
    )


def _items(said: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - as Lua wrote it
    """Return the members of an object; Lua writes an empty one as a list."""
    return list(said.items()) if isinstance(said, dict) else []


def _where(
    each: Mapping[str, Any], spots: Mapping[str, Spot], outputs: Mapping[str, str]
) -> dict[str, Any]:
    """Say where a number stands; the formats of one build share the anchors."""
    spot = spots.get(each["id"], Spot(anchor=each["id"], part="prose"))
    return {
        "part": each.get("part") or spot.part,
        "float": spot.float,
        "outputs": {"html": OutputPlace(anchor=spot.anchor)} if outputs else {},
    }


class _Page(HTMLParser):
    """Reads a page for its payload, its title and where its numbers stand."""

    def __init__(self) -> None:
        super().__init__()
        self.payload = ""
        self.title = ""
        self.spots: dict[str, Spot] = {}
        self._open: list[tuple[str, str]] = []
        """Tag and id of each element around the present place."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        own = found.get("id", "")
        if tag not in _VOID:
            self._open.append((tag, own))
        inside_contents = any(tag == "nav" for tag, _ in self._open)
        if names := "" if inside_contents else found.get(ATTRIBUTE, ""):
            spot = self._spot(tag, own)
            self.spots |= {name: spot for name in names.split()}

    def handle_endtag(self, tag: str) -> None:
        while any(each == tag for each, _ in self._open):
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == ("script", PAYLOAD):
            self.payload += data
        elif self._open and self._open[-1][0] == "title":
            self.title += data

    def _spot(self, tag: str, own: str) -> Spot:
        ids = [name for _, name in self._open]
        tags = [each for each, _ in self._open]
        label = next((n for n in reversed(ids) if n.startswith(_FLOATS)), "")
        part = next((_PARTS[t] for t in reversed(tags) if t in _PARTS), "prose")
        around = next((name for name in reversed(ids) if name), "")
        anchor = label if tag == "img" and label else own or around
        return Spot(anchor=anchor, part=part, float=label)
