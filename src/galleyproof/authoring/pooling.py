"""An exploratory pool of proportions, with lineage.

Wraps `galleyproof.stats`: effect sizes, random effects, back-transformation. Every
number of the result knows the counts that it was computed from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

from galleyproof.authoring.estimates import derived, limits, wilson
from galleyproof.authoring.failures import EvidenceError, listed
from galleyproof.authoring.library import library
from galleyproof.authoring.overlap import overlap
from galleyproof.authoring.selection import Evidence
from galleyproof.lineage import Counts, Interval, Kind, Number, UnitError, Value

if TYPE_CHECKING:
    from galleyproof.stats.pooling import Pooled

_SINGLE = ("PR", "PLN", "PLO", "PAS", "PFT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One study of a pool."""

    label: str
    counts: Counts
    percent: Value
    """As it prints elsewhere, with the status of the printed percentage."""
    weight: Value
    ci: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Proportions pooled by inverse variance."""

    labels: tuple[str, ...]
    counts: tuple[Counts, ...]
    percents: tuple[Value, ...]
    method: str
    measure: str
    test: str

    @property
    def estimate(self) -> Value:
        """The pooled proportion, in per cent."""
        return self._percent(
            f"random-effects estimate ({self.method}, {self.measure})",
            lambda fit, back: back(fit.estimate),
        )

    @property
    def ci(self) -> Interval:
        """The 95% confidence interval of the pooled proportion."""
        return self._interval(
            f"95% interval of the random-effects estimate ({self.method})",
            lambda fit: (fit.ci_low, fit.ci_high),
        )

    @property
    def prediction(self) -> Interval:
        """The 95% prediction interval: where a new study's true proportion lies."""
        return self._interval(
            f"95% prediction interval ({self.method})",
            lambda fit: (fit.prediction_low, fit.prediction_high),
        )

    @property
    def i2(self) -> Value:
        """I²: the share of the variation that is not due to chance, in per cent."""
        i2 = self._derived("I²", lambda fit, _: fit.i2, Kind.PERCENT)
        return replace(i2, unit="variation")

    @property
    def tau2(self) -> Value:
        """The variance between studies, on the scale of the measure."""
        tau2 = self._derived(
            f"tau² ({self.method})", lambda fit, _: fit.tau2, Kind.RATIO
        )
        return tau2.to(3)

    @property
    def q(self) -> Value:
        """Cochran's Q."""
        return self._derived("Cochran’s Q", lambda fit, _: fit.q, Kind.RATIO).to(1)

    @property
    def heterogeneity(self) -> Value:
        """The p value of Cochran's Q."""
        return self._derived("p of Cochran’s Q", lambda fit, _: fit.q_p, Kind.P)

    @property
    def studies(self) -> Value:
        """How many proportions were pooled."""
        events = tuple(counts.events for counts in self.counts)
        return derived(
            "count",
            lambda *numbers: len(numbers),
            events,
            kind=Kind.COUNT,
            unit="studies",
            shown=f"{len(events)} proportions",
        )

    @property
    def members(self) -> tuple[Member, ...]:
        """The studies with their weights, in the order given."""
        return tuple(
            Member(
                label=label,
                counts=counts,
                percent=percent,
                weight=self._weight(index),
                ci=wilson(counts),
            )
            for index, (label, counts, percent) in enumerate(
                zip(self.labels, self.counts, self.percents, strict=True)
            )
        )

    def _weight(self, index: int) -> Value:
        weight = self._derived(
            f"weight of {self.labels[index]}",
            lambda fit, _: 100 * float(fit.weights[index]),
            Kind.PERCENT,
        )
        return replace(weight, unit="weight")

    # How -------------------------------------------------------------------------

    @property
    def _operands(self) -> tuple[Value, ...]:
        return tuple(v for c in self.counts for v in (c.events, c.total))

    @property
    def _shown(self) -> str:
        return ", ".join(counts.text for counts in self.counts)

    def _fit(self, numbers: tuple[Number, ...]) -> Pooled:
        return _pooled(tuple(map(int, numbers)), self.method, self.measure, self.test)

    def _back(self, numbers: tuple[Number, ...]) -> Callable[[float], float]:
        from galleyproof.stats.effect_size import back_transform  # noqa: PLC0415

        totals = [float(number) for number in numbers[1::2]]

        def back(value: float) -> float:
            found = back_transform(value, measure=self.measure, totals=totals)
            return 100 * float(found)

        return back

    def _derived(
        self,
        name: str,
        pick: Callable[[Pooled, Callable[[float], float]], float],
        kind: Kind,
    ) -> Value:
        def function(*numbers: Number) -> float:
            return pick(self._fit(numbers), self._back(numbers))

        return derived(name, function, self._operands, kind=kind, shown=self._shown)

    def _percent(
        self, name: str, pick: Callable[[Pooled, Callable[[float], float]], float]
    ) -> Value:
        value = self._derived(name, pick, Kind.PERCENT)
        return replace(value, unit=self.counts[0].unit)

    def _interval(
        self, name: str, pick: Callable[[Pooled], tuple[float, float]]
    ) -> Interval:
        def function(*numbers: Number) -> tuple[float, float]:
            back = self._back(numbers)
            low, high = pick(self._fit(numbers))
            return back(low), back(high)

        return limits(
            name,
            function,
            self._operands,
            kind=Kind.PERCENT,
            unit=self.counts[0].unit,
            shown=self._shown,
        )


