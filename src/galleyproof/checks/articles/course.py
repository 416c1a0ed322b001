"""Cumulative rates over time: none falls back, and a whole contains its parts.

Reads rows of a table (`1-year OS`, `3-year OS`) and sentences (`1-, 3- and 5-year
survival was 90%, 75% and 62%`). Survival cannot rise, incidence cannot fall, and
between two times a part of a group cannot gain more events than the whole did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from galleyproof.checks.articles.grid import grids
from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.prose import Sentence

_TIME = r"(?P<time>\d{1,3})(?:-|\s|–)?(?P<unit>year|yr|month|mo|week|day)s?\b"
_ROW = re.compile(rf"^(?:at\s+)?{_TIME}\s*(?P<outcome>.+)$", re.IGNORECASE)
_SURVIVAL = re.compile(
    r"surviv|\b(?:OS|DFS|PFS|RFS|EFS|CSS|TFS|LPFS)\b|-free\b|freedom from|patency"
)
_INCIDENCE = re.compile(
    r"\bcumulative\b|\bLTP\b|(?:tumou?r|disease|local)\s+(?:progression|recurrence)"
    r"|\brecurrence\b|\bmortality\b"
)
_LISTED = r"(?:\s*,\s*|\s*,?\s*and\s+|\s*/\s*)"
_PERCENT = r"\d{1,3}(?:\.\d{1,2})?\s?%"
_SERIES = re.compile(
    rf"(?P<times>\d{{1,2}}-?(?:{_LISTED}\d{{1,2}}-?)+)\s?(?P<unit>year|month)s?\s+"
    r"(?P<outcome>(?:[A-Za-z-]+\s+){1,5}?)(?:rates?\s+)?"
    r"(?:was|were|of|\(|:|reached|being)\s*"
    rf"(?P<rates>{_PERCENT}(?:{_LISTED}{_PERCENT})+)"
)
_ARM = r"(?:\s+(?:after|with|in|for|following|by)\s+(?:the\s+)?(?P<{}>[A-Za-z-]+))?"
_SECOND = re.compile(
    rf"{_ARM.format('first')}[\s,;(]*(?:versus|vs\.?|compared with|and)\s+"
    rf"(?P<rates>{_PERCENT}(?:{_LISTED}{_PERCENT})+){_ARM.format('second')}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Rates of one outcome in one group, in per cent as printed, by time."""

    outcome: str
    group: str
    unit: str
    rates: Mapping[int, str]
    start: int
    end: int
    before: str = ""
    """What the sentence says before it: the part of the patients that it is about."""


