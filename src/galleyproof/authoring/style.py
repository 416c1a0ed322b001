"""The one style of all figures: sizes, colours, markers, lines.

Okabe and Ito's palette, whose colours the colour-blind can tell apart; every series has
a marker and a line style of its own besides, for print in grey. Nothing is below 8
points at the width of a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WIDTH = 6.5
"""Width of every figure in inches: the text block of a page."""

INK = "#222222"
MUTED = "#595959"
GRID = "#DDDDDD"

SETTINGS: dict[str, object] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.6,
    "lines.markersize": 6,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.dpi": 100,
    "savefig.dpi": 300,
    # Identifiers inside an SVG are random without a salt, and text depends on the
    # reader's fonts unless it is drawn.
    "svg.hashsalt": "galleyproof",
    "svg.fonttype": "path",
    "text.usetex": False,
    "text.parse_math": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """How one series is drawn."""

    colour: str
    ink: str
    """The colour's darker shade, for text: contrast of at least 4.5 on white."""
    marker: str
    line: Literal["-", "--", "-.", ":"]
    hatch: str


SERIES = (
    Series(colour="#0072B2", ink="#005A8C", marker="o", line="-", hatch=""),
    Series(colour="#D55E00", ink="#A34700", marker="s", line="--", hatch="///"),
    Series(colour="#009E73", ink="#00694C", marker="^", line="-.", hatch="..."),
    Series(colour="#CC79A7", ink="#8F4A75", marker="D", line=":", hatch="xxx"),
    Series(colour="#E69F00", ink="#7A5600", marker="v", line="--", hatch="++"),
    Series(colour="#56B4E9", ink="#1F6F9C", marker="P", line="-", hatch="\\\\\\"),
)


def series(index: int) -> Series:
    """Return the style of a series; beyond the last one they begin again."""
    return SERIES[index % len(SERIES)]
