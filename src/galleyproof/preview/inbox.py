"""What has changed and no build has seen yet: written by the watcher, read by the loop.

However many saves come while a build runs, they wait here as one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Why there is something to do."""

    changed: frozenset[str] = frozenset()
    """Paths, as a snapshot names them."""
    beside: bool = False
    """Somebody has asked for the PDF."""
    again: bool = False
    """Everything is to be built once more: its output is gone."""


class Inbox:
    """Requests, gathered until they are taken."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._changed: set[str] = set()
        self._beside = False
        self._again = False

    def put(self, request: Request) -> None:
        """Add a request to what waits."""
        with self._condition:
            self._changed |= request.changed
            self._beside |= request.beside
            self._again |= request.again
            self._condition.notify_all()

    def take(self, timeout_s: float | None = None) -> Request | None:
        """Wait for something to do and return all of it; None where the time is up."""
        with self._condition:
            if not self._condition.wait_for(lambda: self._waiting, timeout_s):
                return None
            request = Request(
                changed=frozenset(self._changed),
                beside=self._beside,
                again=self._again,
            )
            self._changed.clear()
            self._beside = self._again = False
            return request

    def calm(self, quiet_s: float, longest_s: float) -> None:
        """Wait, where something waits already, until nothing more has come for a while.

        What came while a build ran is likely to be one of many.
        """
        deadline = time.monotonic() + longest_s
        with self._condition:
            while self._waiting and time.monotonic() < deadline:
                if not self._condition.wait(quiet_s):
                    return

    def forget(self, paths: Iterable[str]) -> None:
        """Drop changes that turn out to be the build's own."""
        with self._condition:
            self._changed.difference_update(paths)

    @property
    def changed(self) -> frozenset[str]:
        """What waits, left where it is."""
        with self._condition:
            return frozenset(self._changed)

    @property
    def _waiting(self) -> bool:
        return bool(self._changed or self._beside or self._again)
