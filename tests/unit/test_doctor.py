"""What is looked for, and what is said about what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from galleyproof import tools
from galleyproof.doctor import examine
from galleyproof.errors import ToolMissingError


def test_everything_that_a_build_needs_is_here(tmp_path: Path) -> None:
    found = {finding.name: finding for finding in examine(tmp_path)}
    assert list(found) == ["python", "pandoc", "typst", "kernel", "quarto", "chromium"]
    for name in ("python", "pandoc", "typst", "kernel"):
        assert found[name].found, found[name].problem
        assert found[name].version[0].isdigit()
        assert found[name].needed
    assert not found["quarto"].needed
    assert not found["chromium"].needed


def test_what_is_missing_has_a_problem_and_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> str:
        raise ToolMissingError("pandoc was not found")

    monkeypatch.setattr(tools, "pandoc_version", missing)
    monkeypatch.setattr(tools, "quarto_version", lambda: "1.4.2")
    found = {finding.name: finding for finding in examine(tmp_path)}
    assert not found["pandoc"].found
    assert found["pandoc"].problem == "pandoc was not found"
    assert "pip install" in found["pandoc"].remedy
    assert not found["quarto"].found
    assert found["quarto"].problem == "quarto 1.4.2 is too old: 1.9 or newer is needed"
    assert "quarto.org" in found["quarto"].remedy
