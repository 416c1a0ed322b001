"""Where sentences begin and end in running text, scientific abbreviations included.

Pure and linear. Works on the text of one paragraph; what is not prose in it (code,
addresses) is expected to be blanked by the caller, so that offsets stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(
    r"[.!?][\"'”’)\]]*(?=\s+[\[(\"“‘']?[A-ZÀ-Þ0-9])|[.!?][\"'”’)\]]*\s*\Z"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:al|e\.g|i\.e|cf|vs|ca|approx|resp|no|nos|fig|figs|tab|eq|ref|refs|sec|vol"
    r"|pp?|dr|prof|mr|mrs|ms|st|jr|sr|etc|incl|ed|eds|et|viz)"
    r"|\b[A-ZÀ-Þ])\.$",
    re.IGNORECASE,
)
_LONGEST = 12
"""Characters that are looked at before a full stop."""


def split(text: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each sentence of a paragraph.

    `et al.`, `Fig. 2` and initials do not end one. A text without a full stop is one
    sentence; one without anything but space has none.
    """
    begin, length = 0, len(text.rstrip())
    for match in _END.finditer(text):
        last = match.end() >= length
        before = text[max(begin, match.start() - _LONGEST) : match.start() + 1]
        if not last and text[match.start()] == "." and _ABBREVIATED.search(before):
            continue
        yield _trimmed(text, begin, match.end())
        begin = match.end()
    if text[begin:].strip():
        yield _trimmed(text, begin, len(text))


def _trimmed(text: str, begin: int, end: int) -> tuple[int, int]:
    piece = text[begin:end]
    begin += len(piece) - len(piece.lstrip())
    return begin, begin + len(piece.strip())
