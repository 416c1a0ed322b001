"""What a kernel says: outputs, failures and answers, read from its messages.

Neighbouring pieces of one stream are one output; displays that are updated change in
place; what goes beyond a limit is cut there and ends the gathering.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from galleyproof.lineage.entries import Entries, read_entries

FAILURE_TYPE = "application/vnd.galleyproof.failure+json"
ACCOUNT_TYPE = "application/vnd.galleyproof.account+json"
"""What a unit depends on, does and leaves behind: `observing.observer`."""
MEMORY_LIMIT = "GALLEY_MEMORY_LIMIT"
"""Names the variable that tells a kernel how many bytes it may take."""
BARE_TYPE = "application/vnd.galleyproof.bare"
"""Marks an inline result that is a number without lineage; holds its type."""
ENTRIES_TYPE = "application/vnd.galleyproof.entries+json"
REFUTED_TYPE = "application/vnd.galleyproof.refuted+json"
"""A message about a claim that does not hold; no output of the cell."""
DISPLAY_LIMIT = 64_000_000
"""Bytes of figures and tables that one cell may show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One thing that a cell showed, in the order in which it showed it."""

    kind: Literal["stream", "display", "error"]
    name: str = ""
    """`stdout` or `stderr` of a stream; the exception's class name of an error."""
    text: str = ""
    """What a stream printed; the traceback of an error."""
    data: Mapping[str, str | bytes] = field(default_factory=dict)
    """A display's MIME bundle; images other than SVG are bytes, all else is text."""
    metadata: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where code stands in the author's file."""

    path: str
    line: int
    byte_column: int = 0
    """UTF-8 bytes in front of it on its line; of an inline expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One step of a traceback."""

    path: str
    line: int
    byte_column: int
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An exception in the kernel; frames innermost first, ours left out."""

    name: str
    message: str
    traceback: str
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuted:
    """A claim that does not hold, and the code that makes it."""

    words: str
    reason: str
    frame: Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a piece of code ended, and what it showed until then."""

    end: Literal["done", "failed", "timeout", "flood", "died", "exited"]
    outputs: tuple[Output, ...] = ()
    failure: Failure | None = None
    seconds: float = 0.0
    note: str = ""
    """How the kernel died."""
    refuted: tuple[Refuted, ...] = ()
    account: Mapping[str, Any] | None = None
    """What was observed of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """Code whose value is wanted."""

    code: str
    place: Place


def read_printed(answer: Mapping[str, str] | Failure) -> Entries:
    """Read the records of what a chapter has printed, as its journal tells."""
    told = "" if isinstance(answer, Failure) else answer.get(ENTRIES_TYPE, "")
    said = json.loads(told or "{}")
    return read_entries(said) if said else Entries()


def read_account(answer: Mapping[str, str] | Failure) -> Mapping[str, Any] | None:
    """Read what was observed of a unit; None where nothing was."""
    told = "" if isinstance(answer, Failure) else answer.get(ACCOUNT_TYPE, "")
    found: Mapping[str, Any] | None = json.loads(told or "null")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What became of several expressions, each a MIME bundle or a failure."""

    run: Run
    """Of all of them together: a timeout or a dead kernel leaves no results."""
    results: tuple[Mapping[str, str] | Failure, ...] = ()


class Flood(Exception):  # noqa: N818  (an event, not a mistake)
    """A cell shows more than it may."""


class Gathered:
    """Outputs as they come in; neighbouring pieces of one stream are one output."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._printed = 0
        self._shown = 0
        self._outputs: list[Output] = []
        self._display_places: dict[str, int] = {}
        self._refuted: list[Refuted] = []
        self.closed = False

    def outputs(self) -> tuple[Output, ...]:
        """Return what has come in so far."""
        return tuple(self._outputs)

    def refuted(self) -> tuple[Refuted, ...]:
        """Return the claims that do not hold, in the order in which they were made."""
        return tuple(self._refuted)

    def end(self, reply: Mapping[str, Any]) -> str:
        """Judge a request that ran to its end."""
        if any(p.get("source") == "ask_exit" for p in reply.get("payload", ())):
            return "exited"
        failed = reply.get("status") != "ok" or any(
            output.kind == "error" for output in self._outputs
        )
        return "failed" if failed else "done"

    def take(self, message: Mapping[str, Any]) -> None:
        """Take one message; raises `Flood` where it goes beyond a limit."""
        if self.closed:
            return
        kind, content = message["msg_type"], message["content"]
        if kind == "stream":
            self._stream(content["name"], content["text"])
        elif kind in {"display_data", "execute_result"}:
            self._display(content)
        elif kind == "update_display_data":
            self._update(content)
        elif kind == "error":
            text = "\n".join(content.get("traceback", ()))
            self._outputs.append(
                Output(kind="error", name=content.get("ename", ""), text=text)
            )
        elif kind == "clear_output":
            self._outputs.clear()

    def _stream(self, name: str, text: str) -> None:
        self._printed += len(text.encode("utf-8", "replace"))
        room = self._limit - self._printed
        if room < 0:
            text = text[:room] if -room < len(text) else ""
        last = self._outputs[-1] if self._outputs else None
        if last is not None and last.kind == "stream" and last.name == name:
            self._outputs.pop()
            text = last.text + text
        self._outputs.append(Output(kind="stream", name=name, text=text))
        if room < 0:
            raise Flood

    def _display(self, content: Mapping[str, Any]) -> None:
        if REFUTED_TYPE in content["data"]:
            self._refuted.append(_refuted(content["data"][REFUTED_TYPE]))
            return
        output = _display_output(content)
        self._shown += sum(len(value) for value in output.data.values())
        if self._shown > DISPLAY_LIMIT:
            raise Flood
        if display_id := content.get("transient", {}).get("display_id"):
            self._display_places[display_id] = len(self._outputs)
        self._outputs.append(output)

    def _update(self, content: Mapping[str, Any]) -> None:
        place = self._display_places.get(content["transient"].get("display_id", ""))
        if place is not None and place < len(self._outputs):
            self._outputs[place] = _display_output(content)


def _display_output(content: Mapping[str, Any]) -> Output:
    data: dict[str, str | bytes] = {}
    for mime, value in sorted(content["data"].items()):
        if mime.startswith("image/") and mime != "image/svg+xml":
            data[mime] = base64.b64decode(value)
        elif isinstance(value, str):
            data[mime] = value
        else:
            data[mime] = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return Output(kind="display", data=data, metadata=content.get("metadata", {}))


def _refuted(told: Mapping[str, Any]) -> Refuted:
    return Refuted(
        words=told["words"],
        reason=told["reason"],
        frame=Frame(
            path=told["path"],
            line=told["line"],
            byte_column=told["byte_column"],
            function="",
        ),
    )


def read_answer(answer: Mapping[str, Any]) -> Mapping[str, str] | Failure:
    """Read one result of a request's user expressions."""
    data = answer.get("data", {})
    if FAILURE_TYPE in data:
        told = data[FAILURE_TYPE]
        frames = tuple(Frame(**frame) for frame in told.get("frames", ()))
        return Failure(
            name=told["name"],
            message=told["message"],
            traceback=told["traceback"],
            frames=frames,
        )
    if answer.get("status") == "ok":
        return {mime: str(value) for mime, value in data.items()}
    return Failure(
        name=str(answer.get("ename", "Error")),
        message=str(answer.get("evalue", "no answer")),
        traceback="\n".join(answer.get("traceback", ())),
    )
