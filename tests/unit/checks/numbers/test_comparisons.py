"""Words that compare beside numbers, and those that only seem to."""

from __future__ import annotations

import pytest

from galleyproof import qmd
from galleyproof.checks.numbers.comparisons import sentences, unbound
from galleyproof.checks.numbers.literals import Patterns
from galleyproof.config import Literal
from galleyproof.spans import Source


def found(text: str, *literals: str) -> list[str]:
    chapter = qmd.parse(Source(path="a.qmd", text=text))
    patterns = Patterns([Literal(text=one) for one in literals])
    return [d.message.split("`")[1] for d in unbound(chapter, patterns)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Efficacy was higher at `{python} x`.", ["higher"]),
        (
            "It fell to 12% and was significantly lower there.",
            ["fell", "significantly lower"],
        ),
        ("Most of the `{python} n` tumours were small.", ["Most"]),
        ("There was no difference (p = 0.4).", ["no difference"]),
        ("Rates doubled to 12%.", ["doubled"]),
        ("The largest series had 12 patients.", ["The largest"]),
    ],
)
def test_comparisons_beside_numbers(text: str, words: list[str]) -> None:
    assert found(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "Efficacy was higher there.",
        "Efficacy was higher there. It was 12% here.",
        "At most 12 patients were seen, and at least 3.",
        "Tumours larger than 4 cm, and those larger than `{python} limit`.",
        "In `{python} x` of the smaller tumours and of the larger lesions.",
        'It was `{python} claim("lower", when=a < b)`: `{python} a`.',
        "It was [higher]{.literal} in 12.",
        "Most recently 12 were seen.",
        "## Higher than 12\n",
    ],
)
def test_what_compares_nothing(text: str) -> None:
    assert found(text) == []


def test_a_pattern_declares_a_comparison() -> None:
    assert found("Most patients, 12 in all.", "Most patients") == []


def test_sentences_end_where_a_reader_says_so() -> None:
    text = "See Smith et al. for 2.5 cm. Then e.g. This? Yes."
    assert [text[a:b] for a, b in sentences(text)] == [
        "See Smith et al. for 2.5 cm.",
        "Then e.g. This?",
        "Yes.",
    ]
