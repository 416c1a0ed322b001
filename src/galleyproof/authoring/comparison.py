"""Two proportions compared: differences, ratios and tests, each with its lineage.

The statistics are imported where they are used: a chapter that compares nothing does
not wait for scipy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from galleyproof.authoring.estimates import Estimate, derived, limits
from galleyproof.authoring.failures import EvidenceError
from galleyproof.lineage import Counts, Kind, Number, UnitError, Value

if TYPE_CHECKING:
    from galleyproof.stats import results as stats


class _FourCounts(TypedDict):
    a_events: int
    a_total: int
    b_events: int
    b_total: int


def _whole(numbers: tuple[Number, ...]) -> _FourCounts:
    a_events, a_total, b_events, b_total = map(int, numbers)
    return _FourCounts(
        a_events=a_events, a_total=a_total, b_events=b_events, b_total=b_total
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two proportions of one outcome, the first against the second."""

    left: Counts
    right: Counts
    printed: Value | None = None
    """The p value that the source printed for this comparison."""

    def __post_init__(self) -> None:
        if self.left.unit != self.right.unit:
            raise UnitError(
                f"cannot compare `{self.left.text} {self.left.unit}` with "
                f"`{self.right.text} {self.right.unit}`"
            )

    @property
    def _operands(self) -> tuple[Value, ...]:
        left, right = self.left, self.right
        return (left.events, left.total, right.events, right.total)

    @property
    def _shown(self) -> str:
        return f"{self.left.text} and {self.right.text}"

    @property
    def risk_difference(self) -> Estimate:
        """First less second, in percentage points, with Newcombe's interval."""

        def difference(counts: _FourCounts) -> stats.Comparison:
            from galleyproof.stats.two_proportions import risk_difference  # noqa: PLC0415

            return risk_difference(**counts)

        return self._estimate("risk difference (Newcombe)", difference, Kind.POINTS)

    @property
    def risk_ratio(self) -> Estimate:
        """First over second, with Katz's interval."""

        def ratio(counts: _FourCounts) -> stats.Comparison:
            from galleyproof.stats.two_proportions import risk_ratio  # noqa: PLC0415

            return risk_ratio(**counts)

        return self._estimate("risk ratio (Katz)", ratio, Kind.RATIO)

    @property
    def odds_ratio(self) -> Estimate:
        """Odds of the first over those of the second, with Woolf's interval."""

        def ratio(counts: _FourCounts) -> stats.Comparison:
            from galleyproof.stats.two_proportions import odds_ratio  # noqa: PLC0415

            return odds_ratio(**counts)

        return self._estimate("odds ratio (Woolf)", ratio, Kind.RATIO)

    def _estimate(
        self,
        name: str,
        function: Callable[[_FourCounts], stats.Comparison],
        kind: Kind,
    ) -> Estimate:
        scale = 100 if kind is Kind.POINTS else 1

        def estimate(*numbers: Number) -> float:
            return scale * function(_whole(numbers)).estimate

        def interval(*numbers: Number) -> tuple[float, float]:
            found = function(_whole(numbers))
            return scale * found.low, scale * found.high

        unit, operands, shown = self.left.unit, self._operands, self._shown
        return Estimate(
            value=derived(name, estimate, operands, kind=kind, unit=unit, shown=shown),
            ci=limits(
                f"{name}, 95% interval",
                interval,
                operands,
                kind=kind,
                unit=unit,
                shown=shown,
            ),
        )

    @property
    def fisher(self) -> Value:
        """The two-sided p value of Fisher's exact test."""

        def p(*numbers: Number) -> float:
            from galleyproof.stats.contingency import fisher_exact  # noqa: PLC0415

            return fisher_exact(**_whole(numbers)).p

        return self._p("Fisher’s exact test", p)

    @property
    def pearson(self) -> Value:
        """The p value of Pearson's chi-square test without correction."""

        def p(*numbers: Number) -> float:
            from galleyproof.stats.contingency import (  # noqa: PLC0415
                pearson_chi_square,
            )

            return pearson_chi_square(**_whole(numbers)).p

        return self._p("Pearson’s chi-square test", p)

    @property
    def yates(self) -> Value:
        """The p value of the chi-square test with Yates's correction."""

        def p(*numbers: Number) -> float:
            from galleyproof.stats.contingency import (  # noqa: PLC0415
                pearson_chi_square,
            )

            return pearson_chi_square(**_whole(numbers), correction=True).p

        return self._p("chi-square test with Yates’s correction", p)

    @property
    def tests(self) -> tuple[Value, Value, Value]:
        """The p values of Fisher's, Pearson's and Yates's test, in this order."""
        return self.fisher, self.pearson, self.yates

    @property
    def minimum_expected(self) -> Value:
        """The smallest expected count, on which the chi-square test leans."""

        def smallest(*numbers: Number) -> float:
            from galleyproof.stats.contingency import (  # noqa: PLC0415
                minimum_expected_count,
            )

            return minimum_expected_count(**_whole(numbers))

        return derived(
            "smallest expected count",
            smallest,
            self._operands,
            kind=Kind.MEASUREMENT,
            shown=self._shown,
        )

    def _p(self, name: str, function: Callable[..., float]) -> Value:
        return derived(name, function, self._operands, kind=Kind.P, shown=self._shown)

    @property
    def printed_p(self) -> Value:
        """The p value that the source printed."""
        if self.printed is None:
            raise EvidenceError(
                f"no p value was printed for {self.left.text} against {self.right.text}"
            )
        return self.printed
