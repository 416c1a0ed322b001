"""The typed results that several modules share.

Frozen, with every field on the scale that its docstring names.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A confidence interval of one quantity, limits included."""

    estimate: float
    low: float
    high: float
    level: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Confidence intervals of k quantities."""

    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    level: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """A test of one hypothesis."""

    __test__ = False  # not a test class, whatever pytest thinks of the name

    p: float
    statistic: float | None
    """None where the test has none (Fisher's is the table itself)."""
    degrees_of_freedom: float | None
    method: str
    alternative: str
    """`two-sided`, `greater` (a above b) or `less`."""
    minimum_expected: float | None = None
    """Smallest expected count under no association; None where it plays no part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How much two proportions differ, with its confidence interval."""

    estimate: float
    """Group a against group b: a - b, or a / b; 0 and infinity where defined."""
    low: float
    high: float
    level: float
    measure: str
    """`RD`, `RR` or `OR`."""
    method: str
    corrected: bool
    """Whether 1/2 was added to every cell because one was zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberNeeded:
    """Number needed to treat: the inverse of a risk difference."""

    estimate: float
    """Positive: one more event in group a for so many treated there; negative: one
    fewer. Infinite where the risks are equal."""
    low: float
    """Inverse of the upper limit of the risk difference."""
    high: float
    """Inverse of the lower limit of the risk difference."""
    through_infinity: bool
    """The interval of the risk difference holds 0, so that of the number needed is
    everything outside (low, high): from `high` down to minus infinity and from plus
    infinity down to `low`."""
    level: float
    method: str
