"""Where numbers are looked for in a chapter, and at which place they are found."""

from __future__ import annotations

import pytest

from galleyproof import qmd
from galleyproof.checks.numbers import check, guard
from galleyproof.checks.numbers.literals import Patterns
from galleyproof.config import Config, Literal
from galleyproof.datapackage import DataPackage
from galleyproof.diagnostics import Code
from galleyproof.spans import Source

NO_DATA = DataPackage(path="", title="", tables={})


def typed(text: str, *literals: str, years: bool = False) -> list[guard.Typed]:
    chapter = qmd.parse(Source(path="a.qmd", text=text))
    settings = guard.Settings(years=years)
    patterns = Patterns([Literal(text=one) for one in literals])
    return list(guard.typed_numbers([chapter], settings, patterns))


def found(text: str, *literals: str) -> list[str]:
    return [one.text for one in typed(text, *literals)]


def at(text: str) -> list[str]:
    """Return what stands in the file where numbers are reported."""
    return [text[one.start : one.end] for one in typed(text)]


# Places ---------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_places_are_those_of_the_file(newline: str, bom: str) -> None:
    text = bom + newline.join(
        [
            "---",
            "title: Twelve e\u0301tudes",
            "---",
            "",
            "A\ttab, \U0001f600 and 96.1%.",
            "",
            "```{python}",
            "#| fig-cap: >-",
            "#|   A bar of",
            "#|   12 patients",
            "print('a\\tb', f'{x} of 45 in \\u00bd')",
            "```",
            "",
        ]
    )
    assert at(text) == ["Twelve", "96.1%", "12", "45", "\\u00bd"]


def test_a_span_names_line_and_column() -> None:
    text = "First line.\n\nThe rate was 96.1% overall.\n"
    (one,) = check.typed(
        [qmd.parse(Source(path="a.qmd", text=text))], Config.default(), NO_DATA
    )
    assert (one.code, str(one.span)) == (Code.NUMBER_COMPUTED, "a.qmd:3:14")
    assert (one.span.end_line, one.span.end_column) == (3, 19)
    assert one.message == "`96.1%` is typed, not computed"
    assert "[96.1%]{.literal}" in one.hint


def test_a_cell_that_is_indented_keeps_its_places() -> None:
    text = "- An item\n\n    ```{python}\n    print('12 of them')\n    ```\n"
    assert at(text) == ["12"]


def test_a_number_is_reported_once_where_text_is_read_twice() -> None:
    text = "```{python}\ncaption = '12 bars'\nprint(caption)\nprint(caption)\n```\n"
    assert at(text) == ["12"]


# What is no text of the page ---------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "```\nplain 12\n```\n",
        "```{.python}\nx = 12\n```\n",
        "    indented 12\n",
        "It is `code 12` and <!-- a comment 12 -->.\n",
        "<!--\n12\n-->\n",
        "[text](https://example.org/12) and <https://example.org/12>\n",
        "![A bar](fig-12.png){#fig-12 width=50%}\n",
        '::: {.column width="50%" layout-ncol=2}\nText.\n:::\n',
        "{{< include chapters/12-x.qmd >}}\n",
        "See @fig-12, [@smith2019, p. 33] and @sec-2.\n",
        "---\nformat:\n  html:\n    toc-depth: 2\nfontsize: 11pt\n---\n\nText.\n",
        "---\ndate: 2021-03-15\n---\n\nText.\n",
        "<style>p { margin: 12px }</style>\n",
        "[^12]: A note.\n\nText.[^12]\n",
        "1. First\n2. Second\n",
        "## 2.1 Methods\n",
        "| # | Name |\n|---|---|\n| 1 | a |\n| 2 | b |\n",
        "> 1. Quoted\n",
        "H~2~O, x^2^, 10<sup>th</sup>, m<sup>2</sup>\n",
        "\\vspace{12pt} \\setlength{\\parskip}{6pt}\n",
        '```{=openxml}\n<w:br w:type="12"/>\n```\n',
    ],
)
def test_what_is_no_text_is_not_read(text: str) -> None:
    assert found(text) == []


# Formulas ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formula", "results"),
    [
        ("$p < 0.05$", ["0.05"]),
        ("$n=12$", ["12"]),
        ("$96.1\\%$", ["96.1\\%"]),
        ("$10^{-3}$", ["10^{-3}"]),
        ("$246/256$", ["246/256"]),
        ("$\\frac{246}{256}$", ["246", "256"]),
        ("$I^2 = 45\\%$", ["45\\%"]),
        ("$0.96 \\pm 0.02$", ["0.96", "0.02"]),
        ("$\\geq 3$", ["3"]),
        ("$2.5\\,\\text{cm}$", ["2.5"]),
        ("$y_1 = 2 x_2 + 3$", []),
        ("$x^2$ and $\\beta_0 = 0$", []),
        ("$i = 1, \\dots, 12$", []),
        ("$x \\in [0, 1]$", []),
        ("$\\mathcal{N}(0, 1)$", []),
        ("$$\\bar{x} = \\frac{1}{n} \\sum_{i=1}^n x_i$$", []),
        ("a $95\\%$ confidence interval", []),
    ],
)
def test_results_in_formulas_count(formula: str, results: list[str]) -> None:
    assert found(f"It was {formula} there.\n") == results


