"""Whatever stands in the data is shown as text: judged by pandoc itself."""

import json

import pypandoc
import pytest

from galleyproof.lineage import markup

HOSTILE = [
    "<script>alert(1)</script>",
    "<b>bold</b> & &amp;",
    "**strong** _em_ ~~out~~ `code` H~2~O x^2^",
    "[link](http://example.org) ![image](x.png) [@key] @key -@key",
    "$x^2$ \\alpha \\begin{x} \\(y\\)",
    "#set page(width: 1cm) `raw`{=typst}",
    "{{< include /etc/passwd >}} {python} ::: {.x}",
    "# heading",
    "1. item",
    "(1) item",
    "a) item",
    "- item",
    "+ item",
    "> quote",
    ": Caption {#tbl-x}",
    "| a | b |",
    "=1+1",
    "--- ... -- 'quoted' \"quoted\"",
    "[^1]: note [^1] ^[inline]",
    'a]{.value .confirmed title="x"}',
    "\\",
    "*[HTML]: abbreviation",
    ":smile: https://example.org/x?y=1&z=2",
    "+---+",
]


def blocks(markdown: str) -> list:
    return json.loads(
        pypandoc.convert_text(markdown, "json", format="markdown", verify_format=False)
    )["blocks"]


def words(inlines: list) -> str:
    kinds = {"Space": " ", "SoftBreak": " "}
    for inline in inlines:
        assert inline["t"] in {"Str", "Space", "SoftBreak"}, inline
    return "".join(i["c"] if i["t"] == "Str" else kinds[i["t"]] for i in inlines)


def test_hostile_text_is_shown_as_text():
    found = blocks("\n\n".join(markup.escape(text) for text in HOSTILE))
    assert [block["t"] for block in found] == ["Para"] * len(HOSTILE)
    assert [words(block["c"]) for block in found] == HOSTILE


def test_hostile_text_survives_in_a_span_and_its_title():
    spans = [markup.span(markup.escape(t), "value", title=t) for t in HOSTILE]
    for block, text in zip(blocks("\n\n".join(spans)), HOSTILE, strict=True):
        (span,) = block["c"]
        (_, classes, attributes), inlines = span["c"]
        assert classes == ["value"]
        assert dict(attributes) == {"title": text}
        assert words(inlines) == text


def test_a_pipe_in_a_cell_or_its_title_does_not_end_the_cell():
    cell = markup.span(markup.escape("a|b"), "value", title="c|d")
    (table,) = blocks(f"| x | y |\n|---|---|\n| {cell} | z |\n")
    row = table["c"][4][0][3][0]
    assert len(row[1]) == 2
    assert words(row[1][0][4][0]["c"][0]["c"][1]) == "a|b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202egnp.exe", "a⟨U+202E⟩gnp.exe"),
        ("a\x00b", "a⟨U+0000⟩b"),
        ("two\n\nlines\tof text ", "two lines of text"),
        ("no\u00a0break", "no\u00a0break"),
    ],
)
def test_what_cannot_be_seen_is_spelt_out(text, shown):
    assert markup.visible(text) == shown


def test_ordinary_text_stays_readable():
    assert markup.escape("Table 2; 96.1% of well-known cases.") == (
        "Table 2; 96.1% of well-known cases."
    )
