"""Observed effects of several studies, ready to be pooled.

Owns the type that `effect_size.escalc` returns and every pooling function takes. An
`Effects` is valid once it exists: shapes agree, all is finite, variances are positive.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from galleyproof.stats import _validate as check
from galleyproof.stats._validate import Floats
from galleyproof.stats.errors import ArgumentError

NAMES = (
    *("RR", "OR", "RD", "PETO", "AS"),
    *("PR", "PLN", "PLO", "PAS", "PFT"),
    *("MD", "SMD", "SMDH", "ROM", "IRR", "IR", "IRLN", "ZCOR", "GEN"),
)
"""The measures; what they are is in `effect_size`."""
SMALLEST, LARGEST = 1e-60, 1e60
"""Limits of effects and variances: weights are cubed, and must not overflow."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effects:
    """Effect and sampling variance of each of k studies, on the measure's scale."""

    estimate: Floats
    """(k,), finite, at most 1e60 in size."""
    variance: Floats
    """(k,), positive, 1e-60 to 1e60: the sampling variances, not standard errors."""
    measure: str
    """As `effect_size.MEASURES` names them; `GEN` for anything else."""
    totals: Floats | None = None
    """(k,), sizes behind single proportions; the Freeman-Tukey back-transformation
    needs them, as does the Egger test against sample size."""

    def __post_init__(self) -> None:
        check.choice("measure", self.measure, NAMES)
        y = check.vector("estimate", self.estimate, low=-LARGEST, high=LARGEST)
        v = check.vector("variance", self.variance, low=0.0, open_low=True)
        check.same_length({"estimate": y, "variance": v})
        if v.min() < SMALLEST or v.max() > LARGEST:
            check.vector("variance", v, low=SMALLEST, high=LARGEST)
        object.__setattr__(self, "estimate", y)
        object.__setattr__(self, "variance", v)
        if self.totals is not None:
            n = check.vector(
                "totals", self.totals, low=0.0, high=LARGEST, open_low=True
            )
            check.same_length({"estimate": y, "totals": n})
            object.__setattr__(self, "totals", n)

    def __len__(self) -> int:
        return self.estimate.size

    @property
    def standard_error(self) -> Floats:
        """(k,), square roots of the variances."""
        return np.sqrt(self.variance)

    def take(self, index: ArrayLike) -> Effects:
        """Select studies by positions or by a mask, in that order."""
        where = np.asarray(index)
        return Effects(
            estimate=self.estimate[where],
            variance=self.variance[where],
            measure=self.measure,
            totals=None if self.totals is None else self.totals[where],
        )


def studies(effects: object, *, least: int = 1) -> Effects:
    """Check that an argument holds the effects of at least so many studies."""
    if not isinstance(effects, Effects):
        kind = type(effects).__name__
        raise ArgumentError(
            "effects", value=kind, allowed="`Effects`, as from `escalc`"
        )
    if len(effects) < least:
        raise ArgumentError(
            "effects", allowed=f"at least {least} studies, not {len(effects)}"
        )
    return effects
