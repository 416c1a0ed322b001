"""Why cells ran, or did not, as `galley why` tells it."""

from __future__ import annotations

from collections.abc import Sequence

from galleyproof.execute import Reason
from galleyproof.report.style import Style

_MOST = 12


def why(
    found: Sequence[tuple[Reason, Sequence[str]]], style: Style, *, whole: bool = False
) -> str:
    """Return one paragraph a unit and what it rests on: what it is, what happened."""
    return "\n\n".join(_paragraph(*each, style, whole=whole) for each in found)


def _paragraph(
    one: Reason, rests_on: Sequence[str], style: Style, *, whole: bool
) -> str:
    what = "cell" if one.is_cell else "inline expression"
    place = style(f"{one.path}:{one.line}", "bold")
    head = f"{place}  {', '.join(one.labels) or one.name}"
    if not one.ran:
        happened = f"  the {what} did not run: nothing that it rests on has changed"
    else:
        took = f" in {one.seconds:.2f} s" if one.seconds else ""
        happened = f"  the {what} ran{took}:"
    lines = [head, happened, *(f"    {each}" for each in one.why if one.ran)]
    if rests_on:
        most = len(rests_on) if whole else _MOST
        shown = [*rests_on[:most]]
        if len(rests_on) > most:
            shown.append(f"and {len(rests_on) - _MOST} more (`--all`)")
        lines += ["  it rests on its code and on", *(f"    {each}" for each in shown)]
    return "\n".join(lines)
