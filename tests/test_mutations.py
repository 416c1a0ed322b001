"""Seeded mistakes in a short text over the review's data: each stops the build there.

The project renders as it is; then one thing is changed at a time, as a hurried author
might: a cell of the data, a typed number, a claim, two strata, a unit.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHAPTER = """\
---
title: Ablation
---

```{python}
#| include: false
from galleyproof import claim, compare, study, table

glazer = study("glazer2017")
success = glazer.technical_success
by_size = compare(success.lt4, success.ge4)
```

Success was `{python} claim("higher", when=success.lt4 > success.ge4)` in smaller
tumours, `{python} success.lt4` against `{python} success.ge4`
(`{python} by_size.fisher`), and `{python} success` in all.

```{python}
table(
    "tbl-size",
    [{"Size": s.term("stratum"), "n/N": s.counts} for s in (success.lt4, success.ge4)],
    caption=f"Success of {success.counts.of} tumours.",
)
```

@tbl-size gives the counts.
"""
DATA = "data/proportions.csv"


@pytest.fixture
def project(review: Path, tmp_path: Path) -> Path:
    root = tmp_path / "short"
    root.mkdir()
    shutil.copytree(review / "data", root / "data")
    shutil.copy(review / "references.bib", root)
    (root / "_quarto.yml").write_text(
        "project: {type: manuscript, output-dir: _output, render: [index.qmd]}\n"
        "bibliography: references.bib\n"
    )
    (root / "index.qmd").write_text(CHAPTER, encoding="utf-8")
    return root


def render(project: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "galleyproof", "render", "--to", "html", str(project)],
        capture_output=True,
        text=True,
        check=False,
    )


def replaced(old: str, new: str, *, path: str = "index.qmd") -> Callable[[Path], None]:
    def change(project: Path) -> None:
        text = (project / path).read_text("utf-8")
        assert text.count(old) == 1, old
        (project / path).write_text(text.replace(old, new), "utf-8")

    return change


def swapped(project: Path) -> None:
    """Give each of two strata the other's name."""
    path = project / DATA
    names = {",lt4,": ",ge4,", ",ge4,": ",lt4,"}
    text = re.sub(",(?:lt4|ge4),", lambda m: names[m[0]], path.read_text("utf-8"))
    path.write_text(text, "utf-8")


def test_it_renders_as_it_is(project: Path) -> None:
    ended = render(project)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize(
    ("mutate", "code", "place", "says"),
    [
        pytest.param(
            replaced("tumours,246,256,", "tumours,240,256,", path=DATA),
            "percentage-possible",
            f"{DATA}:3:",
            "240 of 256 is 93.8%",
            id="a cell of the data",
        ),
        pytest.param(
            replaced("tumours,246,256,", "tumours,266,256,", path=DATA),
            "percentage-possible",
            f"{DATA}:3:",
            "266 events of 256",
            id="more events than tumours",
        ),
        pytest.param(
            replaced("`{python} success.lt4`", "96.1%"),
            "number-computed",
            "index.qmd:15:10",
            "success.lt4",
            id="a typed number",
        ),
        pytest.param(
            replaced("`{python} success` in all", "ninety-five in all"),
            "number-computed",
            "index.qmd:16:",
            "ninety-five",
            id="a typed number word",
        ),
        pytest.param(
            replaced('f"Success of {success.counts.of}', '"Success of 279 of 295'),
            "number-computed",
            "index.qmd:22:",
            "write `{success.events}` in an f-string",
            id="a typed number in a caption",
        ),
        pytest.param(
            replaced("success.lt4 > success.ge4", "success.lt4 < success.ge4"),
            "claim-holds",
            "index.qmd:14:13",
            "96.1% (< 4 cm) < 84.6% (≥ 4 cm) is false",
            id="a claim",
        ),
        pytest.param(
            swapped,
            "claim-holds",
            "index.qmd:14:13",
            "84.6% (< 4 cm) > 96.1% (≥ 4 cm) is false",
            id="two strata",
        ),
        pytest.param(
            replaced("ge4,,,tumours,33,", "ge4,,,procedures,33,", path=DATA),
            "unit-unmixed",
            "data/tests.csv:2:",
            "compares `tumours` (`glazer-ts-lt4`) with `procedures`",
            id="a unit",
        ),
        pytest.param(
            replaced("`{python} success` in all", "`{python} float(success)` in all"),
            "number-traced",
            "index.qmd:16:",
            "float",
            id="a value that lost its lineage",
        ),
        pytest.param(
            replaced('"n/N": s.counts}', '"n/N": float(s.counts.events)}'),
            "cell-runs",
            "index.qmd:",
            "is a bare `float`",
            id="a bare number in a table",
        ),
    ],
)
def test_a_mistake_stops_the_build_at_its_place(
    project: Path,
    mutate: Callable[[Path], None],
    code: str,
    place: str,
    says: str,
) -> None:
    mutate(project)
    ended = render(project)
    assert ended.returncode in (1, 4), ended.stdout + ended.stderr
    found = [e for e in ended.stderr.split("\n\n") if f"[{code}]" in e]
    assert found, ended.stderr
    path = (project / place.partition(":")[0]).name
    at = place.partition(":")[2]
    assert any(f"{path}:{at}" in e and says in e for e in found), ended.stderr
    assert not (project / "_output").exists()
