"""Cells: code, options with their types and places, and what options cannot be."""

import pytest

from galleyproof.diagnostics import Code
from galleyproof.qmd import parse
from galleyproof.qmd.options import CellOptions, CellSettings
from galleyproof.spans import Source


def read(text):
    return parse(Source("a.qmd", text))


def cell(options, code="x = 1"):
    return f"```{{python}}\n{options}{code}\n```\n"


def test_options_are_typed():
    (found,) = read(
        cell(
            "#| label: fig-a\n"
            "#| echo: fenced\n"
            "#| eval: true\n"
            "#| include: true\n"
            "#| output: asis\n"
            "#| warning: false\n"
            "#| error: true\n"
            '#| fig-cap: "A: b"\n'
            "#| fig-alt: |\n#|   Two\n#|   lines\n"
            "#| fig-width: 6\n"
            "#| fig-height: 4.5\n"
            "#| tbl-cap: c\n"
            "#| code-fold: show\n"
        )
    ).cells
    assert found.options == CellOptions(
        label="fig-a",
        echo="fenced",
        eval=True,
        include=True,
        output="asis",
        warning=False,
        error=True,
        fig_cap="A: b",
        fig_alt="Two\nlines\n",
        fig_width=6.0,
        fig_height=4.5,
        tbl_cap="c",
        code_fold="show",
    )
    assert found.code == "x = 1"


def test_places_in_a_cell():
    text = (
        "a\r\n\r\n```{python}\r\n#| label: fig-a\r\n#|echo: false\r\nx\r\ny\r\n```\r\n"
    )
    chapter = read(text)
    (found,) = chapter.cells
    assert (found.span.line, found.span.end_line, found.span.end_column) == (3, 8, 4)
    assert (found.code_span.line, found.code_span.end_line) == (6, 7)
    assert found.code == "x\ny"
    assert text[found.start : found.end] == text[5:]
    label, echo = found.entries
    assert str(label.span) == "a.qmd:4:4"
    assert str(label.value_span) == "a.qmd:4:11"
    assert text[label.value_start : label.value_end] == "fig-a"
    assert str(echo.span) == "a.qmd:5:3"
    assert echo.value is False


def test_options_end_at_the_first_line_of_code():
    (found,) = read(cell("#| echo: false\n", "x\n#| eval: false")).cells
    assert found.options.eval is None
    assert found.code == "x\n#| eval: false"


def test_an_indented_cell_loses_its_indentation():
    text = "- a\n\n  ```{python}\n  #| echo: false\n  if x:\n\n      y\n  ```\n"
    chapter = read(text)
    (found,) = chapter.cells
    assert found.code == "if x:\n\n    y"
    assert found.options.echo is False
    assert chapter.diagnostics == ()


def test_cells_without_code():
    first, second = read("```{python}\n```\n\n```{python}\n#| echo: true\n```\n").cells
    assert (first.code, second.code) == ("", "")
    assert (first.index, second.index) == (0, 1)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("#| echo: false\n", None),
        (
            "#| echo: no\n",
            (Code.OPTION_VALID, 10, "must be `true`, `false` or `fenced`"),
        ),
        ("#| eval: 1\n", (Code.OPTION_VALID, 10, "must be `true` or `false`")),
        ("#| label: a b\n", (Code.OPTION_VALID, 11, "must be one word")),
        ("#| fig-width: wide\n", (Code.OPTION_VALID, 15, "must be a number of inches")),
        ("#| fig-width: 0\n", (Code.OPTION_VALID, 15, "must be a number of inches")),
        ("#| fig-cap: [1, b]\n", (Code.OPTION_VALID, 13, "must be a text")),
        # Quarto takes one for each output: `maybeArrayOf: string` in its schema.
        ("#| fig-cap: [a, b]\n", (Code.FEATURE_SUPPORTED, 13, "under `fig-cap`")),
        ("#| ecko: true\n", (Code.OPTION_VALID, 4, "no cell option `ecko`")),
        ("#| zzzzzz: true\n", (Code.OPTION_VALID, 4, "no cell option `zzzzzz`")),
        ("#| layout-ncol: 2\n", (Code.FEATURE_SUPPORTED, 4, "option `layout-ncol`")),
        ("#| cache: true\n", (Code.FEATURE_SUPPORTED, 4, "option `cache`")),
        ("#| freeze: auto\n", (Code.FEATURE_SUPPORTED, 4, "option `freeze`")),
        ("#| lst-cap: a\n", (Code.FEATURE_SUPPORTED, 4, "option `lst-cap`")),
        ("#| label: a: b\n", (Code.OPTION_VALID, 12, "options cannot be read")),
        ("#| echo: true\n#| echo: true\n", (Code.OPTION_VALID, 4, "stands twice")),
    ],
)
def test_findings_about_options(options, expected):
    found = read(cell(options)).diagnostics
    if expected is None:
        assert found == ()
        return
    (finding,) = found
    code, column, words = expected
    assert (finding.code, finding.span.column) == (code, column)
    assert finding.span.line == 1 + options.count("\n")
    assert words in finding.message
    assert finding.hint


def test_a_misspelt_option_gets_a_proposal():
    (finding,) = read(cell("#| fig-captoin: a\n")).diagnostics
    assert finding.hint == "did you mean `fig-cap`?"
    assert (finding.span.column, finding.span.end_column) == (4, 15)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a\n\n```{r}\n#| nonsense: 1\nx\n```\n", "r"),
        ("a\n\n```{julia}\nx\n```\n", "julia"),
        ("a\n\n```{ojs}\nx\n```\n", "ojs"),
        ("a\n\n```{mermaid}\nx\n```\n", "mermaid"),
    ],
)
def test_other_languages_are_not_supported(text, language):
    chapter = read(text)
    assert chapter.cells[0].language == language
    (finding,) = chapter.diagnostics
    assert finding.code is Code.FEATURE_SUPPORTED
    assert str(finding.span) == "a.qmd:3:1"
    assert f"`{language}`" in finding.message
    assert "`--engine quarto` can render it" in finding.hint


def test_options_in_the_opening_line():
    (finding,) = read("```{python, echo=FALSE}\nx\n```\n").diagnostics
    assert finding.code is Code.OPTION_VALID
    assert (finding.span.line, finding.span.end_column) == (1, 24)
    assert read("```{python}  \nx\n```\n").diagnostics == ()


def test_inline_code_in_a_caption_is_not_evaluated():
    chapter = read(cell('#| fig-cap: "n = `{python} n`"\n'))
    (finding,) = chapter.diagnostics
    assert finding.code is Code.FEATURE_SUPPORTED
    assert str(finding.span) == "a.qmd:2:18"
    assert chapter.inlines == ()


def test_written_options_win_over_defaults():
    options = CellOptions(echo=False, fig_width=3.0)
    defaults = CellOptions(echo=True, warning=False)
    assert options.over(defaults) == CellOptions(
        echo=False, fig_width=3.0, warning=False
    )
    assert options.settle(defaults) == CellSettings(
        echo=False, fig_width=3.0, warning=False
    )
    assert CellOptions().settle() == CellSettings()
