"""Reading, the clock of the build, and outputs that are whole or not there."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from galleyproof import files
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.errors import OutputError
from galleyproof.spans import Source


def test_text_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.qmd").write_bytes("naïve\r\n".encode())
    assert files.read(tmp_path / "a.qmd", "a.qmd") == Source("a.qmd", "naïve\r\n")


def test_a_byte_that_is_not_utf8_has_a_place(tmp_path: Path) -> None:
    (tmp_path / "a.qmd").write_bytes("ok\nnaïve ".encode() + b"caf\xe9\n")
    found = files.read(tmp_path / "a.qmd", "chapters/a.qmd")
    assert isinstance(found, Diagnostic)
    assert found.code is Code.SOURCE_READABLE
    assert str(found.span) == "chapters/a.qmd:2:10"
    assert found.message == "not UTF-8: byte 0xe9 at offset 13"
    assert "iconv" in found.hint


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    found = files.read(tmp_path / "a.qmd", "a.qmd")
    assert isinstance(found, Diagnostic)
    assert found.message == "`a.qmd` does not exist"
    directory = files.read(tmp_path, "chapters")
    assert isinstance(directory, Diagnostic)
    assert directory.message == "`chapters` is a directory"


def test_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert files.digest(tmp_path / "a").startswith("ba7816bf8f01cfea")


@pytest.mark.parametrize(
    ("variable", "commit", "expected"),
    [("12", 34, 12), ("", 34, 34), ("soon", 34, 34), ("", None, files.FIXED_TIME)],
)
def test_the_time_of_a_build_is_not_the_time_of_day(
    monkeypatch: pytest.MonkeyPatch, variable: str, commit: int | None, expected: int
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", variable)
    assert files.build_time(lambda: commit) == expected


def test_a_write_replaces_or_leaves(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "a.txt"
    files.write(target, b"one")
    files.write(target, b"two")
    assert target.read_bytes() == b"two"
    assert [p.name for p in target.parent.iterdir()] == ["a.txt"]
    assert target.stat().st_mode & 0o777 == 0o666 & ~files._umask()


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission"),
    ],
)
def test_what_the_system_refuses_names_path_and_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    files.write(tmp_path / "a.txt", b"old")

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(number, os.strerror(number), str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError) as raised:
        files.write(tmp_path / "a.txt", b"new")
    (found,) = raised.value.diagnostics
    assert found.span.path == str(tmp_path / "a.txt")
    assert remedy in found.hint
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


# Staging --------------------------------------------------------------------------


def content(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): path.read_text()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("whole", [True, False])
def test_nothing_is_seen_before_it_is_published(tmp_path: Path, whole: bool) -> None:
    output = tmp_path / "_output"
    output.mkdir()
    (output / "index.html").write_text("old")
    (output / "CNAME").write_text("mine")
    with files.Staging.open(output, whole=whole) as staging:
        (staging.path / "index.html").write_text("new")
        (staging.path / "figures").mkdir()
        (staging.path / "figures" / "a.svg").write_text("figure")
        before = {p.name for p in output.iterdir()} - {".galley"}
        assert before == {"CNAME", "index.html"}
        assert (output / "index.html").read_text() == "old"
        written = staging.publish()
    assert written == (output / "figures" / "a.svg", output / "index.html")
    assert content(tmp_path) == {
        "_output/CNAME": "mine",
        "_output/figures/a.svg": "figure",
        "_output/index.html": "new",
    }
    assert [p.name for p in tmp_path.iterdir()] == ["_output"], "something is left"


@pytest.mark.parametrize("whole", [True, False])
def test_a_build_that_fails_leaves_nothing(tmp_path: Path, whole: bool) -> None:
    def build() -> None:
        with files.Staging.open(tmp_path / "_output", whole=whole) as staging:
            (staging.path / "index.html").write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        build()
    assert list(tmp_path.iterdir()) == []


def test_without_an_exchange_files_are_replaced_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "exchange", lambda one, other: False)
    output = tmp_path / "_output"
    output.mkdir()
    (output / "index.html").write_text("old")
    with files.Staging.open(output, whole=True) as staging:
        (staging.path / "index.html").write_text("new")
        staging.publish()
    assert content(tmp_path) == {"_output/index.html": "new"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no exchange")
def test_two_directories_change_places_in_one_step(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    (one / "a").write_text("1")
    assert files.exchange(one, other)
    assert content(tmp_path) == {"other/a": "1"}
    assert not files.exchange(one, tmp_path / "missing")


def test_two_builds_do_not_tread_on_each_other(tmp_path: Path) -> None:
    output = tmp_path / "_output"
    with (
        files.Staging.open(output, whole=True) as first,
        pytest.raises(OutputError) as raised,
        files.Staging.open(output, whole=True),
    ):
        pass
    assert not first.path.exists()
    assert "another build, process" in raised.value.diagnostics[0].message


def test_what_a_killed_build_left_is_cleared_away(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    dead.wait()
    left = tmp_path / ".galley" / "staging-_output"
    (left / "new").mkdir(parents=True)
    (left / "new" / "half.html").write_text("half")
    (left / "owner").write_text(str(dead.pid))
    with files.Staging.open(tmp_path / "_output", whole=True) as staging:
        (staging.path / "index.html").write_text("new")
        staging.publish()
    assert content(tmp_path) == {"_output/index.html": "new"}


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "_output").write_text("a file")
    with (
        pytest.raises(OutputError) as raised,
        files.Staging.open(tmp_path / "_output", whole=True) as staging,
    ):
        staging.publish()
    assert raised.value.diagnostics[0].span.path.endswith("_output")
    assert "move it away" in raised.value.diagnostics[0].hint
    assert content(tmp_path) == {"_output": "a file"}
