"""Which whole numbers each quantity can be, taken by itself.

Owns the reasoning on divisibility: a total of 69 has no number of events that is
printed 98.5%, so 69 leaves the domain of that total at once and for good. Each
percentage narrows the domains of its two quantities against each other (arc
consistency) until nothing more falls out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from galleyproof.stats.reconstruction.linear import Inequality, inequality
from galleyproof.stats.reconstruction.model import Model, Share

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

MAX_LISTED = 50_000
"""Above it a domain is only its two ends: listing it would cost more than it saves."""
_SIMPLE = 100
"""Largest coefficient that elimination multiplies without harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """The values that one quantity may still have."""

    values: Ints
    """In ascending order; only the two ends where the domain is not listed."""
    rank: Ints
    """How many values are below v, for v from 0 to the ceiling + 1; empty where the
    domain is not listed."""

    @property
    def holed(self) -> bool:
        """Whether values are missing between the first and the last."""
        span = int(self.values[-1]) - int(self.values[0]) + 1
        return bool(self.rank.size) and self.values.size < span

    def next_up(self) -> Ints:
        """For v from 0 to the ceiling + 1, the next value; ceiling + 1 for none."""
        return np.append(self.values, self.rank.size - 1)[self.rank]

    def next_down(self) -> Ints:
        """For v from -1 to the ceiling, the value before or at it; -1 for none."""
        return np.append(self.values, -1)[self.rank - 1]

    def shifted(self, value: int, step: int) -> int:
        """Give the value next to one, above (1) or below (-1); beyond all for none."""
        if not self.rank.size:
            return value + step
        place = int(self.rank[value]) + step
        if place < 0:
            return -1
        return int(self.values[place]) if place < self.values.size else self.rank.size

    def sizes(self, low: Ints, high: Ints) -> Ints:
        """Count the values from `low` to `high`, which must be values themselves."""
        if not self.rank.size:
            return high - low + 1
        number: Ints = self.rank[high + 1] - self.rank[low]
        return number

    def around(self, low: Ints, high: Ints, sizes: Ints, parts: int) -> Ints:
        """List, one box after the other, `sizes` values around 1/parts of the way up.

        They are neighbours; the first of each box is the one aimed at.
        """
        start = self.rank[low] if self.rank.size else low
        number = self.sizes(low, high)
        aim = (number - 1) // parts
        first = np.clip(aim - sizes // 2, 0, number - sizes)
        before = np.repeat(np.cumsum(sizes) - sizes, sizes)
        step = np.arange(int(sizes.sum()), dtype=np.int64) - before
        turned = (step + np.repeat(aim - first, sizes)) % np.repeat(sizes, sizes)
        place = np.repeat(start + first, sizes) + turned
        if not self.rank.size:
            return np.asarray(place, dtype=np.int64)
        found: Ints = self.values[place]
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Domains:
    """The domains of all quantities, and what they say about each percentage."""

    of: tuple[Domain, ...]
    limits: tuple[Inequality, ...]
    """Of the shares: the same choices as those printed, but as tight as they can be.

    100.00% of at most 5,000 is all of them, although 99.996% would be printed alike.
    """
    simple: tuple[Inequality, ...]
    """The same with small numbers, for elimination, whose products would overflow: as
    printed, unless the tight ones are simpler."""


def domains_of(model: Model) -> Domains | None:
    """Find the domain of every quantity; None where one is empty."""
    ceiling = max(model.high)
    ends = list(zip(model.low, model.high, strict=True))
    if any(low > high for low, high in ends):
        return None
    if ceiling > MAX_LISTED:
        printed = tuple(limit for share in model.shares for limit in share.limits)
        return Domains(
            of=tuple(_unlisted(low, high) for low, high in ends),
            limits=printed,
            simple=printed,
        )
    masks = [_between(low, high, ceiling) for low, high in ends]
    _settle(model, masks, ceiling)
    if not all(mask.any() for mask in masks):
        return None
    of = tuple(_listed(mask) for mask in masks)
    limits: list[Inequality] = []
    simple: list[Inequality] = []
    for share in model.shares:
        tight = _tight(share, of, ceiling)
        limits += tight
        if all(abs(c) <= _SIMPLE for one in tight for _, c in one.terms):
            simple += tight
        else:
            simple += share.limits
    return Domains(of=of, limits=tuple(limits), simple=tuple(simple))


def _settle(model: Model, masks: list[Mask], ceiling: int) -> None:
    """Narrow the masks in place until no percentage changes them."""
    waiting = list(range(len(model.shares)))
    while waiting:
        share = model.shares[waiting.pop(0)]
        changed = _narrow(share, masks, ceiling)
        for i, other in enumerate(model.shares):
            touched = {other.events, other.total} & changed
            if touched and i not in waiting and other is not share:
                waiting.append(i)


def _between(low: int, high: int, ceiling: int) -> Mask:
    mask = np.zeros(ceiling + 1, dtype=np.bool_)
    mask[low : high + 1] = True
    return mask


def _unlisted(low: int, high: int) -> Domain:
    return Domain(
        values=np.array([low, high], dtype=np.int64), rank=np.zeros(0, dtype=np.int64)
    )


def _listed(mask: Mask) -> Domain:
    return Domain(values=np.flatnonzero(mask).astype(np.int64), rank=_rank(mask))


def _rank(mask: Mask) -> Ints:
    """Count the values below v, for v from 0 to the ceiling + 1."""
    rank = np.zeros(mask.size + 1, dtype=np.int64)
    np.cumsum(mask, out=rank[1:])
    return rank


def _narrow(share: Share, masks: list[Mask], ceiling: int) -> set[int]:
    """Drop events without a total and totals without events, until none is left."""
    changed: set[int] = set()
    pair = (share.events, share.total)
    moving = True
    while moving:
        moving = False
        for kept, other in (pair, pair[::-1]):
            mask = masks[kept] & _supported(share, kept, other, masks[other], ceiling)
            if not np.array_equal(mask, masks[kept]):
                masks[kept] = mask
                changed.add(kept)
                moving = True
    return changed


def _supported(share: Share, kept: int, other: int, mask: Mask, ceiling: int) -> Mask:
    """Whether each value of one variable leaves the other at least one value."""
    low, high = _ends(share, kept, other, ceiling)
    rank = _rank(mask)
    return (rank[high + 1] > rank[low]) & (low <= high)


def _ends(share: Share, kept: int, other: int, ceiling: int) -> tuple[Ints, Ints]:
    """Give the ends of what one variable may be for each value of the other."""
    limits = tuple(
        (limit.coefficient(other), limit.coefficient(kept), limit.constant)
        for limit in share.limits
    )
    return _ends_within(limits, ceiling, below=other == share.events)


@lru_cache(maxsize=64)
def _ends_within(
    limits: tuple[tuple[int, int, int], ...], ceiling: int, *, below: bool
) -> tuple[Ints, Ints]:
    """Solve `own * variable + kept * value + constant >= 0` for each value.

    Low ends from 0 to the ceiling + 1, high ends from -1 to the ceiling; `below`, for
    events, the value itself is an end. Kept, for every set of statements that is tried
    against each other asks again; a few numbers say what they rest on.
    """
    value = np.arange(ceiling + 1, dtype=np.int64)
    low = np.zeros_like(value) if below else value
    high = value if below else np.full_like(value, ceiling)
    for own, kept, constant in limits:
        rest = kept * value + constant
        if own > 0:
            low = np.maximum(low, -(rest // own))
        elif own < 0:
            high = np.minimum(high, rest // -own)
        else:
            high = np.where(rest >= 0, high, -1)
    low, high = np.clip(low, 0, ceiling + 1), np.clip(high, -1, ceiling)
    low.flags.writeable = high.flags.writeable = False
    return low, high


def _tight(
    share: Share, domains: tuple[Domain, ...], ceiling: int
) -> tuple[Inequality, Inequality]:
    """Give the lowest and the highest ratio that the two domains leave possible."""
    total, events = domains[share.total].values, domains[share.events]
    low, high = _ends(share, share.total, share.events, ceiling)
    low = events.next_up()[low[total]]
    high = events.next_down()[high[total] + 1]
    x, n = share.events, share.total
    fewest, of_fewest = _extreme(low, total, smallest=True)
    most, of_most = _extreme(high, total, smallest=False)
    return (
        inequality([(x, of_fewest), (n, -fewest)], 0),
        inequality([(x, -of_most), (n, most)], 0),
    )


def _extreme(events: Ints, total: Ints, *, smallest: bool) -> tuple[int, int]:
    """Find the smallest or largest of many fractions.

    Exact: with denominators up to `MAX_LISTED` two different fractions lie at least 27
    units of 2**-40 apart, so that they differ in whole units too.
    """
    scaled = (events << 40) // total
    i = int(scaled.argmin() if smallest else scaled.argmax())
    return int(events[i]), int(total[i])
