"""Figures and tables: reference, caption, alternative text."""

import pytest

from galleyproof.checks import floats
from galleyproof.qmd import expand
from galleyproof.spans import Source


def document(text):
    return expand("index.qmd", lambda path: Source(path, text))


def unreferred(text):
    return [(d.span.line, d.message) for d in floats.unreferred(document(text))]


def undescribed(text):
    return [(d.code.code, d.message) for d in floats.undescribed(document(text))]


FIGURE = '![A line.](a.svg){#fig-a fig-alt="It rises."}\n'
CALL = '```{python}\nfigure(\n    "fig-a", intervals(rows), caption="C."\n)\n```\n'
CELL = "```{python}\n#| label: fig-a\n#| fig-cap: C\n#| fig-alt: It rises\nx\n```\n"


@pytest.mark.parametrize("figure", [FIGURE, CALL, CELL])
@pytest.mark.parametrize(
    "words", ["See @fig-a.", "@Fig-a.", "[-@fig-a]", "[it](#fig-a)", "\\ref{fig-a}"]
)
def test_a_figure_that_is_referred_to(figure, words):
    assert unreferred(f"{words}\n\n{figure}") == []


@pytest.mark.parametrize(("figure", "line"), [(FIGURE, 3), (CALL, 5), (CELL, 4)])
def test_a_figure_that_is_not(figure, line):
    message = "the text never refers to the figure `fig-a`"
    assert unreferred(f"See @fig-ab.\n\n{figure}") == [(line, message)]


def test_parts_of_a_figure_are_not_referred_to_by_themselves():
    text = f"See @fig-x.\n\n::: {{#fig-x}}\n{FIGURE}\nBoth.\n:::\n"
    assert unreferred(text) == []
    assert unreferred(text.replace("@fig-x", "@fig-a")) != []


def test_slides_refer_to_nothing():
    assert unreferred(f"---\nformat: revealjs\n---\n\n{FIGURE}") == []


@pytest.mark.parametrize(
    "text",
    [
        FIGURE,
        CALL,
        CELL,
        '![](logo.png){fig-alt=""}',
        "![A logo](logo.png)",
        f"::: {{#fig-x}}\n{FIGURE}\nBoth.\n:::\n",
        "| a |\n|---|\n| b |\n\n: Caption {#tbl-a}\n",
        "```{r fig-a, fig.cap='C'}\nx\n```\n",
        "```{python}\n#| label: fig-a\n#| include: false\nx\n```\n",
        '```{r}\n#| label: fig-a\n#| fig-cap: C\n#| fig-alt: ["A", "B"]\nx\n```\n',
    ],
)
def test_described_floats(text):
    assert undescribed(text) == []


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (
            "![](a.svg){#fig-a}",
            [
                ("float-captioned", "the figure `fig-a` has no caption"),
                ("figure-described", "the figure `fig-a` has no alternative text"),
            ],
        ),
        (
            "![](a.svg)",
            [("figure-described", "the image `a.svg` has no alternative text")],
        ),
        (
            '![A *line*.](a.svg){#fig-a fig-alt="a line"}',
            [
                (
                    "figure-described",
                    "the alternative text of `fig-a` repeats its caption",
                )
            ],
        ),
        (
            "::: {#tbl-a}\n\n| a |\n|---|\n| b |\n\n:::\n",
            [("float-captioned", "the table `tbl-a` has no caption")],
        ),
        (
            "```{python}\n#| label: fig-a\nx\n```\n",
            [("float-captioned", "the figure `fig-a` has no caption")],
        ),
        (
            "```{python}\n#| label: fig-a\n#| fig-cap: C\nx\n```\n",
            [("figure-described", "the figure `fig-a` has no alternative text")],
        ),
    ],
)
def test_floats_that_lack_something(text, findings):
    assert undescribed(text) == findings
