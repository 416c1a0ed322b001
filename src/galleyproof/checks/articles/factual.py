"""An article against what the works that it cites report themselves.

A number is taken for that of the study whose name stands last before it in its
sentence, or, where no name does, of the one that the sentence's bracket cites.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from galleyproof.checks.articles.facts import Fact, What, Work
from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.prose import Sentence
from galleyproof.checks.context import folded, mentions
from galleyproof.stats.printed import Rounding, read_printed

_PERCENT = re.compile(
    r"(?<![\d.])(?P<value>\d{1,3}(?:\.\d{1,3})?)\s?%(?:\s+of\s+(?:the\s+|all\s+)?"
    r"(?P<unit>[a-z]+))?"
)
_LONG_NAME = 4
"""A shorter name stands for a study only where it is written as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A percentage of a sentence and the work that it is of."""

    work: Work
    value: str
    unit: str
    """As the sentence says; empty where it does not."""
    start: int
    end: int


def said(sentence: Sentence, works: Sequence[Work]) -> Iterator[Said]:
    """Yield the percentages that a sentence gives of works it names."""
    names = sorted(_named(sentence.text, works), key=lambda one: one[0])
    for match in _PERCENT.finditer(sentence.text):
        before = [work for at, work in names if at < match.start()]
        if before:
            yield Said(
                work=before[-1],
                value=match["value"],
                unit=match["unit"] or "",
                start=sentence.start + match.start(),
                end=sentence.start + match.end(),
            )


def _named(text: str, works: Sequence[Work]) -> Iterator[tuple[int, Work]]:
    firm = {folded(m.name): m.start for m in mentions(text) if m.firm}
    for work in works:
        if work.number is None:
            continue
        name = work.name
        if folded(name) in firm:
            yield firm[folded(name)], work
        elif len(name) >= _LONG_NAME and (
            plain := re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
        ):
            yield plain.start(), work


def possible(value: str, total: int) -> bool:
    """Whether some count of a total is rounded to that percentage; halves either way.

    Digits that were cut off are a misprint here: few round so, and the finding says
    what it found.
    """
    range_ = read_printed("percent", value).range(
        (Rounding.HALF_UP, Rounding.HALF_EVEN)
    )
    near = round(float(value) * total / 100)
    return any(
        Fraction(100 * events, total) in range_
        for events in range(max(0, near - 1), min(total, near + 1) + 1)
    )


def denominators(
    article: Article, prose: Sequence[Sentence], works: Sequence[Work]
) -> Iterator[Finding]:
    """Find a percentage that a study's own totals cannot give.

    Of the unit that the sentence names; where it names none, of one of the study's
    units while another can. Not a rate over time, nor one whose own denominator is
    known to be another.
    """
    for sentence in prose:
        for one in said(sentence, works):
            if "." not in one.value or _is_of_time(one):
                continue
            totals = _sizes(one.work)
            given = next(
                (n for unit, n in totals.items() if _plain(unit) == _plain(one.unit)),
                None,
            )
            cannot = {u: n for u, n in totals.items() if not possible(one.value, n)}
            can = {u: n for u, n in totals.items() if u not in cannot}
            if given is not None and not possible(one.value, given):
                message = f"no count of {given} {one.unit} is {one.value}%"
            elif not one.unit and cannot and can:
                of = " or ".join(f"{n} {unit}" for unit, n in can.items())
                not_of = " or ".join(f"{n} {unit}" for unit, n in cannot.items())
                message = f"{one.value}% may be of {of}, not of {not_of}"
            else:
                continue
            yield Finding(
                kind=Kind.DENOMINATOR,
                start=one.start,
                end=one.end,
                message=f"{one.work.name}: {message}",
                hint="say of what it is a share",
            )


def _is_of_time(one: Said) -> bool:
    """Whether the facts have it as a rate over time, pooled, or of another total."""
    counts = {fact.value for fact in one.work.of(What.COUNT) if fact.group == "all"}
    same = [f for f in one.work.of(What.PERCENT) if f.value == one.value]
    return any(
        not f.unit
        or (f.total is None and bool(f.time))
        or (f.total is not None and str(f.total) not in counts)
        for f in same
    )


def _plain(unit: str) -> str:
    return unit.casefold().replace("tumour", "tumor").replace("lesion", "tumor")


def other_works(
    article: Article, prose: Sequence[Sentence], works: Sequence[Work]
) -> Iterator[Finding]:
    """Find a bracket whose work reports none of the percentages before it.

    While one other work reports them all, two at least.
    """
    by_number = {work.number: work for work in works if work.number is not None}
    for sentence in prose:
        values = {match["value"] for match in _PERCENT.finditer(sentence.text)}
        within = [
            b for b in article.brackets if sentence.start <= b.start < sentence.end
        ]
        if len(values) < 2 or len(within) != 1:
            continue
        cited = [by_number[n] for n in within[0].numbers if n in by_number]
        if not cited or any(values & _percents(work) for work in cited):
            continue
        if not all(_percents(work) for work in cited):
            continue
        theirs = [work for work in works if values <= _percents(work)]
        if len(theirs) == 1:
            yield Finding(
                kind=Kind.NAME_AND_NUMBER,
                start=within[0].start,
                end=within[0].end,
                message=f"{', '.join(w.name for w in cited)} reports none of"
                f" {', '.join(sorted(values))}%; {theirs[0].name} reports all",
                hint="cite the work that the numbers are from",
            )


def _percents(work: Work) -> set[str]:
    return {fact.value for fact in work.of(What.PERCENT)}


_LARGEST = re.compile(
    r"\b(?:largest|biggest)\b[^.;,]{0,50}?\b(?:cohort|series|study|trial|experience)\b",
    re.IGNORECASE,
)


def largest(
    article: Article, prose: Sequence[Sentence], works: Sequence[Work]
) -> Iterator[Finding]:
    """Find a study that is called the largest, beside larger ones in the article."""
    cited = {work.key: work for work in works if work.number is not None}
    for sentence in prose:
        match = _LARGEST.search(sentence.text)
        values = {m["value"] for m in _PERCENT.finditer(sentence.text)}
        meant = [w for w in cited.values() if values and values <= _percents(w)]
        if not match or len(meant) != 1:
            continue
        sizes = _sizes(meant[0])
        larger = [
            f"{work.name} has {size} {unit}"
            for work in cited.values()
            for unit, size in _sizes(work).items()
            if size > sizes.get(unit, size)
        ]
        if larger:
            own = ", ".join(f"{size} {unit}" for unit, size in sizes.items())
            yield sentence.at(
                match,
                Kind.FACT,
                f"{meant[0].name} has {own}; {'; '.join(larger)}",
                "say in which respect it is the largest",
            )


def _sizes(work: Work) -> dict[str, int]:
    return {
        fact.unit: int(fact.value)
        for fact in work.of(What.COUNT)
        if fact.group == "all" and fact.value.isdigit()
    }


def times(
    article: Article, prose: Sequence[Sentence], works: Sequence[Work]
) -> Iterator[Finding]:
    """Find rates of one outcome at different times in one sentence that omits them."""
    for sentence in prose:
        rates: dict[str, list[tuple[Said, Fact]]] = {}
        for one in said(sentence, works):
            for fact in one.work.of(What.PERCENT):
                if fact.value == one.value and fact.time and fact.outcome:
                    rates.setdefault(fact.outcome, []).append((one, fact))
        for found in rates.values():
            different = {fact.time for _, fact in found}
            whose = {one.work.key for one, _ in found}
            silent = [f for f in different if not _states(sentence.text, f)]
            if len(different) > 1 and len(whose) > 1 and silent:
                shown = ", ".join(
                    f"{one.value}% of {one.work.name} at {fact.time}"
                    for one, fact in found
                )
                yield Finding(
                    kind=Kind.FACT,
                    start=found[0][0].start,
                    end=found[-1][0].end,
                    message=f"compared without their times: {shown}",
                    hint="give each its time",
                )


def _states(text: str, time: str) -> bool:
    """Whether a sentence says a time: `3 month` as `3 months` or `three-month`."""
    number, _, unit = time.partition(" ")
    words = {"1": "one", "2": "two", "3": "three", "6": "six", "12": "twelve"}
    forms = "|".join(filter(None, (number, words.get(number))))
    return bool(re.search(rf"\b(?:{forms})[- ]{unit}", text, re.IGNORECASE))


_DIFFERENT = 75.0
"""Per cent of I² from which Cochrane calls heterogeneity considerable."""


def heterogeneity(
    article: Article, prose: Sequence[Sentence], works: Sequence[Work]
) -> Iterator[Finding]:
    """Find a pooled rate that is printed without its considerable heterogeneity."""
    for sentence in prose:
        for one in said(sentence, works):
            for fact in one.work.of(What.PERCENT):
                if fact.value != one.value or fact.unit:
                    continue
                for other in one.work.of(What.HETEROGENEITY):
                    if other.outcome != fact.outcome or float(other.value) < _DIFFERENT:
                        continue
                    if other.value not in article.body:
                        yield Finding(
                            kind=Kind.FACT,
                            start=one.start,
                            end=one.end,
                            message=f"pooled by {one.work.name} with an I² of"
                            f" {other.value}%, which is left out",
                            hint="print the heterogeneity beside it",
                        )


_OTHERS = (
    (r"\bprimary\b", r"metasta|secondary"),
    (r"\bbenign\b", r"malignan"),
    (r"\bpa?ediatric\b|\bchildren\b", r"\badult"),
)
_MOST = 0.5


def populations(
    article: Article, prose: Sequence[Sentence], works: Sequence[Work]
) -> Iterator[Finding]:
    """Find a cited study that is mostly of the kind that the title excludes.

    At its first place in the text, once for each study.
    """
    title = article.title.casefold()
    for kind, other in _OTHERS:
        if not re.search(kind, title) or re.search(other, title):
            continue
        for work in works:
            share = _share(work, other)
            place = share and _first(work, prose, works)
            if share and place:
                part, whole, unit = share
                yield Finding(
                    kind=Kind.SCOPE,
                    start=place,
                    end=place + len(work.name),
                    message=f"{part} of {whole} {unit} of {work.name} are of the kind"
                    " that the title leaves out",
                    hint="say so where its numbers are used",
                )


def _share(work: Work, other: str) -> tuple[int, int, str] | None:
    sizes = _sizes(work)
    for fact in work.of(What.COUNT):
        whole = sizes.get(fact.unit)
        if whole and re.search(other, fact.group) and int(fact.value) > _MOST * whole:
            return int(fact.value), whole, fact.unit
    return None


def _first(work: Work, prose: Sequence[Sentence], works: Sequence[Work]) -> int | None:
    for sentence in prose:
        for at, named in _named(sentence.text, [work]):
            if named is work:
                return sentence.start + at
    return None
