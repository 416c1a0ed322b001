"""Weighted least squares with weights 1 / (v + tau2): what all estimators stand on.

Owns the sums that tau2, pooled effects and their tests share, for an intercept alone
(`Intercept`, the hot path) or any design (`Design`). In both, with W the weights and
P = W - W X (X'W X)^-1 X'W as in Viechtbauer (2005), J Educ Behav Stat 30:261-293:

    q     y'Py        weighted residual sum of squares
    q2    y'PPy       what the likelihood equations compare with tr P
    q3    y'PPPy      its slope
    tr    tr P        tr2    tr PP

Variances over ten orders of magnitude leave one study with nearly all the weight.
Then sw - sw2/sw and the like cancel; so in `Intercept` the most precise study comes
first, its effect is the origin, and the traces are added up from terms that do not
cancel. In `Design` an orthogonal decomposition of the weighted design does that, and
the few studies of high leverage enter the traces one by one.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

import numpy as np

from galleyproof.stats._validate import Floats

HEAVY = 0.5
"""Leverage above which a study's share of a trace is computed by itself."""


class Sums(NamedTuple):
    """Quadratic forms and traces at one tau2."""

    q: float
    q2: float
    q3: float
    tr: float
    tr2: float
    sw: float
    sw2: float


class Fit(NamedTuple):
    """Coefficients at one tau2."""

    beta: Floats
    """(p,)"""
    covariance: Floats
    """(p, p), (X'W X)^-1"""
    q: float
    """Weighted residual sum of squares."""


class Model(Protocol):
    """Effects with their variances, and a linear predictor."""

    k: int
    p: int
    y: Floats
    v: Floats

    def sums(self, tau2: float) -> Sums:
        """Compute all quadratic forms and traces at one tau2."""
        ...

    def scan(self, tau2: Floats) -> Sums:
        """Compute q, q2, tr, sw at several tau2, each (T,); the others are left 0."""
        ...

    def fit(self, tau2: float) -> Fit:
        """Estimate the coefficients."""
        ...

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        """Evaluate the profile likelihood, constants in y and X dropped."""
        ...

    def residual_squares(self) -> float:
        """Unweighted residual sum of squares."""
        ...

    def unweighted_traces(self) -> tuple[float, float]:
        """Compute tr AV and tr AVAV with A = I - H of the unweighted fit."""
        ...


class Intercept:
    """One mean: every sum is a dot product."""

    p = 1

    def __init__(self, y: Floats, v: Floats) -> None:
        self.k = y.size
        first = int(v.argmin())
        self.origin = float(y[first])
        if first:
            order = np.arange(self.k)
            order[0], order[first] = first, 0
            y, v = y[order], v[order]
        self.y = y - self.origin
        self.v = v
        self.others = np.ones(self.k)
        self.others[0] = 0.0

    def sums(self, tau2: float) -> Sums:
        w = 1.0 / (self.v + tau2)
        w0, rest = float(w[0]), float(self.others @ w)
        sw = w0 + rest
        residual = self.y - float(w @ self.y) / sw
        wr = w * residual
        square = w * w
        rest2 = float(self.others @ square)
        rest3 = float(square[1:] @ w[1:])
        q2 = float(wr @ wr)
        return Sums(
            q=float(wr @ residual),
            q2=q2,
            q3=float(w @ (wr * wr)) - float(w @ wr) ** 2 / sw,
            # tr P = sum of w (sw - w) / sw, the first term without its difference
            tr=rest * ((w0 + sw) / sw) - rest2 / sw,
            tr2=_trace_of_square(w0, rest, rest2, rest3, sw),
            sw=sw,
            sw2=w0 * w0 + rest2,
        )

    def scan(self, tau2: Floats) -> Sums:
        w = 1.0 / (self.v[:, None] + tau2)
        w0, rest = w[0], self.others @ w
        sw = w0 + rest
        residual = self.y[:, None] - (self.y @ w) / sw
        wr = w * residual
        tr = rest * ((w0 + sw) / sw) - (self.others @ (w * w)) / sw
        q = np.einsum("ij,ij->j", wr, residual)
        q2 = np.einsum("ij,ij->j", wr, wr)
        return Sums(q=q, q2=q2, q3=0, tr=tr, tr2=0, sw=sw, sw2=0)

    def fit(self, tau2: float) -> Fit:
        w = 1.0 / (self.v + tau2)
        sw = float(w.sum())
        mean = float(w @ self.y) / sw
        residual = self.y - mean
        return Fit(
            beta=np.array([self.origin + mean]),
            covariance=np.array([[1 / sw]]),
            q=float((w * residual) @ residual),
        )

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        total = self.v + tau2
        w = 1.0 / total
        sw = float(w.sum())
        residual = self.y - float(w @ self.y) / sw
        value = float(np.log(total).sum()) + float((w * residual) @ residual)
        return -(value + (math.log(sw) if restricted else 0.0)) / 2

    def residual_squares(self) -> float:
        centred = self.y - self.y.mean()
        return float(centred @ centred)

    def unweighted_traces(self) -> tuple[float, float]:
        k, sum_v, sum_v2 = self.k, float(self.v.sum()), float(self.v @ self.v)
        return sum_v * (1 - 1 / k), sum_v2 * (1 - 2 / k) + (sum_v / k) ** 2


