"""A meta-regression without each of its studies, linear in their number.

Owns the family of `_panels` that has a design. With P as in `_wls` and e the indicator
of a study, the projection without it is P - P e e'P / e'Pe (Cook RD, Weisberg S (1982),
Residuals and Influence in Regression, appendix A.2): every sum of a deletion is that of
all studies, less terms that are formed for all studies at once.

Where one study makes up nearly all of a sum, little would be left of its digits; there
are at most a few such studies, and the model is refitted without each of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from galleyproof.stats._panels import GroupSums, panels, weights_at
from galleyproof.stats._subsets import squares_without_each, without_each
from galleyproof.stats._validate import Floats
from galleyproof.stats._wls import Design, Fit, one_minus_leverage

MOST = 0.9
"""Share of a sum that a study may have without being refitted."""
NOISE = 1e-24
"""Share of a sum of squares below which a residual one is rounding alone."""
LEVELS = 12
"""Values of tau2 at which the shares are looked at, from 0 to beyond all variances."""


class Coefficients(NamedTuple):
    """The coefficients without each study, at that deletion's tau2."""

    beta: Floats
    """(k, p)"""
    covariance: Floats
    """(k, p, p)"""
    whole: Floats
    """(k, p, p), covariance with all studies at the same tau2."""


class Deletions:
    """Group i is all studies without study i; columns of x (k, p) are orthonormal."""

    origin = 0.0

    def __init__(self, y: Floats, v: Floats, x: Floats) -> None:
        self.y, self.v, self.x = y, v, x
        self.k, self.p = x.shape
        self.size = np.full(self.k, self.k - 1.0)
        self.freedom = self.size - self.p
        self.lowest, self.highest = float(v.min()), float(v.max())
        steps = np.linspace(0.0, np.log1p(10 * self.highest / self.lowest), LEVELS)
        dominant = np.zeros(self.k, dtype=bool)
        for tau2 in self.lowest * np.expm1(steps):
            level = _Level(self, float(tau2))
            most = max(MOST * level.q, NOISE * float(level.w @ (y * y)))
            dominant |= (level.rest < 1 - MOST) | (level.gain > most)
        self.alone = tuple(np.flatnonzero(dominant).tolist())

    def sums(self, tau2: Floats, count: int) -> GroupSums:
        levels = np.array([_Level(self, each).sums() for each in tau2.tolist()])
        return GroupSums(*levels.transpose(1, 0, 2)[:, :, :count])

    def squares(self) -> Floats:
        residual = self.y - self.x @ (self.x.T @ self.y)
        own = residual**2 / _some(one_minus_leverage(self.x))
        return np.maximum(residual @ residual - own, 0.0)

    def mean_variance(self) -> Floats:
        rest = one_minus_leverage(self.x)
        inner = self.x.T @ (self.x * self.v[:, None])
        own = self.v * (2 * rest - 1) + np.einsum("ij,jl,il->i", self.x, inner, self.x)
        left = self.v @ rest - own / _some(rest)
        return np.asarray(left / np.maximum(self.freedom, 1.0))

    def spread(self) -> Floats:
        return np.asarray(squares_without_each(self.y) / self.size)

    def model(self, group: int) -> Design:
        keep = np.arange(self.k) != group
        return Design(self.y[keep], self.v[keep], self.x[keep])

    def coefficients(self, tau2: Floats) -> Coefficients:
        """Estimate the coefficients of every deletion at its own tau2.

        In each panel an orthonormal basis at its middle: there, the information is
        nearly the unit matrix at any tau2 of the panel.
        """
        k, p = self.k, self.p
        found = Coefficients(np.empty((k, p)), np.empty((k, p, p)), np.empty((k, p, p)))
        model = Design(self.y, self.v, self.x)
        for nodes, mine, local in panels(self.lowest, tau2):
            w, basis, triangle, beta, residual = model.solved(nodes[nodes.size // 2])
            back = np.linalg.inv(triangle)
            z, r = basis / np.sqrt(w)[:, None], residual / np.sqrt(w)
            table = np.concatenate([_outer(z), z * r[:, None]], axis=1)
            at = weights_at(local).T @ (1 / (self.v + nodes[:, None]) @ table)
            whole = at[:, : p * p].reshape(-1, p, p)
            own = 1 / (self.v[mine] + tau2[mine])
            less = own[:, None, None] * _outer(z[mine]).reshape(-1, p, p)
            inverse = np.linalg.inv(whole - less)
            score = at[:, p * p :] - (own * r[mine])[:, None] * z[mine]
            move = np.einsum("nij,nj->ni", inverse, score)
            found.beta[mine] = beta + move @ back.T
            found.covariance[mine] = back @ inverse @ back.T
            found.whole[mine] = back @ np.linalg.inv(whole) @ back.T
        for i in self.alone:
            fit: Fit = self.model(i).fit(float(tau2[i]))
            found.beta[i], found.covariance[i] = fit.beta, fit.covariance
        return found


class _Level:
    """What deletions subtract at one tau2."""

    def __init__(self, of: Deletions, tau2: float) -> None:
        model = Design(of.y, of.v, of.x)
        self.total = of.v + tau2
        self.w, self.basis, self.triangle, _, self.residual = model.solved(tau2)
        self.root = np.sqrt(self.w)
        self.rest = one_minus_leverage(self.basis)
        self.py = self.root * self.residual
        self.q = float(self.residual @ self.residual)
        self.own = self.w * _some(self.rest)
        """Diagonal of P."""
        self.share = self.py / self.own
        self.gain = self.py * self.share
        """What Q loses with each study."""

    def sums(self) -> GroupSums:
        basis, w = self.basis, self.w
        projected = self.root * self.py
        projected -= basis @ (basis.T @ projected)
        ppy = self.root * projected
        inner = basis.T @ (basis * w[:, None])
        squared = w * (2 * self.rest - 1) + np.einsum(
            "ij,jl,il->i", basis, inner, basis
        )
        squared *= w  # diagonal of PP
        q2 = self.py @ self.py - self.share * (2 * ppy - self.share * squared)
        information = 2 * np.log(np.abs(np.diag(self.triangle))).sum()
        return GroupSums(
            q=np.maximum(self.q - self.gain, 0.0),
            q2=np.maximum(q2, 0.0),
            tr=w @ self.rest - squared / self.own,
            sw=without_each(w),
            mean=np.zeros_like(w),
            log_variance=without_each(np.log(self.total)),
            log_information=information + np.log(_some(self.rest)),
        )


def _some(rest: Floats) -> Floats:
    """Keep studies of leverage 1, which are refitted, from dividing by 0."""
    return np.maximum(rest, 1e-12)


def _outer(x: Floats) -> Floats:
    """(k, p * p), each row times itself."""
    return (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
