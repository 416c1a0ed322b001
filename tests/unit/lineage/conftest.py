from fractions import Fraction

import pytest

from galleyproof.lineage import CellRef, Kind, Status, Value


@pytest.fixture
def make():
    def value(number, kind=Kind.COUNT, unit="tumours", decimals=None, **fields):
        cell = CellRef(
            table="proportions",
            row="glazer-ts-lt4",
            field=fields.pop("field", "events"),
            path="data/proportions.csv",
            line=3,
            column=9,
            study="glazer2017",
            study_label="Glazer 2017",
            locator="Table 2",
        )
        number = Fraction(number) if isinstance(number, str) else number
        fields = {"status": Status.CONFIRMED, "origin": cell} | fields
        return Value(number=number, kind=kind, unit=unit, decimals=decimals, **fields)

    return value
