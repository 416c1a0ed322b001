"""An estimate, its interval and its p.

Reads `HR 1.5, 95% CI 1.1-2.0, p = 0.01` and its kin. Only what no method explains is a
finding: an estimate outside its interval; a p on the other side of 0.05 than a 95%
interval of a ratio; a p that is ten times what a Wald interval gives, or a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from galleyproof.checks.statistics.agreement import clash, number
from galleyproof.checks.statistics.found import Trouble, shown

_NUMBER = r"\d{1,4}[.·]\d{1,4}"
_RATIO = re.compile(
    r"\b(?:a?(?:OR|RR|HR)|(?:odds|risk|hazards?|rate)\s+ratio)\b"
    r"\s*(?:\((?:OR|RR|HR)\))?\s*(?:,|:|=|of|was|is|\()?\s*"
    rf"(?P<estimate>{_NUMBER})\s*[,;(\[]?\s*[(\[]?\s*"
    r"(?P<level>9[059])\s?%\s*(?:CI|confidence\s+interval)\s*\)?[,:=]?\s*[(\[]?\s*"
    rf"(?P<low>{_NUMBER})\s*(?:[-–,]|to)\s*(?P<high>{_NUMBER})"
    r"(?:\s*[)\]]?\s*[,;]?\s*[(\[]?\s*\$?[pP]\$?\s*(?P<p>[=<>]\s?[01]?[.·]\d{1,6})\b)?"
)


def check(text: str) -> Iterator[Trouble]:
    """Check every ratio that is printed with its interval."""
    for match in _RATIO.finditer(text):
        low, estimate, high = (
            float(number(match[name])) for name in ("low", "estimate", "high")
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
    printed = {name: match[name] for name in ("estimate", "low", "high", "p")}
    found = clash(printed, level=int(match["level"]), scale="log")
    if found is not None and (found.verdict or found.far):
        side = "; the verdict is another" if found.verdict else ""
        yield Trouble(
            start=match.start("p"),
            end=match.end("p"),
            message=f"p {number(match['p'])} beside an interval that gives"
            f" {shown(found.smallest)} to {shown(found.largest)}{side}",
            hint="correct p or interval, or name the test",
            certain=False,
        )
