"""A number as a journal printed it, and the exact range of what it can stand for.

`18.0` is not 18: rounded half up to one decimal it stands for everything from 17.95 up
to but not including 18.05. Ranges are `Fraction`s with open or closed ends, so that
nothing here is ever decided by a floating-point comparison. Reading needs the printed
text, not a float: a float has lost the trailing zero that says how far it was rounded.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from galleyproof.stats.errors import ArgumentError

_NUMBER = re.compile(
    r"(?:[pP]\s*)?(?P<relation>[=<>≤≥]?)\s*"
    r"(?P<sign>[-+−]?)(?P<digits>\d*(?:[.·]\d+)?)\s*%?"
)
_MAX_DECIMALS = 9
_ALLOWED = (
    "a number as printed, as text such as `18.0`, `.039` or `<0.0001`, "
    f"with at most {_MAX_DECIMALS} decimals"
)


class Rounding(StrEnum):
    """How a number was shortened to its printed decimals.

    All three work on the magnitude, so that -1.25 is treated as 1.25 is.
    """

    HALF_UP = "half-up"
    """A half goes away from zero: 12.25 is printed 12.3. What most journals do."""
    HALF_EVEN = "half-even"
    """A half goes to the even digit: 12.25 is printed 12.2. IEEE 754, R, Python."""
    TRUNCATE = "truncate"
    """The further digits are cut off: 12.29 is printed 12.2."""


RoundingChoice = Rounding | Collection[Rounding]
"""One convention, or several of which any may have been used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """An interval of exact numbers; an end that is None is unbounded."""

    low: Fraction | None
    high: Fraction | None
    low_closed: bool = True
    """Whether `low` itself belongs to it."""
    high_closed: bool = True

    def __contains__(self, value: Fraction | int) -> bool:
        """Whether an exact number lies within."""
        if self.low is not None and not (
            value > self.low or (self.low_closed and value == self.low)
        ):
            return False
        return self.high is None or (
            value < self.high or (self.high_closed and value == self.high)
        )

    def near(self, value: float, *, relative: float = 1e-9) -> bool:
        """Whether a computed float lies within, ends widened by its own error.

        For p-values and other results of floating-point arithmetic only: `relative`
        is the error that the computation may have.
        """
        slack = abs(value) * relative
        return (self.low is None or value >= float(self.low) - slack) and (
            self.high is None or value <= float(self.high) + slack
        )

    def union(self, other: Range) -> Range:
        """Join two ranges that overlap or touch."""
        low, low_closed = _outer(self, other, upper=False)
        high, high_closed = _outer(self, other, upper=True)
        return Range(low=low, high=high, low_closed=low_closed, high_closed=high_closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedNumber:
    """What the text said: a relation, a value and how many decimals it had."""

    text: str
    relation: str
    """`=`, `<`, `>`, `≤` or `≥`; `=` where none was printed."""
    value: Fraction
    decimals: int

    @property
    def unit(self) -> Fraction:
        """One unit of the last printed digit."""
        return Fraction(1, 10**self.decimals)

    def range(self, rounding: RoundingChoice = Rounding.HALF_UP) -> Range:
        """Give every exact number that would be printed like this.

        A relation is taken at its word: `<0.05` is everything below 0.05, whatever
        the rounding. With several conventions the result is their union, which has
        no gap, for each contains the printed value.
        """
        if self.relation in "<≤":
            return Range(low=None, high=self.value, high_closed=self.relation == "≤")
        if self.relation in ">≥":
            return Range(low=self.value, high=None, low_closed=self.relation == "≥")
        first, *others = (self._rounded(one) for one in conventions(rounding))
        for other in others:
            first = first.union(other)
        return first

    def _rounded(self, rounding: Rounding) -> Range:
        below, below_closed, above, above_closed = self._reach(rounding)
        if self.value < 0:
            below, below_closed, above, above_closed = (
                above,
                above_closed,
                below,
                below_closed,
            )
        return Range(
            low=self.value - below,
            high=self.value + above,
            low_closed=below_closed,
            high_closed=above_closed,
        )

    def _reach(self, rounding: Rounding) -> tuple[Fraction, bool, Fraction, bool]:
        """Give how far a magnitude reaches towards zero and away from it."""
        half = self.unit / 2
        if rounding is Rounding.TRUNCATE:
            # A printed zero was cut from either side of it.
            return (
                (self.unit if self.value == 0 else Fraction(0)),
                (self.value != 0),
                self.unit,
                False,
            )
        if rounding is Rounding.HALF_UP:
            return half, self.value != 0, half, False
        even = (self.value / self.unit) % 2 == 0
        return half, even, half, even


def read_printed(
    argument: str, text: object, *, index: int | None = None
) -> PrintedNumber:
    """Read a printed number.

    Parameters
    ----------
    argument
        Name of the caller's argument, for the message.
    index
        Position of the number, where the argument has several.
    text
        `18.0`, `18.0%`, `.039`, `P = .039`, `<0.0001`, `−0.21` (hyphen or minus
        sign). A float is refused: it does not know its decimals.

    Raises
    ------
    ArgumentError
        The text is not one number, or has more than nine decimals.
    """
    found = _NUMBER.fullmatch(text.strip()) if isinstance(text, str) else None
    digits = found["digits"].replace("·", ".") if found else ""
    decimals = len(digits.partition(".")[2])
    if found is None or not digits or decimals > _MAX_DECIMALS:
        raise ArgumentError(argument, index=index, value=repr(text), allowed=_ALLOWED)
    magnitude = Fraction(digits if digits[0] != "." else f"0{digits}")
    return PrintedNumber(
        text=str(text),
        relation=found["relation"] or "=",
        value=-magnitude if found["sign"] in ("-", "−") else magnitude,
        decimals=decimals,
    )


def conventions(rounding: RoundingChoice) -> tuple[Rounding, ...]:
    """List the rounding conventions meant, in a fixed order.

    Raises
    ------
    ArgumentError
        Not a convention, or none at all.
    """
    several = isinstance(rounding, Collection) and not isinstance(rounding, str)
    wanted = list(rounding) if several else [rounding]
    unknown = [one for one in wanted if one not in tuple(Rounding)]
    if unknown or not wanted:
        names = ", ".join(f"`{one}`" for one in Rounding)
        raise ArgumentError(
            "rounding",
            value=repr(unknown[0]) if unknown else "empty",
            allowed=f"one or more of {names}",
        )
    return tuple(one for one in Rounding if one in wanted)


def _outer(a: Range, b: Range, *, upper: bool) -> tuple[Fraction | None, bool]:
    """Give the outer of two ends, and whether it belongs to the union."""
    ends = (
        [(a.high, a.high_closed), (b.high, b.high_closed)]
        if upper
        else [(a.low, a.low_closed), (b.low, b.low_closed)]
    )
    known = [(end, closed) for end, closed in ends if end is not None]
    if len(known) < len(ends):
        return None, True
    outermost = (max if upper else min)(end for end, _ in known)
    return outermost, any(closed for end, closed in known if end == outermost)
