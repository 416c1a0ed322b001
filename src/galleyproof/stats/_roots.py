"""Bracketed root finding, elementwise over arrays.

Here rather than `scipy.optimize` because each study has its own bracket, and because
importing that package costs more than everything else the statistics import.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from galleyproof.stats._validate import Floats

MAX_STEPS = 400


def increasing_root(
    function: Callable[[Floats], Floats], low: Floats, high: Floats
) -> Floats:
    """Find the root of each increasing function between its brackets.

    Regula falsi with the Illinois weighting, and a bisection every third step so that
    the bracket closes whatever the shape: no derivative, never outside the bracket.
    The result is exact to a few units in the last place of the larger end.
    """
    low, high = low.copy(), high.copy()
    f_low, f_high = function(low), function(high)
    for step in range(MAX_STEPS):
        width = high - low
        if (width <= 4e-16 * np.maximum(np.abs(high), np.abs(low))).all():
            break
        with np.errstate(divide="ignore", invalid="ignore"):
            secant = high - f_high * width / (f_high - f_low)
        inside = (secant > low) & (secant < high) & (step % 3 != 2)
        guess = np.where(inside, secant, low + width / 2)
        value = function(guess)
        up = value >= 0
        down = value <= 0
        # Illinois: halve the value at the end that stays, or the secant creeps.
        f_low = np.where(down, value, f_low / 2)
        f_high = np.where(up, value, f_high / 2)
        low = np.where(down, guess, low)
        high = np.where(up, guess, high)
    return low + (high - low) / 2
