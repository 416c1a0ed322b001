"""The variables of a chapter as the build knows them: versions, without the objects.

Owns the question what a unit's inputs are. A version is a digest: of the content where
that says all, or else of the run that made it. With each goes which units made it, so
that it is known what must run before a unit can.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from galleyproof.execute.records import Account, Inputs, Written
from galleyproof.execute.units import Code
from galleyproof.names import MODULE

ALL_NAMES = "*"
"""Mentioned by a function that may reach any variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a variable is at some point of the chapter."""

    digest: str
    makers: tuple[int, ...]
    """Numbers of the units that made it what it is."""
    mentions: tuple[str, ...] = ()
    is_opaque: bool = False


class Variables:
    """The variables and settings before a unit, brought forward from unit to unit."""

    def __init__(self) -> None:
        self._names: dict[str, Version] = {}
        self._settings: dict[str, Version] = {}
        self._needs: dict[int, frozenset[int]] = {}

    def inputs(self, code: Code, options: str) -> Inputs:
        """Return what a unit with this code would start from."""
        read = self._reached(code.names.read)
        return Inputs(
            code=code.digest,
            options=options,
            variables={name: self._names[name].digest for name in sorted(read)},
            settings={n: v.digest for n, v in sorted(self._settings.items())},
        )

    def makers(self, code: Code) -> frozenset[int]:
        """Return the units that made what this code starts from."""
        read = self._reached(code.names.read)
        versions = [self._names[name] for name in read]
        versions += self._settings.values()
        return frozenset(m for version in versions for m in version.makers)

    def all_makers(self, numbers: Iterable[int]) -> set[int]:
        """Return units with all that they rest on in turn."""
        found: set[int] = set()
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if number not in found:
                found.add(number)
                waiting += self._needs.get(number, ())
        return found

    def _reached(self, read: frozenset[str] | None) -> set[str]:
        """Return variables with those that their functions read."""
        if read is None:
            return set(self._names)
        found: set[str] = set()
        waiting = [name for name in read if name in self._names]
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            for mention in self._names[name].mentions:
                if mention == ALL_NAMES:
                    return set(self._names)
                # A function may import what is loaded already.
                both = (mention, MODULE + mention)
                waiting += [n for n in both if n in self._names]
        return found

    def apply(
        self, number: int, code: Code, key: str, account: Account, *, is_cell: bool
    ) -> None:
        """Go past a unit that ran, now or before."""
        key = _made_by(key, account.saw)
        self._needs[number] = self.makers(code)
        reads_opaque = any(
            self._names[name].is_opaque for name in self._reached(code.names.read)
        )
        if is_cell or reads_opaque:
            self._touch_opaque(number, key)
        for name in account.deleted:
            # Known as gone: who would read it needs the unit that deleted it.
            before = self._names.get(name)
            makers = (*(before.makers if before else ()), number)
            self._names[name] = Version(digest="deleted", makers=makers)
        for name, written in account.writes.items():
            self._names[name] = self._version(number, key, name, written, account)
        for name, set_to in account.ambient.items():
            # None: how it began is again how it is, by this unit's doing.
            digest = "began" if set_to is None else set_to
            before = self._settings.get(name)
            makers = (*(before.makers if before else ()), number)
            self._settings[name] = Version(digest=digest, makers=makers)

    def suppose(self, number: int, code: Code) -> None:
        """Go past a unit of which only the code is known."""
        self._needs[number] = self.makers(code)
        for name in code.names.bound:
            self._names[name] = Version(digest="supposed", makers=(number,))

    def _version(
        self, number: int, key: str, name: str, written: Written, account: Account
    ) -> Version:
        digest = written.digest
        if written.kind != "content":
            digest = _made_by(key, name, written.digest)
        before = self._names.get(name)
        makers: tuple[int, ...] = (number,)
        if before is not None and name not in account.bound:
            # Changed in place: what made it is needed as well.
            makers = (*(m for m in before.makers if m != number), number)
        return Version(
            digest=digest,
            makers=makers,
            mentions=written.mentions,
            is_opaque=written.kind == "opaque",
        )

    def _touch_opaque(self, number: int, key: str) -> None:
        """Take it that a unit changed whatever cannot be looked into."""
        for name, version in self._names.items():
            if version.is_opaque:
                self._names[name] = Version(
                    digest=_made_by(key, name, version.digest),
                    makers=(*version.makers, number),
                    mentions=version.mentions,
                    is_opaque=True,
                )


def _made_by(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
