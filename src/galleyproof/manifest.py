"""What a build read, with what, and what it wrote: `manifest.json` beside the outputs.

The same on every machine: paths are relative, and nothing in it tells of the day, the
user or the place. Whoever has the inputs and the tools that it names gets the outputs.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from pathlib import Path

from galleyproof import __version__, files, tools
from galleyproof.errors import ToolMissingError

NAME = "manifest.json"
VERSION = 1
_REQUIREMENT = re.compile(r"[\w.-]+")


def write(directory: Path, inputs: Mapping[str, str], *, timestamp: int) -> Path:
    """Write the manifest of what is in the directory.

    Parameters
    ----------
    inputs
        SHA-256 by path, relative to the project
    timestamp
        what stands for the time of the build: `SOURCE_DATE_EPOCH`

    """
    written = sorted(path for path in directory.rglob("*") if path.is_file())
    said = {
        "version": VERSION,
        "generator": f"galleyproof {__version__}",
        "source_date_epoch": timestamp,
        "inputs": dict(sorted(inputs.items())),
        "tools": _tools(),
        "packages": packages(),
        "outputs": {
            path.relative_to(directory).as_posix(): files.digest(path)
            for path in written
            if path != directory / NAME
        },
    }
    path = directory / NAME
    text = json.dumps(said, indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8", newline="")
    return path


def _tools() -> dict[str, str]:
    found = {"pandoc": tools.pandoc_version(), "python": platform.python_version()}
    with suppress(ToolMissingError):  # nobody needs it for a page
        found["typst"] = tools.typst_version()
    return found


def packages() -> dict[str, str]:
    """Return the versions of the packages that galleyproof asks for."""
    found = {}
    with suppress(metadata.PackageNotFoundError):
        for each in sorted(metadata.requires("galleyproof") or [], key=str.lower):
            name = _REQUIREMENT.match(each)
            if name is not None and ";" not in each:
                found[name[0]] = metadata.version(name[0])
    return found
