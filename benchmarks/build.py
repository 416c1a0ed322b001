"""Measure a cold build of the review, and what of it cannot be avoided.

Run with `python benchmarks/build.py`; prints tables and writes `build.json` beside it.
Cold is a process of its own without any cache of galleyproof's; the files are in the
system's cache, as they are for whoever has just edited them. What cannot be avoided is
measured piece by piece, each alone: the kernel's start with the chapters' imports, the
cells, one pandoc run a format, one Typst compilation. Medians of three runs.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess  # noqa: TID251 - measures from outside
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edits import copied

from galleyproof import __version__, execute, files, render, tools
from galleyproof.config import Target
from galleyproof.kernel import Kernel
from galleyproof.project import Text, open_project, read_text
from galleyproof.report import size
from galleyproof.workers import imports

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "build.json"
FORMATS = tuple(Target)
RUNS = 3
SAMPLE_S = 0.02
BUILD = """\
import json, sys
from pathlib import Path
from galleyproof import build
from galleyproof.config import Target
from galleyproof.record import Engine
done = build.render(
    Path(sys.argv[1]), formats=tuple(Target), output=Path(sys.argv[2]),
    engine=Engine(sys.argv[3]),
)
print(json.dumps(dict(done.phases)))
"""


# The build as a whole -------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Cold:
    """One build in a process of its own."""

    seconds: float
    phases: dict[str, float]
    memory: int
    """Bytes: the largest sum over the process and its descendants, sampled."""


def cold_build(engine: str) -> Cold:
    """Build a copy, of which nothing is remembered, in a new process."""
    with tempfile.TemporaryDirectory() as scratch:
        project = copied(Path(scratch))
        output = str(project / "_output")
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", BUILD, str(project), output, engine],
            stdout=subprocess.PIPE,
            cwd=project,
        )
        with sampled(process.pid) as memory:
            said, _ = process.communicate()
        seconds = time.perf_counter() - began
    if process.returncode:
        sys.exit("the build failed; try `galley render`")
    return Cold(seconds=seconds, phases=json.loads(said), memory=max(memory, default=0))


@contextmanager
def sampled(process: int) -> Iterator[list[int]]:
    """Gather the memory of a process tree every 20 ms."""
    seen: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(SAMPLE_S):
            seen.append(sum(map(proportional_size, tree(process))))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def tree(process: int) -> Iterator[int]:
    """Yield a process and its descendants (Linux)."""
    yield process
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from tree(int(child))


def proportional_size(process: int) -> int:
    """Return the size in bytes, pages that are shared counted in part (Linux)."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    for line in text.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


# What cannot be avoided -----------------------------------------------------------


