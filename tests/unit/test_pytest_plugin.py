"""`pytest` in a project of galley, and everywhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

DESCRIPTOR = {
    "name": "small",
    "resources": [
        {
            "name": "counts",
            "path": "counts.csv",
            "schema": {
                "primaryKey": "id",
                "fields": [
                    {"name": "id", "type": "string"},
                    {"name": "count", "type": "integer"},
                ],
            },
        },
        {
            "name": "reported",
            "path": "reported.csv",
            "schema": {
                "primaryKey": "id",
                "fields": [
                    {"name": "id", "type": "string"},
                    {"name": "printed", "type": "string"},
                    {"name": "quantity", "type": "string"},
                    {"name": "discrepancy", "type": "string"},
                    {"name": "reason", "type": "string"},
                ],
            },
        },
    ],
}
CHAPTER = """Text.

```{python}
from galleyproof import claim
a = b = None
```

It was `{python} claim("higher", when=a > b)` and
`{python} claim("not :: lower", when=a > b and b > a)`.
"""


def run(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    return subprocess.run(
        [*command, "-p", "no:xdist", *arguments],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def write(directory: Path, **texts: str) -> Path:
    for name, text in texts.items():
        path = directory / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory


@pytest.fixture
def project(tmp_path: Path) -> Path:
    reported = (
        "id,printed,quantity,discrepancy,reason\n"
        "l1,12,counts:a.count,,\n"
        "l2,13,counts:a.count,,\n"
        "l3,13,counts:a.count,D1,a slip\n"
        "l4,twelve,counts:a.count,D2,none\n"
        "l5,13,counts:b.count,,\n"
    )
    write(
        tmp_path,
        index_dot_qmd=CHAPTER,
        data__datapackage_dot_json=json.dumps(DESCRIPTOR),
        data__counts_dot_csv="id,count\na,12\n",
        data__reported_dot_csv=reported,
    )
    (tmp_path / "_quarto.yml").write_text("project:\n  type: default\n")
    return tmp_path


def outcomes(ended: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return the outcome of each item, by name."""
    kinds = ("PASSED", "FAILED", "SKIPPED", "ERROR")
    found = {}
    for line in ended.stdout.splitlines():
        kind, _, rest = line.partition(" ")
        if kind in kinds and "::" in rest:
            found[rest.partition("::")[2].partition(" - ")[0]] = kind
    return found


def test_numbers_claims_and_checks_are_items(project: Path) -> None:
    ended = run(project)
    assert ended.returncode == 1
    seen = outcomes(ended)
    checks = {name: kind for name, kind in seen.items() if name.startswith("check[")}
    assert {k: v for k, v in seen.items() if k not in checks} == {
        "reported[l1]": "PASSED",
        "reported[l2]": "FAILED",
        "reported[l3]": "PASSED",
        "reported[l4]": "FAILED",
        "reported[l5]": "FAILED",
        "claim-bound[index.qmd:8 higher]": "PASSED",
        "claim-bound[index.qmd:9 not : lower]": "FAILED",
    }
    assert checks["check[labels]"] == "PASSED"
    assert checks["check[conditions]"] == "FAILED"


def test_failures_are_words_without_a_traceback(project: Path) -> None:
    out = run(project).stdout
    assert (
        "data/reported.csv#row=3: `13` was printed, and `counts:a.count` is 12" in out
    )
    assert "no discrepancy (D2)" in out
    assert "`counts` has no row `b`" in out
    assert "index.qmd:9:" in out
    assert "[claim-bound]" in out
    assert "Traceback" not in out
    assert "proofs.py" not in out


def test_items_are_selected_by_name_and_written_as_junit(project: Path) -> None:
    ended = run(project, "-k", "reported and l1", "--junitxml", "a.xml")
    assert ended.returncode == 0
    assert list(outcomes(ended)) == ["reported[l1]"]
    root = ET.parse(project / "a.xml").getroot()
    assert [test.get("name") for test in root.iter("testcase")] == ["reported[l1]"]


def test_one_item_can_be_named(project: Path) -> None:
    ended = run(project, "_quarto.yml::check[labels]")
    assert outcomes(ended) == {"check[labels]": "PASSED"}


def test_warnings_fail_where_it_is_strict(tmp_path: Path) -> None:
    write(tmp_path, index_dot_qmd="It was lower. More died, 12 [of]{.literal} them.\n")
    (tmp_path / "_quarto.yml").write_text("galley:\n  literals: ['12', gone]\n")
    name = "_quarto.yml::check[numbers]"
    assert outcomes(run(tmp_path, name)) == {"check[numbers]": "PASSED"}
    assert "[literal-used]" in run(tmp_path, name).stdout
    strict = run(tmp_path, name, "--galley-strict")
    assert outcomes(strict) == {"check[numbers]": "FAILED"}


