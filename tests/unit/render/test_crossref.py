"""Numbers, captions and references, on trees that pandoc has read."""

from __future__ import annotations

import json

import pytest

from galleyproof import tools
from galleyproof.config import Crossref, Target
from galleyproof.render.model import Options
from galleyproof.render.reading import READER
from galleyproof.render.tree import plain, walk
from galleyproof.render.view import View, view

FIGURES = """
![One](a.png){#fig-one}

![Two](b.png){#fig-two}

| a |
|---|
| 1 |

: A table {#tbl-one}
"""


def see(text: str, target: Target = Target.HTML, **options) -> View:
    done = tools.pandoc(["-f", READER, "-t", "json"], stdin=text.encode())
    return view(json.loads(done.stdout)["blocks"], target, Options(**options))


def words(text: str, **options) -> str:
    return plain(see(text, **options).body).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("@fig-two", "Figure 2"),
        ("@Fig-two", "Figure 2"),
        ("[-@fig-two]", "2"),
        ("[Panel @fig-two]", "Panel 2"),
        ("[@fig-one; @fig-two]", "Figure 1, Figure 2"),
        ("@tbl-one", "Table 1"),
    ],
)
def test_each_form_of_reference(written, shown):
    assert words(f"See {written}.\n{FIGURES}").startswith(f"See {shown}. ")


def test_a_lower_case_prefix_is_raised_by_an_upper_case_reference():
    words_ = Crossref(prefixes={"fig": "fig."})
    text = f"@fig-one and @Fig-one\n{FIGURES}"
    assert words(text, crossref=words_).startswith("fig. 1 and Fig. 1 ")


def test_references_are_links():
    links = [n for n in walk(see(f"@fig-two\n{FIGURES}").body) if n["t"] == "Link"]
    assert [link["c"][2][0] for link in links] == ["#fig-two"]


def test_captions_begin_with_their_number():
    shown = words(FIGURES)
    assert "Figure 1: One" in shown
    assert "Table 1: A table" in shown


def test_a_figure_without_caption_has_no_delimiter():
    assert "Figure 1" in words("![](a.png){#fig-x}")
    assert "Figure 1:" not in words("![](a.png){#fig-x}")


def test_divs_are_floats_with_their_last_paragraph_as_caption():
    text = "::: {#tbl-x}\n\n| a |\n|---|\n| 1 |\n\nThe caption\n:::\n"
    (table,) = [n for n in walk(see(text).body) if n["t"] == "Table"]
    assert table["c"][0][0] == "tbl-x"
    assert plain(table["c"][1]) == "Table 1: The caption"


def test_a_figure_div_gives_its_alternative_text_to_the_picture():
    text = '::: {#fig-x fig-alt="Seen"}\n![](a.png)\n\nCaption\n:::\n'
    (image,) = [n for n in walk(see(text).body) if n["t"] == "Image"]
    assert plain(image["c"][1]) == "Seen"


def test_equations_are_numbered_and_referred_to():
    found = words("$$ x $$ {#eq-a}\n\nSee @eq-a.")
    assert "Equation 1" in found
    assert "{#eq-a}" not in found


SECTIONS = """
# First {#sec-first}

## Inner {#sec-inner}

# Aside {#sec-aside .unnumbered}

# Second {#sec-second}

# Extra {#sec-extra .appendix}

## Part

See @sec-inner, @sec-second, @sec-extra, @sec-aside.
"""


def test_sections_are_numbered_in_order_and_appendices_by_letter():
    found = words(SECTIONS, number_sections=True)
    assert found == (
        "1 First 1.1 Inner Aside 2 Second A Extra A.1 Part "
        "See Section 1.1, Section 2, Section A, Aside."
    )


def test_sections_without_numbers_are_referred_to_by_title():
    assert words(SECTIONS).endswith("See Inner, Second, Extra, Aside.")


def test_the_highest_heading_is_the_first_level():
    assert words("## A\n\n### B", number_sections=True) == "1 A 1.1 B"


def test_headings_of_callouts_are_titles_and_not_numbered():
    text = "# A\n\n::: {.callout-note}\n## T\nx\n:::\n\n# B"
    assert words(text, number_sections=True) == "1 A T x 2 B"


def test_undefined_labels_are_reported():
    assert see("See @fig-none and [text](#nowhere).").undefined == (
        "fig-none",
        "nowhere",
    )


def test_a_group_of_references_and_citations_is_reported():
    assert see(f"[@fig-one; @smith]\n{FIGURES}").mixed == ("fig-one",)


def test_citations_are_left_to_citeproc():
    cites = [n for n in walk(see("[@smith].").body) if n["t"] == "Cite"]
    assert len(cites) == 1


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        (Target.HTML, "web not-print"),
        (Target.PDF, "print"),
        (Target.DOCX, ""),
        (Target.JATS, ""),
    ],
)
def test_conditions_and_foreign_code(target, shown):
    text = """
::: {.content-visible when-format="html"}
web
:::

::: {.content-visible when-format="typst"}
print
:::

::: {.content-hidden unless-format="html"}
not-print
:::

```{=html}
<b>raw</b>
```
"""
    found = see(text, target).body
    assert plain(found) == shown
    raw = [n for n in walk(found) if n["t"] == "RawBlock"]
    assert len(raw) == (target is Target.HTML)


def test_the_abstract_is_taken_out_and_not_numbered():
    found = see(
        "# Abstract {#sec-abstract}\n\nShort, see @sec-a.\n\n# A {#sec-a}\n",
        number_sections=True,
    )
    assert plain(found.abstract) == "Short, see Section 1."
    assert plain(found.body) == "1 A"


def test_references_get_a_heading_where_the_author_gave_none():
    assert words("[@a]").endswith("References")
    assert "References" not in words("[@a]\n\n::: {#refs}\n:::\n")
