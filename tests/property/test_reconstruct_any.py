"""`reconstruct` on any mixture of statements finds what trying all numbers finds.

Every whole number within the limits is tried for every quantity, and every smaller set
of statements for every contradiction. Printed texts are checked in decimal arithmetic,
which shares nothing with the package.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations
from math import prod

import numpy as np
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from galleyproof.stats import (
    Bound,
    Known,
    Percentage,
    PrintedP,
    Rounding,
    Strata,
    Subgroup,
    Sum,
    Verdict,
    reconstruct,
)
from galleyproof.stats.printed import read_printed
from galleyproof.stats.recheck.p_values import p_value
from galleyproof.stats.reconstruction.model import problem_of

DECIMAL = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.TRUNCATE: ROUND_DOWN,
}
BELOW = {"<": (-1,), "≤": (-1, 0), ">": (1,), "≥": (0, 1)}
MOST_POINTS = 300_000

caps = st.sampled_from([4, 6, 8])
roundings = st.sampled_from(
    [*Rounding, [Rounding.HALF_UP, Rounding.TRUNCATE], list(Rounding)]
)
exotic = st.sampled_from(
    ["0", "0.0", "100", "100.00", "<1", "≤100", ">50", "≥33.3", "<0", "12", "66.6"]
)
totals = st.sampled_from(["n", "m", ""])


def printed(events, total, decimals, rounding):
    exact = Decimal(100 * events) / Decimal(total)
    return str(exact.quantize(Decimal(1).scaleb(-decimals), DECIMAL[rounding]))


@st.composite
def percentages(draw, cap):
    """One to three, some of them printed truly, some sharing a total."""
    truth, found = {}, []
    for i in range(draw(st.integers(1, 3))):
        total = draw(totals) or f"p{i}.total"
        n = truth.setdefault(total, draw(st.integers(1, cap)))
        x = truth[f"p{i}.events"] = draw(st.integers(0, n))
        decimals, rounding = (
            draw(st.integers(0, 2)),
            draw(st.sampled_from(list(Rounding))),
        )
        text = draw(st.just(printed(x, n, decimals, rounding)) | exotic)
        own = draw(st.none() | st.just(rounding))
        found.append(Percentage(name=f"p{i}", printed=text, total=total, rounding=own))
    return truth, found


@st.composite
def problems(draw):
    """Percentages, and up to three statements about them, true or not."""
    cap = draw(caps)
    truth, found = draw(percentages(cap))
    names = [one.name for one in found]
    for _ in range(draw(st.integers(0, 3))):
        quantity = draw(st.sampled_from(sorted(truth)))
        value = draw(st.just(truth[quantity]) | st.integers(0, cap + 1))
        options = [
            Known(quantity=quantity, value=value),
            Bound(quantity=quantity, at_least=value),
            Bound(quantity=quantity, at_most=value),
        ]
        if len(truth) > 2:
            whole, *parts = draw(st.permutations(sorted(truth)))[:3]
            options.append(Sum(whole=whole, parts=parts))
        mixed = draw(st.permutations(names))
        if len(names) > 1:
            options.append(Subgroup(part=mixed[0], whole=mixed[1]))
        if len(names) > 2:
            options.append(Strata(whole=mixed[0], parts=mixed[1:]))
        found.append(draw(st.sampled_from(options)))
    return draw(st.permutations(found)), cap, draw(roundings)


def agrees(percentage, default, events, total):
    """Whether events of total would be printed like this."""
    if total < 1 or events > total:
        return False
    text, exact = percentage.printed, Fraction(100 * events, total)
    if text[0] in BELOW:
        limit = Fraction(text[1:])
        return (exact > limit) - (exact < limit) in BELOW[text[0]]
    chosen = percentage.rounding or default
    conventions = [chosen] if isinstance(chosen, str) else chosen
    decimals = len(text.partition(".")[2])
    return any(printed(events, total, decimals, r) == text for r in conventions)


class Grid:
    """Every combination of whole numbers, and where each statement holds."""

    def __init__(self, problem, default):
        self.problem, self.default = problem, default
        used = (q for one in problem.statements for q in problem.quantities(one))
        self.names = list(dict.fromkeys(used))
        self.shape = tuple(problem.ceilings[name] + 1 for name in self.names)
        axes = np.meshgrid(*map(np.arange, self.shape), indexing="ij", sparse=True)
        self.axis = dict(zip(self.names, axes, strict=True))

    def holds(self, one):
        found = np.ones((1,) * len(self.names), dtype=bool)
        for each in self.problem.needs(one):
            found = found & self._within(each)
        return found & self._own(one)

    def _within(self, one):
        return (self.axis[one.events] <= self.axis[one.total]) & (
            self.axis[one.total] >= 1
        )

    def _own(self, one):
        axis, of = self.axis, self.problem.percentages
        match one:
            case Percentage():
                holds = self._table(
                    (one.events, one.total),
                    lambda x, n: agrees(one, self.default, x, n),
                )
            case Known():
                holds = axis[one.quantity] == one.value
            case Bound():
                most = self.shape[self.names.index(one.quantity)]
                most = most if one.at_most is None else one.at_most
                holds = (axis[one.quantity] >= one.at_least) & (
                    axis[one.quantity] <= most
                )
            case Sum():
                holds = axis[one.whole] == sum(axis[part] for part in one.parts)
            case Strata():
                whole, parts = of[one.whole], [of[part] for part in one.parts]
                holds = (axis[whole.total] == sum(axis[p.total] for p in parts)) & (
                    axis[whole.events] == sum(axis[p.events] for p in parts)
                )
            case Subgroup():
                part, whole = of[one.part], of[one.whole]
                events = axis[whole.events] - axis[part.events]
                total = axis[whole.total] - axis[part.total]
                holds = (events >= 0) & (total >= events)
            case PrintedP():
                holds = self._p(one, of[one.first], of[one.second])
        return holds

    def _p(self, one, first, second):
        range_ = read_printed("printed", one.printed).range(self.default)

        def agrees(a, n_a, b, n_b):
            if not (max(a, 1) <= n_a and max(b, 1) <= n_b):
                return False
            found = (p_value(test, a, n_a, b, n_b) for test in one.tests)
            return any(p is not None and range_.near(p) for p in found)

        names = (first.events, first.total, second.events, second.total)
        return self._table(names, agrees)

    def _table(self, names, agrees):
        shape = [self.shape[self.names.index(name)] for name in names]
        table = np.array([agrees(*map(int, i)) for i in np.ndindex(*shape)], dtype=bool)
        return table.reshape(shape)[tuple(self.axis[name] for name in names)]


def compare(statements, cap, rounding):
    problem = problem_of(statements, at_most=cap, rounding=rounding)
    grid = Grid(problem, rounding)
    assume(prod(grid.shape) <= MOST_POINTS)
    masks = [np.broadcast_to(grid.holds(one), grid.shape) for one in statements]
    expected = {tuple(map(int, i)) for i in np.argwhere(np.logical_and.reduce(masks))}
    result = reconstruct(*statements, at_most=cap, rounding=rounding, limit=MOST_POINTS)
    event(str(result.verdict))
    found = [tuple(s[name] for name in grid.names) for s in result.solutions]
    assert result.complete
    assert set(found) == expected
    assert len(found) == len(expected) == result.count
    if expected:
        one = len(expected) == 1
        assert result.verdict is (Verdict.UNIQUE if one else Verdict.AMBIGUOUS)
        for name, values in zip(grid.names, zip(*expected, strict=True), strict=True):
            assert result.extents[name] == (min(values), max(values))
        return
    assert result.verdict is Verdict.IMPOSSIBLE
    members = [
        next(i for i, other in enumerate(statements) if other is one)
        for one in result.contradiction
    ]

    def contradict(chosen):
        return not np.logical_and.reduce([masks[i] for i in chosen]).any()

    assert contradict(members)
    if result.contradiction_is_smallest:
        smaller = combinations(range(len(statements)), len(members) - 1)
        assert not any(contradict(chosen) for chosen in smaller if chosen)


@given(problems())
@settings(max_examples=150, deadline=None)
def test_any_statements(problem):
    compare(*problem)


p_values = st.sampled_from(["<0.05", ">0.05", "0.04", "1.0", "0.5", "≥0.1", "0.33"])
tests = st.sets(
    st.sampled_from(["pearson", "pearson-yates", "fisher", "fisher-mid-p"]), min_size=1
).map(sorted)


@given(problems(), p_values, tests)
@settings(max_examples=60, deadline=None)
def test_any_statements_with_a_p(problem, text, chosen):
    statements, cap, rounding = problem
    names = [one.name for one in statements if isinstance(one, Percentage)]
    assume(len(names) > 1)
    p = PrintedP(printed=text, first=names[0], second=names[1], tests=chosen)
    compare([*statements, p], cap, rounding)
