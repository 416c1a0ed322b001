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
from typing import Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from galleyproof.stats._validate import Floats

HEAVY = 0.5
"""Leverage above which a study's share of a trace is computed by itself."""
PIECE = 10_000
"""OpenBLAS adds up so many products without a second thread."""
BLOCK = 2**14
"""Weights that are worked on at once: several arrays of them fit into a cache."""


NONE = np.empty(0)
Number = TypeVar("Number", float, Floats)


class Sums(NamedTuple, Generic[Number]):
    """Quadratic forms and traces at one tau2, or each (T,) at several."""

    q: Number
    q2: Number
    q3: Number
    tr: Number
    tr2: Number
    sw: Number
    sw2: Number


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

    def sums(self, tau2: float) -> Sums[float]:
        """Compute all quadratic forms and traces at one tau2."""
        ...

    def scan(self, tau2: Floats) -> Sums[Floats]:
        """Compute q, q2, tr, sw, sw2 at several tau2, each (T,); the others empty."""
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
    """One mean: every sum is a moment of powers of the weights.

    Moments about the effect of the most precise study lose little where they are
    subtracted: its weight is the largest at any tau2, so that the sum of squares about
    the mean is at least 1/(k + 1) of that about its effect.
    """

    p = 1

    def __init__(self, y: Floats, v: Floats) -> None:
        self.k = y.size
        self.first = int(v.argmin())
        self.origin = float(y[self.first])
        self.y = y - self.origin
        self.v = v
        self.powers = np.empty((3, self.k))
        """Rows: 1 for each study but the most precise, effects, squared effects."""
        self.powers[0] = 1.0
        self.powers[0, self.first] = 0.0
        self.powers[1] = self.y
        np.multiply(self.y, self.y, out=self.powers[2])
        self.last: tuple[float, float, Sums[float]] | None = None
        """Of the last evaluation: tau2, mean and sums. Standard error, fit and, where
        tau2 is 0, heterogeneity ask for the same."""

    def sums(self, tau2: float) -> Sums[float]:
        return self._mean_and_sums(tau2)[1]

    def _mean_and_sums(self, tau2: float) -> tuple[float, Sums[float]]:
        if self.last is None or self.last[0] != tau2:
            self.last = (tau2, *self._evaluate(tau2))
        return self.last[1:]

    def _evaluate(self, tau2: float) -> tuple[float, Sums[float]]:
        w = np.empty((3, 1, self.k))
        np.divide(1.0, self.v + tau2, out=w[0, 0])
        np.multiply(w[0], w[0], out=w[1])
        np.multiply(w[0], w[1], out=w[2])
        moments = dots(self.powers, w).tolist()
        (rest, wy, wyy), (rest2, w2y, w2yy), (rest3, w3y, w3yy) = moments
        w0 = float(w[0, 0, self.first])
        sw, sw2, sw3 = w0 + rest, w0 * w0 + rest2, w0**3 + rest3
        mean = wy / sw
        cross = w2y - mean * sw2
        return mean, Sums(
            q=max(wyy - mean * wy, 0.0),
            q2=max(w2yy - mean * (2 * w2y - mean * sw2), 0.0),
            q3=max(w3yy - mean * (2 * w3y - mean * sw3) - cross * cross / sw, 0.0),
            # tr P = sum of w (sw - w) / sw, the first term without its difference
            tr=rest * ((w0 + sw) / sw) - rest2 / sw,
            tr2=_trace_of_square(w0, rest, rest2, rest3, sw),
            sw=sw,
            sw2=sw2,
        )

    def scan(self, tau2: Floats) -> Sums[Floats]:
        rows = max(1, BLOCK // self.k)
        blocks = [self._moments(tau2[i : i + rows]) for i in range(0, tau2.size, rows)]
        w0, moments, moments2 = map(np.concatenate, zip(*blocks, strict=True))
        rest, wy, wyy = moments.T
        rest2, w2y, w2yy = moments2.T
        sw, sw2 = w0 + rest, w0 * w0 + rest2
        mean = wy / sw
        q = np.maximum(wyy - mean * wy, 0.0)
        q2 = np.maximum(w2yy - mean * (2 * w2y - mean * sw2), 0.0)
        tr = rest * ((w0 + sw) / sw) - rest2 / sw
        return Sums(q=q, q2=q2, q3=NONE, tr=tr, tr2=NONE, sw=sw, sw2=sw2)

    def _moments(self, tau2: Floats) -> tuple[Floats, Floats, Floats]:
        """Weight of the most precise study, and (T, 3) moments of w and of w²."""
        w = 1.0 / (self.v + tau2[:, None])
        first = dots(self.powers, w[:, None, :])
        w0 = w[:, self.first].copy()
        w *= w
        return w0, first, dots(self.powers, w[:, None, :])

    def fit(self, tau2: float) -> Fit:
        mean, sums = self._mean_and_sums(tau2)
        return Fit(
            beta=np.array([self.origin + mean]),
            covariance=np.array([[1 / sums.sw]]),
            q=sums.q,
        )

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        total = self.v + tau2
        w = 1.0 / total
        sw = float(w.sum())
        residual = self.y - float(w @ self.y) / sw
        value = float(np.log(total).sum()) + float((w * residual) @ residual)
        return -(value + (math.log(sw) if restricted else 0.0)) / 2

    def residual_squares(self) -> float:
        centred = self.y - self.y.sum() / self.k
        return float(centred.dot(centred))

    def unweighted_traces(self) -> tuple[float, float]:
        k, sum_v, sum_v2 = self.k, float(self.v.sum()), float(self.v @ self.v)
        return sum_v * (1 - 1 / k), sum_v2 * (1 - 2 / k) + (sum_v / k) ** 2


def dots(rows: Floats, w: Floats) -> Floats:
    """Multiply and add over the last axis, in pieces that BLAS leaves to one thread.

    Several threads would save microseconds, and wait for milliseconds where other
    programs keep the processors busy.
    """
    total = np.vecdot(rows[..., :PIECE], w[..., :PIECE])
    for start in range(PIECE, rows.shape[-1], PIECE):
        piece = slice(start, start + PIECE)
        total = total + np.vecdot(rows[..., piece], w[..., piece])
    return np.asarray(total)


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
        # About one of them, effects far from 0 keep their digits, and equal ones are 0.
        self.origin = float(y[v.argmin()]) if (x[:, 0] == 1).all() else 0.0
        self.y, self.v, self.x = y - self.origin, v, x

    def solved(self, tau2: float) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Return w, orthonormal basis, triangle, coefficients and whitened residual."""
        w = 1.0 / (self.v + tau2)
        root = np.sqrt(w)
        basis, triangle = np.linalg.qr(self.x * root[:, None])
        whitened = self.y * root
        projected = basis.T @ whitened
        residual = whitened - basis @ projected
        residual -= basis @ (basis.T @ residual)  # once more: the first pass rounds
        return w, basis, triangle, np.linalg.solve(triangle, projected), residual

    def sums(self, tau2: float) -> Sums[float]:
        w, basis, _, _, residual = self.solved(tau2)
        py = np.sqrt(w) * residual
        weighted = np.sqrt(w) * py
        weighted = weighted - basis @ (basis.T @ weighted)
        rest = one_minus_leverage(basis)
        return Sums(
            q=float(residual @ residual),
            q2=float(py @ py),
            q3=float(weighted @ weighted),
            tr=float(w @ rest),
            tr2=float((w * rest) @ (w * rest)) + _off_diagonal(basis, w),
            sw=float(w.sum()),
            sw2=float(w @ w),
        )

    def scan(self, tau2: Floats) -> Sums[Floats]:
        rows = max(1, BLOCK // self.x.size)
        blocks = [self._block(tau2[i : i + rows]) for i in range(0, tau2.size, rows)]
        q, q2, tr, sw, sw2 = map(np.concatenate, zip(*blocks, strict=True))
        return Sums(q=q, q2=q2, q3=NONE, tr=tr, tr2=NONE, sw=sw, sw2=sw2)

    def _block(self, tau2: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Compute q, q2, tr, sw, sw2 by decomposing the designs of several tau2."""
        w = 1.0 / (self.v + tau2[:, None])
        root = np.sqrt(w)
        basis, _ = np.linalg.qr(self.x * root[:, :, None])
        residual = self.y * root
        for _ in range(2):  # once more: the first pass rounds
            along = np.einsum("tkp,tk->tp", basis, residual)
            residual = residual - np.einsum("tkp,tp->tk", basis, along)
        py = root * residual
        return (
            np.vecdot(residual, residual),
            np.vecdot(py, py),
            np.vecdot(w, 1 - (basis * basis).sum(axis=2)),  # a sign needs no more
            w.sum(axis=1),
            np.vecdot(w, w),
        )

    def fit(self, tau2: float) -> Fit:
        _, _, triangle, beta, residual = self.solved(tau2)
        beta[0] += self.origin
        inverse = np.linalg.inv(triangle)
        return Fit(
            beta=beta, covariance=inverse @ inverse.T, q=float(residual @ residual)
        )

    def log_likelihood(self, tau2: float, *, restricted: bool) -> float:
        _, _, triangle, _, residual = self.solved(tau2)
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
        rest = one_minus_leverage(basis)
        square = float((self.v * rest) @ (self.v * rest))
        return float(self.v @ rest), square + _off_diagonal(basis, self.v)


def one_minus_leverage(basis: Floats) -> Floats:
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
