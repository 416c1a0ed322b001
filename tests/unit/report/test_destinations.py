"""Several formats in one run: which goes where, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from galleyproof import cli
from galleyproof.errors import ConfigError
from galleyproof.report import Destination, Format, destinations

Capture = pytest.CaptureFixture[str]


def to(format_: Format, file: str | None = None) -> Destination:
    return Destination(format=format_, file=Path(file) if file else None)


@pytest.mark.parametrize(
    ("written", "output", "expected"),
    [
        ([], None, [to(Format.TEXT)]),
        ([], "a.txt", [to(Format.TEXT, "a.txt")]),
        (["sarif"], None, [to(Format.SARIF)]),
        (["sarif"], "-", [to(Format.SARIF)]),
        (["text", "sarif"], "a.b", [to(Format.TEXT), to(Format.SARIF, "a.b")]),
        (["junit=a=b", "github"], None, [to(Format.JUNIT, "a=b"), to(Format.GITHUB)]),
        (["text", "github"], None, [to(Format.TEXT), to(Format.GITHUB)]),
    ],
)
def test_each_format_has_its_place(
    written: list[str], output: str | None, expected: list[Destination]
) -> None:
    assert list(destinations(written, output)) == expected


@pytest.mark.parametrize(
    ("written", "output", "message"),
    [
        (["sarf"], None, "`sarf` is not a format"),
        (["xml=a"], None, "`xml` is not a format"),
        (["json=a"], "b", "would go to `a` and to `b`"),
        (["json=a", "sarif"], "a", "two formats would go to `a`"),
        (["json", "text"], None, "`json` must stand alone"),
        (["json", "junit"], None, "`json` must stand alone"),
    ],
)
def test_what_cannot_be_is_refused(
    written: list[str], output: str | None, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        destinations(written, output)


def test_files_are_written_and_the_terminal_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (tmp_path / "a.qmd").write_text("Of 12.\n")
    monkeypatch.chdir(tmp_path)
    command = ["check", "--format", "sarif=deep/a.sarif", "--format", "text"]
    assert cli.run([*command, "--output", "a.txt"]) == 1
    assert capsys.readouterr().out.startswith("1 error\nchecked 1 file\n")
    assert '"2.1.0"' in (tmp_path / "deep" / "a.sarif").read_text(encoding="utf-8")
    assert "a.qmd:1:4: error" in (tmp_path / "a.txt").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_an_output_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (tmp_path / "a.qmd").write_text("None.\n")
    monkeypatch.chdir(tmp_path)
    assert cli.run(["check", "--format", "json=a.qmd/b.json"]) == 6
    assert "a file stands where a directory is wanted" in capsys.readouterr().err