def falling(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find survival that rises and incidence that falls over time."""
    from galleyproof.stats.printed import Rounding  # noqa: PLC0415 - with the next
    from galleyproof.stats.recheck.cumulative import falls  # noqa: PLC0415 - costs NumPy

    for one in [*_tabled(article), *_told(prose)]:
        survival = bool(_SURVIVAL.search(one.outcome))
        if not survival and not _INCIDENCE.search(one.outcome):
            continue
        times = sorted(one.rates, reverse=survival)
        wrong = falls([one.rates[t] for t in times], rounding=tuple(Rounding))
        for fall in wrong[:1]:
            early, late = sorted((times[fall.earlier], times[fall.later]))
            yield Finding(
                kind=Kind.COURSE,
                start=one.start,
                end=one.end,
                message=f"{one.outcome.strip()} {'rises' if survival else 'falls'} from"
                f" {one.rates[early]}% at {early} to {one.rates[late]}% at {late}"
                f" {one.unit}s",
                hint="a cumulative rate cannot; correct it, or say that it is not one",
            )


def _tabled(article: Article) -> Iterator[Course]:
    """Yield the courses of tables with a time at the beginning of each row."""
    for grid in grids(article):
        rows = [(m, row) for row in grid.rows if (m := _ROW.match(row[0].text))]
        for (outcome, unit), group in groupby(
            rows, key=lambda r: (r[0]["outcome"].strip(), r[0]["unit"].casefold())
        ):
            those = list(group)
            for column in range(1, len(grid.header)):
                cells = {
                    int(match["time"]): row[column]
                    for match, row in those
                    if len(row) > column
                    and re.fullmatch(r"\d{1,3}(?:\.\d{1,2})?\s?%?", row[column].text)
                }
                if len(cells) > 1:
                    places = list(cells.values())
                    yield Course(
                        outcome=outcome,
                        group=grid.header[column].text,
                        unit=unit,
                        rates={t: _number(c.text) for t, c in cells.items()},
                        start=min(c.start for c in places),
                        end=max(c.end for c in places),
                    )


def _told(prose: Sequence[Sentence]) -> Iterator[Course]:
    """Yield the courses that sentences list: times, outcome, rates; once or twice."""
    for sentence in prose:
        if sentence.row:
            continue
        for match in _SERIES.finditer(sentence.text):
            second = _SECOND.match(sentence.text, match.end())
            yield from _listed(
                sentence, match, match, second["first"] if second else ""
            )
            if second:
                yield from _listed(sentence, match, second, second["second"] or "")


def _listed(
    sentence: Sentence, first: re.Match[str], rates: re.Match[str], group: str | None
) -> Iterator[Course]:
    times = [int(n) for n in re.findall(r"\d+", first["times"])]
    printed = [_number(p) for p in re.findall(_PERCENT, rates["rates"])]
    if len(times) == len(printed) == len(set(times)):
        yield Course(
            outcome=first["outcome"].strip(),
            group=group or "",
            unit=first["unit"].casefold(),
            rates=dict(zip(times, printed, strict=True)),
            start=sentence.start + rates.start("rates"),
            end=sentence.start + rates.end("rates"),
            before=sentence.text[: first.start()],
        )


def _number(text: str) -> str:
    return text.rstrip("% ")


_PART = re.compile(
    r"\b(?:for|in|among)\s+(?:the\s+)?(?:[a-z]+\s+){0,2}?(?:lesions|tumou?rs|patients"
    r"|nodules|those|subgroup)[^.;]{0,30}(?:<|>|≤|≥|less than|larger than|more than"
    r"|greater than|smaller than|over|under|older|younger)",
    re.IGNORECASE,
)
_SMALL = 0.2
"""A part that could be at most a fifth of the whole is worth a word."""


def mixtures(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a part whose rates leave it almost no share of the whole in a table.

    Compared are rates of one outcome, one group and the same times. What the whole
    gained between two times is at least what the part gained, times its share.
    """
    from galleyproof.stats.recheck.cumulative import (  # noqa: PLC0415 - costs NumPy
        share_bound,
    )

    wholes = list(_tabled(article))
    for part in _told(prose) if wholes else ():
        if not _PART.search(part.before):
            continue
        for whole in wholes:
            times = sorted(set(part.rates) & set(whole.rates))
            same = (part.outcome, part.group) == (whole.outcome, whole.group)
            if not same or part.unit != whole.unit or len(times) < 2:
                continue
            bound = share_bound(
                whole=[_incidence(whole, t) for t in times],
                subgroup=[_incidence(part, t) for t in times],
            )
            most = bound.share_rounded
            if most is not None and most > _SMALL:
                continue
            room = (
                "no share at all"
                if most is None
                else f"at most {100 * float(bound.share or 0):.0f}%"
                f" ({100 * float(most):.1f}% by rounding)"
            )
            shown = ", ".join(
                f"{whole.rates[t]}% of all and {part.rates[t]}% of them at {t}"
                for t in times
            )
            yield Finding(
                kind=Kind.COURSE,
                start=part.start,
                end=part.end,
                message=f"{whole.outcome} after {whole.group}: {shown} {part.unit}s;"
                f" they can be {room} of the whole",
                hint="cumulative rates cannot fall; one of the two is likely wrong",
            )


def _incidence(one: Course, time: int) -> str:
    """Return a rate as one that grows: survival is turned round, decimals kept."""
    rate = one.rates[time]
    if not _SURVIVAL.search(one.outcome):
        return rate
    decimals = len(rate.partition(".")[2])
    return f"{100 - float(rate):.{decimals}f}"
