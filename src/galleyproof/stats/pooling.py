"""Pooled effects: common effect and random effects by inverse variance.

Owns the weighted mean of several studies, its interval and test, heterogeneity (Q, I²,
H², tau²) and the prediction interval. The estimators of tau² are in `tau2`, the
intervals of tau² in `heterogeneity`; tables are pooled without effect sizes in
`tables` and `glmm`; moderators are in `regression`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from galleyproof.stats import _validate as check
from galleyproof.stats._distributions import (
    chi_square_above,
    t_above,
    two_sided_t,
    two_sided_z,
    z_above,
)
from galleyproof.stats._validate import Floats
from galleyproof.stats._wls import Intercept, Model
from galleyproof.stats.effects import Effects, studies
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.tau2 import COMMON, METHODS, Tau2, estimate_tau2

Test = Literal["z", "t", "knha", "adhoc", "hybrid"]
TESTS = ("z", "t", "knha", "adhoc", "hybrid")
Prediction = Literal["metafor", "riley"]
PREDICTIONS = ("metafor", "riley")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pooled:
    """A pooled effect, on the scale of the effects."""

    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    statistic: float
    """estimate / standard_error: z, or t with `degrees_of_freedom`."""
    p: float
    """Two-sided, against an effect of 0 on this scale."""
    degrees_of_freedom: float | None
    """None for the normal distribution."""
    prediction_low: float
    """Limit for the true effect of a new study; the confidence limit if tau2 is 0."""
    prediction_high: float
    tau2: float
    tau2_se: float
    """Asymptotic; the Q-profile interval of `heterogeneity` is better."""
    q: float
    """Cochran's Q: common-effect weights whatever the method."""
    q_df: int
    q_p: float
    i2: float
    """Per cent of the total variance that is not sampling variance."""
    h2: float
    """Total variance over sampling variance."""
    weights: Floats
    """(k,), fractions that add up to 1."""
    studies: int
    measure: str
    method: str
    """Estimator of tau2; `CE` where there is none, one study included."""
    test: str
    level: float
    converged: bool
    iterations: int

    @property
    def tau(self) -> float:
        """Square root of tau2."""
        return math.sqrt(self.tau2)


def pool(
    effects: Effects,
    *,
    method: str = "REML",
    test: Test = "z",
    level: float = 0.95,
    prediction: Prediction = "metafor",
) -> Pooled:
    """Pool effects by inverse variance.

    Parameters
    ----------
    effects: k >= 1 studies, any measure.
    method: `CE` (also `FE`, `EE`) for a common effect, or an estimator of tau2: `DL`,
        `DL2`, `HE`, `HS`, `HSk`, `SJ`, `ML`, `REML`, `EB`, `PM`, `PMM`, `DLIT`,
        `SJIT`; sources in `tau2`.
    test: `z`, normal; `t`, Student with k - 1 degrees of freedom; `knha`, Student with
        Knapp and Hartung's standard error; `adhoc`, the same, but never below that of
        `t`; `hybrid`, the wider of the intervals of `knha` and `z`.
    level: confidence level, strictly between 0 and 1, of both intervals.
    prediction: `metafor`: estimate +- quantile of `test` times sqrt(se² + tau2), as
        metafor's default; `riley`: Student with k - 2 degrees of freedom.

    Returns
    -------
    Pooled, on the scale of the effects (see `back_transform`). One study is returned as
    it is: method `CE`, tau2, Q and I² 0, as metafor does. With `CE`, I² and H² come
    from Q, otherwise from tau2 and the typical sampling variance; both as metafor.
    `ML` and `REML` are at the highest maximum of the likelihood; metafor climbs to the
    one nearest to its start.

    Raises
    ------
    ArgumentError: an unknown method, test or level; one study with a test other than
        `z`, fewer than three with `riley`.
    ConvergenceError: tau2 was not found.

    Source
    ------
    Hedges LV, Vevea JL (1998), Psychol Methods 3:486-504. I², H²: Higgins JPT, Thompson
    SG (2002), Stat Med 21:1539-1558. `knha`: Hartung J, Knapp G (2001), Stat Med
    20:1771-1782; Sidik K, Jonkman JN (2002), Stat Med 21:3153-3159. `adhoc`: Knapp G,
    Hartung J (2003), Stat Med 22:2693-2710. `hybrid`: Wiksten A, Rücker G, Schwarzer G
    (2016), Stat Med 35:2503-2515. `riley`: Higgins JPT, Thompson SG, Spiegelhalter DJ
    (2009), J R Stat Soc A 172:137-159; Riley RD et al. (2011), BMJ 342:d549.
    """
    check.choice("method", method, METHODS)
    check.choice("test", test, TESTS)
    check.choice("prediction", prediction, PREDICTIONS)
    level = check.level(level)
    _enough(len(studies(effects)), test, prediction)
    model = Intercept(effects.estimate, effects.variance)
    tau2 = estimate_tau2(model, method)
    return pool_at(
        effects, tau2, test=test, level=level, prediction=prediction, model=model
    )


