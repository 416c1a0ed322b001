"""Running text: inline code, citations, cross-references, labels, images."""

import pytest

from galleyproof.qmd import parse
from galleyproof.qmd.model import CiteForm, StretchKind
from galleyproof.spans import Source


def read(text):
    return parse(Source("a.qmd", text))


def stretches(text):
    chapter = read(text)
    return [(s.kind, text[s.start : s.end]) for s in chapter.stretches]


def test_inline_code():
    text = "Of all, `{python}  x.rate + 1 ` were\nseen\u0301 `{python} y`.\n"
    first, second = read(text).inlines
    assert (first.index, first.language, first.expression) == (
        0,
        "python",
        "x.rate + 1",
    )
    assert str(first.span) == "a.qmd:1:9"
    assert text[first.start : first.end] == "`{python}  x.rate + 1 `"
    assert text[first.expression_start : first.expression_end] == "x.rate + 1"
    assert str(second.span) == "a.qmd:2:7"


@pytest.mark.parametrize(
    "text",
    [
        "`` `{python} x` ``",
        "`{python}x`",
        "`{python} `",
        "`{.python} x`",
        "`{{python}} x`",
        "\\`{python} x`",
        "<!-- `{python} x` -->",
        "$`{python} x`$",
        "    `{python} x`",
        "```\n`{python} x`\n```",
        "```{python}\n'`{python} x`'\n```",
        "---\nkey: '`{python} x`'\n---\n",
    ],
)
def test_where_nothing_is_evaluated(text):
    assert read(text).inlines == ()


@pytest.mark.parametrize(
    "text",
    [
        "# `{python} x`\n",
        "- `{python} x`\n",
        "[^1]: `{python} x`\n",
        "> `{python} x`\n",
        "| a |\n|---|\n| `{python} x` |\n",
        "*`{python} x`*",
        "[`{python} x`](u)",
        "[see @a, `{python} x`]",
        "^[`{python} x`]",
        "`{python}\nx`",
    ],
)
def test_where_inline_code_is_evaluated(text):
    if text == "`{python}\nx`":  # Quarto wants a space or tab behind the brace
        assert read(text).inlines == ()
    else:
        assert [i.expression for i in read(text).inlines] == ["x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`a`", [(StretchKind.CODE, "`a`")]),
        ("`a`{.b}", [(StretchKind.CODE, "`a`{.b}")]),
        ("`<b>`{=html}", [(StretchKind.RAW, "`<b>`{=html}")]),
        ("a ` b", []),
        ("$x^2$ costs $5 and $6", [(StretchKind.MATH, "$x^2$")]),
        ("\\$x$", []),
        ("$$x$$ {#eq-a} b", [(StretchKind.MATH, "$$x$$ {#eq-a}")]),
        ("a <!-- b --> c", [(StretchKind.COMMENT, "<!-- b -->")]),
        ("p <0.05 <b>c</b>", [(StretchKind.HTML, "<b>"), (StretchKind.HTML, "</b>")]),
        ("<https://a.b/1>", [(StretchKind.URL, "<https://a.b/1>")]),
        (
            "(see https://doi.org/10.1016/S0140-6736(20)30183-5).",
            [(StretchKind.URL, "https://doi.org/10.1016/S0140-6736(20)30183-5")],
        ),
        (
            '[a 1](b_(2) "t"){.c}',
            [(StretchKind.URL, '(b_(2) "t")'), (StretchKind.ATTRIBUTES, "{.c}")],
        ),
        ("[4 cm]{.literal}", [(StretchKind.ATTRIBUTES, "{.literal}")]),
        ("[a][b] c", [(StretchKind.URL, "[b]")]),
        ("a[^1]", [(StretchKind.FOOTNOTE_MARK, "[^1]")]),
        (
            "{{< meta a.b >}} {{{< x >}}}",
            [
                (StretchKind.SHORTCODE, "{{< meta a.b >}}"),
                (StretchKind.SHORTCODE, "{{{< x >}}}"),
            ],
        ),
        ("[a, `b`, @c 12%]", [(StretchKind.CITATION, "[a, `b`, @c 12%]")]),
        ("[@fig-a; @tbl-b]", [(StretchKind.REFERENCE, "[@fig-a; @tbl-b]")]),
        ("@a [p. 3] b", [(StretchKind.CITATION, "@a [p. 3]")]),
    ],
)
def test_what_is_not_prose(text, expected):
    assert stretches(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@a", [("a", CiteForm.TEXTUAL, "", "")]),
        ("-@a", [("a", CiteForm.SUPPRESSED, "", "")]),
        ("[@a]", [("a", CiteForm.BRACKETED, "", "")]),
        ("[-@a]", [("a", CiteForm.SUPPRESSED, "", "")]),
        (
            "[see @a, p. 3; also @b]",
            [
                ("a", CiteForm.BRACKETED, "see", "p. 3"),
                ("b", CiteForm.BRACKETED, "also", ""),
            ],
        ),
        ("@a [p. 3]", [("a", CiteForm.TEXTUAL, "", "p. 3")]),
        ("@a2020:b.c. And", [("a2020:b.c", CiteForm.TEXTUAL, "", "")]),
        ("@{https://x.y/z}.", [("https://x.y/z", CiteForm.TEXTUAL, "", "")]),
        ("[@a]{.x}", [("a", CiteForm.TEXTUAL, "", "")]),
        ("[@a](u)", [("a", CiteForm.TEXTUAL, "", "")]),
        ("(@a)", [("a", CiteForm.TEXTUAL, "", "")]),
        ("^[@a says]", [("a", CiteForm.BRACKETED, "", "says")]),
        ("a@b.org", []),
        ("\\@a", []),
        ("`@a`", []),
        ("<!-- @a -->", []),
        ("https://x.y/@a", []),
        ("(@ex) An example\n\nAs (@ex) shows\n", []),
    ],
)
def test_citations(text, expected):
    found = [(c.key, c.form, c.prefix, c.suffix) for c in read(text).citations]
    assert found == expected


