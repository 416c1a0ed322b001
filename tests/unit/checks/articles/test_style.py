"""Invented texts: forms that are mixed."""

import pytest
from tests.unit.checks.articles.audited import found, quoted

from galleyproof.checks.articles import Kind


def style(body):
    return quoted(f"Springs\n\nResults\n\n{body}\n", Kind.STYLE)


def test_p_in_two_forms():
    body = "So it was (p = 0.02), and so (p = 0.04), and so (p = 0.01), and (P = 0.03)."
    assert style(body) == ["P = 0.03"]
    body = "So it was (p = 0.02), and so (p = 0.04), and so (p = 0.01), and (p = .03)."
    assert style(body) == ["p = .03"]


@pytest.mark.parametrize(
    "body",
    [
        "So it was (p = 0.02), and so (p = 0.04), and so (p = 0.01).",
        "So it was (p = 0.02), and (P = 0.03).",  # neither is its own way
        "So (p = 0.02), so (p = 0.04), so (p = 0.01). P < 0.05 was taken.",
    ],
)
def test_p_in_one_form(body):
    assert style(body) == []


def test_a_word_in_two_spellings():
    ((quote, message),) = found(
        "Springs\n\n" + "A tumour. " * 3 + "A tumor. " * 5, Kind.STYLE
    )
    assert (quote, message) == ("tumour", "`tumour` 3 times, `tumor` 5 times")


def test_a_name_may_be_spelled_otherwise():
    assert style("A tumour. " * 40 + "The Tumor Board. A tumor. " * 3) == []
    assert style("A centre. " * 5 + "The Medical Center. " * 5) == []


def test_markup_that_is_left():
    assert style("It was $p = 0.02$ then, water^{1}.") == ["$p = 0.02$"]
    assert style("It cost $10 to $20, and a^b.") == []


CAPTIONS = "Table 1: A\n\nx\ty\n\nTable 2: B\n\nx\ty\n\nTable 3: C\n\nx\ty\n\n"


def test_a_caption_of_another_form():
    assert style(f"See Tables 1-4.\n\n{CAPTIONS}Table 4. D\n\nx\ty\n") == ["Table 4. D"]
    assert style(f"See Tables 1-4.\n\n{CAPTIONS}Table 4: D\n\nx\ty\n") == []


def test_an_acronym_that_a_program_has_lowered():
    text = "RFA was used in Table 1. " * 5 + "\n\nTable 1: With Rfa\n\nx\ty\n"
    assert style(text) == ["Rfa"]
    assert style(text.replace("Rfa", "RFA")) == []
    assert style(text.replace("in Table 1", "in Table 1, with rfa")) == []
