"""Values that print together: an interval, a count of a total, a text from data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from galleyproof.lineage import arithmetic
from galleyproof.lineage.kind import Kind
from galleyproof.lineage.notation import NO_BREAK_SPACE
from galleyproof.lineage.origin import CellRef, Formula
from galleyproof.lineage.printed import Printed
from galleyproof.lineage.status import Status
from galleyproof.lineage.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Printed):
    """Two limits and the level of confidence: `93.0% to 97.9%`."""

    low: Value
    high: Value
    method: str = ""
    level: int = 95
    """Per cent."""
    is_bare: bool = False

    @property
    def text(self) -> str:
        """Both limits; a unit other than the per cent sign stands once, at the end."""
        if self.is_bare:
            return f"{self.low.bare.text} to {self.high.bare.text}"
        repeated = self.low.kind is Kind.PERCENT
        low = self.low.plain if repeated else self.low.bare
        return f"{low.text} to {self.high.plain.text}"

    @property
    def status(self) -> Status:
        """That of the limits."""
        return self.low.status

    @property
    def title(self) -> str:
        """The method, and what it was computed from."""
        limit = self.low.origin
        if not isinstance(limit, Formula) or not self.method:
            return self.low.title
        formula = str(replace(limit, name=self.method))
        return self.low.title.replace(str(limit), formula, 1)

    @property
    def bare(self) -> Interval:
        """The limits without unit or per cent sign."""
        return replace(self, is_bare=True)

    def to(self, decimals: int) -> Interval:
        """Return the same interval with `decimals` decimals."""
        return replace(self, low=self.low.to(decimals), high=self.high.to(decimals))

    def __contains__(self, number: Value | float) -> bool:
        return bool(self.low <= number) and bool(self.high >= number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts(Printed):
    """Events of a total: `246/256`."""

    events: Value
    total: Value
    separator: str = "/"

    @property
    def text(self) -> str:
        """Events and total."""
        return f"{self.events.bare.text}{self.separator}{self.total.bare.text}"

    @property
    def status(self) -> Status:
        """That of the events."""
        return self.events.status

    @property
    def title(self) -> str:
        """Where the counts come from."""
        return f"{self.events.title}; {self.events.unit}"

    @property
    def unit(self) -> str:
        """What is counted."""
        return self.total.unit

    @property
    def of(self) -> Counts:
        """The same counts as `246 of 256`."""
        return replace(self, separator=f"{NO_BREAK_SPACE}of{NO_BREAK_SPACE}")

    @property
    def percent(self) -> Value:
        """The events as a percentage of the total, computed."""
        return arithmetic.percentage(self.events, self.total)

    @property
    def others(self) -> Value:
        """The total less the events."""
        return self.total - self.events


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Text(Printed):
    """Words from a data cell; they print as they are, whatever stands in them."""

    content: str
    cell: CellRef

    @property
    def text(self) -> str:
        """The words."""
        return self.content

    @property
    def status(self) -> Status:
        """Words carry no mark."""
        return Status.CONFIRMED

    @property
    def title(self) -> str:
        """Where the words stand."""
        return str(self.cell)

    def markdown(self, *, mark: bool = True) -> str:
        """Return the words escaped; there is no span, because there is no number."""
        del mark
        return self._inner_markdown

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Text):
            return self.content == other.content
        return self.content == other

    def __hash__(self) -> int:
        return hash(self.content)

    def __bool__(self) -> bool:
        return bool(self.content)

    def __contains__(self, part: str) -> bool:
        return part in self.content

    @property
    def lower(self) -> Text:
        """The words as they stand within a sentence: first letter small.

        An abbreviation (`HCC`) or a word with a capital behind the first keeps it.
        """
        first, rest = self.content[:1], self.content[1:]
        word = rest.split(" ")[0]
        if word != word.lower() or (not word and first.isupper()):
            return self
        return replace(self, content=first.lower() + rest)
