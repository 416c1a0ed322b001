"""The command around the build: exit codes, terminals, interruptions, our own bugs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from galleyproof import __version__, build, cli, record
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.errors import CellError, GalleyError, OutputError
from galleyproof.spans import Span

Capture = pytest.CaptureFixture[str]


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def render(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(build, "render", render)


def test_version(capsys: Capture) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"galley, version {__version__}\n"


def test_help_names_every_command(capsys: Capture) -> None:
    assert cli.run(["--help"]) == 0
    out = capsys.readouterr().out
    for command in cli.galley.commands:
        assert command in out


def test_a_wrong_word_is_refused(capsys: Capture) -> None:
    assert cli.run(["rendre"]) == 2
    assert "rendre" in capsys.readouterr().err
    assert cli.run(["render", "--to", "html,epub"]) == 2
    assert "`epub` is not a format; choose from html, pdf" in capsys.readouterr().err


@pytest.mark.parametrize("kind", [CellError, OutputError, GalleyError])
def test_each_kind_of_error_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, kind: type[GalleyError]
) -> None:
    fail_with(monkeypatch, kind("it went wrong", hint="do it again"))
    assert cli.run(["render", "--force"]) == kind.exit_code
    err = capsys.readouterr().err
    assert err == "galley: error: it went wrong\n  hint: do it again\n"


def test_findings_are_shown_with_lines_of_the_project(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, tmp_path: Path
) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "_quarto.yml").write_text("title: x\n")
    (tmp_path / "book" / "a.qmd").write_text("one\nsee @fig-x\n")
    monkeypatch.chdir(tmp_path)
    span = Span(path="a.qmd", line=2, column=5, end_line=2, end_column=11)
    found = Diagnostic(code=Code.REFERENCE_RESOLVES, span=span, message="not there")
    fail_with(monkeypatch, GalleyError("stopped", diagnostics=[found]))
    assert cli.run(["render", "book"]) == 1
    assert capsys.readouterr().err.splitlines()[:3] == [
        "book/a.qmd:2:5: error: not there [reference-resolves]",
        "  2 | see @fig-x",
        "    |     ^^^^^^",
    ]


def test_a_defect_of_ours_asks_to_be_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    fail_with(monkeypatch, ZeroDivisionError("ours"))
    assert cli.run(["render", "--force"]) == 70
    err = capsys.readouterr().err
    assert "ZeroDivisionError: ours" in err
    assert "defect of galleyproof" in err


def fail_at(monkeypatch: pytest.MonkeyPatch, number: signal.Signals) -> None:
    monkeypatch.setattr(build, "render", lambda *_, **__: signal.raise_signal(number))


INTERRUPTIONS = [
    (signal.SIGINT, 130, "interrupted"),
    (signal.SIGTERM, 143, "terminated"),
]


@pytest.mark.parametrize(("number", "code", "said"), INTERRUPTIONS)
def test_an_interruption_is_not_a_failure(
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    number: signal.Signals,
    code: int,
    said: str,
) -> None:
    before = signal.getsignal(number)
    fail_at(monkeypatch, number)
    assert cli.run(["render", "--force"]) == code
    err = capsys.readouterr().err
    assert err.strip() == f"galley: {said}; the last output is as it was"
    assert signal.getsignal(number) is before


class Swallowing:
    """A build that goes on as if nobody had asked it to stop."""

    def __init__(self, number: signal.Signals, error: Exception | None = None) -> None:
        self.number, self.error, self.reached = number, error, ["begun"]

    def render(self, *_: object, **__: object) -> None:
        with suppress(KeyboardInterrupt):
            signal.raise_signal(self.number)
        if self.error is not None:
            raise self.error
        clock = record.Clock(progress=lambda _: None)
        self.reached.append("went on")
        with clock.phase("next"):
            self.reached.append("the next phase")


@pytest.mark.parametrize(("number", "code", "said"), INTERRUPTIONS)
def test_an_interruption_that_was_swallowed_stops_before_the_next_phase(
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    number: signal.Signals,
    code: int,
    said: str,
) -> None:
    swallowing = Swallowing(number)
    monkeypatch.setattr(build, "render", swallowing.render)
    assert cli.run(["render", "--force"]) == code
    assert said in capsys.readouterr().err
    assert swallowing.reached == ["begun", "went on"]


@pytest.mark.parametrize("error", [GalleyError("half"), ImportError("half")])
def test_what_an_interruption_breaks_is_not_told_as_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, error: Exception
) -> None:
    monkeypatch.setattr(build, "render", Swallowing(signal.SIGINT, error).render)
    assert cli.run(["render", "--force"]) == cli.INTERRUPTED
    assert "half" not in capsys.readouterr().err


def test_a_full_disk_anywhere_is_an_output_error(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    fail_with(monkeypatch, OSError(28, "No space left on device", "/somewhere/x"))
    assert cli.run(["render", "--force"]) == OutputError.exit_code
    err = capsys.readouterr().err
    assert "/somewhere/x: error: cannot be written: no space left on device" in err


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "galleyproof", *words]


def test_a_terminal_that_is_not_utf8_is_no_reason_to_fail(tmp_path: Path) -> None:
    ended = subprocess.run(
        command("render", "Größe漢.qmd"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "`Größe\\u6f22.qmd` does not exist".encode("latin-1") in ended.stderr


def test_a_reader_that_goes_away_ends_the_command_quietly(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        command("doctor"),
        cwd=tmp_path,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, b"")


def test_help_comes_at_once() -> None:
    # Five tries, since other tests may be running on the same machine.
    def seconds(*words: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        return time.perf_counter() - began

    bare = min(seconds("-c", "pass") for _ in range(3))
    ours = min(seconds("-m", "galleyproof", "--help") for _ in range(5))
    assert ours - bare < 0.15


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from galleyproof import cli; cli.run(['--help']);"
        "heavy = {'pandas', 'matplotlib', 'typst', 'jupyter_client', 'yaml'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
