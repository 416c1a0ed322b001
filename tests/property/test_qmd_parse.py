"""Whatever the text: nothing raises, nothing is lost, every place is right."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleyproof import config
from galleyproof.checks import structure
from galleyproof.qmd import expand, parse
from galleyproof.spans import Source

FRAGMENTS = [
    "---\n",
    "...\n",
    "title: x\n",
    "a: [\n",
    "b: 'c'\n",
    "- d\n",
    "\n",
    "\n\n",
    "```{python}\n",
    "```{r}\n",
    "```\n",
    "````\n",
    "~~~\n",
    "```{=html}\n",
    "#| label: fig-x\n",
    "#| echo: no\n",
    "#| fig-cap: |\n#|   t @fig-z\n",
    "x\n",
    "::: {.callout-note}\n",
    "::: {#fig-x layout-ncol=2}\n",
    ":::: a\n",
    ":::\n",
    "# H {#sec-x}\n",
    "Title\n===\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    ": cap {#tbl-x}\n",
    "- item\n",
    "1. one\n",
    "(@e) x\n",
    "> q\n",
    "[^1]: n\n",
    "    code\n",
    "\tx\n",
    "\r\n",
    "\r",
    "\ufeff",
    "é",
    "word ",
    "\x00",
    "`{python} x`",
    "`",
    "``",
    "$x$",
    "$$\n",
    "$$ {#eq-a}\n",
    "\\",
    "\\$",
    "*",
    "[@a; -@b, p. 3]",
    "@fig-x ",
    "[-@tbl-y]",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "@",
    '![c](a.png){#fig-i fig-alt="x"}',
    "[t](u)",
    "^[note]",
    "[x]{.y #z}",
    "{{< include a >}}\n",
    "{{< meta b >}}",
    "{{{< x >}}}",
    "{{< ",
    ">}}",
    "<!-- ",
    "-->",
    "<b>",
    "<http://x>",
    "https://a.b/c(d). ",
    "\u2028",
    "\x85",
]

texts = st.one_of(
    st.text(),
    st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join),
)


def check_places(text):
    source = Source("a.qmd", text)
    chapter = parse(source)
    assert "".join(chapter.text(b) for b in chapter.blocks) == text
    assert all(b.start < b.end for b in chapter.blocks)
    assert all(
        b.start <= b.content_start <= b.content_end <= b.end for b in chapter.blocks
    )
    behind = 0
    for stretch in chapter.stretches:
        assert behind <= stretch.start < stretch.end <= len(text)
        behind = stretch.end
    for inline in chapter.inlines:
        assert (text[inline.start], text[inline.end - 1]) == ("`", "`")
        inner = text[inline.expression_start : inline.expression_end]
        assert inner == inline.expression == inner.strip() != ""
    for label in chapter.labels:
        assert label.name in text[label.start : label.end]
    for citation in chapter.citations:
        assert citation.key in text[citation.start : citation.end]
        assert citation.group_start <= citation.start < citation.end
        assert citation.end <= citation.group_end
    for reference in chapter.references:
        assert reference.label[1:] in text[reference.start : reference.end]
    for cell in chapter.cells:
        for entry in cell.entries:
            assert 0 <= entry.value_start <= entry.value_end <= len(text)
            named = source.line(entry.span.line)[entry.span.column - 1 :]
            quoted = named.lstrip("\"'").startswith(entry.name)
            assert quoted or named[:1] in "\"'?&!" or not entry.name.isprintable()
    for finding in chapter.diagnostics:
        assert 1 <= finding.span.line <= len(source.line_starts)
        assert finding.span.column <= len(source.line(finding.span.line)) + 1
        assert not finding.message.endswith(".")
    return chapter


@settings(max_examples=400, deadline=None)
@given(texts)
def test_any_text_is_read_without_loss(text):
    chapter = check_places(text)
    document = expand("a.qmd", lambda path: Source(path, text))
    assert structure.check(document, ()) is not None
    assert chapter.front_matter is not None


@settings(max_examples=200, deadline=None)
@given(st.one_of(texts, st.text("a:-[]{}'\"&*!|>#\n \t?%@`")))
def test_any_text_is_a_configuration_or_a_finding(text):
    settings_, diagnostics = config.parse(text, "_quarto.yml")
    assert settings_.formats
    for finding in diagnostics:
        assert finding.span.line >= 1
        assert finding.hint


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=20).map("".join))
def test_line_endings_change_no_reading(text):
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    one = parse(Source("a.qmd", unix))
    other = parse(Source("a.qmd", unix.replace("\n", "\r\n")))
    assert [b.kind for b in one.blocks] == [b.kind for b in other.blocks]
    assert [c.code for c in one.cells] == [c.code for c in other.cells]
    assert [str(d.span) for d in one.diagnostics] == [
        str(d.span) for d in other.diagnostics
    ]
    assert [x.key for x in one.citations] == [x.key for x in other.citations]


PARAGRAPH = (
    "Success was `{python} a.b` of tumours ([@smith2020; @jones2019, p. 3], @fig-a) and"
    " $p < 0.05$ with [a link](https://x.y).\n\n"
)


def test_ten_thousand_lines_are_read_in_half_a_second():
    cell = '```{python}\n#| label: fig-%d\n#| fig-cap: "A caption"\nx\ny\n```\n\n'
    text = "".join(
        f"# H {n} {{#sec-{n}}}\n\n" + PARAGRAPH * 2 + cell % n for n in range(800)
    )
    assert text.count("\n") > 10_000

    def seconds():
        begin = time.process_time()
        assert len(parse(Source("a.qmd", text)).cells) == 800
        return time.process_time() - begin

    # Processor time, the best of three: what else the machine does is not measured.
    assert min(seconds() for _ in range(3)) < 0.5


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "`a``b",
        "$a ",
        "<a ",
        "<!-- ",
        "[@a ",
        "{{< a ",
        "{{{< a",
        "[a]{.b ",
        "- a\n",
        '[a](b "',
        "[a]((",
        "a|b\n-|-\n\n",
        "::: a\n",
        ":::\n",
        "---\na: b\n\n",
        "@a[b]",
        "```\n",
        "```{python}\n",
        "<!-- \n\n",
        "# a {#b}\n",
        ": a\n\n",
        "https://)))",
    ],
)
def test_reading_stays_linear(unit):
    """Sixteen times the text must not take much more than sixteen times as long."""

    def seconds(repeats):
        source = Source("a.qmd", unit * repeats)
        begin = time.process_time()
        parse(source)
        return time.process_time() - begin

    short = min(seconds(1000) for _ in range(3))
    # Quadratic reading would take 256 times as long.
    long = min(seconds(16_000) for _ in range(3))
    assert long < 80 * short + 0.05
