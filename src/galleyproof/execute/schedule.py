"""All chapters of a build: remembered where they can be, run side by side where not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from galleyproof import kernel as kernels
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.execute.chapter import ChapterRun
from galleyproof.execute.memory import ChapterMemory
from galleyproof.execute.model import CellResult, Execution, InlineResult, Limits
from galleyproof.execute.present import Present
from galleyproof.kernel import Kernel
from galleyproof.lineage.entries import Entries
from galleyproof.qmd.model import Chapter
from galleyproof.qmd.options import CellOptions
from galleyproof.spans import Span
from galleyproof.store import Store
from galleyproof.workers import Job, Workers

_UNKNOWN = re.compile(r"`NameError`: name '(\w+)' is not defined")


def run(
    chapters: Sequence[Chapter],
    workers: Workers | Kernel,
    *,
    defaults: Mapping[str, CellOptions] | None = None,
    limits: Limits | None = None,
    progress: Callable[[str], None] = lambda _: None,
    store: Store | None = None,
    identity: str = "",
    data: str = "data",
) -> Execution:
    """Run what has to run of every chapter.

    Parameters
    ----------
    workers
        who runs it; a single kernel runs one chapter after the other, in this thread
    defaults
        options that hold where a cell sets none, by the chapter's path
    progress
        told each chapter's path as it begins to run
    store
        what is remembered from build to build; None: nothing
    identity
        digest of interpreter and packages: other ones remember nothing
    data
        the directory of the data package

    """
    present = Present(
        workers.directory,
        environment=kernels.environment_of(workers.environment),
        data=data,
    )
    runs = [
        ChapterRun(
            chapter=chapter,
            defaults=(defaults or {}).get(chapter.path, CellOptions()),
            limits=limits or Limits(),
            memory=ChapterMemory.open(
                store, chapter.path, identity, stays=workers.stay
            ),
            present=present,
            directory=workers.directory,
        )
        for chapter in chapters
        if chapter.cells or chapter.inlines
    ]
    waiting = [one for one in runs if not one.remember()]
    jobs = [(one.cost_s, _job(one, progress)) for one in waiting]
    if isinstance(workers, Kernel):
        kernel = workers
        for _, job in jobs:
            job(lambda: kernel)
    elif jobs:
        workers.run(jobs)
    return _gathered(runs)


def _job(one: ChapterRun, progress: Callable[[str], None]) -> Job:
    def job(get_kernel: Callable[[], Kernel]) -> None:
        progress(one.chapter.path)
        one.run(get_kernel)

    return job


def _gathered(runs: Sequence[ChapterRun]) -> Execution:
    """Put the results of all chapters together, in the order of the manuscript."""
    cells: dict[tuple[str, int], CellResult] = {}
    inlines: dict[tuple[str, int], InlineResult] = {}
    entries = Entries()
    for one in runs:
        path, results = one.chapter.path, one.results
        cells.update({(path, i): result for i, result in sorted(results.cells.items())})
        inlines.update({(path, i): result for i, result in results.inlines.items()})
        entries.update(results.entries)
    seen = [one.results.seen for one in runs]
    found = [d for one in runs for d in _with_elsewhere(one, runs)]
    return Execution(
        cells=cells,
        inlines=inlines,
        entries=entries,
        diagnostics=(*found, *_crossing(runs)),
        notes=tuple(note for one in runs for note in one.results.notes),
        reasons=tuple(r for one in runs for r in one.results.reasons),
        observed={k: v for each in seen for k, v in each.files.items()},
        listed={k: v for each in seen for k, v in each.listed.items()},
        stated={k: v for each in seen for k, v in each.stated.items()},
        environment={k: v for each in seen for k, v in each.environment.items()},
        repeatable=all(each.repeatable for each in seen),
    )


def _with_elsewhere(
    one: ChapterRun, runs: Sequence[ChapterRun]
) -> Iterable[Diagnostic]:
    """Say of an unknown name where another chapter defines it."""
    for found in one.results.diagnostics:
        unknown = _UNKNOWN.search(found.message)
        other = unknown and _definition(unknown[1], one, runs)
        if unknown and other:
            yield replace(
                found,
                hint=f"`{unknown[1]}` is defined in `{other}`, but each chapter runs "
                "by itself: define it here, or in a module that both import",
            )
        else:
            yield found


def _definition(name: str, one: ChapterRun, runs: Sequence[ChapterRun]) -> str:
    others = [other for other in runs if other is not one]
    return next((o.chapter.path for o in others if name in o.defined), "")


def _crossing(runs: Sequence[ChapterRun]) -> Iterable[Diagnostic]:
    """Find chapters that read what another one writes."""
    writers = {p: one.chapter.path for one in runs for p in one.results.seen.written}
    for one in runs:
        for path, line in one.results.seen.read.items():
            writer = writers.get(path)
            if writer is not None and writer != one.chapter.path:
                yield Diagnostic(
                    code=Code.CHAPTER_INDEPENDENT,
                    span=_code_at(one, line),
                    message=f"it reads `{path}`, which `{writer}` writes",
                    hint="chapters run side by side: compute it in both, or in a "
                    "module of the project that both import",
                )


def _code_at(one: ChapterRun, line: int) -> Span:
    """Return the cell that holds a line, or the line."""
    spans = (cell.code_span for cell in one.chapter.cells)
    there = (span for span in spans if span.line <= line <= span.end_line)
    return next(there, Span(path=one.chapter.path, line=line))
