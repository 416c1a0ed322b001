"""Invented texts: what a title or an aim announces."""

import pytest
from tests.unit.checks.articles.audited import quoted

from galleyproof.checks.articles import Kind


def test_a_series_that_is_mostly_of_another_kind():
    text = (
        "Benign tumours\n\nResults\n\nThey saw 90 tumors, including 20 benign tumors.\n"
    )
    assert quoted(text, Kind.SCOPE) == ["90 tumors, including 20 benign tumors"]


@pytest.mark.parametrize(
    "sentence",
    [
        "They saw 90 tumours, including 60 benign tumours.",
        "They saw 90 tumours, including 20 large tumours.",
        "They saw 90 tumours, including 20 benign tumours and 70 malignant tumours.",
        "They saw 90 patients, including 20 benign tumours.",
    ],
)
def test_a_series_of_the_kind_of_the_title(sentence):
    assert quoted(f"Benign tumours\n\nResults\n\n{sentence}\n", Kind.SCOPE) == []


def concluded(title, sentence):
    text = f"{title}\n\nDiscussion\n\n{sentence}\n"
    return quoted(text, Kind.SCOPE)


def test_a_conclusion_that_is_wider_than_the_title():
    sentence = "It helps in both acute and chronic renal disease."
    assert concluded("Acute renal disease", sentence) == [
        "acute and chronic renal disease"
    ]


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Renal disease", "It helps in acute and chronic renal disease."),
        ("Acute and chronic disease", "It helps in acute and chronic renal disease."),
        ("Primary tumours", "We compared primary and secondary outcomes."),
        ("Acute disease", "Norbaum et al. saw acute and chronic renal disease."),
    ],
)
def test_a_conclusion_within_the_title(title, sentence):
    assert concluded(title, sentence) == []


def aimed(aim, result):
    return quoted(
        f"Wells\n\nAim: {aim}\n\nIntroduction\n\nWater.\n\nResults\n\n"
        + result
        + " It was wet." * 12
        + "\n",
        Kind.SCOPE,
    )


def test_a_disease_of_the_aim_that_no_result_speaks_of():
    aim = "to review wells, with some words on nephritis."
    assert aimed(aim, "Wells were deep.") == ["nephritis"]


def test_a_disease_of_the_aim_that_a_result_speaks_of():
    aim = "to review wells, with some words on nephritis."
    assert aimed(aim, "Nephritides were rare; nephritis was mild.") == []
