"""How a pooled effect depends on single studies.

Owns leave-one-out and cumulative analyses of a mean. Both are vectorised over the
subsets and linear in the number of studies (`_panels`). Diagnostics of each study's
influence, with moderators as well, are in `deletion`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from galleyproof.stats import _validate as check
from galleyproof.stats._distributions import (
    chi_squares_above,
    t_quantiles_above,
    two_sided_ps,
    z_above,
)
from galleyproof.stats._panels import Family, Fitted, fit_all
from galleyproof.stats._subsets import AllButOne, Growing
from galleyproof.stats._validate import Floats
from galleyproof.stats.effects import Effects, studies
from galleyproof.stats.tau2 import COMMON, METHODS

TESTS = ("z", "t", "knha", "adhoc")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledSeries:
    """Pooled effects of k subsets, each field (k,), on the scale of the effects."""

    estimate: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    statistic: Floats
    p: Floats
    tau2: Floats
    q: Floats
    q_p: Floats
    i2: Floats
    """Per cent."""
    h2: Floats
    studies: NDArray[np.int64]
    """Size of each subset."""
    study: NDArray[np.int64]
    """Leave-one-out: position of the study left out. Cumulative: of the one added."""
    measure: str
    method: str
    test: str
    level: float


def leave_one_out(
    effects: Effects, *, method: str = "REML", test: str = "z", level: float = 0.95
) -> PooledSeries:
    """Pool all studies but one, for each.

    Parameters
    ----------
    effects: k >= 2 studies.
    method, level: as in `pool`.
    test: `z`, `t`, `knha` or `adhoc`, as in `pool`.

    Returns
    -------
    PooledSeries in the order of the studies; entry i is without study i. With two
    studies each entry is the other one, tau2 0, with the normal distribution whatever
    the test.

    Raises
    ------
    ArgumentError: too few studies, an unknown method or test.
    ConvergenceError: a tau2 was not found.

    Source
    ------
    Viechtbauer W, Cheung MWL (2010), Res Synth Methods 1:112-125.
    """
    order = np.arange(len(studies(effects, least=2)))
    return _series(
        effects, order, cumulative=False, method=method, test=test, level=level
    )


def cumulative(
    effects: Effects,
    *,
    order: ArrayLike | None = None,
    method: str = "REML",
    test: str = "z",
    level: float = 0.95,
) -> PooledSeries:
    """Pool the first study, the first two, and so on.

    Parameters
    ----------
    effects: k >= 1 studies.
    order: (k,), what to sort by, the year for example; ties keep the order given. None
        takes the studies as they come.
    method, level: as in `pool`.
    test: `z`, `t`, `knha` or `adhoc`, as in `pool`.

    Returns
    -------
    PooledSeries; the last entry is the pool of all. The first entry is one study, tau2
    0, with the normal distribution whatever the test.

    Raises
    ------
    ArgumentError: an order of another length or not finite, an unknown method or test.
    ConvergenceError: a tau2 was not found.

    Source
    ------
    Lau J, Schmid CH, Chalmers TC (1995), J Clin Epidemiol 48:45-57.
    """
    sequence = np.arange(len(studies(effects)))
    if order is not None:
        key = check.vector("order", order)
        check.same_length({"effects": effects.estimate, "order": key})
        sequence = np.argsort(key, kind="stable")
    return _series(
        effects, sequence, cumulative=True, method=method, test=test, level=level
    )


def _series(
    effects: Effects,
    order: NDArray[np.int64],
    *,
    cumulative: bool,
    method: str,
    test: str,
    level: float,
) -> PooledSeries:
    check.choice("method", method, METHODS)
    check.choice("test", test, TESTS)
    level = check.level(level)
    kind = Growing if cumulative else AllButOne
    family: Family = kind(effects.estimate[order], effects.variance[order])
    fitted = fit_all(family, method)
    at, df = fitted.at, family.freedom
    estimate = at.mean + family.origin
    error = np.sqrt(hartung_knapp_scales(at.q, df, test) / at.sw)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where((error == 0) & (estimate == 0), 0.0, estimate / error)
    tail = (1 - level) / 2
    half = error * (z_above(tail) if test == "z" else t_quantiles_above(tail, df))
    q, q_p, i2, h2 = _heterogeneity(fitted, df, common=method in COMMON)
    return PooledSeries(
        estimate=estimate,
        standard_error=error,
        ci_low=estimate - half,
        ci_high=estimate + half,
        statistic=statistic,
        p=two_sided_ps(statistic, None if test == "z" else df),
        tau2=fitted.tau2,
        q=q,
        q_p=q_p,
        i2=i2,
        h2=h2,
        studies=family.size.astype(np.int64),
        study=order,
        measure=effects.measure,
        method=method,
        test=test,
        level=level,
    )


def hartung_knapp_scales(q: Floats, df: Floats, test: str) -> Floats:
    """Compute what multiplies each variance; 1 where there is no degree of freedom."""
    if test in ("z", "t"):
        return np.ones_like(q)
    scale = q / np.maximum(df, 1)
    if test == "adhoc":
        scale = np.maximum(scale, 1.0)
    return np.where(df > 0, scale, 1.0)


def _heterogeneity(
    fitted: Fitted, df: Floats, *, common: bool
) -> tuple[Floats, Floats, Floats, Floats]:
    tau2, zero = fitted.tau2, fitted.zero
    alone = df == 0
    q = np.where(alone, 0.0, zero.q)
    safe = np.maximum(df, 1)
    if common:
        i2 = np.maximum(0.0, 100 * (q - df) / np.where(q > 0, q, 1.0))
        h2 = np.where(alone, 1.0, q / safe)
    else:
        typical = safe / np.where(alone, 1.0, zero.tr)
        i2, h2 = 100 * tau2 / (tau2 + typical), 1 + tau2 / typical
    return q, chi_squares_above(q, df), i2, h2
