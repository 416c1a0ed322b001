"""A kernel that starts while other work goes on: nothing takes longer to start."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Self

from galleyproof.kernel import Kernel
from galleyproof.qmd.model import Chapter


class BackgroundKernel:
    """A kernel that starts in a thread while other work goes on.

    The thread is its only user until `ready`, which hands it over.
    """

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self._directory = directory
        self._environment = environment
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kernel")
        self._kernel: Kernel | None = None
        self._pending: Future[None] | None = None

    def __enter__(self) -> Self:
        self._pending = self._thread.submit(self._start)
        return self

    def _start(self) -> None:
        self._kernel = Kernel(self._directory, environment=self._environment)
        self._kernel.start()

    def warm(self, statements: Sequence[str]) -> None:
        """Let the kernel import, before it is needed, what the chapters will."""
        started = self._pending
        self._pending = self._thread.submit(self._warm, started, statements)

    def _warm(self, started: Future[None] | None, statements: Sequence[str]) -> None:
        if started is not None:
            started.result()
        if self._kernel is not None:
            self._kernel.warm(statements)

    def ready(self) -> Kernel:
        """Wait for the kernel, and raise what stood in its way."""
        if self._pending is not None:
            self._pending.result()
        assert self._kernel is not None, "used outside of its `with` block"
        return self._kernel

    def release(self) -> None:
        """End the kernel, without waiting for it to be gone."""
        if self._kernel is not None:
            self._thread.submit(self._kernel.close)

    def __exit__(self, *_: object) -> None:
        if self._kernel is not None:
            self._kernel.abandon()
        self._thread.shutdown(wait=True, cancel_futures=True)
        if self._kernel is not None:
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