@dataclass(slots=True)
class Meter:
    """Seconds of named pieces of work."""

    pieces: dict[str, float] = field(default_factory=dict)

    def measure(self, name: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Do a piece of work and note how long it took."""
        began = time.perf_counter()
        result = work()
        self.pieces[name] = time.perf_counter() - began
        return result


def in_a_new_process() -> dict[str, float]:
    """Measure the pieces where nothing is in a cache yet, Typst's above all."""
    ended = subprocess.run(
        [sys.executable, __file__, "pieces"], capture_output=True, check=True
    )
    pieces: dict[str, float] = json.loads(ended.stdout)
    return pieces


def unavoidable() -> dict[str, float]:
    """Measure each piece by itself, one after the other."""
    meter = Meter()
    project = open_project(ROOT)
    texts = [read_text(project, name) for name in project.sources]
    chapters = [c for text in texts for c in text.document.chapters]
    environment = {"SOURCE_DATE_EPOCH": str(files.FIXED_TIME)}
    with Kernel(ROOT, environment=environment) as spare:
        spare.execute("1")  # The import of Jupyter's client is not counted.
    kernel = Kernel(ROOT, environment=environment)

    def start() -> None:
        kernel.start()
        kernel.warm(imports(chapters))

    try:
        meter.measure("kernel with its imports", start)
        execution = meter.measure("cells", lambda: execute.run(chapters, kernel))
    finally:
        kernel.close()
    for text in texts:
        typesetting(text, execution, meter, project.variables)
    return meter.pieces


def typesetting(
    text: Text,
    execution: execute.Execution,
    meter: Meter,
    variables: Mapping[str, object],
) -> None:
    """Typeset format by format; count pandoc's writing run and Typst's, no more."""
    manuscript = render.assemble(
        text.document,
        execution,
        metadata=text.config.metadata,
        variables=variables,
        defaults={c.path: text.config.execute for c in text.document.chapters},
    )
    options = render.Options(
        bibliography=tuple(ROOT / name for name in text.config.bibliography),
        csl=ROOT / text.config.csl if text.config.csl else None,
        number_sections=text.config.number_sections,
        timestamp=files.FIXED_TIME,
    )
    for target in FORMATS:
        with tempfile.TemporaryDirectory() as into, listening(target, meter):
            render.typeset(
                manuscript,
                [target],
                into=Path(into),
                project_dir=ROOT,
                options=options,
            )


@contextmanager
def listening(target: Target, meter: Meter) -> Iterator[None]:
    """Note how long each run of a program takes while a format is typeset."""
    pandoc, compile_pdf = tools.pandoc, tools.compile_pdf

    def heard_pandoc(arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        ended = pandoc(arguments, **options)
        # Reading runs take Markdown or text; the one that writes takes the tree.
        if "--from=json" in arguments:
            meter.pieces[f"pandoc, {target.value}"] = ended.seconds
        return ended

    def heard_typst(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        compiled = compile_pdf(*arguments, **options)
        meter.pieces["typst"] = compiled.seconds
        return compiled

    tools.pandoc, tools.compile_pdf = heard_pandoc, heard_typst
    try:
        yield
    finally:
        tools.pandoc, tools.compile_pdf = pandoc, compile_pdf


# What comes of it -----------------------------------------------------------------


def middle(runs: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of each piece."""
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def machine() -> dict[str, Any]:
    """Say on what it was measured."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processors": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "galleyproof": __version__,
        "pandoc": tools.pandoc_version(),
        "typst": tools.typst_version(),
        "quarto": tools.quarto_version(),
    }


def show(title: str, rows: dict[str, float]) -> None:
    """Print one table."""
    sys.stdout.write(f"\n{title}\n")
    for name, seconds in rows.items():
        sys.stdout.write(f"  {name:<26}{seconds:8.2f} s\n")


def main() -> None:
    """Measure, print and write."""
    builds = [cold_build("embedded") for _ in range(RUNS)]
    pieces = middle([in_a_new_process() for _ in range(RUNS)])
    phases = middle([build.phases for build in builds])
    total = statistics.median(build.seconds for build in builds)
    memory = max(build.memory for build in builds)
    floor = sum(pieces.values())
    show("Phases of a cold build (each as it is waited for)", phases)
    show("What cannot be avoided (each alone)", {**pieces, "sum": floor})
    show("Cold build of four formats", {"embedded": total})
    sys.stdout.write(f"  {'ratio to that sum':<26}{total / floor:8.2f}\n")
    sys.stdout.write(f"  {'peak memory':<26}{size(memory):>10}\n")
    result: dict[str, Any] = {
        "machine": machine(),
        "runs": RUNS,
        "phases_s": phases,
        "unavoidable_s": pieces,
        "unavoidable_sum_s": floor,
        "total_s": total,
        "ratio": total / floor,
        "peak_memory_bytes": memory,
    }
    if tools.quarto_version():
        with_quarto = cold_build("quarto")
        show("The same by Quarto", {"quarto": with_quarto.seconds})
        result["quarto_total_s"] = with_quarto.seconds
        result["quarto_peak_memory_bytes"] = with_quarto.memory
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"\nWritten to {RESULT.relative_to(ROOT)}\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["pieces"]:
        sys.stdout.write(json.dumps(unavoidable()))
    else:
        main()
