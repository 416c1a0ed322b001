"""The manifest: everything that is needed to get the same bytes, and nothing else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from galleyproof import cli, tools
from galleyproof.manifest import NAME, packages, write


def test_a_build_leaves_its_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = []
    for name in ("one", "two"):
        place = tmp_path / name
        (place / "pictures").mkdir(parents=True)
        (place / "_quarto.yml").write_text("project:\n  output-dir: out\ntitle: T\n")
        (place / "index.qmd").write_text("![](pictures/a.png){fig-alt='A square'}\n")
        (place / "pictures" / "a.png").write_bytes(b"\x89PNG")
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        monkeypatch.chdir(place)
        assert cli.run(["render", "--to", "html"]) == 0
        texts.append((place / "out" / NAME).read_text("utf-8"))
    assert texts[0] == texts[1], "it tells where it was built"
    said = json.loads(texts[0])
    assert list(said) == [
        "version",
        "generator",
        "source_date_epoch",
        "inputs",
        "tools",
        "packages",
        "outputs",
    ]
    assert said["source_date_epoch"] == 1_700_000_000
    assert list(said["inputs"]) == ["_quarto.yml", "index.qmd", "pictures/a.png"]
    assert list(said["outputs"]) == ["index.html", "pictures/a.png"]
    assert said["tools"]["pandoc"] == tools.pandoc_version()
    for name, hashed in said["inputs"].items():
        assert hashlib.sha256((place / name).read_bytes()).hexdigest() == hashed
    for name, hashed in said["outputs"].items():
        read = (place / "out" / name).read_bytes()
        assert hashlib.sha256(read).hexdigest() == hashed


def test_a_file_rendered_by_itself_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.qmd").write_text("Text.\n")
    monkeypatch.chdir(tmp_path)
    assert cli.run(["render", "a.qmd"]) == 0
    assert not (tmp_path / NAME).exists()


def test_it_is_not_among_its_own_outputs(tmp_path: Path) -> None:
    for _ in range(2):
        write(tmp_path, {}, timestamp=0)
        assert json.loads((tmp_path / NAME).read_text())["outputs"] == {}


def test_packages_are_those_that_galleyproof_asks_for() -> None:
    assert {"numpy", "pypandoc-binary"} <= packages().keys()
    assert "pytest" not in packages()
