"""One-stage pooling of proportions: a binomial-normal generalised linear mixed model.

Owns the random-effects logistic model of events out of totals, by maximum likelihood.
No study needs a correction for having no events, and none is dropped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from galleyproof.stats import _validate as check
from galleyproof.stats._binomial_normal import BinomialNormal, Evaluation
from galleyproof.stats._distributions import chi_square_above, t_above, z_above
from galleyproof.stats._validate import Floats
from galleyproof.stats._wls import Intercept
from galleyproof.stats.effect_size import escalc
from galleyproof.stats.effects import Effects
from galleyproof.stats.errors import ArgumentError, ConvergenceError
from galleyproof.stats.pooling import two_sided
from galleyproof.stats.tau2 import estimate_tau2

TESTS = ("z", "t")
MAX_STEPS = 200
SMALLEST_TAU = 1e-5
"""Below it the likelihood is that of tau = 0 to the last digits."""
LARGEST_TAU = 60.0
"""Beyond it odds differ by e^60 between studies: the likelihood has no maximum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledProportion:
    """A pooled proportion, on the scale of log odds."""

    estimate: float
    """Mean log odds: its inverse logit is the median of the studies' proportions."""
    standard_error: float
    ci_low: float
    ci_high: float
    statistic: float
    p: float
    degrees_of_freedom: float | None
    prediction_low: float
    prediction_high: float
    tau2: float
    tau2_se: float
    """From the observed information; 0 where tau2 is 0."""
    i2: float
    """Per cent, against the typical sampling variance of the log odds."""
    h2: float
    log_likelihood: float
    """The marginal one; metafor 3.8 takes glmer's conditional deviance for it."""
    log_likelihood_common: float
    """Of the model with tau2 = 0."""
    q_lrt: float
    """Heterogeneity: likelihood ratio of one proportion for each study against one."""
    q_wald: float
    """Heterogeneity: Wald's test; studies without events or non-events add nothing."""
    q_df: int
    q_lrt_p: float
    q_wald_p: float
    studies: int
    method: str
    test: str
    level: float
    converged: bool
    iterations: int

    @property
    def proportion(self) -> float:
        """Estimate as a proportion."""
        return float(special.expit(self.estimate))


class _Data(NamedTuple):
    events: Floats
    total: Floats
    log_odds: Effects
    """With 1/2 added where a cell is zero: for the start, and for I² as metafor."""


@dataclass(slots=True)
class _Point:
    mu: float
    tau: float
    at: Evaluation


def pool_proportions(
    *,
    events: ArrayLike,
    total: ArrayLike,
    method: str = "ML",
    test: str = "z",
    level: float = 0.95,
) -> PooledProportion:
    """Pool proportions by a one-stage binomial-normal model.

    Parameters
    ----------
    events: (k,) whole numbers, each from 0 to its total.
    total: (k,) whole numbers of at least 1.
    method: `ML`, or `CE` for one common proportion.
    test: `z`, or `t` with k - 1 degrees of freedom.
    level: confidence level, strictly between 0 and 1.

    Returns
    -------
    PooledProportion on the scale of log odds (`back_transform` with `PLO`). tau2 is 0
    where the likelihood falls from there. One study gives its own log odds.

    Raises
    ------
    ArgumentError: bad counts; no events, or no non-events, in any study: the log odds
        are infinite; one study with test `t`.
    ConvergenceError: the likelihood has no maximum, as when every study has all events
        or none.

    Source
    ------
    Stijnen T, Hamza TH, Özdemir P (2010), Stat Med 29:3046-3067, the binomial-normal
    model of one group. The likelihood is integrated to twelve digits; lme4, behind
    metafor's `rma.glmm`, uses seven quadrature nodes by default, which leaves tau2 off
    by up to some per cent.
    """
    check.choice("method", method, ("ML", "CE", "FE", "EE"))
    check.choice("test", test, TESTS)
    level = check.level(level)
    x, n = check.events_and_totals("events", events, "total", total)
    _two_outcomes(x, n, test)
    common = _common(x, n)
    data = _Data(x, n, escalc("PLO", events=x, total=n))
    best, steps = common, 0
    if method == "ML" and x.size > 1:
        best, steps = _maximise(data, common)
    return _report(data, best, common, steps, method=method, test=test, level=level)


def _two_outcomes(x: Floats, n: Floats, test: str) -> None:
    if x.sum() == 0:
        raise ArgumentError("events", allowed="above 0 in at least one study")
    if x.sum() == n.sum():
        raise ArgumentError("events", allowed="below the total in at least one study")
    if test == "t" and x.size < 2:
        raise ArgumentError("events", allowed="of at least 2 studies for test `t`")


def _common(x: Floats, n: Floats) -> _Point:
    """Fit one proportion to all: closed form."""
    mu = math.log(float(x.sum()) / float((n - x).sum()))
    return _Point(mu, 0.0, BinomialNormal(x, n).without_heterogeneity(mu))


def _maximise(data: _Data, common: _Point) -> tuple[_Point, int]:
    """Climb from a moment estimate; keep tau = 0 if nothing is higher."""
    model = Intercept(data.log_odds.estimate, data.log_odds.variance)
    start = estimate_tau2(model, "PM").value
    rises = float(common.at.hessian[1, 1]) > 0
    if not rises and start == 0:
        return common, 0
    start = max(start, 0.01)
    mu = float(model.fit(start).beta[0])
    best, steps = _climb(BinomialNormal(data.events, data.total), mu, math.sqrt(start))
    slack = 1e-11 * (1 + abs(common.at.value))
    if not rises and best.at.value <= common.at.value + slack:
        return common, steps
    return best, steps


