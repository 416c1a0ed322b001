"""Reproducible manuscripts: every printed number traced to its data.

This module is the public API of the chapters. Names are looked up lazily so that
`galley --help` does not pay for pandas and matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from galleyproof.authoring import (
        compare,
        count,
        figure,
        forest,
        pool,
        study,
        table,
    )

__all__ = ["compare", "count", "figure", "forest", "pool", "study", "table"]


def __getattr__(name: str) -> object:
    """Import the authoring API on first use."""
    if name in __all__:
        return getattr(import_module("galleyproof.authoring"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
