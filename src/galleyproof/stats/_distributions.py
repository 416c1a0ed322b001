"""The few distribution functions that the statistics need, typed.

From `scipy.special`, not `scipy.stats`: the latter costs half a second at import and
tens of microseconds a call.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from galleyproof.stats._validate import Floats


def z_above(tail: float) -> float:
    """Quantile of the standard normal distribution with `tail` above it."""
    return -float(special.ndtri(tail))


def t_above(tail: float, degrees_of_freedom: float) -> float:
    """Quantile of Student's distribution with `tail` above it."""
    return -float(special.stdtrit(degrees_of_freedom, tail))


def two_sided_z(statistic: float) -> float:
    """Probability beyond +-statistic of the standard normal distribution."""
    return math.erfc(abs(statistic) / math.sqrt(2))


def two_sided_t(statistic: float, degrees_of_freedom: float) -> float:
    """Probability beyond +-statistic of Student's distribution.

    As an incomplete beta function of what is small: the tail keeps its relative
    precision, and so does the middle, where 1 + t² / df would lose t.
    """
    half = degrees_of_freedom / 2
    square = statistic * statistic
    ratio = square / degrees_of_freedom
    if square < 1:
        return 1.0 - float(special.betainc(0.5, half, ratio / (1 + ratio)))
    return float(special.betainc(half, 0.5, 1 / (1 + ratio)))


def chi_square_above(statistic: float, degrees_of_freedom: float) -> float:
    """Probability above `statistic` of the chi-square distribution."""
    return float(special.chdtrc(degrees_of_freedom, statistic))


def chi_square_quantile_above(tail: float, degrees_of_freedom: float) -> float:
    """Quantile of the chi-square distribution with `tail` above it."""
    return float(special.chdtri(degrees_of_freedom, tail))


def f_above(statistic: float, numerator: float, denominator: float) -> float:
    """Probability above `statistic` of the F distribution, digits as `two_sided_t`."""
    if statistic < 1:
        ratio = numerator * statistic / denominator
        below = special.betainc(numerator / 2, denominator / 2, ratio / (1 + ratio))
        return 1.0 - float(below)
    return float(special.fdtrc(numerator, denominator, statistic))


def beta_below(a: Floats, b: Floats, x: Floats) -> Floats:
    """Regularised incomplete beta function."""
    return np.asarray(special.betainc(a, b, x), dtype=np.float64)


def beta_above(a: Floats, b: Floats, x: Floats) -> Floats:
    """Complement of the regularised incomplete beta function."""
    return np.asarray(special.betaincc(a, b, x), dtype=np.float64)


def beta_quantile(a: Floats, b: Floats, tail: float) -> Floats:
    """Quantile of the beta distribution with `tail` below it."""
    return np.asarray(special.betaincinv(a, b, tail), dtype=np.float64)


def beta_quantile_above(a: Floats, b: Floats, tail: float) -> Floats:
    """Quantile of the beta distribution with `tail` above it."""
    return np.asarray(special.betainccinv(a, b, tail), dtype=np.float64)


def chi_square_quantiles_above(tail: float, degrees_of_freedom: Floats) -> Floats:
    """Chi-square quantiles for an array of degrees of freedom."""
    return np.asarray(special.chdtri(degrees_of_freedom, tail), dtype=np.float64)


def chi_squares_above(statistic: Floats, degrees_of_freedom: Floats) -> Floats:
    """Chi-square tails, element by element; 1 where there is no degree of freedom."""
    safe = np.maximum(degrees_of_freedom, 1)
    tail = special.chdtrc(safe, statistic)
    return np.where(degrees_of_freedom > 0, tail, 1.0)


def t_quantiles_above(tail: float, degrees_of_freedom: Floats) -> Floats:
    """Student quantiles; the normal one where there is no degree of freedom."""
    safe = np.maximum(degrees_of_freedom, 1)
    quantile = -special.stdtrit(safe, tail)
    return np.where(degrees_of_freedom > 0, quantile, z_above(tail))


def two_sided_ps(statistic: Floats, degrees_of_freedom: Floats | None) -> Floats:
    """Two-sided tails; normal where there is no degree of freedom."""
    normal = special.erfc(np.abs(statistic) / math.sqrt(2))
    if degrees_of_freedom is None:
        return np.asarray(normal)
    df = np.maximum(degrees_of_freedom, 1)
    with np.errstate(over="ignore"):
        square = statistic * statistic
    far = special.betainc(df / 2, 0.5, 1 / (1 + square / df))
    middle = np.minimum(square, 1) / df
    near = 1 - special.betainc(0.5, df / 2, middle / (1 + middle))
    student = np.where(square < 1, near, far)
    return np.where(degrees_of_freedom > 0, student, normal)
