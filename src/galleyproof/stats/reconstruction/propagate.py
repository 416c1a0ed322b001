"""Tightening of boxes: many partial choices at once, each an interval per quantity.

Owns the inner loop of the search. A box gives every quantity a lowest and a highest
value; an inequality then often forbids the ends of some of them. All boxes of a block
are tightened together, in 64-bit whole numbers whose range is checked beforehand. A box
whose intervals are all single values and that survives satisfies every inequality.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.reconstruction.domains import Domain, Ints, Mask
from galleyproof.stats.reconstruction.linear import Inequality

_LARGEST = 2**62
_NONE = np.zeros(0, dtype=np.int64)
_ROUNDS = 20
"""Tightening may converge slowly; what is left over the search splits anyway."""


class Propagator:
    """The inequalities of a model, laid out for whole blocks of boxes.

    `low` and `high` are arrays (quantities, boxes).
    """

    def __init__(
        self,
        inequalities: Sequence[Inequality],
        derived: Sequence[Inequality],
        domains: Sequence[Domain],
        ceiling: int,
    ) -> None:
        self.holed = np.array([v for v, d in enumerate(domains) if d.holed], np.intp)
        width = ceiling + 2
        self.last = ceiling + 1
        self.start = (np.arange(self.holed.size, dtype=np.int64) * width)[:, None]
        self.up = np.concatenate([_NONE, *(domains[v].next_up() for v in self.holed)])
        self.down = np.concatenate(
            [_NONE, *(domains[v].next_down() for v in self.holed)]
        )
        for one in inequalities:
            if _magnitude(one, ceiling) > _LARGEST:
                raise ArgumentError(
                    "at_most",
                    value=ceiling,
                    allowed="smaller, or the percentages printed with fewer decimals",
                )
        usable = [one for one in derived if _magnitude(one, ceiling) <= _LARGEST]
        kept = [one for one in (*inequalities, *usable) if one.terms]
        self.contradiction = any(
            not one.terms and one.constant < 0 for one in (*inequalities, *usable)
        )
        self.constant = np.array([one.constant for one in kept], dtype=np.int64)
        entries = [(i, v, c) for i, one in enumerate(kept) for v, c in one.terms]
        self.row = np.array([i for i, _, _ in entries], dtype=np.intp)
        self.variable = np.array([v for _, v, _ in entries], dtype=np.intp)
        self.coefficient = np.array([c for _, _, c in entries], dtype=np.int64)
        self.first = np.flatnonzero(np.diff(self.row, prepend=-1))

    def tighten(self, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Narrow boxes and drop the impossible ones; order is kept."""
        for _ in range(_ROUNDS):
            low, high = self._within_domains(low, high)
            most, slack = self._slack(low, high)
            alive = (slack >= 0).all(axis=0) & (low <= high).all(axis=0)
            if not alive.all():
                low, high = low[:, alive], high[:, alive]
                most, slack = most[:, alive], slack[:, alive]
            if not low.shape[1]:
                return low, high
            narrower = self._narrow(low, high, most, slack)
            if narrower is None:
                return low, high
            low, high = narrower
        low, high = self._within_domains(low, high)
        _, slack = self._slack(low, high)
        alive = (slack >= 0).all(axis=0) & (low <= high).all(axis=0)
        return low[:, alive], high[:, alive]

    def _within_domains(self, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Move ends that fall between the values of a domain to the next value."""
        if not self.holed.size:
            return low, high
        low, high = low.copy(), high.copy()
        from_below = np.minimum(low[self.holed], self.last)
        from_above = np.maximum(high[self.holed], -1) + 1
        low[self.holed] = self.up[from_below + self.start]
        high[self.holed] = self.down[from_above + self.start]
        return low, high

    def _slack(self, low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Give the largest value of each term, and of each inequality."""
        if not self.row.size:
            empty = np.zeros((0, low.shape[1]), dtype=np.int64)
            return empty, empty
        ends = np.where(
            self.coefficient[:, None] > 0, high[self.variable], low[self.variable]
        )
        most = ends * self.coefficient[:, None]
        slack = np.add.reduceat(most, self.first, axis=0) + self.constant[:, None]
        return most, slack

    def _narrow(
        self, low: Ints, high: Ints, most: Ints, slack: Ints
    ) -> tuple[Ints, Ints] | None:
        """Move the ends that an inequality forbids; None where none moves."""
        open_: Mask = np.asarray((low < high).any(axis=1))
        entries = np.flatnonzero(open_[self.variable])
        if not entries.size:
            return None
        rest = slack[self.row[entries]] - most[entries]
        coefficient = self.coefficient[entries]
        variable = self.variable[entries]
        new_low, new_high = low.copy(), high.copy()
        positive = coefficient > 0
        at_least = -(rest[positive] // coefficient[positive, None])
        at_most = rest[~positive] // -coefficient[~positive, None]
        for v, bound in zip(variable[positive], at_least, strict=True):
            np.maximum(new_low[v], bound, out=new_low[v])
        for v, bound in zip(variable[~positive], at_most, strict=True):
            np.minimum(new_high[v], bound, out=new_high[v])
        if np.array_equal(new_low, low) and np.array_equal(new_high, high):
            return None
        return new_low, new_high


def _magnitude(one: Inequality, ceiling: int) -> int:
    """Bound every intermediate result of an inequality."""
    return sum(abs(c) for _, c in one.terms) * (ceiling + 2) + abs(one.constant)
