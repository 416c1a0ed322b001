"""Statistics that a text reports, recomputed from what stands beside them."""

from __future__ import annotations

from collections.abc import Iterator

from galleyproof.checks.statistics.found import Trouble
from galleyproof.checks.statistics.markup import plain


def recompute(text: str, around: str = "") -> Iterator[Trouble]:
    """Yield what in a running text does not recompute, in no particular order.

    All that it stands in, `around`, may say how its tests were done.
    """
    # Their patterns take long to compile: only where there is something to read.
    text = plain(text)
    if any(sign in text for sign in "=<>"):
        from galleyproof.checks.statistics import apa

        yield from apa.check(text, around)
    if "%" in text:
        from galleyproof.checks.statistics import (
            counts,
            differences,
            intervals,
            shares,
        )

        yield from counts.check(text)
        yield from shares.check(text)
        yield from intervals.check(text)
        yield from differences.check(text)


__all__ = ["Trouble", "recompute"]
