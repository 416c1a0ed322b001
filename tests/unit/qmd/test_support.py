"""What the embedded engine does not know is named at its place; the rest is silent."""

import pytest

from galleyproof.diagnostics import Code
from galleyproof.qmd import parse
from galleyproof.spans import Source


def findings(text):
    return [
        (d.code, d.span.line, d.span.column, d.span.end_column, d.message)
        for d in parse(Source("a.qmd", text)).diagnostics
    ]


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("::: {.panel-tabset}\nx\n:::\n", (1, 5, 20), "the class `panel-tabset`"),
        ("::: panel-tabset\nx\n:::\n", (1, 5, 17), "the class `panel-tabset`"),
        ("::: {.column-margin}\nx\n:::\n", (1, 5, 21), "the class `column-margin`"),
        ("::: {.columns}\nx\n:::\n", (1, 5, 15), "the class `columns`"),
        ("::: {.callout-danger}\nx\n:::\n", (1, 5, 22), "the class `callout-danger`"),
        ("::: {layout-ncol=2}\nx\n:::\n", (1, 6, 17), "the attribute `layout-ncol`"),
        (
            '::: {.content-visible when-profile="a"}\nx\n:::\n',
            (1, 23, 35),
            "the attribute `when-profile`",
        ),
        ("a [b]{.aside}\n", (1, 6, 14), "the class `aside`"),
        ("![a](b.png){fig-align=left}\n", (1, 13, 22), "the attribute `fig-align`"),
        ("```{.python filename='a'}\n```\n", (1, 13, 21), "the attribute `filename`"),
        ("# A {.column-page}\n", (1, 5, 19), "the class `column-page`"),
        (
            "::: {#thm-a}\nx\n:::\n",
            (1, 6, 12),
            "the cross-reference prefix `thm-` (theorems)",
        ),
        ("see @lst-a\n", (1, 5, 11), "the cross-reference prefix `lst-` (listings)"),
        ("a {{< video b >}}\n", (1, 3, 18), "the shortcode `video`"),
        ("a {{< include b.qmd >}}\n", (1, 3, 24), "an include inside a paragraph"),
        (
            "```{python}\n{{< include b.py >}}\n```\n",
            (2, 1, 21),
            "an include inside a cell",
        ),
        (
            "---\na: '{{< meta b >}}'\n---\n",
            (2, 5, 19),
            "a shortcode in front matter",
        ),
        ("```\n{{< pagebreak >}}\n```\n", (2, 1, 18), "a page break inside code"),
        ("a `{r} x`\n", (1, 3, 10), "inline code in `r`"),
    ],
)
def test_what_is_not_supported(text, place, what):
    message = f"{what} is not supported by the embedded engine"
    assert findings(text) == [(Code.FEATURE_SUPPORTED, *place, message)]


@pytest.mark.parametrize(
    "text",
    [
        '::: {.callout-note collapse="true" title="A" icon=false}\nx\n:::\n',
        '::: {.content-visible when-format="html"}\nx\n:::\n',
        "::: {.content-hidden unless-format=pdf}\nx\n:::\n",
        "::: {.my-own-class data-x=1}\nx\n:::\n",
        "::: {#refs}\n:::\n",
        "[a]{.smallcaps} [b]{.mark}\n",
        "![a](b.png){#fig-a width=50% fig-align=center}\n",
        "# A {.unnumbered .unlisted}\n",
        "```{.python}\nx\n```\n",
        "```mermaid\nx\n```\n",
        "{{< pagebreak >}}\n",
        "a {{< meta b.c >}} `{{< var d >}}`\n",
        "a {{{< video b >}}}\n",
        "<!-- {{< video b >}} {{< -->\n",
        "```{python}\nf'{{<' '{{< video x >}}'\n```\n",
        "see @fig-a, @tbl-a, @sec-a and @eq-a\n",
        "mail a@b.org, @smith2020\n",
        "$a$ \\@x\n",
    ],
)
def test_what_is_supported(text):
    assert findings(text) == []


def test_a_misspelt_shortcode_gets_a_proposal():
    (finding,) = parse(Source("a.qmd", "{{< inlcude a >}}\n")).diagnostics
    assert finding.hint == ("did you mean `include`? `--engine quarto` can render it")


def test_a_shortcode_without_its_key():
    (finding,) = parse(Source("a.qmd", "a {{< meta >}}\n")).diagnostics
    assert finding.code is Code.OPTION_VALID
    assert finding.hint == "write `{{< meta key >}}`"
