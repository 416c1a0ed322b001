"""What is printed under a foreign kernel, written down where its engine finds it.

Under `galley` the build asks the kernel for the journal. Quarto and Jupyter do not ask;
there each printout is appended to `.galley/printed.jsonl`, one JSON object a line, with
everything that it rests on. A name says what its record says, so that lines of earlier
runs do no harm; those that are there already are not written again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from galleyproof import files
from galleyproof.lineage import journal
from galleyproof.lineage.entries import Entries

FILE = Path(".galley") / "printed.jsonl"
_GUEST = "galleyproof.guest"
_open: set[Path] = set()


def keep(root: Path) -> None:
    """Begin to write down what is printed, if this is a kernel that nobody asks."""
    if "ipykernel.kernelapp" in sys.modules and _GUEST not in sys.modules:
        begin(root)


def begin(root: Path) -> None:
    """Append each new printout to the project's file from now on; once a project."""
    path = root / FILE
    if path in _open:
        return
    _open.add(path)
    known = _known(path)

    def write(entries: Entries) -> None:
        for token in (*entries.printouts, *entries.claims):
            if token not in known:
                known.add(token)
                line = json.dumps({"token": token, **entries.json}, ensure_ascii=False)
                files.append(path, f"{line}\n")

    journal.listen(write)


def _known(path: Path) -> set[str]:
    """Return the names that are there; a line that was cut off is none."""
    if not path.is_file():
        return set()
    found = set()
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            found.add(str(json.loads(line)["token"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found
