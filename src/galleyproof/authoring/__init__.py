"""What chapters are written with; `galleyproof` offers it under its own name.

Evidence is read from the project's `data/`, narrowed by name and printed; statistics,
tables and figures are made of it. Works the same under Quarto, Jupyter and `galley`.
Names are looked up on first use, so that a chapter without figures does not pay for
matplotlib.
"""

from __future__ import annotations

from importlib import import_module

_HOME = {
    "claims": (
        "alike",
        "all_of",
        "any_of",
        "claim",
        "falling",
        "largest",
        "majority",
        "rising",
        "smallest",
    ),
    "figures": ("figure",),
    "frames": ("frame",),
    "plots": (
        "bars",
        "curves",
        "differences",
        "evidence_map",
        "forest",
        "intervals",
    ),
    "pooling": ("pool",),
    "queries": (
        "compare",
        "count",
        "definition",
        "evidence",
        "pairs",
        "row",
        "studies",
        "study",
        "term",
        "value",
    ),
    "tables": ("table",),
    "verification": ("largest_share", "rechecks", "reconstructions"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}
__all__ = sorted(_MODULE_OF)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    """Import the module of a public name on first use."""
    if name in _MODULE_OF:
        return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
