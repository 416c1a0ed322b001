"""What a recomputation finds, by offsets into the text."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from galleyproof.stats.printed import Rounding, read_printed

PERCENT = r"(?P<percent>(?<![\d.,·+–<>≤≥~≈±-])\d{1,3}(?:[.·]\d{1,3})?)\s?%"
WHOLE = r"(?:\d{1,3}(?:,\d{3})+|\d{1,6})"
"""A count: `1,234` or `1234`."""
ANY_ROUNDING = tuple(Rounding)
"""A text does not say how it rounded; whatever some convention gives is in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A printed statistic that the numbers beside it do not give."""

    start: int
    end: int
    message: str
    hint: str
    certain: bool = True
    """False where a test that is not considered here might give it."""


def prints(share: Fraction, percent: str) -> bool:
    """Whether a share may be printed as that percentage, under any convention."""
    return share * 100 in read_printed("percent", percent).range(ANY_ROUNDING)


def whole(text: str) -> int:
    """Read a count."""
    return int(text.replace(",", ""))


def shown(p: float) -> str:
    """Write a p-value for a person."""
    return "<0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.01 else f"{p:.3f}"
