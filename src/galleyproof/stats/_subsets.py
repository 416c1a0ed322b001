"""Random-effects means of many subsets of the same studies at once.

Owns the subsets "all but one" and "the first m". Every subset has its own tau2, so that
refitting each would cost k times as much as one fit. Instead the sums behind all of
them are formed at a few tau2 common to all, by running totals, and interpolated to each
subset's own: linear in k.

In u = log(tau2 + smallest variance) estimating equations, means and weights are
analytic for |Im u| < pi/2, whatever the data, as all v + tau2 then stay in the right
half-plane. On panels of length 1.2, Chebyshev interpolation through 21 points is
therefore exact to about 1e-15 (Trefethen LN (2013), Approximation Theory and
Approximation Practice, theorem 8.2, and chapter 5 for the barycentric formula).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from galleyproof.stats._distributions import chi_square_quantiles_above
from galleyproof.stats._validate import Floats
from galleyproof.stats._wls import Intercept
from galleyproof.stats.errors import ConvergenceError
from galleyproof.stats.tau2 import COMMON, EQUATIONS, estimate_tau2

NODES = 21
PANEL = 1.2
MAX_PANELS = 400
_CHEBYSHEV = -np.cos(np.pi * np.arange(NODES) / (NODES - 1))
_BARYCENTRIC = np.where(np.arange(NODES) % 2, -1.0, 1.0)
_BARYCENTRIC[[0, -1]] /= 2


class SubsetSums(NamedTuple):
    """What each subset's fit consists of, at one tau2 each."""

    mean: Floats
    sw: Floats
    q: Floats
    q2: Floats
    tr: Floats


class Subsets:
    """All but one study, or the first 1, 2, ..., k."""

    def __init__(self, y: Floats, v: Floats, *, cumulative: bool) -> None:
        self.y, self.v = y, v
        self.k = y.size
        self.cumulative = cumulative
        self.top = int(v.argmin())
        self.origin = float(y[self.top])
        self.centred = y - self.origin
        self.lowest = float(v.min())
        self.size = (
            np.arange(1, self.k + 1) if cumulative else np.full(self.k, self.k - 1)
        )
        self.freedom = (self.size - 1).astype(np.float64)
        self.has_top = np.ones(self.k)
        if cumulative:
            self.has_top[: self.top] = 0.0
        else:
            self.has_top[self.top] = 0.0

    def total(self, terms: Floats) -> Floats:
        """Add up terms (..., k) over each subset, without subtracting."""
        before = np.cumsum(terms, axis=-1)
        if self.cumulative:
            return before
        after = np.cumsum(terms[..., ::-1], axis=-1)[..., ::-1]
        left_out = np.zeros_like(terms)
        left_out[..., 1:] += before[..., :-1]
        left_out[..., :-1] += after[..., 1:]
        return left_out

    def sums(self, tau2: Floats) -> SubsetSums:
        """Compute every subset's sums at each of (T,) tau2: fields (T, k)."""
        w = 1.0 / (self.v + tau2[:, None])
        first = w[:, self.top, None] * self.has_top
        square = w * w
        first2 = first * first
        wy, w2y = w * self.centred, square * self.centred
        swy, s2y = self.total(wy), self.total(w2y)
        swyy, s2yy = self.total(wy * self.centred), self.total(w2y * self.centred)
        w[:, self.top] = 0.0
        square[:, self.top] = 0.0
        rest, rest2 = self.total(w), self.total(square)
        sw = first + rest
        mean = swy / sw
        return SubsetSums(
            mean=mean,
            sw=sw,
            q=np.maximum(swyy - mean * swy, 0.0),
            q2=np.maximum(s2yy - 2 * mean * s2y + mean**2 * (first2 + rest2), 0.0),
            tr=rest * ((first + sw) / sw) - rest2 / sw,
        )

    def at(self, tau2: Floats) -> SubsetSums:
        """Compute every subset's sums at its own tau2 (k,): fields (k,)."""
        u = np.log1p(tau2 / self.lowest)
        panel = np.minimum((u / PANEL).astype(int), MAX_PANELS)
        result = np.empty((5, self.k))
        for index in np.unique(panel):
            mine = panel == index
            scale, nodes = self._panel(int(index))
            local = 2 * (u[mine] / PANEL - index) - 1
            # Weights fall as exp(-u): interpolate what remains when that is taken out.
            powers = (0, 1, 1, 2, 1)
            for row, (field, power) in enumerate(zip(nodes, powers, strict=True)):
                flat = field[:, mine] * scale[:, None] ** power
                value = interpolate(flat, local)
                result[row, mine] = value / (tau2[mine] + self.lowest) ** power
        return SubsetSums(*result)

    def tau2(self, method: str) -> tuple[Floats, bool]:
        """Estimate every subset's tau2."""
        zero = np.zeros(self.k)
        if method in COMMON or self.k == 1:
            return zero, True
        if method in CLOSED:
            value = np.maximum(CLOSED[method](self), 0.0)
        else:
            value = self._roots(method)
        return np.where(self.size > 1, value, 0.0), True

    def _panel(self, index: int) -> tuple[Floats, SubsetSums]:
        u = PANEL * (index + (1 + _CHEBYSHEV) / 2)
        tau2 = self.lowest * np.expm1(u)
        return tau2 + self.lowest, self.sums(tau2)

    def _roots(self, method: str) -> Floats:
        """Walk through the panels; where a subset's equation falls through 0, solve."""
        equation = self._equation(method)
        root, found = np.zeros(self.k), np.zeros(self.k, dtype=int)
        at_zero = None
        for index in range(MAX_PANELS):
            scale, sums = self._panel(index)
            values = equation(sums) * scale[:, None] ** (method in ("ML", "REML"))
            if at_zero is None:
                at_zero = values[0] <= 0
            falls = (values[:-1] > 0) & (values[1:] <= 0)
            found += falls.sum(axis=0)
            which = np.flatnonzero(falls.any(axis=0))
            if which.size:
                local = _solve(values[:, which], falls[:, which].argmax(axis=0))
                u = PANEL * (index + (1 + local) / 2)
                root[which] = self.lowest * np.expm1(u)
            beyond = scale[-1] - self.lowest >= self._bound()
            if beyond and (values[-1][self.size > 1] <= 0).all():
                return self._settle(method, root, found, at_zero)
        raise ConvergenceError(
            "tau2 of the subsets",
            iterations=MAX_PANELS,
            hint="the effects are too large to square; change their unit",
        )

    def _bound(self) -> float:
        return float(((self.y - self.y.mean()) ** 2).sum())

    def _settle(
        self, method: str, root: Floats, found: Floats, at_zero: Floats
    ) -> Floats:
        """Fit those subsets alone whose likelihood has more than one maximum."""
        several = (found > 1) | ((found == 1) & at_zero)
        for i in np.flatnonzero(several & (self.size > 1)):
            keep = np.arange(self.k) <= i if self.cumulative else np.arange(self.k) != i
            model = Intercept(self.y[keep], self.v[keep])
            root[i] = estimate_tau2(model, method).value
        return root

    def _equation(self, method: str) -> Callable[[SubsetSums], Floats]:
        if method == "ML":
            return lambda s: np.asarray(s.q2 - s.sw)
        if method == "REML":
            return lambda s: np.asarray(s.q2 - s.tr)
        df = np.maximum(self.size - 1, 1).astype(float)
        target = chi_square_quantiles_above(0.5, df) if method == "PMM" else df
        return lambda s: np.asarray(s.q - target)


