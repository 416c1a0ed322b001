"""Cell options: what an author may set, layered over defaults, with Quarto's meaning.

`CellOptions` holds what was written (None: nothing was). `settle` fills the rest, so
that `execute` never asks what a missing option means.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOptions:
    """Options as written at a cell, in front matter or in `_quarto.yml`."""

    label: str | None = None
    echo: bool | Literal["fenced"] | None = None
    eval: bool | None = None
    include: bool | None = None
    output: bool | Literal["asis"] | None = None
    warning: bool | None = None
    error: bool | None = None
    fig_cap: str | None = None
    fig_alt: str | None = None
    fig_width: float | None = None
    """Inches."""
    fig_height: float | None = None
    tbl_cap: str | None = None
    code_fold: bool | Literal["show"] | None = None

    def over(self, defaults: CellOptions) -> CellOptions:
        """Return these options, with `defaults` where nothing was written."""
        return CellOptions(
            **{
                f.name: mine
                if (mine := getattr(self, f.name)) is not None
                else getattr(defaults, f.name)
                for f in fields(CellOptions)
            }
        )

    def settle(self, defaults: CellOptions | None = None) -> CellSettings:
        """Return what applies to a cell, with Quarto's defaults at the bottom."""
        options = self if defaults is None else self.over(defaults)
        written = {
            f.name: value
            for f in fields(CellSettings)
            if (value := getattr(options, f.name)) is not None
        }
        return CellSettings(**written)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSettings:
    """What applies to a cell: every switch decided."""

    label: str = ""
    echo: bool | Literal["fenced"] = True
    eval: bool = True
    include: bool = True
    output: bool | Literal["asis"] = True
    warning: bool = True
    error: bool = False
    """Keep going, and show the error, where a cell fails."""
    fig_cap: str = ""
    fig_alt: str = ""
    fig_width: float | None = None
    fig_height: float | None = None
    tbl_cap: str = ""
    code_fold: bool | Literal["show"] = False
