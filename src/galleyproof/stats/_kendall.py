"""Kendall's rank correlation, for the rank test of funnel asymmetry.

Owns tau-b and its p: exact without ties, otherwise normal. `scipy.stats.kendalltau`
would do, at the cost of importing that package.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from galleyproof.stats._distributions import two_sided_z
from galleyproof.stats._validate import Floats

LARGEST_EXACT = 500


class Kendall(NamedTuple):
    """Rank correlation with its two-sided p."""

    tau: float
    p: float
    exact: bool


def kendall(x: Floats, y: Floats) -> Kendall | None:
    """Correlate ranks; None if x or y is constant.

    Source: Kendall MG (1970), Rank Correlation Methods, 4th ed; the
    conventions of R's `cor.test`.
    """
    n = x.size
    score = _score(x, y)
    ties_x, ties_y = _ties(x), _ties(y)
    pairs = n * (n - 1) / 2
    free_x, free_y = pairs - _tied_pairs(ties_x), pairs - _tied_pairs(ties_y)
    if free_x == 0 or free_y == 0:
        return None
    tau = score / math.sqrt(free_x) / math.sqrt(free_y)
    if ties_x.max() == 1 and ties_y.max() == 1 and n <= LARGEST_EXACT:
        return Kendall(tau, _exact(n, round((score + pairs) / 2)), True)
    return Kendall(
        tau, two_sided_z(score / math.sqrt(_variance(n, ties_x, ties_y))), False
    )


def _score(x: Floats, y: Floats) -> float:
    """Count concordant less discordant pairs.

    Source: Knight WR (1966), J Am Stat Assoc 61:436-439.
    """
    order = np.lexsort((y, x))  # of those tied in x, none is discordant
    n = x.size
    both = np.unique(np.stack([x, y]), axis=1, return_counts=True)[1]
    tied = [
        _tied_pairs(_ties(x)),
        _tied_pairs(_ties(y)),
        _tied_pairs(both.astype(np.float64)),
    ]
    differing = n * (n - 1) / 2 - tied[0] - tied[1] + tied[2]
    return differing - 2.0 * _inversions(y[order])


def _inversions(y: Floats) -> int:
    """Count pairs of which the earlier is larger.

    Their ranks differ first in one binary digit: for each digit, the highest first, 1
    comes before 0 among ranks that agree so far.
    """
    rank = np.unique(y, return_inverse=True)[1]
    count = 0
    for digit in reversed(range(int(rank.max()).bit_length())):
        one = (rank >> digit) & 1
        same = rank >> (digit + 1)  # ascending: earlier turns have sorted it
        before = np.cumsum(one) - one
        before -= before[np.searchsorted(same, same)]
        count += int(before[one == 0].sum())
        rank = rank[np.argsort(rank >> digit, kind="stable")]
    return count


def _ties(x: Floats) -> Floats:
    return np.unique(x, return_counts=True)[1].astype(np.float64)


def _tied_pairs(sizes: Floats) -> float:
    return float((sizes * (sizes - 1)).sum() / 2)


def _exact(n: int, concordant: int) -> float:
    """Two-sided tail of the number of concordant pairs among all permutations.

    The j-th item adds 0 to j - 1 such pairs with equal chance: a running mean of the
    distribution so far.
    """
    chance = np.zeros(n * (n - 1) // 2 + 1)
    chance[0] = 1.0
    reach = 1
    for j in range(2, n + 1):
        reach += j - 1
        sums = np.cumsum(chance[:reach])
        sums[j:] -= sums[: reach - j].copy()
        chance[:reach] = sums / j
    # The lower tail, the upper being its mirror: only there running sums keep digits.
    nearer = min(concordant, chance.size - 1 - concordant)
    return min(1.0, 2 * float(chance[: nearer + 1].sum()))


def _variance(n: int, ties_x: Floats, ties_y: Floats) -> float:
    def third(t: Floats) -> float:
        return float((t * (t - 1) * (2 * t + 5)).sum())

    def pairs(t: Floats) -> float:
        return float((t * (t - 1)).sum())

    def triples(t: Floats) -> float:
        return float((t * (t - 1) * (t - 2)).sum())

    value = (n * (n - 1) * (2 * n + 5) - third(ties_x) - third(ties_y)) / 18
    value += pairs(ties_x) * pairs(ties_y) / (2 * n * (n - 1))
    return value + triples(ties_x) * triples(ties_y) / (9 * n * (n - 1) * (n - 2))
