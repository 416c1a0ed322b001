"""Pooled 2 x 2 tables without effect sizes: Mantel-Haenszel and Peto.

Owns the common-effect estimators that add up tables instead of weighing log ratios, so
that zero cells need no correction. Random effects are for `pooling` and `glmm`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from galleyproof.stats import _validate as check
from galleyproof.stats._distributions import chi_square_above, two_sided_z, z_above
from galleyproof.stats._validate import Floats
from galleyproof.stats.effect_size import ZERO_CELLS, ZeroCells, escalc, peto_terms
from galleyproof.stats.effects import Effects
from galleyproof.stats.errors import ArgumentError

MEASURES = ("RR", "OR", "RD")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledTables:
    """A pooled comparison of two groups."""

    estimate: float
    """Log risk ratio, log odds ratio, or risk difference: group a against b."""
    standard_error: float
    ci_low: float
    ci_high: float
    statistic: float
    p: float
    q: float
    """Heterogeneity of the studies' own effects about the pooled one; 0 for one."""
    q_df: int
    q_p: float
    i2: float
    """Per cent, from Q."""
    h2: float
    association: float | None
    """Mantel-Haenszel chi-square of no association, for `OR` only."""
    association_p: float | None
    weights: Floats
    """(k,), fractions that add up to 1; 0 for a study that says nothing."""
    studies: int
    """Those given."""
    studies_in_q: int
    """Those with an effect of their own."""
    measure: str
    method: str
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Core:
    estimate: float
    variance: float
    weights: Floats


def mantel_haenszel(
    *,
    a_events: ArrayLike,
    a_total: ArrayLike,
    b_events: ArrayLike,
    b_total: ArrayLike,
    measure: str = "RR",
    level: float = 0.95,
    correction: bool = True,
    zero_cells: ZeroCells = "only0",
) -> PooledTables:
    """Pool 2 x 2 tables by the Mantel-Haenszel method.

    Parameters
    ----------
    a_events, a_total, b_events, b_total: (k,) whole numbers, events at most the total.
    measure: `RR`, `OR` or `RD`.
    level: confidence level, strictly between 0 and 1.
    correction: for the test of association with `OR`, reduce the difference from
        expectation by 1/2. As in metafor also where it is smaller than 1/2, so that
        the statistic is then above 0 (`mantelhaen.test` leaves it uncorrected there).
    zero_cells: rule for the studies' own effects, which only Q uses. The pooled
        estimate takes no correction, as metafor's default. Studies without events, or
        without non-events, in both groups are left out of Q (metafor's `drop00`), and
        under `none` those whose log ratio is infinite.

    Returns
    -------
    PooledTables on the log scale for `RR` and `OR`.

    Raises
    ------
    ArgumentError: bad counts; no events in a group over all studies (`RR`), or a sum
        of cross products that is zero (`OR`): the ratio is then 0 or infinite; a
        variance of 0, as where nobody, or everybody, has the event (`RD`, `RR`), or of
        one study for `RD` under `none`.

    Source
    ------
    Mantel N, Haenszel W (1959), J Natl Cancer Inst 22:719-748; variances: Robins J,
    Breslow N, Greenland S (1986), Biometrics 42:311-323 (`OR`); Greenland S, Robins JM
    (1985), Biometrics 41:55-68 (`RR`); Sato T, Greenland S, Robins JM (1989),
    Biometrics 45:1323-1324 (`RD`).
    """
    check.choice("measure", measure, MEASURES)
    correction = check.flag("correction", correction)
    check.choice("zero_cells", zero_cells, ZERO_CELLS)
    level = check.level(level)
    tables = _tables(a_events, a_total, b_events, b_total)
    core = {"RR": _risk_ratio, "OR": _odds_ratio, "RD": _risk_difference}[measure](
        tables
    )
    _varies(tables, core.variance)
    own, counted = _own_effects(measure, tables, zero_cells)
    association = _association(tables, correction) if measure == "OR" else None
    return _result(
        core,
        own,
        counted,
        measure=measure,
        method="MH",
        level=level,
        association=association,
    )


def peto(
    *,
    a_events: ArrayLike,
    a_total: ArrayLike,
    b_events: ArrayLike,
    b_total: ArrayLike,
    level: float = 0.95,
) -> PooledTables:
    """Pool 2 x 2 tables by Peto's one-step odds ratio.

    Parameters
    ----------
    a_events, a_total, b_events, b_total, level: as `mantel_haenszel`.

    Returns
    -------
    PooledTables, log odds ratio. Studies without events, or without non-events, in
    both groups add nothing, to Q either.

    Raises
    ------
    ArgumentError: bad counts; no study with both events and non-events.

    Source
    ------
    Yusuf S, Peto R, Lewis J, Collins R, Sleight P (1985), Prog Cardiovasc Dis
    27:335-371.
    """
    level = check.level(level)
    tables = _tables(a_events, a_total, b_events, b_total)
    difference, variance = peto_terms(tables)
    total = float(variance.sum())
    if total == 0:
        raise ArgumentError(
            "a_events", allowed="such that some study has events and non-events"
        )
    counted = variance > 0
    own = Effects(
        estimate=difference[counted] / variance[counted],
        variance=1 / variance[counted],
        measure="PETO",
    )
    core = _Core(
        estimate=float(difference.sum()) / total,
        variance=1 / total,
        weights=variance / total,
    )
    return _result(
        core,
        own,
        counted,
        measure="PETO",
        method="PETO",
        level=level,
        association=None,
    )


