"""`_quarto.yml`: what it says, and what is wrong with it at which place."""

import pytest

from galleyproof import qmd
from galleyproof.config import Config, ProjectType, Target, merge, parse
from galleyproof.diagnostics import Code, Severity
from galleyproof.qmd.options import CellOptions
from galleyproof.spans import Source

FULL = """\
project:
  type: manuscript
  output-dir: _output
  render: [index.qmd]
title: A review
bibliography: references.bib
csl: style.csl
number-sections: true
lang: en-GB
date: 2026-01-05
echo: true
execute:
  echo: false
  fig-width: 6
crossref:
  fig-title: Fig.
  eq-prefix: Eq.
  title-delim: "."
filters:
  - _extensions/galleyproof/galleyproof.lua
format:
  html:
    toc: true
  typst: default
  docx: {}
  jats: default
galley:
  data: tables
  cell-timeout: 2 min
  output-limit: 2MB
  cache-limit: 3GB
  cards: false
own-key: kept
"""


def findings(text):
    return [
        (d.code, d.span.line, d.span.column, d.span.end_column, d.message)
        for d in parse(text, "_quarto.yml")[1]
    ]


def front_matter(text):
    return qmd.parse(Source("index.qmd", f"---\n{text}---\n")).front_matter


def test_everything_that_is_read():
    config, diagnostics = parse(FULL, "_quarto.yml")
    assert diagnostics == ()
    assert config.path == "_quarto.yml"
    assert config.project_type is ProjectType.MANUSCRIPT
    assert (config.output_dir, config.render) == ("_output", ("index.qmd",))
    assert (config.title, config.lang) == ("A review", "en-GB")
    assert (config.bibliography, config.csl) == (("references.bib",), "style.csl")
    assert config.number_sections is True
    assert config.execute == CellOptions(echo=False, fig_width=6.0)
    assert config.crossref.titles == {"fig": "Fig.", "tbl": "Table"}
    assert config.crossref.prefixes["eq"] == "Eq."
    assert config.crossref.prefixes["sec"] == "Section"
    assert config.crossref.title_delimiter == "."
    assert config.filters == ("_extensions/galleyproof/galleyproof.lua",)
    assert [(f.target, f.name, f.options) for f in config.formats] == [
        (Target.HTML, "html", {"toc": True}),
        (Target.PDF, "typst", {}),
        (Target.DOCX, "docx", {}),
        (Target.JATS, "jats", {}),
    ]
    assert config.format(Target.PDF).name == "typst"
    assert config.galley.data == "tables"
    assert config.galley.cell_timeout_s == 120.0
    assert config.galley.output_limit == 2_000_000
    assert config.galley.cache_limit == 3_000_000_000
    assert config.galley.cards is False
    assert config.metadata["own-key"] == "kept"
    assert config.metadata["date"] == "2026-01-05"
    assert "project" not in config.metadata
    assert "galley" not in config.metadata


def test_an_empty_file_says_nothing():
    config, diagnostics = parse("", "_quarto.yml")
    assert diagnostics == ()
    assert config == Config(path="_quarto.yml")
    assert Config.default().formats[0].target is Target.HTML


def test_the_output_directory_of_a_manuscript():
    assert parse("project: {type: manuscript}", "q")[0].output_dir == "_manuscript"
    assert parse("project: {type: default}", "q")[0].output_dir == ""


@pytest.mark.parametrize(
    ("written", "seconds"), [("90", 90), ("1.5", 1.5), ("30s", 30), ("2 min", 120)]
)
def test_durations(written, seconds):
    config, diagnostics = parse(f"galley:\n  cell-timeout: {written}\n", "q")
    assert diagnostics == ()
    assert config.galley.cell_timeout_s == seconds


def test_the_appendix_of_sources_can_be_switched_off():
    assert parse("galley:\n  data: data\n", "q")[0].galley.sources is True
    config, diagnostics = parse("galley:\n  sources: false\n", "q")
    assert diagnostics == ()
    assert config.galley.sources is False


