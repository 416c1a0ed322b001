"""One result printed several ways: estimate, interval, standard error and p.

Owns the arithmetic between them for estimates whose interval is symmetric on some scale
(differences on their own, ratios on the log scale). Each printed number stands for a
range; two agree if some values within their ranges do. Floating point, because logs and
quantiles are: ranges are widened by 1e-9 of their size before they are compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scipy import special

from galleyproof.stats import _validate as check
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.printed import Rounding, RoundingChoice, read_printed

Scale = Literal["identity", "log"]
_SLACK = 1e-9
_Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One relation between printed numbers."""

    name: str
    """`order`, `symmetry`, `standard error`, `p value` or `verdict`."""
    holds: bool
    expected: _Span
    """What the other numbers allow, on the printed scale; a standard error is on the
    scale of the analysis."""
    printed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyCheck:
    """Every relation that the printed numbers allow to be checked."""

    relations: tuple[Relation, ...]

    @property
    def consistent(self) -> bool:
        """Whether all of them hold."""
        return all(one.holds for one in self.relations)

    @property
    def broken(self) -> tuple[Relation, ...]:
        """Those that do not."""
        return tuple(one for one in self.relations if not one.holds)


def check_interval(
    *,
    estimate: str,
    low: str,
    high: str,
    standard_error: str | None = None,
    p: str | None = None,
    level: float = 0.95,
    scale: Scale = "identity",
    null: float | None = None,
    degrees_of_freedom: float | None = None,
    rounding: RoundingChoice = Rounding.HALF_UP,
) -> ConsistencyCheck:
    """Check an estimate, its interval, its standard error and its p for agreement.

    Parameters
    ----------
    estimate, low, high: as printed, text; above 0 on the log scale.
    standard_error: as printed, text, on the scale of the analysis (of the log ratio).
    p: as printed, text: two-sided, for the hypothesis that the truth is `null`.
    level: of the interval, strictly between 0 and 1.
    scale: on which the interval is symmetric: `log` for ratios.
    null: 0, or 1 on the log scale, unless given (printed scale).
    degrees_of_freedom: of Student's t, above 0; the normal distribution if None.
    rounding: convention of all numbers, or several.

    Returns
    -------
    ConsistencyCheck with `order` (low <= estimate <= high), `symmetry` (the estimate is
    in the middle), and as far as given `standard error` ((high - low) / 2q), `p value`
    (from estimate and half-width) and `verdict` (the interval leaves out the null if
    and only if p < 1 - level).

    Raises
    ------
    ArgumentError: an unreadable number, a limit where a value is needed, a value not
        above 0 on the log scale, p outside 0 to 1.

    Source
    ------
    Altman DG, Bland JM (2011), BMJ 343:d2090 and d2304: p from an interval and back.
    Exact intervals (Clopper-Pearson, profile likelihood) are not symmetric: only
    `order` and `verdict` say anything about them.
    """
    check.choice("scale", scale, ("identity", "log"))
    check.level(level)
    if degrees_of_freedom is not None:
        check.number("degrees_of_freedom", degrees_of_freedom, low=0, open_low=True)
    log = scale == "log"
    null = (1.0 if log else 0.0) if null is None else check.number("null", null)
    result = _Result(
        estimate=_span("estimate", estimate, rounding, log=log),
        low=_span("low", low, rounding, log=log),
        high=_span("high", high, rounding, log=log),
        null=_logged("null", null) if log else null,
        quantile=_quantile(level, degrees_of_freedom),
        back=math.exp if log else float,
    )
    relations = [_order(result, estimate), _symmetry(result, estimate)]
    if standard_error is not None:
        relations.append(_standard_error(result, standard_error, rounding))
    if p is not None:
        number = read_printed("p", p)
        if not 0 <= number.value <= 1:
            raise ArgumentError("p", value=repr(p), allowed="between 0 and 1")
        range_ = number.range(rounding)
        printed = (
            0.0 if range_.low is None else max(float(range_.low), 0.0),
            1.0 if range_.high is None else min(float(range_.high), 1.0),
        )
        relations.append(_p_value(result, p, printed, degrees_of_freedom))
        relations.append(_verdict(result, p, printed, level))
    return ConsistencyCheck(relations=tuple(relations))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """The printed result on the scale of the analysis."""

    estimate: _Span
    low: _Span
    high: _Span
    null: float
    quantile: float
    back: Callable[[float], float]
    """From the scale of the analysis to the printed one."""

    @property
    def standard_error(self) -> _Span:
        """What the width of the interval allows."""
        narrow, wide = self.high[0] - self.low[1], self.high[1] - self.low[0]
        return max(narrow, 0.0) / 2 / self.quantile, max(wide, 0.0) / 2 / self.quantile


