"""Opening a file that was asked for over the network: inside its directory, or not.

Each part of the path is opened in the directory before it, and no link is followed; so
there is no moment between looking and opening in which a link could be put there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0)


def open_inside(directory: Path, parts: Sequence[str]) -> BinaryIO | None:
    """Open a regular file below a directory; None where there is no such file.

    `parts` are what `addresses.parts` returns. A folder is not a file.
    """
    if not parts or not parts[-1]:
        return None
    with suppress(OSError, ValueError):
        if os.open in os.supports_dir_fd:
            return _regular(_descend(directory, parts))
        path = directory.joinpath(*parts)
        if path.resolve(strict=True).is_relative_to(directory.resolve(strict=True)):
            return _regular(os.open(path, _FLAGS | getattr(os, "O_BINARY", 0)))
    return None


def _descend(directory: Path, parts: Sequence[str]) -> int:
    handle = os.open(directory, _FLAGS | _FOLDER)
    for folder in parts[:-1]:
        try:
            below = os.open(folder, _FLAGS | _FOLDER | _NO_LINK, dir_fd=handle)
        finally:
            os.close(handle)
        handle = below
    try:
        return os.open(parts[-1], _FLAGS | _NO_LINK, dir_fd=handle)
    finally:
        os.close(handle)


def _regular(handle: int) -> BinaryIO | None:
    # A pipe would never answer, a device might do anything.
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    return None
