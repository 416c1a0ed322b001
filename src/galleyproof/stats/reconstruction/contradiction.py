"""The smallest set of statements that cannot all be true.

Owns the explanation of an impossible problem. Of all sets of statements that contradict
each other it finds one with the fewest members, so that a reader has as little as
possible to compare: two numbers of which one must be a misprint, not the whole table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from galleyproof.stats.recheck.p_values import p_value
from galleyproof.stats.reconstruction.linear import Inequality
from galleyproof.stats.reconstruction.model import Model, Problem, model_of
from galleyproof.stats.reconstruction.search import Searcher
from galleyproof.stats.reconstruction.statements import Statement

_SHARE = 8
"""Part of the effort that one set of statements may take: one in so many."""
_COST_OF_MODEL = 800
"""Boxes that take about as long as making a model ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Statements that contradict each other."""

    statements: tuple[Statement, ...]
    smallest: bool
    """Whether no smaller set does; not known where a subset took too much effort."""
    work: int


def components(
    problem: Problem, statements: Sequence[Statement]
) -> list[list[Statement]]:
    """Part statements into groups that have no quantity in common."""
    groups: list[tuple[set[str], list[Statement]]] = []
    for one in statements:
        names = set(problem.quantities(one))
        joined = [group for group in groups if group[0] & names]
        groups = [group for group in groups if not group[0] & names]
        members = [other for group in joined for other in group[1]]
        groups.append((names.union(*(group[0] for group in joined)), [*members, one]))
    order = {id(one): i for i, one in enumerate(statements)}
    listed = [sorted(group[1], key=lambda one: order[id(one)]) for group in groups]
    return sorted(listed, key=lambda group: order[id(group[0])])


def smallest_contradiction(
    problem: Problem, statements: Sequence[Statement], *, effort: int
) -> Contradiction:
    """Find the fewest of some contradicting statements that already contradict.

    Parameters
    ----------
    statements: known to be contradictory.
    effort: work to spend. The statements found contradict each other however little is
        spent; only whether there is a smaller set may stay open.

    Source
    ------
    Ignatiev A, Previti A, Liffiton M, Marques-Silva J (2015), Smallest MUS extraction
    with minimal hitting set dualization, CP 2015, LNCS 9255:173-182: a contradicting
    set must meet the complement of every maximal consistent set. Propose the smallest
    set that meets those known so far, and either it contradicts or it gives another.
    """
    oracle = _Oracle(problem, statements, effort)
    everything = frozenset(range(len(statements)))
    best = oracle.reduced(everything)
    oracle.certain = True  # what follows does not rest on what that left undecided
    complements: list[frozenset[int]] = []
    while not oracle.exhausted:
        proposed = _smallest_hitting_set(complements)
        if len(proposed) >= len(best):
            break
        if oracle.consistent(proposed) is False:
            best = proposed
            break
        complement = everything - oracle.grow(proposed)
        if not complement:
            # Only possible where a subset was given up on.
            break
        complements.append(complement)
    return Contradiction(
        statements=tuple(statements[i] for i in sorted(best)),
        smallest=oracle.certain and not oracle.exhausted,
        work=oracle.work,
    )


class _Oracle:
    """Says of sets of statements, by their numbers, whether they can all be true."""

    def __init__(
        self, problem: Problem, statements: Sequence[Statement], effort: int
    ) -> None:
        self.problem = problem
        self.statements = statements
        self.effort = effort
        self.work = 0
        self.certain = True
        self.witness: dict[str, int] = {}

    @property
    def exhausted(self) -> bool:
        """Whether the effort is spent."""
        return self.work >= self.effort

    def consistent(self, chosen: frozenset[int]) -> bool | None:
        """Look for values that make the chosen statements true; keep them.

        None where neither values nor a contradiction was found with a fair share of
        the effort.
        """
        witness: dict[str, int] = {}
        self.witness = {}
        undecided = False
        subset = [self.statements[i] for i in sorted(chosen)]
        for group in components(self.problem, subset):
            model = model_of(self.problem, group)
            found = Searcher(model).search(limit=1, effort=self.effort // _SHARE)
            self.work += found.work + _COST_OF_MODEL
            if found.solutions:
                witness |= dict(zip(model.names, found.solutions[0], strict=True))
            elif found.complete:
                return False
            else:
                undecided = True
        if undecided:
            self.certain = False
            return None
        self.witness = witness
        return True

    def reduced(self, contradicting: frozenset[int]) -> frozenset[int]:
        """Leave out one statement after the other while the rest still contradicts."""
        kept = contradicting
        for i in sorted(contradicting):
            if not self.exhausted and self.consistent(kept - {i}) is False:
                kept -= {i}
        return kept

    def grow(self, chosen: frozenset[int]) -> frozenset[int]:
        """Add statements to a consistent set until no other can be added."""
        grown = chosen | self._also_true()
        for i in range(len(self.statements)):
            if (
                i not in grown
                and not self.exhausted
                and self.consistent(grown | {i}) is not False
            ):
                grown |= {i} | self._also_true()
        return grown

    def _also_true(self) -> frozenset[int]:
        """Give the statements that hold for the values last found."""
        return frozenset(
            i
            for i, one in enumerate(self.statements)
            if set(self.problem.quantities(one)) <= self.witness.keys()
            and _holds(model_of(self.problem, [one]), self.witness)
        )


def _holds(model: Model, values: Mapping[str, int]) -> bool:
    chosen = [values[name] for name in model.names]
    limits = [limit for share in model.shares for limit in share.limits]
    ends = zip(model.low, chosen, model.high, strict=True)
    if not all(low <= value <= high for low, value, high in ends):
        return False
    if not all(_value(one, chosen) >= 0 for one in (*model.inequalities, *limits)):
        return False
    for one in model.filters:
        a, n_a, b, n_b = (chosen[v] for v in one.variables)
        found = (p_value(test, a, n_a, b, n_b) for test in one.tests)
        if not any(p is not None and one.range.near(p) for p in found):
            return False
    return True


def _value(one: Inequality, chosen: Sequence[int]) -> int:
    return sum(c * chosen[v] for v, c in one.terms) + one.constant


def _smallest_hitting_set(sets: Sequence[frozenset[int]]) -> frozenset[int]:
    """Find a smallest set that has a member in each of several."""
    for size in count():
        found = _hitting_set(sets, size)
        if found is not None:
            return found
    raise AssertionError


def _hitting_set(sets: Sequence[frozenset[int]], size: int) -> frozenset[int] | None:
    if not sets:
        return frozenset()
    if not size:
        return None
    for member in sorted(sorted(sets, key=len)[0]):
        rest = _hitting_set([one for one in sets if member not in one], size - 1)
        if rest is not None:
            return rest | {member}
    return None
