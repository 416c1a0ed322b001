"""Which code this is: what one release keeps, another does not read.

Owns the mark that keys of the cache begin with. A version number would do for those who
install releases, but not for those who change the code between two of them.
"""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def mark(*packages: str) -> str:
    """Return what stands for this code, the interpreter's version, and packages."""
    versions = [f"{package} {_version(package)}" for package in packages]
    return " ".join([_code(), *versions])


@cache
def _code() -> str:
    found = hashlib.sha256(repr(sys.version_info).encode())
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        found.update(f"\0{path.relative_to(root).as_posix()}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