def _climb(model: BinomialNormal, mu: float, tau: float) -> tuple[_Point, int]:
    """Newton's steps, halved until the likelihood rises."""
    here = _Point(mu, tau, model.evaluate(mu, tau))
    for step in range(1, MAX_STEPS + 1):
        move = _direction(here)
        # Quadratic: what a step of 1e-8 leaves is not worth another evaluation.
        if float(np.abs(move).max()) <= 1e-8 * (1 + abs(here.mu)):
            return _moved(here, move), step
        if here.tau == SMALLEST_TAU and move[1] < 0:
            return here, step
        there = _rise(model, here, move)
        if there is None or there.tau > LARGEST_TAU:
            break
        here = there
    raise ConvergenceError(
        "the binomial-normal model",
        iterations=step,
        hint="most studies have all events or none; there may be no finite maximum",
    )


def _direction(point: _Point) -> Floats:
    """Newton's direction, turned uphill along any axis where it would go down.

    The scores of two studies are opposite at the best mu, so that their squares say
    nothing about tau; the absolute curvatures do.
    """
    curvature, axes = np.linalg.eigh(-point.at.hessian)
    size = np.abs(curvature)
    size = np.maximum(size, 1e-8 * size.max())
    return np.asarray(axes @ (axes.T @ point.at.gradient / size))


def _moved(here: _Point, move: Floats) -> _Point:
    """Take a step so small that value and curvature stay what they are."""
    return _Point(here.mu + float(move[0]), here.tau + float(move[1]), here.at)


def _rise(model: BinomialNormal, here: _Point, move: Floats) -> _Point | None:
    """Halve a step until it does not descend; None if none does."""
    scale = min(1.0, 3.0 / float(np.abs(move).max()))
    slack = 1e-12 * abs(here.at.value)
    for _ in range(40):
        mu = here.mu + scale * float(move[0])
        tau = max(abs(here.tau + scale * float(move[1])), SMALLEST_TAU)
        at = model.evaluate(mu, tau)
        if at.value >= here.at.value - slack:
            return _Point(mu, tau, at)
        scale /= 2
    return None


def _report(
    data: _Data,
    best: _Point,
    common: _Point,
    steps: int,
    *,
    method: str,
    test: str,
    level: float,
) -> PooledProportion:
    x, n = data.events, data.total
    k = x.size
    covariance = _covariance(best)
    error = math.sqrt(covariance[0])
    df = float(k - 1) if test == "t" else None
    tail = (1 - level) / 2
    quantile = z_above(tail) if df is None else t_above(tail, df)
    tau2 = best.tau**2
    wide = quantile * math.sqrt(error**2 + tau2)
    typical = _typical_variance(data.log_odds)
    saturated = _saturated(x, n)
    constant = float(_log_choose(x, n).sum())
    q_lrt = max(2 * (saturated - common.at.value), 0.0)
    q_wald = _wald(x, n)
    return PooledProportion(
        estimate=best.mu,
        standard_error=error,
        ci_low=best.mu - quantile * error,
        ci_high=best.mu + quantile * error,
        statistic=best.mu / error,
        p=two_sided(best.mu / error, df),
        degrees_of_freedom=df,
        prediction_low=best.mu - wide,
        prediction_high=best.mu + wide,
        tau2=tau2,
        tau2_se=2 * best.tau * math.sqrt(covariance[1]),
        i2=100 * tau2 / (tau2 + typical) if k > 1 else 0.0,
        h2=1 + tau2 / typical if k > 1 else 1.0,
        log_likelihood=best.at.value + constant,
        log_likelihood_common=common.at.value + constant,
        q_lrt=q_lrt,
        q_wald=q_wald,
        q_df=k - 1,
        q_lrt_p=chi_square_above(q_lrt, k - 1) if k > 1 else 1.0,
        q_wald_p=chi_square_above(q_wald, k - 1) if k > 1 else 1.0,
        studies=k,
        method="ML" if method == "ML" and k > 1 else "CE",
        test=test,
        level=level,
        converged=True,
        iterations=steps,
    )


def _covariance(point: _Point) -> tuple[float, float]:
    """Variances of mu and tau; at tau = 0 the two are orthogonal and tau's is moot."""
    information = -point.at.hessian
    if point.tau == 0:
        return 1 / float(information[0, 0]), 0.0
    inverse = np.linalg.inv(information)
    return float(inverse[0, 0]), float(inverse[1, 1])


def _typical_variance(effects: Effects) -> float:
    model = Intercept(effects.estimate, effects.variance)
    return (model.k - 1) / model.sums(0.0).tr if model.k > 1 else math.inf


def _saturated(x: Floats, n: Floats) -> float:
    p = x / n
    return float((special.xlogy(x, p) + special.xlog1py(n - x, -p)).sum())


def _wald(x: Floats, n: Floats) -> float:
    inside = (x > 0) & (x < n)
    if inside.sum() < 2:
        return 0.0
    a, b = x[inside], (n - x)[inside]
    return Intercept(np.log(a / b), 1 / a + 1 / b).sums(0.0).q


def _log_choose(x: Floats, n: Floats) -> Floats:
    """Log binomial coefficients, through the beta function that keeps its digits."""
    return np.asarray(-special.betaln(x + 1, n - x + 1) - np.log1p(n))
