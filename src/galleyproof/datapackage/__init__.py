"""The data package: extracted evidence as typed rows, and whether it is sound.

Owns the way from `data/datapackage.json` and its CSV tables to typed, addressed rows
(`load`, fast enough for every cell of a chapter), the judgement on them (`validate`:
Table Schema by frictionless, then the rules that a schema cannot say) and the numbers
behind addresses such as `proportions:glazer-ts-lt4.percent` (`quantity`). Refuses to
guess: a cell that does not have its column's type is a finding, never an empty cell.
"""

from galleyproof.datapackage.model import Cell, DataPackage, Field, Row, Table
from galleyproof.datapackage.quantities import (
    Address,
    AddressError,
    locate,
    number_of,
    quantity,
    rounded,
)
from galleyproof.datapackage.reading import load
from galleyproof.datapackage.validation import validate

__all__ = [
    "Address",
    "AddressError",
    "Cell",
    "DataPackage",
    "Field",
    "Row",
    "Table",
    "load",
    "locate",
    "number_of",
    "quantity",
    "rounded",
    "validate",
]
