"""Values with lineage: numbers that know their unit, print format and origin.

Pure: no file is read here. `galleyproof.authoring` makes values of the data package.
"""

from galleyproof.lineage.arithmetic import UnitError
from galleyproof.lineage.bounds import UndecidedError
from galleyproof.lineage.claim import Claim
from galleyproof.lineage.composite import Counts, Interval, Text
from galleyproof.lineage.condition import Condition, ConditionError
from galleyproof.lineage.kind import Kind
from galleyproof.lineage.origin import CellRef, Constant, Formula, Number, Origin
from galleyproof.lineage.printed import Printed
from galleyproof.lineage.proxy import Proxy
from galleyproof.lineage.status import Status, legend
from galleyproof.lineage.value import Value

__all__ = [
    "CellRef",
    "Claim",
    "Condition",
    "ConditionError",
    "Constant",
    "Counts",
    "Formula",
    "Interval",
    "Kind",
    "Number",
    "Origin",
    "Printed",
    "Proxy",
    "Status",
    "Text",
    "UndecidedError",
    "UnitError",
    "Value",
    "legend",
]
