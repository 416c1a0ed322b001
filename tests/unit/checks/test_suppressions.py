"""What is suppressed, where, why; and what is wrong with a suppression."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from galleyproof import config, inspection
from galleyproof.checks import suppressions
from galleyproof.checks.remarks import remarks, settings_remarks
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.inspection import Inspection
from galleyproof.qmd import parse
from galleyproof.spans import Source, Span

IGNORE = "<!-- galley: ignore number-computed a given -->"


def lines(text: str) -> list[tuple[int, int]]:
    """Return the lines that each remark of a chapter is about."""
    return [(r.first, r.last) for r in remarks(parse(Source("a.qmd", text)))]


# Where a remark stands, and what it is about ------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Of 12. {IGNORE}\n", (1, 1)),
        (f"Of 12\nand {IGNORE} 13\nand 14.\n", (2, 2)),
        (f"# Of 12 {IGNORE}\n", (1, 1)),
        (f"- 12 {IGNORE}\n- 13\n", (1, 1)),
        (f"| a | b |\n|---|---|\n| 1 | 2 {IGNORE} |\n", (3, 3)),
        ("Of 12 <!-- galley: ignore\nnumber-computed why --> 13\n14\n", (1, 2)),
        (f"[^1]: 12 {IGNORE}\n", (1, 1)),
    ],
)
def test_beside_something_it_is_about_its_line(
    text: str, expected: tuple[int, int]
) -> None:
    assert lines(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{IGNORE}\nOf 12\nand 13.\n\nOf 14.\n", (2, 3)),
        (f"{IGNORE}\n\n\nOf 12\nand 13.\n", (4, 5)),
        (f"  {IGNORE}  \n\n# Of 12\n\nOf 13.\n", (3, 3)),
        (f"\ufeff{IGNORE}\r\n\r\nOf 12\r\nand 13.\r\n", (3, 4)),
        (f"{IGNORE}\n\n- 12\n  13\n- 14\n", (3, 4)),
        (f"- 12\n{IGNORE}\n- 13\n", (3, 3)),
        (f"Of 12\n{IGNORE}\nand 13\nand 14.\n", (3, 3)),
        (f"{IGNORE}\n<!-- other -->\n\n{IGNORE}\n\nOf 12\n", (6, 6)),
        (f"{IGNORE} <!-- and -->\nOf 12\n", (2, 2)),
        (f"{IGNORE}\n\n```{{python}}\n12\n```\n\n13\n", (3, 5)),
        (f"{IGNORE}\n\n$$\n12\n$$\n", (3, 5)),
        (f"{IGNORE}\n\n::: a\n12\n\n::: b\n13\n:::\n\n14\n:::\n15\n", (3, 11)),
        (f"{IGNORE}\n\n| a |\n|---|\n| 1 |\n\n: Of 12 {{#tbl-a}}\n\n13\n", (3, 7)),
        (f"{IGNORE}\n\n: Of 12 {{#tbl-a}}\n\n| a |\n|---|\n| 1 |\n\n13\n", (3, 7)),
        (f"::: a\n{IGNORE}\n:::\n\nOf 12\n", (1, 0)),
        (f"Of 12.\n{IGNORE}\n", (1, 0)),
        (f"Of 12.\n\n{IGNORE}", (1, 0)),
        (f"{IGNORE}\n\n```{{=html}}\n<b>12</b>\n```\n", (3, 5)),
        (f"```{{=html}}\n{IGNORE}\n<b>12</b>\n```\n", (3, 3)),
    ],
)
def test_alone_it_is_about_what_follows(text: str, expected: tuple[int, int]) -> None:
    assert set(lines(text)) == {expected}


@pytest.mark.parametrize(
    "text",
    [
        f"Write `{IGNORE}` in the text.\n",
        f"```\n{IGNORE}\n```\n",
        f"```{{.markdown}}\n{IGNORE}\n```\n",
        f"    {IGNORE}\n",
        f'```{{python}}\nx = "{IGNORE}"\n```\n',
        "<!-- galley: ignored number-computed is another word -->\n",
        "<!-- our galley: ignore number-computed -->\n",
    ],
)
def test_what_only_shows_a_remark_is_none(text: str) -> None:
    assert lines(text) == []


HASH = "# galley: ignore number-computed a given"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"---\ntitle: Of 12  {HASH}\n---\n", (2, 2)),
        (f"---\n{HASH}\ntitle: Of 12\nother: 13\n---\n", (3, 3)),
        (f"---\n{HASH}\nabstract: |\n  Of 12\n\n  Of 13\nother: 13\n---\n", (3, 6)),
        (f"---\n{HASH}\nkeywords:\n- 12\n- 13\nother: 14\n---\n", (3, 5)),
        (f"---\nabstract: |\n  Of 12 {IGNORE}\n  13\n---\n", (3, 3)),
        (f"---\nabstract: |\n  {IGNORE}\n  Of 12\n  13\n---\n", (4, 4)),
        (f"---\ntitle: a\n{HASH}\n---\n\n12\n", (1, 0)),
        (f"```{{python}}\nprint(12)  {HASH}\nprint(13)\n```\n", (2, 2)),
        (f"```{{python}}\n{HASH}\n\nprint(12)\nprint(13)\n```\n", (4, 4)),
        (f"```{{python}}\n{HASH}\nprint(\n    12,\n)\n13\n```\n", (3, 5)),
        (f'```{{python}}\n{HASH}\nx = """\n12\n"""\n13\n```\n', (3, 5)),
        (f"```{{python}}\n{HASH}\ndef f():\n    12\n\n    13\n14\n```\n", (3, 6)),
        (f"```{{python}}\n#| {HASH}\n#| fig-cap: 12\n#| a: b\nx\n```\n", (3, 3)),
        (f"```{{python}}\n#| fig-cap: 12 {HASH}\nx\n```\n", (2, 2)),
        (f"```{{python}}\n#| {HASH}\n#| fig-cap: |\n#|   12\n#| a: b\n```\n", (3, 4)),
        (f"```{{r}}\n{HASH}\nprint(12,\n  13)\nprint(14)\n```\n", (3, 4)),
        (f"```{{python}}\n{HASH}\nif if\n12\n```\n", (3, 3)),
        ("```{ojs}\n// galley: ignore number-computed why\n12\n13\n```\n", (3, 3)),
    ],
)
def test_in_yaml_and_code_a_comment_is_about_line_key_or_statement(
    text: str, expected: tuple[int, int]
) -> None:
    assert lines(text) == [expected]


def test_in_the_configuration_as_well() -> None:
    source = Source("_quarto.yml", f"a: b\n{HASH}\nformat:\n  html:\n    x: 12\nc: d\n")
    (remark,) = settings_remarks(source)
    assert (remark.first, remark.last) == (3, 5)
    assert source.marked(remark.span) == HASH


# Codes, reasons, use ------------------------------------------------------------------


def inspected(directory: Path, text: str, settings: str = "") -> Inspection:
    (directory / "a.qmd").write_text(text, encoding="utf-8")
    if settings:
        (directory / "_quarto.yml").write_text(settings, encoding="utf-8")
    return inspection.inspect(directory)


def told(done: Inspection) -> list[str]:
    return [found.code.code for found in done.findings]


def test_a_suppressed_finding_is_not_told_and_its_reason_is_kept(
    tmp_path: Path,
) -> None:
    done = inspected(tmp_path, f"Of 12. {IGNORE}\n")
    assert told(done) == []
    (one,) = done.suppressed
    assert (one.finding.code, one.reason) == (Code.NUMBER_COMPUTED, "a given")


@pytest.mark.parametrize(
    ("remark", "expected"),
    [
        ("number-computed", ["number-computed", "suppression-reasoned"]),
        ("number-computed: --", ["number-computed", "suppression-reasoned"]),
        ("number-computd why", ["number-computed", "suppression-resolves"]),
        ("", ["number-computed", "suppression-resolves"]),
        ("check-runs because", ["number-computed", "suppression-resolves"]),
        ("suppression-used because", ["number-computed", "suppression-resolves"]),
        ("cell-runs because", ["number-computed", "suppression-resolves"]),
        ("label-unique it was", ["number-computed", "suppression-used"]),
        ("number-computed: why", []),
        ("number-computed,label-unique why", ["suppression-used"]),
        ("label-unique, number-computed why", ["suppression-used"]),
        ("number-computed\n  \u2014 a reason\n  of two lines", []),
    ],
)
def test_what_is_wrong_with_a_suppression(
    tmp_path: Path, remark: str, expected: list[str]
) -> None:
    text = f"Of 12. <!-- galley: ignore {remark} -->\n"
    assert told(inspected(tmp_path, text)) == expected


def test_what_was_not_checked_is_not_called_unused(tmp_path: Path) -> None:
    (tmp_path / "a.qmd").write_text(f"No. {IGNORE}\n", encoding="utf-8")
    assert told(inspection.inspect(tmp_path)) == ["suppression-used"]
    others = [Code.LABEL_UNIQUE, Code.SUPPRESSION_USED]
    assert told(inspection.inspect(tmp_path, select=others)) == []
    assert told(inspection.inspect(tmp_path, ignore=[Code.NUMBER_COMPUTED])) == []
    assert told(inspection.inspect(tmp_path, ignore=[Code.SUPPRESSION_USED])) == []


def test_a_check_that_did_not_run_leaves_no_suppression_unused(tmp_path: Path) -> None:
    text = "See @none. <!-- galley: ignore citation-resolves not yet published -->\n"
    (tmp_path / "r.bib").write_text("@article{a,\n title = {b}\n", encoding="utf-8")
    done = inspected(tmp_path, text, "bibliography: r.bib\n")
    assert "check-runs" in told(done)
    assert "suppression-used" not in told(done)


SETTINGS = """galley:
  ignore:
    - code: {code}
      path: {path}
      reason: {reason}
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.qmd", []),
        ("./a.qmd", []),
        ("'*.qmd'", []),
        ("'**'", []),
        ("''", []),
        ("'**/*.qmd'", []),
        ("b.qmd", ["suppression-used", "number-computed"]),
        ("'*'", []),
        ("a", ["suppression-used", "number-computed"]),
        ("chapters/", ["suppression-used", "number-computed"]),
    ],
)
def test_configuration_suppresses_by_path(
    tmp_path: Path, path: str, expected: list[str]
) -> None:
    settings = SETTINGS.format(code="number-computed", path=path, reason="a given")
    assert told(inspected(tmp_path, "Of 12.\n", settings)) == expected


