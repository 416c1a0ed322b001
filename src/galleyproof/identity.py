"""What runs the chapters: interpreter, packages and this program, as one digest.

The environment variables that libraries read when they are loaded belong to it.
Packages are known by their names and versions, as their installer wrote them down, this
program by its code (`release`).
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from functools import cache

from galleyproof import release

_LOADED = (
    "BLIS_",
    "MKL_",
    "MPL",
    "NPY_",
    "NUMBA_",
    "NUMEXPR_",
    "NUMPY_",
    "OMP_",
    "OPENBLAS_",
    "PANDAS_",
    "PYTHON",
    "SCIPY_",
)
"""How the names of variables begin that libraries read when they are loaded."""


@cache
def of_environment() -> str:
    """Return a digest of all that is installed here."""
    said = [sys.version, platform.platform(), release.mark(), *_packages()]
    said += [f"{k}={v}" for k, v in sorted(os.environ.items()) if k.startswith(_LOADED)]  # noqa: TID251
    return hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:32]


def _packages() -> list[str]:
    """Return the names of what is installed, with versions."""
    found = set()
    for place in sys.path:
        try:
            names = os.listdir(place or ".")  # noqa: PTH208 - `Path` is slower
        except OSError:
            continue
        found |= {n for n in names if n.endswith((".dist-info", ".egg-info"))}
    return sorted(found)
