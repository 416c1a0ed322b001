"""`pytest` in a galley project: printed numbers, claims and checks as test items.

A file `_quarto.yml` with a section `galley:`, or beside a data package, is collected:

    _quarto.yml::reported[l018-02]                      a row of the table `reported`
    _quarto.yml::claim[chapters/04-size.qmd:31 higher]  a claim of the last build
    _quarto.yml::claim-bound[chapters/04-size.qmd:31 higher]  one that no build judged
    _quarto.yml::check[labels]                          a check of `galley check`

Everywhere else nothing is collected, and nothing of galleyproof but this module is
imported. `-p no:galleyproof` switches it off.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_NAMES = ("_quarto.yml", "_quarto.yaml")
_SECTION = re.compile(r"^galley[ \t]*:", re.MULTILINE)
_DESCRIPTOR = "data/datapackage.json"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add our options."""
    group = parser.getgroup("galleyproof")
    group.addoption(
        "--galley-strict",
        action="store_true",
        help="in a galley project, warnings and what could not be judged fail",
    )
    group.addoption(
        "--galley-executed",
        action="store_true",
        help="in a galley project, look at the outputs of the last build too",
    )


def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Collect the configuration of a galley project."""
    if file_path.name not in _NAMES or not _is_ours(file_path):
        return None
    # Other projects do not pay for it.
    from galleyproof.proofs import GalleyProject  # noqa: PLC0415

    return GalleyProject.from_parent(parent, path=file_path)


def _is_ours(path: Path) -> bool:
    if (path.parent / _DESCRIPTOR).is_file():
        return True
    try:
        return _SECTION.search(path.read_text(encoding="utf-8")) is not None
    except (OSError, UnicodeDecodeError):
        return False
