"""Score intervals of the difference and of the ratio of two risks.

Owns the likelihood of two binomials under a given difference or ratio, and the limits
at which its score statistic equals the normal quantile. Called by `two_proportions`,
which documents both. Risks and their complements are carried apart, so that rare
events, or rare non-events, among a million keep their digits.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from galleyproof.stats._distributions import z_above
from galleyproof.stats._roots import increasing_root
from galleyproof.stats._validate import Floats
from galleyproof.stats.contingency import Table
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.results import Comparison

POLISH = 10
"""Newton's steps at most; where the root is on the boundary they only approach it."""
TINY = 1e-100
"""Keeps a vanishing divisor from being 0; its square is still a number."""


def miettinen_nurminen(table: Table, level: float) -> tuple[float, float]:
    """Compute the limits of a risk difference; documented at `risk_difference`."""
    z = z_above((1 - level) / 2)
    a, n_a, b, n_b = (float(x) for x in table)
    observed = (a * n_b - b * n_a) / (n_a * n_b)
    factor = table.total / (table.total - 1)

    def score(difference: Floats) -> Floats:
        p_a, q_a, p_b, q_b = _restricted(table, difference)
        variance = factor * (p_a * q_a / n_a + p_b * q_b / n_b)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = (observed - difference) / np.sqrt(variance)
        return np.where(observed == difference, 0.0, value)

    ends = np.array([-1.0, observed]), np.array([observed, 1.0])
    sides = np.array([z, -z])
    low, high = increasing_root(lambda d: sides - score(d), *ends)
    return float(low), float(high)


def _restricted(table: Table, d: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Maximise the likelihood given p_a - p_b = d: p_a, 1 - p_a, p_b, 1 - p_b.

    The smaller risk is u, the smaller complement v, u + v = 1 - |d|. The logs of both
    sides of the score equation a / p_a + b / p_b = c / q_a + e / q_b are nearly linear
    in t = log(u / v), so Newton's steps in t bring the root of the cubic to its last
    digits, which the cubic itself loses for rare events among many.
    """
    a, n_a, b, n_b = (float(x) for x in table)
    more, less = np.maximum(d, 0), np.maximum(-d, 0)
    length = np.maximum(1 - np.abs(d), TINY)
    share = np.clip((_cubic_root(table, d) - more) / length, 1e-12, 1 - 1e-12)
    t = np.log(share / (1 - share))
    for _ in range(POLISH):
        u, v = length * special.expit(t), length * special.expit(-t)
        p_a, p_b, q_a, q_b = u + more, u + less, v + less, v + more
        above = np.maximum(a / p_a + b / p_b, TINY)
        below = np.maximum((n_a - a) / q_a + (n_b - b) / q_b, TINY)
        rise = (a / p_a**2 + b / p_b**2) / above
        fall = ((n_a - a) / q_a**2 + (n_b - b) / q_b**2) / below
        step = np.clip(np.log(above / below) * length / (u * v * (rise + fall)), -3, 3)
        t = t + step
        # Quadratic: what is left is near 1e-18. On the boundary there is no root.
        if ((np.abs(step) <= 1e-9) | (np.minimum(u, v) <= 1e-16 * length)).all():
            break
    u, v = length * special.expit(t), length * special.expit(-t)
    return u + more, v + less, u + less, v + more


def _cubic_root(table: Table, d: Floats) -> Floats:
    """Solve for p_a by the cubic of Miettinen and Nurminen's appendix."""
    a, n_a, b, n_b = (float(x) for x in table)
    n = n_a + n_b
    l2 = -(n_b + 2 * n_a) * d - n - a - b
    l1 = (n_a * d + n + 2 * a) * d + a + b
    l0 = -a * d * (1 + d)
    q = l2**3 / (3 * n) ** 3 - l1 * l2 / (6 * n * n) + l0 / (2 * n)
    p = np.copysign(np.sqrt(np.maximum(l2**2 / (3 * n) ** 2 - l1 / (3 * n), 0)), q)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = np.where(p == 0, 0.0, q / p**3)
    angle = (math.pi + np.arccos(np.clip(cosine, -1, 1))) / 3
    return np.asarray(2 * p * np.cos(angle) - l2 / (3 * n))


def koopman(table: Table, level: float) -> Comparison:
    """Compute a risk ratio and its limits; documented at `risk_ratio`."""
    a, n_a, b, n_b = (float(x) for x in table)
    if table.events == 0:
        raise ArgumentError("a_events", allowed="above 0 in at least one group")
    z = z_above((1 - level) / 2)
    estimate = math.inf if b == 0 else a / n_a / (b / n_b)
    middle = math.log(estimate) if 0 < estimate < math.inf else 0.0

    def score(log_ratio: Floats) -> Floats:
        p_b, q_b = _risk_at_ratio((b, n_b), (a, n_a), log_ratio)
        p_a, q_a = _risk_at_ratio((a, n_a), (b, n_b), -log_ratio)
        spread = p_a * q_a / n_a + np.exp(2 * log_ratio) * p_b * q_b / n_b
        if 0 < estimate < math.inf:  # a / n_a - ratio b / n_b, without the difference
            gap = -a / n_a * np.expm1(log_ratio - middle)
        else:
            gap = a / n_a - np.exp(log_ratio) * b / n_b
        return np.asarray(gap / np.sqrt(np.maximum(spread, TINY)))

    edge = 2 * math.log(table.total) + 2 * math.log1p(z * z) + 5

    def limit(target: float, low: float, high: float) -> float:
        ends = np.array([low]), np.array([high])
        return math.exp(increasing_root(lambda t: target - score(t), *ends)[0])

    return Comparison(
        estimate=estimate,
        low=0.0 if a == 0 else limit(z, -edge, middle if b else edge),
        high=math.inf if b == 0 else limit(-z, middle if a else -edge, edge),
        level=level,
        measure="RR",
        method="koopman",
        corrected=False,
    )


def _risk_at_ratio(
    own: tuple[float, float], other: tuple[float, float], log_ratio: Floats
) -> tuple[Floats, Floats]:
    """Maximise the likelihood in p given that the other risk is `ratio` times it.

    Both p and 1 - p by the form of the quadratic's root that does not cancel.
    """
    (x, n), (y, m) = own, other
    ratio, excess = np.exp(log_ratio), np.expm1(log_ratio)
    lead = (n + m) * ratio
    linear = ratio * (m + x) + y + n
    difference = excess * (m + x) + (m - y) - (n - x)
    root = np.sqrt(difference**2 + 4 * ratio * (m - y) * (n - x))
    p = 2 * (x + y) / (linear + root)
    slope = linear - 2 * lead
    with np.errstate(divide="ignore", invalid="ignore"):
        q = np.where(
            slope > 0,
            -2 * excess * (n - x) / (slope + root),
            (root - slope) / (2 * lead),
        )
    return p, np.asarray(q)
