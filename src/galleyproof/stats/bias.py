"""Small-study effects: funnel asymmetry and what it would hide.

Owns the regression test (Egger), the rank test (Begg and Mazumdar), trim-and-fill and
the data of a funnel plot. None of them tells publication bias from other reasons why
small studies differ; below ten studies none has power to speak of (Sterne JAC et al.
(2011), BMJ 343:d4002).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from galleyproof.stats import _validate as check
from galleyproof.stats._distributions import z_above
from galleyproof.stats._kendall import kendall
from galleyproof.stats._validate import Floats
from galleyproof.stats._wls import Intercept
from galleyproof.stats.effects import Effects, studies
from galleyproof.stats.errors import ArgumentError, ConvergenceError
from galleyproof.stats.pooling import Pooled, Test, pool
from galleyproof.stats.regression import Regression, regress
from galleyproof.stats.tau2 import METHODS, estimate_tau2

Predictor = Literal["sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv"]
PREDICTORS = ("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv")
MAX_ROUNDS = 100
MAX_POINTS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AsymmetryTest:
    """A test of funnel asymmetry."""

    statistic: float
    """Of the slope: z or t; for the rank test Kendall's tau."""
    p: float
    degrees_of_freedom: float | None
    """None for the normal distribution and for the rank test."""
    slope: float | None
    """Change of effect for a unit of the predictor; None for the rank test."""
    limit: float | None
    """Effect of a study of infinite size; None where the predictor does not vanish."""
    limit_low: float | None
    limit_high: float | None
    method: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrimFill:
    """Trim-and-fill: the pool with the studies that asymmetry says are missing."""

    missing: int
    missing_se: float
    """0 where its formula asks for the root of a negative number (metafor: NaN)."""
    side: str
    """Side of the funnel on which they are missing: `left` or `right`."""
    pooled: Pooled
    """Of the observed and the filled studies."""
    filled: Effects
    """(k + missing,), the filled ones last."""
    estimator: str
    iterations: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Funnel:
    """What a funnel plot draws."""

    estimate: Floats
    """(k,)"""
    standard_error: Floats
    """(k,)"""
    centre: float
    grid: Floats
    """(m,), standard errors from 0 to the largest."""
    levels: tuple[float, ...]
    low: Floats
    """(levels, m), where a study of that standard error lies with that probability."""
    high: Floats


def egger_test(
    effects: Effects,
    *,
    model: Literal["rma", "lm"] = "rma",
    predictor: Predictor = "sei",
    method: str = "REML",
    test: str = "z",
    level: float = 0.95,
) -> AsymmetryTest:
    """Test funnel asymmetry by regression on precision.

    Parameters
    ----------
    effects: k >= 3 studies, not all of the same precision.
    model: `rma`, a mixed-effects meta-regression (metafor's default); `lm`, weighted
        least squares with multiplicative dispersion, Student with k - 2 degrees of
        freedom (Egger's own test).
    predictor: `sei` standard error, `vi` variance, or by `effects.totals`: `ni`,
        `ninv` its inverse, `sqrtni`, `sqrtninv`. Names as metafor's.
    method, test: as in `regress`, for `rma`.
    level: of the interval of `limit`.

    Returns
    -------
    AsymmetryTest. `limit` is the effect where the predictor is 0, for the predictors
    that vanish with size.

    Raises
    ------
    ArgumentError: fewer than 3 studies; a constant predictor; sizes needed and absent.
    ConvergenceError: tau2 was not found.

    Source
    ------
    Egger M et al. (1997), BMJ 315:629-634; Sterne JAC, Egger M, in Rothstein, Sutton,
    Borenstein (eds), Publication Bias in Meta-Analysis (2005), 99-110.
    """
    check.choice("model", model, ("rma", "lm"))
    check.choice("predictor", predictor, PREDICTORS)
    studies(effects, least=3)
    x = _predictor(effects, predictor)
    if model == "lm":
        method, test = "CE", "knha"
    fit = regress(effects, x, method=method, test=test, level=level)
    vanishes = predictor in ("sei", "vi", "ninv", "sqrtninv")
    return AsymmetryTest(
        statistic=float(fit.statistics[1]),
        p=float(fit.p[1]),
        degrees_of_freedom=fit.degrees_of_freedom,
        slope=float(fit.coefficients[1]),
        limit=_limit(fit, fit.coefficients, vanishes),
        limit_low=_limit(fit, fit.ci_low, vanishes),
        limit_high=_limit(fit, fit.ci_high, vanishes),
        method=f"egger-{model}-{predictor}",
    )


