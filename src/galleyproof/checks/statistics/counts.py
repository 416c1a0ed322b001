"""Percentages beside their counts, and the p of two of them.

Reads `96.1% (246/256)`, `246/256 (96.1%)`, `12 of 57 (22.8%)`, `12 (22.8%) of 57`, and
two of these with a p behind them. A pair of a count and a percentage is only judged
where the two can belong together: a ratio above one, a percentage that is no share of
it (`a rise of 20% (3/4)`) within ten points is a misprint, beyond it another quantity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from galleyproof.checks.statistics.found import (
    ANY_ROUNDING,
    PERCENT,
    WHOLE,
    Trouble,
    prints,
    shown,
    whole,
)

_COUNT = (
    rf"(?<![\d.,/–-])(?P<events>{WHOLE})\s?(?:/|of|out\s+of)\s?(?:the\s+)?"
    rf"(?P<total>{WHOLE})(?![\d/%]|[.,–-]\d)"
)
_NOUN = r"(?:\s+(?!(?:and|but|or|of|versus|vs|while|which|with)\b)[a-z][a-z-]+){0,4}"
_FORMS = (
    re.compile(
        rf"{PERCENT}\s{{0,3}}[(\[](?:n\s{{0,2}}=\s{{0,2}})?{_COUNT}(?={_NOUN}\s?[)\];,])"
    ),
    re.compile(rf"{_COUNT}{_NOUN}\s{{0,3}}[(\[;,=]\s?{PERCENT}(?=\s?[)\];,(\[])"),
    re.compile(
        rf"(?<![\d.,/–-])(?P<events>{WHOLE})\s{{0,3}}[(\[]{PERCENT}[)\]]\s?(?:out\s+)?of\s"
        rf"(?:the\s+)?(?P<total>{WHOLE})(?![\d/%]|[.,–-]\d)"
    ),
)
_P = re.compile(
    r"\W{0,6}\b[pP]\b\$?(?:[- ]?value)?\s*(?P<printed>[=<>]\s?(?:0|1)?[.·]\d{1,6})\b"
)
_VERSUS = re.compile(
    r"^[\s),;\]]{0,4}(?:versus|vs\.?|compared\s+(?:with|to)|and|v)\b[^.;%]{0,60}$"
)
_NEAR = 10
"""Percentage points within which a percentage is taken for a share of its counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A percentage and the counts that stand with it."""

    events: int
    total: int
    percent: str
    start: int
    end: int

    @property
    def value(self) -> Fraction:
        """The share itself."""
        return Fraction(self.events, self.total)


def check(text: str) -> Iterator[Trouble]:
    """Recompute percentages from their counts, and the p of two in a row."""
    shares = sorted(_shares(text), key=lambda share: share.start)
    for share in shares:
        if not prints(share.value, share.percent):
            yield _misprinted(share)
    for one, other in pairwise(shares):
        if _VERSUS.match(text[one.end : other.start]) and (
            p := _P.match(text, other.end)
        ):
            yield from _compared(one, other, p)


def _shares(text: str) -> Iterator[Share]:
    for pattern in _FORMS:
        for match in pattern.finditer(text):
            events, total = whole(match["events"]), whole(match["total"])
            percent = match["percent"].replace("·", ".")
            if total == 0 or events > total:
                continue
            if abs(100 * events / total - float(percent)) < _NEAR:
                yield Share(
                    events=events,
                    total=total,
                    percent=percent,
                    start=match.start(),
                    end=match.end(),
                )


def _misprinted(share: Share) -> Trouble:
    decimals = len(share.percent.partition(".")[2])
    return Trouble(
        start=share.start,
        end=share.end,
        message=f"{share.events}/{share.total} is"
        f" {float(share.value) * 100:.{decimals}f}%, not {share.percent}%",
        hint=_mend(share),
    )


def _mend(share: Share) -> str:
    """Name the counts that would give the percentage, where there are any."""
    near = range(max(0, share.events - 2), min(share.total, share.events + 2) + 1)
    fit = [e for e in near if prints(Fraction(e, share.total), share.percent)]
    if fit:
        return f"{fit[0]}/{share.total} would be {share.percent}%"
    return f"no count of {share.total} near it gives {share.percent}%"


def _compared(one: Share, other: Share, p: re.Match[str]) -> Iterator[Trouble]:
    from galleyproof.stats.recheck import recheck_p  # noqa: PLC0415 - costs SciPy

    printed = "".join(p["printed"].replace("·", ".").split())
    result = recheck_p(
        printed,
        a_events=one.events,
        a_total=one.total,
        b_events=other.events,
        b_total=other.total,
        rounding=ANY_ROUNDING,
    )
    defined = [r for r in result.results if r.p is not None]
    if not defined:
        return
    given = ", ".join(f"{r.test} {shown(r.p)}" for r in defined if r.p is not None)
    said = float(printed.lstrip("=<>")) <= result.alpha and printed[0] != ">"
    other_side = [r.test for r in defined if r.significant is not said]
    turn = (
        f"; the verdict at 0.05 is another with {', '.join(other_side)}"
        if other_side
        else ""
    )
    place = {"start": p.start("printed"), "end": p.end()}
    if not result.reproduced_by:
        yield Trouble(
            **place,
            message=f"no usual test of {one.events}/{one.total} and"
            f" {other.events}/{other.total} gives p {printed} ({given}){turn}",
            hint="name the test, or correct the p or the counts",
            certain=False,
        )
    elif other_side:
        by = ", ".join(result.reproduced_by)
        yield Trouble(
            **place,
            message=f"p {printed} is that of {by} only ({given}){turn}",
            hint="name the test; with small expected counts, an exact one",
            certain=False,
        )
