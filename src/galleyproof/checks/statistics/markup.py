"""Markdown and TeX of running text made plain, without moving a character.

`*t*(38)`, `$t(38)$` and `$t_{38}$` are one thing to a reader. What is replaced has the
length of what it replaces, so that an offset into the plain text is one into the text.
"""

from __future__ import annotations

import re

_MARKUP = re.compile(
    r"(?P<chi>\\chi(?![a-zA-Z]))"
    r"|(?P<symbol>\\(?P<symbol_name>lt|gt|leq?|geq?|times|cdot|pm)(?![a-zA-Z]))"
    r"|(?P<subscript>_\{(?P<below>[^{}]{1,20})\})"
    r"|(?P<pandoc>(?<![~\s])~(?P<low>[^~\s]{1,12})~(?!~))"
    r"|(?P<gone>\\(?:text|math|operatorname|emph|rm|it|left|right|quad|mbox)[a-z]*\b"
    r"|\\[,;:! %<>$&\[\]()]|&nbsp;|\{,\}|[{}$]|(?<!\d)\*{1,3}|\*{1,3}(?!\d)"
    r"|(?<!\w)_{1,3}|_{1,3}(?!\w))"
)
_SYMBOLS = {
    "lt": "<",
    "gt": ">",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "times": "×",
    "cdot": "×",
    "pm": "±",
}
_KEPT = re.compile(r"[%<>,&\[\]()]")


def plain(text: str) -> str:
    """Return a text of the same length without marks of emphasis and mathematics."""
    if not any(mark in text for mark in "*_$~\\&"):
        return text
    return _MARKUP.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    length = len(match[0])
    if match["chi"]:
        return "χ".ljust(length)
    if match["symbol"]:
        return _SYMBOLS[match["symbol_name"]].ljust(length)
    if match["subscript"]:
        return f" ({match['below']})"
    if match["pandoc"]:
        return f"({match['low']})"
    kept = _KEPT.search(match[0])
    return (kept[0] if kept and match[0] != "&nbsp;" else "").rjust(length)
