"""A kernel that starts while other work goes on: nothing takes longer to start."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Self

from galleyproof.kernel import Kernel, leave_thread
from galleyproof.qmd.model import Chapter

_LOOK_S = 0.5
_PATIENCE_S = 5.0
_SHORT_PATIENCE_S = 1.0


class BackgroundKernel:
    """A kernel that comes up in a thread while other work goes on.

    The thread is its only user until `ready`, which hands it over. It is a daemon, and
    waited for only so long: an interruption that hits the main thread in the middle of
    an import can leave Python's import lock taken, and whoever imports then, this
    thread for instance, waits for ever.
    """

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self._kernel = Kernel(directory, environment=environment)
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._problem: BaseException | None = None
        self._thread = Thread(target=self._work, name="kernel", daemon=True)

    def __enter__(self) -> Self:
        # The process is launched before anything else is imported: what is imported
        # beside it in this process would only make its start later.
        try:
            self._kernel.launch()
        except BaseException:
            self._kernel.close()
            raise
        self._jobs.put(self._kernel.await_ready)
        self._thread.start()
        return self

    def _work(self) -> None:
        """Do one job after the other; what comes behind one that failed is not done."""
        try:
            for job in iter(self._jobs.get, None):
                job()
        except BaseException as error:  # noqa: BLE001 - raised by `ready`
            self._problem = error
        finally:
            leave_thread()

    def warm(self, statements: Sequence[str]) -> None:
        """Let the kernel import, before it is needed, what the chapters will."""
        self._jobs.put(partial(self._kernel.warm, statements))

    def ready(self) -> Kernel:
        """Wait for the kernel, and raise what stood in its way."""
        done = Event()
        self._jobs.put(done.set)
        while not done.wait(_LOOK_S):
            if not self._thread.is_alive():
                break
        if self._problem is not None:
            raise self._problem
        return self._kernel

    def release(self) -> None:
        """End the kernel, without waiting for it to be gone."""
        self._jobs.put(self._kernel.close)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        interrupted = kind is not None and not issubclass(kind, Exception)
        self._kernel.abandon()
        self._jobs.put(None)
        self._thread.join(_SHORT_PATIENCE_S if interrupted else _PATIENCE_S)
        if not self._thread.is_alive():
            self._kernel.close()


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
