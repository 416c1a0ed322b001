"""The doors through which code reaches what is outside of it: seen as they open.

Python tells of opened files, listed directories, programs and connections by its audit
events. It does not tell of `stat`, of environment variables, of the clock and of
chance: the functions for these are replaced by ones that note their call and do the
same.

One collector at a time, for the whole process: what threads of a cell do is the cell's.
"""

from __future__ import annotations

import os
import random  # noqa: TID251 - watched, not used
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_NOT_FILES = ("/dev/", "/proc/", "/sys/")
_NETWORK = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind"}
)
_PROGRAMS = frozenset(
    {
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.fork",
        "os.spawn",
    }
)


Look = tuple[int, int, int] | None
"""Size, time of change and number of a file: if they differ, it was changed."""


@dataclass(slots=True)
class Seen:
    """What went through the doors."""

    read: dict[str, Look] = field(default_factory=dict)
    """Files that were opened for reading, with absolute paths, and how they looked."""
    listed: set[str] = field(default_factory=set)
    stated: set[str] = field(default_factory=set)
    """Paths of which it was asked whether they are there, and how large."""
    written: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    """Files that are gone, and were there before."""
    environment: dict[str, str | None] = field(default_factory=dict)
    unrepeatable: dict[str, None] = field(default_factory=dict)
    """What makes the result differ from run to run, in words."""
    filters: list[str] = field(default_factory=list)
    """What the author's code said that warnings should do, in order."""
    seeded: set[str] = field(default_factory=set)
    """Generators of random numbers that were given a seed."""


_stat = os.stat
_seen: Seen | None = None
_is_away = 0
_ignored: tuple[str, ...] = _NOT_FILES
_authors: Callable[[str], bool] = lambda _: True  # noqa: E731
_installed = False


def install(*, ignored: tuple[str, ...], authors: Callable[[str], bool]) -> None:
    """Begin to watch, once a process.

    Parameters
    ----------
    ignored
        beginnings of paths that do not count: the interpreter and its libraries, whose
        versions are compared instead
    authors
        tells the author's code from a library's, by the name of its file

    """
    global _ignored, _authors, _installed  # noqa: PLW0603
    _ignored, _authors = (*_NOT_FILES, *ignored), authors
    if _installed:
        return
    _installed = True
    sys.addaudithook(_hear)
    _replace_stat()
    _replace_environment()
    _replace_clock()
    _replace_chance()
    _replace_filters()


def begin() -> None:
    """Collect from now on."""
    global _seen  # noqa: PLW0603
    _seen = Seen()


def take() -> Seen:
    """Return what was seen since `begin`, and stop collecting."""
    global _seen
    seen, _seen = _seen or Seen(), None
    return seen


@contextmanager
def apart() -> Iterator[Seen]:
    """Collect what happens within by itself."""
    global _seen  # noqa: PLW0603
    outer, _seen = _seen, Seen()
    try:
        yield _seen
    finally:
        _seen = outer


def note_unrepeatable(reason: str) -> None:
    """Write down what makes the result differ from run to run."""
    if _seen is not None and not _is_away:
        _seen.unrepeatable[reason] = None


def note_asked(path: str) -> None:
    """Write down that it was asked whether a file is there."""
    absolute = _absolute(path)
    if _seen is not None and not _is_away and absolute is not None:
        _seen.stated.add(absolute)


@contextmanager
def unseen() -> Iterator[None]:
    """Do something of our own, which is not the author's."""
    global _is_away  # noqa: PLW0603
    _is_away += 1
    try:
        yield
    finally:
        _is_away -= 1


# Audit events -------------------------------------------------------------------------


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _seen is None or _is_away:
        return
    listener = _LISTENERS.get(event)
    if listener is not None:
        listener(_seen, arguments)
    elif event in _NETWORK:
        _hear_network(_seen, event, arguments)
    elif event in _PROGRAMS:
        _seen.unrepeatable[f"it starts a program ({_program(arguments)})"] = None


def _program(arguments: tuple[Any, ...]) -> str:
    first = arguments[0] if arguments else None
    if isinstance(first, bytes):
        first = first.decode("utf-8", "replace")
    words = str(first).split() if first else []
    return f"`{Path(words[0]).name}`" if words else "`fork`"


def _hear_network(seen: Seen, event: str, arguments: tuple[Any, ...]) -> None:
    address = arguments[-1] if event == "socket.connect" else arguments[0]
    if isinstance(address, tuple):
        address = address[0]
    if event == "socket.bind" or _is_own_socket(address):
        return
    seen.unrepeatable[f"it asks the network (`{address}`)"] = None


def _is_own_socket(address: object) -> bool:
    # A path is a socket of this machine, between parts of one program.
    return not isinstance(address, str) or address.startswith("/") or address == ""


def _hear_open(seen: Seen, arguments: tuple[Any, ...]) -> None:
    path = _absolute(arguments[0])
    if path is None:
        return
    mode, flags = arguments[1], arguments[2]
    writes = bool(isinstance(flags, int) and flags & _WRITING) or (
        isinstance(mode, str) and any(c in mode for c in "wax+")
    )
    if not writes:
        # What it wrote itself before is no input.
        if path not in seen.written:
            seen.read.setdefault(path, look(path))
        return
    keeps = not (isinstance(mode, str) and mode[:1] in ("w", "x"))
    if keeps and path not in seen.written and (found := look(path)):
        seen.read.setdefault(path, found)
    seen.written.add(path)


