"""Invented texts: numbers without a source, claims without a number."""

import pytest
from tests.unit.checks.articles.audited import FILLER, LIST, quoted

from galleyproof.checks.articles import Kind


def review(sentences, section="Results", title="Springs: a review"):
    return f"{title}\n\nIntroduction\n\n{FILLER}\n\n{section}\n\n{sentences}\n{LIST}"


def test_a_p_value_of_nobody_in_a_review():
    text = review("Depth was greater (12% versus 30%, p = 0.02).")
    assert quoted(text, Kind.NO_SOURCE) == ["p = 0.02"]


@pytest.mark.parametrize(
    "text",
    [
        review("Corvane et al. saw more. Depth was greater (p = 0.02)."),
        review("Depth was greater (p = 0.02) [2]."),
        review("Depth was greater (p = 0.02).", title="Springs: a cohort study"),
        review("Depth was greater (p = 0.02).", title="Springs: a chart review"),
        review("With random effects, depth was greater (p = 0.02)."),
    ],
)
def test_a_p_value_of_somebody(text):
    assert quoted(text, Kind.NO_SOURCE) == []


def test_a_rate_of_unnamed_studies():
    text = review("In several smaller series, 40% ran dry. It was wet.")
    assert quoted(text, Kind.NO_SOURCE) == ["several smaller series"]


@pytest.mark.parametrize(
    "sentences",
    [
        "In several smaller series, 40% ran dry [1,3].",
        "In several smaller series, 40% ran dry. So Corvane et al. wrote.",
        "In several smaller series, many ran dry.",
    ],
)
def test_a_rate_of_studies_that_are_cited(sentences):
    assert quoted(review(sentences), Kind.NO_SOURCE) == []


def test_an_outcome_that_is_compared_in_words_only():
    text = review("Mortality was similar between groups.")
    assert quoted(text, Kind.NO_NUMBER) == ["Mortality"]


@pytest.mark.parametrize(
    "sentences",
    [
        "Mortality was similar between groups. Mortality was 3% in each.",
        "Mortality was similar between groups (Fig. 2).",
        "Mortality was similar between groups.\n\nMortality\t3%\t4%\n",
        "Corvane et al. found similar mortality.",
    ],
)
def test_an_outcome_with_a_number(sentences):
    assert quoted(review(sentences), Kind.NO_NUMBER) == []


def test_an_advantage_that_nothing_supports():
    text = review("It has less pain than others.", section="Conclusion")
    assert quoted(text, Kind.NO_NUMBER) == ["less pain"]


def test_what_might_be_does_not_support_it():
    text = review("If they had pain, see others [1]. It has less pain.", "Conclusion")
    assert quoted(text, Kind.NO_NUMBER) == ["less pain"]


def test_an_advantage_that_is_cited_somewhere():
    text = review("Pain was rare [2].\n\nConclusion\n\nIt has less pain than others.")
    assert quoted(text, Kind.NO_NUMBER) == []
