"""Handing over to Quarto, with a script on PATH that stands in for the program.

What is tested is our side: how it is called, where its outputs go, what is said when it
is missing, too old, or fails. That a real Quarto takes the call is not tested here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from galleyproof import build, quarto
from galleyproof.config import Target
from galleyproof.errors import ToolError, ToolMissingError
from galleyproof.record import Engine

STAND_IN = """\
#!{python}
import json, pathlib, sys
if "--version" in sys.argv:
    print("{version}")
    raise SystemExit
words = sys.argv[1:]
pathlib.Path("called.json").write_text(json.dumps(words))
if {fails}:
    sys.exit("ERROR: it does not render")
out = pathlib.Path(words[words.index("--output-dir") + 1])
endings = {{"html": "html", "typst": "pdf", "docx": "docx", "jats": "xml"}}
for name in words[words.index("--to") + 1].split(","):
    (out / ("index." + endings[name])).write_text("by quarto")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    (directory / "_output").mkdir(parents=True)
    (directory / "_output" / "index.html").write_text("an earlier build")
    (directory / "_quarto.yml").write_text(
        "project:\n  type: manuscript\n  output-dir: _output\n"
        "format:\n  html: default\n  typst: default\n"
    )
    (directory / "index.qmd").write_text("Text.\n")
    return directory


def install(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    version: str = "1.10.3",
    fails: bool = False,
) -> None:
    program = tmp_path / "bin" / "quarto"
    program.parent.mkdir()
    program.write_text(
        STAND_IN.format(python=sys.executable, version=version, fails=fails)
    )
    program.chmod(0o755)
    monkeypatch.setattr("galleyproof.tools.quarto_path", lambda: program)


def test_its_outputs_have_our_names(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path)
    done = build.render(project, engine=Engine.QUARTO)
    assert [one.path.name for one in done.written] == ["index.html", "index.pdf"]
    assert (project / "_output" / "index.html").read_text() == "by quarto"
    words = json.loads((project / "called.json").read_text())
    assert words[:4] == ["render", str(project), "--to", "html,typst"]
    assert words[4] == "--output-dir"
    assert not Path(words[5]).is_absolute()


def test_formats_and_output_can_be_chosen(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path)
    targets = [Target.DOCX, Target.JATS]
    out = project / "elsewhere"
    build.render(project, formats=targets, engine=Engine.QUARTO, output=out)
    assert sorted(p.name for p in out.iterdir()) == ["index.docx", "index.xml"]


def test_an_output_outside_the_project_is_reached(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path)
    out = tmp_path / "outside"
    build.render(project, engine=Engine.QUARTO, output=out)
    assert sorted(p.name for p in out.iterdir()) == ["index.html", "index.pdf"]


def test_a_failure_leaves_the_last_output(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path, fails=True)
    with pytest.raises(ToolError, match="it does not render"):
        build.render(project, engine=Engine.QUARTO)
    assert (project / "_output" / "index.html").read_text() == "an earlier build"
    assert not (project / ".galley").exists()


def test_an_output_that_is_not_there_is_noticed(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(monkeypatch, tmp_path)
    monkeypatch.setattr("galleyproof.tools.quarto", lambda *_, **__: None)
    with pytest.raises(ToolError, match=r"wrote no `index\.html`"):
        build.render(project, engine=Engine.QUARTO)


def test_a_missing_quarto_says_how_to_get_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("galleyproof.tools.quarto_path", lambda: None)
    with pytest.raises(ToolMissingError, match="quarto was not found") as raised:
        build.render(project, engine=Engine.QUARTO)
    assert "quarto.org" in raised.value.hint
    assert "pip install 'galleyproof[quarto]'" in raised.value.hint
    assert raised.value.exit_code == 3


@pytest.mark.parametrize("version", ["1.8.27", "1.4", "0.9.99"])
def test_an_old_quarto_is_refused(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    install(monkeypatch, tmp_path, version=version)
    with pytest.raises(ToolMissingError, match=r"too old: 1\.9 or newer"):
        build.render(project, engine=Engine.QUARTO)


@pytest.mark.parametrize("version", ["1.9.0", "1.10.3", "2.0", "99.9.9"])
def test_newer_ones_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    install(monkeypatch, tmp_path, version=version)
    assert quarto.require() == version
