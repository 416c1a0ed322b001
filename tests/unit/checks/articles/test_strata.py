"""Invented tables: a whole and its two parts."""

import pytest
from tests.unit.checks.articles.audited import found, quoted

from galleyproof.checks.articles import Kind

HEADER = "Outcome\tOverall\tTumours <4 cm\tTumours ≥4 cm\n"


def table(row, header=HEADER, before="They saw 120 tumours. ", after=""):
    return (
        f"Springs\n\nResults\n\n{before}{after} See Table 1.\n\n"
        f"Table 1: Outcomes\n\n{header}{row}\n"
    )


def test_a_whole_outside_its_parts():
    assert quoted(table("Dry\t50.0%\t20.0%\t40.0%"), Kind.DENOMINATOR) == [
        "Dry\t50.0%\t20.0%\t40.0%",  # nor do any whole numbers give them
        "50.0%",
    ]


@pytest.mark.parametrize(
    "text",
    [
        table("Dry\t25.0%\t20.0%\t40.0%"),  # 30/120: 18/90 and 12/30
        table("Dry\t23.4%\t20.1%\t41.3%", before=""),  # no total is named
        table("Dry\t50.0%\t20.0%\t40.0%", HEADER.replace("≥4", "≥6")),  # a third part
        table("Dry\t6/120 (50.0%)\t20.0%\t40.0%"),  # counts are for another rule
    ],
)
def test_percentages_that_can_be(text):
    assert quoted(text, Kind.DENOMINATOR) == []


def test_percentages_that_no_named_total_gives():
    ((quote, message),) = found(table("Dry\t23.4%\t20.1%\t41.3%"), Kind.DENOMINATOR)
    assert quote == "Dry\t23.4%\t20.1%\t41.3%"
    assert message == "no whole numbers of 120 tumours give 23.4, 20.1, 41.3% together"


def test_one_total_that_fits_is_enough():
    text = table(
        "Dry\t25.0%\t20.0%\t40.0%", before="They saw 120 tumours, 77 tumours. "
    )
    assert quoted(text, Kind.DENOMINATOR) == []


ROW = "Dry\t10.6%\t8.7%\t19.5%"  # 25/236: 17/195 and 8/41, the only whole numbers
NAMED = "They saw 250 tumours. "


def test_a_comparison_that_hangs_on_the_test():
    ((quote, message),) = found(table(ROW, before=NAMED), Kind.STATISTIC)
    assert quote == "8.7%\t19.5%"
    assert "17/195 and 8/41" in message
    assert "pearson 0.041" in message
    assert "fisher 0.052" in message


def test_a_p_value_that_only_one_test_gives():
    told = "Larger ones ran dry more (8.7% versus 19.5%, p = 0.041)."
    ((quote, message),) = found(table(ROW, before=NAMED, after=told), Kind.STATISTIC)
    assert quote == "= 0.041"
    assert "pearson only" in message


def test_a_p_value_that_several_tests_give():
    told = "Larger ones ran dry more (8.7% versus 19.5%, p < 0.1)."
    assert quoted(table(ROW, before=NAMED, after=told), Kind.STATISTIC) == []


def test_a_clear_comparison():
    row = "Dry\t23.3%\t18.0%\t63.3%"  # 60/258: 41/228 and 19/30
    text = table(row, before="They saw 258 tumours. ")
    assert quoted(text, Kind.STATISTIC, Kind.DENOMINATOR) == []