def test_a_pattern_knows_directories() -> None:
    def about(glob: str, path: str) -> bool:
        return suppressions._pattern(glob).fullmatch(path) is not None

    assert about("data/", "data/deep/a.csv")
    assert about("data/*", "data/a.csv")
    assert not about("data/*", "data/deep/a.csv")
    assert about("**/a.csv", "a.csv")
    assert about("**/a.csv", "data/deep/a.csv")
    assert about("data/?.csv", "data/a.csv")
    assert not about("a.csv", "axcsv")


def test_configuration_narrows_by_the_text_of_the_line(tmp_path: Path) -> None:
    settings = SETTINGS.format(code="number-computed", path="''", reason="a given")
    settings += "      text: beds\n"
    done = inspected(tmp_path, "Of 12 beds.\n\nOf 13 rooms.\n", settings)
    assert [found.span.line for found in done.findings] == [3]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("galley: {ignore: [{code: number-computed}]}", "suppression-reasoned"),
        ("galley: {ignore: [{code: x-y, reason: why}]}", "suppression-resolves"),
        ("galley: {ignore: number-computed}", "config-valid"),
        ("galley: {ignore: [number-computed]}", "config-valid"),
        ("galley: {ignore: [{reason: why}]}", "config-valid"),
        ("galley: {ignore: [{code: 3, reason: why}]}", "config-valid"),
        ("galley: {ignore: [{code: label-unique, reason: [a]}]}", "config-valid"),
        ("galley: {ignore: [{cod: a, code: data-valid, reason: b}]}", "config-valid"),
    ],
)
def test_what_is_wrong_in_configuration_is_found_at_its_place(
    tmp_path: Path, settings: str, expected: str
) -> None:
    (found, *_) = inspected(tmp_path, "None.\n", f"{settings}\n").findings
    assert found.code.code == expected
    assert found.span.path == "_quarto.yml"
    assert found.span.column > 1


