"""The same inputs give the same bytes, wherever, whenever and by whomever built.

A small project with everything that an output has: data, citations, figures, tables,
claims. It is built by different people, so to say, and what they get is compared.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[1] / "benchmarks" / "projects.py"
EPOCH = 1_600_000_000
NOBODY = 65_534
GIT = ["git", "-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]
OTHERS = "import matplotlib\nmatplotlib.rcParams['font.size'] = 30\n"


@pytest.fixture(scope="module")
def projects() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("made_projects", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def original(projects: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, committed on some day."""
    directory = tmp_path_factory.mktemp("original")
    size = projects.Size(
        chapters=3, cells=15, values=40, references=12, rows=60, figures=1
    )
    projects.write(directory, size)
    day = f"@{EPOCH} +0545"
    environment = plain() | {"GIT_COMMITTER_DATE": day, "GIT_AUTHOR_DATE": day}
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "All"]):
        subprocess.run([*GIT, *command], cwd=directory, env=environment, check=True)
    return directory


@pytest.fixture(scope="module")
def first(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it was built by its author."""
    directory = tmp_path_factory.mktemp("first") / "project"
    shutil.copytree(original, directory)
    build(directory, "--jobs", "1", SOURCE_DATE_EPOCH=str(EPOCH))
    return directory


def plain() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}


def build(
    directory: Path,
    *options: str,
    umask: int = 0o022,
    user: int | None = None,
    **set_to: str,
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "galleyproof", "render", *options, str(directory)],
        capture_output=True,
        text=True,
        check=False,
        env=plain() | set_to,
        umask=umask,
        user=user,
        group=user,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def outputs(directory: Path) -> dict[str, bytes]:
    """Return all that a build writes, by name."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for folder in ("_output", "figures")
        for path in (directory / folder).rglob("*")
        if path.is_file()
    }


def differing(one: Path, other: Path) -> list[str]:
    mine, theirs = outputs(one), outputs(other)
    assert mine.keys() == theirs.keys()
    return [name for name in mine if mine[name] != theirs[name]]


def somebody_else() -> int | None:
    """Return another user as whom Python can be run, if there is one."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    try:
        ended = subprocess.run(
            [sys.executable, "-c", "import galleyproof.build"],
            user=NOBODY,
            group=NOBODY,
            check=False,
            capture_output=True,
        )
    except OSError:
        return None
    return None if ended.returncode else NOBODY


def home_of_another(directory: Path) -> dict[str, str]:
    """Make the home of a person with ways of his own, and return its variables."""
    startup = directory / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00-mine.py").write_text(OTHERS, "utf-8")
    settings = directory / ".config" / "matplotlib"
    settings.mkdir(parents=True)
    (settings / "matplotlibrc").write_text("font.size: 30\n", "utf-8")
    (directory / ".profile").write_text("", "utf-8")
    return {
        "HOME": str(directory),
        "USER": "somebody",
        "LOGNAME": "somebody",
        "USERNAME": "somebody",
        "XDG_CONFIG_HOME": str(directory / ".config"),
    }


def test_every_format_is_compared(first: Path) -> None:
    names = outputs(first).keys()
    kinds = {Path(name).suffix for name in names}
    assert kinds >= {".html", ".pdf", ".docx", ".xml", ".json", ".svg"}
    assert "_output/ledger.json" in names
    assert "_output/manifest.json" in names


def test_another_place_person_language_zone_and_day_give_the_same_bytes(
    original: Path, first: Path, tmp_path: Path
) -> None:
    tmp_path.chmod(0o755)
    directory = tmp_path / "elsewhere — d'ailleurs" / "das Manuskript"
    shutil.copytree(original, directory)
    home = tmp_path / "home"
    home.mkdir()
    variables = home_of_another(home)
    user = somebody_else()
    for root, folders, files in os.walk(tmp_path):
        for name in (".", *folders, *files):
            path = Path(root, name)
            # Files of another day: the clock itself is not what they are dated by.
            os.utime(path, (EPOCH - 10**8, EPOCH - 10**8))
            if user is not None:
                os.chown(path, user, user)
    build(
        directory,
        "--jobs",
        "2",
        umask=0o077,
        user=user,
        TZ="Asia/Kathmandu",
        LC_ALL="C",
        LANG="tr_TR.UTF-8",
        PYTHONHASHSEED="7",
        COLUMNS="40",
        **variables,
    )
    assert differing(first, directory) == []
    written = directory / "_output" / "index.html"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_a_build_from_the_cache_gives_the_same_bytes(
    first: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "again"
    shutil.copytree(first, directory)
    for folder in ("_output", "figures"):
        shutil.rmtree(directory / folder)
    assert (directory / ".galley").is_dir()
    build(directory, "--force", SOURCE_DATE_EPOCH=str(EPOCH), PYTHONHASHSEED="11")
    assert differing(first, directory) == []
