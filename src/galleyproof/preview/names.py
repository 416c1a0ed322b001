"""Which files of a project a build may rest on, by their names.

Owns what is left out: outputs, caches, what version control and environments keep, and
what editors put beside a file while they write it. All else counts, whatever it is
called, since a cell may read any file.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

SOURCES = frozenset(
    {".qmd", ".md", ".ipynb", ".py", ".yml", ".yaml", ".bib", ".csl", ".lua"}
)
"""Suffixes of what people write and builds do not."""

_FOLDERS = frozenset({"__pycache__", "node_modules", "_freeze", "_site", "_book"})
_TEMPORARY = re.compile(
    r"""
    \.[^/]*             # hidden: .x.swp of vim, .#x of Emacs, .goutputstream-* of GNOME
    | .*~               # copies: x~, and x.py~ of many
    | \#.*\#            # autosaves of Emacs
    | ~\$.*             # locks of Office
    | 4913              # vim, to see whether it may write
    | .*___jb_(?:tmp|old|bak)___
    | .*\.(?:sw[a-z]|tmp|temp|bak|orig|rej|part|crdownload|kate-swp|lock|pyc|pid)
    | .*\.sb-[0-9a-f]+-\w+                 # TextEdit
    | .*\.tmp\.\d+(?:\.\w+)?               # VS Code and npm, for atomic writes
    | .*\.quarto_ipynb
    """,
    re.X | re.I,
)


def folder_counts(name: str) -> bool:
    """Tell whether what is in a folder of this name may count."""
    return not name.startswith(".") and name not in _FOLDERS and _keeps(name)


def _keeps(name: str) -> bool:
    return not name.endswith((".egg-info", "_cache"))


def file_counts(name: str) -> bool:
    """Tell whether a file of this name, in a folder that counts, may count."""
    return not _TEMPORARY.fullmatch(name)


def counts(path: str) -> bool:
    """Tell whether a path relative to the project may count; `/` between its parts."""
    *folders, name = PurePosixPath(path).parts
    return all(map(folder_counts, folders)) and file_counts(name)
