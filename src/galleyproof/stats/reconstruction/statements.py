"""What a paper says about its counts: the statements that `reconstruct` weighs.

Owns the vocabulary. A quantity is a whole number with a name; a percentage called `lt4`
has the quantities `lt4.events` and `lt4.total` unless it names others. Two percentages
share a denominator by naming the same total. Checks the form of each statement; whether
statements agree with each other is for the solver.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.printed import RoundingChoice, conventions, read_printed
from galleyproof.stats.recheck.p_values import (
    USUAL_TESTS,
    Association,
    association_tests,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Percentage:
    """A printed percentage: events out of a total of at least 1."""

    name: str
    printed: str
    """As printed, `18.0` or `<1`, with or without per cent sign."""
    events: str = ""
    """Name of the numerator; `name.events` if left out."""
    total: str = ""
    """Name of the denominator; `name.total` if left out."""
    rounding: RoundingChoice | None = None
    """Convention of this number, if not that of the problem."""

    def __post_init__(self) -> None:
        _named("name", self.name)
        for argument in ("events", "total"):
            if getattr(self, argument) != "":
                _named(argument, getattr(self, argument))
        object.__setattr__(self, "events", self.events or f"{self.name}.events")
        object.__setattr__(self, "total", self.total or f"{self.name}.total")
        if self.events == self.total:
            raise ArgumentError(
                "total", allowed=f"another quantity than `{self.events}`"
            )
        if read_printed("printed", self.printed).value < 0:
            raise ArgumentError(
                "printed", value=repr(self.printed), allowed="at least 0"
            )
        if self.rounding is not None:
            conventions(self.rounding)

    def __str__(self) -> str:
        return f"{self.name}: {self.events}/{self.total} = {self.printed.rstrip('%')}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A quantity that is known."""

    quantity: str
    value: int

    def __post_init__(self) -> None:
        _named("quantity", self.quantity)
        _whole("value", self.value)

    def __str__(self) -> str:
        return f"{self.quantity} = {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A quantity between limits that are themselves allowed."""

    quantity: str
    at_least: int = 0
    at_most: int | None = None

    def __post_init__(self) -> None:
        _named("quantity", self.quantity)
        _whole("at_least", self.at_least)
        if self.at_most is not None:
            _whole("at_most", self.at_most)

    def __str__(self) -> str:
        upper = "" if self.at_most is None else f" <= {self.at_most}"
        return f"{self.at_least} <= {self.quantity}{upper}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Quantities that add up to another."""

    whole: str
    parts: Sequence[str]

    def __post_init__(self) -> None:
        _parts(self.whole, self.parts)

    def __str__(self) -> str:
        return f"{self.whole} = {' + '.join(self.parts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strata:
    """Percentages of disjoint groups that together are the group of another.

    Both the events and the totals of the parts add up to those of the whole.
    """

    whole: str
    """Name of a percentage."""
    parts: Sequence[str]
    """Names of percentages."""

    def __post_init__(self) -> None:
        _parts(self.whole, self.parts)

    def __str__(self) -> str:
        return f"{self.whole} is made up of {', '.join(self.parts)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subgroup:
    """A percentage whose group lies within that of another.

    It can have neither more events, nor more non-events, than the whole.
    """

    part: str
    """Name of a percentage."""
    whole: str
    """Name of a percentage."""

    def __post_init__(self) -> None:
        _parts(self.whole, (self.part,), argument="part")

    def __str__(self) -> str:
        return f"{self.part} is a subgroup of {self.whole}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedP:
    """A printed p-value of the difference between two percentages.

    It holds where at least one of `tests` gives a p that would be printed like this.
    """

    printed: str
    """As printed: `0.003`, `<0.0001`, `=.039`."""
    first: str
    """Name of a percentage."""
    second: str
    """Name of a percentage."""
    tests: Collection[Association | str] = USUAL_TESTS
    rounding: RoundingChoice | None = None

    def __post_init__(self) -> None:
        _named("first", self.first)
        _parts(self.first, (self.second,), argument="second")
        if not 0 <= read_printed("printed", self.printed).value <= 1:
            raise ArgumentError(
                "printed", value=repr(self.printed), allowed="between 0 and 1"
            )
        object.__setattr__(self, "tests", association_tests(self.tests))
        if self.rounding is not None:
            conventions(self.rounding)

    def __str__(self) -> str:
        relation = "" if self.printed.lstrip()[:1] in "=<>≤≥" else "= "
        return f"p {relation}{self.printed} ({self.first} against {self.second})"


Statement = Percentage | Known | Bound | Sum | Strata | Subgroup | PrintedP


def _named(argument: str, name: object) -> None:
    if not isinstance(name, str) or not name:
        raise ArgumentError(argument, value=repr(name), allowed="a name")


def _whole(argument: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ArgumentError(
            argument, value=repr(value), allowed="a whole number of at least 0"
        )


def _parts(whole: str, parts: Sequence[str], *, argument: str = "parts") -> None:
    if isinstance(parts, str) or not isinstance(parts, Sequence) or not parts:
        raise ArgumentError(argument, value=repr(parts), allowed="one or more names")
    _named("whole", whole)
    for name in parts:
        _named(argument, name)
    if whole in parts or len(set(parts)) < len(parts):
        raise ArgumentError(
            argument, value=repr(list(parts)), allowed=f"distinct, and not `{whole}`"
        )
