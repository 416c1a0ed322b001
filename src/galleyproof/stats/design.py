"""From moderators to a design matrix.

Owns the checks that make a design usable: finite, of full rank, as long as the effects.
"""

from __future__ import annotations

import numpy as np

from galleyproof.stats import _validate as check
from galleyproof.stats._validate import ArrayLike, Floats
from galleyproof.stats._wls import Design, Intercept, Model
from galleyproof.stats.effects import LARGEST, Effects
from galleyproof.stats.errors import ArgumentError

RANK_TOLERANCE = 1e-7
"""A column whose residual on those before it is this small beside itself is redundant:
the tolerance of R's `lm`, by which metafor drops columns. Covariances have the square
of this condition; below it they would keep no digit."""


def model_of(effects: Effects, moderators: ArrayLike | None) -> Model:
    """Join effects and moderators, if any, to a model with an intercept."""
    if moderators is None:
        return Intercept(effects.estimate, effects.variance)
    x = design_matrix(moderators, len(effects), intercept=True)
    return Design(effects.estimate, effects.variance, x)


def design_matrix(moderators: ArrayLike, k: int, *, intercept: bool) -> Floats:
    """Check moderators (k,) or (k, m) and put a column of ones before them."""
    x = numbers_of(moderators)
    if x.ndim == 1:
        x = x[:, None]
    if x.ndim != 2 or x.shape[0] != k or x.shape[1] == 0:
        raise ArgumentError("moderators", allowed=f"of shape ({k}, m), not {x.shape}")
    if intercept:
        x = np.column_stack([np.ones(k), x])
    _full_rank(x, int(intercept))
    return x


def numbers_of(moderators: ArrayLike) -> Floats:
    """Check that moderators are finite numbers; switches count as 0 and 1."""
    return check.array("moderators", moderators, largest=LARGEST, switches=True)


def _full_rank(x: Floats, offset: int) -> None:
    k, p = x.shape
    if p > k:
        raise ArgumentError(
            "moderators", allowed=f"at most {k - offset} columns for {k} studies"
        )
    length = np.sqrt((x * x).sum(axis=0))
    if (length == 0).any():
        column = int(np.argmax(length == 0)) - offset
        raise ArgumentError("moderators", index=(0, column), allowed="not all zero")
    triangle = np.linalg.qr(x / length, mode="r")
    redundant = np.abs(np.diag(triangle)) < RANK_TOLERANCE
    if redundant.any():
        column = int(np.argmax(redundant)) - offset
        raise ArgumentError(
            "moderators",
            index=(0, column),
            allowed="independent of the intercept and of the columns before it",
        )
