"""The watcher: a thread that notices what is saved, and puts it into the inbox.

`watchfiles` tells at once that something happened in a folder; what has changed is
found by looking. So nothing is lost where the system tells of nothing (a folder that
was deleted and made again, a network disk): it is found within a second. Folders that
do not count, `.venv` above all, are not watched at all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import watchfiles

from galleyproof.preview.inbox import Inbox, Request
from galleyproof.preview.snapshot import Scope, Snapshot, look

_STEP_MS = 25
"""Quiet for so long, a save is taken to have ended."""
_LONGEST_MS = 1_600
"""Saves that follow each other without a pause are waited for no longer."""
_LOOK_MS = 1_000
_PATIENCE_S = 3.0


@dataclass(slots=True)
class Watcher:
    """Looks at a project until it is closed."""

    scope: Scope
    inbox: Inbox
    complete: Callable[[], bool] = lambda: True
    """Whether what was built is still there."""
    _known: Snapshot = field(default_factory=Snapshot)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._known = look(self.scope)
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)

    @property
    def paths(self) -> frozenset[str]:
        """The files that count."""
        return frozenset(self._known.files)

    def _watch(self) -> None:
        while not self._stop.is_set():
            folders = self._known.folders
            with closing(self._wakings(folders)) as wakings:
                for _ in wakings:
                    self.look()
                    if self._known.folders != folders:
                        break

    def _wakings(self, folders: frozenset[Path]) -> Generator[object]:
        """Yield once at the beginning, whenever something happens, and every second."""
        yield None
        # A folder may go away in this moment; the system may have no watches left.
        with suppress(OSError, RuntimeError):
            yield from watchfiles.watch(
                *sorted(map(str, folders)),
                recursive=False,
                watch_filter=None,
                debounce=_LONGEST_MS,
                step=_STEP_MS,
                rust_timeout=_LOOK_MS,
                yield_on_timeout=True,
                raise_interrupt=False,
                stop_event=self._stop,
            )
        # Reached as well where there is nothing to watch: the project is gone.
        self._stop.wait(_LOOK_MS / 1000)

    def look(self) -> None:
        """Look now, from whichever thread."""
        with self._lock:
            now = look(self.scope, self._known)
            changed = now.changed_since(self._known)
            self._known = now
            again = not self.complete()
            if changed or again:
                self.inbox.put(Request(changed=changed, again=again))
