"""Measure how the costs of a build grow with the project.

Run with `python benchmarks/scale.py [CHAPTERS …]`; prints a table and writes
`scale.json`, `scale.md` and `scale.svg` beside it. Each project is made by
`projects.py`, a chapter of a large one like one of a small one: 10 cells, 250 values,
120 rows of data, and 50 entries of the bibliography, of which 25 are cited. Measured
from outside, on the command line, to HTML and the ledger: a build without any cache;
one after a word of a chapter has changed; one after a count in the data has, with its
sum and percentages; one after nothing has. Costs are seconds of processor time, of the
build and all that it starts, since they depend less than the time on the clock on what
else the machine does.
"""

from __future__ import annotations

import csv
import io
import json
import os
import platform
import re
import subprocess  # noqa: TID251 - measures from outside
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import projects
from galleyproof import __version__, tools

HERE = Path(__file__).resolve().parent
SIZES = (20, 50, 100, 200)
RUNS = 1
"""How often a size is measured, of which the least counts: the largest takes long."""
LISTED, CITED = 50, 25
"""Entries of the bibliography a chapter."""
SAMPLE_S = 0.05
MOST_GROWTH = 1.25
"""What a chapter of the largest project may cost, by one of the smallest."""
MOST_EDIT = 2.0
"""What an edit may cost in the largest project, by one in the smallest."""
MOST_MEMORY = 1 << 30
"""Bytes, of the process that builds."""
PHASE = re.compile(r"(\w+) ([\d.]+) s")
WORD = re.compile(r"\bimaging\b|\bauthors\b|\btreatment\b|\bsame\b")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True, kw_only=True)
class Cost:
    """What one build took."""

    cpu_s: float
    """Of the process and its descendants, in user code and in the system."""
    wall_s: float
    parent_bytes: int
    """The most that the process had in memory."""
    children_bytes: int
    """The most that all its descendants had together, sampled; shared pages count in
    each."""
    entries: int
    """Entries of the bibliography that Pandoc got."""
    phases_s: dict[str, float]
    """On the clock, as the build tells them."""


@dataclass(slots=True, kw_only=True)
class Watch:
    """What is seen of a process tree from outside (Linux)."""

    process: int
    parent: int = 0
    children: int = 0
    entries: int = 0
    _known: set[int] = field(default_factory=set)

    def look(self) -> None:
        """Take one sample."""
        self.parent = max(self.parent, resident(self.process))
        below = [one for one in tree(self.process) if one != self.process]
        self.children = max(self.children, sum(map(resident, below)))
        for one in set(below) - self._known:
            found = entries_for(one)
            if found is not None:
                self._known.add(one)
                self.entries = max(self.entries, found)


def tree(process: int) -> Iterator[int]:
    """Yield a process and its descendants."""
    yield process
    try:
        tasks = [*Path(f"/proc/{process}/task").glob("*/children")]
        children = [child for task in tasks for child in task.read_text().split()]
    except OSError:  # it has just ended
        return
    for child in children:
        yield from tree(int(child))


def resident(process: int) -> int:
    """Return the bytes that a process has in memory; 0 where it is gone."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def entries_for(process: int) -> int | None:
    """Return how many entries the bibliography of a run of Pandoc has; else None."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_text().split("\0")
        if not words[0].endswith("pandoc"):
            return None
        paths = [
            word.partition("=")[2] for word in words if word.startswith("--bibliog")
        ]
        return sum(Path(path).read_text("utf-8").count("@article{") for path in paths)
    except OSError:
        return None


@contextmanager
def watched(process: int) -> Iterator[Watch]:
    """Look at a process tree again and again."""
    watch, over = Watch(process=process), threading.Event()

    def looking() -> None:
        while not over.wait(SAMPLE_S):
            watch.look()

    thread = threading.Thread(target=looking)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()


def build(directory: Path) -> Cost:
    """Build a project as its author would."""
    environment = os.environ | {  # noqa: TID251
        "SOURCE_DATE_EPOCH": "1700000000"
    }
    command = [sys.executable, "-m", "galleyproof", "render", "--to", "html"]
    with tempfile.TemporaryFile("w+") as said:
        began = time.perf_counter()
        process = subprocess.Popen(
            [*command, str(directory)], stdout=said, stderr=said, env=environment
        )
        with watched(process.pid) as watch:
            _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    if process.returncode:
        sys.exit(f"the build failed:\n{text[-2000:]}")
    phases = next((s for s in text.splitlines() if s.startswith("Took ")), "")
    return Cost(
        cpu_s=used.ru_utime + used.ru_stime,
        wall_s=wall,
        parent_bytes=watch.parent,
        children_bytes=watch.children,
        entries=watch.entries,
        phases_s={name: float(seconds) for name, seconds in PHASE.findall(phases)},
    )