def test_codes_may_be_a_list(tmp_path: Path) -> None:
    settings = SETTINGS.format(
        code="[number-computed, comparison-bound]", path="''", reason="a given"
    )
    assert told(inspected(tmp_path, "Of 12, more died.\n", settings)) == []


def test_configuration_is_called_unused_only_of_the_whole_project(
    tmp_path: Path,
) -> None:
    settings = SETTINGS.format(code="number-computed", path="''", reason="a given")
    assert told(inspected(tmp_path, "None.\n", settings)) == ["suppression-used"]
    assert told(inspection.inspect(tmp_path / "a.qmd")) == []


def test_findings_about_whole_files_are_not_suppressed_in_place() -> None:
    (remark,) = suppressions.written(
        [parse(Source("a.qmd", IGNORE))], [], config.Config.default()
    )
    found = Diagnostic(
        code=Code.NUMBER_COMPUTED, span=Span(path="a.qmd", line=0), message="m"
    )
    wide = replace(remark, lines=(1, 99))
    assert suppressions.sift([found], [wide], lambda *_: "").kept == (found,)


def test_a_build_tells_what_it_cannot_go_on_with() -> None:
    (remark,) = suppressions.written(
        [parse(Source("a.qmd", "x <!-- galley: ignore label-unique why -->"))],
        [],
        config.Config.default(),
    )
    found = Diagnostic(code=Code.LABEL_UNIQUE, span=Span(path="a.qmd"), message="m")
    warning = replace(found, severity=Severity.WARNING)
    told = suppressions.told_by_a_build([found, warning], [remark], lambda *_: "")
    assert told == [found]
