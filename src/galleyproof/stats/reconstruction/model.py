"""Statements turned into what the search understands.

Owns the translation: quantities become numbered variables, statements become exact
linear inequalities between them, and p-values become filters on four variables. A
printed percentage p% = x/n with low <= 100 x / n < high is two inequalities in x and n
with integer coefficients; no percentage is ever computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.printed import Range, RoundingChoice, read_printed
from galleyproof.stats.recheck.p_values import (
    UNCONDITIONAL,
    Association,
    association_tests,
)
from galleyproof.stats.reconstruction.linear import Inequality, equation, inequality
from galleyproof.stats.reconstruction.statements import (
    Bound,
    Known,
    Percentage,
    PrintedP,
    Statement,
    Strata,
    Subgroup,
    Sum,
)
from galleyproof.stats.unconditional import MAX_TABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Two variables whose ratio was printed, with its inequalities."""

    events: int
    total: int
    limits: tuple[Inequality, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PFilter:
    """Four variables that must give a printed p by one of some tests."""

    variables: tuple[int, int, int, int]
    """Events and total of the first group, then of the second."""
    tests: tuple[Association, ...]
    range: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A system of constraints over numbered variables."""

    names: tuple[str, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    totals: frozenset[int]
    """Variables that are denominators."""
    inequalities: tuple[Inequality, ...]
    """All but the limits of the shares."""
    shares: tuple[Share, ...]
    filters: tuple[PFilter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """All statements, with what is the same for every subset of them."""

    statements: tuple[Statement, ...]
    percentages: dict[str, Percentage]
    ceilings: dict[str, int]
    """Largest value considered for each quantity, if no statement in force says less:
    no smaller than any statement about it, so that dropping one never narrows it."""
    rounding: RoundingChoice

    def quantities(self, statement: Statement) -> tuple[str, ...]:
        """List the quantities that a statement is about."""
        match statement:
            case Percentage():
                return (statement.events, statement.total)
            case Known() | Bound():
                return (statement.quantity,)
            case Sum():
                return (statement.whole, *statement.parts)
            case Strata():
                return self._of_percentages(statement.whole, *statement.parts)
            case Subgroup():
                return self._of_percentages(statement.part, statement.whole)
            case PrintedP():
                return self._of_percentages(statement.first, statement.second)

    def needs(self, statement: Statement) -> tuple[Percentage, ...]:
        """List the percentages that give a statement its quantities."""
        match statement:
            case Strata():
                names = [statement.whole, *statement.parts]
            case Subgroup():
                names = [statement.part, statement.whole]
            case PrintedP():
                names = [statement.first, statement.second]
            case _:
                names = []
        return tuple(self.percentages[name] for name in names)

    def _of_percentages(self, *names: str) -> tuple[str, ...]:
        found = [self.percentages[name] for name in names]
        return tuple(q for p in found for q in (p.events, p.total))


def problem_of(
    statements: Iterable[Statement], *, at_most: int, rounding: RoundingChoice
) -> Problem:
    """Gather statements, and check that what they refer to exists."""
    listed = tuple(statements)
    percentages: dict[str, Percentage] = {}
    for i, one in enumerate(listed):
        if not isinstance(one, Statement):
            raise ArgumentError(
                "statements", index=i, value=repr(one), allowed="a statement"
            )
        if isinstance(one, Percentage):
            if one.name in percentages:
                raise ArgumentError(
                    "statements", index=i, allowed=f"named otherwise than `{one.name}`"
                )
            percentages[one.name] = one
    if not listed:
        raise ArgumentError("statements", value="empty", allowed="at least one")
    _check_references(listed, percentages)
    ceilings: dict[str, int] = {}
    problem = Problem(
        statements=listed,
        percentages=percentages,
        ceilings=ceilings,
        rounding=rounding,
    )
    for one in listed:
        for quantity in problem.quantities(one):
            ceiling = max(ceilings.get(quantity, at_most), _stated(one))
            ceilings[quantity] = ceiling
    _check_tables(problem, at_most)
    return problem


def _check_tables(problem: Problem, at_most: int) -> None:
    """Refuse tests that would have to list more tables than they can."""
    for one in problem.statements:
        if isinstance(one, PrintedP) and set(one.tests) & set(UNCONDITIONAL):
            names = [
                problem.percentages[name].total for name in (one.first, one.second)
            ]
            if prod(problem.ceilings[name] + 1 for name in names) > MAX_TABLES:
                raise ArgumentError(
                    "at_most",
                    value=at_most,
                    allowed="smaller: Barnard's and Boschloo's tests list every table",
                )


def _stated(statement: Statement) -> int:
    """Give the largest value that a statement allows its quantity in so many words."""
    match statement:
        case Known():
            return statement.value
        case Bound() if statement.at_most is not None:
            return statement.at_most
        case _:
            return 0


def _check_references(
    statements: Sequence[Statement], percentages: dict[str, Percentage]
) -> None:
    for i, one in enumerate(statements):
        match one:
            case Strata():
                names = [one.whole, *one.parts]
            case Subgroup():
                names = [one.part, one.whole]
            case PrintedP():
                names = [one.first, one.second]
            case _:
                continue
        for name in names:
            if name not in percentages:
                raise ArgumentError(
                    "statements",
                    index=i,
                    value=f"about `{name}`",
                    allowed="about percentages that are among the statements",
                )


def model_of(problem: Problem, statements: Sequence[Statement]) -> Model:
    """Build the constraints of those of a problem's statements that are in force."""
    names = dict.fromkeys(q for one in statements for q in problem.quantities(one))
    return _Builder(problem, tuple(names)).build(statements)


class _Builder:
    """Collects the constraints of one statement after the other."""

    def __init__(self, problem: Problem, names: tuple[str, ...]) -> None:
        self.problem = problem
        self.names = names
        self.index = {name: i for i, name in enumerate(names)}
        self.low = [0] * len(names)
        self.high = [problem.ceilings[name] for name in names]
        self.totals: set[int] = set()
        self.inequalities: list[Inequality] = []
        self.shares: list[Share] = []
        self.filters: list[PFilter] = []
        self.within: dict[tuple[int, int], bool] = {}
        """Events and total; whether a printed percentage already keeps them apart."""

    def build(self, statements: Sequence[Statement]) -> Model:
        for one in statements:
            # What a percentage is (events within a total) holds wherever it is spoken
            # of, even where its printed value is not in force.
            for percentage in self.problem.needs(one):
                self._events_within_total(percentage)
            self._add(one)
        # Left out where it says nothing new: each inequality doubles what elimination
        # derives from a sum.
        self.inequalities += [
            inequality([(n, 1), (x, -1)], 0)
            for (x, n), implied in self.within.items()
            if not implied
        ]
        return Model(
            names=self.names,
            low=tuple(self.low),
            high=tuple(self.high),
            totals=frozenset(self.totals),
            inequalities=tuple(dict.fromkeys(self.inequalities)),
            shares=tuple(self.shares),
            filters=tuple(self.filters),
        )

    def _add(self, statement: Statement) -> None:
        match statement:
            case Percentage():
                self._percentage(statement)
            case Known():
                self._bound(statement.quantity, statement.value, statement.value)
            case Bound():
                self._bound(statement.quantity, statement.at_least, statement.at_most)
            case Sum():
                self._sum(statement.whole, statement.parts)
            case Strata():
                self._strata(statement)
            case Subgroup():
                self._subgroup(statement)
            case PrintedP():
                self._p_value(statement)

    def _events_within_total(self, percentage: Percentage) -> tuple[int, int]:
        x, n = self.index[percentage.events], self.index[percentage.total]
        self.totals.add(n)
        self.low[n] = max(self.low[n], 1)
        self.within.setdefault((x, n), False)
        return x, n

    def _percentage(self, percentage: Percentage) -> None:
        x, n = self._events_within_total(percentage)
        rounding = percentage.rounding or self.problem.rounding
        range_ = read_printed("printed", percentage.printed).range(rounding)
        limits = []
        if range_.low is not None:
            limits.append(_limit(x, n, range_.low, range_.low_closed, sign=1))
        if range_.high is not None:
            limits.append(_limit(x, n, range_.high, range_.high_closed, sign=-1))
            self.within[x, n] |= range_.high <= 100
        self.shares.append(Share(events=x, total=n, limits=tuple(limits)))

    def _bound(self, quantity: str, at_least: int, at_most: int | None) -> None:
        i = self.index[quantity]
        self.low[i] = max(self.low[i], at_least)
        if at_most is not None:
            self.high[i] = min(self.high[i], at_most)

    def _sum(self, whole: str, parts: Sequence[str]) -> None:
        terms = [(self.index[whole], 1)] + [(self.index[part], -1) for part in parts]
        self.inequalities += equation(terms, 0)

    def _strata(self, strata: Strata) -> None:
        whole = self.problem.percentages[strata.whole]
        parts = [self.problem.percentages[part] for part in strata.parts]
        self._sum(whole.total, [part.total for part in parts])
        self._sum(whole.events, [part.events for part in parts])

    def _subgroup(self, subgroup: Subgroup) -> None:
        part = self.problem.percentages[subgroup.part]
        whole = self.problem.percentages[subgroup.whole]
        events = [(self.index[whole.events], 1), (self.index[part.events], -1)]
        total = [(self.index[whole.total], 1), (self.index[part.total], -1)]
        others = total + [(v, -c) for v, c in events]
        self.inequalities += [inequality(terms, 0) for terms in (events, total, others)]

    def _p_value(self, printed: PrintedP) -> None:
        first = self.problem.percentages[printed.first]
        second = self.problem.percentages[printed.second]
        rounding = printed.rounding or self.problem.rounding
        self.filters.append(
            PFilter(
                variables=(
                    self.index[first.events],
                    self.index[first.total],
                    self.index[second.events],
                    self.index[second.total],
                ),
                tests=association_tests(printed.tests),
                range=read_printed("printed", printed.printed).range(rounding),
            )
        )


def _limit(x: int, n: int, percent: Fraction, closed: bool, *, sign: int) -> Inequality:
    """State 100 x / n >= percent (sign 1) or <= percent (sign -1).

    Between whole numbers a strict inequality is the closed one, moved by 1.
    """
    terms = [
        (x, sign * 100 * percent.denominator),
        (n, -sign * percent.numerator),
    ]
    return inequality(terms, 0 if closed else -1)
