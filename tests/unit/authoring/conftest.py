"""A small project with data of four studies, in a directory of its own."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path, monkeypatch):
    root = tmp_path / "small"
    shutil.copytree(Path(__file__).parent / "small", root)
    (root / "chapters").mkdir()
    monkeypatch.chdir(root / "chapters")
    return root
