"""Links, images and the order of headings."""

import pytest

from galleyproof.checks import targets
from galleyproof.diagnostics import Severity
from galleyproof.qmd import expand
from galleyproof.spans import Source


def document(text, **files):
    texts = {"a/index.qmd": text, **{f"a/{k}.qmd": v for k, v in files.items()}}
    return expand("a/index.qmd", lambda path: Source(path, texts[path]))


def missing(text, present=()):
    return [
        (d.code.code, d.span.column, d.message)
        for d in targets.missing(document(text), present)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[x](https://example.org/y.html)",
        "[x](mailto:someone@example.org)",
        "[x](#one-heading)\n\n# One *heading*!",
        "[x](#sec-a) [x](#b)\n\n# A {#sec-a}\n\n[b]{#b}",
        "[x](#raw)\n\n<a id='raw'></a>",
        "[x](#) [x](#refs) [x](#ref-smith)",
        "[x](other.html) [x](other.qmd#part) [x](/a/other.qmd?x=1)",
        "[x]({{< var address >}}) [x](data/made.csv)\n\n"
        "```{python}\nwrite('made.csv')\n```",
        "![x](plot) ![y](my%20plot.png)",
        "`[x](nothing.qmd)`",
        "[x](#two-1)\n\n# Two\n\n# Two",
    ],
)
def test_targets_that_are_there(text):
    present = {"a/other.qmd", "a/plot.svg", "a/my plot.png"}
    assert missing(text, present) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("[x](#part)", ("link-resolves", 5, "nothing on the page is called `part`")),
        ("[x](other.qmd)", ("link-resolves", 5, "there is no file `other.qmd`")),
        ("![x](plot.png)", ("image-found", 6, "there is no file `plot.png`")),
        (
            "[![x](plot.png)](https://example.org)",
            ("image-found", 7, "there is no file `plot.png`"),
        ),
    ],
)
def test_targets_that_are_not(text, finding):
    assert missing(text) == [finding]


def test_what_code_may_still_make_is_a_warning():
    (one,) = targets.missing(document("![x](p.png)"), ())
    (other,) = targets.missing(document("![x](p.png)\n\n```{r}\nx\n```"), ())
    assert (one.severity, other.severity) == (Severity.ERROR, Severity.WARNING)


def test_where_targets_are_looked_for():
    found = set(targets.wanted(document("![x](../plot.png)\n\n[y](b.html)")))
    assert {"plot.png", "a/b.html", "a/b.qmd"} <= found


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Heading identifiers in HTML", "heading-identifiers-in-html"),
        ("Maître d'hôtel", "maître-dhôtel"),
        ("*Dogs*?--in *my* house?", "dogs--in-my-house"),
        ("[HTML], [S5], or [RTF]?", "html-s5-or-rtf"),
        ("3. Applications", "applications"),
        ("33", "section"),
    ],
)
def test_ids_of_headings_are_pandocs(heading, name):
    """The examples of Pandoc's manual, "Extension: auto_identifiers"."""
    assert targets.identifier(heading) == name


def skipping(text, **files):
    return [(str(d.span), d.message) for d in targets.skipping(document(text, **files))]


@pytest.mark.parametrize(
    "text",
    [
        "# A\n\n## B\n\n### C\n\n# D",
        "## A\n\n### B",
        "# A\n\n::: {.callout-note}\n### Title\n:::\n\n## B",
        "---\nformat:\n  revealjs: default\n---\n\n# A\n\n### B",
        "# A\n\n###### {#anchor}\n\nText\n\n## B",
    ],
)
def test_headings_in_order(text):
    assert skipping(text) == []


def test_a_level_that_is_skipped_across_files():
    assert skipping("# A\n\n{{< include b.qmd >}}\n", b="### B\n") == [
        ("a/b.qmd:1:5", "a heading of level 3 follows one of level 1")
    ]


def test_pages_that_quartodoc_will_write():
    text = "[x](/api/) [x](../api/index.qmd#get) [x](/apis/get.qmd)"
    directory = targets.generated({"quartodoc": {"dir": "api"}})
    found = targets.missing(document(text), (), directory)
    assert [d.message for d in found] == ["there is no file `/apis/get.qmd`"]
    assert targets.generated({"quartodoc": {"package": "x"}}) == "reference"
    assert targets.generated({}) == ""