def _hear_listing(seen: Seen, arguments: tuple[Any, ...]) -> None:
    if "importlib" in sys._getframe(2).f_code.co_filename:
        return
    given = arguments[0] if arguments and arguments[0] is not None else "."
    path = _absolute(given)
    if path is not None:
        seen.listed.add(path)


def _hear_database(seen: Seen, arguments: tuple[Any, ...]) -> None:
    path = _absolute(arguments[0])
    if path is not None and arguments[0] != ":memory:":
        seen.read.setdefault(path, look(path))


def _hear_rename(seen: Seen, arguments: tuple[Any, ...]) -> None:
    old, new = _absolute(arguments[0]), _absolute(arguments[1])
    if old is not None:
        seen.written.discard(old)
    if new is not None:
        seen.written.add(new)


def _hear_removal(seen: Seen, arguments: tuple[Any, ...]) -> None:
    path = _absolute(arguments[0])
    if path is None:
        return
    if path not in seen.written:
        seen.removed.add(path)
    seen.written.discard(path)


_LISTENERS: dict[str, Callable[[Seen, tuple[Any, ...]], None]] = {
    "open": _hear_open,
    "os.listdir": _hear_listing,
    "os.scandir": _hear_listing,
    "sqlite3.connect": _hear_database,
    "os.rename": _hear_rename,
    "os.remove": _hear_removal,
    "shutil.rmtree": _hear_removal,
}


def _absolute(path: Any) -> str | None:  # noqa: ANN401
    """Return a path that counts; None of a descriptor and of what is ignored."""
    if isinstance(path, int) or path is None:
        return None
    try:
        text = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
    except (TypeError, ValueError):
        return None
    return None if text.startswith(_ignored) else text


def look(path: str) -> Look:
    """Return what tells a file from itself before a change; None if there is none."""
    try:
        found = _stat(path)
    except (OSError, ValueError):
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


# Functions of which Python does not tell ----------------------------------------------


def _replace_stat() -> None:
    for name in ("stat", "lstat", "access"):
        setattr(os, name, _noting_path(getattr(os, name)))


def _noting_path(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def noting(path: Any, *rest: Any, **named: Any) -> Any:  # noqa: ANN401
        if _seen is not None and not _is_away:
            absolute = _absolute(path)
            if absolute is not None:
                _seen.stated.add(absolute)
        return original(path, *rest, **named)

    return noting


def _replace_environment() -> None:
    kind = type(os.environ)  # noqa: TID251
    read = kind.__getitem__

    def noting_read(self: Any, key: str) -> str:  # noqa: ANN401
        if _seen is None or _is_away or self is not os.environ:  # noqa: TID251
            return read(self, key)
        if _is_importing():
            # What libraries ask when they are loaded is part of `identity`.
            return read(self, key)
        try:
            value = read(self, key)
        except KeyError:
            _seen.environment.setdefault(key, None)
            raise
        _seen.environment.setdefault(key, value)
        return value

    kind.__getitem__ = noting_read  # type: ignore[method-assign]


def _replace_clock() -> None:
    for name in ("time", "time_ns", "perf_counter", "monotonic", "ctime", "localtime"):
        setattr(time, name, _noting_clock(getattr(time, name), f"time.{name}"))


def _noting_clock(original: Callable[..., Any], name: str) -> Callable[..., Any]:
    @wraps(original)
    def noting(*arguments: Any) -> Any:  # noqa: ANN401
        if _seen is not None and not _is_away and not arguments:
            # Libraries measure how long they take; that shows in no result.
            caller = sys._getframe(1).f_code.co_filename
            if _authors(caller):
                _seen.unrepeatable[f"it reads the clock (`{name}`)"] = None
        return original(*arguments)

    return noting


def _is_importing() -> bool:
    """Say whether a library is being imported, by whomever."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_IMPORTING):
            return True
        if _authors(name):
            return False
        frame = frame.f_back
    return False


_IMPORTING = "<frozen importlib"


def _replace_filters() -> None:
    for name in ("filterwarnings", "simplefilter", "resetwarnings"):
        setattr(warnings, name, _noting_filter(getattr(warnings, name)))


def _noting_filter(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def noting(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        if _seen is not None and _authors(sys._getframe(1).f_code.co_filename):
            _seen.filters.append(repr((original.__name__, arguments, named)))
        return original(*arguments, **named)

    return noting


def _replace_chance() -> None:
    os.urandom = _noting_chance(os.urandom)
    random._urandom = os.urandom  # type: ignore[attr-defined]
    _note_seeds(random, "random")


def _noting_chance(original: Callable[[int], bytes]) -> Callable[[int], bytes]:
    @wraps(original)
    def noting(size: int) -> bytes:
        # Libraries draw some when they are imported, for later use or none.
        if _seen is not None and not _is_importing():
            note_unrepeatable("it draws random numbers without a seed")
        return original(size)

    return noting


def _note_seeds(module: Any, name: str) -> None:  # noqa: ANN401
    for setter in ("seed", "setstate", "set_state"):
        original = getattr(module, setter, None)
        if original is not None and not hasattr(original, "__wrapped__"):
            setattr(module, setter, _noting_seed(original, name))


def _noting_seed(original: Callable[..., Any], name: str) -> Callable[..., Any]:
    @wraps(original)
    def noting(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401
        given = [*arguments, *named.values()]
        if _seen is not None and given and given[0] is not None:
            _seen.seeded.add(name)
        return original(*arguments, **named)

    return noting


def watch_numpy() -> None:
    """Note the seeds of numpy's global generator, once it is loaded."""
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        _note_seeds(numpy_random, "numpy.random")
