"""Verdicts on printed numbers, derived from the printed numbers themselves.

`reconstructions()` solves every row of `data/reconstructions.csv`: which whole numbers
stand behind linked percentages. `rechecks()` asks of every printed p value which test
gives it. The solvers are those of `galleyproof.stats`; here their answers become
values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from galleyproof.authoring.addresses import record_at, value_at
from galleyproof.authoring.comparison import Comparison
from galleyproof.authoring.estimates import derived
from galleyproof.authoring.extract import printed_of
from galleyproof.authoring.failures import EvidenceError
from galleyproof.authoring.library import Library, Record, library
from galleyproof.authoring.queries import evidence
from galleyproof.authoring.selection import Evidence
from galleyproof.consulted import kept
from galleyproof.lineage import (
    Counts,
    Formula,
    Kind,
    Number,
    Status,
    Text,
    Value,
    notation,
)

if TYPE_CHECKING:
    from galleyproof.stats.recheck.p_values import PCheck
    from galleyproof.stats.reconstruction import Reconstruction, Statement

_SHOWN = 3
"""Solutions that are written out where there are several."""


@dataclass(frozen=True, kw_only=True)
class Solved:
    """One question put to the solver, and its answer as values."""

    data: Library
    record: Record

    @property
    def title(self) -> Text:
        """What was printed."""
        return self.record.text("title")

    @property
    def study(self) -> str:
        """The key of the study."""
        return self.record["study"]

    @property
    def premise(self) -> Text:
        """What was taken as given, in words."""
        return self.record.text("note")

    @kept
    def _groups(self) -> list[list[Record]]:
        listed = self.record["percentages"].split(";")
        return [
            [record_at(self.data, f"proportions:{key}")[0] for key in part.split()]
            for part in listed
        ]

    @kept
    def printed(self) -> list[Value]:
        """The percentages as printed."""
        found = [printed_of(row) for group in self._groups for row in group]
        return [value for value in found if value is not None]

    @kept
    def _totals(self) -> list[Value | None]:
        addresses = self.record["totals"].split()
        return [None if a == "-" else value_at(self.data, a) for a in addresses]

    @kept
    def totals(self) -> list[Value]:
        """The totals that were taken as known."""
        return [value for value in self._totals if value is not None]

    @kept
    def limits(self) -> list[Value]:
        """The smallest and largest total considered, where they are stated."""
        stated = [self.record[name] for name in ("at_least", "at_most")]
        return [value_at(self.data, address) for address in stated if address]

    @kept
    def at_most(self) -> Value:
        """The largest total considered."""
        if self.record["at_most"]:
            return self.limits[-1]
        return max(self.totals, key=lambda value: value.number)

    @kept
    def _operands(self) -> tuple[Value, ...]:
        """What the answer rests on, in the order in which it is given to `_solve`."""
        return (*self.printed, *self.totals, *self.limits)

    def _solve(self, numbers: Sequence[Number]) -> Reconstruction:
        """Put the question with these numbers in the place of the operands."""
        from galleyproof.stats.reconstruction import reconstruct  # noqa: PLC0415

        given = dict(zip(map(id, self._operands), numbers, strict=True))

        def number(value: Value) -> Number:
            return given.get(id(value), value.number)

        statements = self._statements(number)
        return reconstruct(*statements, at_most=int(number(self.at_most)))

    def _statements(self, number: Callable[[Value], Number]) -> Iterator[Statement]:
        from galleyproof.stats import reconstruction as r  # noqa: PLC0415

        relation = self.record["relation"]
        percentages = iter(self.printed)
        for group in self._groups:
            keys = [row.key for row in group]
            for position, row in enumerate(group):
                value = next(percentages)
                text = notation.fixed(number(value), value.places)
                # Outcomes of the same groups share their denominators.
                yield r.Percentage(
                    name=row.key, printed=text, total=f"total {position}"
                )
            if relation == "strata":
                yield r.Strata(whole=keys[0], parts=keys[1:])
        if relation == "arms":
            size = len(self._groups[0])
            yield r.Sum(whole="all", parts=[f"total {i}" for i in range(size)])
            yield r.Known(quantity="all", value=int(number(self.at_most)))
        for position, known in enumerate(self._totals):
            if known is not None:
                yield r.Known(quantity=f"total {position}", value=int(number(known)))
        if self.record["at_least"]:
            low = self.limits[0]
            yield r.Bound(quantity="total 0", at_least=int(number(low)))

    @kept
    def result(self) -> Reconstruction:
        """The solver's own answer."""
        return self._solve([value.number for value in self._operands])

    def _answer(self, numbers: Sequence[Number]) -> Reconstruction:
        own = [value.number for value in self._operands]
        return self.result if list(numbers) == own else self._solve(numbers)

    @property
    def verdict(self) -> str:
        """`unique`, `ambiguous` or `impossible`."""
        return str(self.result.verdict)

    @property
    def solutions(self) -> Value:
        """How many sets of whole numbers agree with what was printed."""

        def number(*numbers: Number) -> int:
            count = self._answer(numbers).count
            if count is None:
                raise EvidenceError(
                    f"`reconstructions:{self.record.key}`: the search was not completed"
                )
            return count

        return derived(
            "number of solutions",
            number,
            self._operands,
            kind=Kind.COUNT,
            unit="solutions",
        )

    @property
    def counts(self) -> list[Counts | str]:
        """The counts, where there is one solution or a few; else nothing."""
        found: list[Counts | str] = []
        for row in (row for group in self._groups for row in group):
            pairs = self.result.counts(row.key) if self.result.solutions else ()
            if 0 < len(pairs) <= (1 if len(self.printed) > 1 else _SHOWN):
                found += [self._counts(row, place) for place in range(len(pairs))]
        return found

    def _counts(self, row: Record, place: int) -> Counts:
        def one(which: str) -> Value:
            def number(*numbers: Number) -> int:
                pair = self._answer(numbers).counts(row.key)[place]
                return int(getattr(pair, which))

            return Value(
                number=number(*(value.number for value in self._operands)),
                kind=Kind.COUNT,
                unit=row["unit"],
                status=Status.RECONSTRUCTED,
                origin=Formula(
                    name="whole number behind",
                    operands=self._operands,
                    function=number,
                    shown=", ".join(value.text for value in self.printed),
                ),
            )

        return Counts(events=one("events"), total=one("total"))


