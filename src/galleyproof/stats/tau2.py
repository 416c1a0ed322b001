"""Estimators of the between-study variance.

Owns tau2: closed forms, the likelihood equations and the generalised Q equation, for an
intercept or any design. Every estimate is cut at 0. The iterative ones are solved to
the last digits inside a bracket (`_estimating`), never by a fixed number of scoring
steps; where a likelihood has several maxima the highest is taken.

`DL`, DerSimonian R, Laird N (1986), Control Clin Trials 7:177-188. `DL2`, a second
step with the weights of the first: DerSimonian R, Kacker R (2007), Contemp Clin Trials
28:105-114. `HE`, unweighted moments: Hedges LV, Olkin I (1985), Statistical Methods for
Meta-Analysis, ch 9. `HS`: Hunter JE, Schmidt FL (1990), Methods of Meta-Analysis;
`HSk`, with its small-sample correction: Brannick MT et al. (2019), Organ Res Methods
22:490-514. `SJ`: Sidik K, Jonkman JN (2005), J R Stat Soc C 54:367-384. `ML` and
`REML`: Viechtbauer W (2005), J Educ Behav Stat 30:261-293. `PM`, Q(tau2) = k - p: Paule
RC, Mandel J (1982), J Res Natl Bur Stand 87:377-385; the same equation is solved by the
empirical Bayes estimator `EB`, Morris CN (1983), J Am Stat Assoc 78:47-55, and by `DL`
and `SJ` iterated, `DLIT` and `SJIT` (metafor's own `DLIT` leaves out the current tau2
in its step, and so ends elsewhere or nowhere). `PMM`, Q(tau2) at the median of its
chi-square distribution: Viechtbauer W (2021), Median-unbiased estimators for the amount
of heterogeneity in meta-analysis, European Congress of Methodology, Valencia.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from galleyproof.stats._distributions import chi_square_quantile_above
from galleyproof.stats._estimating import (
    Equation,
    Full,
    GeneralisedQ,
    Restricted,
    solve,
)
from galleyproof.stats._wls import Model

COMMON = ("CE", "FE", "EE")
"""Common effect: tau2 is 0 by assumption. `FE` and `EE` are metafor's older names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tau2:
    """An estimate of the between-study variance."""

    value: float
    """On the squared scale of the effects; 0 where the estimator would be negative."""
    standard_error: float
    """Asymptotic, by the estimator's own formula; 0 for a common effect."""
    method: str
    converged: bool
    iterations: int
    """Evaluations of the estimating equation; 0 for a closed form."""


def estimate_tau2(model: Model, method: str) -> Tau2:
    """Estimate the between-study variance of a model.

    Parameters
    ----------
    model: effects, variances and design.
    method: a name of the module's table, or `CE`.

    Returns
    -------
    Tau2. With as many coefficients as studies nothing is left to estimate it from:
    value 0, method `CE`.

    Raises
    ------
    ConvergenceError: the equation was not solved.

    Source
    ------
    The module's table. Where a likelihood has several maxima the highest counts;
    metafor climbs from the HE estimate and compares only with 0.
    """
    if method in COMMON or model.k <= model.p:
        return Tau2(
            value=0.0, standard_error=0.0, method="CE", converged=True, iterations=0
        )
    if method in CLOSED:
        value, iterations = max(CLOSED[method](model), 0.0), 0
    else:
        value, iterations = solve(model, EQUATIONS[method](model))
    return Tau2(
        value=value,
        standard_error=standard_error(model, method, value),
        method=method,
        converged=True,
        iterations=iterations,
    )


def _dl(model: Model) -> float:
    s = model.sums(0.0)
    return (s.q - (model.k - model.p)) / s.tr


def _dl2(model: Model) -> float:
    start = max(_dl(model), 0.0)
    s = model.sums(start)
    # tr PV = tr P(V + start) - start tr P = (k - p) - start tr P
    return (s.q - (model.k - model.p) + start * s.tr) / s.tr


def _he(model: Model) -> float:
    excess = model.residual_squares() - model.unweighted_traces()[0]
    return excess / (model.k - model.p)


def _hs(model: Model) -> float:
    s = model.sums(0.0)
    return (s.q - model.k) / s.sw


def _hsk(model: Model) -> float:
    s = model.sums(0.0)
    return (s.q * model.k / (model.k - model.p) - model.k) / s.sw


def _sj(model: Model) -> float:
    start = float(model.y.var())
    return start * model.sums(start).q / (model.k - model.p)


CLOSED: dict[str, Callable[[Model], float]] = {
    "DL": _dl,
    "DL2": _dl2,
    "HE": _he,
    "HS": _hs,
    "HSk": _hsk,
    "SJ": _sj,
}


def _generalised_q(model: Model) -> Equation:
    return GeneralisedQ(float(model.k - model.p))


def _median_q(model: Model) -> Equation:
    return GeneralisedQ(chi_square_quantile_above(0.5, model.k - model.p))


EQUATIONS: dict[str, Callable[[Model], Equation]] = {
    "ML": lambda _: Full(),
    "REML": lambda _: Restricted(),
    **dict.fromkeys(("PM", "EB", "DLIT", "SJIT"), _generalised_q),
    "PMM": _median_q,
}
METHODS = (*COMMON, *CLOSED, *EQUATIONS)


def standard_error(model: Model, method: str, value: float) -> float:
    """Compute the asymptotic standard error of an estimate of tau2.

    Source: Viechtbauer (2005), J Educ Behav Stat 30:261-293, as metafor; for `DL2` the
    variance of a generalised Q moment, Jackson D et al. (2014), BMC Med Res
    Methodol 14:103.
    """
    k, p = model.k, model.p
    at = model.sums(value)
    if method == "ML":
        return math.sqrt(2 / at.sw2)
    if method == "REML":
        return math.sqrt(2 / at.tr2)
    if method in EQUATIONS and method != "DLIT":
        return math.sqrt(2 * k * k / (k - p)) / at.sw
    return math.sqrt(_moment_variance(model, method, value))


def _moment_variance(model: Model, method: str, value: float) -> float:
    """Compute (2 tr AVAV + 4 t tr AVA + 2 t² tr AA) / d² of the moment y'Ay / d."""
    k, p = model.k, model.p
    start = _start(model, method, value)
    s = model.sums(start)
    # A = P at the weights of `start`, so that AV = A(V + start) - start A.
    tr_avav = (k - p) - 2 * start * s.tr + start**2 * s.tr2
    tr_ava, tr_aa = s.tr - start * s.tr2, s.tr2
    divisor = s.tr
    if method == "HE":
        tr_ava, tr_avav = model.unweighted_traces()
        tr_aa = divisor = float(k - p)
    elif method in ("HS", "HSk"):
        divisor = s.sw * ((k - p) / k if method == "HSk" else 1.0)
    elif method == "SJ":
        if start == 0.0:
            return 0.0
        divisor = (k - p) / start
    return (2 * tr_avav + 4 * value * tr_ava + 2 * value**2 * tr_aa) / divisor**2


def _start(model: Model, method: str, value: float) -> float:
    """Find the tau2 whose weights the moment uses."""
    if method == "SJ":
        return float(model.y.var())
    if method == "DL2":
        return max(_dl(model), 0.0)
    return value if method == "DLIT" else 0.0
