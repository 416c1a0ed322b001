"""Run the chapters: what has to run, once; the rest is remembered.

Each chapter runs in a clean namespace of a warm kernel, several side by side. Results
are keyed by the path of the file and the index of the cell or inline expression in it,
as `qmd` numbers them. A chapter stops at its first failing cell, since what follows
would fail for that; the others run nonetheless, so that one build finds what is wrong
with each.
"""

from __future__ import annotations

from galleyproof.execute.inline import inline_markdown
from galleyproof.execute.model import (
    CellResult,
    Execution,
    InlineResult,
    Limits,
    Reason,
)
from galleyproof.execute.schedule import run
from galleyproof.outputs import Output

__all__ = [
    "CellResult",
    "Execution",
    "InlineResult",
    "Limits",
    "Output",
    "Reason",
    "inline_markdown",
    "run",
]
