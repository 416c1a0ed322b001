"""Whole numbers behind the percentages of a whole and its two strata.

The totals are those that the text names for what the columns of the table count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.prose import Sentence
from galleyproof.checks.articles.strata import Strata, strata
from galleyproof.checks.statistics.found import ANY_ROUNDING, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from galleyproof.stats.recheck.p_values import PCheck
    from galleyproof.stats.reconstruction import Reconstruction

_SMALLEST = 10
_MANY = 40
_EXPECTED = 5
"""Below an expected count of five, Pearson's test is not to be relied on (Cochran)."""


def impossible(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a row whose percentages none of the totals that the text names can give.

    Where one total fits, nothing is found; where the text names none, there is nothing
    to compare with.
    """
    for row in strata(article):
        totals = _totals(row.units, prose)
        if totals and all(_solve(row, t).verdict == "impossible" for t in totals):
            counted = " or ".join(sorted(row.units))
            yield Finding(
                kind=Kind.DENOMINATOR,
                start=row.label.start,
                end=row.cells[2].end,
                message=f"no whole numbers of {' or '.join(map(str, totals))}"
                f" {counted} give {', '.join(row.percents)}% together",
                hint="give the denominators; some may be missing",
            )


def compared(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find comparisons of two strata that hang on the choice of the test.

    The whole numbers are those that give the three percentages, up to the largest
    total that the text names. A printed p is that of the two percentages before it.
    Nothing is found where the search leaves much open.
    """
    for row in strata(article):
        totals = _totals(row.units, prose)
        result = _solve(row, max(totals), exactly=False) if totals else None
        if not result or not result.complete or len(result.solutions) > _MANY:
            continue
        printed = _printed_p(row, prose)
        p = "".join(printed[1]["p"].split()) if printed else "<0.05"
        checks = [_checked(p, one) for one in result.solutions]
        if printed:
            yield from _by_one_test(*printed, p, checks)
        elif checks and all(one.verdict_depends for one in checks):
            yield _on_two_sides(row, result.solutions[0], checks[0])


def _totals(units: frozenset[str], prose: Sequence[Sentence]) -> list[int]:
    """Return the numbers of that unit that the text names, largest first."""
    found: set[int] = set()
    for unit in units:
        stem = unit.replace("tumours", "tumou?rs").replace("tumors", "tumou?rs")
        pattern = re.compile(rf"(?<![\d.,])(\d[\d,]*)\s+(?:[a-z-]+\s+){{0,2}}{stem}\b")
        for sentence in prose:
            found |= {int(n.replace(",", "")) for n in pattern.findall(sentence.text)}
    return sorted((n for n in found if n >= _SMALLEST), reverse=True)


def _solve(row: Strata, total: int, *, exactly: bool = True) -> Reconstruction:
    from galleyproof.stats import reconstruction as r  # noqa: PLC0415 - costs NumPy

    names = ("whole", "one", "other")
    given = [
        r.Percentage(name=n, printed=p, total=f"n {n}")
        for n, p in zip(names, row.percents, strict=True)
    ]
    known = [r.Known(quantity="n whole", value=total)] if exactly else []
    parts = r.Strata(whole="whole", parts=("one", "other"))
    return r.reconstruct(*given, parts, *known, at_most=total)


def _checked(p: str, counts: Mapping[str, int]) -> PCheck:
    from galleyproof.stats.recheck import recheck_p  # noqa: PLC0415 - costs SciPy

    return recheck_p(
        p,
        a_events=counts["one.events"],
        a_total=counts["n one"],
        b_events=counts["other.events"],
        b_total=counts["n other"],
        rounding=ANY_ROUNDING,
    )


def _printed_p(
    row: Strata, prose: Sequence[Sentence]
) -> tuple[Sentence, re.Match[str]] | None:
    """Return the sentence that prints a p behind the two percentages, and the p."""
    one, other = (re.escape(p) for p in row.percents[1:])
    pattern = re.compile(
        rf"(?<![\d.]){one}\s?%[^.;%]{{1,40}}?(?<![\d.]){other}\s?%[\s,;(]{{0,3}}"
        r"\$?[pP]\$?\s*(?P<p>[=<>]\s*0?\.\d+)"
    )
    for sentence in prose:
        if match := pattern.search(sentence.text):
            return sentence, match
    return None


def _by_one_test(
    sentence: Sentence, match: re.Match[str], p: str, checks: Sequence[PCheck]
) -> Iterator[Finding]:
    """Find a p that only Pearson's test gives, with a small expected count."""
    those = [one for one in checks if one.reproduced_by]
    tests = {test for one in those for test in one.reproduced_by}
    low = min((one.minimum_expected for one in those), default=_EXPECTED)
    if tests == {"pearson"} and low < _EXPECTED:
        yield Finding(
            kind=Kind.STATISTIC,
            start=sentence.start + match.start("p"),
            end=sentence.start + match.end("p"),
            message=f"p {p[0]} {p[1:]} is that of pearson only"
            f" ({_given(those[0])}), with an expected count of {low:.1f}",
            hint="name the test; with small expected counts, an exact one",
        )


def _on_two_sides(row: Strata, counts: Mapping[str, int], check: PCheck) -> Finding:
    pair = f"{counts['one.events']}/{counts['n one']}"
    pair += f" and {counts['other.events']}/{counts['n other']}"
    return Finding(
        kind=Kind.STATISTIC,
        start=row.cells[1].start,
        end=row.cells[2].end,
        message=f"whether {pair} differ at 0.05 depends on the test ({_given(check)})",
        hint="print p and name the test",
    )


def _given(check: PCheck) -> str:
    return ", ".join(f"{t.test} {shown(t.p)}" for t in check.results if t.p is not None)