def interpolate(values: Floats, x: Floats) -> Floats:
    """Evaluate column j of Chebyshev values (n, m) at x[j] in [-1, 1]."""
    difference = x - _CHEBYSHEV[:, None]
    exact = difference == 0
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = _BARYCENTRIC[:, None] / difference
        result = (weight * values).sum(axis=0) / weight.sum(axis=0)
    if exact.any():
        node, column = np.nonzero(exact)
        result[column] = values[node, column]
    return np.asarray(result)


def _solve(values: Floats, node: Floats) -> Floats:
    """Find the root of each column's interpolant between two neighbouring nodes."""
    columns = np.arange(values.shape[1])
    low, high = _CHEBYSHEV[node], _CHEBYSHEV[node + 1]
    f_low, f_high = values[node, columns], values[node + 1, columns]
    for step in range(100):
        if ((high - low) <= 4e-16).all():
            break
        guess = low + (high - low) / 2
        if step % 3 != 2:
            guess = np.clip(low + f_low / (f_low - f_high) * (high - low), low, high)
        value = interpolate(values, guess)
        up = value > 0
        # Illinois: the end that stays counts half, or the secant creeps.
        f_low, f_high = np.where(up, value, f_low / 2), np.where(up, f_high / 2, value)
        low, high = np.where(up, guess, low), np.where(up, high, guess)
        if (value == 0).all():
            break
    return np.asarray(low + (high - low) / 2)


def _dl(s: Subsets) -> Floats:
    at = _zero(s)
    return np.asarray((at.q - (s.size - 1)) / _positive(at.tr))


def _dl2(s: Subsets) -> Floats:
    start = np.where(s.size > 1, np.maximum(_dl(s), 0.0), 0.0)
    at = s.at(start)
    return np.asarray((at.q - (s.size - 1) + start * at.tr) / _positive(at.tr))


def _he(s: Subsets) -> Floats:
    return np.asarray(_squares(s) / _positive(s.freedom) - s.total(s.v) / s.size)


def _hs(s: Subsets) -> Floats:
    at = _zero(s)
    return np.asarray((at.q - s.size) / at.sw)


def _hsk(s: Subsets) -> Floats:
    at = _zero(s)
    return np.asarray((at.q * s.size / _positive(s.freedom) - s.size) / at.sw)


def _sj(s: Subsets) -> Floats:
    start = _squares(s) / s.size
    return np.asarray(start * s.at(start).q / _positive(s.freedom))


def _zero(s: Subsets) -> SubsetSums:
    return SubsetSums(*(field[0] for field in s.sums(np.zeros(1))))


def _squares(s: Subsets) -> Floats:
    """Sum of squares about each subset's unweighted mean."""
    centred = s.y - s.y.mean()
    return np.asarray(
        np.maximum(s.total(centred**2) - s.total(centred) ** 2 / s.size, 0.0)
    )


def _positive(value: Floats) -> Floats:
    """Keep the single study of a first step, whose tau2 is set to 0, from dividing."""
    return np.where(value > 0, value, math.inf)


CLOSED: dict[str, Callable[[Subsets], Floats]] = {
    "DL": _dl,
    "DL2": _dl2,
    "HE": _he,
    "HS": _hs,
    "HSk": _hsk,
    "SJ": _sj,
}
ITERATIVE = tuple(EQUATIONS)
