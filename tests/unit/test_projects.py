"""The generator of projects: sound at any size, and as large as was asked for."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from galleyproof import build, inspection
from galleyproof.inspection import gather
from galleyproof.project import survey

FILE = Path(__file__).parents[2] / "benchmarks" / "projects.py"


@pytest.fixture(scope="module")
def projects() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("generator_of_projects", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look there
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.mark.parametrize(
    "size",
    [
        {"chapters": 3, "cells": 22, "values": 70, "references": 25, "rows": 96},
        {"chapters": 7, "cells": 7, "values": 0, "references": 9, "rows": 0},
        {"chapters": 2, "cells": 30, "values": 301, "references": 3, "rows": 36},
        {"chapters": 1, "cells": 1, "values": 1, "references": 1, "rows": 12},
    ],
)
def test_a_project_is_as_large_as_asked_and_has_no_findings(
    projects: ModuleType, tmp_path: Path, size: dict[str, int]
) -> None:
    projects.write(tmp_path, projects.Size(**size, figures=1))
    assert inspection.inspect(tmp_path).findings == ()
    inputs = gather(survey(tmp_path))
    chapters = [c for c in inputs.chapters if c.path.startswith("chapters/")]
    printed = [
        inline
        for chapter in chapters
        for inline in chapter.inlines
        if not inline.expression.startswith("claim(")
    ]
    assert {
        "chapters": len(chapters),
        "cells": sum(len(chapter.cells) for chapter in chapters),
        "values": len(printed),
        "references": len(inputs.manuscripts[0].keys),
        "rows": len(inputs.data.tables["proportions"].rows),
    } == size


def test_the_same_size_gives_the_same_bytes(
    projects: ModuleType, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        projects.write(tmp_path / name, projects.Size.of(2))
    one, two = (
        {p.relative_to(tmp_path / n): p.read_bytes() for p in files(tmp_path / n)}
        for n in ("one", "two")
    )
    assert one == two


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


def test_a_larger_project_has_chapters_like_those_of_a_small_one(
    projects: ModuleType, tmp_path: Path
) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    projects.main([str(small), "--chapters", "10"])
    projects.main([str(large), "--chapters", "40"])
    sizes = [
        sum(path.stat().st_size for path in (project / "chapters").iterdir()) / number
        for project, number in ((small, 10), (large, 40))
    ]
    assert sizes[1] == pytest.approx(sizes[0], rel=0.02)


def test_names_of_authors_are_all_different(projects: ModuleType) -> None:
    assert len({projects.family(number) for number in range(30_000)}) == 30_000


def test_it_can_be_rendered(projects: ModuleType, tmp_path: Path) -> None:
    size = projects.Size(
        chapters=2, cells=8, values=20, references=8, rows=48, figures=1
    )
    projects.write(tmp_path, size)
    done = build.render(tmp_path)
    assert done.warnings == ()
    assert {path.path.name for path in done.written} > {"index.pdf", "ledger.json"}
