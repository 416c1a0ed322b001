"""Intervals for one binomial proportion.

Owns the interval of `events` out of `total`, one at a time (`wilson_interval` and its
siblings) or for a vector of studies (`proportion_intervals`). All are equivariant:
exchanging events and non-events reflects the interval about one half. Nothing here
compares two proportions (`two_proportions`) or pools them (`pooling`).

Every interval stays within [0, 1]. The exact ones (Clopper-Pearson, mid-p) and
Jeffreys are closed at the edges: zero events give a lower limit of exactly 0, events
equal to the total an upper limit of exactly 1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from galleyproof.stats import _validate as check
from galleyproof.stats._distributions import (
    beta_above,
    beta_below,
    beta_quantile,
    beta_quantile_above,
    z_above,
)
from galleyproof.stats._roots import increasing_root
from galleyproof.stats._validate import ArrayLike, Floats
from galleyproof.stats.results import Interval, Intervals

Limits = tuple[Floats, Floats]


def wilson_interval(*, events: int, total: int, level: float = 0.95) -> Interval:
    """Compute Wilson's score interval of a proportion.

    Parameters
    ----------
    events: whole number from 0 to `total`.
    total: whole number of at least 1.
    level: confidence level, strictly between 0 and 1.

    Returns
    -------
    Interval on the scale of proportions. With no event the lower limit is exactly 0,
    with all events the upper limit exactly 1.

    Raises
    ------
    ArgumentError: a count is negative, fractional or above the total; a bad level.

    Source
    ------
    Wilson EB (1927), J Am Stat Assoc 22:209-212; method 3 of Newcombe RG (1998),
    Stat Med 17:857-872.
    """
    return _one("wilson", events, total, level)


def wilson_corrected_interval(
    *, events: int, total: int, level: float = 0.95
) -> Interval:
    """Compute Wilson's score interval with continuity correction.

    The correction is always 1/(2n). R's `prop.test` instead shrinks it when the
    estimate is within 1/(2n) of the tested proportion, 0.5 by default, so that its
    interval depends on a hypothesis; elsewhere the two agree.

    Parameters
    ----------
    events, total, level: as `wilson_interval`.

    Returns
    -------
    Interval on the scale of proportions, never shorter than `wilson_interval`. With no
    event the lower limit is 0, with all events the upper limit 1.

    Raises
    ------
    ArgumentError: as `wilson_interval`.

    Source
    ------
    Method 4 of Newcombe RG (1998), Stat Med 17:857-872.
    """
    return _one("wilson-cc", events, total, level)


def clopper_pearson_interval(
    *, events: int, total: int, level: float = 0.95
) -> Interval:
    """Compute the exact interval of Clopper and Pearson.

    Parameters
    ----------
    events, total, level: as `wilson_interval`.

    Returns
    -------
    Interval on the scale of proportions; it covers with at least its level whatever the
    true proportion. With no event the lower limit is 0, with all events the upper
    limit 1.

    Raises
    ------
    ArgumentError: as `wilson_interval`.

    Source
    ------
    Clopper CJ, Pearson ES (1934), Biometrika 26:404-413; as beta quantiles in
    Brown LD, Cai TT, DasGupta A (2001), Stat Sci 16:101-133.
    """
    return _one("clopper-pearson", events, total, level)


def agresti_coull_interval(*, events: int, total: int, level: float = 0.95) -> Interval:
    """Compute the interval of Agresti and Coull, cut at 0 and 1.

    Parameters
    ----------
    events, total, level: as `wilson_interval`.

    Returns
    -------
    Interval on the scale of proportions. `estimate` stays events/total; the centre of
    the interval is the shrunken (events + z²/2) / (total + z²), not the rounded
    (events + 2) / (total + 4). Never shorter than `wilson_interval`, with the same
    centre before it is cut.

    Raises
    ------
    ArgumentError: as `wilson_interval`.

    Source
    ------
    Agresti A, Coull BA (1998), Am Stat 52:119-126; general level as in Brown LD, Cai
    TT, DasGupta A (2001), Stat Sci 16:101-133.
    """
    return _one("agresti-coull", events, total, level)


def jeffreys_interval(*, events: int, total: int, level: float = 0.95) -> Interval:
    """Compute the equal-tailed posterior interval under Jeffreys's prior.

    Parameters
    ----------
    events, total, level: as `wilson_interval`.

    Returns
    -------
    Interval on the scale of proportions. The limits are set to 0 with no event and to
    1 with all events, as Brown et al. advise. At levels below one half it need not hold
    the estimate, as the posterior median lies between it and 1/2.

    Raises
    ------
    ArgumentError: as `wilson_interval`.

    Source
    ------
    Brown LD, Cai TT, DasGupta A (2001), Stat Sci 16:101-133.
    """
    return _one("jeffreys", events, total, level)


def mid_p_interval(*, events: int, total: int, level: float = 0.95) -> Interval:
    """Compute the mid-p interval: the exact one with half the observed probability.

    Parameters
    ----------
    events, total, level: as `wilson_interval`.

    Returns
    -------
    Interval on the scale of proportions, within that of `clopper_pearson_interval`.
    With no event the lower limit is 0 and the upper one 1 - (1 - level)^(1/n); with all
    events the mirror image. At levels below one half it need not hold the estimate.

    Raises
    ------
    ArgumentError: as `wilson_interval`.

    Source
    ------
    Lancaster HO (1961), J Am Stat Assoc 56:223-234; Berry G, Armitage P (1995),
    Statistician 44:417-423; method 6 of Newcombe RG (1998), Stat Med 17:857-872.
    """
    return _one("mid-p", events, total, level)


def wald_interval(*, events: int, total: int, level: float = 0.95) -> Interval:
    """Compute the simple asymptotic interval, cut at 0 and 1.

    Parameters
    ----------
    events, total, level: as `wilson_interval`.

    Returns
    -------
    Interval on the scale of proportions. Here to check what papers printed: its
    coverage is poor, and it has no width with no or all events.

    Raises
    ------
    ArgumentError: as `wilson_interval`.

    Source
    ------
    Method 1 of Newcombe RG (1998), Stat Med 17:857-872.
    """
    return _one("wald", events, total, level)


def proportion_intervals(
    *,
    events: ArrayLike,
    total: ArrayLike,
    level: float = 0.95,
    method: str = "wilson",
) -> Intervals:
    """Compute an interval for each of k proportions at once.

    Parameters
    ----------
    events: (k,), whole numbers, each from 0 to its total.
    total: (k,), whole numbers of at least 1.
    level: confidence level, strictly between 0 and 1.
    method: `wilson`, `wilson-cc`, `clopper-pearson`, `agresti-coull`, `jeffreys`,
        `mid-p` or `wald`.

    Returns
    -------
    Intervals with (k,) fields on the scale of proportions.

    Raises
    ------
    ArgumentError: shapes differ, k = 0, a bad count (with its index), level or method.

    Source
    ------
    As `wilson_interval`, and at the function of each other name.
    """
    check.choice("method", method, METHODS)
    x, n = check.events_and_totals("events", events, "total", total)
    level = check.level(level)
    low, high = METHODS[method](x, n, 1 - level)
    return Intervals(estimate=x / n, low=low, high=high, level=level, method=method)


def proportion_limits(
    method: str, events: int, total: int, level: float
) -> tuple[float, float]:
    """Compute the limits of one proportion from arguments that are already checked."""
    x, n = np.array([float(events)]), np.array([float(total)])
    low, high = METHODS[method](x, n, 1 - level)
    return float(low[0]), float(high[0])


def _one(method: str, events: object, total: object, level: float) -> Interval:
    x, n = check.events_of("events", events, "total", total)
    level = check.level(level)
    low, high = proportion_limits(method, x, n, level)
    return Interval(estimate=x / n, low=low, high=high, level=level, method=method)


def _wilson(x: Floats, n: Floats, alpha: float) -> Limits:
    z = z_above(alpha / 2)
    root = z * np.sqrt(z * z / 4 + x * (n - x) / n)
    low = (x + z * z / 2 - root) / (n + z * z)
    high = (x + z * z / 2 + root) / (n + z * z)
    return _closed(low, high, x, n)


def _wilson_corrected(x: Floats, n: Floats, alpha: float) -> Limits:
    z = z_above(alpha / 2)
    p = x / n
    under = z * z - 2 - 1 / n + 4 * p * (n * (1 - p) + 1)
    over = z * z + 2 - 1 / n + 4 * p * (n * (1 - p) - 1)
    scale = 2 * (n + z * z)
    low = (2 * x + z * z - 1 - z * np.sqrt(np.maximum(under, 0))) / scale
    high = (2 * x + z * z + 1 + z * np.sqrt(np.maximum(over, 0))) / scale
    return _closed(np.maximum(low, 0), np.minimum(high, 1), x, n)


def _clopper_pearson(x: Floats, n: Floats, alpha: float) -> Limits:
    low = beta_quantile(np.maximum(x, 1), n - x + 1, alpha / 2)
    high = beta_quantile_above(x + 1, np.maximum(n - x, 1), alpha / 2)
    return _closed(low, high, x, n)


def _agresti_coull(x: Floats, n: Floats, alpha: float) -> Limits:
    z = z_above(alpha / 2)
    size = n + z * z
    centre = (x + z * z / 2) / size
    half = z * np.sqrt(centre * (1 - centre) / size)
    return np.maximum(centre - half, 0), np.minimum(centre + half, 1)


def _jeffreys(x: Floats, n: Floats, alpha: float) -> Limits:
    low = beta_quantile(x + 0.5, n - x + 0.5, alpha / 2)
    high = beta_quantile_above(x + 0.5, n - x + 0.5, alpha / 2)
    return _closed(low, high, x, n)


def _wald(x: Floats, n: Floats, alpha: float) -> Limits:
    p = x / n
    half = z_above(alpha / 2) * np.sqrt(p * (1 - p) / n)
    return np.maximum(p - half, 0), np.minimum(p + half, 1)


def _mid_p(x: Floats, n: Floats, alpha: float) -> Limits:
    """Bracket each limit by the exact interval's, then halve P(X = x)."""
    none, full = x == 0, x == n
    inner = np.clip(x, 1, np.maximum(n - 1, 1))  # the edges have closed forms
    rest = np.maximum(n - inner, 1)

    def above(p: Floats) -> Floats:
        up = beta_below(inner, rest + 1, p) + beta_below(inner + 1, rest, p)
        return np.asarray(up - alpha)

    def below(p: Floats) -> Floats:
        up = beta_above(inner, rest + 1, p) + beta_above(inner + 1, rest, p)
        return np.asarray(alpha - up)

    low = increasing_root(
        above,
        beta_quantile(inner, rest + 1, alpha / 2),
        beta_quantile(inner + 1, rest, alpha / 2),
    )
    high = increasing_root(
        below,
        beta_quantile_above(inner, rest + 1, alpha / 2),
        beta_quantile_above(inner + 1, rest, alpha / 2),
    )
    edge = np.log(alpha) / n
    low = np.where(full, np.exp(edge), low)
    return _closed(low, np.where(none, -np.expm1(edge), high), x, n)


def _closed(low: Floats, high: Floats, x: Floats, n: Floats) -> Limits:
    return np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)


METHODS: dict[str, Callable[[Floats, Floats, float], Limits]] = {
    "wilson": _wilson,
    "wilson-cc": _wilson_corrected,
    "clopper-pearson": _clopper_pearson,
    "agresti-coull": _agresti_coull,
    "jeffreys": _jeffreys,
    "mid-p": _mid_p,
    "wald": _wald,
}