def test_a_check_that_did_not_run_is_skipped(tmp_path: Path) -> None:
    write(tmp_path, index_dot_qmd="See @none.\n", r_dot_bib="@article{a,\n title = {\n")
    (tmp_path / "_quarto.yml").write_text("galley: {}\nbibliography: r.bib\n")
    name = "_quarto.yml::check[citations]"
    ended = run(tmp_path, name)
    assert "the check `citations` did not run" in ended.stdout
    assert ended.returncode == 0
    assert run(tmp_path, name, "--galley-strict").returncode == 1


def test_a_project_with_a_baseline_starts_at_zero(tmp_path: Path) -> None:
    write(tmp_path, index_dot_qmd="Of 12.\n")
    (tmp_path / "_quarto.yml").write_text("galley: {baseline: known.json}\n")
    command = [sys.executable, "-m", "galleyproof", "check", "--update-baseline"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    name = "_quarto.yml::check[numbers]"
    assert outcomes(run(tmp_path, name)) == {"check[numbers]": "PASSED"}


def test_nothing_to_render_is_what_the_checks_say(tmp_path: Path) -> None:
    (tmp_path / "_quarto.yml").write_text("galley: {}\n")
    ended = run(tmp_path, "_quarto.yml::check[labels]")
    assert ended.returncode == 1
    assert "nothing to render" in ended.stdout
    assert "Traceback" not in ended.stdout


# With a build ---------------------------------------------------------------------


def ledger(number: int) -> str:
    """Return a ledger with one claim that rests on one cell."""
    place = {
        "path": "index.qmd",
        "line": 8,
        "column": 8,
        "end_line": 8,
        "end_column": 9,
    }
    where = {"part": "text", "float": "", "place": place, "outputs": {}}
    claim = {"id": "c1", "text": "higher", "condition": "a > b", "holds": True}
    value = {
        "number": number,
        "exact": str(number),
        "text": str(number),
        "kind": "count",
        "unit": "patients",
        "decimals": 0,
        "relation": "=",
        "status": "confirmed",
        "cell": "counts:a.count",
    }
    cell = {"address": "data/counts.csv#cell=2,2", "table": "counts", "row": "a"}
    cell |= {"field": "count", "path": "data/counts.csv", "line": 2, "column": 2}
    return json.dumps(
        {
            "@context": {},
            "version": 1,
            "generator": "galleyproof 0",
            "title": "",
            "outputs": {},
            "numbers": [],
            "values": {"v1": value},
            "cells": {"counts:a.count": {**cell, "study": "", "locator": ""}},
            "studies": {},
            "claims": [{**claim, "values": ["v1"], **where}],
        }
    )


def test_a_claim_of_the_last_build_stands_while_its_cells_do(project: Path) -> None:
    (project / "ledger.json").write_text(ledger(12))
    ended = run(project, "-k", "claim")
    assert outcomes(ended)["claim[index.qmd:8 higher]"] == "PASSED"
    assert "claim-bound[index.qmd:9 not : lower]" in outcomes(ended)


def test_a_claim_on_data_that_have_changed_is_not_judged(project: Path) -> None:
    (project / "ledger.json").write_text(ledger(11))
    ended = run(project, "-k", "higher")
    assert ended.returncode == 0
    assert "`counts:a.count` was 11, is `12`" in ended.stdout
    strict = run(project, "-k", "higher", "--galley-strict")
    assert outcomes(strict) == {"claim[index.qmd:8 higher]": "FAILED"}


def test_outputs_are_looked_at_where_that_is_asked(project: Path) -> None:
    assert "check[outputs]" not in outcomes(run(project, "-k", "outputs"))
    (project / "ledger.json").write_text(ledger(12))
    ended = run(project, "-k", "outputs", "--galley-executed")
    assert list(outcomes(ended)) == ["check[outputs]"]


# Elsewhere ------------------------------------------------------------------------

OTHER = """import sys

def test_nothing_of_ours_is_loaded():
    ours = {m for m in sys.modules if m.startswith("galleyproof")}
    assert ours <= {"galleyproof", "galleyproof.pytest_plugin"}
    assert not {"numpy", "pandas", "yaml", "click"} & set(sys.modules)
"""


def test_other_projects_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, test_other_dot_py=OTHER, index_dot_qmd="Of 12.\n")
    (tmp_path / "_quarto.yml").write_text("project:\n  type: default\n# galley: no\n")
    ended = run(tmp_path)
    assert outcomes(ended) == {"test_nothing_of_ours_is_loaded": "PASSED"}


def test_it_can_be_switched_off(project: Path) -> None:
    ended = run(project, "-p", "no:galleyproof")
    assert ended.returncode == pytest.ExitCode.NO_TESTS_COLLECTED
