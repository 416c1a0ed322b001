"""Differences with their interval; all numbers are made up."""

import pytest

from galleyproof.checks.statistics import recompute


def found(text):
    return [(text[one.start : one.end], one.message) for one in recompute(text)]


@pytest.mark.parametrize(
    "text",
    [
        "96.1% versus 84.6%, difference 11.5% (95% CI 2.1 to 20.9)",
        "96.1% versus 84.6%, difference 11.4% (95% CI 2.1 to 20.9)",  # before rounding
        "84.6% and 96.1%; a difference of −11.5 percentage points (95% CI −20.9, −2.1)",
        "50% of men and 40% of women, difference 10 points (95% CI -3 to 23)",
        "96.1% versus 84.6%, adjusted difference 9.5% (95% CI 2.1 to 17.0)",
        "a mean difference of 3.2 (95% CI -5.1 to -1.3) less",
        "difference 0.3 (95% CI 0.1-0.5; p = .003)",
        "difference of 12 mm (95% CI 20 to 30)",
        "6% in 2019. The difference was 2.0% (95% CI 1.0 to 3.0)",
    ],
)
def test_in_order(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (
            "96.1% versus 84.6%, difference 14.5% (95% CI 2.1 to 20.9)",
            "14.5",
            "96.1% and 84.6% differ by 11.5, not 14.5",
        ),
        (
            "96.1% (246/256) vs 84.6% (33/39); risk difference, 12.5 percentage points"
            " [95% CI, 2.1 to 20.9]",
            "12.5",
            "differ by 11.5, not 12.5",
        ),
        (
            "mean difference 1.2 (95% CI 1.4 to 2.0)",
            "1.2 (95% CI 1.4 to 2.0",
            "does not enclose the difference 1.2",
        ),
        (
            "difference −3.2% (95% CI −2.1% to −0.4%)",
            "−3.2% (95% CI −2.1% to −0.4",
            "does not enclose",
        ),
        (
            "difference 0.30 (95% CI 0.10 to 0.50; p = 0.20)",
            "= 0.20",
            "an interval that gives 0.00",
        ),
    ],
)
def test_trouble(text, place, words):
    ((where, message),) = found(text)
    assert where == place
    assert words in message
