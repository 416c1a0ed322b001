"""What was found sound is not judged again, and nothing else is passed over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from galleyproof import inspection, release
from galleyproof.checks.numbers import guard
from galleyproof.diagnostics import Diagnostic

SOUND = "# First\n\nNothing is counted here.\n"
TYPED = "# Next\n\nThere were 12 of them.\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "_quarto.yml", "project: {render: [a.qmd, b.qmd]}\n")
    write(tmp_path, "a.qmd", SOUND)
    write(tmp_path, "b.qmd", SOUND)
    return tmp_path


def write(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text, encoding="utf-8")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the chapters in which numbers are looked for."""
    found: list[str] = []
    passages = guard.passages

    def counted(chapter):
        found.append(chapter.path)
        return passages(chapter)

    monkeypatch.setattr(guard, "passages", counted)
    return found


def findings(project: Path) -> list[str]:
    return [told(one) for one in inspection.inspect(project).findings]


def told(one: Diagnostic) -> str:
    return f"{one.span.path} {one.code.code}"


def test_a_chapter_without_findings_is_read_once(
    project: Path, read: list[str]
) -> None:
    assert findings(project) == []
    assert read == ["a.qmd", "b.qmd"]
    assert findings(project) == []
    assert read == ["a.qmd", "b.qmd"]


def test_findings_are_found_every_time(project: Path, read: list[str]) -> None:
    write(project, "b.qmd", TYPED)
    for _ in range(2):
        assert findings(project) == ["b.qmd number-computed"]
    assert read == ["a.qmd", "b.qmd", "b.qmd"]


def test_a_chapter_that_changes_is_read_again(project: Path, read: list[str]) -> None:
    findings(project)
    read.clear()
    write(project, "a.qmd", TYPED)
    assert findings(project) == ["a.qmd number-computed"]
    assert read == ["a.qmd"]


def test_a_file_of_its_own_leaves_the_others_known(
    project: Path, read: list[str]
) -> None:
    findings(project)
    write(project, "a.qmd", SOUND + "More.\n")
    inspection.inspect(project / "a.qmd")
    read.clear()
    assert findings(project) == []
    assert read == []


@pytest.mark.parametrize(
    "settings",
    ["lang: de\n", 'galley: {literals: ["here"]}\n'],
    ids=["language", "literals"],
)
def test_other_settings_are_another_question(
    project: Path, read: list[str], settings: str
) -> None:
    findings(project)
    read.clear()
    write(project, "_quarto.yml", (project / "_quarto.yml").read_text() + settings)
    findings(project)
    assert read == ["a.qmd", "b.qmd"]


def test_years_in_the_data_are_another_question(project: Path) -> None:
    write(project, "a.qmd", "# First\n\nIt was in 2016.\n")
    assert findings(project) == []
    (project / "data").mkdir()
    fields = [{"name": name, "type": "string"} for name in ("id", "unit")]
    table = {"name": "times", "path": "times.csv", "schema": {"fields": fields}}
    write(project / "data", "datapackage.json", json.dumps({"resources": [table]}))
    write(project / "data", "times.csv", "id,unit\na,calendar_year\n")
    assert "a.qmd number-computed" in findings(project)


def test_other_code_is_another_question(
    project: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    findings(project)
    read.clear()
    monkeypatch.setattr(release, "mark", lambda *_: "other code")
    findings(project)
    assert read == ["a.qmd", "b.qmd"]


PLAIN = "Of grade 3."
ESCAPED = '```{python}\nprint("Of gr\\x61de 3")\n```'


@pytest.mark.parametrize("typed", [PLAIN, ESCAPED])
def test_a_literal_that_only_known_chapters_use_is_used(
    project: Path, typed: str
) -> None:
    settings = (project / "_quarto.yml").read_text()
    write(project, "_quarto.yml", settings + 'galley: {literals: ["grade 3"]}\n')
    write(project, "b.qmd", f"# Next\n\n{typed}\n")
    for _ in range(2):
        assert findings(project) == []
    write(project, "b.qmd", "# Next\n\nEvents.\n")
    for _ in range(2):
        assert findings(project) == ["_quarto.yml literal-used"]


def test_a_build_knows_what_a_check_has_found(project: Path, read: list[str]) -> None:
    from galleyproof import build

    write(project, "_quarto.yml", CONFIG)
    findings(project)
    read.clear()
    build.render(project)
    assert read == []
    write(project, "a.qmd", SOUND + "More.\n")
    build.render(project)
    assert read == ["a.qmd"]


CONFIG = """\
project: {render: [a.qmd, b.qmd], output-dir: _output}
format: html
galley: {numbers: error}
"""


def test_a_file_without_a_project_has_no_cache(tmp_path: Path) -> None:
    write(tmp_path, "a.qmd", SOUND)
    findings(tmp_path / "a.qmd")
    assert [path.name for path in tmp_path.iterdir()] == ["a.qmd"]
