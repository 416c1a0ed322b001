"""Random-effects fits of many groups of the same studies, each with its own tau2.

Refitting every group would cost k times as much as one fit. Instead the sums behind all
of them are formed at a few tau2 common to all, and interpolated to each group's own:
linear in k. Which groups there are, and how their sums are formed, is for the families
in `_subsets` and `_deletions`.

In u = log(tau2 + smallest variance) estimating equations, means and weights are
analytic for |Im u| < pi/2, whatever the data, as all v + tau2 then stay in the right
half-plane. On panels of length 1.2, Chebyshev interpolation through 21 points is
therefore exact to about 1e-15 (Trefethen LN (2013), Approximation Theory and
Approximation Practice, theorem 8.2, and chapter 5 for the barycentric formula).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from galleyproof.stats._distributions import chi_square_quantiles_above
from galleyproof.stats._validate import Floats
from galleyproof.stats._wls import Model
from galleyproof.stats.errors import ConvergenceError
from galleyproof.stats.tau2 import COMMON, estimate_tau2

NODES = 21
PANEL = 1.2
MAX_PANELS = 400
MAX_STEPS = 100
COLUMNS = 1024
_CHEBYSHEV = -np.cos(np.pi * np.arange(NODES) / (NODES - 1))
_BARYCENTRIC = np.where(np.arange(NODES) % 2, -1.0, 1.0)
_BARYCENTRIC[[0, -1]] /= 2
Integers = NDArray[np.intp]


class GroupSums(NamedTuple):
    """What the fits consist of: (k,), each group at its own tau2, or (T, k)."""

    q: Floats
    q2: Floats
    tr: Floats
    sw: Floats
    mean: Floats
    """Less the family's origin; 0 where there are moderators."""
    log_variance: Floats
    """Sum of log(v + tau2)."""
    log_information: Floats
    """Log determinant of X'WX."""


class Family(Protocol):
    """k groups of the same studies."""

    k: int
    size: Floats
    """(k,), studies in each group."""
    freedom: Floats
    """(k,), studies less coefficients."""
    lowest: float
    highest: float
    """Of all variances."""
    origin: float
    alone: tuple[int, ...]
    """Groups in which the common sums would lose digits: they are fitted by themselves.
    Few, whatever the number of studies."""

    def sums(self, tau2: Floats, count: int) -> GroupSums:
        """Compute the sums of the first `count` groups at each of (T,) tau2."""
        ...

    def squares(self) -> Floats:
        """(k,), unweighted residual sums of squares."""
        ...

    def mean_variance(self) -> Floats:
        """(k,), what sampling variances add to a residual mean square."""
        ...

    def spread(self) -> Floats:
        """(k,), variances of the effects."""
        ...

    def model(self, group: int) -> Model:
        """Give the model of one group."""
        ...


class Fitted(NamedTuple):
    """Every group at its own tau2, and without heterogeneity."""

    tau2: Floats
    at: GroupSums
    zero: GroupSums


def fit_all(family: Family, method: str) -> Fitted:
    """Estimate the tau2 of every group, and its fit there.

    Raises
    ------
    ConvergenceError: a tau2 is beyond all panels.
    """
    zero = _first(family.sums(np.zeros(1), family.k))
    fitted = Fitted(np.zeros(family.k), GroupSums(*map(np.copy, zero)), zero)
    if method in CLOSED:
        tau2 = np.maximum(CLOSED[method](family, zero), 0.0)
        fitted.tau2[:] = np.where(family.freedom > 0, tau2, 0.0)
        evaluate(family, fitted.tau2, fitted.at)
    elif method not in COMMON:
        _Search(family, _Equation(family, method), fitted).run()
    for group in family.alone:
        _refit(family, group, method, fitted)
    return fitted


def evaluate(family: Family, tau2: Floats, into: GroupSums) -> None:
    """Replace the sums of groups whose tau2 is not 0 by those at their own tau2."""
    positive = np.flatnonzero(tau2 > 0)
    for nodes, which, local in panels(family.lowest, tau2[positive]):
        mine = positive[which]
        sums = family.sums(nodes, int(mine[-1]) + 1)
        for part in _chunks(np.arange(mine.size)):
            group = mine[part]
            fields = interpolate([each[:, group] for each in sums], local[part])
            _store(into, group, fields)


def panels(lowest: float, tau2: Floats) -> Iterable[tuple[Floats, Integers, Floats]]:
    """Give the nodes of each panel, which tau2 it holds and where, between -1 and 1."""
    u = np.log1p(tau2 / lowest)
    panel = np.minimum((u / PANEL).astype(int), MAX_PANELS)
    for index in np.unique(panel).tolist():
        mine = np.flatnonzero(panel == index)
        yield _nodes(lowest, index), mine, 2 * (u[mine] / PANEL - index) - 1


