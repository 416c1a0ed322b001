"""What p-values a box of counts can give, without computing one.

Owns the bounds that let the search drop totals whose p is certainly not the printed
one: two percentages apart give a p that falls with the totals. A bound may be generous,
never wrong; what remains is decided by the test itself.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from galleyproof.stats._validate import Floats
from galleyproof.stats.recheck.p_values import Association
from galleyproof.stats.reconstruction.domains import Ints, Mask
from galleyproof.stats.reconstruction.model import Model, PFilter

_SLACK = 1e-6
"""Relative; far above the error of the p-values that are compared later."""
Chance = tuple[float, float]


def chances(model: Model, one: PFilter) -> tuple[Chance, Chance]:
    """Give the range of both proportions that the printed percentages in force leave.

    Taken from the shares of the model: a statement that is not in force bounds nothing.
    """
    first, second = one.variables[:2], one.variables[2:]
    return _chance(model, *first), _chance(model, *second)


def may_agree(
    one: PFilter, ranges: tuple[Chance, Chance], low: Ints, high: Ints
) -> Mask:
    """Whether each box may hold counts whose p would be printed like this.

    With d the difference of the proportions, v the largest p (1 - p) between them and
    s = 1/n_a + 1/n_b, Pearson's statistic is at least d² / (v s), and Yates's at least
    (d - s/2)² / (v s). Fisher's p is at most the number of tables times the chance of
    the observed one, which is at most exp(-n_a KL(p_a, p)), with p of both groups
    together and KL the relative entropy, and likewise for b: Hoeffding's bound, which
    holds without replacement too (Hoeffding W (1963), J Am Stat Assoc 58:13-30, section
    6; Chvátal V (1979), Discrete Math 25:285-287).
    """
    box = _Box(one, ranges, low, high)
    keep = np.zeros(low.shape[1], dtype=np.bool_)
    for test in one.tests:
        least, most = box.p_values(test)
        fits = np.ones_like(keep)
        if one.range.low is not None:
            fits &= most >= float(one.range.low) * (1 - _SLACK)
        if one.range.high is not None:
            fits &= least <= float(one.range.high) * (1 + _SLACK)
        keep |= fits
    return keep


class _Box:
    """Bounds on the differences and spreads of two proportions, for many boxes."""

    def __init__(
        self, one: PFilter, ranges: tuple[Chance, Chance], low: Ints, high: Ints
    ) -> None:
        a, n_a, b, n_b = one.variables
        self.n_a, self.n_b = _ends(low[n_a], high[n_a]), _ends(low[n_b], high[n_b])
        self.p_a = _proportions(_ends(low[a], high[a]), self.n_a, ranges[0])
        self.p_b = _proportions(_ends(low[b], high[b]), self.n_b, ranges[1])
        p_a, p_b = self.p_a, self.p_b
        self.gap = np.maximum(np.maximum(p_a[0] - p_b[1], p_b[0] - p_a[1]), 0.0)
        self.widest = np.maximum(p_a[1] - p_b[0], p_b[1] - p_a[0])
        bottom, top = np.minimum(p_a[0], p_b[0]), np.maximum(p_a[1], p_b[1])
        ends = bottom * (1 - bottom), top * (1 - top)
        half_between = (bottom <= 0.5) & (top >= 0.5)
        self.most_spread = np.where(half_between, 0.25, np.maximum(*ends))
        self.least_spread = np.minimum(*ends)
        self.most_error = 1 / self.n_a[0] + 1 / self.n_b[0]
        self.least_error = 1 / self.n_a[1] + 1 / self.n_b[1]

    def p_values(self, test: Association) -> tuple[Floats, Floats]:
        """Bound the p of one test from below and from above."""
        if test in (Association.PEARSON, Association.YATES):
            half = 0.5 if test is Association.YATES else 0.0
            return _tail(self._most(half)), _tail(self._least(half))
        nothing, certain = np.zeros_like(self.gap), np.ones_like(self.gap)
        if test not in (Association.FISHER, Association.FISHER_MID_P):
            return nothing, certain
        tables = np.minimum(self.n_a[1], self.n_b[1]) + 1
        with np.errstate(under="ignore"):
            return nothing, tables * np.exp(-self._exponent())

    def _exponent(self) -> Floats:
        """Bound minus the log of the chance of the observed table from below."""
        weights = (
            self.n_a[0] / (self.n_a[0] + self.n_b[1]),
            self.n_a[1] / (self.n_a[1] + self.n_b[0]),
        )
        low, high = (
            [w * self.p_a[end] + (1 - w) * self.p_b[end] for w in weights]
            for end in (0, 1)
        )
        together = np.minimum(*low), np.maximum(*high)
        return np.maximum(
            self.n_a[0] * _divergence(self.p_a, together),
            self.n_b[0] * _divergence(self.p_b, together),
        )

    def _least(self, half: float) -> Floats:
        corrected = np.maximum(self.gap - half * self.most_error, 0.0)
        spread = np.maximum(self.most_spread, 1e-300)  # 0 only where the gap is 0
        return np.asarray(corrected**2 / (spread * self.most_error))

    def _most(self, half: float) -> Floats:
        corrected = np.maximum(self.widest - half * self.least_error, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            most = corrected**2 / (self.least_spread * self.least_error)
        return np.where(self.least_spread > 0, most, np.inf)


def _divergence(own: tuple[Floats, Floats], of: tuple[Floats, Floats]) -> Floats:
    """Give the smallest relative entropy: between the ends nearest to each other."""
    above, below = own[0] > of[1], own[1] < of[0]
    x = np.where(above, own[0], own[1])
    y = np.where(above, of[1], of[0])
    entropy = special.rel_entr(x, y) + special.rel_entr(1 - x, 1 - y)
    return np.where(above | below, entropy, 0.0)


def _tail(statistic: Floats) -> Floats:
    return np.asarray(special.erfc(np.sqrt(statistic / 2)))


def _ends(low: Ints, high: Ints) -> tuple[Floats, Floats]:
    return low.astype(np.float64), high.astype(np.float64)


def _proportions(
    events: tuple[Floats, Floats], total: tuple[Floats, Floats], chance: Chance
) -> tuple[Floats, Floats]:
    """Bound a proportion by the box, and by what was printed."""
    low = np.maximum(events[0] / total[1], chance[0])
    high = np.minimum(np.minimum(events[1] / total[0], 1.0), chance[1])
    return low, np.maximum(low, high)  # rounding may cross them


def _chance(model: Model, events: int, total: int) -> Chance:
    low, high = 0.0, 1.0
    for share in model.shares:
        if (share.events, share.total) != (events, total):
            continue
        for limit in share.limits:
            own = limit.coefficient(events)
            if own:
                # A strict limit is a closed one here: generous by nothing.
                end = -limit.coefficient(total) / own
                low, high = (max(low, end), high) if own > 0 else (low, min(high, end))
    return low, max(low, high)