@pytest.mark.parametrize(
    ("written", "size"), [("500", 500), ("1MB", 1_000_000), ("2.5 kB", 2500)]
)
def test_sizes(written, size):
    config, diagnostics = parse(f"galley:\n  output-limit: {written}\n", "q")
    assert diagnostics == ()
    assert config.galley.output_limit == size


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: [1\nb: 2\n", (2, 2, 2), "the file is not usable as YAML: did not find"),
        ("a: b: c\n", (1, 5, 5), "the file is not usable as YAML: mapping values"),
        ("- a\n", (1, 1, 1), "the file is not usable as YAML: the YAML is not a map"),
        (
            "\ufeffa: 1\r\na: 2\r\n",
            (2, 1, 1),
            "the file is not usable as YAML: the key",
        ),
        ("project: x\n", (1, 10, 11), "`project` must be a mapping"),
        ("project:\n  type: bok\n", (2, 9, 12), "there is no project type `bok`"),
        ("project:\n  rendr: x\n", (2, 3, 8), "`project` has no key `rendr`"),
        ("project:\n  output-dir: 3\n", (2, 15, 16), "`project: output-dir` must be a"),
        ("bibliography: 3\n", (1, 15, 16), "`bibliography` must be a text or a list"),
        ("number-sections: maybe\n", (1, 18, 23), "`number-sections` must be `true`"),
        ("lang: [en]\n", (1, 1, 5), "`lang` must be a text"),
        ("format: [html]\n", (1, 1, 7), "`format` must be a format or a mapping"),
        ("format:\n  pdf: {}\n  typst: {}\n", (3, 3, 8), "`pdf` and `typst` write"),
        ("execute:\n  ecko: true\n", (2, 3, 7), "`execute` has no key `ecko`"),
        ("execute:\n  echo: 3\n", (2, 9, 10), "`execute: echo` must be `true`"),
        ("echo: 3\n", (1, 7, 8), "`echo` must be `true`"),
        ("crossref:\n  fig-titel: x\n", (2, 3, 12), "`crossref` has no key"),
        ("galley:\n  cell-timout: 3\n", (2, 3, 14), "`galley` has no key"),
        ("galley:\n  cell-timeout: soon\n", (2, 17, 21), "`galley: cell-timeout` must"),
        ("galley:\n  cell-timeout: 0\n", (2, 17, 18), "`galley: cell-timeout` must"),
        ("galley:\n  cards: 1\n", (2, 10, 11), "`galley: cards` must be `true`"),
        ("galley:\n  cache-limit: none\n", (2, 16, 20), "`galley: cache-limit` must"),
        ("galley:\n  output-limit: true\n", (2, 17, 21), "`galley: output-limit` must"),
    ],
)
def test_what_cannot_be_used(text, place, message):
    (found,) = findings(text)
    assert found[0] is Code.CONFIG_VALID
    assert found[1:4] == place
    assert found[4].startswith(message)
    assert all(d.hint for d in parse(text, "_quarto.yml")[1])


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("project:\n  type: book\n", (2, 9, 13), "the project type `book`"),
        ("project:\n  pre-render: x.py\n", (2, 3, 13), "`pre-render`"),
        ("format: revealjs\n", (1, 9, 17), "the format `revealjs`"),
        ("format:\n  html: {}\n  epub: {}\n", (3, 3, 7), "the format `epub`"),
        ("crossref:\n  chapters: true\n", (2, 3, 11), "`crossref: chapters`"),
        ("crossref: false\n", (1, 11, 16), "`crossref: false`"),
        ("filters: [diagram]\n", (1, 1, 8), "the filter `diagram`"),
        ("execute:\n  enabled: false\n", (2, 12, 17), "`enabled: false`"),
        ("metadata-files: [a.yml]\n", (1, 1, 15), "`metadata-files`"),
        ("engine: knitr\n", (1, 9, 14), "the engine `knitr`"),
    ],
)
def test_what_is_not_supported(text, place, what):
    assert findings(text) == [
        (
            Code.FEATURE_SUPPORTED,
            *place,
            f"{what} is not supported by the embedded engine",
        )
    ]


def test_tabs_are_named():
    (finding,) = parse("project:\n\ttype: default\n", "_quarto.yml")[1]
    assert str(finding.span) == "_quarto.yml:2:1"
    assert finding.hint == "indent with spaces: YAML does not allow tabs"


def test_a_key_that_is_almost_known_is_a_warning():
    (finding,) = parse("bibliograpy: a.bib\n", "_quarto.yml")[1]
    assert finding.severity is Severity.WARNING
    assert finding.hint == "did you mean `bibliography`?"
    assert findings("filter-note: a\nauthors: [b]\n") == []


def test_what_could_be_read_is_kept():
    config, diagnostics = parse("title: A\ntitle: B\nlang: 3\n", "q")
    assert len(diagnostics) == 2
    assert config.title == "B"


def test_front_matter_wins():
    config = parse(FULL, "_quarto.yml")[0]
    merged, diagnostics = merge(
        config,
        front_matter("title: Other\nexecute:\n  warning: false\nown-key: new\n"),
    )
    assert diagnostics == ()
    assert merged.title == "Other"
    assert merged.execute == CellOptions(echo=False, warning=False, fig_width=6.0)
    assert merged.metadata["own-key"] == "new"
    assert (merged.csl, merged.output_dir) == ("style.csl", "_output")
    assert merged.formats == config.formats
    assert merged.galley == config.galley


def test_lists_are_joined():
    config = parse("bibliography: a.bib\n", "q")[0]
    merged, _ = merge(config, front_matter("bibliography: [b.bib, a.bib]\n"))
    assert merged.bibliography == ("a.bib", "b.bib")


def test_formats_of_front_matter_replace_those_of_the_project():
    config = parse(FULL, "_quarto.yml")[0]
    merged, _ = merge(
        config, front_matter("format:\n  html:\n    theme: x\n  pdf: default\n")
    )
    assert [(f.name, f.options) for f in merged.formats] == [
        ("html", {"toc": True, "theme": "x"}),
        ("pdf", {}),
    ]
    assert merge(config, front_matter("format: docx\n"))[0].formats[0].name == "docx"


def test_empty_front_matter_changes_nothing():
    config = parse(FULL, "_quarto.yml")[0]
    assert merge(config, front_matter("project: {type: book}\n")) == (config, ())


def test_findings_of_front_matter_are_at_its_keys():
    config = parse("lang: 3\n", "_quarto.yml")[0]
    _, diagnostics = merge(config, front_matter("execute:\n  echo: 3\ncsl: []\n"))
    assert [(str(d.span), d.message) for d in diagnostics] == [
        ("index.qmd:3:3", "`execute: echo` must be `true`, `false` or `fenced`"),
        ("index.qmd:4:1", "`csl` must be a text"),
    ]