class _Search:
    """A walk through the panels, with the best root so far of every group."""

    def __init__(self, family: Family, equation: _Equation, fitted: Fitted) -> None:
        self.family, self.equation, self.fitted = family, equation, fitted

    def run(self) -> None:
        """Wherever a group's equation falls through 0, solve it."""
        edges = _edges(self.family, self.equation)
        height = self.equation.height(self.fitted.zero)
        self.best = np.where(edges[0] <= 0, height, -np.inf)
        usable = self.family.freedom > 0
        for index in range(len(edges) - 1):
            falls = (edges[index] > 0) & (edges[index + 1] <= 0) & usable
            if falls.any():
                self._panel(index, np.flatnonzero(falls), edges[index : index + 2])

    def _panel(self, index: int, which: Integers, ends: Floats) -> None:
        sums = self.family.sums(_nodes(self.family.lowest, index), int(which[-1]) + 1)
        for group in _chunks(which):
            fields = GroupSums(*(each[:, group] for each in sums))
            values = self.equation.excess(fields, group)
            values[[0, -1]] = ends[:, group]  # of one sign with them, to the last digit
            local, column = _roots(values)
            found = interpolate([each[:, column] for each in fields], local)
            u = PANEL * (index + (1 + local) / 2)
            tau2 = self.family.lowest * np.expm1(u)
            self._keep(group[column], tau2, GroupSums(*found))

    def _keep(self, group: Integers, tau2: Floats, found: GroupSums) -> None:
        """Note each root that is better than what its group has so far."""
        height, best = self.equation.height(found), self.best
        for turn in _turns(group):
            higher = turn[height[turn] > best[group[turn]]]
            best[group[higher]] = height[higher]
            self.fitted.tau2[group[higher]] = tau2[higher]
            fields = [each[higher] for each in found]
            _store(self.fitted.at, group[higher], fields)


def _chunks(groups: Integers) -> Iterable[Integers]:
    """Split groups so that what is formed at their nodes fits into a cache."""
    for start in range(0, groups.size, COLUMNS):
        yield groups[start : start + COLUMNS]


def _turns(column: Integers) -> Iterable[Integers]:
    """Split positions in ascending `column` so that none has a column twice."""
    rank = np.arange(column.size) - np.searchsorted(column, column)
    for turn in range(int(rank.max()) + 1):
        yield np.flatnonzero(rank == turn)


def _edges(family: Family, equation: _Equation) -> Floats:
    """(panels + 1, k), the equation at the ends of the panels, negative at the last."""
    every = np.arange(family.k)
    top = float(equation.bound()[family.freedom > 0].max(initial=0.0))
    panels = int(np.log1p(top / family.lowest) / PANEL) + 1
    rows: list[Floats] = []
    while not rows or (rows[-1][-1][family.freedom > 0] > 0).any():
        if panels > MAX_PANELS:
            raise ConvergenceError(
                "tau2 of the groups",
                iterations=MAX_PANELS,
                hint="the effects are too large to square; change their unit",
            )
        index = np.arange(sum(map(len, rows)), panels + 1)
        sums = family.sums(family.lowest * np.expm1(PANEL * index), family.k)
        rows.append(equation.excess(sums, every))
        panels += 1  # the bound is rounded
    return np.concatenate(rows)


def _nodes(lowest: float, panel: int) -> Floats:
    """Give the tau2 at which a panel's polynomials are formed."""
    return lowest * np.expm1(PANEL * (panel + (1 + _CHEBYSHEV) / 2))


def _refit(family: Family, group: int, method: str, fitted: Fitted) -> None:
    model = family.model(group)
    fitted.tau2[group] = estimate_tau2(model, method).value
    for sums, tau2 in ((fitted.at, fitted.tau2[group]), (fitted.zero, 0.0)):
        one, fit = model.sums(float(tau2)), model.fit(float(tau2))
        for name in ("q", "q2", "tr", "sw"):
            getattr(sums, name)[group] = getattr(one, name)
        sums.mean[group] = fit.beta[0] - family.origin


def _first(sums: GroupSums) -> GroupSums:
    return GroupSums(*(field[0] for field in sums))


def _store(sums: GroupSums, group: Integers, fields: Iterable[Floats]) -> None:
    for own, field in zip(sums, fields, strict=True):
        own[group] = field


