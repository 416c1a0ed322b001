"""The cards and the panel of a page: one script and one style, put where they belong.

The script stands in parts under `assets/`, each of which a person can read; a page gets
them as one. `_extensions/galleyproof` holds the same two files for Quarto (tested).
"""

from __future__ import annotations

from functools import cache
from importlib import resources

PARTS = ("text", "ledger", "value", "card", "rows", "list", "panel", "numbers")
"""The parts of the script, in the order in which they build on each other."""

_OPENING = """\
// The cards of the numbers and the panel that lists them: made by galleyproof from
// its src/galleyproof/render/assets. Reads <script id="galley-ledger">.
(() => {
"use strict";
"""
_CLOSING = "})();\n"


@cache
def script() -> str:
    """Return the script; nothing that it defines is seen outside it."""
    return _OPENING + "\n".join(_asset(f"{part}.js") for part in PARTS) + _CLOSING


@cache
def style() -> str:
    """Return the style sheet."""
    return _asset("cards.css")


def _asset(name: str) -> str:
    folder = resources.files("galleyproof.render") / "assets"
    return (folder / name).read_text("utf-8")


def add(page: str, payload: str) -> str:
    """Return the page with its ledger, the script and the style.

    `payload` is what `payload.payload` returns; a page without one stays as it is.
    """
    if not payload:
        return page
    head, head_end, rest = page.partition("</head>")
    body, body_end, tail = rest.rpartition("</body>")
    if not head_end or not body_end:
        raise ValueError("the page has no head or no body to put its cards into")
    return (
        f"{head}<style>\n{style()}</style>\n{head_end}{body}"
        f'<script type="application/json" id="galley-ledger">{payload}</script>\n'
        f"<script>\n{script()}</script>\n{body_end}{tail}"
    )