def _order(result: _Result, printed: str) -> Relation:
    holds = (
        result.low[0] <= result.estimate[1]
        and result.estimate[0] <= result.high[1]
        and result.low[0] <= result.high[1]
    )
    expected = (result.back(result.low[0]), result.back(result.high[1]))
    return Relation(name="order", holds=holds, expected=expected, printed=printed)


def _symmetry(result: _Result, printed: str) -> Relation:
    middle = (
        (result.low[0] + result.high[0]) / 2,
        (result.low[1] + result.high[1]) / 2,
    )
    expected = (result.back(middle[0]), result.back(middle[1]))
    holds = _overlap(middle, result.estimate)
    return Relation(name="symmetry", holds=holds, expected=expected, printed=printed)


def _standard_error(
    result: _Result, printed: str, rounding: RoundingChoice
) -> Relation:
    given = _span("standard_error", printed, rounding, log=False)
    expected = result.standard_error
    return Relation(
        name="standard error",
        holds=_overlap(expected, given),
        expected=expected,
        printed=printed,
    )


def _p_value(
    result: _Result, text: str, printed: _Span, degrees_of_freedom: float | None
) -> Relation:
    distances = [abs(end - result.null) for end in result.estimate]
    straddles = result.estimate[0] <= result.null <= result.estimate[1]
    nearest = 0.0 if straddles else min(distances)
    least, most = result.standard_error
    # The p is largest where the estimate is nearest to the null and least certain.
    largest = _two_sided(nearest / most if most > 0 else math.inf, degrees_of_freedom)
    smallest = _two_sided(
        max(distances) / least if least > 0 else math.inf, degrees_of_freedom
    )
    expected = (smallest, largest)
    return Relation(
        name="p value",
        holds=_overlap(expected, printed),
        expected=expected,
        printed=text,
    )


def _verdict(result: _Result, text: str, printed: _Span, level: float) -> Relation:
    alpha = 1 - level
    certainly_out = result.low[0] > result.null or result.high[1] < result.null
    certainly_in = result.low[1] < result.null < result.high[0]
    slack = _SLACK * alpha
    if certainly_out:
        expected, holds = (0.0, alpha), printed[0] <= alpha + slack
    elif certainly_in:
        expected, holds = (alpha, 1.0), printed[1] >= alpha - slack
    else:
        expected, holds = (0.0, 1.0), True
    return Relation(name="verdict", holds=holds, expected=expected, printed=text)


def _span(argument: str, text: str, rounding: RoundingChoice, *, log: bool) -> _Span:
    number = read_printed(argument, text)
    range_ = number.range(rounding)
    if number.relation != "=" or range_.low is None or range_.high is None:
        raise ArgumentError(argument, value=repr(text), allowed="a value, not a limit")
    low, high = float(range_.low), float(range_.high)
    if not log:
        return low, high
    _logged(argument, float(number.value))
    return (math.log(low) if low > 0 else -math.inf), math.log(high)


def _logged(argument: str, value: float) -> float:
    if value <= 0:
        raise ArgumentError(argument, value=value, allowed="above 0 on the log scale")
    return math.log(value)


def _overlap(a: _Span, b: _Span) -> bool:
    """Whether two ranges have a value in common, but for floating-point error."""
    ends = [abs(end) for end in (*a, *b) if math.isfinite(end)]
    slack = _SLACK * max(ends, default=0.0)
    return a[0] <= b[1] + slack and b[0] <= a[1] + slack


def _quantile(level: float, degrees_of_freedom: float | None) -> float:
    upper = (1 + level) / 2
    if degrees_of_freedom is None:
        return float(special.ndtri(upper))
    return float(special.stdtrit(degrees_of_freedom, upper))


def _two_sided(statistic: float, degrees_of_freedom: float | None) -> float:
    if math.isinf(statistic):
        return 0.0
    if degrees_of_freedom is None:
        return float(2 * special.ndtr(-statistic))
    return float(2 * special.stdtr(degrees_of_freedom, -statistic))