@dataclass(frozen=True, kw_only=True)
class Rechecked:
    """A printed p value beside the tests of its counts."""

    record: Record
    comparison: Comparison

    @property
    def study(self) -> str:
        """The key of the study."""
        return self.record["study"]

    @property
    def printed(self) -> Value:
        """The p value as printed."""
        return self.comparison.printed_p

    @property
    def compares(self) -> Text:
        """What is compared, in words."""
        return self.record.text("compares")

    @kept
    def _check(self) -> PCheck:
        from galleyproof.stats.recheck.p_values import recheck_p  # noqa: PLC0415

        sides = (self.comparison.left, self.comparison.right)
        (a, b) = ((int(s.events.number), int(s.total.number)) for s in sides)
        relation = self.record["relation"].removeprefix("=")
        return recheck_p(
            f"{relation}{self.record['printed']}",
            a_events=a[0],
            a_total=a[1],
            b_events=b[0],
            b_total=b[1],
            tests=("fisher", "pearson", "pearson-yates"),
        )

    @property
    def reproduced_by(self) -> str:
        """The tests that give the printed p."""
        names = {"fisher": "Fisher", "pearson": "Pearson", "pearson-yates": "Yates"}
        tests = [names[str(test)] for test in self._check.reproduced_by]
        return "none" if not tests else ", ".join(tests)

    @property
    def verdict_depends(self) -> bool:
        """Whether the choice of the test decides on which side of 0.05 p falls."""
        return self._check.verdict_depends


def reconstructions(**wanted: str) -> list[Solved]:
    """Return the answers to every row of the table `reconstructions`, in file order."""
    data = library()
    rows = evidence("reconstructions", **wanted)
    return [Solved(data=data, record=row.record) for row in rows]


def rechecks() -> list[Rechecked]:
    """Return every printed p value whose counts are known, in file order."""
    return [
        Rechecked(record=row.record, comparison=row.comparison)
        for row in evidence("tests")
        if row.record["printed"] and row.record["left"]
    ]


def largest_share(
    whole: Sequence[Evidence], subgroup: Sequence[Evidence], *, generous: bool = False
) -> Value:
    """Return the largest share that a subgroup can have of a whole, in per cent.

    Both are cumulative rates at the same times. `generous` lets every printed rate go
    to the end of its rounding that allows most.
    """
    size = len(whole)
    operands = tuple(item.printed for item in (*whole, *subgroup))

    def share(*numbers: Number) -> Number:
        from galleyproof.stats.recheck.cumulative import share_bound  # noqa: PLC0415

        pairs = zip(numbers, operands, strict=True)
        printed = [notation.fixed(number, value.places) for number, value in pairs]
        bound = share_bound(whole=printed[:size], subgroup=printed[size:])
        found = bound.share_rounded if generous else bound.share
        if found is None:
            raise EvidenceError("the rates leave no share to the subgroup at all")
        return 100 * found

    return derived("largest share of the subgroup", share, operands, kind=Kind.PERCENT)
