"""Nothing has changed: said only where a build would write the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from galleyproof import cli, receipts
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.receipts import Request
from galleyproof.spans import Span

Capture = pytest.CaptureFixture[str]
CONFIG = """\
project:
  type: manuscript
  output-dir: _output
bibliography: references.bib
title: A review
format:
  html: default
"""
FILES = {
    "_quarto.yml": CONFIG,
    "index.qmd": "Text [@a].\n\n{{< include part.qmd >}}\n",
    "part.qmd": "![](pictures/a.png){fig-alt='A square' #fig-a}\n\nSee @fig-a.\n",
    "references.bib": "@misc{a, title={A}, author={B, C}, year={2020}}\n",
    "pictures/a.png": "no picture, but nobody looks",
    "data/notes.txt": "notes",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert cli.run(["render"]) == 0
    return tmp_path


def is_unchanged(*arguments: str) -> bool:
    """Ask without building."""
    output = Path(arguments[-1]) if arguments else None
    return receipts.unchanged(Request.of(Path(), (), output)) is not None


def write(path: str, text: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text(text)

    return change


def remove(path: str) -> Callable[[Path], None]:
    return lambda project: (project / path).unlink()


def test_the_second_build_says_so(project: Path, capsys: Capture) -> None:
    before = {p: p.stat().st_mtime_ns for p in (project / "_output").rglob("*")}
    capsys.readouterr()
    assert cli.run(["render"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Nothing has changed: the 3 files of the last build")
    assert err == ""
    assert {p: p.stat().st_mtime_ns for p in (project / "_output").rglob("*")} == before
    assert cli.run(["render", "--force"]) == 0
    assert "Wrote 3 files" in capsys.readouterr().out


def test_nothing_heavy_is_imported_for_it(project: Path) -> None:
    code = (
        "import sys; from galleyproof import cli; cli.run(['render']);"
        "print(*sorted(m for m in sys.modules if m.count('.') < 2))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert said.startswith("Nothing has changed")
    heavy = {"numpy", "yaml", "pybtex", "frictionless", "jupyter_client", "typst"}
    heavy |= {"galleyproof.build", "galleyproof.qmd", "galleyproof.render"}
    assert heavy.isdisjoint(said.split())


@pytest.mark.parametrize(
    "change",
    [
        write("index.qmd", FILES["index.qmd"] + "More.\n"),
        write("part.qmd", FILES["part.qmd"].replace("See", "Look at")),
        write("_quarto.yml", CONFIG + "lang: de\n"),
        write("_variables.yml", "a: 1\n"),
        write("references.bib", FILES["references.bib"].replace("2020", "2021")),
        write("pictures/a.png", "another picture"),
        write("data/notes.txt", "other notes"),
        write("data/more.txt", "a new file"),
        write("_output/index.html", "spoilt"),
        remove("_output/index.html"),
        remove("_output/manifest.json"),
        remove("data/notes.txt"),
        remove("part.qmd"),
    ],
)
def test_a_change_is_noticed(project: Path, change: Callable[[Path], None]) -> None:
    assert is_unchanged()
    change(project)
    assert not is_unchanged()


def test_times_decide_nothing(project: Path) -> None:
    for path in project.rglob("*"):
        if ".galley" not in path.parts:
            os.utime(path, (5, 5))
    assert is_unchanged()
    path = project / "part.qmd"
    status = path.stat()
    path.write_text(FILES["part.qmd"].replace("See", "Saw"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not is_unchanged()


def test_surroundings_count(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000001")
        assert not is_unchanged()
    assert is_unchanged()
    monkeypatch.setattr(receipts, "surroundings", lambda: "another interpreter")
    assert not is_unchanged()


def test_another_request_is_another_build(project: Path) -> None:
    assert not is_unchanged("elsewhere")
    assert Request.of(project / "part.qmd", (), None) != Request.of(project, (), None)
    assert Request.of(project, ("html",), None) != Request.of(project, (), None)


def test_a_build_that_fails_leaves_no_receipt(project: Path, capsys: Capture) -> None:
    text = FILES["index.qmd"]
    (project / "index.qmd").write_text(text + "@fig-missing\n")
    assert cli.run(["render"]) == 1
    (project / "index.qmd").write_text(text)
    assert not is_unchanged()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"files": 3}', '{"version": 0}'])
def test_a_damaged_receipt_is_none(project: Path, damage: str) -> None:
    request = Request.of(Path(), (), None)
    assert request is not None
    request.file.write_text(damage)
    assert not is_unchanged()


def test_what_cells_opened_counts(project: Path, monkeypatch: pytest.MonkeyPatch):
    request = Request.of(Path(), (), None)
    assert request is not None
    said = json.loads(request.file.read_text())
    (project / "module.py").write_text("x = 1\n")
    monkeypatch.setenv("GREETING", "hello")
    files = receipts.digests(project, ["module.py", "not/there.csv"])
    said["observed"] = {"files": files, "listed": {"no": None}, "stated": {}}
    said["environment"] = {
        name: receipts.variable(name) for name in ("GREETING", "NOT_SET")
    }
    request.file.write_text(json.dumps(said))
    assert is_unchanged()
    with monkeypatch.context() as patch:
        patch.setenv("GREETING", "goodbye")
        assert not is_unchanged()
    write("not/there.csv", "now it is")(project)
    assert not is_unchanged()
    remove("not/there.csv")(project)
    assert is_unchanged()
    write("module.py", "x = 2\n")(project)
    assert not is_unchanged()


CODE = """\
```{python}
import os
from pathlib import Path
import helper
```

