"""The search for every solution of a model, without listing what cannot be.

Owns the order of choices and the limits. Totals are chosen before events, the quantity
with the fewest values left first; what each choice rules out is worked out
(`propagate`) before the next one. Blocks of boxes are taken depth first, so that the
search is quick to its first solutions and stops at its limits however many there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galleyproof.stats.recheck.p_values import UNCONDITIONAL, p_value
from galleyproof.stats.reconstruction.domains import Ints, Mask, domains_of
from galleyproof.stats.reconstruction.linear import shadow
from galleyproof.stats.reconstruction.model import Model, PFilter
from galleyproof.stats.reconstruction.p_bounds import chances, may_agree
from galleyproof.stats.reconstruction.propagate import Propagator

_SMALL_BLOCK = 8
_LARGE_BLOCK = 1024
_BLOCK_WITH_P = 128
_COST_OF_P = 20
"""Boxes that take about as long as one p-value of small groups."""
_PERSONS = 8
"""Persons of a table whose p takes one box longer: exact tests list every table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found."""

    solutions: tuple[tuple[int, ...], ...]
    """Values in the order of the model's names; ascending."""
    complete: bool
    """Whether there is no other solution."""
    work: int
    """Boxes examined, with each p-value counted as several."""
    low: tuple[int, ...]
    """No solution has smaller values than these; empty where there is none at all."""
    high: tuple[int, ...]
    """No solution has larger values than these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """Boxes side by side: arrays (quantities, boxes)."""

    low: Ints
    high: Ints
    fresh: bool
    """Whether they have yet to be tightened."""


class Searcher:
    """A model made ready, to be searched once or several times."""

    def __init__(self, model: Model) -> None:
        self.model = model
        domains = domains_of(model)
        self.possible = domains is not None
        self.work = 0
        if domains is None:
            return
        self.domains = domains.of
        events = [v for v in range(len(model.names)) if v not in model.totals]
        self.propagator = Propagator(
            (*model.inequalities, *domains.limits),
            shadow((*model.inequalities, *domains.simple), events),
            domains.of,
            max(model.high),
        )
        self.filters = [(one, chances(model, one)) for one in model.filters]
        self.possible = not self.propagator.contradiction
        low = np.array([[v] for v in model.low], dtype=np.int64)
        high = np.array([[v] for v in model.high], dtype=np.int64)
        self.low, self.high = self.propagator.tighten(low, high)
        self.possible = self.possible and bool(self.low.size)

    def search(self, *, limit: int, effort: int) -> Found:
        """Find solutions until there are no more, or more than `limit`, or no effort.

        Parameters
        ----------
        limit: solutions to find at most, at least 1.
        effort: work after which to give up.
        """
        self.work = 0
        if not self.possible:
            return self._found([], complete=True)
        stack = [_Block(low=self.low, high=self.high, fresh=True)]
        found: list[Ints] = []
        # The p-values of a block are computed together: the effort is asked between.
        largest = _BLOCK_WITH_P if self.filters else _LARGE_BLOCK
        number, size = 0, max(_SMALL_BLOCK, min(limit, largest))
        while stack:
            if self.work > effort or number > limit:
                return self._found(found, complete=False, limit=limit)
            low, high = self._examined(stack.pop())
            single = (low == high).all(axis=0)
            found.append(low[:, single])
            number += int(single.sum())
            low, high = low[:, ~single], high[:, ~single]
            if low.shape[1]:
                stack += self._branch(low, high, size)
            else:
                # Nothing came of it: take more at once, at less cost for each.
                size = min(size * 2, largest)
        return self._found(found, complete=number <= limit, limit=limit)

    def _examined(self, block: _Block) -> tuple[Ints, Ints]:
        if not block.fresh:
            return block.low, block.high
        self.work += block.low.shape[1]
        return self._narrowed(block.low, block.high)

    def _narrowed(self, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        low, high = self.propagator.tighten(low, high)
        for one, ranges in self.filters:
            keep = may_agree(one, ranges, low, high)
            low, high = low[:, keep], high[:, keep]
            keep = self._reproduces(one, low, high)
            low, high = low[:, keep], high[:, keep]
        return low, high

    def _reproduces(self, one: PFilter, low: Ints, high: Ints) -> Mask:
        """Whether a box may have the printed p; it may while a count is undecided."""
        rows = list(one.variables)
        decided = (low[rows] == high[rows]).all(axis=0)
        keep = np.ones(low.shape[1], dtype=np.bool_)
        tables, which = np.unique(low[rows][:, decided], axis=1, return_inverse=True)
        self.work += _cost(one, tables)
        agrees = np.array(
            [_agrees(one, *map(int, t)) for t in tables.T], dtype=np.bool_
        )
        keep[decided] = agrees[which.reshape(-1)] if agrees.size else False
        return keep

    def _branch(self, low: Ints, high: Ints, size: int) -> list[_Block]:
        """Split the first boxes by the values of one quantity, about `size` in all.

        Gives what is left for later, then the new boxes: a stack takes them first.
        Where k totals share what there is, the first values tried are 1/(k + 1) of the
        way up, the centre of a simplex: extreme ones leave the others no room.
        """
        v = self._next(low, high)
        shared = sum(bool((low[n] < high[n]).any()) for n in self.model.totals)
        domain = self.domains[v]
        sizes = domain.sizes(low[v], high[v])
        boxes = max(1, int(np.searchsorted(np.cumsum(sizes), size, side="right")))
        taken = np.minimum(sizes[:boxes], size)
        values = domain.around(low[v, :boxes], high[v, :boxes], taken, shared + 1)
        new_low = np.repeat(low[:, :boxes], taken, axis=1)
        new_high = np.repeat(high[:, :boxes], taken, axis=1)
        new_low[v] = new_high[v] = values
        rest = [_Block(low=low[:, boxes:], high=high[:, boxes:], fresh=False)]
        if taken[0] < sizes[0]:
            rest += self._flanks(low[:, :1], high[:, :1], v, values)
        new = _Block(low=new_low, high=new_high, fresh=True)
        return [*(block for block in rest if block.low.shape[1]), new]

    def _flanks(self, low: Ints, high: Ints, v: int, taken: Ints) -> list[_Block]:
        """Give what one box has below and above the values taken from its middle."""
        domain = self.domains[v]
        below, above = high.copy(), low.copy()
        below[v] = domain.shifted(int(taken.min()), -1)
        above[v] = domain.shifted(int(taken.max()), 1)
        flanks = [(low, below), (above, high)]
        # One that is a single choice would count as a solution without its p-values.
        return [
            _Block(low=a, high=b, fresh=bool((a == b).all()))
            for a, b in flanks
            if a[v, 0] <= b[v, 0]
        ]

    def _next(self, low: Ints, high: Ints) -> int:
        """Choose what to decide next: totals first, fewest values first."""
        undecided = np.flatnonzero((low < high).any(axis=1))

        def cost(v: int) -> tuple[bool, int]:
            sizes = self.domains[v].sizes(low[v], high[v])
            return v not in self.model.totals, int(sizes.sum())

        return min((int(v) for v in undecided), key=cost)

    def _found(
        self, found: list[Ints], *, complete: bool, limit: int | None = None
    ) -> Found:
        rows = sorted(tuple(map(int, column)) for block in found for column in block.T)
        if complete:
            low = tuple(map(min, zip(*rows, strict=True)))
            high = tuple(map(max, zip(*rows, strict=True)))
        else:
            low = tuple(map(int, self.low[:, 0]))
            high = tuple(map(int, self.high[:, 0]))
        return Found(
            solutions=tuple(rows[:limit]),
            complete=complete,
            work=self.work,
            low=low,
            high=high,
        )


def _cost(one: PFilter, tables: Ints) -> int:
    """Say how many boxes take as long as the p-values of some tables (4, number)."""
    n_a, n_b = tables[1], tables[3]
    cost: int = _COST_OF_P * tables.shape[1] + int((n_a + n_b).sum()) // _PERSONS
    if set(one.tests) & set(UNCONDITIONAL):
        cost += int((n_a * n_b).sum())
    return cost


def _agrees(one: PFilter, a: int, n_a: int, b: int, n_b: int) -> bool:
    """Whether one of the tests gives a p that would be printed like this."""
    values = (p_value(test, a, n_a, b, n_b) for test in one.tests)
    return any(p is not None and one.range.near(p) for p in values)
