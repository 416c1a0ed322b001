"""Requests to stop: raised where they arrive, and again where that was in vain."""

from __future__ import annotations

import signal
from contextlib import suppress

import pytest

from galleyproof import interruption
from galleyproof.interruption import Interrupted


class Callback:
    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_request_that_a_destructor_drops_is_raised_later() -> None:
    with interruption.heeding():
        one = Callback()
        del one
        assert interruption.asked() is signal.SIGINT
        with pytest.raises(Interrupted):
            interruption.heed()


def test_nothing_is_raised_where_nothing_was_asked() -> None:
    with interruption.heeding():
        interruption.heed()
        assert interruption.asked() is None


def test_a_command_does_not_answer_for_the_one_before() -> None:
    with interruption.heeding(), suppress(Interrupted):
        signal.raise_signal(signal.SIGTERM)
    with interruption.heeding():
        assert interruption.asked() is None
        interruption.heed()


def test_the_first_signal_counts() -> None:
    with interruption.heeding():
        for number in (signal.SIGTERM, signal.SIGINT):
            with pytest.raises(Interrupted):
                signal.raise_signal(number)
        assert interruption.asked() is signal.SIGTERM


def whole(done: list[str], error: Exception | None = None) -> None:
    """Do in one piece what a signal comes in the middle of."""
    with interruption.put_off("it is done"):
        done.append("begun")
        signal.raise_signal(signal.SIGINT)
        interruption.heed()
        if error is not None:
            raise error
        done.append("ended")


def test_what_must_be_whole_is_done_before_the_request_is_heeded() -> None:
    done: list[str] = []
    with interruption.heeding():
        with pytest.raises(Interrupted):
            whole(done)
        assert interruption.outcome() == "it is done"
    assert done == ["begun", "ended"]


def test_what_must_be_whole_does_not_begin_after_a_request() -> None:
    done: list[str] = []
    with interruption.heeding():
        with suppress(Interrupted):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(Interrupted):
            whole(done)
        assert interruption.outcome() == "the last output is as it was"
    assert done == []


def test_a_failure_within_is_not_hidden_by_a_request() -> None:
    with interruption.heeding():
        with pytest.raises(OSError, match="full"):
            whole([], OSError("full"))
        assert interruption.outcome() == "the last output is as it was"


def test_an_ignored_signal_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruption.heeding():
            signal.raise_signal(signal.SIGINT)
            assert interruption.asked() is None
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
