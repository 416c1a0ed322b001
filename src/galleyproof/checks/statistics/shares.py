"""Percentages beside a count whose total is not named, or named before it.

Reads `n = 12 (20.8%)`, `12 patients (20.8%)`, `12 (20.8%) women`, `of 57 patients, 12
(22.8%)`; not `20.8% (n = 12)`, which may be the mean of twelve. A finding is only what
no whole number explains: neither as the part nor as the whole of that percentage,
however it was rounded. A percentage of fewer than the total that is named, of those who
could be assessed, is in order.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction

from galleyproof.checks.statistics.found import (
    ANY_ROUNDING,
    PERCENT,
    WHOLE,
    Trouble,
    whole,
)
from galleyproof.stats.printed import read_printed

_PERSONS = (
    r"(?:patients?|participants?|respondents?|subjects?|individuals?|persons?|people"
    r"|adults?|children|infants?|women|men|boys|girls|females?|males?|students?"
    r"|cases?|controls?|studies|trials|articles|papers|lesions?|tumou?rs?|procedures?"
    r"|deaths?|events?|episodes?)"
)
_BEFORE = r"(?<![\d.,/–\w-])"
_ALONE = (
    re.compile(
        rf"\b[nN]\s{{0,2}}=\s{{0,2}}(?P<count>{WHOLE})(?:\s{_PERSONS})?\s?[;,(\[]\s?{PERCENT}\s?[)\]]"
    ),
    re.compile(rf"{_BEFORE}(?P<count>{WHOLE})\s{_PERSONS}\s{{0,3}}[(\[]{PERCENT}[)\]]"),
    re.compile(
        rf"{_BEFORE}(?P<count>{WHOLE})\s{{0,3}}[(\[]{PERCENT}[)\]]\s(?:of\sthe\s)?{_PERSONS}\b"
    ),
)
_OF = re.compile(
    rf"\b(?:[Oo]f|[Aa]mong)\s(?:the\s|these\s|those\s|all\s)?(?P<total>{WHOLE})"
    rf"(?:\s[a-z][a-z-]+){{1,4}},\s(?P<count>{WHOLE})\s{{0,3}}[(\[]{PERCENT}[)\]](?!\s?of\b)"
)
_NOT_COUNTED = re.compile(
    r"weight(?:ed|ing)|imput|bootstrap|adjusted\s+p", re.IGNORECASE
)


def check(text: str) -> Iterator[Trouble]:
    """Find percentages that no whole number gives."""
    if _NOT_COUNTED.search(text):
        return
    named = {match.start("count"): match for match in _OF.finditer(text)}
    for match in named.values():
        count, total = whole(match["count"]), whole(match["total"])
        if count <= total and not _has_total(count, match["percent"], at_most=total):
            yield _impossible(match, f"{count} of {total}, or of fewer,")
    for pattern in _ALONE:
        for match in pattern.finditer(text):
            count = whole(match["count"])
            if match.start("count") in named or count == 0:
                continue
            percent = match["percent"]
            if not _has_total(count, percent) and not _has_part(count, percent):
                yield _impossible(match, f"{count} of any number")


def _impossible(match: re.Match[str], what: str) -> Trouble:
    return Trouble(
        start=match.start("percent"),
        end=match.end("percent") + 1,
        message=f"{what} is never {match['percent'].replace('·', '.')}%",
        hint="correct the count or the percentage, or name what it is a share of",
        certain=False,
    )


def _has_total(count: int, percent: str, *, at_most: int | None = None) -> bool:
    """Whether some total prints a count as that percentage."""
    low, high = _share(percent)
    if count == 0 or high <= 0:
        return low <= 0
    largest = math.floor(count / low) if low > 0 else at_most or _MANY
    smallest = max(math.ceil(count / high), count)
    return smallest <= (largest if at_most is None else min(largest, at_most))


def _has_part(total: int, percent: str) -> bool:
    """Whether some count of a total is printed as that percentage."""
    low, high = _share(percent)
    return math.ceil(total * low) <= min(math.floor(total * high), total)


def _share(percent: str) -> tuple[Fraction, Fraction]:
    """Return the smallest and largest share that may be printed as a percentage.

    Under any convention, ends included.
    """
    reach = read_printed("percent", percent).range(ANY_ROUNDING)
    return (reach.low or Fraction(0)) / 100, (reach.high or Fraction(0)) / 100


_MANY = 10**9
