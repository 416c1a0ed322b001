"""The likelihood of binomial counts whose log odds vary normally between studies.

Owns the integral over the random effect, its gradient and its Hessian, for all studies
at once. `glmm` maximises it.

The integral is exact for all practical purposes: the integrand is analytic and falls
like a Gaussian, so the trapezoidal rule on a range where it has fallen by e^-36
converges exponentially in the number of nodes (Trefethen LN, Weideman JAC (2014), SIAM
Rev 56:385-458). Gauss-Hermite rules converge slowly for studies without events, whose
integrand is half a Gaussian.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from galleyproof.stats._validate import Floats

DROP = 36.0
"""Fall of the log integrand at the ends of its range: e^-36 = 2e-16."""
WIDEST = math.sqrt(2 * DROP)
"""No end is further out in units of the random effect: its prior alone falls so far."""
MODE_STEPS = 100


class Evaluation(NamedTuple):
    """The log likelihood at one (mu, tau), binomial coefficients left out."""

    value: float
    gradient: Floats
    """(2,), by mu and tau."""
    hessian: Floats
    """(2, 2)"""
    score_square: Floats
    """(2, 2), sum over studies of the outer products of their gradients."""


class BinomialNormal:
    """Events x of n; log odds mu + tau u, u standard normal."""

    def __init__(self, events: Floats, total: Floats) -> None:
        self.x = events
        self.n = total
        self.mode = np.zeros(events.size)

    def evaluate(self, mu: float, tau: float, *, fine: bool) -> Evaluation:
        """Compute value and derivatives; `fine` to the last digits, else to 1e-4."""
        p, q = self._locate(mu, tau)
        u, step = self._nodes(p, q, tau, fine=fine)
        deviation = u - self.mode[:, None]
        below = deviation < 0
        distance = np.abs(tau * deviation)
        fall = np.expm1(-distance)
        share = 1 + np.where(below, p[:, None], q[:, None]) * fall
        # log integrand less that at the mode, without differences of large numbers
        events = np.where(below, self.x[:, None], (self.n - self.x)[:, None])
        height = -events * distance - self.n[:, None] * np.log(share)
        height -= deviation * (deviation + 2 * self.mode[:, None]) / 2
        weight = np.exp(height)
        mass = weight.sum(axis=1)
        weight /= mass[:, None]
        shift = (p * q)[:, None] * fall / share
        excess = (self.x - self.n * p)[:, None] - self.n[:, None] * np.where(
            below, shift, -shift
        )
        chance = p[:, None] + np.where(below, shift, -shift)
        return self._assemble(
            mu + tau * self.mode,
            weight=weight,
            u=u,
            excess=excess,
            chance=chance,
            mass=mass * step,
        )

    def _assemble(
        self,
        eta: Floats,
        *,
        weight: Floats,
        u: Floats,
        excess: Floats,
        chance: Floats,
        mass: Floats,
    ) -> Evaluation:
        """Add studies up; `eta` is at the modes, all else (k, nodes) or (k,)."""
        at_mode = self.x * eta - self.n * np.logaddexp(0, eta) - self.mode**2 / 2
        value = float((at_mode + np.log(mass)).sum())
        value -= self.x.size * math.log(2 * math.pi) / 2
        first = weight * excess
        g0, g1 = first.sum(axis=1), np.einsum("ij,ij->i", first, u)
        # Louis: mean of the second derivative, plus the variance of the first.
        second = excess * first - self.n[:, None] * chance * (1 - chance) * weight
        second_u = second * u
        h01 = float(second_u.sum() - g0 @ g1)
        h11 = float(np.einsum("ij,ij->", second_u, u) - g1 @ g1)
        hessian = np.array([[float(second.sum() - g0 @ g0), h01], [h01, h11]])
        scores = np.stack([g0, g1])
        return Evaluation(value, scores.sum(axis=1), hessian, scores @ scores.T)

    def _locate(self, mu: float, tau: float) -> tuple[Floats, Floats]:
        """Find each integrand's mode; return chance and its complement there."""
        low, high = np.full_like(self.n, -np.inf), np.full_like(self.n, np.inf)
        u = self.mode
        for _ in range(MODE_STEPS):
            eta = mu + tau * u
            p = special.expit(eta)
            slope = tau * (self.x - self.n * p) - u
            low, high = np.where(slope > 0, u, low), np.where(slope < 0, u, high)
            move = slope / (1 + tau * tau * self.n * p * (1 - p))
            following = u + np.clip(move, -4.0, 4.0)
            outside = (following <= low) | (following >= high)
            outside &= np.isfinite(low) & np.isfinite(high)
            following[outside] = (low[outside] + high[outside]) / 2
            close = np.abs(following - u).max() <= 1e-10
            u = following
            if close:
                break
        self.mode = u
        eta = mu + tau * u
        return special.expit(eta), special.expit(-eta)

    def _nodes(
        self, p: Floats, q: Floats, tau: float, *, fine: bool
    ) -> tuple[Floats, Floats]:
        """Lay equidistant nodes over the range where the integrand counts."""
        left = self._extent(p, self.x, -self.mode, tau)
        right = self._extent(q, self.n - self.x, self.mode, tau)
        width = left + right
        narrow = 1 / np.sqrt(1 + tau * tau * self.n * p * q)
        ratio = float((width / np.minimum(narrow, 2.0)).max())
        enough = max(1.35 * ratio, float(width.max()) * tau / 0.3)
        size = int(min(max(enough, 32), 600)) if fine else 16
        step = width / (size - 1)
        return (self.mode - left)[:, None] + step[:, None] * np.arange(size), step

    def _extent(
        self, chance: Floats, events: Floats, pull: Floats, tau: float
    ) -> Floats:
        """Solve for the distance at which the log integrand has fallen by `DROP`.

        The fall is convex, so Newton from the far end comes down monotonically.
        """
        distance = np.full_like(chance, WIDEST)
        for _ in range(MODE_STEPS):
            shrink = np.expm1(-tau * distance)
            share = 1 + chance * shrink
            fall = events * tau * distance + self.n * np.log(share)
            fall += distance * (distance + 2 * pull) / 2
            slope = tau * (events - self.n * chance * (1 + shrink) / share)
            move = (fall - DROP) / (slope + distance + pull)
            distance = distance - move
            if (np.abs(move) <= 0.01 * distance).all():
                break
        return distance
