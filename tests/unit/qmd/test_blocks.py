"""Blocks and divs: what each line is taken for, and that none is lost."""

import pytest

from galleyproof.diagnostics import Code
from galleyproof.qmd import parse
from galleyproof.qmd.model import BlockKind as Kind
from galleyproof.spans import Source


def read(text):
    chapter = parse(Source("a.qmd", text))
    assert "".join(chapter.text(b) for b in chapter.blocks) == text
    return chapter


def kinds(text):
    return [b.kind for b in read(text).blocks if b.kind is not Kind.BLANK]


def findings(text, code=Code.BLOCK_CLOSED):
    return [
        (d.span.line, d.span.column, d.span.end_line, d.span.end_column, d.message)
        for d in read(text).diagnostics
        if d.code is code
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("\n\n", []),
        ("text\nmore\n", [Kind.PARAGRAPH]),
        ("---\ntitle: x\n---\ntext\n", [Kind.FRONT_MATTER, Kind.PARAGRAPH]),
        ("\n---\ntitle: x\n...\n", [Kind.FRONT_MATTER]),
        ("---\n\ntext\n", [Kind.RULE, Kind.PARAGRAPH]),
        ("# Title\n", [Kind.HEADING]),
        ("Title\n=====\n", [Kind.HEADING]),
        ("Title\n---\n", [Kind.HEADING]),
        ("two\nlines\n---\n", [Kind.PARAGRAPH]),
        ("text\n# no heading\n", [Kind.PARAGRAPH]),
        ("#hashtag\n", [Kind.PARAGRAPH]),
        ("* * *\n", [Kind.RULE]),
        ("- a\n- b\n", [Kind.LIST_ITEM, Kind.LIST_ITEM]),
        ("1. a\n\n   more\n", [Kind.LIST_ITEM, Kind.PARAGRAPH]),
        ("- a\n\n      deep\n", [Kind.LIST_ITEM, Kind.PARAGRAPH]),
        ("text\n- no list\n", [Kind.PARAGRAPH]),
        ("B. Smith wrote\n", [Kind.PARAGRAPH]),
        ("> quoted\nlazily\n", [Kind.QUOTE]),
        ("[^1]: note\n", [Kind.FOOTNOTE]),
        ("[a]: https://x.y\n", [Kind.LINK_DEFINITION]),
        ("    code\n\n    more\n\ntext\n", [Kind.CODE, Kind.PARAGRAPH]),
        ("```python\nx\n```\n", [Kind.CODE]),
        ("~~~\n```\n~~~\n", [Kind.CODE]),
        ("````\n```\n````\n", [Kind.CODE]),
        ("```{.python}\nx\n```\n", [Kind.CODE]),
        ("```{{python}}\nx\n```\n", [Kind.CODE]),
        ("```{=html}\n<b>\n```\n", [Kind.RAW]),
        ("```{python}\nx\n```\n", [Kind.CELL]),
        ("text\n```{python}\nx\n```\n", [Kind.PARAGRAPH, Kind.CELL]),
        ("- a\n\n    ```{python}\n    x\n    ```\n", [Kind.LIST_ITEM, Kind.CELL]),
        ("````{python}\nx\n```\ny\n", [Kind.CELL, Kind.PARAGRAPH]),
        ("$$\nx\n$$ {#eq-a}\n", [Kind.EQUATION]),
        ("<!-- a\n\n```\n-->\ntext\n", [Kind.COMMENT, Kind.PARAGRAPH]),
        ("<!-- a --> text\n", [Kind.PARAGRAPH]),
        ("a <!-- x\n\n::: y\n--> b\n", [Kind.PARAGRAPH]),
        (
            "`<!--` code\n\n::: a\n:::\n",
            [Kind.PARAGRAPH, Kind.DIV_OPEN, Kind.DIV_CLOSE],
        ),
        ("{{< include a.qmd >}}\n", [Kind.SHORTCODE]),
        ("a\n{{< pagebreak >}}\nb\n", [Kind.PARAGRAPH, Kind.SHORTCODE, Kind.PARAGRAPH]),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\n: Cap\n", [Kind.TABLE, Kind.CAPTION]),
        ("a | b\n--|--\n1 | 2\n", [Kind.TABLE]),
        (": Cap\n\n| a | b |\n|---|---|\n", [Kind.CAPTION, Kind.TABLE]),
        ("+---+\n| a |\n+---+\n", [Kind.TABLE]),
        ("Term\n\n:   definition\n", [Kind.PARAGRAPH, Kind.PARAGRAPH]),
        ("<style>\n# a\n\n::: x\n</style>\n", [Kind.RAW]),
    ],
)
def test_what_lines_are(text, expected):
    assert kinds(text) == expected