def _trace_of_square(
    w0: float, rest: float, rest2: float, rest3: float, sw: float
) -> float:
    """Compute tr PP: the first study's diagonal and off-diagonal terms, then the rest.

    What the others share is small beside sw and cannot cancel.
    """
    shared = rest2 - (2 * rest3 - rest2 * rest2 / sw) / sw
    first = (w0 * rest / sw) ** 2 + 2 * (w0 / sw) ** 2 * rest2
    return first + shared


class Design:
    """Several coefficients, through the QR decomposition of the weighted design."""

    def __init__(self, y: Floats, v: Floats, x: Floats) -> None:
        self.k, self.p = x.shape
        self.y, self.v, self.x = y, v, x

    def _solve(self, tau2: float) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Return w, orthonormal basis, triangle, coefficients and whitened residual."""
        w = 1.0 / (self.v + tau2)
        root = np.sqrt(w)
        basis, triangle = np.linalg.qr(self.x * root[:, None])
        whitened = self.y * root
        projected = basis.T @ whitened
        residual = whitened - basis @ projected
        residual -= basis @ (basis.T @ residual)  # once more: the first pass rounds
        return w, basis, triangle, np.linalg.solve(triangle, projected), residual

    def sums(self, tau2: float) -> Sums:
        w, basis, _, _, residual = self._solve(tau2)
        py = np.sqrt(w) * residual
        weighted = np.sqrt(w) * py
        weighted = weighted - basis @ (basis.T @ weighted)
        rest = _one_minus_leverage(basis)
        return Sums(
            q=float(residual @ residual),
            q2=float(py @ py),
            q3=float(weighted @ weighted),
            tr=float(w @ rest),
            tr2=float((w * rest) @ (w * rest)) + _off_diagonal(basis, w),
            sw=float(w.sum()),
            sw2=float(w @ w),
        )

    def scan(self, tau2: Floats) -> Sums:
        table = np.array([self.sums(float(t)) for t in tau2])
        return Sums(*table.T)

    def fit(self, tau2: float) -> Fit:
        _, _, triangle, beta, residual = self._solve(tau2)
        inverse = np.linalg.inv(triangle)
        return Fit(
            beta=beta, covariance=inverse @ inverse.T, q=float(residual @ residual)
        )

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        _, _, triangle, _, residual = self._solve(tau2)
        value = float(np.log(self.v + tau2).sum()) + float(residual @ residual)
        if restricted:
            value += 2 * float(np.log(np.abs(np.diag(triangle))).sum())
        return -value / 2

    def residual_squares(self) -> float:
        basis, _ = np.linalg.qr(self.x)
        residual = self.y - basis @ (basis.T @ self.y)
        return float(residual @ residual)

    def unweighted_traces(self) -> tuple[float, float]:
        basis, _ = np.linalg.qr(self.x)
        rest = _one_minus_leverage(basis)
        square = float((self.v * rest) @ (self.v * rest))
        return float(self.v @ rest), square + _off_diagonal(basis, self.v)


def _one_minus_leverage(basis: Floats) -> Floats:
    """Compute 1 - h for each study; where h is near 1, without that difference.

    The hat matrix H is a projection: h = h² + sum of H_ij² over the other studies, so
    that 1 - h is that sum over h. At most 2p studies have a leverage above 1/2.
    """
    leverage = (basis * basis).sum(axis=1)
    rest = 1 - leverage
    for i in np.flatnonzero(leverage > HEAVY):
        shared = basis @ basis[i]
        shared[i] = 0.0
        rest[i] = float(shared @ shared) / leverage[i]
    return np.asarray(rest)


def _off_diagonal(basis: Floats, w: Floats) -> float:
    """Add up w_i w_j H_ij² over all pairs of different studies.

    Pairs with a study of high leverage one by one, as its own term would drown them;
    the others together, less their own terms.
    """
    leverage = (basis * basis).sum(axis=1)
    light = leverage <= HEAVY
    total = 0.0
    for i in np.flatnonzero(~light):
        shared = basis @ basis[i]
        shared[i] = 0.0
        # A heavy partner meets this study again in its own turn, a light one does not.
        total += float((w[i] * w * shared**2) @ np.where(light, 2.0, 1.0))
    some, weight = basis[light], w[light]
    own = weight * leverage[light]
    inner = some.T @ (some * weight[:, None])
    return total + float((inner * inner).sum() - own @ own)
