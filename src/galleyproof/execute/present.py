"""The world as it is now, to compare with what a unit saw of it.

Files by their content, directories by their names, the data by what they answer. Each
is looked at once a build. Nothing is concluded from a time stamp.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from galleyproof.consulted import Fact
from galleyproof.execute.records import Account, Record
from galleyproof.observing.looking import file_digest, listing, state

if TYPE_CHECKING:
    from galleyproof.authoring.library import Library

K = TypeVar("K")
V = TypeVar("V")


class Present:
    """Answers what units once asked."""

    def __init__(
        self,
        directory: Path,
        *,
        environment: Mapping[str, str],
        data: str = "data",
    ) -> None:
        self._directory = directory
        self._environment = environment
        self._data = data
        self._files: dict[str, str | None] = {}
        self._listings: dict[str, str | None] = {}
        self._states: dict[str, str | None] = {}
        self._facts: dict[Fact, str] = {}
        self.data = self.data_now()
        """Digest of everything in the directory of the data, at the beginning."""

    def changed(self, record: Record) -> list[str]:
        """Return what a unit saw and is no more, in words; empty where all holds."""
        account = record.account
        found = [
            f"the file `{path}` {_change(then, self.file(path))}"
            for path, then in account.files.items()
            if self.file(path) != then
        ]
        found += [
            f"there are other files in `{path}`"
            for path, then in account.listed.items()
            if self._listing(path) != then
        ]
        found += [
            f"`{path}` {_change(then, self._state(path))}"
            for path, then in account.stated.items()
            if self._state(path) != then
        ]
        found += [
            f"the environment variable `{name}` changed"
            for name, then in account.environment.items()
            if self._environment.get(name) != then
        ]
        return found + self._changed_facts(record)

    def _changed_facts(self, record: Record) -> list[str]:
        facts = record.account.facts
        if not facts or (record.data and record.data == self.data):
            return []
        return [_told(fact) for fact, then in facts if self.fact(fact) != then]

    # What is there -----------------------------------------------------------------

    def file(self, path: str) -> str | None:
        """Return the digest of a file; None where there is none."""
        return _once(self._files, path, lambda: file_digest(str(self._at(path))))

    def _listing(self, path: str) -> str | None:
        return _once(self._listings, path, lambda: listing(str(self._at(path))))

    def _state(self, path: str) -> str | None:
        return _once(self._states, path, lambda: state(str(self._at(path))))

    def forget(self, path: str) -> None:
        """Look at a file again: it was written."""
        self._files.pop(path, None)
        self._states.pop(path, None)

    def _at(self, path: str) -> Path:
        return self._directory / path

    def data_now(self) -> str:
        """Return the digest of everything in the directory of the data."""
        return data_digest(self._directory / self._data)

    def fact(self, fact: Fact) -> str:
        """Return what the data say now, as a digest; empty where they say nothing."""
        return _once(self._facts, fact, lambda: self._answer(fact))

    def _answer(self, fact: Fact) -> str:
        return "" if self._library is None else self._library.answer(fact)

    @cached_property
    def _library(self) -> Library | None:
        from galleyproof.authoring.library import library  # noqa: PLC0415
        from galleyproof.errors import GalleyError  # noqa: PLC0415

        try:
            return library(self._directory)
        except (GalleyError, LookupError, OSError):
            return None


def observed(account: Account) -> Iterator[tuple[str, str | None]]:
    """Yield every file that a unit opened or asked for, with its digest then."""
    yield from account.files.items()
    yield from ((path, then) for path, then in account.stated.items() if not then)


def data_digest(directory: Path) -> str:
    """Return a digest of the files in a directory; empty where there is none."""
    found = hashlib.sha256()
    paths = sorted(path for path in directory.glob("*") if path.is_file())
    for path in paths:
        found.update(f"{path.name}\0{file_digest(str(path))}\0".encode())
    return found.hexdigest() if paths else ""


def _once(known: dict[K, V], key: K, look: Callable[[], V]) -> V:
    if key not in known:
        known[key] = look()
    return known[key]


def _change(then: str | None, now: str | None) -> str:
    if then is None:
        return "is there now"
    return "is gone" if now is None else "changed"


def _told(fact: Fact) -> str:
    """Say which of the data changed."""
    match fact:
        case ("cell", table, row, column):
            return f"`{table}:{row}.{column}` changed in the data"
        case ("row", table, row):
            return f"the row `{table}:{row}` is another, or moved"
        case ("rows", table) | ("selected", table, _):
            return f"other rows of `{table}` are chosen"
        case ("facets", study):
            return f"what describes the rows of `{study}` changed"
        case ("facets", _, table, row):
            return f"what describes `{table}:{row}` changed"
        case _:
            return "the description of the data changed"
