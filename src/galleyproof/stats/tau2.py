"""Estimators of the between-study variance.

Owns tau2: closed forms, the likelihood equations and the generalised Q equation, for an
intercept or any design. Every estimate is cut at 0. The iterative ones are solved to
the last digits inside a bracket, never by a fixed number of scoring steps; where a
likelihood has several maxima the highest is taken.

`DL`, DerSimonian R, Laird N (1986), Control Clin Trials 7:177-188. `DL2`, a second
step with the weights of the first: DerSimonian R, Kacker R (2007), Contemp Clin Trials
28:105-114. `HE`, unweighted moments: Hedges LV, Olkin I (1985), Statistical Methods for
Meta-Analysis, ch 9. `HS`: Hunter JE, Schmidt FL (1990), Methods of Meta-Analysis, ch 7;
`HSk`, with its small-sample correction: Brannick MT et al. (2019), Psychol Methods
24:315-334. `SJ`: Sidik K, Jonkman JN (2005), J R Stat Soc C 54:367-384. `ML` and
`REML`: Viechtbauer W (2005), J Educ Behav Stat 30:261-293. `PM`, Q(tau2) = k - p: Paule
RC, Mandel J (1982), J Res Natl Bur Stand 87:377-385; the same equation is solved by the
empirical Bayes estimator `EB`, Morris CN (1983), J Am Stat Assoc 78:47-55, and by `DL`
and `SJ` iterated, `DLIT` and `SJIT`. `PMM`, Q(tau2) at the median of its chi-square
distribution: Viechtbauer W (2021), in Schmid, Stijnen, White (eds), Handbook of
Meta-Analysis, ch 11.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from galleyproof.stats._distributions import chi_square_quantile_above
from galleyproof.stats._validate import Floats
from galleyproof.stats._wls import Model, Sums
from galleyproof.stats.errors import ConvergenceError

COMMON = ("CE", "FE", "EE")
"""Common effect: tau2 is 0 by assumption. `FE` and `EE` are metafor's older names."""
SCAN_POINTS = 16
"""Where there may be several roots; 5 are enough to bracket a single one."""
MAX_ITERATIONS = 200


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
    value 0, method `CE`, as metafor does.

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


@dataclass(frozen=True, slots=True)
class Equation:
    """Where an observed quadratic form meets what is expected of it.

    Solved as log(observed / expected) = 0 in log(tau2 + a typical variance): a straight
    line where sampling variances are alike, so that Newton's steps are few.
    """

    observed: Callable[[Sums], float]
    expected: Callable[[Sums], float]
    slope: Callable[[Sums], float]
    """Of log(observed / expected), by tau2."""
    bound: Callable[[float, float, float], float]
    """No root is above it: from the unweighted residual sum of squares, the smallest
    and the largest variance."""
    restricted: bool | None = None
    """Which likelihood decides between several roots; None: there is only one."""


def _ml(model: Model) -> Equation:
    return Equation(
        observed=lambda s: s.q2,
        expected=lambda s: s.sw,
        slope=lambda s: s.sw2 / s.sw - 2 * s.q3 / s.q2,
        bound=_likelihood_bound(model.k - model.p),
        restricted=False,
    )


def _reml(model: Model) -> Equation:
    return Equation(
        observed=lambda s: s.q2,
        expected=lambda s: s.tr,
        slope=lambda s: s.tr2 / s.tr - 2 * s.q3 / s.q2,
        bound=_likelihood_bound(model.k - model.p),
        restricted=True,
    )


def _likelihood_bound(df: int) -> Callable[[float, float, float], float]:
    """Bound q2 by squares / (low + t)² and tr P by df / (high + t) from below."""

    def bound(squares: float, low: float, high: float) -> float:
        half = squares / df / 2  # then the larger root of a quadratic
        return half + math.sqrt(half * (half + 2 * (high - low))) - low

    return bound


def q_equation(target: float) -> Equation:
    """Ask for Q(tau2) = target; Q is at most squares / (low + tau2)."""
    return Equation(
        observed=lambda s: s.q,
        expected=lambda _: target,
        slope=lambda s: -s.q2 / s.q,
        bound=lambda squares, low, _: squares / target - low,
    )


def _generalised_q(model: Model) -> Equation:
    return q_equation(model.k - model.p)


def _median_q(model: Model) -> Equation:
    return q_equation(chi_square_quantile_above(0.5, model.k - model.p))


EQUATIONS: dict[str, Callable[[Model], Equation]] = {
    "ML": _ml,
    "REML": _reml,
    **dict.fromkeys(("PM", "EB", "DLIT", "SJIT"), _generalised_q),
    "PMM": _median_q,
}
METHODS = (*COMMON, *CLOSED, *EQUATIONS)