def test_nasty_line_endings_are_kept():
    text = "\ufeff---\r\ntitle: x\r\n---\r\n\r\n# A\t{#sec-a}\r\r"
    text += "te\u0301xt\u2028same\x0b\n"
    chapter = read(text)
    assert chapter.front_matter.values == {"title": "x"}
    assert chapter.labels[0].span.line == 5
    assert [b.kind for b in chapter.blocks if b.kind is not Kind.BLANK] == [
        Kind.FRONT_MATTER,
        Kind.HEADING,
        Kind.PARAGRAPH,
    ]


def test_content_is_what_is_read():
    text = "## A *title* ## {#sec-x .unnumbered}\n\n- item\n\n: Cap {#tbl-x}\n"
    chapter = read(text)
    contents = [
        text[b.content_start : b.content_end]
        for b in chapter.blocks
        if b.kind is not Kind.BLANK
    ]
    assert contents == ["A *title*", "item", "Cap"]
    assert chapter.blocks[0].level == 2
    assert chapter.blocks[0].attributes.classes == ("unnumbered",)


def test_divs_nest():
    text = '::: {#fig-a .x k="v w"}\n:::: note\ntext\n::::\n:::\n'
    outer, inner = read(text).divs
    assert outer.attributes.id == "fig-a"
    assert outer.attributes.get("k") == "v w"
    assert (outer.depth, inner.depth) == (0, 1)
    assert inner.attributes.classes == ("note",)
    assert text[inner.content_start : inner.content_end] == "text\n"
    assert text[outer.start : outer.end] == text
    assert [b.depth for b in read(text).blocks] == [0, 1, 2, 1, 0]


def test_attributes_of_a_div_may_take_lines():
    chapter = read('::: {.content-visible\n  when-format="html"}\nx\n:::\n')
    assert chapter.divs[0].attributes.get("when-format") == "html"
    assert chapter.diagnostics == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```{python}\nx\n```\n", []),
        ("a\n\n```{python}\nx\n", [(3, 1, 3, 12, "the cell `{python}` is not closed")]),
        ("  ~~~\nx\n```\n", [(1, 3, 1, 6, "the code block is not closed")]),
        ("::: a\nx\n:::\n", []),
        ("::: a\n\n:::: {.b}\n:::\n", [(1, 1, 1, 6, "the div is not closed")]),
        ("a\n\n  :::\n", [(3, 3, 3, 6, "`:::` closes no div")]),
        ("---\ntitle: x\n---\n", []),
        ("---\ntitle: x\n\n# A\n", [(1, 1, 1, 4, "the front matter is not closed")]),
        ("a <!-- b -->\n", []),
        ("<!-- b\n", [(1, 1, 1, 5, "the comment is not closed")]),
        ("a {{< meta b >}}\n", []),
        ("a {{< meta b\n", [(1, 3, 1, 6, "the shortcode is not closed")]),
        ("`a {{< b`\n", []),
        ("\n::: a\n:::\n", []),
        ("text\n::: a\n:::\n", [(2, 1, 2, 6, "a div cannot open inside a paragraph")]),
        (
            "::: {.a} Title\n:::\n",
            [
                (
                    1,
                    1,
                    1,
                    15,
                    "what follows `:::` is neither one class nor attributes",
                )
            ],
        ),
    ],
)
def test_what_is_not_closed(text, expected):
    assert findings(text) == expected


def test_an_unclosed_front_matter_leaves_the_chapter_readable():
    chapter = read("---\ntitle: x\n\n# A {#sec-a}\n")
    assert chapter.front_matter.values == {"title": "x"}
    assert [label.name for label in chapter.labels] == ["sec-a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: x\n---\n", []),
        ("---\ntitle: x: y\n---\n", [(2, 9)]),
        ("---\na: [\n---\n", [(3, 1)]),
        ("---\r\na: 1\r\na: 2\r\n---\r\n", [(3, 1)]),
        ("\ufeff---\na: @b\n---\n", [(2, 4)]),
        ("---\n- a\n---\n", [(2, 1)]),
    ],
)
def test_front_matter_that_cannot_be_read(text, expected):
    found = [
        (d.span.line, d.span.column)
        for d in read(text).diagnostics
        if d.code is Code.CONFIG_VALID
    ]
    assert found == expected


def test_places_of_front_matter():
    chapter = read("---\ntitle: A\nexecute:\n  echo: false\n---\n")
    matter = chapter.front_matter
    assert str(matter.places["execute.echo"]) == "a.qmd:4:3"
    assert [chapter.source.text[s.start : s.end] for s in matter.scalars] == [
        "A",
        "false",
    ]


def test_metadata_in_the_middle_is_not_supported():
    text = "a\n\n---\nb: c\n---\n"
    assert findings(text, Code.FEATURE_SUPPORTED) == [
        (3, 1, 3, 4, "metadata in the middle of a file is not supported")
    ]
    assert findings("a\n\n---\n\nb: c\n\n---\n", Code.FEATURE_SUPPORTED) == []
