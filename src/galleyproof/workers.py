"""Threads with a kernel each, which run chapters side by side.

A kernel is started when there is something for it to run, or ahead of time, while other
work goes on: nothing takes longer to start. Workers may outlive a build, so that the
next one finds their kernels warm.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Self

from galleyproof.kernel import Kernel, leave_thread
from galleyproof.qmd.model import Chapter

Job = Callable[[Callable[[], Kernel]], None]
_LOOK_S = 0.5
_PATIENCE_S = 5.0
_SHORT_PATIENCE_S = 1.0
_WORTH_S = 1.0
"""What a further kernel must save: it takes about as long to start."""


class Worker:
    """A thread and its kernel.

    The thread is the kernel's only user. It is a daemon, and waited for only so long:
    an interruption that hits the main thread in the middle of an import can leave
    Python's import lock taken, and whoever imports then, this thread for instance,
    waits for ever.
    """

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self._kernel = Kernel(directory, environment=environment)
        self._jobs: SimpleQueue[tuple[Callable[[], None], Future[None]] | None]
        self._jobs = SimpleQueue()
        self._thread: Thread | None = None
        self._launched = self._ready = False
        self._warmed: set[str] = set()

    @property
    def is_warm(self) -> bool:
        """Whether its kernel runs, or is about to."""
        return self._launched

    def launch(self) -> None:
        """Start the kernel's process, without waiting for it."""
        try:
            self._kernel.launch()
        except BaseException:
            self._kernel.close()
            raise
        self._launched = True
        self.submit(self._await)

    def _await(self) -> None:
        if not self._launched:
            self._kernel.launch()
            self._launched = True
        if not self._ready:
            self._kernel.await_ready()
            self._ready = True

    def warm(self, statements: Sequence[str]) -> None:
        """Let the kernel import, before it is needed, what the chapters will."""
        new = [s for s in statements if s not in self._warmed]
        self._warmed.update(new)
        if new:
            self.submit(partial(self._warm, new))

    def _warm(self, statements: Sequence[str]) -> None:
        self._await()
        self._kernel.warm(statements)

    def kernel(self) -> Kernel:
        """Return the kernel, started; in this worker's thread only."""
        self._await()
        return self._kernel

    def submit(self, job: Callable[[], None]) -> Future[None]:
        """Do something in the thread, after what was submitted before."""
        if self._thread is None:
            self._thread = Thread(target=self._work, name="kernel", daemon=True)
            self._thread.start()
        done: Future[None] = Future()
        self._jobs.put((job, done))
        return done

    def _work(self) -> None:
        try:
            for job, done in iter(self._jobs.get, None):
                try:
                    job()
                except BaseException as error:  # noqa: BLE001 - raised by who waits
                    done.set_exception(error)
                else:
                    done.set_result(None)
        finally:
            leave_thread()

    def close(self, *, patience_s: float) -> None:
        """End the thread and the kernel, whatever they do."""
        self._kernel.abandon()
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join(patience_s)
        if self._thread is None or not self._thread.is_alive():
            self._kernel.close()


class Workers:
    """As many workers as may run at once."""

    def __init__(
        self, directory: Path, environment: Mapping[str, str], *, count: int
    ) -> None:
        self.directory = directory
        self.environment = dict(environment)
        self._workers = [Worker(directory, environment) for _ in range(max(1, count))]
        self._statements: list[str] = []
        self.stay = False
        """Whether they outlive the build."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        interrupted = kind is not None and not issubclass(kind, Exception)
        self.close(_SHORT_PATIENCE_S if interrupted else _PATIENCE_S)

    def close(self, patience_s: float = _PATIENCE_S) -> None:
        """End all of them."""
        for worker in self._workers:
            worker.close(patience_s=patience_s)

    def start(self) -> None:
        """Start the first kernel ahead of time: something will have to run."""
        if not self._workers[0].is_warm:
            self._workers[0].launch()

    def warm(self, statements: Sequence[str]) -> None:
        """Let kernels that run, and those that will, import this first."""
        self._statements = list(statements)
        for worker in self._workers:
            if worker.is_warm:
                worker.warm(statements)

    def run(self, jobs: Sequence[tuple[float, Job]]) -> None:
        """Run jobs, the longest first, side by side where that is worth it.

        `jobs` are given with their estimated seconds. Raises what the first of them
        raised.
        """
        waiting: SimpleQueue[Job | None] = SimpleQueue()
        for _, job in sorted(jobs, key=lambda pair: -pair[0]):
            waiting.put(job)
        chosen = self._chosen(jobs)
        for _ in chosen:
            waiting.put(None)
        done = [worker.submit(partial(_work_off, worker, waiting)) for worker in chosen]
        for one in done:
            _wait(one)

    def _chosen(self, jobs: Sequence[tuple[float, Job]]) -> list[Worker]:
        """Return the workers that are worth their kernels."""
        warm = [w for w in self._workers if w.is_warm] or self._workers[:1]
        left = sum(cost for cost, _ in jobs)
        worth = max(len(warm), int(left / _WORTH_S))
        count = min(len(jobs), len(self._workers), worth)
        cold = [w for w in self._workers if w not in warm]
        chosen = [*warm, *cold][:count]
        for worker in chosen:
            if not worker.is_warm:
                worker.launch()
                worker.warm(self._statements)
        return chosen


class Standing:
    """Workers that stay for the next build, as long as it wants the same ones."""

    def __init__(self) -> None:
        self._workers: Workers | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End them."""
        workers, self._workers = self._workers, None
        if workers is not None:
            workers.close(_SHORT_PATIENCE_S)

    def workers(
        self, directory: Path, environment: Mapping[str, str], *, count: int
    ) -> Workers:
        """Return those that are there, or new ones for another place or environment."""
        there = self._workers
        if there is not None and (
            (there.directory, there.environment) == (directory, dict(environment))
        ):
            return there
        self.close()
        self._workers = Workers(directory, environment, count=count)
        self._workers.stay = True
        return self._workers


def _work_off(worker: Worker, waiting: SimpleQueue[Any]) -> None:
    for job in iter(waiting.get, None):
        job(worker.kernel)


def _wait(done: Future[None]) -> None:
    """Wait in steps, so that an interruption is noticed."""
    while True:
        with suppress(NotYet):
            done.result(_LOOK_S)
            return


def imports(chapters: Sequence[Chapter]) -> list[str]:
    """Return the import statements of the cells, each once, in order."""
    found: dict[str, None] = {}
    for cell in (c for chapter in chapters for c in chapter.cells):
        if cell.language == "python":
            with suppress(SyntaxError, ValueError):
                for node in ast.parse(cell.code).body:
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        found[ast.unparse(node)] = None
    return list(found)
