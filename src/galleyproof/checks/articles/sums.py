"""Numbers that belong together: parts of a whole, a mean in its range, an abstract."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.prose import Sentence

_COUNT = (
    r"(?<![\d.,/–-])(?P<{}>\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}})"
    r"(?!\d|[.,·/%–-]\d|\s?%)"
)
_SHARE = r"(?:\s*[\[(,;]?\s*\d{1,3}(?:\.\d+)?\s?%\s*[\])]?)?"
_PEOPLE = r"(?:patients|subjects|participants|individuals|children|adults|cases|people)"
_PAIRS = (
    (r"(?:men|males?|boys)", r"(?:women|females?|girls)"),
    (r"(?:women|females?|girls)", r"(?:men|males?|boys)"),
)
_SEXES = tuple(
    re.compile(
        rf"{_COUNT.format('whole')}\s+(?:[a-z-]+\s+){{0,2}}{_PEOPLE}\s*[(\[:,]\s*"
        rf"{_COUNT.format('one')}{_SHARE}\s+{a}{_SHARE}\s*(?:,|and|/|;|,\s*and)\s*"
        rf"{_COUNT.format('other')}{_SHARE}\s+{b}\b(?!\s*(?:,|and|;)\s*\d)"
    )
    for a, b in _PAIRS
)


_PART = re.compile(
    r"(?:\d|\w-\w+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|all|most|some"
    r"|none|half|each))\s+(?:out\s+)?of\s+(?:the\s+|these\s+|all\s+)?$",
    re.IGNORECASE,
)
"""`39 of 45 patients`: what follows is about the 39."""


def sexes(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find men and women who do not add up to the patients they are said to be."""
    for sentence in prose:
        for pattern in _SEXES:
            for match in pattern.finditer(sentence.text):
                whole, one, other = (
                    int(match[name].replace(",", ""))
                    for name in ("whole", "one", "other")
                )
                before = sentence.text[: match.start()]
                if one + other != whole and not _PART.search(before):
                    yield sentence.at(
                        match,
                        Kind.STATISTIC,
                        f"{one} and {other} are {one + other}, not {whole}",
                        "correct one of the three, or say whose sex is not known",
                    )


_NUMBER = r"(?<![\d.,])\d{1,4}(?:[.·]\d{1,3})?(?![\d.·]\d)"
_UNIT = r"\s*(?P<{}>[a-zA-Z%]{{0,9}})\s*"
_MEAN = re.compile(
    r"\b(?P<what>[Mm]ean|[Mm]edian|[Aa]verage)\b[^.;()\d]{0,50}?"
    rf"\b(?:was|of|is|:|=|,)?\s*(?P<mean>{_NUMBER}){_UNIT.format('unit')}"
    r"[(\[,;]\s*(?:range|ranging\s+from|min-?max)[\s:,=]*"
    rf"(?P<low>{_NUMBER}){_UNIT.format('middle')}(?:[-–]|to)\s*"
    rf"(?P<high>{_NUMBER}){_UNIT.format('last')}"
)


def means(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a mean or median outside the range that stands beside it, in one unit."""
    for sentence in prose:
        for match in _MEAN.finditer(sentence.text):
            mean, low, high = (
                float(match[n].replace("·", ".")) for n in ("mean", "low", "high")
            )
            units = {match[n].rstrip("s") for n in ("unit", "middle", "last")} - {""}
            if low <= high and not low <= mean <= high and len(units) < 2:
                yield sentence.at(
                    match,
                    Kind.STATISTIC,
                    f"{match['what'].lower()} {match['mean']} outside its range"
                    f" {match['low']} to {match['high']}",
                    "correct one of the three",
                )


_PERCENT = re.compile(r"(?<![\d.])\d{1,3}\.\d+(?=\s?%)")
_DECIMAL = re.compile(r"(?<![\d.])\d{1,3}[.·]\d+")


def abstracts(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a percentage of the abstract that the article does not print again.

    With a decimal; a number of the article that is rounded to it is the same. The
    abstract is what stands before the introduction.
    """
    begin = next((s.start for s in prose if s.section.startswith("introduc")), None)
    if begin is None or len(article.body) - begin < _LONG:
        return
    numbers = _DECIMAL.findall(article.body[begin:])
    later = sorted(float(n.replace("·", ".")) for n in numbers)
    for sentence in prose:
        if sentence.start >= begin:
            break
        for match in _PERCENT.finditer(sentence.text):
            half = 0.5 * 10 ** -len(match[0].partition(".")[2])
            at = bisect_left(later, float(match[0]) - half * _MARGIN)
            if at == len(later) or later[at] > float(match[0]) + half * _MARGIN:
                yield sentence.at(
                    match,
                    Kind.STATISTIC,
                    f"{match[0]}% stands in the abstract and nowhere in the article",
                    "correct one of the two, or report it in the results",
                )


_LONG = 8_000
_MARGIN = 1.0001
"""Halves are doubles and not exact."""
