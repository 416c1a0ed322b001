"""The disk and the clock: read sources, write outputs, tell the time of the build.

Outputs are written into a staging directory and published in one step at the end, so
that a build that fails or is killed leaves the last good output whole. The staging
directory is also the lock: it bears the number of the process that owns it, a second
build that finds it says so, and one that finds its owner dead clears it away.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.errors import OutputError
from galleyproof.spans import Source, Span

FIXED_TIME = 946_684_800
"""2000-01-01: the time of a build that has neither a commit nor SOURCE_DATE_EPOCH."""

_REMEDIES = {
    errno.ENOSPC: "the disk is full: free some space, or choose another `--output`",
    errno.EDQUOT: "the quota is used up: free some space, or choose another `--output`",
    errno.EFBIG: "the file is larger than this system allows (`ulimit -f`)",
    errno.EACCES: "give yourself write permission, or choose another `--output`",
    errno.EPERM: "give yourself write permission, or choose another `--output`",
    errno.EROFS: "the file system is read-only: choose another `--output`",
    errno.ENOTDIR: "a file stands where a directory is wanted: move it away",
    errno.EEXIST: "a file stands where a directory is wanted: move it away",
    errno.EISDIR: "a directory stands where a file is wanted: move it away",
}

WORKSPACE = ".galley"
"""Directory of what builds leave for each other."""
_HERE = -100  # AT_FDCWD
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux and RENAME_SWAP of macOS


# Reading --------------------------------------------------------------------------


def read(path: Path, shown_as: str) -> Source | Diagnostic:
    """Return a text file, or why it cannot be read."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return _unreadable(error, shown_as)
    try:
        return Source(path=shown_as, text=data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _not_utf8(data, error.start, shown_as)


def _unreadable(error: OSError, shown_as: str) -> Diagnostic:
    if isinstance(error, FileNotFoundError):
        message, hint = f"`{shown_as}` does not exist", "create it, or correct the path"
    elif isinstance(error, IsADirectoryError):
        message, hint = f"`{shown_as}` is a directory", "name a file"
    else:
        message = f"`{shown_as}` cannot be read: {_reason(error)}"
        hint = "give yourself permission to read it"
    return Diagnostic(
        code=Code.SOURCE_READABLE,
        span=Span(path=shown_as),
        message=message,
        hint=hint,
    )


def _not_utf8(data: bytes, start: int, shown_as: str) -> Diagnostic:
    line_start = data.rfind(b"\n", 0, start) + 1
    before = data[line_start:start].decode("utf-8")
    return Diagnostic(
        code=Code.SOURCE_READABLE,
        span=Span(
            path=shown_as,
            line=data.count(b"\n", 0, start) + 1,
            column=len(before) + 1,
        ),
        message=f"not UTF-8: byte 0x{data[start]:02x} at offset {start}",
        hint="save the file as UTF-8, for example with "
        f"`iconv -f windows-1252 -t utf-8 {shown_as}`",
    )


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


# The clock ------------------------------------------------------------------------


def build_time(commit_time: Callable[[], int | None]) -> int:
    """Return the seconds since 1970 that stand for "now" in everything written.

    `SOURCE_DATE_EPOCH`, else the time of the last commit, else a fixed one: never the
    time of day, since the same inputs give the same bytes.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")  # noqa: TID251 - layer 2
    if given.isascii() and given.isdigit():
        return int(given)
    committed = commit_time()
    return FIXED_TIME if committed is None else committed


# Writing --------------------------------------------------------------------------


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the system refuses into an error that names path and remedy."""
    try:
        yield
    except OSError as error:
        raise output_error(error, path) from error


def output_error(error: OSError, path: Path) -> OutputError:
    """Say that `path` could not be written, why, and what to do."""
    found = Diagnostic(
        code=Code.OUTPUT_WRITABLE,
        span=Span(path=str(path), line=0),
        message=f"cannot be written: {_reason(error)}",
        hint=_REMEDIES.get(error.errno or 0, "choose another `--output`"),
    )
    return OutputError("the output could not be written", diagnostics=[found])


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def write(path: Path, data: bytes) -> None:
    """Write a file that is either the old one or the new one, never a part of it."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def append(path: Path, text: str) -> None:
    """Add text to the end of a file, in one piece; its directory is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab", buffering=0) as stream:
        stream.write(text.encode("utf-8"))


def _umask() -> int:
    """Return the process's mask; there is no way to read it but to set it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


@dataclass(slots=True)
class Staging:
    """A directory to write into, published as `output` when all is well.

    `with Staging.open(output) as staging:` removes it in any case; only `publish`
    moves what was written.
    """

    output: Path
    directory: Path
    whole: bool
    """Whether the output directory is exchanged in one step, or file by file."""

    @classmethod
    def open(cls, output: Path, *, whole: bool) -> Staging:
        """Make the staging directory, beside the output or inside of it.

        Parameters
        ----------
        whole
            the output directory is ours; otherwise its other files are not touched

        """
        output = output.resolve()
        with writing(output):
            if whole and output.exists() and not _exchangeable(output):
                whole = False
            # Not the name alone: an output may be called as what else is kept there.
            beside = output.parent / WORKSPACE / f"staging-{output.name}"
            inside = output / WORKSPACE / "staging"
            place = beside if whole else inside
            _claim(place, output)
        return cls(output=output, directory=place, whole=whole)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)
        # What was made on the way to it goes too, unless something is in it.
        with suppress(OSError):
            self.directory.parent.rmdir()
            self.output.rmdir()

    @property
    def path(self) -> Path:
        """Where to write."""
        return self.directory / "new"

    def publish(self) -> tuple[Path, ...]:
        """Move what was written to where it belongs, and return where that is."""
        written = tuple(
            self.output / new.relative_to(self.path) for new in _files(self.path)
        )
        with writing(self.output):
            if not self.output.exists():
                self.path.rename(self.output)
            elif not (self.whole and self._exchange()):
                self._move_files()
        return written

    def _exchange(self) -> bool:
        """Swap old and new directory in one step, where the system can do that."""
        if not self.output.is_dir():
            raise NotADirectoryError(
                errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(self.output)
            )
        for old in _files(self.output):
            new = self.path / old.relative_to(self.output)
            if not new.exists():
                new.parent.mkdir(parents=True, exist_ok=True)
                _link_or_copy(old, new)
        shutil.copymode(self.output, self.path)
        return exchange(self.path, self.output)

    def _move_files(self) -> None:
        """Replace file by file: each is whole, and nothing is left that can fail."""
        moves = [
            (new, self.output / new.relative_to(self.path)) for new in _files(self.path)
        ]
        for directory in sorted({target.parent for _, target in moves}):
            directory.mkdir(parents=True, exist_ok=True)
        for new, target in moves:
            new.replace(target)


def _files(directory: Path) -> list[Path]:
    return [
        path
        for path in sorted(directory.rglob("*"))
        if (not path.is_dir() or path.is_symlink())
        and WORKSPACE not in path.relative_to(directory).parts
    ]


def _exchangeable(output: Path) -> bool:
    """Tell whether a sibling of the directory can be made and moved onto it."""
    same_device = output.stat().st_dev == output.parent.stat().st_dev
    return same_device and os.access(output.parent, os.W_OK)


def _claim(place: Path, output: Path) -> None:
    """Make the staging directory ours; clear one away whose owner is dead."""
    for _ in range(2):
        try:
            place.mkdir(parents=True)
        except FileExistsError:
            owner = _owner(place)
            if owner is not None and runs(owner):
                raise _taken(owner, output) from None
            shutil.rmtree(place)
        else:
            (place / "owner").write_text(str(os.getpid()), encoding="ascii")
            (place / "new").mkdir()
            return
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))


def _taken(owner: int, output: Path) -> OutputError:
    found = Diagnostic(
        code=Code.OUTPUT_WRITABLE,
        span=Span(path=str(output), line=0),
        message=f"another build, process {owner}, is writing here",
        hint="wait until it ends, or choose another `--output`",
    )
    return OutputError("the output could not be written", diagnostics=[found])


def _owner(place: Path) -> int | None:
    try:
        return int((place / "owner").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def process() -> int:
    """Return the number of this process."""
    return os.getpid()


def runs(process: int) -> bool:
    """Tell whether there is a process of this number."""
    if process == os.getpid():
        return True
    if sys.platform == "win32":
        # There, signal 0 would end it.
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _link_or_copy(old: Path, new: Path) -> None:
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)


def exchange(one: Path, other: Path) -> bool:
    """Swap two directories in one step; False where the system cannot."""
    first, second = os.fsencode(one), os.fsencode(other)
    with suppress(OSError, TypeError):
        library = ctypes.CDLL(None)
        if swap := getattr(library, "renameat2", None):  # Linux
            return bool(swap(_HERE, first, _HERE, second, _EXCHANGE) == 0)
        if swap := getattr(library, "renamex_np", None):  # macOS
            return bool(swap(first, second, _EXCHANGE) == 0)
    return False
