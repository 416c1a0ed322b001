"""The files in `docs/ci/` and the hooks: they say what galley understands."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from galleyproof import cli

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / "docs" / "ci"


def read(path: Path) -> Any:
    # `on:` would be a truth value in YAML 1.1.
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def github() -> list[dict[str, Any]]:
    return read(CI / "github.yml")["jobs"]["check"]["steps"]


def commands() -> dict[str, str]:
    (workflow,) = (s["run"] for s in github() if "galley check" in s.get("run", ""))
    job = read(CI / "gitlab.yml")["manuscript"]
    (pipeline,) = (line for line in job["script"] if "galley check" in line)
    return {"github": workflow, "gitlab": pipeline}


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_the_command_writes_the_files_that_are_uploaded(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.qmd").write_text("See @sec-none.\n")
    monkeypatch.chdir(tmp_path)
    program, *words = shlex.split(commands()[system])
    assert program == "galley"
    assert cli.run(words) == 1
    assert ET.parse(tmp_path / "galley.xml").getroot().get("failures") == "1"
    if system == "github":
        log = json.loads((tmp_path / "galley.sarif").read_text(encoding="utf-8"))
        assert len(log["runs"][0]["results"]) == 1


def test_what_is_uploaded_is_what_is_written() -> None:
    (upload,) = (s for s in github() if "upload-sarif" in s.get("uses", ""))
    assert f"sarif={upload['with']['sarif_file']}" in commands()["github"]
    assert upload["with"]["sarif_file"] in upload["if"]
    assert read(CI / "github.yml")["permissions"]["security-events"] == "write"
    job = read(CI / "gitlab.yml")["manuscript"]
    assert f"junit={job['artifacts']['reports']['junit']}" in commands()["gitlab"]


def test_reports_are_uploaded_when_the_check_fails() -> None:
    after = [s for s in github() if "upload" in s.get("uses", "")]
    assert after
    assert all("failure()" in step["if"] for step in after)
    assert read(CI / "gitlab.yml")["manuscript"]["artifacts"]["when"] == "always"


def test_the_hook_runs_a_command_on_what_it_reads() -> None:
    (hook,) = read(ROOT / ".pre-commit-hooks.yaml")
    program, command = hook["entry"].split()
    assert program == "galley"
    assert command in cli.galley.commands
    assert hook["pass_filenames"] == "false"
    for name in ("index.qmd", "references.bib", "data/a.csv", "_quarto.yml", "a.md"):
        assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "figures/a.png")


def test_every_option_that_the_page_names_exists() -> None:
    (check,) = (c for name, c in cli.galley.commands.items() if name == "check")
    known = {option for one in check.params for option in one.opts}
    page = (CI / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"--[a-z][a-z-]+", page)) <= known
