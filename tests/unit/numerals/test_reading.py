"""What a typed number says."""

from fractions import Fraction

import pytest

from galleyproof.numerals.reading import Reading, read


@pytest.mark.parametrize(
    ("text", "value", "decimals", "percent"),
    [
        ("96.1%", "96.1", 1, True),
        ("96·1 %", "96.1", 1, True),
        ("12 per cent", "12", 0, True),
        ("96.1\\%", "96.1", 1, True),
        ("1,197", "1197", 0, False),
        ("1\u202f197", "1197", 0, False),
        ("1,197.5", "1197.5", 1, False),
        (".039", "0.039", 3, False),
        ("60.0", "60", 1, False),
        ("９６％", "96", 0, True),
    ],
)
def test_digits(text: str, value: str, decimals: int, *, percent: bool) -> None:
    assert read(text) == Reading(
        value=Fraction(value), decimals=decimals, percent=percent
    )


@pytest.mark.parametrize(
    ("text", "value", "capital"),
    [
        ("fifty-six", 56, False),
        ("Twelve", 12, True),
        ("two hundred and fifty-six", 256, False),
        ("a hundred", 100, False),
        ("one thousand two hundred", 1200, False),
    ],
)
def test_words(text: str, value: int, *, capital: bool) -> None:
    assert read(text) == Reading(value=Fraction(value), words=True, capital=capital)


def test_counts() -> None:
    assert read("246/256") == Reading(value=Fraction(246), total=Fraction(256))


@pytest.mark.parametrize(
    "text",
    ["2–5", "10^-3^", "two thirds", "½-", "twice", "III", "20 percentage points"],
)
def test_what_has_no_single_value_is_not_read(text: str) -> None:
    assert read(text) is None
