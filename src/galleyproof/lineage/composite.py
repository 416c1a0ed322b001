"""Values that print together: an interval, a count of a total, a text from data."""

from __future__ import annotations

from dataclasses import dataclass, replace

from galleyproof import numerals
from galleyproof.lineage import arithmetic, journal, markup, notation, wording
from galleyproof.lineage.condition import Condition
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
        return " to ".join(text for text, _ in self.parts)

    @property
    def parts(self) -> tuple[tuple[str, Value], ...]:
        """The limits as they print."""
        low, high = self.low.bare, self.high.bare
        if not self.is_bare:
            repeated = self.low.kind is Kind.PERCENT
            low, high = (self.low.plain if repeated else low), self.high.plain
        return ((low.text, low), (high.text, high))

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
        return bool(self.includes(number))

    @property
    def width(self) -> Value:
        """The distance between the limits."""
        return self.high - self.low

    def includes(self, number: Value | float) -> Condition:
        """Return the condition that `number` lies within the limits or on one."""
        return self.excludes(number).negated

    def excludes(self, number: Value | float) -> Condition:
        """Return the condition that `number` lies beyond one of the limits."""
        beyond = (self.low > number) | (self.high < number)
        low, given, high, _ = wording.texts(beyond.values, bare=True)
        said = f"{self.method or 'interval'}, {low} to {high},"
        return beyond.reads(f"{said} excludes {given}", f"{said} includes {given}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts(Printed):
    """Events of a total: `246/256`."""

    events: Value
    total: Value
    separator: str = "/"

    @property
    def text(self) -> str:
        """Events and total."""
        return self.separator.join(text for text, _ in self.parts)

    @property
    def parts(self) -> tuple[tuple[str, Value], ...]:
        """Events and total as they print."""
        events, total = self.events.bare, self.total.bare
        return ((events.text, events), (total.text, total))

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


def _holds_number(text: str) -> bool:
    """Tell whether words say a number, in digits or in words."""
    digits = any(character.isnumeric() for character in text)
    return digits or bool(numerals.find(text, words=True, years=False))


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
        """Return the words escaped, in a span that knows them if they hold a number."""
        del mark
        if not _holds_number(self.content):
            return self._inner_markdown
        token = journal.print_words(
            markup.visible(self.content), self.cell, self.status.word
        )
        return markup.span(self._inner_markdown, "words", token=token)

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
        """The words as they stand within a sentence: first letter small."""
        return replace(self, content=notation.lowered(self.content))
