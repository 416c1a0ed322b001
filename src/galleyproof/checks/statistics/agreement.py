"""A printed p against the interval that is printed with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from galleyproof.checks.statistics.found import ANY_ROUNDING
from galleyproof.stats.errors import ArgumentError

_FAR = 10.0
"""Likelihood ratio, score and log-rank tests differ from Wald's, but not so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A p that an interval does not give."""

    smallest: float
    largest: float
    """What it gives by Wald's test, under any rounding."""
    far: bool
    """Whether the printed p is ten times that, or a tenth."""
    verdict: bool
    """Whether p and interval are on different sides of the threshold."""


def clash(
    printed: Mapping[str, str], *, level: int, scale: Literal["identity", "log"]
) -> Clash | None:
    """Compare the `p` of a result with its `estimate`, `low` and `high`.

    The level is in per cent. None where they agree, or cannot be read.
    """
    from galleyproof.stats.recheck import check_interval  # noqa: PLC0415 - costs SciPy

    given = {name: number(text) for name, text in printed.items()}
    try:
        result = check_interval(
            estimate=given["estimate"],
            low=given["low"],
            high=given["high"],
            p=given["p"],
            level=level / 100,
            scale=scale,
            rounding=ANY_ROUNDING,
        )
    except ArgumentError:
        return None
    broken = {one.name for one in result.broken}
    p = next((one for one in result.relations if one.name == "p value"), None)
    if p is None or not {"verdict", "p value"} & broken:
        return None
    value = float(given["p"].lstrip("=<>"))
    smallest, largest = p.expected
    far = given["p"][0] == "=" and "p value" in broken
    return Clash(
        smallest=smallest,
        largest=largest,
        far=far and (value > largest * _FAR or value * _FAR < smallest),
        verdict="verdict" in broken,
    )


def number(text: str) -> str:
    """Return a number as it is read: no space, a point, a hyphen for a minus."""
    return re.sub(r"[−–]", "-", re.sub(r"\s", "", text)).replace("·", ".")
