"""Which studies move a pooled effect or a meta-regression.

Owns the deletion diagnostics: externally standardised residuals, DFFITS, Cook's
distance, DFBETAS, covariance ratio, hat values, and tau2 and Q without each study. All
are linear in the number of studies (`_panels`, `_deletions`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from galleyproof.stats import _validate as check
from galleyproof.stats._deletions import Coefficients, Deletions
from galleyproof.stats._distributions import chi_squares_above
from galleyproof.stats._panels import Fitted, fit_all
from galleyproof.stats._subsets import AllButOne
from galleyproof.stats._validate import Floats
from galleyproof.stats._wls import Design, Intercept, Model, one_minus_leverage
from galleyproof.stats.design import RANK_TOLERANCE, design_matrix
from galleyproof.stats.effects import Effects, studies
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.sensitivity import TESTS, hartung_knapp_scales
from galleyproof.stats.tau2 import METHODS, estimate_tau2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Influence:
    """Diagnostics of k studies, each field (k,) unless said otherwise."""

    residual: Floats
    """Observed effect less that predicted without the study, on the effects' scale."""
    rstudent: Floats
    """That residual over its standard error: externally standardised."""
    dffits: Floats
    """Change of the study's fitted effect, in standard errors."""
    cook: Floats
    """Cook's distance: squared change of all coefficients, in their covariance."""
    dfbetas: Floats
    """(k, p), change of each coefficient, in standard errors."""
    covariance_ratio: Floats
    """Determinant of the coefficients' covariance without the study over that with."""
    hat: Floats
    """Leverage; adds up to p."""
    weight: Floats
    """Fractions that add up to 1."""
    tau2: Floats
    """Without the study."""
    q: Floats
    """Residual heterogeneity without the study."""
    influential: NDArray[np.bool_]
    """By metafor's thresholds, which are conventions."""


class _Fits(NamedTuple):
    """The fit to all studies, and those without each."""

    x: Floats
    """(k, p), the design with orthonormal columns, as far as it is not a mean alone."""
    back: Floats
    """(p, p), from coefficients of `x` to those of the given design."""
    tau2: float
    beta: Floats
    covariance: Floats
    scale: float
    deleted: Coefficients
    deleted_tau2: Floats
    deleted_scale: Floats
    deleted_q: Floats


def influence(
    effects: Effects,
    *,
    moderators: ArrayLike | None = None,
    intercept: bool = True,
    method: str = "REML",
    test: str = "z",
) -> Influence:
    """Compute how each study moves the fit.

    Parameters
    ----------
    effects: k studies, more than there are coefficients.
    moderators, intercept: None for a mean alone, or as in `regress`.
    method: as in `pool`.
    test: `z`, `t`, `knha` or `adhoc`: `knha` and `adhoc` scale the covariances.

    Returns
    -------
    Influence. A study is flagged as influential if |DFFITS| > 3 sqrt(p / (k - p)), or
    the chi-square probability below its Cook's distance is above 1/2, or its hat value
    is above 3p/k, or any |DFBETAS| is above 1. As many other studies as coefficients
    leave tau2 0 and, with `knha` and `adhoc`, nothing to scale by. Where the others
    have no spread at all, `knha` makes any change infinite. A fitted effect that is 0
    by design (no intercept, moderators all 0) has DFFITS 0, in metafor NaN.

    Raises
    ------
    ArgumentError: too few studies, an unknown method or test; without some study (its
        index is given) a coefficient cannot be estimated; no spread with `knha`.
    ConvergenceError: a tau2 was not found.

    Source
    ------
    Viechtbauer W, Cheung MWL (2010), Res Synth Methods 1:112-125; thresholds as in
    metafor's `influence`.
    """
    check.choice("method", method, METHODS)
    check.choice("test", test, TESTS)
    intercept = check.flag("intercept", intercept)
    k = len(studies(effects))
    x = np.ones((k, 1))
    if moderators is not None:
        x = design_matrix(moderators, k, intercept=intercept)
    if k < x.shape[1] + 1:
        raise ArgumentError("effects", allowed=f"at least {x.shape[1] + 1} studies")
    if moderators is None or intercept:
        # Diagnostics survive another origin; near it, changes keep their digits.
        origin = effects.estimate[effects.variance.argmin()]
        effects = replace(effects, estimate=effects.estimate - origin)
    back = np.eye(1)
    if moderators is not None:
        # Years and the like are nearly constant beside the intercept: diagnostics
        # survive a change of the coefficients, digits do not.
        x, triangle = np.linalg.qr(x)
        back = np.linalg.inv(triangle)
    alone = moderators is None
    fits = _fit(effects, x, back, method, test, alone=alone)
    if fits.scale == 0:
        raise ArgumentError(
            "test", value="`knha`", allowed="another: the effects have no spread"
        )
    return _diagnose(effects, fits)