# Edits ----------------------------------------------------------------------------


def change_a_word(directory: Path) -> None:
    """Add letters to a word of prose in the middle of the project."""
    chapters = sorted((directory / "chapters").glob("*.qmd"))
    path = chapters[len(chapters) // 2]
    text = path.read_text("utf-8")
    found = next(
        m for m in WORD.finditer(text) if text.count("```", 0, m.start()) % 2 == 0
    )
    path.write_text(f"{text[: found.end()]}x{text[found.end() :]}", "utf-8")


def change_a_number(directory: Path) -> None:
    """Count one event less in a study of the middle, and what follows from that."""
    path = directory / "data" / "proportions.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    study = rows[len(rows) // 2]["study"]
    for row in rows:
        about = row["study"] == study and row["outcome"] == "technical_success"
        if about and row["stratum"] in ("all", "lt4"):
            events, total = int(row["events"]) - 1, int(row["total"])
            tenths = (2000 * events + total) // (2 * total)
            row["events"] = str(events)
            row["printed"] = f"{tenths // 10}.{tenths % 10}"
    text = io.StringIO()
    sheet = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(rows)
    path.write_text(text.getvalue(), "utf-8")


def nothing(directory: Path) -> None:
    """Change nothing."""


EDITS: dict[str, Callable[[Path], None]] = {
    "word": change_a_word,
    "number": change_a_number,
    "nothing": nothing,
}


# Sizes ----------------------------------------------------------------------------


def write(directory: Path, chapters: int) -> projects.Size:
    """Write a project; entries that nothing cites stand behind the others."""
    usual = projects.Size.of(chapters)
    parts = {**asdict(usual), "references": CITED * chapters}
    size = projects.Size(**parts)
    projects.write(directory, size)
    extra = range(size.references, LISTED * chapters)
    with (directory / "references.bib").open("a", encoding="utf-8") as file:
        file.writelines(projects.entry_of(projects.work_of(number)) for number in extra)
    return size


def measure(chapters: int) -> dict[str, Any]:
    """Measure one size, the least of several runs."""
    taken: dict[str, list[Cost]] = {}
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as scratch:
            directory = Path(scratch)
            size = write(directory, chapters)
            taken.setdefault("cold", []).append(build(directory))
            for name, edit in EDITS.items():
                edit(directory)
                taken.setdefault(name, []).append(build(directory))
    costs = {
        name: asdict(min(several, key=lambda cost: cost.cpu_s))
        for name, several in taken.items()
    }
    made = {**asdict(size), "references": LISTED * chapters, "cited": size.references}
    return {"size": made, "runs": RUNS, "costs": costs}


def verdicts(results: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Compare the largest project with the smallest, and with what was aimed at."""
    first, last = results[0], results[-1]

    def ratio(name: str, *, each: bool) -> float:
        small, large = (r["costs"][name]["cpu_s"] for r in (first, last))
        scale = last["size"]["chapters"] / first["size"]["chapters"] if each else 1
        return float(large / small / scale)

    memory = max(c["parent_bytes"] for r in results for c in r["costs"].values())
    got = max(r["costs"]["cold"]["entries"] - r["size"]["cited"] for r in results)
    found = {
        "a chapter of a cold build": (ratio("cold", each=True), MOST_GROWTH),
        "an edit of a word": (ratio("word", each=False), MOST_EDIT),
        "an edit of a number": (ratio("number", each=False), MOST_EDIT),
        "nothing changed": (ratio("nothing", each=False), MOST_EDIT),
        "memory of the parent, GiB": (memory / MOST_MEMORY, 1.0),
        "entries that Pandoc gets but need not": (float(got), 0.0),
    }
    return {
        name: {"measured": value, "most": most, "met": value <= most}
        for name, (value, most) in found.items()
    }


# What comes of it -----------------------------------------------------------------


def machine() -> dict[str, Any]:
    """Say on what it was measured."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processors": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "galleyproof": __version__,
        "pandoc": tools.pandoc_version(),
    }


def report(result: dict[str, Any]) -> str:
    """Return what was measured as Markdown."""
    results = result["sizes"]
    base = results[0]
    on = ", ".join(f"{name} {value}" for name, value in result["machine"].items())
    lines = [
        "# Costs by size",
        "",
        "Written by `make bench-scale`. Seconds of processor time, of the build and",
        "all that it starts; in brackets by those of the smallest project: of a cold",
        "build a chapter, else as they are. Memory in MiB: of the parent, and of its",
        "children together.",
        "",
        f"Measured on: {on}.",
        "",
        "| chapters | cells | values | entries: listed, cited, to Pandoc | cold"
        " | word | number | nothing | parent | children |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in results:
        size, costs = one["size"], one["costs"]
        times = size["chapters"] / base["size"]["chapters"]
        cells = [size["chapters"], size["cells"], size["values"]]
        cells.append(
            f"{size['references']}, {size['cited']}, {costs['cold']['entries']}"
        )
        for name in ("cold", *EDITS):
            seconds = costs[name]["cpu_s"]
            ratio = seconds / base["costs"][name]["cpu_s"]
            ratio /= times if name == "cold" else 1
            cells.append(f"{seconds:.1f} ({ratio:.2f})")
        for kind in ("parent_bytes", "children_bytes"):
            cells.append(f"{max(cost[kind] for cost in costs.values()) / 2**20:.0f}")
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    lines += ["", "| what | measured | at most | |", "|---|--:|--:|---|"]
    for name, verdict in result["criteria"].items():
        met = "met" if verdict["met"] else "**not met**"
        lines.append(
            f"| {name} | {verdict['measured']:.2f} | {verdict['most']:g} | {met} |"
        )
    return "\n".join(lines) + "\n"


def plot(result: dict[str, Any], path: Path) -> None:
    """Draw the costs by size."""
    import matplotlib as mpl  # noqa: PLC0415 - slow

    mpl.use("svg")
    from matplotlib import pyplot  # noqa: PLC0415

    mpl.rcParams |= {"svg.hashsalt": "scale", "svg.fonttype": "none"}
    results = result["sizes"]
    chapters = [one["size"]["chapters"] for one in results]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.6))
    for name in ("cold", *EDITS):
        seconds = [one["costs"][name]["cpu_s"] for one in results]
        (line,) = left.plot(chapters, seconds, "o-", label=name)
        base = seconds[0] / chapters[0]
        if name == "cold":
            linear = [base * number for number in chapters]
            left.plot(chapters, linear, ":", color=line.get_color(), label="linear")
    left.set(xlabel="chapters", ylabel="processor time (s)", xscale="log", yscale="log")
    for kind in ("parent", "children"):
        most = [
            max(cost[f"{kind}_bytes"] for cost in one["costs"].values()) / 2**20
            for one in results
        ]
        right.plot(chapters, most, "o-", label=kind)
    right.axhline(MOST_MEMORY / 2**20, ls="--", color="grey", label="most, parent")
    right.set(xlabel="chapters", ylabel="memory (MiB)", ylim=(0, None))
    left.set_xticks(chapters, map(str, chapters))
    left.minorticks_off()
    left.legend(frameon=False, loc=(0.3, 0.2), ncol=2)
    right.legend(frameon=False)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def keep(results: list[dict[str, Any]]) -> None:
    """Write table, plot and numbers."""
    result = {
        "machine": machine(),
        "sizes": results,
        "criteria": verdicts(results),
    }
    text = json.dumps(result, indent=2)
    (HERE / "scale.json").write_text(f"{text}\n", encoding="utf-8")
    (HERE / "scale.md").write_text(report(result), encoding="utf-8")
    plot(result, HERE / "scale.svg")


def main() -> None:
    """Measure, print and write."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    results = []
    for chapters in sizes:
        results.append(measure(chapters))
        costs = results[-1]["costs"]
        said = ", ".join(
            f"{name} {cost['cpu_s']:.1f} s ({cost['wall_s']:.1f} s on the clock)"
            for name, cost in costs.items()
        )
        sys.stderr.write(f"{chapters} chapters: {said}\n")
        # After each size: the largest takes long, and may be stopped.
        keep(results)
    sys.stdout.write((HERE / "scale.md").read_text("utf-8"))


if __name__ == "__main__":
    main()
