"""Run the chapters: cells and inline expressions, in order, once.

Results are keyed by the path of the file and the index of the cell or inline
expression in it, as `qmd` numbers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from galleyproof.diagnostics import Diagnostic
from galleyproof.kernel import Output

__all__ = ["CellResult", "Execution", "InlineResult", "Output"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResult:
    """What a cell showed; empty where it was not evaluated."""

    outputs: tuple[Output, ...] = ()
    evaluated: bool = True
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResult:
    """The Markdown that stands in place of an inline expression."""

    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """Everything that ran, by (path, index)."""

    cells: Mapping[tuple[str, int], CellResult] = field(default_factory=dict)
    inlines: Mapping[tuple[str, int], InlineResult] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