def _fit(
    effects: Effects, x: Floats, back: Floats, method: str, test: str, *, alone: bool
) -> _Fits:
    y, v = effects.estimate, effects.variance
    k, p = x.shape
    model: Model = Intercept(y, v) if alone else Design(y, v, x)
    tau2 = estimate_tau2(model, method).value
    fit = model.fit(tau2)
    fitted, each = (
        _without_each_mean(y, v, method) if alone else _without_each(y, v, x, method)
    )
    scale = hartung_knapp_scales(np.array([fit.q]), np.array([k - p]), test)[0]
    freedom = np.full(k, k - 1.0 - p)
    return _Fits(
        x=x,
        back=back,
        tau2=tau2,
        beta=fit.beta,
        covariance=fit.covariance * scale,
        scale=float(scale),
        deleted=each,
        deleted_tau2=fitted.tau2,
        deleted_scale=hartung_knapp_scales(fitted.at.q, freedom, test),
        deleted_q=fitted.zero.q,
    )


def _without_each_mean(
    y: Floats, v: Floats, method: str
) -> tuple[Fitted, Coefficients]:
    family = AllButOne(y, v)
    fitted = fit_all(family, method)
    beta, sw = fitted.at.mean + family.origin, fitted.at.sw
    whole = 1 / (sw + 1 / (v + fitted.tau2))
    return fitted, Coefficients(
        beta[:, None], (1 / sw)[:, None, None], whole[:, None, None]
    )


def _without_each(
    y: Floats, v: Floats, x: Floats, method: str
) -> tuple[Fitted, Coefficients]:
    redundant = np.sqrt(one_minus_leverage(x)) < RANK_TOLERANCE
    if redundant.any():
        raise ArgumentError(
            "moderators",
            index=int(redundant.argmax()),
            allowed="estimable without any one study",
        )
    family = Deletions(y, v, x)
    fitted = fit_all(family, method)
    return fitted, family.coefficients(fitted.tau2)


def _diagnose(effects: Effects, fits: _Fits) -> Influence:
    y, v, x = effects.estimate, effects.variance, fits.x
    p = x.shape[1]
    total = v + fits.deleted_tau2
    change = fits.beta - fits.deleted.beta
    predicted = np.einsum("ij,ij->i", x, fits.deleted.beta)
    own = np.einsum("ij,ijl,il->i", x, fits.deleted.covariance, x)
    residual = y - predicted
    error = np.sqrt(fits.deleted_scale * (total + own))
    weight = 1 / (v + fits.tau2)
    plain = fits.covariance / fits.scale
    hat = weight * np.einsum("ij,jl,il->i", x, plain, x)
    shift = np.einsum("ij,ij->i", x, change)
    dffits = _over(shift, np.sqrt(fits.deleted_scale * hat * total))
    spread = np.einsum("ij,njl,il->ni", fits.back, fits.deleted.whole, fits.back)
    dfbetas = _over(change @ fits.back.T, np.sqrt(fits.deleted_scale[:, None] * spread))
    solved = np.linalg.solve(fits.covariance, change.T).T
    cook = np.einsum("ij,ij->i", change, solved)
    determinant = np.linalg.det(fits.deleted.covariance) * fits.deleted_scale**p
    return Influence(
        residual=residual,
        rstudent=_over(residual, error),
        dffits=dffits,
        cook=cook,
        dfbetas=dfbetas,
        covariance_ratio=determinant / np.linalg.det(fits.covariance),
        hat=hat,
        weight=weight / weight.sum(),
        tau2=fits.deleted_tau2,
        q=fits.deleted_q,
        influential=_flagged(dffits, cook, hat, dfbetas),
    )


def _over(change: Floats, error: Floats) -> Floats:
    """Divide, where no error makes any change infinite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((error == 0) & (change == 0), 0.0, change / error)


def _flagged(
    dffits: Floats, cook: Floats, hat: Floats, dfbetas: Floats
) -> NDArray[np.bool_]:
    k, p = dfbetas.shape
    far = np.abs(dffits) > 3 * np.sqrt(p / (k - p))
    distant = chi_squares_above(cook, np.full(k, float(p))) < 0.5
    heavy = hat > 3 * p / k
    return np.asarray(far | distant | heavy | (np.abs(dfbetas) > 1).any(axis=1))
