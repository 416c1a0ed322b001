"""What a preview says at the terminal: one line a build, and its findings below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from galleyproof.record import Step
from galleyproof.report.progress import step
from galleyproof.report.style import PLAIN, Style
from galleyproof.report.text import Places, counts, error, findings

if TYPE_CHECKING:
    from galleyproof.diagnostics import Diagnostic
    from galleyproof.errors import GalleyError


def built(
    what: str,
    because: Sequence[str],
    seconds: float,
    *,
    ending: str = "",
    style: Style = PLAIN,
) -> str:
    """Return the line of a build: `page` or `pdf`, what was changed, how long it took.

    `ending` says how it ended, where that is worth a word.
    """
    text = _shortened(because) + (f": {ending}" if ending else "")
    return step(Step(phase=what, text=text, seconds=seconds), style)


def _shortened(because: Sequence[str]) -> str:
    if not because:
        return "everything"
    first, *rest = because
    return f"{first} and {len(rest)} more" if rest else first


def ending(found: Sequence[Diagnostic], *, failed: bool, mended: bool) -> str:
    """Return how a build ended, in a word or two; nothing where all is well."""
    said = [word for word in ("mended" if mended else "", counts(found)) if word]
    return ", ".join(said) or ("failed" if failed else "")


def stopped(failure: GalleyError, places: Places, style: Style = PLAIN) -> str:
    """Return what stopped a build; the page stays as it is."""
    if failure.diagnostics:
        return findings(failure.diagnostics, places, style)
    return error(failure, places, style)
