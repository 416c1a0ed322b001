"""Cells and inline code give way to what they showed; every line keeps its place."""

from __future__ import annotations

import pytest

from galleyproof.errors import FindingsError
from galleyproof.execute import CellResult, Execution, InlineResult
from galleyproof.outputs import Output
from galleyproof.qmd import expand
from galleyproof.render import Manuscript, assemble
from galleyproof.spans import Source


def read(files: dict[str, str], outputs=(), inlines=(), **rest) -> Manuscript:
    document = expand("index.qmd", lambda path: Source(path, files[path]))
    execution = Execution(
        cells={
            ("index.qmd", i): CellResult(outputs=tuple(shown))
            for i, shown in enumerate(outputs)
        },
        inlines={
            ("index.qmd", i): InlineResult(markdown=text)
            for i, text in enumerate(inlines)
        },
    )
    return assemble(document, execution, **rest)


def cell(options: str, code: str = "1 + 1") -> dict[str, str]:
    lines = "".join(f"#| {line}\n" for line in options.splitlines())
    return {"index.qmd": f"Before.\n\n```{{python}}\n{lines}{code}\n```\n\nAfter.\n"}


def display(**data: str | bytes) -> Output:
    kinds = {
        "md": "text/markdown",
        "html": "text/html",
        "text": "text/plain",
        "png": "image/png",
        "svg": "image/svg+xml",
    }
    return Output(kind="display", data={kinds[k]: v for k, v in data.items()})


def test_prose_stays_as_it_is():
    text = "# Title\n\nSome *words*, [@a; @b].\n"
    assert read({"index.qmd": text}).markdown == text


def test_inline_code_gives_way_to_its_result():
    found = read({"index.qmd": "It was `{python} x` of `{python} y`.\n"}, inlines="AB")
    assert found.markdown == "It was A of B.\n"


def test_lines_remember_their_file_and_line():
    found = read(
        {
            "index.qmd": "One.\n\n{{< include a.qmd >}}\n\nThree.\n",
            "a.qmd": "# In a\n\nText of a.\n",
        }
    )
    lines = found.markdown.split("\n")
    places = {
        line: (found.place(n).path, found.place(n).line)
        for n, line in enumerate(lines, 1)
        if line
    }
    assert places == {
        "One.": ("index.qmd", 1),
        "# In a": ("a.qmd", 1),
        "Text of a.": ("a.qmd", 3),
        "Three.": ("index.qmd", 5),
    }


def test_every_line_of_an_output_is_at_its_cell():
    found = read(cell("echo: false"), [[display(md="one\ntwo\n\nthree")]])
    lines = found.markdown.split("\n")
    assert found.place(lines.index("three") + 1).line == 3
    assert found.place(lines.index("After.") + 1).line == 8


def test_echo_prints_the_code_before_the_output():
    found = read(cell("echo: true"), [[display(text="2")]]).markdown
    assert "``` {.python}\n1 + 1\n```" in found
    assert found.index("1 + 1") < found.index("{.cell-output .cell-display}\n2")


def test_fenced_echo_prints_the_options_too():
    found = read(cell("echo: fenced"), [[]]).markdown
    assert "#| echo: fenced\n1 + 1\n```\n````" in found


def test_nothing_is_left_of_a_cell_that_is_not_included():
    found = read(cell("include: false"), [[display(text="2")]]).markdown
    assert found.split() == ["Before.", "After."]


def test_output_false_keeps_the_code_only():
    found = read(cell("output: false"), [[display(text="secret")]]).markdown
    assert "1 + 1" in found
    assert "secret" not in found


def test_asis_output_is_markdown():
    stream = Output(kind="stream", name="stdout", text="**bold**\n")
    found = read(cell("output: asis\necho: false"), [[stream]]).markdown
    assert "\n**bold**\n" in found
    assert "```" not in found


def test_printed_text_is_a_code_block_that_its_own_fences_do_not_end():
    stream = Output(kind="stream", name="stdout", text="```\nx\n```\n")
    found = read(cell("echo: false"), [[stream]]).markdown
    assert "```` {.cell-output .cell-stdout}\n```\nx\n```\n````" in found