def _tables(
    a_events: ArrayLike, a_total: ArrayLike, b_events: ArrayLike, b_total: ArrayLike
) -> dict[str, Floats]:
    a, n_a = check.events_and_totals("a_events", a_events, "a_total", a_total)
    b, n_b = check.events_and_totals("b_events", b_events, "b_total", b_total)
    check.same_length({"a_events": a, "b_events": b})
    return {"a": a, "b": b, "c": n_a - a, "d": n_b - b}


def _risk_ratio(x: dict[str, Floats]) -> _Core:
    a, b = x["a"], x["b"]
    n_a, n_b = a + x["c"], b + x["d"]
    n = n_a + n_b
    above, below = float((a * n_b / n).sum()), float((b * n_a / n).sum())
    for name, value in (("a_events", above), ("b_events", below)):
        if value == 0:
            raise ArgumentError(name, allowed="above 0 in some study")
    # n_a n_b (a + b) - a b n, without the difference
    spread = a * n_a * x["d"] + b * n_b * x["c"]
    return _Core(
        estimate=math.log(above / below),
        variance=float((spread / n**2).sum()) / (above * below),
        weights=b * n_a / n / below,
    )


def _odds_ratio(x: dict[str, Floats]) -> _Core:
    a, b, c, d = x["a"], x["b"], x["c"], x["d"]
    n = a + b + c + d
    r, s = a * d / n, b * c / n
    p, q = (a + d) / n, (b + c) / n
    above, below = float(r.sum()), float(s.sum())
    for value, names in ((above, "a_events x b's"), (below, "b_events x a's")):
        if value == 0:
            raise ArgumentError(
                "a_events", allowed=f"such that {names} non-events is not always 0"
            )
    variance = (
        float(p @ r) / above**2
        + float(p @ s + q @ r) / (above * below)
        + float(q @ s) / below**2
    ) / 2
    return _Core(estimate=math.log(above / below), variance=variance, weights=s / below)


def _risk_difference(x: dict[str, Floats]) -> _Core:
    a, b, c, d = x["a"], x["b"], x["c"], x["d"]
    n_a, n_b = a + c, b + d
    n = n_a + n_b
    size = n_a * n_b / n
    total = float(size.sum())
    estimate = float(((a * n_b - b * n_a) / n).sum()) / total
    p = float(
        ((b * (n_a / n) ** 2) - a * (n_b / n) ** 2 + size * (n_b - n_a) / n / 2).sum()
    )
    q = float(((a * d + b * c) / n).sum()) / 2
    return _Core(
        estimate=estimate,
        variance=(estimate * p + q) / total**2,
        weights=size / total,
    )


def _varies(x: dict[str, Floats], variance: float) -> None:
    """Refuse tables whose outcome is settled by the group: they have no error."""
    a, b, c, d = (bool(x[name].any()) for name in ("a", "b", "c", "d"))
    if variance <= 0 or not ((a and c) or (b and d)):
        raise ArgumentError(
            "a_events", allowed="such that both events and non-events occur in a group"
        )


def _association(x: dict[str, Floats], correction: bool) -> tuple[float, float]:
    """Test no association in any study: Mantel and Haenszel's chi-square."""
    difference, variance = peto_terms(x)
    excess = abs(float(difference.sum())) - (0.5 if correction else 0.0)
    statistic = excess**2 / float(variance.sum())
    return statistic, chi_square_above(statistic, 1)


def _own_effects(
    measure: str, x: dict[str, Floats], zero_cells: ZeroCells
) -> tuple[Effects | None, np.ndarray]:
    """Compute the studies' own effects, without those that say nothing."""
    a, b, c, d = x["a"], x["b"], x["c"], x["d"]
    counted = (a + b > 0) & (c + d > 0)
    if zero_cells == "none" and measure != "RD":
        counted &= (a > 0) & (b > 0)
        if measure == "OR":
            counted &= (c > 0) & (d > 0)
    if not counted.any():
        return None, counted
    own = escalc(
        measure,
        a_events=a[counted],
        a_total=(a + c)[counted],
        b_events=b[counted],
        b_total=(b + d)[counted],
        zero_cells=zero_cells,
    )
    return own, counted


def _result(
    core: _Core,
    own: Effects | None,
    counted: np.ndarray,
    *,
    measure: str,
    method: str,
    level: float,
    association: tuple[float, float] | None,
) -> PooledTables:
    error = math.sqrt(core.variance)
    half = z_above((1 - level) / 2) * error
    statistic = core.estimate / error
    in_q = 0 if own is None else len(own)
    q = 0.0
    if own is not None and in_q > 1:
        q = float((((own.estimate - core.estimate) ** 2) / own.variance).sum())
    df = max(in_q - 1, 0)
    return PooledTables(
        estimate=core.estimate,
        standard_error=error,
        ci_low=core.estimate - half,
        ci_high=core.estimate + half,
        statistic=statistic,
        p=two_sided_z(statistic),
        q=q,
        q_df=df,
        q_p=chi_square_above(q, df) if df else 1.0,
        i2=max(0.0, 100 * (q - df) / q) if df and q else 0.0,
        h2=q / df if df else 1.0,
        association=None if association is None else association[0],
        association_p=None if association is None else association[1],
        weights=core.weights,
        studies=counted.size,
        studies_in_q=in_q,
        measure=measure,
        method=method,
        level=level,
    )
