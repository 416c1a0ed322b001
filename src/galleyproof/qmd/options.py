"""Cell options: what an author may set, layered over defaults, with Quarto's meaning.

`CellOptions` holds what was written (None: nothing was). `settle` fills the rest, so
that `execute` never asks what a missing option means.
"""

from __future__ import annotations

import re
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


EXAMPLES = {
    "label": "fig-name",
    "output": "asis",
    "code-fold": "show",
    "fig-cap": '"What the figure shows"',
    "fig-alt": '"What can be seen in the figure"',
    "tbl-cap": '"What the table lists"',
    "fig-width": "6.5",
    "fig-height": "4",
}
"""What an option may look like, where `true` would be no good example."""

_LABEL = re.compile(r"[^\s{}\"'@]+$")
_WORDS = {"echo": "fenced", "output": "asis", "code-fold": "show"}
TEXTS = frozenset({"fig-cap", "fig-alt", "tbl-cap"})
_SIZES = frozenset({"fig-width", "fig-height"})
_WIDEST = 100.0


@dataclass(frozen=True, slots=True)
class Unfit:
    """A value that an option cannot have."""

    expected: str
    """What it must be, as in "must be …"."""


def fit_option(name: str, value: object) -> object:
    """Return the value that an option gets, or `Unfit`. `name` is as written."""
    if value is None:
        return None
    if name == "label" or name in TEXTS:
        return _fit_text(name, value)
    if name in _SIZES:
        return _fit_size(value)
    if isinstance(value, bool) or (name in _WORDS and value == _WORDS[name]):
        return value
    also = f"`true`, `false` or `{_WORDS[name]}`" if name in _WORDS else ""
    return Unfit(also or "`true` or `false`")


def _fit_text(name: str, value: object) -> object:
    if name != "label":
        return value if isinstance(value, str) else Unfit("a text")
    fits = isinstance(value, str) and _LABEL.match(value)
    return value if fits else Unfit("one word without spaces, quotes or braces")


def _fit_size(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Unfit("a number of inches")
    return float(value) if 0 < value < _WIDEST else Unfit("a number of inches")
