"""The requests to stop: Ctrl-C (SIGINT) and SIGTERM, of which none is lost.

Python raises an exception in the main thread, wherever that is: perhaps in a callback
or a destructor, where it is printed and dropped, or below a bare `except` of somebody's
library. The work then goes on as if nobody had asked. So a request is also written
down, and `heed` raises it again; a build calls it at the borders of its phases.

Owns the handlers of the two signals. A signal that the process was told to ignore
before, as by `nohup`, stays ignored.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_UNTOUCHED = "the last output is as it was"


class Interrupted(KeyboardInterrupt):
    """Somebody asked this process to stop.

    A class of its own: where a plain KeyboardInterrupt crosses code that is compiled
    from text, as in the making of a dataclass, CPython ends by the signal in the end,
    whatever exit code was meant. And a KeyboardInterrupt, since asyncio and others let
    nothing else through.
    """


@dataclass(slots=True)
class _Requests:
    """What was asked of this process."""

    asked: signal.Signals | None = None
    put_off: bool = False
    outcome: str = _UNTOUCHED

    def forget(self) -> None:
        self.asked, self.put_off, self.outcome = None, False, _UNTOUCHED


_requests = _Requests()


@contextmanager
def heeding() -> Iterator[None]:
    """Take both signals as requests to stop, until the end of the block."""
    _requests.forget()
    before = {number: signal.getsignal(number) for number in _heard()}
    for number in before:
        signal.signal(number, _take)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop_heeding() -> None:
    """Let the signals end the process: what had to be done is done."""
    for number in _heard():
        signal.signal(number, signal.SIG_DFL)


def _heard() -> list[signal.Signals]:
    return [n for n in _SIGNALS if signal.getsignal(n) is not signal.SIG_IGN]


def _take(number: int, _: object) -> None:
    _requests.asked = _requests.asked or signal.Signals(number)
    if not _requests.put_off:
        raise Interrupted


def heed() -> None:
    """Raise a request again that was made before, and lost on its way."""
    if _requests.asked is not None and not _requests.put_off:
        raise Interrupted


def met() -> None:
    """Forget what was asked: it is done, and there is nothing to tell of it."""
    _requests.forget()


def asked() -> signal.Signals | None:
    """Return the first signal that asked to stop."""
    return _requests.asked


@contextmanager
def put_off(outcome: str) -> Iterator[None]:
    """Let nothing be interrupted that must not be done by halves.

    What was asked before the block is raised before it; what is asked within it, at
    its end. `outcome` says how things stand from then on, for `outcome()`.
    """
    heed()
    _requests.put_off = True
    try:
        yield
        _requests.outcome = outcome
    finally:
        _requests.put_off = False
    heed()


def outcome() -> str:
    """Say how things stand after an interruption."""
    return _requests.outcome
