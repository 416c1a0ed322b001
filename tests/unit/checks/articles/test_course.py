"""Invented rates over time."""

import pytest
from tests.unit.checks.articles.audited import found, quoted

from galleyproof.checks.articles import Kind


def course(body):
    return quoted(f"Springs\n\nResults\n\n{body}\n", Kind.COURSE)


@pytest.mark.parametrize(
    "sentence",
    [
        "The 1-, 3-, and 5-year survival rates were 90%, 95%, and 60%.",
        "The 1-, 3- and 5-year recurrence was 10%, 20% and 15%.",
    ],
)
def test_a_course_that_cannot_be(sentence):
    assert len(course(sentence)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "The 1-, 3-, and 5-year survival rates were 90%, 75%, and 60%.",
        "The 1-, 3-, and 5-year survival rates were 90%, 90%, and 60%.",
        "The 1-, 3- and 5-year recurrence was 10%, 20% and 20%.",
        "The 1-, 3- and 5-year accuracy was 10%, 20% and 15%.",
        "The 1- and 3-year survival was 90%, 75%, and 60%.",
    ],
)
def test_a_course_that_can_be(sentence):
    assert course(sentence) == []


TABLE = """Table 1: Wells

Outcome\tDug\tDrilled
1-year LTP\t12%\t17%
3-year LTP\t17%\t{}
1-year OS\t90%\t90%
3-year OS\t75%\t68%

See Table 1. """


def test_a_row_that_falls():
    assert course(TABLE.format("11%")) == ["17%\n3-year LTP\t17%\t11%"]
    assert course(TABLE.format("18%")) == []


PART = (
    "For lesions >3 cm, 1- and 3-year LTP was 13% and 22% after Dug versus {} after"
    " Drilled."
)


def test_a_part_that_gains_more_than_the_whole():
    text = TABLE.format("18%") + PART.format("22% and 42%")
    ((quote, message),) = found(f"Wells\n\nResults\n\n{text}\n", Kind.COURSE)
    assert quote == "22% and 42%"
    assert "at most 5% (10.5% by rounding)" in message


def test_a_part_that_gains_like_the_whole():
    assert course(TABLE.format("18%") + PART.format("22% and 23%")) == []
    assert course(TABLE.format("40%") + PART.format("22% and 42%")) == []
    whole = PART.format("22% and 42%").replace("For lesions >3 cm, ", "The ")
    assert course(TABLE.format("18%") + whole) == []
