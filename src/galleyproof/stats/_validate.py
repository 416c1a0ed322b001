"""Turn what a caller passes into checked arrays, or say which element is wrong.

Every public function of the package checks its arguments here, so that one message
form serves all of them: the argument, the index, the value and the allowed range.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
from numpy.typing import ArrayLike, NDArray

from galleyproof.stats.errors import ArgumentError

Floats = NDArray[np.float64]
MAX_COUNT = 2**53
"""Above it a float no longer holds every whole number."""


def count(name: str, value: object, *, low: int = 0, high: int | None = None) -> int:
    """Check one whole number between `low` and `high`."""
    return int(counts(name, value, low=low, high=high, scalar=True))


def events_of(
    name: str, events: object, total_name: str, total: object
) -> tuple[int, int]:
    """Check one number of events against its total (at least 1)."""
    size = count(total_name, total, low=1)
    return count(name, events, high=size), size


def counts(
    name: str,
    value: object,
    *,
    low: int = 0,
    high: int | None = None,
    scalar: bool = False,
) -> Floats:
    """Check an array of whole numbers, kept as floats; booleans are not counts."""
    allowed = "a whole number"
    if low > -MAX_COUNT:
        allowed = f"a whole number of at least {low}"
    if high is not None:
        allowed = f"a whole number between {low} and {high}"
    array = _floats(name, value, allowed)
    if scalar and array.ndim != 0:
        raise ArgumentError(name, allowed=f"a single number, not shape {array.shape}")
    top = MAX_COUNT if high is None else high
    with np.errstate(invalid="ignore"):
        bad = ~((array >= low) & (array <= top) & (array == np.floor(array)))
    _refuse(name, array, bad, allowed)
    return array


def events_and_totals(
    events_name: str, events: object, total_name: str, total: object
) -> tuple[Floats, Floats]:
    """Check two vectors of one length: whole numbers, events at most the total."""
    number = vector_of_counts(events_name, events)
    size = vector_of_counts(total_name, total, low=1)
    same_length({events_name: number, total_name: size})
    bad = number > size
    if bad.any():
        i = int(np.argmax(bad))
        raise ArgumentError(
            events_name,
            index=i,
            value=_plain(number[i]),
            allowed=f"between 0 and {_plain(size[i])} (`{total_name}[{i}]`)",
        )
    return number, size


def vector_of_counts(name: str, value: object, *, low: int = 0) -> Floats:
    """Check a vector (k,) of whole numbers, k >= 1."""
    return _one_dimension(name, counts(name, value, low=low))


def vector(
    name: str,
    value: object,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    open_high: bool = False,
) -> Floats:
    """Check a vector (k,) of finite numbers within a range, k >= 1."""
    allowed = interval_text(low, high, open_low=open_low, open_high=open_high)
    array = _one_dimension(name, _floats(name, value, allowed))
    good = np.isfinite(array)
    if low > -math.inf:
        good &= (array > low) if open_low else (array >= low)
    if high < math.inf:
        good &= (array < high) if open_high else (array <= high)
    if not good.all():
        _refuse(name, array, ~good, allowed)
    return array


def number(
    name: str,
    value: object,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    open_high: bool = False,
) -> float:
    """Check one finite number within a range."""
    allowed = interval_text(low, high, open_low=open_low, open_high=open_high)
    array = _floats(name, value, allowed)
    if array.ndim != 0:
        raise ArgumentError(name, allowed=f"a single number, not shape {array.shape}")
    x = float(array)
    above = x > low if open_low else x >= low
    below = x < high if open_high else x <= high
    if not (math.isfinite(x) and above and below):
        raise ArgumentError(name, value=_plain(x), allowed=allowed)
    return x


def array(
    name: str, value: object, *, largest: float = math.inf, switches: bool = False
) -> Floats:
    """Check finite numbers of any shape; switches, if allowed, count as 0 and 1."""
    allowed = interval_text(-largest, largest)
    kinds = "iufb" if switches else "iuf"
    found = _floats(name, value, allowed, kinds=kinds)
    with np.errstate(invalid="ignore"):
        good = np.isfinite(found) & (np.abs(found) <= largest)
    _refuse(name, found, ~good, allowed)
    return found


def flag(name: str, value: object) -> bool:
    """Check a switch: `True` or `False`, not what counts as one."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise ArgumentError(name, value=repr(value), allowed="`True` or `False`")


def level(value: object) -> float:
    """Check a confidence level."""
    if type(value) is float and 0.0 < value < 1.0:
        return value
    return number("level", value, low=0.0, high=1.0, open_low=True, open_high=True)


def choice(name: str, value: object, allowed: Collection[str]) -> str:
    """Check that a word is one of those allowed."""
    if isinstance(value, str) and value in allowed:
        return value
    words = ", ".join(f"`{word}`" for word in allowed)
    raise ArgumentError(name, value=repr(value), allowed=f"one of {words}")


def same_length(arrays: dict[str, Floats]) -> None:
    """Check that vectors have the length of the first."""
    (first, reference), *others = arrays.items()
    for name, array in others:
        if array.shape != reference.shape:
            raise ArgumentError(
                name,
                allowed=f"as long as `{first}` ({reference.size}), not {array.size}",
            )


def interval_text(
    low: float, high: float, *, open_low: bool = False, open_high: bool = False
) -> str:
    """Say a range in words."""
    parts = []
    if low > -math.inf:
        parts.append(f"{'above' if open_low else 'at least'} {low:g}")
    if high < math.inf:
        parts.append(f"{'below' if open_high else 'at most'} {high:g}")
    return " ".join(["a finite number", " and ".join(parts)]).strip()


def _floats(name: str, value: object, allowed: str, *, kinds: str = "iuf") -> Floats:
    if type(value) is np.ndarray and value.dtype == np.float64:
        return value
    if isinstance(value, np.ma.MaskedArray):
        raise ArgumentError(name, allowed=f"{allowed}, without a mask")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ArgumentError(name, allowed=f"{allowed}, not of mixed lengths") from error
    if array.dtype.kind not in kinds:
        kind = type(value).__name__ if array.ndim == 0 else str(array.dtype)
        raise ArgumentError(name, allowed=f"{allowed}, not {kind}")
    return array.astype(np.float64)


def _one_dimension(name: str, array: Floats) -> Floats:
    if array.ndim != 1 or array.size == 0:
        raise ArgumentError(
            name,
            allowed=f"one-dimensional with at least one element, not {array.shape}",
        )
    return array


def _refuse(name: str, array: Floats, bad: NDArray[np.bool_], allowed: str) -> None:
    if not bad.any():
        return
    if array.ndim == 0:
        raise ArgumentError(name, value=_plain(float(array)), allowed=allowed)
    place = tuple(int(i) for i in np.argwhere(bad)[0])
    index = place[0] if len(place) == 1 else place
    raise ArgumentError(name, index=index, value=_plain(array[place]), allowed=allowed)


def _plain(value: float) -> str:
    whole = math.isfinite(value) and value == math.floor(value)
    return f"{value:.0f}" if whole else f"{value:g}"


__all__ = ["ArrayLike", "Floats"]
