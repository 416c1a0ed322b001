"""Whether extracted data can be true: the rules that a schema cannot say.

Owns the consistency of the evidence with itself: parts and wholes, percentages and
counts, intervals and estimates, p values and tables, rates over time, cohorts, units,
sources. Rules look at the columns of a table, not at its name; `docs/data.md` says
which columns mean what. Nothing is guessed: what belongs together is declared in the
data, and so is a discrepancy that a source really has.
"""

from galleyproof.checks.data.check import beside, check
from galleyproof.checks.groups import EVIDENCE as CODES

__all__ = ["CODES", "beside", "check"]