def test_places_of_citations():
    text = "a\n\nb [see -@x2; @y]\n"
    first, second = read(text).citations
    assert (str(first.span), first.span.end_column) == ("a.qmd:3:8", 12)
    assert text[second.start : second.end] == "@y"
    assert text[first.group_start : first.group_end] == "[see -@x2; @y]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@fig-a", ("fig-a", "fig", CiteForm.TEXTUAL, False, "")),
        ("@Fig-a", ("fig-a", "fig", CiteForm.TEXTUAL, True, "")),
        ("[-@tbl-a]", ("tbl-a", "tbl", CiteForm.SUPPRESSED, False, "")),
        ("[Panel @fig-a]", ("fig-a", "fig", CiteForm.BRACKETED, False, "Panel")),
        ("@sec-a-b.", ("sec-a-b", "sec", CiteForm.TEXTUAL, False, "")),
        ("@eq-a", ("eq-a", "eq", CiteForm.TEXTUAL, False, "")),
        ("@thm-a", ("thm-a", "thm", CiteForm.TEXTUAL, False, "")),
    ],
)
def test_references(text, expected):
    (r,) = read(text).references
    assert (r.label, r.kind, r.form, r.capitalised, r.prefix) == expected
    assert read(text).citations == ()


def test_a_key_that_only_begins_like_a_prefix_is_a_citation():
    assert [c.key for c in read("@figueroa2019 @fig-").citations] == [
        "figueroa2019",
        "fig",
    ]


def test_captions_and_abstract_cite_as_well():
    text = (
        "---\nabstract: |\n  Seen in [@a].\n---\n\n```{python}\n"
        '#| fig-cap: "As @tbl-b and @c"\nx\n```\n'
    )
    chapter = read(text)
    assert [str(c.span) for c in chapter.citations] == ["a.qmd:3:12", "a.qmd:7:28"]
    assert [r.label for r in chapter.references] == ["tbl-b"]


def test_labels():
    text = (
        "# A {#sec-a}\n\n![c](a.png){#fig-b}\n\n::: {#tbl-c}\nx\n:::\n\n"
        "$$\nx\n$$ {#eq-d}\n\n| a |\n|---|\n\n: Cap {#tbl-e}\n\n[x]{#f}\n\n"
        "```{python}\n#| label: fig-g\nx\n```\n"
    )
    labels = read(text).labels
    assert [(x.name, x.kind) for x in labels] == [
        ("sec-a", "sec"),
        ("fig-b", "fig"),
        ("tbl-c", "tbl"),
        ("eq-d", "eq"),
        ("tbl-e", "tbl"),
        ("f", ""),
        ("fig-g", "fig"),
    ]
    assert [(x.span.line, x.span.column) for x in labels] == [
        (1, 6),
        (3, 13),
        (5, 6),
        (11, 5),
        (16, 8),
        (18, 5),
        (21, 11),
    ]


def test_a_label_knows_the_conditions_around_it():
    text = '::: {.content-visible when-format="html"}\n[]{#a}\n:::\n\n[]{#b}\n'
    inside, outside = read(text).labels
    assert inside.conditions == ('::: {.content-visible when-format="html"}',)
    assert outside.conditions == ()


def test_images():
    text = 'x ![A *caption*](<a b.png> "t"){#fig-a fig-alt="An \\"alt\\"" width=3}'
    (image,) = read(text).images
    assert image.target == "a b.png"
    assert text[image.caption_start : image.caption_end] == "A *caption*"
    assert text[image.target_start : image.target_end] == "a b.png"
    alt = image.attributes.pairs[0]
    assert (alt.key, alt.value) == ("fig-alt", 'An "alt"')
    assert text[alt.start : alt.end] == 'An \\"alt\\"'
    assert image.attributes.get("width") == "3"
    assert text[image.start : image.end] == text[2:]