# Raw markup --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("```{=html}\n<td width='12'>96.1%</td><!-- 3 -->\n```\n", ["96.1%"]),
        ("```{=html}\n<img src='12.png' alt='3 bars'>\n```\n", ["3"]),
        ("```{=typst}\n#text(size: 12pt)[Of 45] #v(2em)\n```\n", ["45"]),
        ("```{=typst}\n#set page(margin: 2cm)\n= Results of 45\n```\n", ["45"]),
        ('```{=typst}\n#image("a-12.png", width: 80%)\n```\n', []),
        ('```{=typst}\n#table(columns: 2, "12 patients", [a])\n```\n', ["12"]),
        ("```{=latex}\n\\textcolor{red}{12 of them} \\\\[2pt]\n```\n", ["12"]),
        ("```{=latex}\n\\includegraphics[width=12cm]{a12} % 3\n```\n", []),
        ("```{=latex}\n\\multicolumn{2}{c}{96.1\\%}\n```\n", ["96.1\\%"]),
        ("It is `<b>12</b>`{=html} there.\n", ["12"]),
        ("It is <b title='3 of them'>12</b> there.\n", ["3", "12"]),
        ("```{mermaid}\nA1[Records, n = 12] --> B2\n```\n", ["12"]),
        ('```{dot}\nn1 [label="12 records", width=3]\n```\n', ["12"]),
    ],
)
def test_raw_markup_is_read_without_its_commands(text: str, numbers: list[str]) -> None:
    assert found(text) == numbers


# Literals ----------------------------------------------------------------------------


def test_a_span_declares_what_it_holds_and_no_more() -> None:
    assert found("Below [4 cm]{.literal} it was 3.") == ["3"]
    assert found("Below [4 cm]{.size} it was.") == ["4"]
    assert found("::: {.literal}\n4 cm\n:::\n\n5 cm\n") == ["5"]
    assert found("A [span [4]{.x} and 5]{.literal}") == []


def test_a_span_declares_in_the_strings_of_code() -> None:
    text = "```{python}\nprint(f'[95%]{{.literal}} of {x}, [95%]{.literal}')\n```\n"
    assert found(text) == []


@pytest.mark.parametrize(
    ("literal", "text", "numbers"),
    [
        ("grade 3-5", "grade 3–5 and grade 4", ["4"]),
        ("4 cm", "4\u00a0cm, 4  cm and 14 cm", ["14"]),
        ("/[1-9] cm/", "4 cm and 5 cm and 5 mm", ["5"]),
        ("two reviewers", "two\nreviewers of two", ["two"]),
    ],
)
def test_patterns_declare_wherever_they_stand(
    literal: str, text: str, numbers: list[str]
) -> None:
    assert found(text, literal) == numbers


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("mark", ["", "> ", "> > ", "  "])
def test_a_literal_is_found_where_it_was_wrapped(mark: str, end: str) -> None:
    text = f"{mark}Events of grade{end}{mark}3 were rare.{end}"
    assert found(text) == ["3"]
    assert found(text, "grade 3") == []


def test_a_literal_that_stands_nowhere_is_reported() -> None:
    chapter = qmd.parse(Source(path="a.qmd", text="A dose of 5 mg.\n"))
    place = Source(path="_quarto.yml", text="x").span(0, 1)
    literals = tuple(Literal(text=t, span=place) for t in ("5 mg", "Child-Pugh A"))
    patterns = Patterns(literals)
    assert list(guard.typed_numbers([chapter], guard.Settings(), patterns)) == []
    (unused,) = guard.unused_literals(patterns)
    assert unused.code is Code.LITERAL_USED
    assert "`Child-Pugh A`" in unused.message


# Settings ----------------------------------------------------------------------------


def test_titles_of_the_project_and_printed_variables_are_read() -> None:
    chapter = qmd.parse(Source(path="a.qmd", text="{{< var who >}} agree.\n"))
    sources = [
        Source(
            path="_quarto.yml",
            text="book:\n  title: Twelve tales\nformat:\n  html:\n    toc-depth: 2\n",
        ),
        Source(path="_variables.yml", text="who: 3 readers\nother: 4 readers\n"),
    ]
    found = guard.typed_in_settings(sources, [chapter], guard.Settings(), Patterns(()))
    assert [(one.passage.source.path, one.text) for one in found] == [
        ("_quarto.yml", "Twelve"),
        ("_variables.yml", "3"),
    ]


def test_number_words_are_left_alone_in_another_language() -> None:
    text = "---\nlang: fr\n---\n\nOn compte six cas, 12 en tout.\n"
    chapter = qmd.parse(Source(path="a.qmd", text=text))
    settings = guard.Settings(words=False)
    found = guard.typed_numbers([chapter], settings, Patterns(()))
    assert [one.text for one in found] == ["12"]
