"""Confidence intervals of tau2, I² and H².

Owns the Q-profile interval. The estimates themselves come with the pooled effect
(`pooling`); the test of heterogeneity is Q there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from galleyproof.stats import _validate as check
from galleyproof.stats._distributions import chi_square_quantile_above
from galleyproof.stats._estimating import GeneralisedQ, solve
from galleyproof.stats._validate import ArrayLike
from galleyproof.stats.design import model_of
from galleyproof.stats.effects import Effects, studies
from galleyproof.stats.errors import ArgumentError


@dataclass(frozen=True, slots=True, kw_only=True)
class HeterogeneityInterval:
    """Limits of tau2 and of what is computed from it."""

    tau2_low: float
    tau2_high: float
    i2_low: float
    """Per cent."""
    i2_high: float
    h2_low: float
    h2_high: float
    empty: bool
    """Even tau2 = 0 makes the effects too alike for this level: both limits are 0."""
    level: float
    method: str

    @property
    def tau_low(self) -> float:
        """Square root of `tau2_low`."""
        return math.sqrt(self.tau2_low)

    @property
    def tau_high(self) -> float:
        """Square root of `tau2_high`."""
        return math.sqrt(self.tau2_high)


def heterogeneity_interval(
    effects: Effects,
    *,
    moderators: ArrayLike | None = None,
    level: float = 0.95,
) -> HeterogeneityInterval:
    """Compute the Q-profile interval of tau2, and of I² and H² from it.

    Parameters
    ----------
    effects: k studies, more than there are coefficients.
    moderators: None for a mean alone, or (k, m) as in `regress`, for residual
        heterogeneity.
    level: confidence level, strictly between 0 and 1.

    Returns
    -------
    HeterogeneityInterval on the squared scale of the effects. A lower limit that would
    be negative is 0; if both would be, `empty` says so (metafor prints the same limits
    with a note). The interval need not hold an estimate that solves another equation.

    Raises
    ------
    ArgumentError: too few studies, bad moderators or level.
    ConvergenceError: a limit was not found.

    Source
    ------
    Viechtbauer W (2007), Stat Med 26:37-52.
    """
    level = check.level(level)
    model = model_of(studies(effects), moderators)
    df = model.k - model.p
    if df < 1:
        raise ArgumentError(
            "effects", allowed=f"more than {model.p} studies, not {model.k}"
        )
    tail = (1 - level) / 2
    low, _ = solve(model, GeneralisedQ(chi_square_quantile_above(tail, df)))
    high, _ = solve(model, GeneralisedQ(chi_square_quantile_above(1 - tail, df)))
    typical = df / model.sums(0.0).tr
    return HeterogeneityInterval(
        tau2_low=low,
        tau2_high=high,
        i2_low=100 * low / (low + typical),
        i2_high=100 * high / (high + typical),
        h2_low=1 + low / typical,
        h2_high=1 + high / typical,
        empty=high == 0,
        level=level,
        method="Q-profile",
    )
