"""Tables of the data package as pandas data frames, for grouping and counting.

The columns hold the words of the table. Two more keep the lineage: `value` is the
number that a row is about, `rows` is one, to be counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from galleyproof.authoring.failures import EvidenceError
from galleyproof.authoring.library import Wanted
from galleyproof.authoring.queries import evidence
from galleyproof.authoring.selection import Evidence
from galleyproof.lineage import Value

if TYPE_CHECKING:
    import pandas as pd


def frame(table: str, **wanted: Wanted) -> pd.DataFrame:
    """Return the rows of a table as a data frame, indexed by their keys.

    `frame("reported").groupby("place", sort=False)["rows"].apply(count)` tells how many
    numbers the source article prints in which part, as values.
    """
    import pandas as pd  # noqa: PLC0415

    found = evidence(table, **wanted)
    names = found[0].record.fields if found else {}
    columns = {name: [row.record[name] for row in found] for name in names}
    numbers: dict[str, list[Value | None]] = {
        "value": [_number(row) for row in found],
        "rows": [row.member for row in found],
    }
    return pd.DataFrame(
        {**columns, **{k: pd.Series(v, dtype=object) for k, v in numbers.items()}}
    ).set_index("id" if found else [])


def _number(row: Evidence) -> Value | None:
    try:
        return row.value
    except EvidenceError:
        return None
