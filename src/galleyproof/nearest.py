"""Did you mean: the known name closest to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return the known name that `name` was probably meant to be, or nothing."""
    close = get_close_matches(name, sorted(known), n=1, cutoff=cutoff)
    return close[0] if close else ""