@lru_cache(maxsize=64)
def _pooled(numbers: tuple[int, ...], method: str, measure: str, test: str) -> Pooled:
    from galleyproof.stats.effect_size import escalc  # noqa: PLC0415
    from galleyproof.stats.pooling import pool as pool_effects  # noqa: PLC0415

    effects = escalc(measure, events=numbers[0::2], total=numbers[1::2])
    fit = pool_effects(effects, method=method, test=test)  # type: ignore[arg-type]
    if not fit.converged:
        raise EvidenceError(f"the estimate of tau² by `{method}` did not converge")
    return fit


Rows = Iterable[Evidence] | Mapping[str, Evidence | Counts]


def pool(
    rows: Rows, *, method: str = "REML", measure: str = "PLO", test: str = "knha"
) -> Pool:
    """Pool proportions of one unit: an exploratory analysis of this edition's own.

    Rows are evidence with known counts, or a mapping from labels to it. `method`
    estimates tau², `measure` transforms (`PLO`: logit), `test` makes the interval
    (`knha`: Knapp and Hartung); all three as in `galleyproof.stats`. Rows that count
    the same patients, as far as the data say, are refused.
    """
    if measure not in _SINGLE:
        raise ValueError(
            f"`{measure}` is no measure of a proportion: {listed(_SINGLE)}"
        )
    named = _named(rows)
    if len(named) < 2:
        raise EvidenceError("a pool needs at least two proportions")
    counts = [c if isinstance(c, Counts) else c.counts for _, c in named]
    units = {c.unit for c in counts}
    if len(units) > 1:
        raise UnitError(f"cannot pool proportions of {listed(sorted(units))}")
    _disjoint([held for _, held in named if isinstance(held, Evidence)])
    return Pool(
        labels=tuple(label for label, _ in named),
        counts=tuple(counts),
        percents=tuple(
            c.percent if isinstance(c, Counts) else c.value for _, c in named
        ),
        method=method,
        measure=measure,
        test=test,
    )


def _disjoint(members: Sequence[Evidence]) -> None:
    """Refuse to count the same patients twice."""
    for first, second in combinations([one.row for one in members], 2):
        why = overlap(library(), first, second)
        if why:
            raise EvidenceError(f"the rows of a pool must not overlap: {why}")


def _named(rows: Rows) -> list[tuple[str, Evidence | Counts]]:
    if isinstance(rows, Mapping):
        return [(str(label), held) for label, held in rows.items()]
    return [(held.label.text, held) for held in rows]
