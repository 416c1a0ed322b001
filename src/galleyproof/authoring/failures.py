"""What an author reads when a name is not there: what there is, and the nearest."""

from __future__ import annotations

from collections.abc import Iterable

from galleyproof import nearest as names_like

_SHOWN = 40


class EvidenceError(LookupError):
    """The data do not hold what a chapter asks for, or hold it more than once."""


class UnknownNameError(EvidenceError, AttributeError):
    """An attribute that names nothing in the evidence."""


def listed(names: Iterable[str]) -> str:
    """Return names in backticks, in their order, cut where they are too many."""
    unique = list(dict.fromkeys(names))
    text = ", ".join(f"`{name}`" for name in unique[:_SHOWN])
    more = len(unique) - _SHOWN
    return f"{text} and {more} more" if more > 0 else text


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the end of a message about an unknown name."""
    known = list(dict.fromkeys(names))
    close = names_like.nearest(name, known)
    guess = f"; did you mean `{close}`?" if close else ""
    return (
        f"{guess} There is: {listed(known)}"
        if guess
        else f"; there is: {listed(known)}"
    )
