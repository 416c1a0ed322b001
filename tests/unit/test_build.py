"""Whole builds of tiny projects: what is written, where, and that it is repeatable."""

from __future__ import annotations

from pathlib import Path

import pytest

from galleyproof import build
from galleyproof.config import Target
from galleyproof.errors import CellError, ConfigError, FindingsError
from galleyproof.project import open_project, project_directory
from galleyproof.record import Step

CONFIG = """\
project:
  type: manuscript
  output-dir: _output
title: A tiny project
format:
  html: default
  typst: default
  docx: default
  jats: default
"""
CHAPTER = """\
# Results {#sec-results}

```{python}
#| label: fig-line
#| fig-cap: "A line"
#| fig-alt: "A rising line"
from pathlib import Path
import matplotlib.pyplot as plt
Path("figures").mkdir(exist_ok=True)
Path("figures/own.txt").write_text("drawn")
plt.plot([1, 2])
None
```

There are `{python} 40 + 2` in @fig-line, see @sec-results. {{< var greeting >}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    (tmp_path / "_quarto.yml").write_text(CONFIG)
    (tmp_path / "_variables.yml").write_text("greeting: Good day.\n")
    (tmp_path / "index.qmd").write_text("{{< include chapters/a.qmd >}}\n")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "a.qmd").write_text(CHAPTER)
    return tmp_path


def content(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_a_project_in_four_formats_twice(project: Path) -> None:
    steps: list[Step] = []
    done = build.render(project, progress=steps.append)
    first = content(project / "_output")
    assert {"index.html", "index.pdf", "index.docx", "index.xml"} <= set(first)
    assert {one.path for one in done.written} == {
        project / "_output" / name for name in first
    }
    assert all(one.size == len(first[one.path.name]) for one in done.written[-4:])
    html = first["index.html"].decode()
    assert "There are 42 in" in html
    assert "Good day." in html
    assert done.figures == (project / "figures" / "own.txt",)
    phases = ["read", "check", "execute", "typeset", "publish"]
    assert [name for name, _ in done.phases] == phases
    assert Step(phase="execute", text="chapters/a.qmd") in steps
    assert 0 < sum(seconds for _, seconds in done.phases) <= done.seconds
    assert done.peak_memory > 10_000_000

    build.render(project)
    assert content(project / "_output") == first, "the same inputs, other bytes"


def test_one_format_leaves_the_others_alone(project: Path) -> None:
    (project / "_output").mkdir()
    (project / "_output" / "index.pdf").write_text("an earlier one")
    done = build.render(project, formats=[Target.JATS])
    assert "index.xml" in {one.path.name for one in done.written}
    assert (project / "_output" / "index.pdf").read_text() == "an earlier one"


def test_a_single_file_lies_beside_its_source(project: Path) -> None:
    (project / "chapters" / "note.qmd").write_text("Only `{python} 6 * 7`.\n")
    done = build.render(project / "chapters" / "note.qmd", formats=[Target.HTML])
    (written,) = done.written
    assert written.path == project / "chapters" / "note.html"
    assert "Only 42." in written.path.read_text()
    assert not (project / "_output").exists()


def test_a_file_of_no_project_and_an_output_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "note.qmd").write_text("---\nformat: jats\n---\n\nJust text.\n")
    done = build.render(tmp_path / "note.qmd", output=tmp_path / "out")
    assert [one.path for one in done.written] == [tmp_path / "out" / "note.xml"]
    assert "execute" not in dict(done.phases), "nothing was there to run"


def test_errors_carry_every_finding(project: Path) -> None:
    text = "See @fig-a and @fig-b.\n"
    (project / "index.qmd").write_text(text)
    with pytest.raises(FindingsError) as raised:
        build.render(project)
    assert len(raised.value.diagnostics) == 2


def test_failing_chapters_are_all_told(project: Path) -> None:
    (project / "chapters" / "b.qmd").write_text("B `{python} nope`.\n")
    (project / "chapters" / "a.qmd").write_text("```{python}\n1/0\n```\n")
    (project / "index.qmd").write_text(
        "{{< include chapters/a.qmd >}}\n\n{{< include chapters/b.qmd >}}\n"
    )
    with pytest.raises(CellError) as raised:
        build.render(project)
    paths = [found.span.path for found in raised.value.diagnostics]
    assert paths == ["chapters/a.qmd", "chapters/b.qmd"]


def test_the_nearest_configuration_is_that_of_a_file(project: Path) -> None:
    assert project_directory(project / "chapters" / "a.qmd") == project
    assert open_project(project / "chapters" / "a.qmd").sources == ("chapters/a.qmd",)


def test_what_is_no_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("text")
    for path in (tmp_path, tmp_path / "nowhere", tmp_path / "notes.txt"):
        with pytest.raises(ConfigError):
            open_project(path)
    (tmp_path / "_quarto.yml").write_text("title: Nothing\n")
    with pytest.raises(ConfigError, match="nothing to render"):
        open_project(tmp_path)


def test_the_files_to_render(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text("project:\n  render: ['*.qmd']\n")
    for name in ("b.qmd", "a.qmd", "_part.qmd", "c.md"):
        (tmp_path / name).write_text("Text.\n")
    assert open_project(tmp_path).sources == ("a.qmd", "b.qmd")
