"""Findings that a project has lived with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from galleyproof import baseline, cli, inspection, sieve
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.errors import ConfigError
from galleyproof.inspection import Inspection
from galleyproof.project import SourceFiles
from galleyproof.spans import Span

Capture = pytest.CaptureFixture[str]
FILE = "known.json"


def write(directory: Path, text: str, name: str = "a.qmd") -> None:
    (directory / name).write_text(text, encoding="utf-8")


def record(directory: Path, **how: object) -> int:
    done = inspection.inspect(directory, **how)  # type: ignore[arg-type]
    return sieve.record(done, directory / FILE, SourceFiles(directory))


def compared(path: Path, **how: object) -> Inspection:
    directory = path if path.is_dir() else path.parent
    done = inspection.inspect(path, **how)  # type: ignore[arg-type]
    return sieve.against(done, directory / FILE, SourceFiles(directory))


def told(done: Inspection) -> list[str]:
    return [found.message.split("`")[1] for found in done.findings]


def test_what_is_known_is_counted_and_what_is_new_is_told(tmp_path: Path) -> None:
    write(tmp_path, "Of 12.\n\nOf 13.\n")
    assert record(tmp_path) == 2
    write(tmp_path, "# Words\n\nOf 13.\n\nMore\nwords.\n\nOf 12.\n\nOf 14.\n")
    done = compared(tmp_path)
    assert told(done) == ["14"]
    assert (done.known, done.vanished) == (2, 0)


def test_of_equal_findings_as_many_are_known_as_there_were(tmp_path: Path) -> None:
    write(tmp_path, "Of 12.\n\nOf 12.\n")
    record(tmp_path)
    (entry,) = json.loads((tmp_path / FILE).read_text())["findings"]
    assert entry["count"] == 2
    write(tmp_path, "Of 12.\n\nOf 12.\n\nOf 12.\n")
    done = compared(tmp_path)
    assert (len(done.findings), done.known) == (1, 2)
    write(tmp_path, "Of 12.\n")
    done = compared(tmp_path)
    assert (done.findings, done.known, done.vanished) == ((), 1, 1)


def test_what_was_not_looked_at_neither_vanishes_nor_is_forgotten(
    tmp_path: Path,
) -> None:
    write(tmp_path, "Of 12, see @sec-none.\n")
    write(tmp_path, "Of 13.\n", "b.qmd")
    record(tmp_path)
    write(tmp_path, "None.\n")
    write(tmp_path, "None.\n", "b.qmd")
    assert compared(tmp_path).vanished == 3
    assert compared(tmp_path, select=[Code.LABEL_UNIQUE]).vanished == 0
    assert compared(tmp_path, select=[Code.NUMBER_COMPUTED]).vanished == 2
    assert compared(tmp_path / "b.qmd").vanished == 1
    record(tmp_path, select=[Code.REFERENCE_RESOLVES])
    assert compared(tmp_path).vanished == 2
    record(tmp_path)
    assert compared(tmp_path).vanished == 0
    assert json.loads((tmp_path / FILE).read_text())["findings"] == []


def test_that_a_check_did_not_run_is_never_known(tmp_path: Path) -> None:
    found = Diagnostic(code=Code.CHECK_RUNS, span=Span(path=".", line=0), message="m")
    sources = SourceFiles(tmp_path)
    assert baseline.survey([found], sources) == ()
    assert baseline.compare([found], [], sources).new == (found,)


def test_the_file_is_the_same_whatever_the_order_and_can_be_read(
    tmp_path: Path,
) -> None:
    write(tmp_path, "Of 12.\n\nOf 13.\n")
    sources = SourceFiles(tmp_path)
    found = inspection.inspect(tmp_path).findings
    known = baseline.survey(found, sources)
    assert baseline.survey(tuple(reversed(found)), sources) == known
    baseline.write(tmp_path / FILE, known)
    assert baseline.read(tmp_path / FILE, FILE) == known
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    assert len(text.splitlines()) == len(known) + 5
    assert str(tmp_path) not in text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 2, "findings": []}',
        '{"version": 1, "findings": [{"path": "a"}]}',
        '{"version": 1, "findings": 3}',
        '{"version": 1, "findings": [3]}',
        "\u00ff",
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="latin-1")
    with pytest.raises(ConfigError, match="cannot be read as a baseline"):
        baseline.read(tmp_path / FILE, FILE)


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "Of 12.\n")
    assert cli.run(["check", "--update-baseline"]) == 2
    assert "there is no baseline to update" in capsys.readouterr().err
    assert cli.run(["check", "--baseline", FILE]) == 2
    assert f"there is no baseline `{FILE}`" in capsys.readouterr().err
    assert cli.run(["check", "--strict", "--baseline", FILE, "--update-baseline"]) == 0
    said = capsys.readouterr()
    assert said.err == "known.json: 1 known\n"
    assert said.out.startswith("no findings (1 known)\n")
    write(tmp_path, "Of 13.\n")
    assert cli.run(["check", "--baseline", FILE]) == 1
    assert "1 error\n1 finding of the baseline is gone" in capsys.readouterr().out


def test_the_configuration_may_name_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    book = tmp_path / "book"
    book.mkdir()
    monkeypatch.chdir(tmp_path)
    write(book, "galley: {baseline: known.json}\n", "_quarto.yml")
    write(book, "Of 12.\n")
    assert cli.run(["check", "book", "--update-baseline"]) == 0
    assert (book / FILE).is_file()
    assert cli.run(["check", "book"]) == 0
    assert "no findings (1 known)" in capsys.readouterr().out
