"""Differences of two percentages, or of anything, with their interval and p.

Reads `96.1% versus 84.6%, difference 11.5 percentage points (95% CI 2.1 to 20.9)`. The
interval has to enclose the difference, the difference has to be that of the two
percentages before it, unless it is an adjusted one, and the p must not be ten times
what the interval gives, or a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from galleyproof.checks.statistics.agreement import clash, number
from galleyproof.checks.statistics.found import (
    ANY_ROUNDING,
    PERCENT,
    Trouble,
    shown,
)
from galleyproof.stats.printed import read_printed

_NUMBER = r"[-−–]?(?:\d{1,4}(?:[.·]\d{1,4})?|[.·]\d{1,4})"
_UNIT = r"(?:\s?%|[\s-]+percentage[\s-]+points?|[\s-]+percent|\s?pp\b)?"
_DIFFERENCE = re.compile(
    r"\b(?P<kind>(?:\w+\s)?)[dD]ifference\b\s*(?:,|:|=|of|was|is|\()?\s*"
    rf"(?P<estimate>{_NUMBER})(?P<unit>{_UNIT})\s*[,;]?\s*[(\[]?\s*"
    r"(?P<level>9[059])\s?%\s*(?:CI|confidence\s+interval)\s*\)?[,:=]?\s*[(\[]?\s*"
    rf"(?P<low>{_NUMBER}){_UNIT}\s*(?:,|to|;|(?<=[\d%])[-–](?=\s?\d))\s*"
    rf"(?P<high>{_NUMBER}){_UNIT}(?![\d.])"
    r"(?:\s*[)\]]?\s*[,;]?\s*[(\[]?\s*[pP]\s*(?P<p>[=<>]\s?[01]?[.·]\d{1,6})\b)?"
)
_TWO = re.compile(
    rf"{PERCENT}[^%.;]{{0,80}}?\b(?:versus|vs\.?|compared\s+(?:with|to)|and|against)\b"
    rf"[^%.;]{{0,60}}?(?<![\d.,·+–<>≤≥~≈±-])(?P<other>\d{{1,3}}(?:[.·]\d{{1,3}})?)\s?%"
    r"[^%.]{0,60}$"
)
_MODELLED = re.compile(r"adjust|weight|standardi[sz]ed|pooled|model", re.IGNORECASE)
_BEFORE = 250
"""Characters before a difference in which its percentages stand."""


def check(text: str) -> Iterator[Trouble]:
    """Check every difference that is printed with its interval."""
    for match in _DIFFERENCE.finditer(text):
        low, estimate, high = (
            _value(match[name]) for name in ("low", "estimate", "high")
        )
        if not min(low, high) <= estimate <= max(low, high):
            # `a difference of 3 (95% CI -5 to -1)`: the sign is in the words.
            if min(low, high) <= -estimate <= max(low, high):
                continue
            yield Trouble(
                start=match.start("estimate"),
                end=match.end("high"),
                message=f"the interval {match['low']} to {match['high']} does not"
                f" enclose the difference {match['estimate']}",
                hint="correct the difference or a limit",
            )
            continue
        yield from _of_two(text, match)
        if match["p"]:
            yield from _p_value(match)


def _value(text: str) -> float:
    return float(number(text))


def _of_two(text: str, match: re.Match[str]) -> Iterator[Trouble]:
    """Compare a difference with the two percentages before it."""
    if not match["unit"].strip() or _MODELLED.search(text):
        return
    two = _TWO.search(text, max(0, match.start() - _BEFORE), match.start())
    if two is None:
        return
    one, other = (_range(two[name]) for name in ("percent", "other"))
    least, most = one[0] - other[1], one[1] - other[0]
    low, high = _range(re.sub("^-", "", number(match["estimate"])))
    fits = any(low <= b and a <= high for a, b in ((least, most), (-most, -least)))
    if not fits:
        yield Trouble(
            start=match.start("estimate"),
            end=match.end("estimate"),
            message=f"{two['percent']}% and {two['other']}% differ by"
            f" {abs(_value(two['percent']) - _value(two['other'])):.{_decimals(two)}f},"
            f" not {match['estimate']}",
            hint="correct a percentage or the difference; say so if it is adjusted",
            certain=False,
        )


def _decimals(two: re.Match[str]) -> int:
    return max(
        len(number(two[name]).partition(".")[2]) for name in ("percent", "other")
    )


def _range(text: str) -> tuple[Fraction, Fraction]:
    reach = read_printed("percent", text).range(ANY_ROUNDING)
    return reach.low or Fraction(0), reach.high or Fraction(0)


def _p_value(match: re.Match[str]) -> Iterator[Trouble]:
    printed = {name: match[name] for name in ("estimate", "low", "high", "p")}
    found = clash(printed, level=int(match["level"]), scale="identity")
    if found is not None and found.far:
        yield Trouble(
            start=match.start("p"),
            end=match.end("p"),
            message=f"p {number(match['p'])} beside an interval that gives"
            f" {shown(found.smallest)} to {shown(found.largest)}",
            hint="correct p or interval, or name the test",
            certain=False,
        )
