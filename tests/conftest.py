"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

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