def solve(model: Model, equation: Equation) -> tuple[float, int]:
    """Scan for sign changes, solve each bracket, take the best root."""
    grid, sums, excess = _scan(model, equation)
    roots = [0.0] if excess[0] <= 0 else []
    used = grid.size
    for i in np.flatnonzero((excess[:-1] > 0) & (excess[1:] <= 0)).tolist():
        low, high = grid[i : i + 2].tolist()
        # The sampling variance that studies all alike would need for this trace.
        typical = (model.k - model.p) / float(sums.tr[i]) - low
        bracket = _Bracket(low, high, unit=max(typical, float(grid[1])))
        start = bracket.start(*_logarithms(equation, sums, i))
        root, more = _newton(model, equation, bracket, start)
        roots.append(root)
        used += more
    if len(roots) == 1:
        return roots[0], used
    restricted = bool(equation.restricted)
    best = max(roots, key=lambda t: model.log_likelihood(t, restricted=restricted))
    return best, used


def _scan(model: Model, equation: Equation) -> tuple[Floats, Sums, Floats]:
    """Evaluate the equation from 0 up to where it is surely negative."""
    low, high = float(model.v.min()), float(model.v.max())
    top = max(equation.bound(model.residual_squares(), low, high), low)
    points = 5 if equation.restricted is None else SCAN_POINTS
    for _ in range(MAX_ITERATIONS):
        steps = np.linspace(0.0, math.log1p(top / low), points)
        grid = low * np.expm1(steps)
        sums = model.scan(grid)
        excess = np.asarray(equation.observed(sums) - equation.expected(sums))
        if excess[-1] <= 0:
            return grid, sums, excess
        top *= 2  # the bound itself is rounded
    raise ConvergenceError(
        "the bracket of tau2",
        iterations=MAX_ITERATIONS,
        hint="the effects are too large to square; change their unit",
    )


def _logarithms(equation: Equation, sums: Sums, i: int) -> tuple[float, float]:
    """Give log(observed / expected) at two points of a scan; -inf for an exact fit."""
    with np.errstate(divide="ignore"):
        values = np.log(equation.observed(sums) / equation.expected(sums))
    return float(values[i]), float(values[i + 1])


@dataclass(slots=True)
class _Bracket:
    """The ends between which a root lies, on the scale of log(tau2 + unit)."""

    low: float
    high: float
    unit: float

    def start(self, above: float, below: float) -> float:
        """Draw a straight line between the ends."""
        share = above / (above - below)  # 0 for a fall without end
        ratio = (self.high + self.unit) / (self.low + self.unit)
        return self.inside((self.low + self.unit) * ratio**share - self.unit)

    def middle(self) -> float:
        product = (self.low + self.unit) * (self.high + self.unit)
        return self.inside(math.sqrt(product) - self.unit)

    def inside(self, tau2: float) -> float:
        return min(max(tau2, self.low), self.high)

    def closed(self) -> bool:
        return self.high - self.low <= 4e-16 * (self.high + self.unit)


def _newton(
    model: Model, equation: Equation, bracket: _Bracket, t: float
) -> tuple[float, int]:
    """Newton's steps, kept inside a bracket that a bisection closes where they fail."""
    previous = math.inf
    for iteration in range(1, MAX_ITERATIONS + 1):
        sums = model.sums(t)
        observed, expected = equation.observed(sums), equation.expected(sums)
        if observed > expected:
            bracket.low = t
        else:
            bracket.high = t
        following = _step(equation, sums, t, bracket)
        distance = abs(following - t)
        if not bracket.low <= following <= bracket.high or distance > previous / 2:
            following = bracket.middle()
        moved = abs(following - t)
        # Quadratic: a step of 1e-9 leaves an error near 1e-18.
        if (moved <= 1e-9 * t and distance <= 1e-9 * t) or bracket.closed():
            return following, iteration
        previous, t = moved, following
    raise ConvergenceError(
        "tau2",
        iterations=MAX_ITERATIONS,
        hint="the estimating equation is flat or noisy; try `DL`",
    )


def _step(equation: Equation, sums: Sums, t: float, bracket: _Bracket) -> float:
    """Follow the slope on the scale of log(tau2 + unit); inf where there is none."""
    observed = equation.observed(sums)
    if observed <= 0:
        return math.inf
    scale = t + bracket.unit
    slope = equation.slope(sums) * scale
    excess = math.log(observed / equation.expected(sums))
    if slope >= 0 or abs(excess) > -50 * slope:
        return math.inf
    return t + scale * math.expm1(-excess / slope)


def standard_error(model: Model, method: str, value: float) -> float:
    """Compute the asymptotic standard error of an estimate of tau2.

    Source: Viechtbauer (2005), J Educ Behav Stat 30:261-293, as metafor; for `DL2` the
    variance of a generalised Q moment, Jackson et al. (2014), Stat Med 33:4321-4337.
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