It is `{python} helper.WORD` and `{python} Path("word.txt").read_text()`, as
`{python} os.environ.get("WORD", "nothing")` of `{python} " ".join(sorted(
os.listdir("words")))` says `{python} "so" if Path("so").exists() else "not so"`.
"""


def test_what_code_saw_counts(
    project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("index.qmd", FILES["index.qmd"] + CODE)(project)
    write("helper.py", "WORD = 'one'\n")(project)
    write("word.txt", "two")(project)
    write("words/three", "")(project)
    assert cli.run(["render"]) == 0
    assert is_unchanged()
    changes = [
        write("helper.py", "WORD = 'ONE'\n"),
        write("word.txt", "TWO"),
        write("words/four", ""),
        write("so", ""),
    ]
    for change in changes:
        change(project)
        assert not is_unchanged()
        assert cli.run(["render"]) == 0
        assert is_unchanged()
    monkeypatch.setenv("WORD", "something")
    assert not is_unchanged()
    page = (project / "_output" / "index.html").read_text("utf-8")
    inputs = json.loads((project / "_output" / "manifest.json").read_text())["inputs"]
    assert {"helper.py", "word.txt", "index.qmd", "references.bib"} <= inputs.keys()
    assert not any(name.startswith((".", "/", "_output")) for name in inputs)
    assert "It is ONE and TWO, as nothing of four three says so." in page


def test_code_that_cannot_be_repeated_is_run_again(project: Path) -> None:
    text = "\n```{python}\nimport time\nprint(time.time())\n```\n"
    write("index.qmd", FILES["index.qmd"] + text)(project)
    assert cli.run(["render"]) == 0
    assert not is_unchanged()


def test_warnings_come_again(
    project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Diagnostic(
        code=Code.TYPESETTING_CLEAN,
        span=Span(path="index.qmd", line=1, column=2, end_line=1, end_column=4),
        message="something",
        hint="look",
        severity=Severity.WARNING,
        detail="one\ntwo",
    )
    assert receipts.recalled(receipts.noted([found])) == [found]
    unknown = receipts.noted([found])[0] | {"code": "of-another-version"}
    assert receipts.recalled([unknown]) == []
    request = Request.of(Path(), (), None)
    assert request is not None
    said = json.loads(request.file.read_text())
    said["warnings"] = receipts.noted([found])
    request.file.write_text(json.dumps(said))
    capsys.readouterr()
    assert cli.run(["render"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Nothing has changed")
    assert "index.qmd:1:2: warning: something" in err


def test_outside_of_a_project_there_is_nothing_to_ask(tmp_path: Path) -> None:
    assert Request.of(tmp_path / "a.qmd", (), None) is None
    assert receipts.unchanged(None) is None
