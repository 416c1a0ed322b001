from fractions import Fraction

import pytest

from galleyproof.lineage import notation


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (Fraction(246, 256) * 100, 1, "96.1"),
        (Fraction(1, 8) * 100, 1, "12.5"),
        (0.285, 2, "0.29"),  # the float lies below; the reader of 0.285 rounds up
        (2.675, 2, "2.68"),
        (Fraction(5, 1000), 2, "0.01"),
        (Fraction(-5, 1000), 2, "−0.01"),
        (-0.001, 2, "0.00"),
        (999, 0, "999"),
        (4029, 0, "4,029"),
        (1234567, 1, "1,234,567.0"),
        (float("nan"), 1, "not estimable"),
        (float("inf"), 1, "not estimable"),
    ],
)
def test_fixed_rounds_half_up_and_groups(number, decimals, text):
    assert notation.fixed(number, decimals) == text


def test_years_are_not_grouped():
    assert notation.fixed(2017, 0, grouped=False) == "2017"


@pytest.mark.parametrize(
    ("p", "decimals", "text"),
    [
        (0.00319, None, "= 0.003"),
        (0.0107, None, "= 0.01"),
        (0.0517, None, "= 0.052"),  # two decimals would hide the side of 0.05
        (0.0478, None, "= 0.048"),
        (0.05, None, "= 0.05"),
        (0.00042, None, "= 0.0004"),
        (1.9e-8, None, "< 0.0001"),
        (0.0, None, "< 0.0001"),
        (0.0004, 3, "< 0.001"),
        (0.0007, 3, "= 0.001"),
        (0.9973, None, "> 0.99"),
        (1.0, None, "= 1.00"),
        (float("nan"), None, "not estimable"),
    ],
)
def test_p_prints_as_journals_do(p, decimals, text):
    assert notation.p_value(p, decimals) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "zero"),
        (19, "nineteen"),
        (20, "twenty"),
        (56, "fifty-six"),
        (100, "one hundred"),
        (101, "101"),
        (4029, "4,029"),
        (Fraction(5, 2), ""),
        (-1, ""),
    ],
)
def test_words_go_up_to_one_hundred(number, text):
    assert notation.words(number) == text


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("months", "month"),
        ("studies", "study"),
        ("series", "series"),
        ("cm", "cm"),
    ],
)
def test_singular(unit, text):
    assert notation.singular(unit) == text


def test_parse_takes_what_sources_print():
    assert notation.parse("4,029") == 4029
    assert notation.parse(".039") == Fraction(39, 1000)
    assert notation.parse("96.1%") == Fraction(961, 10)
    assert notation.parse("−2.5") == Fraction(-5, 2)
    with pytest.raises(ValueError, match="`=1\\+1` is not a number"):
        notation.parse("=1+1")
    assert notation.decimals_of("60.0") == 1
    assert notation.decimals_of("60") == 0
