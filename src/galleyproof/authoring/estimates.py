"""Statistics as values: an estimate with its interval, a p value, an interval.

The bridge from `galleyproof.stats`, which knows numbers only, to values with lineage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from galleyproof.lineage import (
    Counts,
    Formula,
    Interval,
    Kind,
    Number,
    Status,
    Value,
)
from galleyproof.lineage.proxy import Proxy


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate(Proxy):
    """A value with its confidence interval; prints as the value."""

    value: Value
    ci: Interval

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", replace(self.value, ci=self.ci))

    @property
    def bare(self) -> Estimate:
        """The estimate and its limits without unit."""
        return replace(self, value=self.value.bare, ci=self.ci.bare)

    def to(self, decimals: int) -> Estimate:
        """Return the same estimate and limits with `decimals` decimals."""
        return replace(self, value=self.value.to(decimals), ci=self.ci.to(decimals))


def derived(
    name: str,
    function: Callable[..., Number],
    operands: tuple[Value, ...],
    *,
    kind: Kind,
    unit: str = "",
    decimals: int | None = None,
    shown: str = "",
) -> Value:
    """Return what a statistic makes of its operands."""
    return Value(
        number=function(*(operand.number for operand in operands)),
        kind=kind,
        unit=unit,
        decimals=decimals,
        status=Status.DERIVED,
        origin=Formula(name=name, operands=operands, function=function, shown=shown),
    )


def limits(
    name: str,
    function: Callable[..., tuple[float, float]],
    operands: tuple[Value, ...],
    *,
    kind: Kind,
    unit: str = "",
    decimals: int | None = None,
    shown: str = "",
) -> Interval:
    """Return an interval whose two limits each know their formula."""

    def limit(index: int, which: str) -> Value:
        def one_limit(*numbers: Number) -> Number:
            return function(*numbers)[index]

        return derived(
            f"{name}, {which} limit",
            one_limit,
            operands,
            kind=kind,
            unit=unit,
            decimals=decimals,
            shown=shown,
        )

    return Interval(low=limit(0, "lower"), high=limit(1, "upper"), method=name)


def wilson(counts: Counts) -> Interval:
    """Return Wilson's 95% interval of a proportion, in per cent."""

    def interval(events: int, total: int) -> tuple[float, float]:
        from galleyproof.stats.proportion import wilson_interval  # noqa: PLC0415

        found = wilson_interval(events=int(events), total=int(total))
        return 100 * found.low, 100 * found.high

    return limits(
        "Wilson 95% interval",
        interval,
        (counts.events, counts.total),
        kind=Kind.PERCENT,
        unit=counts.unit,
        shown=counts.text,
    )