def test_a_picture_with_label_and_caption_is_a_figure():
    found = read(
        cell('echo: false\nlabel: fig-x\nfig-cap: "A [cap"\nfig-alt: Say "it"'),
        [[display(svg="<svg/>", png=b"PNG", text="<Figure>")]],
    )
    assert '::: {#fig-x}\n\n![](figures/cells/fig-x.svg){fig-alt="Say \\"it\\""}' in (
        found.markdown
    )
    assert "\n\nA [cap\n\n:::" in found.markdown
    assert dict(found.files) == {
        "figures/cells/fig-x.svg": b"<svg/>",
        "figures/cells/fig-x.png": b"PNG",
    }


def test_two_pictures_of_one_cell_have_names_of_their_own():
    found = read(cell("echo: false"), [[display(png=b"1"), display(png=b"2")]])
    assert dict(found.files) == {
        "figures/cells/index-1.png": b"1",
        "figures/cells/index-1-2.png": b"2",
    }


def test_a_table_with_label_and_caption_is_framed():
    found = read(
        cell("echo: false\nlabel: tbl-x\ntbl-cap: The caption"),
        [[display(md="| a |\n|---|\n| 1 |")]],
    ).markdown
    assert "::: {#tbl-x}\n\n| a |\n|---|\n| 1 |\n\nThe caption\n\n:::" in found


def test_html_is_for_the_page_and_its_fallback_for_the_rest():
    found = read(cell("echo: false"), [[display(html="<b>x</b>", text="x")]]).markdown
    assert "```{=html}\n<b>x</b>\n```" in found
    assert '::: {.content-hidden when-format="html"}\n``` {.cell-output' in found


def test_folded_code_stands_in_a_details_element_of_the_page():
    found = read(cell("code-fold: true"), [[]]).markdown
    assert '<details class="code-fold"><summary>Code</summary>' in found
    assert "</details>" in found


def test_an_error_that_is_allowed_is_shown_without_colours():
    error = Output(
        kind="error", name="ValueError", text="\x1b[31mValueError\x1b[0m: no"
    )
    found = read(cell("error: true\necho: false"), [[error]]).markdown
    assert "{.cell-output .cell-error}\nValueError: no\n```" in found


def test_an_output_without_printable_form_is_a_finding():
    shown = Output(kind="display", data={"application/javascript": "alert(1)"})
    with pytest.raises(FindingsError) as caught:
        read(cell("echo: false"), [[shown]])
    (finding,) = caught.value.diagnostics
    assert "application/javascript" in finding.message
    assert finding.span.line == 3


def test_shortcodes_are_resolved():
    text = "{{< meta a.b >}} and {{< var v >}}.\n\n{{< pagebreak >}}\n"
    found = read({"index.qmd": text}, metadata={"a": {"b": "B"}}, variables={"v": 7})
    assert found.markdown == "B and 7.\n\n::: {.pagebreak}\n:::\n"


def test_an_unknown_meta_key_is_a_finding_at_its_place():
    with pytest.raises(FindingsError) as caught:
        read({"index.qmd": "Text {{< meta nowhere >}}.\n"})
    (finding,) = caught.value.diagnostics
    assert "`nowhere`" in finding.message
    assert (finding.span.line, finding.span.column) == (1, 6)


def test_a_cell_in_a_list_keeps_its_indentation():
    text = "- item\n\n  ```{python}\n  #| echo: false\n  1\n  ```\n"
    found = read({"index.qmd": text}, [[display(text="1")]]).markdown
    assert "\n  ``` {.cell-output .cell-display}\n  1\n  ```" in found


def test_front_matter_goes_before_the_metadata_of_the_project():
    found = read(
        {"index.qmd": "---\ntitle: Mine\n---\n\nText.\n"},
        metadata={"title": "Theirs", "lang": "en"},
    )
    assert found.metadata == {"title": "Mine", "lang": "en"}
