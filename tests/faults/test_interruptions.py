"""Real builds, stopped from outside: the last good output is whole afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CONFIG = """\
project:
  type: manuscript
  output-dir: _output
title: A build that is stopped
format:
  html: default
  docx: default
"""
CHAPTER = """\
# Results

```{python}
import os
import time
print(os.getpid())
with open("kernel.pid", "w") as file:
    file.write(str(os.getpid()))
time.sleep(SECONDS)
```

It is `{python} "VERSION"`.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "_quarto.yml").write_text(CONFIG)
    write(tmp_path, version="one", seconds=0)
    ended = subprocess.run(command(), cwd=tmp_path, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
    (tmp_path / "kernel.pid").unlink()
    return tmp_path


def write(project: Path, *, version: str, seconds: float) -> None:
    text = CHAPTER.replace("VERSION", version).replace("SECONDS", str(seconds))
    (project / "index.qmd").write_text(text)


def command() -> list[str]:
    return [sys.executable, "-m", "galleyproof", "render", "--force"]


@contextmanager
def building(project: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command(),
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def output(project: Path) -> dict[str, bytes]:
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in sorted((project / "_output").rglob("*"))
        if path.is_file()
    }


def wait_until(condition: object, seconds: float = 20) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def runs(process: int) -> bool:
    """Tell whether a process runs; one that is only waited for does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        return sys.platform != "linux"
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")],
)
def test_stopped_while_a_cell_runs(
    project: Path, number: signal.Signals, code: int, said: str
) -> None:
    before = output(project)
    write(project, version="two", seconds=60)
    with building(project) as process:
        wait_until((project / "kernel.pid").exists)
        kernel = int((project / "kernel.pid").read_text())
        os.killpg(process.pid, number)
        began = time.monotonic()
        _, stderr = process.communicate(timeout=20)
    assert time.monotonic() - began < 5
    assert process.returncode == code
    assert stderr.strip() == f"galley: {said}; the last output is as it was"
    assert output(project) == before
    assert not runs(kernel), "the kernel was left behind"
    assert not list((project / ".galley").glob("staging-*"))


def test_interrupted_while_the_kernel_starts(project: Path) -> None:
    before = output(project)
    with building(project) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("  read")
        os.killpg(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=20)
    assert (process.returncode, "Traceback" in stderr) == (130, False), stderr
    assert output(project) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_at_any_moment(project: Path, number: signal.Signals) -> None:
    before = output(project)
    for milliseconds in (0, 4, 9, 15, 22, 30, 50, 100, 200):
        # What is remembered would end the build before it can be stopped.
        shutil.rmtree(project / ".galley", ignore_errors=True)
        with building(project) as process:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("  read")
            time.sleep(milliseconds / 1000)
            os.killpg(process.pid, number)
            _, stderr = process.communicate(timeout=20)
        assert process.returncode == 128 + number, stderr
        assert "Traceback" not in stderr
        assert output(project) == before


def test_killed_while_a_cell_runs(project: Path) -> None:
    before = output(project)
    write(project, version="two", seconds=60)
    with building(project) as process:
        wait_until((project / "kernel.pid").exists)
        kernel = int((project / "kernel.pid").read_text())
        process.kill()
        process.wait()
    assert output(project) == before
    assert list((project / ".galley").glob("staging-*")), "nothing to clear away"
    wait_until(lambda: not runs(kernel), seconds=5)

    write(project, version="three", seconds=0)
    ended = subprocess.run(command(), cwd=project, capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr.decode()
    assert b"three" in output(project)["_output/index.html"]
    assert not list((project / ".galley").glob("staging-*"))


@pytest.mark.parametrize("after", ["  execute   0", "  execute   1", "  typeset", ""])
def test_killed_at_any_moment_the_output_is_the_old_or_the_new(
    project: Path, after: str
) -> None:
    old = output(project)
    write(project, version="two", seconds=0)
    with building(project) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(after or "  typeset   index in"):
                break
        process.kill()
        process.wait()
    seen = output(project)
    assert seen.keys() == old.keys()
    if seen != old:
        assert b"two" in seen["_output/index.html"]
        assert all(seen[name] != old[name] for name in seen), "old and new are mixed"
