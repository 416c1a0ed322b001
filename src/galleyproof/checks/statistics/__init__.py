"""Statistics that a text reports, recomputed from what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator

from galleyproof.checks.statistics import counts, intervals
from galleyproof.checks.statistics.found import Trouble


def recompute(text: str) -> Iterator[Trouble]:
    """Yield what in a running text does not recompute, in no particular order."""
    if "%" in text:
        yield from counts.check(text)
        yield from intervals.check(text)


__all__ = ["Trouble", "recompute"]
