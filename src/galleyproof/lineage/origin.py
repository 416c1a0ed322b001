"""Where a number comes from: a data cell, a declared constant, or a formula.

These three are the nodes of the lineage graph. Every leaf is a cell or a constant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from galleyproof.lineage.value import Value

Number = int | float | Fraction

_INFIX = frozenset("+-*/×−")


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRef:
    """One cell of the data package, and what it was extracted from."""

    table: str
    row: str
    """The key of the row: it survives a re-ordering, which the address does not."""
    field: str
    path: str
    """The file, relative to the project: `data/proportions.csv`."""
    line: int
    """Row of the file as RFC 7111 counts: the header is row 1."""
    column: int
    study: str = ""
    """The study's key, which is its citation key; empty for this edition's own."""
    study_label: str = ""
    locator: str = ""
    """Table or page of the publication."""
    about: tuple[tuple[str, str], ...] = ()
    """What its row is about: facets (study, outcome, stratum, time) and their words."""

    @property
    def address(self) -> str:
        """The RFC 7111 fragment address of the cell."""
        return f"{self.path}#cell={self.line},{self.column}"

    @property
    def key(self) -> str:
        """The address that survives re-ordering: `table:row.field`."""
        return f"{self.table}:{self.row}.{self.field}"

    def __str__(self) -> str:
        said = [part for part in (self.study_label, self.locator) if part]
        return ", ".join(said) or self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A given: a number that stands in a formula by declaration, not by data."""

    name: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A computation: its name, its operands, and the function that does it."""

    name: str
    """An operator (`+`, `−`, `×`, `/`) or what a statistician would call it."""
    operands: tuple[Value, ...]
    function: Callable[..., Number] = field(repr=False, compare=False)
    """Maps the operands' numbers to the result, so that a check can repeat it."""
    shown: str = ""
    """The operands as a reader writes them, where a list of them says less."""

    def __str__(self) -> str:
        if self.shown:
            return f"{self.name} of {self.shown}"
        shown = [operand.in_formula for operand in self.operands]
        if self.name in _INFIX:
            return f" {self.name} ".join(shown)
        if len(shown) > 6:
            shown = [*shown[:3], f"… {len(shown)} values"]
        return f"{self.name} of {', '.join(shown)}" if shown else self.name


Origin = CellRef | Constant | Formula
