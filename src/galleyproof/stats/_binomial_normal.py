"""The likelihood of binomial counts whose log odds vary normally between studies.

Owns the integral over the random effect, its gradient and its Hessian, for all studies
at once. `glmm` maximises it.

The trapezoidal rule on the whole line converges exponentially in its step, since the
integrand is analytic and falls like a Gaussian (Trefethen LN, Weideman JAC (2014), SIAM
Rev 56:385-458, section 5). The step follows from the width of the strip of analyticity
and from the curvature at the mode: 30 to 50 nodes leave a relative error near 1e-12.
Gauss-Hermite rules converge slowly for studies without events, whose integrand is half
a Gaussian.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from galleyproof.stats._validate import Floats

DROP = 36.0
"""Fall of the log integrand at the ends of its range: e^-36 = 2e-16. A Hessian divides
what is cut off by tau2."""
WIDEST = math.sqrt(2 * DROP)
"""No end is further out in units of the random effect: its prior alone falls so far."""
PRECISION = 2 * DROP
"""Twice the exponent of the error where the integrand is Gaussian."""
STRIP = 400.0
"""Square of the frequency of log odds at which the integrand of a study without events
has no more to resolve than 1e-12: its transform falls as exp(-pi / 2 frequency)."""
MOST_NODES = 2000
HALF_LOG_2_PI = math.log(2 * math.pi) / 2
MODE_STEPS = 100
BLOCK = 2**15
"""Nodes that are worked on at once: several arrays of them fit into a cache."""


class Evaluation(NamedTuple):
    """The log likelihood at one (mu, tau), binomial coefficients left out."""

    value: float
    gradient: Floats
    """(2,), by mu and tau."""
    hessian: Floats
    """(2, 2)"""


class BinomialNormal:
    """Events x of n; log odds mu + tau u, u standard normal."""

    def __init__(self, events: Floats, total: Floats) -> None:
        self.x = events
        self.n = total
        with np.errstate(divide="ignore"):
            self.logit = np.log(events) - np.log(total - events)
        self.mode = np.zeros(events.size)
        self.reach = np.full((2, events.size), WIDEST)
        """Distances from the modes at which the integrands end. Both are where the last
        evaluation found them: the next one is near."""

    def without_heterogeneity(self, mu: float) -> Evaluation:
        """Compute value and derivatives at tau = 0, where nothing is to integrate."""
        p, q = special.expit(mu), special.expit(-mu)
        excess, spread = self.x - self.n * p, self.n * p * q
        g0, h00 = float(excess.sum()), -float(spread.sum())
        h11 = float(excess @ excess) + h00
        return Evaluation(
            value=float(self._log_likelihood(np.full(self.x.size, mu)).sum()),
            gradient=np.array([g0, 0.0]),
            hessian=np.array([[h00, 0.0], [0.0, h11]]),
        )

    def evaluate(self, mu: float, tau: float) -> Evaluation:
        """Compute value and derivatives at tau > 0."""
        p, q, width = self._locate(mu, tau)
        left, right = self._extents(p, q, tau)
        size = _size(left + right, width, tau)
        rows = max(1, BLOCK // size)
        parts = [
            self._studies(slice(i, i + rows), p, q).integrate(
                tau, left[i : i + rows], right[i : i + rows], size
            )
            for i in range(0, self.x.size, rows)
        ]
        found = _Moments(*map(np.concatenate, zip(*parts, strict=True)))
        at_mode = self._log_likelihood(mu + tau * self.mode) - self.mode**2 / 2
        value = float((at_mode + found.log_mass).sum())
        return _derived(value - self.x.size * HALF_LOG_2_PI, found, tau)

    def _log_likelihood(self, eta: Floats) -> Floats:
        """Compute x eta - n log(1 + e^eta), for large eta without that difference."""
        rarer = np.where(eta > 0, self.n - self.x, self.x)
        size = np.abs(eta)
        return np.asarray(-rarer * size - self.n * np.log1p(np.exp(-size)))

    def _studies(self, block: slice, p: Floats, q: Floats) -> _Studies:
        x, n, turned = self.x[block], self.n[block], p[block] > q[block]
        return _Studies(
            x=np.where(turned, n - x, x),
            n=n,
            p=np.minimum(p[block], q[block]),
            mode=self.mode[block],
            sign=np.where(turned, -1.0, 1.0),
        )

    def _locate(self, mu: float, tau: float) -> tuple[Floats, Floats, Floats]:
        """Find each integrand's mode nearly; return chance, complement and width there.

        Nearly is enough: nodes need to lie where the integrand is, and what is computed
        at them does not assume that the point in their midst is the mode.
        """
        low, high = self._bracket(mu, tau)
        u = np.clip(self.mode, low, high)
        for _ in range(MODE_STEPS):
            eta = mu + tau * u
            p, q = special.expit(eta), special.expit(-eta)
            slope = tau * (self.x - self.n * p) - u
            curvature = 1 + tau * tau * self.n * p * q
            if (slope * slope <= 0.01 * curvature).all():  # a tenth of the width
                break
            low, high = np.where(slope > 0, u, low), np.where(slope > 0, high, u)
            following = u + slope / curvature
            inside = (low < following) & (following < high)
            u = np.where(inside, following, (low + high) / 2)
        self.mode = u
        return p, q, 1 / np.sqrt(curvature)

    def _bracket(self, mu: float, tau: float) -> tuple[Floats, Floats]:
        """Enclose the modes: between that of the random effect and that of the data."""
        pull = tau * (self.x - self.n * special.expit(mu))
        other = np.where(pull > 0, 1.0, -1.0) * np.minimum(
            np.abs(pull), np.abs(self.logit - mu) / tau
        )
        return np.minimum(other, 0.0), np.maximum(other, 0.0)

    def _extents(self, p: Floats, q: Floats, tau: float) -> tuple[Floats, Floats]:
        """Solve for the distances at which the log integrand has fallen by `DROP`.

        The fall is convex: after its first step Newton comes down monotonically.
        """
        chance, other = np.stack([p, q]), np.stack([q, p])
        events = np.stack([self.x, self.n - self.x])
        pull = np.stack([-self.mode, self.mode])
        distance = self.reach
        for _ in range(MODE_STEPS):
            rarer = chance * np.exp(-tau * distance)
            share = other + rarer
            fall = events * tau * distance + self.n * np.log(share)
            fall += distance * (distance + 2 * pull) / 2
            slope = tau * (events - self.n * rarer / share) + distance + pull
            following = np.minimum(distance - (fall - DROP) / slope, WIDEST + 1)
            moved = np.abs(following - distance)
            distance = following
            if (moved <= 0.05 * distance).all():
                break
        self.reach = distance
        return distance[0], distance[1]


class _Moments(NamedTuple):
    """The random effect of each study given its counts, and its likelihood."""

    log_mass: Floats
    """Of the integral over the integrand at `mode`."""
    mean: Floats
    variance: Floats
    third: Floats
    """Central, as the next."""
    fourth: Floats


class _Studies(NamedTuple):
    """Some studies, each turned so that its events are the rarer outcome at the mode.

    Then x t - n log(1 + p (e^t - 1)), its log likelihood at log odds t beyond the mode,
    is no difference of large numbers.
    """

    x: Floats
    n: Floats
    p: Floats
    mode: Floats
    sign: Floats
    """-1 for a study that was turned, else 1."""

    def integrate(self, tau: float, left: Floats, right: Floats, size: int) -> _Moments:
        """Integrate over `size` nodes; arrays are (nodes, k)."""
        step = (left + right) / (size - 1)
        u = np.arange(size)[:, None] * step - left
        t = u * (tau * self.sign)
        # In place from here on: half of the time would go into new memory.
        weight = np.expm1(t)
        weight *= self.p
        np.log1p(weight, out=weight)
        weight *= -self.n
        t *= self.x
        weight += t
        np.add(u, 2 * self.mode, out=t)
        t *= u
        t *= 0.5
        weight -= t
        np.exp(weight, out=weight)
        mass = weight.sum(axis=0)
        weight /= mass
        shift = np.multiply(u, weight, out=t).sum(axis=0)
        u -= shift
        weight *= u
        moments = []
        for _ in range(3):
            weight *= u
            moments.append(weight.sum(axis=0))
        return _Moments(np.log(mass * step), self.mode + shift, *moments)


def _derived(value: float, of: _Moments, tau: float) -> Evaluation:
    """Differentiate: mu and tau act through the density of the log odds alone.

    By Fisher's identity the score is the mean of that density's score, (u, u² - 1) /
    tau; by Louis's the Hessian is the mean of its second derivative plus the variance
    of its score. No count appears, so that none is too large.
    """
    mean, excess = of.mean, of.variance - 1  # excess over the variance of the prior
    scores = np.stack([mean, mean * mean + excess]) / tau
    kurtosis = of.fourth - 3 * of.variance**2
    h00 = float(excess.sum())
    h01 = float((2 * mean * excess + of.third).sum())
    h11 = 4 * mean * (mean * excess + of.third) + mean * mean
    h11 += kurtosis + (2 * of.variance - 1) * excess
    return Evaluation(
        value=value,
        gradient=scores.sum(axis=1),
        hessian=np.array([[h00, h01], [h01, float(h11.sum())]]) / (tau * tau),
    )


def _size(length: Floats, width: Floats, tau: float) -> int:
    """Count the nodes that all studies need."""
    step = 2 * math.pi / np.sqrt(PRECISION / (width * width) + STRIP * tau * tau)
    return min(1 + math.ceil(float((length / step).max())), MOST_NODES)
