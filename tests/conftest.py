"""What every test may ask for."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[1]
MANUSCRIPT = (
    "_quarto.yml",
    "index.qmd",
    "references.bib",
    "chapters",
    "data",
    "_extensions",
)
"""What the review is rendered from."""
CHROMIUM_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)


collect_ignore = ["unit/authoring/small"]
"""A project for tests of chapters' functions, whose checks are nobody's concern."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fail-on-skip",
        action="store_true",
        help="a skipped test fails the run (CI has everything a test may need)",
    )
    parser.addoption(
        "--accept",
        action="store_true",
        help="rewrite the transcripts in tests/cases with what is printed now",
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not session.config.getoption("--fail-on-skip"):
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.write_line(f"{len(skipped)} skipped with --fail-on-skip", red=True)


@pytest.fixture(scope="session")
def project_root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; the test is skipped, visibly, where there is none."""
    for name in (os.environ.get("GALLEY_CHROMIUM", ""), *CHROMIUM_NAMES):
        if name and (found := shutil.which(name)):
            return found
    pytest.skip("no Chromium found; install one with: apt-get install chromium")


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the review, not rendered; a module may change it."""
    return copy_to(tmp_path_factory.mktemp("review"))


def copy_to(project: Path) -> Path:
    for name in MANUSCRIPT:
        source, target = ROOT / name, project / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    return project


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render a copy of the review to every format; return the copy's directory."""
    project = copy_to(tmp_path_factory.mktemp("review"))
    ended = subprocess.run(
        [sys.executable, "-m", "galleyproof", "render", str(project)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "warning" not in ended.stderr, ended.stderr
    return project


class Previewing:
    """A `galley preview` that runs: its address, its states, what it printed."""

    def __init__(self, path: Path, *options: str) -> None:
        self.project = path if path.is_dir() else path.parent
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by `end`
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "galleyproof", "preview", str(path)),
                *("--no-open", "--port", "0", *options),
            ],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.until(lambda: "Ctrl-C" in self.said, 30)
        self.address = re.findall(r"http://[\d.]+:\d+/", self.said)[0]

    @property
    def said(self) -> str:
        return os.pread(self._log.fileno(), 1_000_000, 0).decode()

    @property
    def builds(self) -> list[str]:
        """The lines of its builds."""
        return re.findall(r"^  (?:page|pdf) .*$", self.said, re.M)

    def state(self) -> dict[str, Any]:
        """What a page that connects now is told."""
        with urlopen(f"{self.address}.galley/events", timeout=20) as stream:
            return json.loads(stream.readline().removeprefix(b"data: "))

    def page(self, name: str = "") -> str:
        with urlopen(self.address + name, timeout=20) as response:
            return response.read().decode()

    def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.03)

    def settled(self, number: int) -> dict[str, Any]:
        """Wait until so many builds have been told of; return the state then."""
        self.until(lambda: len(self.builds) >= number)
        self.until(lambda: not self.state()["building"])
        return self.state()

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it as a person does; nothing may be left of it."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)
        try:
            return self.process.wait(15)
        finally:
            self.process.kill()
            self._log.close()


@pytest.fixture
def preview() -> Iterator[Callable[..., Previewing]]:
    """Start previews; they are ended at the end."""
    running: list[Previewing] = []

    def start(path: Path, *options: str) -> Previewing:
        running.append(Previewing(path, *options))
        return running[-1]

    yield start
    for one in running:
        if one.process.poll() is None:
            assert one.end() == 0


COUNTED = {
    "_quarto.yml": """\
project:
  type: manuscript
  output-dir: _output
  render: [index.qmd]
title: A short review
format:
  html: default
""",
    "index.qmd": """\
# Results {#sec-results}

```{python}
#| include: false
from galleyproof import value
small, large = value("counts:small"), value("counts:large")
```

Of the tumours `{python} small` were small and `{python} large` large.

{{< include chapters/more.qmd >}}
""",
    "chapters/more.qmd": "## More\n\nWhat else there is to be said of these.\n",
    "data/datapackage.json": """\
{"name": "evidence", "resources": [
  {"name": "counts", "path": "counts.csv", "schema": {"fields": [
    {"name": "id", "type": "string"}, {"name": "study", "type": "string"},
    {"name": "unit", "type": "string"}, {"name": "count", "type": "integer"},
    {"name": "source", "type": "string"}, {"name": "locator", "type": "string"},
    {"name": "status", "type": "string"}], "primaryKey": "id"}}
]}
""",
    "data/counts.csv": """\
id,study,unit,count,source,locator,status
small,one2017,tumours,246,one2017,page 1,confirmed
large,one2017,tumours,39,one2017,page 1,confirmed
""",
}
"""A small project whose page prints two numbers."""


@pytest.fixture
def counted(tmp_path: Path) -> Path:
    """Write the small project."""
    for name, text in COUNTED.items():
        path = tmp_path / "counted" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "counted"
