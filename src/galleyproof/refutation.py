"""Where a claim that does not hold goes.

It is raised to whoever runs the code: a notebook, a test, Quarto. A build listens
instead, so that the chapter runs to its end and all its false claims are told at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Refutation:
    """A claim, and why it does not hold."""

    words: str
    reason: str
    """`96.1% < 93.4% is false`."""

    def __str__(self) -> str:
        return f"`{self.words}` does not hold: {self.reason}"


class FalseClaimError(Exception):
    """A claim does not hold by the data as they are."""


_listeners: list[Callable[[Refutation], None]] = []


def listen(listener: Callable[[Refutation], None]) -> None:
    """Tell false claims to `listener` instead of raising them."""
    _listeners[:] = [listener]


def refute(refutation: Refutation) -> None:
    """Tell that a claim is false; raises FalseClaimError where nobody listens."""
    if not _listeners:
        raise FalseClaimError(f"{refutation}; reword the sentence or correct the data")
    for listener in _listeners:
        listener(refutation)
