"""Measure what an edit of the review costs, on the command line and to HTML.

Run with `python benchmarks/edits.py`; prints a table and writes `edits.json` beside it.
A copy of the review is built; then something changes and it is built again, each time
in a new process, as by an author who types `galley render --to html`. Beside each time
stands what cannot be avoided: a Python that starts and does nothing, and one run of
Pandoc over the chapter that changed, alone. The time on the clock and that of the
processors, of the build and all that it starts; least and median of several runs.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import statistics
import subprocess  # noqa: TID251 - measures from outside
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from galleyproof import __version__, tools

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "edits.json"
PARTS = ("_quarto.yml", "index.qmd", "references.bib", "chapters", "data")
EXTENSIONS = "_extensions"
RUNS = 5
COLD_RUNS = 3
CHAPTER = "chapters/12-conclusion.qmd"
TARGETS_S = {"nothing": 0.3, "word": 0.6}
"""On the clock, on a machine that does nothing else; others are aimed at elsewhere."""
ENVIRONMENT = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"}  # noqa: TID251


def spent(command: Sequence[str]) -> tuple[float, float]:
    """Run a program to its end; return seconds on the clock and of processors."""
    with tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            [*command], stdout=said, stderr=said, env=ENVIRONMENT
        )
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    if process.returncode:
        sys.exit(f"`{' '.join(command)}` failed:\n{text[-2000:]}")
    return seconds, used.ru_utime + used.ru_stime


def built(directory: Path, *options: str) -> tuple[float, float]:
    """Build the copy."""
    command = [sys.executable, "-m", "galleyproof", "render", *options]
    return spent([*command, str(directory)])


def copied(directory: Path) -> Path:
    """Copy what the review is made of, and nothing that is remembered of it."""
    for name in (*PARTS, EXTENSIONS):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, directory / name)
        else:
            shutil.copy(source, directory / name)
    return directory


# Edits ----------------------------------------------------------------------------


def nothing(directory: Path, run: int) -> None:
    """Change nothing."""


def word(directory: Path, run: int) -> None:
    """Add letters to a word of prose, others in each run."""
    path = directory / CHAPTER
    text = path.read_text("utf-8")
    before = "the" + "x" * run if run else "the"
    assert f" {before} " in text
    path.write_text(text.replace(f" {before} ", f" the{'x' * (run + 1)} ", 1), "utf-8")


def cell(directory: Path, run: int) -> None:
    """Change one cell of the data: a mean age that the review prints."""
    path = directory / "data" / "measurements.csv"
    text = path.read_text("utf-8")
    ours = re.compile(r"^(glazer-age-mean,.*,years,)[\d.]+,", re.MULTILINE)
    changed, count = ours.subn(rf"\g<1>{61 + run}.5,", text)
    assert count == 1
    path.write_text(changed, "utf-8")


EDITS: dict[str, Callable[[Path, int], None]] = {
    "nothing": nothing,
    "word": word,
    "cell": cell,
}


def several(work: Callable[[int], tuple[float, float]], runs: int) -> dict[str, float]:
    """Do work several times; return the least and the median of both times."""
    clock, processor = zip(*map(work, range(runs)), strict=True)
    return {
        "wall_s": min(clock),
        "wall_median_s": statistics.median(clock),
        "cpu_s": min(processor),
        "cpu_median_s": statistics.median(processor),
    }


def edited(edit: Callable[[Path, int], None]) -> dict[str, float]:
    """Measure builds after one edit each, of a copy of their own."""
    with tempfile.TemporaryDirectory() as scratch:
        directory = copied(Path(scratch))
        built(directory, "--to", "html")

        def once(run: int) -> tuple[float, float]:
            edit(directory, run)
            return built(directory, "--to", "html")

        return several(once, RUNS)


def cold(_: int) -> tuple[float, float]:
    """Measure a build of four formats of a copy of which nothing is remembered."""
    with tempfile.TemporaryDirectory() as scratch:
        return built(copied(Path(scratch)))


def pandoc(_: int) -> tuple[float, float]:
    """Measure Pandoc alone, over the chapter that changes."""
    options = ["--from=markdown", "--to=html"]
    return spent([str(tools.pandoc_path()), *options, str(ROOT / CHAPTER)])


# What comes of it -----------------------------------------------------------------


def main() -> None:
    """Measure, print and write."""
    python = several(lambda _: spent([sys.executable, "-c", "pass"]), RUNS)
    alone = several(pandoc, RUNS)
    costs = {name: edited(edit) for name, edit in EDITS.items()}
    costs["four formats, cold"] = several(cold, COLD_RUNS)
    floor = {name: python["cpu_s"] + alone["cpu_s"] for name in EDITS}
    floor["nothing"] = python["cpu_s"]
    rows: dict[str, dict[str, Any]] = {}
    for name, cost in costs.items():
        rows[name] = dict(cost)
        if name in floor:
            rows[name] |= {"floor_cpu_s": floor[name]}
            rows[name] |= {"ratio": cost["cpu_s"] / floor[name]}
        if name in TARGETS_S:
            target = TARGETS_S[name]
            rows[name] |= {"target_s": target, "met": cost["wall_s"] <= target}
    sys.stdout.write(
        "\nEdits of the review, to HTML (clock, median; processors; ratio)\n"
    )
    for name, row in rows.items():
        said = f"  {name:<20}{row['wall_s']:7.2f} s {row['wall_median_s']:7.2f} s"
        said += f" {row['cpu_s']:7.2f} s"
        said += f" {row['ratio']:6.1f}" if "ratio" in row else " " * 7
        if "met" in row:
            met = "met" if row["met"] else "NOT met"
            said += f"   {row['target_s']:g} s {met}"
        sys.stdout.write(f"{said}\n")
    result = {
        "machine": {
            "system": f"{platform.system()} {platform.machine()}",
            "processors": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "galleyproof": __version__,
            "pandoc": tools.pandoc_version(),
            "typst": tools.typst_version(),
        },
        "runs": {"edits": RUNS, "cold": COLD_RUNS},
        "python": python,
        "pandoc, the chapter alone": alone,
        "costs": rows,
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"\nWritten to {RESULT.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
