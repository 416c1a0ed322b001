"""The sums of all studies but one, and of the first m studies, for a mean.

Owns the two families of `_panels` that have an intercept alone. Both are formed by
running totals that add what is positive, so that variances over ten orders of magnitude
cost no digits.
"""

from __future__ import annotations

import numpy as np

from galleyproof.stats._panels import GroupSums
from galleyproof.stats._validate import Floats
from galleyproof.stats._wls import BLOCK, Intercept


class _Means:
    """What both families share."""

    def __init__(self, y: Floats, v: Floats, size: Floats) -> None:
        self.y, self.v = y, v
        self.k = y.size
        self.size = size
        self.freedom = size - 1
        self.lowest, self.highest = float(v.min()), float(v.max())
        self.top = int(v.argmin())
        self.origin = float(y[self.top])
        self.centred = y - self.origin

    def sums(self, tau2: Floats, count: int) -> GroupSums:
        result = np.empty((len(GroupSums._fields), tau2.size, count))
        rows = max(1, BLOCK // self.k)
        for start in range(0, tau2.size, rows):
            block = slice(start, start + rows)
            result[:, block] = self._block(tau2[block, None], count)
        return GroupSums(*result)

    def _block(self, tau2: Floats, count: int) -> GroupSums:
        raise NotImplementedError

    def squares(self) -> Floats:
        raise NotImplementedError

    def spread(self) -> Floats:
        return self.squares() / self.size


class AllButOne(_Means):
    """Group i is all studies without study i."""

    def __init__(self, y: Floats, v: Floats) -> None:
        super().__init__(y, v, np.full(y.size, y.size - 1.0))
        # All others have the most precise study for their origin.
        self.alone: tuple[int, ...] = (self.top,) if self.k > 2 else ()

    def _block(self, tau2: Floats, count: int) -> GroupSums:
        total = self.v + tau2
        w = 1.0 / total
        square = w * w
        wy, w2y = w * self.centred, square * self.centred
        wyy, w2yy = without_each(wy * self.centred), without_each(w2y * self.centred)
        wy, w2y = without_each(wy), without_each(w2y)
        first = np.repeat(w[:, self.top, None], self.k, axis=1)
        first[:, self.top] = 0.0
        w[:, self.top] = square[:, self.top] = 0.0
        rest, rest2 = without_each(w), without_each(square)
        sw, sw2 = first + rest, first * first + rest2
        mean = wy / sw
        return GroupSums(
            q=np.maximum(wyy - mean * wy, 0.0)[:, :count],
            q2=np.maximum(w2yy - mean * (2 * w2y - mean * sw2), 0.0)[:, :count],
            tr=(rest * ((first + sw) / sw) - rest2 / sw)[:, :count],
            sw=sw[:, :count],
            mean=mean[:, :count],
            log_variance=without_each(np.log(total))[:, :count],
            log_information=np.log(sw)[:, :count],
        )

    def squares(self) -> Floats:
        return squares_without_each(self.y)

    def mean_variance(self) -> Floats:
        return without_each(self.v) / self.size

    def model(self, group: int) -> Intercept:
        return Intercept(np.delete(self.y, group), np.delete(self.v, group))


class Growing(_Means):
    """Group m is the first m + 1 studies.

    Residuals are followed as the mean moves: West DHD (1979), Commun ACM 22:532-535,
    here for sums of squares with weights and with squared weights.
    """

    alone: tuple[int, ...] = ()

    def __init__(self, y: Floats, v: Floats) -> None:
        super().__init__(y, v, np.arange(1.0, y.size + 1))
        self.alike = int(np.argmax(y != y[0])) or y.size
        """How many studies from the first on have its effect: no residuals, exactly."""

    def _block(self, tau2: Floats, count: int) -> GroupSums:
        y, total = self.centred[:count], self.v[:count] + tau2
        w = 1.0 / total
        sw = np.cumsum(w, axis=1)
        mean = np.cumsum(w * y, axis=1) / sw
        before = y - _shifted(mean)
        """Residual of each study about the mean of those before it."""
        before[:, : self.alike] = 0.0
        move = before * (w / sw)
        after = before * (_shifted(sw) / sw)
        q2 = _squared_weights(w, move, after)
        return GroupSums(
            q=np.cumsum(w * before * after, axis=1),
            q2=np.maximum(q2, 0.0),
            # tr P is twice the sum of w_i w_j over pairs, over sw.
            tr=2 * np.cumsum(w * _shifted(sw), axis=1) / sw,
            sw=sw,
            mean=mean,
            log_variance=np.cumsum(np.log(total), axis=1),
            log_information=np.log(sw),
        )

    def squares(self) -> Floats:
        before = self.centred - _shifted(np.cumsum(self.centred) / self.size)
        before[: self.alike] = 0.0
        return np.cumsum(before * before * (1 - 1 / self.size))

    def mean_variance(self) -> Floats:
        return np.cumsum(self.v) / self.size

    def model(self, group: int) -> Intercept:
        return Intercept(self.y[: group + 1], self.v[: group + 1])


def without_each(terms: Floats) -> Floats:
    """Add up all terms (..., k) but one, for each.

    The total less the term, except for the largest: it alone can be most of the total.
    """
    result = terms.sum(axis=-1, keepdims=True) - terms
    largest = np.abs(terms).argmax(axis=-1)[..., None]
    rest = terms.copy()
    np.put_along_axis(rest, largest, 0.0, axis=-1)
    np.put_along_axis(result, largest, rest.sum(axis=-1, keepdims=True), axis=-1)
    return np.asarray(result)


def squares_without_each(y: Floats) -> Floats:
    """Add up the squares about their mean of all but one, for each."""
    centred = y - y.mean()
    rest = without_each(centred**2) - without_each(centred) ** 2 / (y.size - 1)
    # Without an outlier what is left is no difference.
    far = int(np.abs(centred).argmax())
    others = np.delete(y, far)
    rest[far] = float(((others - others.mean()) ** 2).sum())
    return np.maximum(rest, 0.0)


def _shifted(terms: Floats) -> Floats:
    """Move running totals (..., k) by one: those before each term."""
    result = np.zeros_like(terms)
    result[..., 1:] = terms[..., :-1]
    return result


def _squared_weights(w: Floats, move: Floats, after: Floats) -> Floats:
    """Follow the sum of w² r² about a mean that moves with each study."""
    square = w * w
    of_squares = _shifted(np.cumsum(square, axis=1))
    own = square * after
    first = _shifted(np.cumsum(own - move * of_squares, axis=1))
    steps = own * after + move * (move * of_squares - 2 * first)
    return np.cumsum(steps, axis=1)
