"""Meta-regression: effects explained by moderators of the studies.

Owns mixed-effects and common-effect models with any number of moderators, their test
and their predictions. Categories are for `grouping`, which builds the columns.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from galleyproof.stats import _validate as check
from galleyproof.stats._distributions import (
    chi_square_above,
    f_above,
    t_above,
    two_sided_ps,
    z_above,
)
from galleyproof.stats._validate import ArrayLike, Floats
from galleyproof.stats._wls import Design, Fit, Intercept, Model
from galleyproof.stats.design import design_matrix, numbers_of
from galleyproof.stats.effects import Effects, studies
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.pooling import (
    hartung_knapp_scale,
    heterogeneity_of,
)
from galleyproof.stats.tau2 import COMMON, METHODS, Tau2, estimate_tau2

TESTS = ("z", "t", "knha", "adhoc")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regression:
    """A fitted meta-regression, on the scale of the effects."""

    coefficients: Floats
    """(p,), the intercept first where there is one."""
    standard_errors: Floats
    ci_low: Floats
    ci_high: Floats
    statistics: Floats
    p: Floats
    covariance: Floats
    """(p, p), of the coefficients, scaled as the test asks."""
    names: tuple[str, ...]
    degrees_of_freedom: float | None
    """None for the normal distribution."""
    qm: float
    """Test of all moderators: chi-square, or F where `degrees_of_freedom` is given."""
    qm_df: int
    qm_p: float
    qe: float
    """Residual heterogeneity, common-effect weights."""
    qe_df: int
    qe_p: float
    tau2: float
    tau2_se: float
    i2: float
    """Per cent of the unexplained variance that is not sampling variance."""
    h2: float
    r2: float | None
    """Per cent of tau2 without moderators that they explain, cut at 0; with a common
    effect, of Q per degree of freedom; None without an intercept, as metafor."""
    studies: int
    intercept: bool
    measure: str
    method: str
    test: str
    level: float
    converged: bool
    iterations: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Predictions:
    """Fitted effects at given moderators, each field (m,)."""

    estimate: Floats
    standard_error: Floats
    ci_low: Floats
    ci_high: Floats
    prediction_low: Floats
    prediction_high: Floats


def regress(
    effects: Effects,
    moderators: ArrayLike,
    *,
    intercept: bool = True,
    names: tuple[str, ...] | None = None,
    method: str = "REML",
    test: str = "z",
    level: float = 0.95,
) -> Regression:
    """Explain effects by moderators.

    Parameters
    ----------
    effects: k studies.
    moderators: (k,) or (k, m), finite, any unit, independent columns; with an intercept
        no constant column.
    intercept: put a column of ones first.
    names: m names of the columns; `x1`, `x2`, ... by default.
    method, level: as in `pool`.
    test: `z`, `t`, `knha` or `adhoc`, as in `pool`, with k - p degrees of freedom.

    Returns
    -------
    Regression. As many coefficients as studies leave nothing to estimate tau2 from:
    method `CE`, tau2 and Q 0; metafor refuses that but for method `CE`. `r2` is 0 where
    there is no tau2 to explain. Without an intercept tau2 and Q are those of the model;
    metafor 3.8 computes them from the effects less their mean.

    Raises
    ------
    ArgumentError: bad shapes, more columns than studies, a redundant column (by index),
        k = p with a test that needs degrees of freedom.
    ConvergenceError: tau2 was not found.

    Source
    ------
    Berkey CS et al. (1995), Stat Med 14:395-411; van Houwelingen HC, Arends LR, Stijnen
    T (2002), Stat Med 21:589-624. `knha`: Knapp G, Hartung J (2003), Stat Med
    22:2693-2710. R²: Raudenbush SW (1994), in Cooper, Hedges (eds), Handbook of
    Research Synthesis; López-López JA et al. (2014), Br J Math Stat Psychol
    67:30-48.
    """
    check.choice("method", method, METHODS)
    check.choice("test", test, TESTS)
    level = check.level(level)
    intercept = check.flag("intercept", intercept)
    x = design_matrix(moderators, len(studies(effects)), intercept=intercept)
    model = Design(effects.estimate, effects.variance, x)
    if test != "z" and model.k <= model.p:
        raise ArgumentError(
            "effects", allowed=f"more than {model.p} studies for test `{test}`"
        )
    tau2 = estimate_tau2(model, method)
    fit = model.fit(tau2.value)
    df = None if test == "z" else float(model.k - model.p)
    covariance = fit.covariance * _scale(fit, model, test)
    errors = np.sqrt(np.diag(covariance))
    statistics, p = _tests(fit.beta, errors, df)
    half = _quantile(level, df) * errors
    qm, qm_df, qm_p = _joint(fit.beta, covariance, df, skip=int(intercept))
    spread = heterogeneity_of(model, tau2.value, common=tau2.method in COMMON)
    return Regression(
        coefficients=fit.beta,
        standard_errors=errors,
        ci_low=fit.beta - half,
        ci_high=fit.beta + half,
        statistics=statistics,
        p=p,
        covariance=covariance,
        names=_names(names, model.p, intercept=intercept),
        degrees_of_freedom=df,
        qm=qm,
        qm_df=qm_df,
        qm_p=qm_p,
        qe=spread.q,
        qe_df=model.k - model.p,
        qe_p=spread.p,
        tau2=tau2.value,
        tau2_se=tau2.standard_error,
        i2=spread.i2,
        h2=spread.h2,
        r2=_explained(effects, model, tau2) if intercept else None,
        studies=model.k,
        intercept=intercept,
        measure=effects.measure,
        method=tau2.method,
        test=test,
        level=level,
        converged=tau2.converged,
        iterations=tau2.iterations,
    )


def predict(regression: Regression, moderators: ArrayLike) -> Predictions:
    """Predict the effect at given values of the moderators.

    Parameters
    ----------
    regression: a fitted model.
    moderators: (n, m), or (m,) for a single point, without the column of ones.

    Returns
    -------
    Predictions with (n,) fields on the scale of the effects; the prediction interval
    adds tau2 to the squared standard error, with the quantile of the model's test, as
    metafor's default.

    Raises
    ------
    ArgumentError: another number of columns than the model has; not finite.

    Source
    ------
    As `regress`.
    """
    regression = _fitted(regression)
    m = regression.coefficients.size - int(regression.intercept)
    x = numbers_of(moderators)
    if x.ndim == 1:
        x = x[None, :]
    if x.ndim != 2 or x.shape[1] != m:
        raise ArgumentError("moderators", allowed=f"of shape (n, {m}), not {x.shape}")
    if regression.intercept:
        x = np.column_stack([np.ones(len(x)), x])
    estimate = x @ regression.coefficients
    error = np.sqrt(np.einsum("ij,jl,il->i", x, regression.covariance, x))
    quantile = _quantile(regression.level, regression.degrees_of_freedom)
    wide = quantile * np.sqrt(error**2 + regression.tau2)
    return Predictions(
        estimate=estimate,
        standard_error=error,
        ci_low=estimate - quantile * error,
        ci_high=estimate + quantile * error,
        prediction_low=estimate - wide,
        prediction_high=estimate + wide,
    )


def _fitted(regression: object) -> Regression:
    if not isinstance(regression, Regression):
        kind = type(regression).__name__
        raise ArgumentError("regression", value=kind, allowed="a `Regression`")
    return regression


def _scale(fit: Fit, model: Model, test: str) -> float:
    if test == "z":
        return 1.0
    return hartung_knapp_scale(fit.q, model.k - model.p, test)


def _quantile(level: float, df: float | None) -> float:
    tail = (1 - level) / 2
    return z_above(tail) if df is None else t_above(tail, df)


def _tests(beta: Floats, errors: Floats, df: float | None) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.where((errors == 0) & (beta == 0), 0.0, beta / errors)
    freedom = None if df is None else np.full(beta.shape, df)
    return statistics, two_sided_ps(statistics, freedom)


def _joint(
    beta: Floats, covariance: Floats, df: float | None, *, skip: int
) -> tuple[float, int, float]:
    """Test that all coefficients but the intercept are 0."""
    tested = beta[skip:]
    size = tested.size
    # Scaled to unit diagonal first: moderators may differ by orders of magnitude.
    error = np.sqrt(np.diag(covariance))[skip:]
    if (error == 0).any():
        return (math.inf, size, 0.0) if tested.any() else (0.0, size, 1.0)
    correlation = covariance[skip:, skip:] / np.outer(error, error)
    standardised = tested / error
    q = float(standardised @ np.linalg.solve(correlation, standardised))
    if df is None:
        return q, size, chi_square_above(q, size)
    return q / size, size, f_above(q / size, size, df)


def _explained(effects: Effects, model: Model, tau2: Tau2) -> float:
    """Compare with the model without moderators: tau2, or Q per degree of freedom."""
    alone = Intercept(effects.estimate, effects.variance)
    if model.k <= model.p:
        return 0.0
    if tau2.method in COMMON:
        without = alone.sums(0.0).q / (model.k - 1)
        left = model.sums(0.0).q / (model.k - model.p)
    else:
        without, left = estimate_tau2(alone, tau2.method).value, tau2.value
    return max(0.0, 100 * (1 - left / without)) if without > 0 else 0.0


def _names(
    names: tuple[str, ...] | None, p: int, *, intercept: bool
) -> tuple[str, ...]:
    m = p - int(intercept)
    if names is None:
        names = tuple(f"x{i + 1}" for i in range(m))
    listed = isinstance(names, Sequence) and not isinstance(names, str)
    if not listed or len(names) != m or not all(isinstance(n, str) for n in names):
        raise ArgumentError("names", value=repr(names), allowed=f"{m} names")
    return ("intercept", *names) if intercept else tuple(names)
