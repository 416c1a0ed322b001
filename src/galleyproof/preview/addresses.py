"""What the server lets in: whose requests, and which paths. Pure functions.

A page on any web site can make the reader's browser send requests to this machine. What
the browser says of them is checked: the name that it asked for (a foreign name that was
made to lead here is still foreign: DNS rebinding), and the site that asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

HOST = "127.0.0.1"
_NAMES = (HOST, "localhost")
_REFUSED = frozenset('\\:*?"<>|')


def ours(headers: Mapping[str, str], port: int) -> bool:
    """Tell whether a request comes from this server's own pages, or from nobody's.

    `headers` have lower-case names. A link elsewhere may lead here, as to any page;
    what another site loads, reads or frames, it does not get.
    """
    hosts = {f"{name}:{port}" for name in _NAMES}
    if port == 80:
        hosts |= set(_NAMES)
    if headers.get("host", "").lower() not in hosts:
        return False
    origin = headers.get("origin")
    if origin is not None and origin.lower() not in {f"http://{h}" for h in hosts}:
        return False
    if headers.get("sec-fetch-site", "none") in {"same-origin", "none"}:
        return True
    return (
        headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )


def parts(target: str) -> tuple[str, ...] | None:
    """Return the parts of the path that a request's target names; None: none at all.

    Refused are all that might lead out of a directory on some system: `..`, hidden
    names, backslashes, colons, control characters, what is not UTF-8. A path is decoded
    once. The last part is empty where the path ends with `/`.
    """
    path = target.partition("#")[0].partition("?")[0]
    if not path.startswith("/") or not path.isascii():
        return None
    try:
        decoded = unquote_to_bytes(path[1:]).decode("utf-8")
    except UnicodeDecodeError:
        return None
    if any(c in _REFUSED or not c.isprintable() for c in decoded):
        return None
    *folders, name = decoded.split("/")
    if any(not folder or folder.startswith(".") for folder in folders):
        return None
    return None if name.startswith(".") else (*folders, name)
