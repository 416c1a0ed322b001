"""Names and citations in chapters: places, sections, other ways to give a source."""

import pytest

from galleyproof import bibliography
from galleyproof.checks import citing
from galleyproof.qmd import expand
from galleyproof.spans import Source

REFERENCES = """
@article{smith2019, author={Smith, A. and Jones, B.}, title={T}, journal={J},
  year={2019}}
@article{brown2020, author={van der Brown, C.}, title={U}, journal={J}, year={2020}}
"""
KNOWN = citing.library(bibliography.parse(Source("r.bib", REFERENCES)).entries)
CITED = "\n\n# End\n\nMore [@brown2020].\n"


def found(text):
    doc = expand("a.qmd", lambda path: Source(path, text + CITED))
    return [
        (d.code.code, str(d.span), d.span.end_column, d.message, d.hint)
        for d in citing.check(doc, KNOWN)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Smith and colleagues saw it [@smith2019].",
        "Smith *et al.* saw it [@smith2019; @brown2020].",
        "It was seen [@smith2019].\n\nSmith and colleagues saw more.",
        "Doe et al. saw it [12].",
        "Doe et al. saw it.[^1]\n\n[^1]: Letter.",
        "[Doe et al.](https://example.org) saw it.",
        "Doe et al. saw it `{python} doe.cite`.",
        "`Smith et al.` is code.",
    ],
)
def test_names_in_order(text):
    assert found(text) == []


def test_the_citation_of_another_work_is_marked():
    assert found("A.\n\nSmith and\ncolleagues saw it [@brown2020].") == [
        (
            "citation-fits-name",
            "a.qmd:4:19",
            31,
            "the sentence names `Smith` and cites `brown2020`",
            "did you mean `@smith2019`?",
        )
    ]


def test_a_name_without_citation_is_marked():
    text = "It was seen [@smith2019].\n\n# New\n\nSmith et al. saw it."
    assert found(text) == [
        (
            "name-cited",
            "a.qmd:5:1",
            13,
            "`Smith` is named, and no work by that name is cited",
            "did you mean `@smith2019`?",
        )
    ]


def test_a_text_that_cites_nothing_is_not_judged():
    doc = expand("a.qmd", lambda path: Source(path, "Smith et al. saw it."))
    assert list(citing.check(doc, KNOWN)) == []


def test_year_and_spelling():
    text = "Smith et al. (2018) saw it [@smith2019]."
    assert [finding[3] for finding in found(text)] == [
        "`Smith` is dated 2018; `smith2019` is of 2019"
    ]


def test_a_study_that_the_whole_text_is_about():
    often = "# A\n\nSee [@smith2019].\n\nAnd [@smith2019].\n\nAnd [@smith2019].\n\n"
    named = "# B\n\nSmith and colleagues went on.\n"
    assert [code for code, *_ in found(often + named)] == []
    seldom = often.replace("And [@smith2019].", "And so on.", 1)
    assert [code for code, *_ in found(seldom + named)] == ["name-cited"]
