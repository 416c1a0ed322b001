"""The counts behind printed percentages.

`statements` says what a paper printed, `solve` finds every set of whole numbers that
agrees with it. In between, `model` turns statements into exact linear inequalities
(`linear`), `domains` and `propagate` rule out what cannot be, `search` finds what can,
`contradiction` explains why nothing does.
"""

from galleyproof.stats.printed import Rounding
from galleyproof.stats.reconstruction.solve import (
    Counts,
    Extent,
    Reconstruction,
    Searched,
    Verdict,
    reconstruct,
)
from galleyproof.stats.reconstruction.statements import (
    Bound,
    Known,
    Percentage,
    PrintedP,
    Statement,
    Strata,
    Subgroup,
    Sum,
)

__all__ = [
    "Bound",
    "Counts",
    "Extent",
    "Known",
    "Percentage",
    "PrintedP",
    "Reconstruction",
    "Rounding",
    "Searched",
    "Statement",
    "Strata",
    "Subgroup",
    "Sum",
    "Verdict",
    "reconstruct",
]
