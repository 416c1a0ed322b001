"""The estimating equations of the between-study variance, and their solution.

Owns the search for tau2: an observed quadratic form, which falls with tau2, is set to
what is expected of it. Which equation is whose is in `tau2`.

Solved as log(observed / expected) = 0 in log(tau2 + a typical sampling variance): a
straight line where sampling variances are alike, so that Newton's steps are few. Where
there may be several roots a scan from 0 to above the last brackets them all.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from galleyproof.stats._validate import Floats
from galleyproof.stats._wls import Model, Number, Sums
from galleyproof.stats.errors import ConvergenceError

SCAN_POINTS = 16
"""Where a likelihood may have several maxima."""
FEW_POINTS = 5
"""Where there is one root to be bracketed."""
MAX_ITERATIONS = 200


class Equation(ABC):
    """An estimating equation: observed = expected."""

    several = False
    """Whether it may have more than one root."""

    @abstractmethod
    def observed(self, s: Sums[Number]) -> Number:
        """Pick the quadratic form."""

    @abstractmethod
    def expected(self, s: Sums[Number]) -> Number | float:
        """Pick what it is compared with."""

    @abstractmethod
    def slope(self, s: Sums[float]) -> float:
        """Differentiate log(observed / expected) by tau2."""

    @abstractmethod
    def bound(self, model: Model) -> float:
        """Give a tau2 that no root exceeds, but for rounding."""

    def best(self, model: Model, roots: list[float]) -> float:
        """Choose between several roots."""
        del model
        return roots[0]


class _Likelihood(Equation):
    """A maximum of the profile likelihood: y'PPy against a trace."""

    several = True
    restricted: bool

    def observed(self, s: Sums[Number]) -> Number:
        return s.q2

    def bound(self, model: Model) -> float:
        # q2 is at most squares / (low + t)², either trace at least df / (high + t).
        low, high = float(model.v.min()), float(model.v.max())
        half = model.residual_squares() / (model.k - model.p) / 2
        return half + math.sqrt(half * (half + 2 * (high - low))) - low

    def best(self, model: Model, roots: list[float]) -> float:
        return max(
            roots, key=lambda t: model.log_likelihood(t, restricted=self.restricted)
        )


class Full(_Likelihood):
    """Maximum likelihood: y'PPy = tr W."""

    restricted = False

    def expected(self, s: Sums[Number]) -> Number:
        return s.sw

    def slope(self, s: Sums[float]) -> float:
        return s.sw2 / s.sw - 2 * s.q3 / s.q2


class Restricted(_Likelihood):
    """Restricted maximum likelihood: y'PPy = tr P."""

    restricted = True

    def expected(self, s: Sums[Number]) -> Number:
        return s.tr

    def slope(self, s: Sums[float]) -> float:
        return s.tr2 / s.tr - 2 * s.q3 / s.q2


@dataclass(frozen=True, slots=True)
class GeneralisedQ(Equation):
    """Q(tau2) = target; Q falls throughout."""

    target: float

    def observed(self, s: Sums[Number]) -> Number:
        return s.q

    def expected(self, s: Sums[Number]) -> float:
        del s
        return self.target

    def slope(self, s: Sums[float]) -> float:
        return -s.q2 / s.q

    def bound(self, model: Model) -> float:
        # Q is at most squares / (low + t).
        return model.residual_squares() / self.target - float(model.v.min())


def solve(model: Model, equation: Equation) -> tuple[float, int]:
    """Solve an equation for tau2 >= 0.

    Returns
    -------
    The root and the number of evaluations; 0 if the observed falls short from the
    start. Of several roots the best.

    Raises
    ------
    ConvergenceError: no bracket, or it does not close.
    """
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
    return roots[0] if len(roots) == 1 else equation.best(model, roots), used


def _scan(model: Model, equation: Equation) -> tuple[Floats, Sums[Floats], Floats]:
    """Evaluate the equation from 0 up to where the observed surely falls short."""
    low = float(model.v.min())
    top = max(equation.bound(model), low)
    points = SCAN_POINTS if equation.several else FEW_POINTS
    share = np.arange(points) / (points - 1)
    for _ in range(MAX_ITERATIONS):
        grid = low * np.expm1(share * math.log1p(top / low))
        sums = model.scan(grid)
        excess = np.asarray(equation.observed(sums) - equation.expected(sums))
        if excess[-1] <= 0:
            return grid, sums, excess
        top *= 2  # the bound is rounded
    raise ConvergenceError(
        "the bracket of tau2",
        iterations=MAX_ITERATIONS,
        hint="the effects are too large to square; change their unit",
    )


def _logarithms(equation: Equation, sums: Sums[Floats], i: int) -> tuple[float, float]:
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
        return self._inside((self.low + self.unit) * ratio**share - self.unit)

    def middle(self) -> float:
        product = (self.low + self.unit) * (self.high + self.unit)
        return self._inside(math.sqrt(product) - self.unit)

    def holds(self, tau2: float) -> bool:
        return self.low <= tau2 <= self.high

    def closed(self) -> bool:
        return self.high - self.low <= 4e-16 * (self.high + self.unit)

    def _inside(self, tau2: float) -> float:
        return min(max(tau2, self.low), self.high)


def _newton(
    model: Model, equation: Equation, bracket: _Bracket, t: float
) -> tuple[float, int]:
    """Newton's steps, kept inside a bracket that a bisection closes where they fail."""
    previous = math.inf
    for iteration in range(1, MAX_ITERATIONS + 1):
        sums = model.sums(t)
        if equation.observed(sums) > equation.expected(sums):
            bracket.low = t
        else:
            bracket.high = t
        following = _step(equation, sums, t, bracket.unit)
        distance = abs(following - t)
        if not bracket.holds(following) or distance > previous / 2:
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


def _step(equation: Equation, sums: Sums[float], t: float, unit: float) -> float:
    """Follow the slope on the scale of log(tau2 + unit); inf where there is none."""
    observed = equation.observed(sums)
    if observed <= 0:
        return math.inf
    slope = equation.slope(sums) * (t + unit)
    excess = math.log(observed / equation.expected(sums))
    # Beyond 50 e-folds the exponential only overflows.
    if slope >= 0 or abs(excess) > -50 * slope:
        return math.inf
    return t + (t + unit) * math.expm1(-excess / slope)