def begg_test(effects: Effects) -> AsymmetryTest:
    """Test funnel asymmetry by rank correlation.

    Parameters
    ----------
    effects: k >= 2 studies, not all of the same effect or variance.

    Returns
    -------
    AsymmetryTest, two-sided: Kendall's tau (tau-b) of standardised effects and
    variances. Exact without ties, up to 500 studies; otherwise the normal approximation
    with the variance corrected for ties and no continuity correction, as R's `cor.test`
    behind metafor's `ranktest`.

    Raises
    ------
    ArgumentError: fewer than 2 studies; all variances, or all effects, tie.

    Source
    ------
    Begg CB, Mazumdar M (1994), Biometrics 50:1088-1101; Kendall MG (1938), Biometrika
    30:81-93.
    """
    studies(effects, least=2)
    v = effects.variance
    # The same of the same data, or ties would break: sums over the others only for a
    # study that outweighs them, where v - 1 / sum w and y - mean would cancel.
    first = int(v.argmin())
    centred = effects.estimate - effects.estimate[first]
    w = 1 / v
    total = float(w.sum())
    others = total - w
    if np.count_nonzero(v == v[first]) == 1:
        others[first] = float(np.delete(w, first).sum())
    spread = others / (w * total)
    distance = centred - float(w @ centred) / total
    result = kendall(distance / np.sqrt(spread), v)
    if result is None:
        raise ArgumentError("effects", allowed="of different effects and variances")
    return AsymmetryTest(
        statistic=result.tau,
        p=result.p,
        degrees_of_freedom=None,
        slope=None,
        limit=None,
        limit_low=None,
        limit_high=None,
        method="begg-exact" if result.exact else "begg-normal",
    )


def trim_and_fill(
    effects: Effects,
    *,
    side: Literal["left", "right"] | None = None,
    estimator: Literal["L0", "R0"] = "L0",
    method: str = "REML",
    test: Test = "z",
    level: float = 0.95,
) -> TrimFill:
    """Estimate the number of missing studies, fill them in and pool again.

    Parameters
    ----------
    effects: k >= 2 studies, 3 where `side` is None.
    side: where studies are missing; None decides by the sign of the slope on the
        standard error, as metafor does (`left` if it is not negative).
    estimator: `L0` or `R0`.
    method, test, level: as in `pool`.

    Returns
    -------
    TrimFill. Without missing studies `pooled` is the plain pool. Ties of distance are
    ranked in the order of the effects, as metafor does.

    Raises
    ------
    ArgumentError: too few studies, an unknown side or estimator.
    ConvergenceError: the number of missing studies does not settle.

    Source
    ------
    Duval S, Tweedie R (2000), Biometrics 56:455-463; J Am Stat Assoc 95:89-98.
    """
    check.choice("estimator", estimator, ("L0", "R0"))
    check.choice("method", method, METHODS)
    studies(effects, least=3 if side is None else 2)
    if side is None:
        side = _asymmetric_side(effects, method)
    check.choice("side", side, ("left", "right"))
    sign = -1.0 if side == "right" else 1.0
    order = np.argsort(sign * effects.estimate, kind="stable")
    y, v = sign * effects.estimate[order], effects.variance[order]
    missing, error, centre, rounds = _missing(y, v, estimator, method)
    last = order[len(order) - missing :] if missing else order[:0]
    filled = _filled(effects, last, sign * centre)
    return TrimFill(
        missing=missing,
        missing_se=error,
        side=side,
        pooled=pool(filled, method=method, test=test, level=level),
        filled=filled,
        estimator=estimator,
        iterations=rounds,
    )


