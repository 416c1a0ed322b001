"""A number with its unit, print format, status and lineage.

The number is exact (`int` or `Fraction`) wherever the data are; a percentage is held as
it is read (96.1, not 0.961). Whoever wants another text of the same number asks for
`.words`, `.bare` or `.to(decimals)`: these keep the lineage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from galleyproof.lineage import markup, notation
from galleyproof.lineage.kind import Kind
from galleyproof.lineage.notation import NO_BREAK_SPACE
from galleyproof.lineage.operators import Operators
from galleyproof.lineage.origin import CellRef, Constant, Formula, Number, Origin
from galleyproof.lineage.printed import Printed
from galleyproof.lineage.status import Status

if TYPE_CHECKING:
    from galleyproof.lineage.composite import Interval

Style = Literal["", "bare", "words", "Words"]

_SOURCES_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Value(Operators, Printed):
    """One number that the page may print."""

    number: Number
    kind: Kind
    origin: Origin
    status: Status
    unit: str = ""
    """What is counted or measured: `tumours`, `cm`; of a percentage: of what."""
    decimals: int | None = None
    """None: by the rules of its kind."""
    relation: str = "="
    """`<` where the source printed no more than a bound, as in p < 0.0001."""
    style: Style = ""
    printed_in: CellRef | None = None
    """The cell of the printed number, where this one was computed from its counts."""
    ci: Interval | None = None
    """The interval that belongs to an estimate."""

    # What the reader sees ----------------------------------------------------------

    @property
    def text(self) -> str:
        """The plain text, as the reader sees it, without the mark."""
        if not notation.is_finite(self.number):
            return notation.NOT_ESTIMABLE
        if self.style in ("words", "Words"):
            return self._words()
        if self.kind is Kind.P:
            return self._p_bare() if self.style else f"p {self._p()}"
        digits = self._digits()
        return digits if self.style == "bare" else digits + self._suffix()

    @property
    def parts(self) -> tuple[tuple[str, Value], ...]:
        """Itself."""
        return ((self.text, self),)

    @property
    def _inner_markdown(self) -> str:
        if self.kind is Kind.P and not self.style:
            return f"*p* {markup.escape(self._p())}"
        return super(Value, self)._inner_markdown

    def _p(self) -> str:
        if self.relation != "=":
            places = 2 if self.decimals is None else self.decimals
            return f"{self.relation} {notation.fixed(self.number, places)}"
        return notation.p_value(self.number, self.decimals)

    def _p_bare(self) -> str:
        return self._p().removeprefix("= ").replace(" ", "")

    def _digits(self) -> str:
        return notation.fixed(
            self.number, self.places, grouped=self.kind is not Kind.PLAIN
        )

    def _words(self) -> str:
        spelt = notation.words(self.number)
        if not spelt:
            return self.plain.text
        spelt += self._suffix()
        return spelt[:1].upper() + spelt[1:] if self.style == "Words" else spelt

    def _suffix(self) -> str:
        if self.kind is Kind.PERCENT:
            return "%"
        unit = {Kind.POINTS: "percentage points", Kind.MEASUREMENT: self.unit}.get(
            self.kind, ""
        )
        one = notation.rounded(self.number, self.places) == 1
        unit = notation.singular(unit) if one else unit
        return NO_BREAK_SPACE + unit if unit else ""

    @property
    def places(self) -> int:
        """Decimals that print."""
        return self.kind.decimals if self.decimals is None else self.decimals

    @property
    def title(self) -> str:
        """Source and, where computed, what from."""
        if self.printed_in is not None and isinstance(self.origin, Formula):
            operands = "/".join(item.in_formula for item in self.origin.operands)
            return f"{self.printed_in}; {operands}"
        if not isinstance(self.origin, Formula):
            return str(self.origin)
        sources = list(dict.fromkeys(str(cell) for cell in self.cells))
        if len(sources) > _SOURCES_SHOWN:
            sources = [f"{len(sources)} sources"]
        return "; ".join([str(self.origin), *sources])

    @property
    def in_formula(self) -> str:
        """The text as an operand of a formula."""
        if isinstance(self.origin, Constant) and self.origin.name:
            return self.origin.name
        return self.bare.text if self.kind is Kind.COUNT else self.plain.text

    # The same number, printed otherwise ----------------------------------------------

    @property
    def plain(self) -> Value:
        """The value in figures, with its unit."""
        return replace(self, style="")

    @property
    def bare(self) -> Value:
        """The number without unit or per cent sign."""
        return replace(self, style="bare")

    @property
    def words(self) -> Value:
        """The number in words, up to one hundred."""
        return replace(self, style="words")

    @property
    def Words(self) -> Value:  # noqa: N802 - the capital is what it prints
        """The number in words, capitalised for the start of a sentence."""
        return replace(self, style="Words")

    def to(self, decimals: int) -> Value:
        """Return the same value with `decimals` decimals.

        A number that is only known as printed cannot gain any.
        """
        if isinstance(self.origin, CellRef) and decimals > self.places:
            raise ValueError(
                f"`{self.text}` was printed with {self.places} decimal(s) "
                f"({self.origin}); {decimals} would claim more than is known"
            )
        return replace(self, decimals=decimals)

    # Lineage --------------------------------------------------------------------------

    @property
    def operands(self) -> tuple[Value, ...]:
        """The values that it was computed from; none for a leaf."""
        return self.origin.operands if isinstance(self.origin, Formula) else ()

    @property
    def leaves(self) -> tuple[Value, ...]:
        """The cells and constants at the end of its lineage, each once."""
        return tuple(dict.fromkeys(self._walk_leaves()))

    def _walk_leaves(self) -> Iterator[Value]:
        if not self.operands:
            yield self
        for operand in self.operands:
            yield from operand._walk_leaves()

    @property
    def cells(self) -> tuple[CellRef, ...]:
        """The data cells that it rests on, each once."""
        found = [v.origin for v in self.leaves if isinstance(v.origin, CellRef)]
        return tuple(dict.fromkeys(found))

    def recompute(self) -> Number:
        """Repeat the computation from the leaves."""
        if not isinstance(self.origin, Formula):
            return self.number
        return self.origin.function(*(item.recompute() for item in self.operands))
