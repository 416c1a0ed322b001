"""What the pages are told: one state, complete each time, so that none can be missed.

A page that connects, or connects again, gets the present state at once and makes itself
agree with it; it does not matter what it has seen before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from threading import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A finding as a page shows it."""

    severity: str
    code: str
    message: str
    hint: str = ""
    detail: str = ""
    place: str = ""
    """File and line, as the author would name them."""
    excerpt: tuple[str, str, str] = ("", "", "")
    """Of that line: what is meant, and what stands before and behind it."""
    page: str = ""
    """Path of the page that it belongs to; empty: of none."""
    block: int | None = None
    """Which block of that page, counted from 0; None: it is not known."""
    below: bool = False
    """Whether it belongs behind that block, instead of before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How things are."""

    version: str = ""
    """Of the pages that are served: it differs where they may differ."""
    building: str = ""
    """What is being built: `page`, `pdf` or nothing."""
    because: Sequence[str] = ()
    """What was changed."""
    good: bool = True
    """Whether the last build came to its end."""
    seconds: float | None = None
    notes: Sequence[Note] = ()
    untold: int = 0
    """Notes beyond those that are told."""
    pages: Sequence[str] = ()
    """Paths of the pages, the first one first."""
    pictures: Mapping[str, str] = field(default_factory=dict)
    """What identifies the content of each file that pages show, by its path."""
    beside: str = ""
    """Version of the PDF; empty: there is none."""
    besides: Sequence[str] = ()
    """Paths of the PDF files."""
    beside_notes: Sequence[Note] = ()
    """Why the PDF is not as new as the page."""

    @property
    def json(self) -> str:
        """The state in one line."""
        return json.dumps(asdict(self), separators=(",", ":"))


class Board:
    """Where the state stands, to be waited for."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._state = State()
        self._number = 0
        self._closed = False

    def put(self, state: State) -> None:
        """Replace the state."""
        with self._condition:
            self._state = state
            self._number += 1
            self._condition.notify_all()

    @property
    def state(self) -> State:
        """The present state."""
        with self._condition:
            return self._state

    def after(self, number: int, timeout_s: float) -> tuple[int, State] | None:
        """Wait for a state later than a number; None where there is none in time.

        The number that comes back is to be given the next time; -1 at first.
        """
        with self._condition:
            ready = self._condition.wait_for(
                lambda: self._closed or self._number > number, timeout_s
            )
            if not ready or self._closed:
                return None
            return self._number, self._state

    def close(self) -> None:
        """Wake all who wait; there will be nothing more."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    @property
    def closed(self) -> bool:
        """Whether there will be nothing more."""
        return self._closed