def funnel(
    effects: Effects,
    *,
    centre: float | None = None,
    levels: tuple[float, ...] = (0.95,),
    points: int = 101,
) -> Funnel:
    """Compute what a funnel plot draws.

    Parameters
    ----------
    effects: k >= 1 studies.
    centre: where the funnel stands, on the scale of the effects; None takes the
        common-effect estimate; 0 gives a contour-enhanced plot.
    levels: confidence levels of the regions, each strictly between 0 and 1.
    points: of the grid of standard errors, at least 2.

    Returns
    -------
    Funnel: limits centre +- z * standard error, without heterogeneity.

    Raises
    ------
    ArgumentError: a bad level, centre or number of points.

    Source
    ------
    Sterne JAC, Egger M (2001), J Clin Epidemiol 54:1046-1055; contours: Peters JL et
    al. (2008), J Clin Epidemiol 61:991-996.
    """
    studies(effects)
    points = check.count("points", points, low=2, high=MAX_POINTS)
    inside = {"low": 0.0, "high": 1.0}
    chosen = check.vector("levels", levels, **inside, open_low=True, open_high=True)
    if centre is None:
        model = Intercept(effects.estimate, effects.variance)
        centre = float(model.fit(0.0).beta[0])
    centre = check.number("centre", centre)
    quantiles = np.array([z_above((1 - each) / 2) for each in chosen.tolist()])
    grid = np.linspace(0.0, float(effects.standard_error.max()), points)
    half = quantiles[:, None] * grid
    return Funnel(
        estimate=effects.estimate,
        standard_error=effects.standard_error,
        centre=centre,
        grid=grid,
        levels=tuple(chosen.tolist()),
        low=centre - half,
        high=centre + half,
    )


def _predictor(effects: Effects, predictor: str) -> Floats:
    if predictor == "sei":
        return effects.standard_error
    if predictor == "vi":
        return effects.variance
    if effects.totals is None:
        raise ArgumentError(
            "predictor", value=repr(predictor), allowed="`sei` or `vi`: no totals"
        )
    n = effects.totals
    return {
        "ni": n,
        "ninv": 1 / n,
        "sqrtni": np.sqrt(n),
        "sqrtninv": 1 / np.sqrt(n),
    }[predictor]


def _limit(fit: Regression, values: Floats, vanishes: bool) -> float | None:
    return float(values[0]) if vanishes and fit.intercept else None


def _asymmetric_side(effects: Effects, method: str) -> Literal["left", "right"]:
    error = effects.standard_error
    if float(np.ptp(error)) <= 1e-9 * float(error.max()):
        return "left"
    fit = regress(effects, error, method=method)
    return "right" if fit.coefficients[1] < 0 else "left"


def _missing(
    y: Floats, v: Floats, estimator: str, method: str
) -> tuple[int, float, float, int]:
    """Trim the most extreme studies until their number settles."""
    k = y.size
    trimmed = 0
    for rounds in range(1, MAX_ROUNDS + 1):
        model = Intercept(y[: k - trimmed], v[: k - trimmed])
        centre = float(model.fit(estimate_tau2(model, method).value).beta[0])
        distance = y - centre
        ranks = np.empty(k)
        ranks[np.argsort(np.abs(distance), kind="stable")] = np.arange(1, k + 1)
        number, error = _ESTIMATORS[estimator](distance, ranks, k)
        before, trimmed = trimmed, min(max(0, round(number)), k - 1)
        if trimmed == before:
            return trimmed, error, centre, rounds
    raise ConvergenceError(
        "trim-and-fill", iterations=MAX_ROUNDS, hint="try the other estimator"
    )


def _l0(distance: Floats, ranks: Floats, k: int) -> tuple[float, float]:
    s = float(ranks[distance > 0].sum())
    m = (4 * s - k * (k + 1)) / (2 * k - 1)
    variance = (
        k * (k + 1) * (2 * k + 1)
        + 10 * m**3
        + 27 * m**2
        + 17 * m
        - 18 * k * m**2
        - 18 * k * m
        + 6 * k**2 * m
    ) / 24
    return m, 4 * math.sqrt(max(variance, 0.0)) / (2 * k - 1)


def _r0(distance: Floats, ranks: Floats, k: int) -> tuple[float, float]:
    below = ranks[distance < 0]
    m = k - float(below.max()) - 1 if below.size else 0.0
    return m, math.sqrt(2 * max(0.0, m) + 2)


_ESTIMATORS = {"L0": _l0, "R0": _r0}


def _filled(effects: Effects, last: NDArray[np.int64], centre: float) -> Effects:
    """Mirror the trimmed studies about the centre."""
    totals = effects.totals
    if totals is not None:
        totals = np.concatenate([totals, totals[last]])
    return Effects(
        estimate=np.concatenate(
            [effects.estimate, 2 * centre - effects.estimate[last]]
        ),
        variance=np.concatenate([effects.variance, effects.variance[last]]),
        measure=effects.measure,
        totals=totals,
    )
