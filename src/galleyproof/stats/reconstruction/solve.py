"""`reconstruct`: from what was printed to every set of counts behind it.

Owns the verdict. The parts of a problem that share no quantity are solved apart and
joined at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, product
from math import prod
from types import MappingProxyType
from typing import NamedTuple

from galleyproof.stats import _validate as check
from galleyproof.stats.printed import Rounding, RoundingChoice, conventions
from galleyproof.stats.reconstruction.contradiction import (
    Contradiction,
    components,
    smallest_contradiction,
)
from galleyproof.stats.reconstruction.model import (
    Problem,
    model_of,
    problem_of,
)
from galleyproof.stats.reconstruction.search import Found, Searcher
from galleyproof.stats.reconstruction.statements import Statement

MAX_TOTAL = 10_000_000


class Verdict(StrEnum):
    """How many sets of counts agree with what was printed."""

    UNIQUE = "unique"
    AMBIGUOUS = "ambiguous"
    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"
    """The effort ran out with fewer than two solutions found: raise `effort`, or state
    more of what is known."""


class Counts(NamedTuple):
    """Events out of a total."""

    events: int
    total: int

    def __str__(self) -> str:
        return f"{self.events}/{self.total}"


class Extent(NamedTuple):
    """The values between which a quantity lies in every solution."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How far the search went."""

    at_most: int
    limit: int
    effort: int
    work: int
    """Candidates examined in all, each p-value counted as several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconstruction:
    """What can be said of the counts behind printed numbers."""

    verdict: Verdict
    solutions: tuple[Mapping[str, int], ...]
    """From quantity to value; ascending, at most `limit` of them."""
    count: int | None
    """How many solutions there are; None where the search stopped early."""
    complete: bool
    """Whether `solutions` lists them all."""
    extents: Mapping[str, Extent]
    """For each quantity the range that no solution leaves; where `complete`, both ends
    are reached. Empty if impossible."""
    contradiction: tuple[Statement, ...]
    """If impossible, the fewest statements that cannot all be true; else empty."""
    contradiction_is_smallest: bool
    """False where a smaller contradiction could not be ruled out within the effort."""
    searched: Searched
    problem: Problem

    @property
    def common(self) -> Mapping[str, int]:
        """The quantities that have the same value in every solution."""
        return MappingProxyType(
            {name: low for name, (low, high) in self.extents.items() if low == high}
        )

    def counts(self, percentage: str) -> tuple[Counts, ...]:
        """List the different events and totals of one percentage in `solutions`.

        Raises
        ------
        KeyError
            No percentage has this name.
        """
        one = self.problem.percentages[percentage]
        pairs = {Counts(s[one.events], s[one.total]) for s in self.solutions}
        return tuple(sorted(pairs, key=lambda c: (c.total, c.events)))

    def __str__(self) -> str:
        """Say the verdict, and what it rests on, one line each."""
        if self.verdict is Verdict.IMPOSSIBLE:
            lines = [str(one) for one in self.contradiction]
            head = "impossible: these cannot all be true"
        elif self.verdict is Verdict.UNDECIDED:
            lines, head = [], f"undecided after {self.searched.work} candidates"
        else:
            number = str(self.count) if self.complete else f"over {len(self.solutions)}"
            head = f"{self.verdict}: {number} solution{'s' * (self.count != 1)}"
            lines = [self._line(name) for name in self.problem.percentages]
        return "\n  ".join([f"{head}, totals up to {self.searched.at_most}", *lines])

    def _line(self, percentage: str) -> str:
        shown = self.counts(percentage)
        more = ", ..." if len(shown) > 10 or not self.complete else ""
        return f"{percentage}: {', '.join(map(str, shown[:10]))}{more}"


def reconstruct(
    *statements: Statement,
    at_most: int,
    rounding: RoundingChoice = Rounding.HALF_UP,
    limit: int = 1000,
    effort: int = 300_000,
) -> Reconstruction:
    """Find all whole numbers behind printed percentages.

    Parameters
    ----------
    statements: at least one `Percentage`, `Known`, `Bound`, `Sum`, `Strata`, `Subgroup`
        or `PrintedP`. Events lie between 0 and their total, totals are at least 1.
    at_most: upper limit of every quantity of which no `Known` or `Bound` allows more;
        1 to 10,000,000.
    rounding: convention by which the numbers were shortened, or several of which any
        may have been used for each; a statement may have its own.
    limit: solutions to list at most, at least 1.
    effort: candidates to examine at most, at least 1; the default takes less than
        a second. Explaining a contradiction may take as much again.

    Returns
    -------
    Reconstruction. `unique` and `impossible` are proven within the limits on totals. A
    search that was stopped by `limit` is `ambiguous` with `complete` false; one that
    was stopped by `effort` is that or `undecided`, never a guess.

    Every decision on a percentage is made in whole numbers. Only a `PrintedP` rests on
    floating-point p-values, compared with a relative tolerance of 1e-9.

    Raises
    ------
    ArgumentError: a statement refers to a percentage that is not among them, two
        percentages have one name, a limit is out of range, or `at_most` is so large for
        the decimals printed that 64 bits would not hold the comparison, or so large
        that a `PrintedP` by Barnard or Boschloo had too many tables to list.

    Source
    ------
    The granularity argument of Brown NJL, Heathers JAJ (2017), Soc Psychol Personal Sci
    8:363-369 (GRIM), carried over to several linked percentages with unknown totals.
    Interval propagation: Apt KR (2003), Principles of Constraint Programming;
    elimination of the events as in `linear`.

    Examples
    --------
    >>> from galleyproof.stats import Percentage, Strata, reconstruct
    >>> print(reconstruct(
    ...     Percentage(name="all", printed="23.3"),
    ...     Percentage(name="small", printed="18.0"),
    ...     Percentage(name="large", printed="63.3"),
    ...     Strata(whole="all", parts=["small", "large"]),
    ...     at_most=299,
    ... ))
    unique: 1 solution, totals up to 299
      all: 60/258
      small: 41/228
      large: 19/30
    """
    at_most = check.count("at_most", at_most, low=1, high=MAX_TOTAL)
    limit = check.count("limit", limit, low=1)
    effort = check.count("effort", effort, low=1)
    conventions(rounding)
    problem = problem_of(statements, at_most=at_most, rounding=rounding)
    groups = components(problem, problem.statements)
    models = [model_of(problem, group) for group in groups]
    found = [Searcher(model).search(limit=limit, effort=effort) for model in models]
    work = sum(one.work for one in found)
    contradiction = None
    impossible = [
        group
        for group, one in zip(groups, found, strict=True)
        if one.complete and not one.solutions
    ]
    if impossible:
        contradictions = [
            smallest_contradiction(problem, group, effort=effort)
            for group in impossible
        ]
        contradiction = min(contradictions, key=lambda one: len(one.statements))
        work += sum(one.work for one in contradictions)
    searched = Searched(at_most=at_most, limit=limit, effort=effort, work=work)
    names = [model.names for model in models]
    return _joined(problem, names, found, contradiction, searched)


def _joined(
    problem: Problem,
    names: list[tuple[str, ...]],
    found: list[Found],
    contradiction: Contradiction | None,
    searched: Searched,
) -> Reconstruction:
    """Put the solutions of independent parts together."""
    known = all(one.complete for one in found)
    number = prod(len(one.solutions) for one in found)
    listed = min(number, searched.limit) if contradiction is None else 0
    every = tuple(name for part in names for name in part)
    rows = islice(product(*(one.solutions for one in found)), listed)
    solutions = tuple(
        MappingProxyType(
            dict(zip(every, (v for part in row for v in part), strict=True))
        )
        for row in rows
    )
    extents: dict[str, Extent] = {}
    if contradiction is not None:
        number, known = 0, True
    else:
        for part, one in zip(names, found, strict=True):
            ends = map(Extent, one.low, one.high)
            extents |= dict(zip(part, ends, strict=True))
    return Reconstruction(
        verdict=_verdict(number, known=known),
        solutions=solutions,
        count=number if known else None,
        complete=known and number <= searched.limit,
        extents=MappingProxyType(extents),
        contradiction=() if contradiction is None else contradiction.statements,
        contradiction_is_smallest=contradiction is None or contradiction.smallest,
        searched=searched,
        problem=problem,
    )


def _verdict(number: int, *, known: bool) -> Verdict:
    if number > 1:
        return Verdict.AMBIGUOUS
    if not known:
        return Verdict.UNDECIDED
    return Verdict.UNIQUE if number else Verdict.IMPOSSIBLE
