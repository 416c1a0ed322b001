"""Disks that are full and directories that may not be written."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from galleyproof import cli

CONFIG = """\
project:
  type: manuscript
  output-dir: _output
title: A build without room
format:
  html: default
  docx: default
"""
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "_quarto.yml").write_text(CONFIG)
    (tmp_path / "index.qmd").write_text("Text.\n")
    (tmp_path / "_output").mkdir()
    (tmp_path / "_output" / "index.html").write_text("an earlier build")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def output(project: Path) -> dict[str, str]:
    return {p.name: p.read_text() for p in sorted((project / "_output").iterdir())}


@pytest.mark.parametrize(
    ("refused", "remedy"),
    [
        (("write_bytes", errno.ENOSPC), "the disk is full"),
        (("write_bytes", errno.EDQUOT), "quota"),
        (("mkdir", errno.EACCES), "write permission"),
        (("mkdir", errno.EROFS), "read-only"),
    ],
)
def test_what_the_system_refuses(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    refused: tuple[str, int],
    remedy: str,
) -> None:
    door, number = refused

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, door, refuse)
    assert cli.run(["render"]) == 6
    monkeypatch.undo()
    err = capsys.readouterr().err
    assert f"_output: error: cannot be written: {os.strerror(number).lower()}" in err
    assert "[output-writable]" in err
    assert remedy in err
    assert output(project) == {"index.html": "an earlier build"}


def test_a_file_larger_than_the_system_allows(project: Path) -> None:
    """Needs no privilege: the limit holds for pandoc, too, which writes the DOCX."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    ended = subprocess.run(
        [sys.executable, "-m", "galleyproof", "render"],
        cwd=project,
        preexec_fn=limit,
        capture_output=True,
        check=False,
    )
    assert ended.returncode in {5, 6}, ended.stderr.decode()
    assert b"Traceback" not in ended.stderr
    assert output(project) == {"index.html": "an earlier build"}
    assert not list((project / ".galley").glob("staging-*"))


def small_disk(directory: Path) -> bool:
    """Mount a disk of 96 kB, where that is allowed."""
    directory.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(directory)],
        capture_output=True,
        check=False,
    )
    return mounted.returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    directory = tmp_path / "disk"
    if not small_disk(directory):
        pytest.skip("a small disk cannot be mounted here: run the tests as root")
    yield directory
    subprocess.run(["umount", "--lazy", str(directory)], check=True)


MAY_MOUNT = sys.platform == "linux" and os.geteuid() == 0


@pytest.mark.skipif(not MAY_MOUNT, reason="only root mounts a small disk")
@pytest.mark.parametrize("formats", ["html,docx", "docx", "pdf"])
def test_a_disk_that_is_full(
    project: Path, disk: Path, capsys: Capture, formats: str
) -> None:
    inside = disk / "_output"
    inside.mkdir()
    (inside / "index.html").write_text("an earlier build")
    (disk / "ballast").write_bytes(b"x" * 80_000)
    assert cli.run(["render", "--to", formats, "--output", str(inside)]) == 6
    err = capsys.readouterr().err
    assert "_output: error: cannot be written: no space left on device" in err
    assert "the disk is full" in err
    assert [p.name for p in inside.iterdir()] == ["index.html"]
    assert (inside / "index.html").read_text() == "an earlier build"
