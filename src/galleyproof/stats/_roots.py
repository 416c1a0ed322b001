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

    Inverse quadratic interpolation where it is safe, otherwise bisection, and never a
    step shorter than the tolerance, so that both ends come in: a dozen evaluations, no
    derivative, never outside the bracket. The result is exact to a few units in its
    last place.

    Source: Chandrupatla TR (1997), Adv Eng Softw 28:145-149.
    """
    here, there = high, low
    f_here, f_there = function(here), function(there)
    last, f_last = here, f_here
    share = np.full_like(low, 0.5)
    best = np.where(np.abs(f_here) < np.abs(f_there), here, there)
    done = np.zeros(low.shape, dtype=bool)
    for _ in range(MAX_STEPS):
        guess = np.where(done, best, here + share * (there - here))
        value = function(guess)
        same = np.sign(value) == np.sign(f_here)
        last, f_last = np.where(same, here, there), np.where(same, f_here, f_there)
        there, f_there = np.where(same, there, here), np.where(same, f_there, f_here)
        here, f_here = guess, value
        near = np.abs(f_here) < np.abs(f_there)
        best, f_best = np.where(near, here, there), np.where(near, f_here, f_there)
        tolerance, width = 4e-16 * np.abs(best), np.abs(there - here)
        done = (width <= 2 * tolerance) | (f_best == 0)
        if done.all():
            break
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            share = _share(here - there, last - there, f_here, f_there, f_last)
            shortest = np.minimum(tolerance / width, 0.5)
        share = np.clip(share, shortest, 1 - shortest)
    return np.asarray(best)


def _share(
    here: Floats, last: Floats, f_here: Floats, f_there: Floats, f_last: Floats
) -> Floats:
    """Interpolate from three points, the second at 0; halve where that is not safe."""
    xi, phi = here / last, (f_here - f_there) / (f_last - f_there)
    safe = (1 - np.sqrt(1 - xi) < phi) & (phi < np.sqrt(xi))
    first = f_here / (f_there - f_here) * (f_last / (f_there - f_last))
    second = (here - last) / here * (f_here / (f_last - f_here))
    inner = first + second * (f_there / (f_last - f_there))
    return np.where(safe & np.isfinite(inner), inner, 0.5)
