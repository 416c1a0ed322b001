"""The cache of a project: bytes under a kind and a key, kept from build to build.

Owns `.galley/cache/`. An entry is one file, named by the hash of its kind and key, that
begins with a checksum over kind, key and data: what was damaged, truncated, or written
by another version is removed and never returned. Entries are written aside and moved,
so that any number of threads and processes may read and write at once; only who throws
away takes a lock. Nothing here can fail a build: what cannot be kept is not kept, and
`Store.problem` says why.

Time plays no part. Each process counts as one session (a long one as several), and an
entry bears the number of the session that used it last, in the place of its time of
modification: eviction begins with the lowest. Numbers that no session has had yet, as
they come from a copy of the directory, count as the lowest.

    CACHEDIR.TAG, .gitignore    for programs that copy or commit directories
    format                      the version of all of this
    sessions                    one byte a session
    written                     sizes, one a line: the total at the last eviction, then
                                what was written since
    lock                        held by who evicts or clears
    entries/KIND/ab/cdef...     the entries
    aside/PROCESS.NUMBER        on their way there
    gone-PROCESS.NUMBER         on their way out
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from galleyproof.files import runs

if sys.platform != "win32":
    import fcntl

FORMAT = b"galley cache 1\n"
"""A cache that says anything else is cleared."""
DEFAULT_LIMIT = 1_000_000_000
"""Bytes."""

_MAGIC = b"galley1\n"
_HEADER = len(_MAGIC) + hashlib.sha256().digest_size
_KIND = re.compile(r"[a-z][a-z0-9-]*")
_WRITTEN_LIMIT = 100_000
"""Bytes of `written` from which on counting the entries anew is cheaper."""
_GONE = "gone-"
_SPARE = 100_000_000
"""Bytes of the disk that are left to others: first of all to what a build writes."""
_LEFT = 0.8
"""Share of the limit that an eviction leaves, so that the next is not due at once."""
_SESSION = 256
"""Entries that one session may mark as used before the next begins."""
_TAG = (
    b"Signature: 8a477f597d28d172789f06886806bc55\n"
    b"# The cache of galleyproof; it may be deleted at any time.\n"
)
_serial = count()
"""Tells apart what the threads of this process write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindInfo:
    """What is kept of one kind."""

    entries: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheInfo:
    """What is kept."""

    entries: int
    bytes: int
    """Of the files, checksums included."""
    limit_bytes: int
    by_kind: dict[str, KindInfo]
    """In alphabetical order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    path: str
    size: int
    used: int
    """The session that used it last; 0 where none of ours did."""


@dataclass(slots=True, kw_only=True)
class Store:
    """The entries of one directory; open it with `Store.open`."""

    directory: Path
    limit_bytes: int = DEFAULT_LIMIT
    problem: str = ""
    """Why something could not be kept, the first time; empty where all is well."""
    _entries: str = field(init=False)
    _aside: str = field(init=False)
    _mutex: threading.Lock = field(default_factory=threading.Lock)
    _made: set[str] = field(default_factory=set)
    """Directories that are there."""
    _session: int = 0
    """Number of the present session; 0 until something is used."""
    _used: set[str] = field(default_factory=set)
    """Paths that bear the number of the present session."""
    _total: int = -1
    """Bytes that are kept, as far as this process knows; -1: not read yet."""

    @classmethod
    def open(cls, directory: Path, *, limit_bytes: int = DEFAULT_LIMIT) -> Store:
        """Open the cache in `directory`, which need not exist.

        One of another version is cleared. Reading makes nothing: the directory comes
        with the first entry.
        """
        store = cls(directory=directory, limit_bytes=limit_bytes)
        store._clear_others()
        return store

    def __post_init__(self) -> None:
        self._entries = os.fspath(self.directory / "entries")
        self._aside = os.fspath(self.directory / "aside")

    # Reading and writing

    def get(self, kind: str, key: str) -> bytes | None:
        """Return what was put under `kind` and `key`.

        None where nothing was, where it was evicted, and where it is damaged.
        """
        path = self._path(kind, key)
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - it is faster
                raw = file.readall()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._tell(error)
            return None
        data = raw[_HEADER:]
        if raw[:_HEADER] != _header(kind, key, data):
            with suppress(OSError):
                os.unlink(path)  # noqa: PTH108
            return None
        self._touch(path)
        return data

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Keep `data` under `kind` and `key`, instead of what was there before.

        Parameters
        ----------
        kind
            what it is, for those who look into the cache: lower-case letters, digits
            and hyphens
        key
            any text; equal keys must mean equal data

        What is larger than the limit is not kept, nor what the system refuses.
        """
        path = self._path(kind, key)
        size = _HEADER + len(data)
        if size > self.limit_bytes:
            return
        try:
            self._write(path, _header(kind, key, data), data)
            self._account(size)
        except OSError as error:
            self._tell(error)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever kept."""
        return not os.path.isdir(self._entries)  # noqa: PTH112

    def _path(self, kind: str, key: str) -> str:
        if not _KIND.fullmatch(kind):
            raise ValueError(f"`{kind}` does not name a kind of entry")
        name = hashlib.sha256(_named(kind, key)).hexdigest()
        return f"{self._entries}/{kind}/{name[:2]}/{name[2:]}"

    def _write(self, path: str, header: bytes, data: bytes) -> None:
        if shutil.disk_usage(_nearest(self.directory)).free < _SPARE + len(data):
            raise OSError(errno.ENOSPC, "the disk is almost full")
        aside = f"{self._aside}/{os.getpid()}.{next(_serial)}"
        # What another process clears away meanwhile is made a second time.
        for attempt in (1, 2, 3):
            try:
                self._make(os.path.dirname(path))  # noqa: PTH120
                with open(aside, "xb", buffering=0) as file:  # noqa: PTH123
                    _write_all(file.fileno(), header, data)
                self._touch(path, aside)
                os.replace(aside, path)  # noqa: PTH105
            except (FileNotFoundError, FileExistsError):
                self._made.clear()
                if attempt == 3:
                    raise
            except BaseException:
                with suppress(OSError):
                    os.unlink(aside)  # noqa: PTH108
                raise
            else:
                return

    def _make(self, directory: str) -> None:
        if directory in self._made:
            return
        if not self._made:
            os.makedirs(self._aside, exist_ok=True)  # noqa: PTH103
            self._sign()
            self._sweep()
        os.makedirs(directory, exist_ok=True)  # noqa: PTH103
        self._made.add(directory)

    def _sign(self) -> None:
        """Say what the directory is, where that is not said yet."""
        files = {"format": FORMAT, "CACHEDIR.TAG": _TAG, ".gitignore": b"*\n"}
        for name, said in files.items():
            path = self.directory / name
            if not path.exists():
                aside = Path(f"{self._aside}/{os.getpid()}.{next(_serial)}")
                aside.write_bytes(said)
                aside.replace(path)

    def _tell(self, error: OSError) -> None:
        reason = (error.strerror or type(error).__name__).lower()
        self.problem = self.problem or f"`{self.directory}` cannot be used: {reason}"

    # Who was used last

    def _touch(self, path: str, file: str = "") -> None:
        """Note that an entry is used: once a session, as that costs a system call."""
        with self._mutex:
            if path in self._used and not file:
                return
            if not self._session or len(self._used) >= _SESSION:
                self._session = self._next_session()
                self._used.clear()
            self._used.add(path)
            session = self._session
        with suppress(OSError):
            os.utime(file or path, (session, session))

    def _next_session(self) -> int:
        """Begin a session: its number is the length of a file that only grows."""
        path = self.directory / "sessions"
        try:
            with path.open("ab", buffering=0) as file:
                file.write(b".")
                return file.tell()
        except OSError:
            return self._sessions() or 1

    def _sessions(self) -> int:
        try:
            return (self.directory / "sessions").stat().st_size
        except OSError:
            return 0

    # Eviction

    def _account(self, size: int) -> None:
        """Add a size to the total, and evict where that is too much."""
        with self._mutex:
            known = self._total
        if known < 0:
            known = self._read_total()
        with (self.directory / "written").open("ab", buffering=0) as file:
            file.write(b"%d\n" % size)
        with self._mutex:
            self._total = max(self._total, known) + size
            due = self._total > self.limit_bytes
        if due:
            self._evict()

    def _read_total(self) -> int:
        """Add up what was written; more than the limit where that must be counted."""
        try:
            raw = (self.directory / "written").read_bytes()
        except FileNotFoundError:
            return 0
        sizes = raw.split()
        if len(raw) > _WRITTEN_LIMIT or not all(size.isdigit() for size in sizes):
            return self.limit_bytes + 1
        return sum(map(int, sizes))

    def _evict(self) -> None:
        """Throw away what was used least recently, until there is room again."""
        with self._locked(wait=False) as ours:
            if not ours:
                return
            self._sweep()
            entries = sorted(self._scan(), key=lambda e: (e.used, e.path))
            total = sum(entry.size for entry in entries)
            goal = int(self.limit_bytes * _LEFT)
            for entry in entries if total > self.limit_bytes else ():
                if total <= goal:
                    break
                with suppress(OSError):
                    os.unlink(entry.path)  # noqa: PTH108
                total -= entry.size
            (self.directory / "written").write_bytes(b"%d\n" % total)
            with self._mutex:
                self._total = total

    def _scan(self) -> Iterator[_Entry]:
        """Yield every entry that is there, in no particular order."""
        last = self._sessions()
        for _, files in self._files():
            for file in files:
                try:
                    status = file.stat(follow_symlinks=False)
                except OSError:
                    continue
                used = int(status.st_mtime)
                yield _Entry(
                    path=file.path,
                    size=status.st_size,
                    used=used if 0 < used <= last else 0,
                )

    def _files(self) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
        """Yield the files of each directory of entries, with the kind that they are."""
        for kind in _listed(self._entries):
            for part in _listed(kind.path):
                yield kind.name, _listed(part.path)

    def _sweep(self) -> None:
        """Remove what processes that were killed left on its way.

        Taking it from one that lives on another machine costs that one an entry.
        """
        for file in _listed(self._aside):
            if not _has_owner(file.name):
                with suppress(OSError):
                    os.unlink(file.path)  # noqa: PTH108
        for left in _listed(os.fspath(self.directory)):
            name = left.name.removeprefix(_GONE)
            if name != left.name and not _has_owner(name):
                shutil.rmtree(left.path, ignore_errors=True)

    # Looking and clearing

    def info(self) -> CacheInfo:
        """Count what is kept."""
        kinds: dict[str, KindInfo] = {}
        for kind, files in self._files():
            before = kinds.get(kind, KindInfo())
            sizes = []
            for file in files:
                with suppress(OSError):
                    sizes.append(file.stat(follow_symlinks=False).st_size)
            kinds[kind] = KindInfo(
                entries=before.entries + len(sizes), bytes=before.bytes + sum(sizes)
            )
        return CacheInfo(
            entries=sum(kind.entries for kind in kinds.values()),
            bytes=sum(kind.bytes for kind in kinds.values()),
            limit_bytes=self.limit_bytes,
            by_kind={k: info for k, info in sorted(kinds.items()) if info.entries},
        )

    def clean(self) -> CacheInfo:
        """Throw everything away, and return what there was.

        Raises OSError where the system does not allow that.
        """
        there = self.info()
        if self.directory.is_dir():
            with self._locked(wait=True):
                self._clear()
        return there

    def _clear_others(self) -> None:
        """Clear a cache of another version; whoever comes first does it."""
        if self._is_ours():
            return
        try:
            with self._locked(wait=True):
                if not self._is_ours():
                    self._clear()
        except OSError as error:
            self._tell(error)

    def _is_ours(self) -> bool:
        """Whether the directory is of this version, or not there."""
        try:
            return (self.directory / "format").read_bytes() == FORMAT
        except FileNotFoundError:
            return not os.path.lexists(self._entries)
        except OSError:
            return False

    def _clear(self) -> None:
        """Remove all that is ours, and nothing else that someone has put here."""
        for name in ("entries", "aside"):
            # Moved away first: nobody writes into it while it is taken apart.
            gone = self.directory / f"{_GONE}{os.getpid()}.{next(_serial)}"
            with suppress(FileNotFoundError):
                (self.directory / name).rename(gone)
                shutil.rmtree(gone)
        for name in ("format", "sessions", "written", "CACHEDIR.TAG", ".gitignore"):
            (self.directory / name).unlink(missing_ok=True)
        with self._mutex:
            self._made.clear()
            self._used.clear()
            self._session, self._total = 0, -1

    @contextmanager
    def _locked(self, *, wait: bool) -> Iterator[bool]:
        """Hold the lock of the directory; False where another has it."""
        if sys.platform == "win32":
            yield True  # two that evict at once evict more than they need
            return
        with (self.directory / "lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True


def _nearest(directory: Path) -> Path:
    """Return the directory, or the one upwards that is there."""
    return next(each for each in (directory, *directory.parents) if each.exists())


def _named(kind: str, key: str) -> bytes:
    """Return kind and key as bytes that no other pair has."""
    return f"{kind}\0{key}\0".encode("utf-8", "surrogatepass")


def _header(kind: str, key: str, data: bytes) -> bytes:
    checksum = hashlib.sha256(_named(kind, key))
    checksum.update(data)
    return _MAGIC + checksum.digest()


def _write_all(file: int, *parts: bytes) -> None:
    """Write to the end: the system may take less than it is given."""
    for part in parts:
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(file, rest) :]


def _listed(directory: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as found:
            return list(found)
    except OSError:
        return []


def _has_owner(name: str) -> bool:
    """Tell whether the process that writes a file lives."""
    process = name.partition(".")[0]
    try:
        return runs(int(process))
    except (ValueError, OverflowError):
        return False
