"""The cost of a check grows with the project, not faster: counted, not timed."""

from __future__ import annotations

import cProfile
import importlib.util
import pstats
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from galleyproof import inspection

FILE = Path(__file__).parents[2] / "benchmarks" / "projects.py"
SMALL, LARGE = 12, 60


@pytest.fixture(scope="module")
def projects() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("generator_for_scale", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def calls_a_chapter(project: Path, chapters: int) -> float:
    """Return how many functions a check calls, those written in C included."""
    profile = cProfile.Profile()
    profile.enable()
    done = inspection.inspect(project)
    profile.disable()
    assert done.findings == ()
    return pstats.Stats(profile).total_calls / chapters


def test_a_chapter_costs_the_same_in_a_project_of_any_size(
    projects: ModuleType, tmp_path: Path
) -> None:
    # What is imported and compiled once belongs to no chapter.
    inspection.inspect(made(projects, tmp_path, 1))
    costs = {}
    for chapters in (SMALL, LARGE):
        project = made(projects, tmp_path, chapters)
        cold = calls_a_chapter(project, chapters)
        costs[chapters] = cold, calls_a_chapter(project, chapters)
    for small, large in zip(costs[SMALL], costs[LARGE], strict=True):
        assert large <= 1.25 * small
    assert costs[LARGE][1] < costs[LARGE][0] / 3, "nothing was remembered"


def made(projects: ModuleType, directory: Path, chapters: int) -> Path:
    size = projects.Size(
        chapters=chapters,
        cells=6 * chapters,
        values=30 * chapters,
        references=16 * chapters,
        rows=24 * chapters,
        figures=chapters,
    )
    projects.write(directory / str(chapters), size)
    return directory / str(chapters)
