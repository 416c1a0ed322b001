"""The guard on any text: no exception, places that hold, markup that hides nothing."""

from __future__ import annotations

import time

from hypothesis import example, given, settings
from hypothesis import strategies as st

from galleyproof import qmd
from galleyproof.checks.numbers import comparisons, guard
from galleyproof.checks.numbers.guard import Typed
from galleyproof.checks.numbers.literals import Patterns
from galleyproof.numerals import find
from galleyproof.numerals.reading import read
from galleyproof.spans import Source

FRAGMENTS = st.sampled_from(
    [
        *"[]{}()<>|*_`$\\^~:#-+@!'\"%&,.;/\n\r\t ",
        "12", "96.1%", "one", "two thirds", "III", "½", "\u0662", "n = ", "p < ",
        "patients", "Table ", "grade ", "[@x]", "@fig-1", "{.literal}", "\ufeff",
        "\u2028",
        "```{python}\n", "```{=html}\n", "```{=typst}\n", "```{mermaid}\n", "```\n",
        "print(f'", "{x:.1f}", "#| fig-cap: ", "---\ntitle: ", "---\n", "\\textbf{",
        "`{python} ", "<!--", "-->", "<sup>", "| a | b |\n|---|---|\n", "^[", "[^1]: ",
        "e\u0301", "\U0001f600", "\u00a0", "\\N{DIGIT ONE}", "higher ", "most ",
    ]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS, max_size=40).map("".join)


def typed(text: str) -> list[Typed]:
    chapter = qmd.parse(Source(path="a.qmd", text=text))
    return list(guard.typed_numbers([chapter], guard.Settings(), Patterns(())))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
@example("```{python}\nprint('a' * 12, f'{\n")
@example("---\ntitle: [12\n---\n")
@example("#text(\n")
def test_any_text_is_read_and_every_place_holds(text: str) -> None:
    chapter = qmd.parse(Source(path="a.qmd", text=text))
    at = 0
    for one in guard.typed_numbers([chapter], guard.Settings(), Patterns(())):
        assert at <= one.start < one.end <= len(text)
        at = one.end
        first = one.passage.text[one.numeral.start]
        if text[one.start] != "\\":
            assert text[one.start] == first
        chapter.source.span(one.start, one.end)
    list(comparisons.unbound(chapter, Patterns(())))


@given(st.integers(13, 999_999))
def test_any_count_is_found(number: int) -> None:
    found = [one.text for one in typed(f"Words.\n\nThere were {number} patients.\n")]
    assert found == [str(number)]


@given(st.integers(0, 10_000), st.integers(0, 3))
def test_a_number_is_read_back(number: int, decimals: int) -> None:
    text = f"{number / 10**decimals:.{decimals}f}"
    (numeral,) = find(f"It was {text} units.", words=True, years=True)
    reading = read(f"It was {text} units."[numeral.start : numeral.end])
    assert reading is not None
    assert reading.decimals == decimals
    assert f"{float(reading.value):.{decimals}f}" == text


def test_reading_takes_time_in_proportion() -> None:
    """Hostile repetitions of one fragment, each in well under a second."""
    for fragment in (
        "1,",
        "1.",
        "1-",
        "one ",
        "(1) ",
        "[1",
        "1 000 ",
        "Table 1, ",
        "^[",
    ):
        begun = time.process_time()
        typed(fragment * 4000 + "\n")
        assert time.process_time() - begun < 5, fragment


def test_a_long_expression_is_followed() -> None:
    code = "print(" + " + ".join(["'12 a'"] * 500) + ")"
    assert len(typed(f"```{{python}}\n{code}\n```\n")) == 500
