"""The conditional odds ratio of one 2 x 2 table, given its margins.

Owns the noncentral hypergeometric distribution of group a's events: its maximum
likelihood estimate and the exact and mid-p intervals. Called by
`two_proportions.odds_ratio`, which documents both.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from galleyproof.stats._roots import increasing_root
from galleyproof.stats._validate import Floats
from galleyproof.stats.contingency import Table, hypergeometric_log_weights
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.results import Comparison


def conditional_odds_ratio(table: Table, level: float, *, mid_p: bool) -> Comparison:
    """Estimate the odds ratio by conditional likelihood, with its exact interval.

    Parameters
    ----------
    table: checked counts. level: confidence level. mid_p: count half the probability
        of the observed table in each tail.

    Returns
    -------
    Comparison: 0 (or infinity) for estimate and lower (upper) limit where the observed
    count is the smallest (largest) possible.

    Raises
    ------
    ArgumentError: the margins leave only one table, so that nothing can be estimated.
    """
    support, log_weight = hypergeometric_log_weights(table)
    if support.size == 1:
        raise ArgumentError("a_events", allowed="free to vary: a margin is empty")
    observed = table.a_events - int(support[0])
    first, last = observed == 0, observed == support.size - 1
    law = _Law(support, log_weight, observed, mid_p=mid_p)
    alpha = 1 - level
    return Comparison(
        estimate=0.0 if first else math.inf if last else law.most_likely(),
        low=0.0 if first else law.low(alpha / 2),
        high=math.inf if last else law.high(alpha / 2),
        level=level,
        measure="OR",
        method="conditional-mid-p" if mid_p else "conditional",
        corrected=False,
    )


class _Law:
    """Events of group a at a given log odds ratio."""

    def __init__(
        self, support: Floats, log_weight: Floats, observed: int, *, mid_p: bool
    ) -> None:
        self.support = support
        self.log_weight = log_weight
        self.observed = observed
        self.half = 0.5 if mid_p else 0.0

    def probabilities(self, log_odds_ratio: float) -> Floats:
        log_p = self.log_weight + (self.support - self.support[0]) * log_odds_ratio
        with np.errstate(under="ignore"):
            p = np.exp(log_p - log_p.max())
            return np.asarray(p / p.sum())

    def most_likely(self) -> float:
        target = self.support[self.observed]
        return self._solve(
            lambda t: float(self.probabilities(t) @ self.support - target)
        )

    def low(self, tail: float) -> float:
        def excess(log_odds_ratio: float) -> float:
            p = self.probabilities(log_odds_ratio)[self.observed :]
            return float(p[::-1].sum() - self.half * p[0]) - tail

        return self._solve(excess)

    def high(self, tail: float) -> float:
        def excess(log_odds_ratio: float) -> float:
            p = self.probabilities(log_odds_ratio)[: self.observed + 1]
            return tail - float(p.sum() - self.half * p[-1])

        return self._solve(excess)

    def _solve(self, function: Callable[[float], float]) -> float:
        """Widen a bracket on the log scale, then close it."""
        low, high = -1.0, 1.0
        while function(low) > 0:
            low *= 2
        while function(high) < 0:
            high *= 2
        root = increasing_root(
            lambda t: np.array([function(float(t[0]))]),
            np.array([low]),
            np.array([high]),
        )
        return math.exp(root[0])
