"""Risk difference, risk ratio, odds ratio and number needed to treat, with intervals.

Owns the size of the difference between two independent proportions, group a against
group b, on the scale on which it is printed. Whether they differ at all is tested in
`contingency`; several studies are combined in `pooling`, from `effect_size`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from galleyproof.stats import _validate as check
from galleyproof.stats._distributions import z_above
from galleyproof.stats.conditional import conditional_odds_ratio
from galleyproof.stats.contingency import Table, table_of
from galleyproof.stats.errors import ArgumentError
from galleyproof.stats.proportion import proportion_limits
from galleyproof.stats.results import Comparison, NumberNeeded
from galleyproof.stats.score import koopman, miettinen_nurminen

DifferenceMethod = Literal[
    "newcombe", "newcombe-cc", "miettinen-nurminen", "agresti-caffo", "wald"
]
RatioMethod = Literal["katz", "koopman"]
OddsMethod = Literal["woolf", "conditional", "conditional-mid-p"]
ZeroCells = Literal["only0", "all", "none"]
ZERO_CELLS = ("only0", "all", "none")


def risk_difference(
    *,
    a_events: int,
    a_total: int,
    b_events: int,
    b_total: int,
    level: float = 0.95,
    method: DifferenceMethod = "newcombe",
) -> Comparison:
    """Compute the risk difference a - b with its interval.

    Parameters
    ----------
    a_events, b_events: whole numbers from 0 to the total of their group.
    a_total, b_total: whole numbers of at least 1.
    level: confidence level, strictly between 0 and 1.
    method: `newcombe` (hybrid of Wilson's intervals), `newcombe-cc` (of those with
        continuity correction), `miettinen-nurminen` (score), `agresti-caffo`, `wald`.

    Returns
    -------
    Comparison within [-1, 1]. No zero-cell rule is needed; only `wald` has no width
    when both proportions are 0 or 1.

    Raises
    ------
    ArgumentError: a bad count, level or method.

    Source
    ------
    Newcombe RG (1998), Stat Med 17:873-890, methods 10 and 11 (and 1, `wald`);
    Miettinen O, Nurminen M (1985), Stat Med 4:213-226, with their factor N/(N-1);
    Agresti A, Caffo B (2000), Am Stat 54:280-288.
    """
    table = table_of(a_events, a_total, b_events, b_total)
    level = check.level(level)
    check.choice("method", method, DIFFERENCES)
    low, high = DIFFERENCES[method](table, level)
    return Comparison(
        estimate=_difference(table),
        low=max(low, -1.0),
        high=min(high, 1.0),
        level=level,
        measure="RD",
        method=method,
        corrected=False,
    )


def risk_ratio(
    *,
    a_events: int,
    a_total: int,
    b_events: int,
    b_total: int,
    level: float = 0.95,
    method: RatioMethod = "katz",
    zero_cells: ZeroCells = "only0",
) -> Comparison:
    """Compute the risk ratio a / b with its interval.

    Parameters
    ----------
    a_events, a_total, b_events, b_total, level: as `risk_difference`.
    method: `katz` (symmetric on the log scale) or `koopman` (score).
    zero_cells: for `katz`, add 1/2 to all four cells if one of them is zero (`only0`,
        as metafor's `escalc`), always (`all`) or never (`none`). `koopman` needs and
        takes no correction.

    Returns
    -------
    Comparison above 0. With `koopman` no event in a gives estimate and lower limit 0,
    none in b an infinite estimate and upper limit.

    Raises
    ------
    ArgumentError: a bad count, level, method or rule; with `katz` and `none` no events
        in a group, or only events in both; no events in either group with `koopman`.

    Source
    ------
    Katz D, Baptista J, Azen SP, Pike MC (1978), Biometrics 34:469-474, method C;
    Koopman PAR (1984), Biometrics 40:513-517.
    """
    table = table_of(a_events, a_total, b_events, b_total)
    level = check.level(level)
    check.choice("method", method, ("katz", "koopman"))
    check.choice("zero_cells", zero_cells, ZERO_CELLS)
    if method == "koopman":
        return koopman(table, level)
    (a, b, c, d), corrected = cells(table, zero_cells)
    _positive({"a_events": a, "b_events": b})
    if c == d == 0:
        raise ArgumentError(
            "a_events",
            allowed="below the total in at least one group, or `zero_cells` be `only0`",
        )
    return _log_symmetric(
        a / (a + c) / (b / (b + d)),
        # 1/a - 1/(a + c), without the difference
        c / (a * (a + c)) + d / (b * (b + d)),
        level=level,
        measure="RR",
        method="katz",
        corrected=corrected,
    )


def odds_ratio(
    *,
    a_events: int,
    a_total: int,
    b_events: int,
    b_total: int,
    level: float = 0.95,
    method: OddsMethod = "woolf",
    zero_cells: ZeroCells = "only0",
) -> Comparison:
    """Compute the odds ratio a / b with its interval.

    Parameters
    ----------
    a_events, a_total, b_events, b_total, level: as `risk_difference`.
    method: `woolf` (sample odds ratio, symmetric on the log scale), `conditional`
        (conditional maximum likelihood with the exact interval) or
        `conditional-mid-p`.
    zero_cells: for `woolf`, as in `risk_ratio`; the conditional methods need none.

    Returns
    -------
    Comparison above 0. Conditional: an observed count at the end of its range gives
    estimate and limit 0 or infinity there.

    Raises
    ------
    ArgumentError: a bad count, level, method or rule; a zero cell with `woolf` and
        `none`; no events, or no non-events, in either group with `conditional`.

    Source
    ------
    Woolf B (1955), Ann Hum Genet 19:251-253; Cornfield J (1956), Proc 3rd Berkeley
    Symp 4:135-148 (exact); solved here to the last digits, where R's `fisher.test`
    stops at a tolerance that leaves up to 0.7 per cent.
    """
    table = table_of(a_events, a_total, b_events, b_total)
    level = check.level(level)
    check.choice("method", method, ("woolf", "conditional", "conditional-mid-p"))
    check.choice("zero_cells", zero_cells, ZERO_CELLS)
    if method != "woolf":
        return conditional_odds_ratio(table, level, mid_p=method != "conditional")
    (a, b, c, d), corrected = cells(table, zero_cells)
    names = ("a_events", "b_events", "a_total - a_events", "b_total - b_events")
    _positive(dict(zip(names, (a, b, c, d), strict=True)))
    variance = 1 / a + 1 / b + 1 / c + 1 / d
    return _log_symmetric(
        a * d / (b * c),
        variance,
        level=level,
        measure="OR",
        method="woolf",
        corrected=corrected,
    )


def number_needed_to_treat(
    *,
    a_events: int,
    a_total: int,
    b_events: int,
    b_total: int,
    level: float = 0.95,
    method: DifferenceMethod = "newcombe",
) -> NumberNeeded:
    """Compute the number needed to treat: 1 / (risk difference a - b).

    Parameters
    ----------
    a_events, a_total, b_events, b_total, level, method: as `risk_difference`.

    Returns
    -------
    NumberNeeded, signed as the risk difference and not rounded. Where the interval of
    the difference holds 0 that of the number needed runs through infinity, which
    `through_infinity` says; a limit of the difference of exactly 0 becomes infinite.

    Raises
    ------
    ArgumentError: a bad count, level or method.

    Source
    ------
    Laupacis A, Sackett DL, Roberts RS (1988), N Engl J Med 318:1728-1733; interval by
    inversion as Altman DG (1998), BMJ 317:1309-1312.
    """
    difference = risk_difference(
        a_events=a_events,
        a_total=a_total,
        b_events=b_events,
        b_total=b_total,
        level=level,
        method=method,
    )
    return NumberNeeded(
        estimate=_inverse(difference.estimate, 1.0),
        low=_inverse(difference.high, -1.0 if difference.low < 0 else 1.0),
        high=_inverse(difference.low, -1.0 if difference.high <= 0 else 1.0),
        through_infinity=difference.low < 0 < difference.high,
        level=difference.level,
        method=method,
    )


def cells(
    table: Table, zero_cells: str
) -> tuple[tuple[float, float, float, float], bool]:
    """List events a, b and non-events a, b, each with 1/2 added if the rule says so."""
    a, n_a, b, n_b = table
    plain = (float(a), float(b), float(n_a - a), float(n_b - b))
    corrected = zero_cells == "all" or (zero_cells == "only0" and min(plain) == 0)
    add = 0.5 if corrected else 0.0
    return (plain[0] + add, plain[1] + add, plain[2] + add, plain[3] + add), corrected


def _positive(named: dict[str, float]) -> None:
    for name, value in named.items():
        if value == 0:
            raise ArgumentError(
                name, value=0, allowed="above 0, or `zero_cells` be `only0`"
            )


def _log_symmetric(
    estimate: float,
    variance: float,
    *,
    level: float,
    measure: str,
    method: str,
    corrected: bool,
) -> Comparison:
    half = z_above((1 - level) / 2) * math.sqrt(variance)
    return Comparison(
        estimate=estimate,
        low=estimate * math.exp(-half),
        high=estimate * math.exp(half),
        level=level,
        measure=measure,
        method=method,
        corrected=corrected,
    )


def _difference(table: Table) -> float:
    """Subtract in whole numbers: two proportions near 1 lose no digits."""
    a, n_a, b, n_b = table
    return (a * n_b - b * n_a) / (n_a * n_b)


def _newcombe(table: Table, level: float, wilson: str) -> tuple[float, float]:
    a, n_a, b, n_b = table
    if 2 * table.events > table.total:
        # Distances between proportions near 1 keep their digits near 0.
        low, high = _newcombe(Table(n_a - a, n_a, n_b - b, n_b), level, wilson)
        return -high, -low
    p_a, p_b = a / n_a, b / n_b
    low_a, high_a = proportion_limits(wilson, a, n_a, level)
    low_b, high_b = proportion_limits(wilson, b, n_b, level)
    difference = _difference(table)
    low = difference - math.hypot(p_a - low_a, high_b - p_b)
    high = difference + math.hypot(high_a - p_a, p_b - low_b)
    return low, high


def _wald(table: Table, level: float, add: float) -> tuple[float, float]:
    a, n_a, b, n_b = table
    x, y, m, n = a + add, b + add, n_a + 2 * add, n_b + 2 * add
    variance = x * (m - x) / m**3 + y * (n - y) / n**3
    half = z_above((1 - level) / 2) * math.sqrt(variance)
    difference = (x * n - y * m) / (m * n)
    return difference - half, difference + half


def _inverse(value: float, sign_of_zero: float) -> float:
    return math.copysign(math.inf, sign_of_zero) if value == 0 else 1 / value


DIFFERENCES: dict[str, Callable[[Table, float], tuple[float, float]]] = {
    "newcombe": lambda table, level: _newcombe(table, level, "wilson"),
    "newcombe-cc": lambda table, level: _newcombe(table, level, "wilson-cc"),
    "miettinen-nurminen": miettinen_nurminen,
    "agresti-caffo": lambda table, level: _wald(table, level, 1.0),
    "wald": lambda table, level: _wald(table, level, 0.0),
}
