"""A page as it is served: with the live script, and with the policy that fits it.

Nothing of this is ever written into an output. Pure functions.
"""

from __future__ import annotations

import re

PREFIX = "/.galley/"
"""Where the preview's own files are; no output has a hidden name."""
_HEAD_END = re.compile(r"</head\s*>", re.I)
_ICON = re.compile(r"<link\b[^>]*\brel=[\"']?(?:shortcut )?icon", re.I)
_EMBEDDED = re.compile(
    r"<(?:script|iframe|img|link|source|video|audio|embed)\b[^>]*?"
    r"\b(?:src|href)\s*=\s*[\"']?(https?://[a-z0-9.-]+(?::\d+)?)[/\"'\s>]",
    re.I,
)


def live(page: str, version: str) -> str:
    """Return a page with the live script; `version` says which build it is of."""
    icon = "" if _ICON.search(page) else '<link rel="icon" href="data:,">\n'
    tags = (
        f"{icon}"
        f'<link rel="stylesheet" href="{PREFIX}live.css">\n'
        f'<script type="module" src="{PREFIX}live.js" id="galley-live" '
        f'data-version="{version}"></script>\n'
    )
    found = _HEAD_END.search(page)
    at = found.start() if found else 0
    return page[:at] + tags + page[at:]


def policy(page: str) -> str:
    """Return the Content-Security-Policy under which a page looks as it will.

    The page consists of inline script and style, and may embed what the author chose
    to embed from elsewhere, which the policy then names. Everything else is refused:
    being framed by others, sending forms, asking other servers.
    """
    elsewhere = sorted({found.lower() for found in _EMBEDDED.findall(page)})
    sources = " ".join(["'self'", *elsewhere])
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {sources} 'unsafe-inline'",
            f"style-src {sources} 'unsafe-inline'",
            f"img-src {sources} data: blob:",
            f"font-src {sources} data:",
            f"media-src {sources} data:",
            f"frame-src {sources}",
            f"object-src {sources}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        ]
    )


def quiet_policy() -> str:
    """Return the policy of what is no page: nothing may be loaded or run."""
    return "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