def pool_at(
    effects: Effects,
    tau2: Tau2,
    *,
    test: str,
    level: float,
    prediction: str = "metafor",
    model: Intercept | None = None,
) -> Pooled:
    """Pool effects at a tau2 that is already there; arguments as `pool`, checked."""
    model = model or Intercept(effects.estimate, effects.variance)
    inference = infer(model, tau2.value, test, level)
    spread = heterogeneity_of(model, tau2.value, common=tau2.method in COMMON)
    half = _prediction_half(inference, tau2.value, len(effects), prediction, level)
    weights = 1 / (effects.variance + tau2.value)
    return Pooled(
        estimate=inference.estimate,
        standard_error=inference.standard_error,
        ci_low=inference.estimate - inference.half,
        ci_high=inference.estimate + inference.half,
        statistic=inference.statistic,
        p=inference.p,
        degrees_of_freedom=inference.degrees_of_freedom,
        prediction_low=inference.estimate - half,
        prediction_high=inference.estimate + half,
        tau2=tau2.value,
        tau2_se=tau2.standard_error,
        q=spread.q,
        q_df=model.k - 1,
        q_p=spread.p,
        i2=spread.i2,
        h2=spread.h2,
        weights=weights / weights.sum(),
        studies=model.k,
        measure=effects.measure,
        method=tau2.method,
        test=test,
        level=level,
        converged=tau2.converged,
        iterations=tau2.iterations,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Inference:
    """Interval and test of one mean."""

    estimate: float
    standard_error: float
    half: float
    statistic: float
    p: float
    degrees_of_freedom: float | None
    quantile: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Heterogeneity beyond sampling."""

    q: float
    p: float
    i2: float
    h2: float


def infer(model: Model, tau2: float, test: str, level: float) -> Inference:
    """Estimate the mean of a model at one tau2, with interval and test."""
    fit = model.fit(tau2)
    estimate, plain = float(fit.beta[0]), math.sqrt(float(fit.covariance[0, 0]))
    if test == "hybrid":
        normal = _inference(estimate, plain, None, level)
        student = infer(model, tau2, "knha", level)
        return normal if normal.half > student.half else student
    if test == "z":
        return _inference(estimate, plain, None, level)
    df = model.k - 1
    scale = hartung_knapp_scale(fit.q, df, test)
    return _inference(estimate, plain * math.sqrt(scale), float(df), level)


def hartung_knapp_scale(q: float, df: int, test: str) -> float:
    """Compute what multiplies the variance: residual mean square, or at least 1."""
    if test == "t":
        return 1.0
    return max(q / df, 1.0) if test == "adhoc" else q / df


def _inference(
    estimate: float, standard_error: float, df: float | None, level: float
) -> Inference:
    tail = (1 - level) / 2
    quantile = z_above(tail) if df is None else t_above(tail, df)
    statistic = ratio(estimate, standard_error)
    return Inference(
        estimate=estimate,
        standard_error=standard_error,
        half=quantile * standard_error,
        statistic=statistic,
        p=two_sided(statistic, df),
        degrees_of_freedom=df,
        quantile=quantile,
    )


def ratio(estimate: float, standard_error: float) -> float:
    """Divide, where a standard error of 0 makes any effect infinitely significant."""
    if standard_error > 0:
        return estimate / standard_error
    return math.copysign(math.inf, estimate) if estimate else 0.0


def two_sided(statistic: float, df: float | None) -> float:
    """Compute the two-sided p of a normal or Student statistic."""
    return two_sided_z(statistic) if df is None else two_sided_t(statistic, df)


def heterogeneity_of(model: Model, tau2: float, *, common: bool) -> Spread:
    """Compute Cochran's Q with its test, I² in per cent and H²."""
    df = model.k - model.p
    if df <= 0:
        return Spread(q=0.0, p=1.0, i2=0.0, h2=1.0)
    s = model.sums(0.0)
    p = chi_square_above(s.q, df)
    if common:
        i2 = max(0.0, 100 * (s.q - df) / s.q) if s.q > 0 else 0.0
        return Spread(q=s.q, p=p, i2=i2, h2=s.q / df)
    typical = df / s.tr
    i2 = 100 * tau2 / (tau2 + typical)
    return Spread(q=s.q, p=p, i2=i2, h2=tau2 / typical + 1)


def _enough(k: int, test: str, prediction: str) -> None:
    if test != "z" and k < 2:
        raise ArgumentError(
            "effects", allowed=f"at least 2 studies for test `{test}`, not {k}"
        )
    if prediction == "riley" and k < 3:
        raise ArgumentError(
            "effects", allowed=f"at least 3 studies for prediction `riley`, not {k}"
        )


def _prediction_half(
    inference: Inference, tau2: float, k: int, prediction: str, level: float
) -> float:
    quantile = inference.quantile
    if prediction == "riley":
        quantile = t_above((1 - level) / 2, float(k - 2))
    return quantile * math.sqrt(inference.standard_error**2 + tau2)
