"""What files and directories are like, as the kernel and the build both see them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from galleyproof.observing import doors

CHANGED = "changed"
"""In the place of the digest of a file that was changed while somebody read it."""
_NO_INPUTS = frozenset({"_output", "__pycache__"})
_KIND, _DIRECTORY = 0o170000, 0o040000


def file_digest(path: str, look: doors.Look = None) -> str | None:
    """Return the digest of what a file holds; None where there is none.

    `look` is how it looked when it was opened: `CHANGED` where it does no more.
    """
    if look is not None and doors.look(path) != look:
        return CHANGED
    try:
        with doors.unseen(), Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def listing(path: str) -> str | None:
    """Return a digest of the names in a directory, outputs and caches left out."""
    try:
        with doors.unseen():
            found = sorted(os.listdir(path))  # noqa: PTH208
    except OSError:
        return None
    kept = [n for n in found if not n.startswith(".") and n not in _NO_INPUTS]
    return hashlib.sha256("\n".join(kept).encode("utf-8", "replace")).hexdigest()


def state(path: str) -> str | None:
    """Return what can be asked of a path without opening it, its times left out."""
    try:
        with doors.unseen():
            found = os.stat(path)  # noqa: PTH116 - of any path, as it was given
    except (OSError, ValueError):
        return None
    kind = found.st_mode & _KIND
    return "directory" if kind == _DIRECTORY else f"{kind:o} {found.st_size}"
