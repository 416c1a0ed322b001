"""An estimate, its interval and its p.

Reads `HR 1.5, 95% CI 1.1-2.0, p = 0.01` and its kin. Only what no method explains is a
finding: an estimate outside its interval; a p on the other side of 0.05 than a 95%
interval of a ratio; a p that is ten times what a Wald interval gives, or a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from galleyproof.checks.statistics.found import ANY_ROUNDING, Trouble, shown
from galleyproof.stats.errors import ArgumentError

_NUMBER = r"\d{1,4}[.·]\d{1,4}"
_RATIO = re.compile(
    r"\b(?:a?(?:OR|RR|HR)|(?:odds|risk|hazards?|rate)\s+ratio)\b"
    r"\s*(?:\((?:OR|RR|HR)\))?\s*(?:,|:|=|of|was|is|\()?\s*"
    rf"(?P<estimate>{_NUMBER})\s*[,;(\[]?\s*[(\[]?\s*"
    r"(?P<level>9[059])\s?%\s*(?:CI|confidence\s+interval)\s*\)?[,:=]?\s*[(\[]?\s*"
    rf"(?P<low>{_NUMBER})\s*(?:[-–,]|to)\s*(?P<high>{_NUMBER})"
    r"(?:\s*[)\]]?\s*[,;]?\s*[(\[]?\s*\$?[pP]\$?\s*(?P<p>[=<>]\s?[01]?[.·]\d{1,6})\b)?"
)
_FAR = 10.0
"""Likelihood ratio, score and log-rank tests differ from Wald's, but not so far."""


def check(text: str) -> Iterator[Trouble]:
    """Check every ratio that is printed with its interval."""
    for match in _RATIO.finditer(text):
        low, estimate, high = (
            float(match[name].replace("·", ".")) for name in ("low", "estimate", "high")
        )
        if not low <= estimate <= high:
            yield Trouble(
                start=match.start("estimate"),
                end=match.end("high"),
                message=f"the interval {match['low']} to {match['high']} does not"
                f" enclose the estimate {match['estimate']}",
                hint="correct the estimate or a limit",
            )
        elif match["p"] and min(low, estimate) > 0:
            yield from _p_value(match)


def _p_value(match: re.Match[str]) -> Iterator[Trouble]:
    from galleyproof.stats.recheck import check_interval  # noqa: PLC0415 - costs SciPy

    given = {
        name: re.sub(r"\s", "", match[name]).replace("·", ".")
        for name in ("estimate", "low", "high", "p")
    }
    try:
        result = check_interval(
            **given,  # type: ignore[arg-type]
            level=int(match["level"]) / 100,
            scale="log",
            rounding=ANY_ROUNDING,
        )
    except ArgumentError:
        return
    broken = {one.name: one for one in result.broken}
    p = next((one for one in result.relations if one.name == "p value"), None)
    if p is None or not {"verdict", "p value"} & set(broken):
        return
    printed = float(given["p"].lstrip("=<>"))
    smallest, largest = p.expected
    far = (
        given["p"][0] == "="
        and "p value" in broken
        and (printed > largest * _FAR or printed * _FAR < smallest)
    )
    if "verdict" in broken or far:
        side = "; the verdict is another" if "verdict" in broken else ""
        yield Trouble(
            start=match.start("p"),
            end=match.end("p"),
            message=f"p {given['p']} beside an interval that gives"
            f" {shown(smallest)} to {shown(largest)}{side}",
            hint="correct p or interval, or name the test",
            certain=False,
        )
