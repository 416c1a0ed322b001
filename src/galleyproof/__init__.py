"""Reproducible manuscripts: every printed number traced to its data.

This module is the public API of the chapters. Names are looked up lazily so that
`galley --help` does not pay for the data, and a chapter without figures not for
matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from galleyproof.authoring.claims import (
        alike,
        all_of,
        any_of,
        claim,
        falling,
        largest,
        majority,
        rising,
        smallest,
    )
    from galleyproof.authoring.figures import figure
    from galleyproof.authoring.frames import frame
    from galleyproof.authoring.plots import (
        bars,
        curves,
        differences,
        evidence_map,
        forest,
        intervals,
    )
    from galleyproof.authoring.pooling import pool
    from galleyproof.authoring.queries import (
        compare,
        count,
        definition,
        evidence,
        pairs,
        row,
        studies,
        study,
        term,
        value,
    )
    from galleyproof.authoring.tables import table
    from galleyproof.authoring.verification import (
        largest_share,
        rechecks,
        reconstructions,
    )

__all__ = [
    "alike",
    "all_of",
    "any_of",
    "bars",
    "claim",
    "compare",
    "count",
    "curves",
    "definition",
    "differences",
    "evidence",
    "evidence_map",
    "falling",
    "figure",
    "forest",
    "frame",
    "intervals",
    "largest",
    "largest_share",
    "majority",
    "pairs",
    "pool",
    "rechecks",
    "reconstructions",
    "rising",
    "row",
    "smallest",
    "studies",
    "study",
    "table",
    "term",
    "value",
]


if not TYPE_CHECKING:  # or a type checker would believe in any name

    def __getattr__(name: str) -> object:
        """Import the authoring API on first use."""
        if name in __all__:
            return getattr(import_module("galleyproof.authoring"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