class _Equation:
    """An estimating equation for every group at once: excess = 0; see `_estimating`."""

    def __init__(self, family: Family, method: str) -> None:
        self.family, self.method = family, method
        self.likelihood = method in ("ML", "REML")
        freedom = np.maximum(family.freedom, 1.0)
        self.target = freedom
        if method == "PMM":
            self.target = chi_square_quantiles_above(0.5, freedom)

    def excess(self, sums: GroupSums, groups: Integers) -> Floats:
        if self.likelihood:
            expected = sums.tr if self.method == "REML" else sums.sw
            return np.asarray(sums.q2 - expected)
        return np.asarray(sums.q - self.target[groups])

    def height(self, sums: GroupSums) -> Floats:
        """Log likelihood, by which the best of several roots is chosen."""
        if not self.likelihood:
            return np.zeros_like(sums.q)
        deviance = sums.log_variance + sums.q
        if self.method == "REML":
            deviance = deviance + sums.log_information
        return np.asarray(-deviance / 2)

    def bound(self) -> Floats:
        squares, low = self.family.squares(), self.family.lowest
        if not self.likelihood:
            return np.asarray(squares / self.target - low)
        half = squares / self.target / 2
        return np.asarray(
            half + np.sqrt(half * (half + 2 * (self.family.highest - low))) - low
        )


def interpolate(values: Iterable[Floats], x: Floats) -> list[Floats]:
    """Evaluate column j of each array of Chebyshev values (n, m) at x[j] in [-1, 1]."""
    weight = weights_at(x)
    return [np.einsum("ij,ij->j", weight, each) for each in values]


def weights_at(x: Floats) -> Floats:
    """(n, m), by which the values at the nodes make up that at each x."""
    weight = _BARYCENTRIC[:, None] / _distance(x)
    return np.asarray(weight / weight.sum(axis=0))


def _distance(x: Floats) -> Floats:
    """(n, m), from each node to each x; never 0, so that a node gets all the weight."""
    distance = x - _CHEBYSHEV[:, None]
    distance[distance == 0] = 1e-30
    return distance


def _roots(values: Floats) -> tuple[Floats, Integers]:
    """Find where the interpolants of columns (n, m) fall through 0.

    Returns
    -------
    The roots in [-1, 1] and their columns, in ascending order; a column may have
    several.
    """
    falls = (values[:-1] > 0) & (values[1:] <= 0)
    column, node = np.nonzero(falls.T)
    values = values[:, column]
    every = np.arange(column.size)
    low, high = _CHEBYSHEV[node], _CHEBYSHEV[node + 1]
    above, below = values[node, every], values[node + 1, every]
    x = low + (high - low) * (above / (above - below))
    for _ in range(MAX_STEPS):
        value, step = _newton(values, x)
        low, high = np.where(value > 0, x, low), np.where(value > 0, high, x)
        following = x + step
        good = ((low <= following) & (following <= high)) | (np.abs(step) < 1e-9)
        following = np.where(good, following, (low + high) / 2)
        moved = np.abs(following - x)
        x = following
        if (moved < 1e-9).all():  # quadratic: what is left is below rounding
            break
    return x, column


def _newton(values: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Evaluate each interpolant, and the step to the root of its tangent."""
    distance = _distance(x)
    weight = _BARYCENTRIC[:, None] / distance
    weight /= weight.sum(axis=0)
    value = np.einsum("ij,ij->j", weight, values)
    weight /= distance
    slope = np.einsum("ij,ij->j", weight, value - values)
    return value, np.where(
        value == 0, 0.0, -value / np.where(slope < 0, slope, -1e-300)
    )


def _dl(family: Family, zero: GroupSums) -> Floats:
    return np.asarray((zero.q - family.freedom) / _positive(zero.tr))


def _dl2(family: Family, zero: GroupSums) -> Floats:
    start = np.maximum(_dl(family, zero), 0.0)
    at = GroupSums(*map(np.copy, zero))
    evaluate(family, start, at)
    return np.asarray((at.q - family.freedom + start * at.tr) / _positive(at.tr))


def _he(family: Family, zero: GroupSums) -> Floats:
    del zero
    return family.squares() / _positive(family.freedom) - family.mean_variance()


def _hs(family: Family, zero: GroupSums) -> Floats:
    return np.asarray((zero.q - family.size) / zero.sw)


def _hsk(family: Family, zero: GroupSums) -> Floats:
    factor = family.size / _positive(family.freedom)
    return np.asarray((zero.q * factor - family.size) / zero.sw)


def _sj(family: Family, zero: GroupSums) -> Floats:
    start = family.spread()
    at = GroupSums(*map(np.copy, zero))
    evaluate(family, start, at)
    return np.asarray(start * at.q / _positive(family.freedom))


def _positive(value: Floats) -> Floats:
    """Keep groups that leave nothing to estimate tau2 from, whose tau2 is 0, apart."""
    return np.where(value > 0, value, np.inf)


CLOSED: dict[str, Callable[[Family, GroupSums], Floats]] = {
    "DL": _dl,
    "DL2": _dl2,
    "HE": _he,
    "HS": _hs,
    "HSk": _hsk,
    "SJ": _sj,
}
