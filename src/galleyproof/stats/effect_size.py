"""Effect sizes of single studies and their sampling variances, and the way back.

Owns what metafor's `escalc` computes, under its names and with its defaults: its
zero-cell rule, its large-sample variances (`vtype = "LS"`), its bias corrections. Where
authors differ, metafor's default (version 3.8) is followed and said.

| measure | effect | scale |
|---|---|---|
| `RR`, `OR` | log risk ratio, log odds ratio | log |
| `RD` | risk difference | proportion |
| `PETO` | Peto's one-step log odds ratio | log |
| `AS` | difference of arcsine square roots | radians |
| `PR` | proportion | proportion |
| `PLN`, `PLO` | log proportion, log odds | log |
| `PAS` | arcsine square root | radians |
| `PFT` | Freeman-Tukey double arcsine, halved | radians |
| `MD` | mean difference | the outcome's unit |
| `SMD` | standardised by the pooled SD, bias corrected (Hedges) | SDs |
| `SMDH` | standardised by the root mean square of both SDs, corrected | SDs |
| `ROM` | log ratio of means | log |
| `IRR` | log incidence rate ratio | log |
| `IR`, `IRLN` | incidence rate and its log | events per unit of time |
| `ZCOR` | Fisher's z of a correlation | atanh |
| `GEN` | given effects and variances | any |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from galleyproof.stats import _validate as check
from galleyproof.stats._validate import Floats
from galleyproof.stats.effects import Effects
from galleyproof.stats.errors import ArgumentError

ZeroCells = Literal["only0", "all", "if0all", "none"]
ZERO_CELLS = ("only0", "all", "if0all", "none")
Arrays = Mapping[str, Floats]
Pair = tuple[Floats, Floats]


def escalc(
    measure: str,
    *,
    zero_cells: ZeroCells = "only0",
    add: float | None = None,
    **data: ArrayLike,
) -> Effects:
    """Compute effect and sampling variance of each study.

    Parameters
    ----------
    measure: one of the names in the module's table.
    zero_cells: which studies have `add` added to every cell: those with a zero cell
        (`only0`), all (`all`), all if any study has a zero cell (`if0all`), or none.
        Applies to tables, proportions and rates.
    add: what is added, at least 0. None is 1/2, but nothing for `AS`, `PAS` and `PFT`,
        which need no addition; as in metafor.
    data: (k,) vectors, by the names the measure asks for:
        RR OR RD PETO AS: `a_events`, `a_total`, `b_events`, `b_total`;
        PR PLN PLO PAS PFT: `events`, `total`;
        MD SMD SMDH ROM: `a_mean`, `a_sd`, `a_total`, `b_mean`, `b_sd`, `b_total`
        (SDs at least 0, and above 0 in one group; SMD and SMDH need 2 in each group;
        ROM needs two means of the same sign);
        IRR: `a_events`, `a_time`, `b_events`, `b_time`; IR IRLN: `events`, `time`
        (times above 0, any unit);
        ZCOR: `correlation` (between -1 and 1, exclusive), `total` (at least 4);
        GEN: `estimate`, `variance` (above 0).

    Returns
    -------
    Effects, on the scale of the table above, group a against group b.

    Raises
    ------
    ArgumentError: an unknown measure; a vector missing, unexpected, of another length
        or out of range; a zero cell that makes effect or variance 0/0, 1/0 or 0 under
        `none`. The message names the vector and the index.

    Source
    ------
    Tables: Fleiss JL, Berlin JA, in Cooper, Hedges, Valentine (eds), Handbook of
    Research Synthesis (2009), 237-253. `PETO`: Yusuf S et al. (1985), Prog Cardiovasc
    Dis 27:335-371. `AS`: Rücker G et al. (2009), Stat Med 28:721-738. `PFT`: Freeman
    MF, Tukey JW (1950), Ann Math Stat 21:607-611. `SMD`: Hedges LV (1981), J Educ Stat
    6:107-128, exact correction, variance with the corrected effect. `SMDH`: Bonett DG
    (2009), Psychol Methods 14:225-238. `ROM`: Hedges LV, Gurevitch J, Curtis PS (1999),
    Ecology 80:1150-1156. `ZCOR`: Fisher RA (1921), Metron 1:1-32. Conventions:
    Viechtbauer W (2010), J Stat Softw 36(3).
    """
    spec = MEASURES[check.choice("measure", measure, MEASURES)]
    check.choice("zero_cells", zero_cells, ZERO_CELLS)
    if add is None:
        add = 0.0 if spec.defined_at_zero else 0.5
    add = check.number("add", add, low=0.0)
    arrays = _arrays(measure, spec.arguments, data)
    if spec.cells is None:
        return _effects(measure, spec.compute(arrays), arrays)
    cells = spec.cells(arrays)
    adjusted, zero = _adjusted(cells, zero_cells, add)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate, variance = spec.compute(adjusted)
    _defined(measure, estimate, variance, zero)
    return _effects(measure, (estimate, variance), arrays)


def back_transform(
    value: ArrayLike, *, measure: str, totals: ArrayLike | None = None
) -> Floats:
    """Bring effects of a measure back to the scale on which they are read.

    Parameters
    ----------
    value: any shape, on the measure's scale; pooled estimates and limits as well.
    measure: `RR`, `OR`, `PETO`, `ROM`, `IRR`, `PLN`, `IRLN` (exponential), `PLO`
        (inverse logit), `PAS`, `PFT` (inverse arcsine), `ZCOR` (tanh); all others are
        read as they are.
    totals: (k,), above 0; for `PFT` the sizes of the studies behind the value. Their
        harmonic mean is used.

    Returns
    -------
    Array of the shape of `value`. `PAS` and `PFT` beyond the transforms of 0 and 1
    give 0 and 1.

    Raises
    ------
    ArgumentError: `PFT` without totals; a value that is not finite.

    Source
    ------
    `PFT`: Miller JJ (1978), Am Stat 32:138. The harmonic mean misleads where sizes
    differ by orders of magnitude: Schwarzer G et al. (2019), Res Synth Methods
    10:476-483.
    """
    check.choice("measure", measure, MEASURES)
    x = check.array("value", value)
    if measure == "PFT":
        if totals is None:
            raise ArgumentError("totals", allowed="given: `PFT` needs the sizes")
        n = check.vector("totals", totals, low=0.0, open_low=True)
        return inverse_freeman_tukey(x, 1 / float(np.mean(1 / n)))
    return np.asarray(BACK[measure](x)) if measure in BACK else x


def inverse_freeman_tukey(x: Floats, total: float) -> Floats:
    """Invert the halved double arcsine for one total: Miller (1978)."""
    zero, one = (float(freeman_tukey(at, total)) for at in (0.0, total))
    inside = np.clip(x, zero, one)
    sine, cosine = np.sin(2 * inside), np.cos(2 * inside)
    # His p = (1 - sign(c) sqrt(1 - g²)) / 2 keeps half of the digits at p = 1/2, where
    # g is 1; 1 - g has the factor c², and p near 0 (1 - p near 1) the factor g².
    g = sine - cosine**2 / sine / total
    root = np.abs(cosine) * np.sqrt((1 + g) * (1 / (1 + sine) + 1 / (sine * total)))
    nearer = g**2 / (2 * (1 + root))
    p = np.where(cosine >= 0, nearer, 1 - nearer)
    return np.asarray(np.where(x <= zero, 0.0, np.where(x >= one, 1.0, p)))


def freeman_tukey(events: Floats | float, total: Floats | float) -> Floats:
    """Transform a proportion: mean of two arcsine square roots."""
    first = np.arcsin(np.sqrt(np.asarray(events) / (total + 1.0)))
    second = np.arcsin(np.sqrt((np.asarray(events) + 1) / (total + 1.0)))
    return np.asarray((first + second) / 2)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a measure is computed from its checked vectors."""

    arguments: tuple[str, ...]
    compute: Callable[[Arrays], Pair]
    cells: Callable[[Arrays], tuple[Arrays, tuple[str, ...]]] | None = None
    """Lists the vectors that a zero-cell rule may add to, where there are any."""
    defined_at_zero: bool = False
    """Needs no addition, and has none unless it is asked for."""


def _arrays(
    measure: str, names: tuple[str, ...], data: Mapping[str, ArrayLike]
) -> dict[str, Floats]:
    for name in data:
        if name not in names:
            wanted = ", ".join(f"`{each}`" for each in names)
            raise ArgumentError(name, allowed=f"left out: `{measure}` takes {wanted}")
    for name in names:
        if name not in data:
            raise ArgumentError(name, allowed=f"given: `{measure}` needs it")
    arrays = {name: _column(measure, name, data[name]) for name in names}
    check.same_length(arrays)
    for side in ("", "a_", "b_"):
        if f"{side}events" in arrays and f"{side}total" in arrays:
            check.events_and_totals(
                f"{side}events",
                arrays[f"{side}events"],
                f"{side}total",
                arrays[f"{side}total"],
            )
    if measure in ("MD", "SMD", "SMDH", "ROM"):
        _means(measure, arrays)
    return arrays


def _means(measure: str, arrays: Arrays) -> None:
    """Refuse two groups without any spread, and a ratio of means that has no log."""
    flat = (arrays["a_sd"] == 0) & (arrays["b_sd"] == 0)
    if flat.any():
        allowed = "above 0 in at least one of the two groups"
        raise ArgumentError("a_sd", index=int(flat.argmax()), value=0, allowed=allowed)
    a, b = arrays["a_mean"], arrays["b_mean"]
    apart = np.sign(a) * np.sign(b) <= 0
    if measure == "ROM" and apart.any():
        i = int(apart.argmax())
        raise ArgumentError(
            "a_mean",
            index=i,
            value=f"{a[i]:g}",
            allowed=f"of the same sign as `b_mean[{i}]` ({b[i]:g}), and neither 0",
        )


def _column(measure: str, name: str, value: ArrayLike) -> Floats:
    kind = name.rsplit("_", maxsplit=1)[-1]
    if kind == "events":
        return check.vector_of_counts(name, value)
    if kind == "total":
        low = 4 if measure == "ZCOR" else 2 if measure in ("SMD", "SMDH") else 1
        return check.vector_of_counts(name, value, low=low)
    if kind == "sd":
        return check.vector(name, value, low=0.0)
    if kind in ("time", "variance"):
        return check.vector(name, value, low=0.0, open_low=True)
    if kind == "correlation":
        return check.vector(
            name, value, low=-1.0, high=1.0, open_low=True, open_high=True
        )
    return check.vector(name, value)


def _effects(measure: str, pair: Pair, arrays: Arrays) -> Effects:
    return Effects(
        estimate=pair[0],
        variance=pair[1],
        measure=measure,
        totals=arrays.get("total"),
    )


def _adjusted(
    cells: tuple[Arrays, tuple[str, ...]], rule: str, add: float
) -> tuple[dict[str, Floats], np.ndarray]:
    arrays, names = cells
    zero = np.zeros(arrays[names[0]].size, dtype=bool)
    for name in names:
        zero |= arrays[name] == 0
    chosen = {
        "only0": zero,
        "all": np.ones_like(zero),
        "if0all": np.full_like(zero, zero.any()),
        "none": np.zeros_like(zero),
    }[rule]
    extra = np.where(chosen, add, 0.0)
    return {
        name: array + extra if name in names else array
        for name, array in arrays.items()
    }, zero


def _defined(measure: str, y: Floats, v: Floats, zero: np.ndarray) -> None:
    bad = ~(np.isfinite(y) & np.isfinite(v) & (v > 0))
    if bad.any():
        i = int(np.argmax(bad))
        raise ArgumentError(
            "zero_cells",
            index=i,
            allowed=f"`only0`, `if0all` or `all` with `add` above 0: study {i} has a "
            f"zero cell, which leaves `{measure}` undefined",
        )


def _table_cells(x: Arrays) -> tuple[Arrays, tuple[str, ...]]:
    names = ("a", "b", "c", "d")
    a, b = x["a_events"], x["b_events"]
    cells = dict(zip(names, (a, b, x["a_total"] - a, x["b_total"] - b), strict=True))
    return cells, names


def _proportion_cells(x: Arrays) -> tuple[Arrays, tuple[str, ...]]:
    return {"a": x["events"], "c": x["total"] - x["events"]}, ("a", "c")


def _rate_cells(x: Arrays) -> tuple[Arrays, tuple[str, ...]]:
    return x, tuple(name for name in x if name.endswith("events"))


def _log_quotient(over: Floats, under: Floats) -> Floats:
    """Compute log(over / under), with all digits where the two are close."""
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = (over - under) / under
        near = np.log1p(excess)
        return np.asarray(np.where(np.abs(excess) < 0.5, near, np.log(over / under)))


def _rr(x: Arrays) -> Pair:
    a, b, c, d = x["a"], x["b"], x["c"], x["d"]
    n_a, n_b = a + c, b + d
    # 1/a - 1/n_a, without the cancellation
    return _log_quotient(a * n_b, b * n_a), c / (a * n_a) + d / (b * n_b)


def _or(x: Arrays) -> Pair:
    a, b, c, d = x["a"], x["b"], x["c"], x["d"]
    return _log_quotient(a * d, b * c), 1 / a + 1 / b + 1 / c + 1 / d


def _rd(x: Arrays) -> Pair:
    a, b, c, d = x["a"], x["b"], x["c"], x["d"]
    n_a, n_b = a + c, b + d
    # a / n_a - b / n_b, without the cancellation
    return (a * d - b * c) / (n_a * n_b), a * c / n_a**3 + b * d / n_b**3


def peto_terms(x: Arrays) -> Pair:
    """Compute observed minus expected events of group a, and their variance."""
    n_a, n_b = x["a"] + x["c"], x["b"] + x["d"]
    total, events = n_a + n_b, x["a"] + x["b"]
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = events * (total - events) / (total - 1)
    variance = n_a * n_b / total**2 * spread
    # a - n_a * events / total, without the cancellation
    return (x["a"] * n_b - x["b"] * n_a) / total, variance


def _peto(x: Arrays) -> Pair:
    difference, variance = peto_terms(x)
    return difference / variance, 1 / variance


def _as(x: Arrays) -> Pair:
    n_a, n_b = x["a"] + x["c"], x["b"] + x["d"]
    difference = np.arcsin(np.sqrt(x["a"] / n_a)) - np.arcsin(np.sqrt(x["b"] / n_b))
    return difference, 1 / (4 * n_a) + 1 / (4 * n_b)


def _pr(x: Arrays) -> Pair:
    n = x["a"] + x["c"]
    return x["a"] / n, x["a"] * x["c"] / n**3


def _pln(x: Arrays) -> Pair:
    n = x["a"] + x["c"]
    return _log_quotient(x["a"], n), x["c"] / (x["a"] * n)


def _plo(x: Arrays) -> Pair:
    return _log_quotient(x["a"], x["c"]), 1 / x["a"] + 1 / x["c"]


def _pas(x: Arrays) -> Pair:
    n = x["a"] + x["c"]
    return np.arcsin(np.sqrt(x["a"] / n)), 1 / (4 * n)


def _pft(x: Arrays) -> Pair:
    n = x["a"] + x["c"]
    return freeman_tukey(x["a"], n), 1 / (4 * n + 2)


def _md(x: Arrays) -> Pair:
    a, b = x["a_sd"] ** 2 / x["a_total"], x["b_sd"] ** 2 / x["b_total"]
    return x["a_mean"] - x["b_mean"], a + b


def hedges_correction(degrees_of_freedom: Floats) -> Floats:
    """Compute the exact factor that removes the bias of a standardised difference."""
    m = degrees_of_freedom
    log_ratio = special.gammaln(m / 2) - special.gammaln((m - 1) / 2)
    exact = np.exp(log_ratio) / np.sqrt(m / 2)
    # Above, the difference of log gammas loses more digits than the series does.
    series = 1 - 3 / (4 * m) - 7 / (32 * m**2) - 9 / (128 * m**3) + 59 / (2048 * m**4)
    return np.asarray(np.where(m < 500, exact, series))


def _smd(x: Arrays) -> Pair:
    n_a, n_b = x["a_total"], x["b_total"]
    m = n_a + n_b - 2
    pooled = ((n_a - 1) * x["a_sd"] ** 2 + (n_b - 1) * x["b_sd"] ** 2) / m
    g = hedges_correction(m) * (x["a_mean"] - x["b_mean"]) / np.sqrt(pooled)
    return g, 1 / n_a + 1 / n_b + g**2 / (2 * (n_a + n_b))


def _smdh(x: Arrays) -> Pair:
    m_a, m_b = x["a_total"] - 1, x["b_total"] - 1
    s_a, s_b = x["a_sd"] ** 2, x["b_sd"] ** 2
    s = (s_a + s_b) / 2
    correction = hedges_correction(m_a + m_b)
    g = correction * (x["a_mean"] - x["b_mean"]) / np.sqrt(s)
    spread = g**2 * (s_a**2 / m_a + s_b**2 / m_b) / (8 * s**2)
    return g, correction**2 * (spread + (s_a / s) / m_a + (s_b / s) / m_b)


def _rom(x: Arrays) -> Pair:
    a = x["a_sd"] ** 2 / (x["a_total"] * x["a_mean"] ** 2)
    b = x["b_sd"] ** 2 / (x["b_total"] * x["b_mean"] ** 2)
    return _log_quotient(x["a_mean"], x["b_mean"]), a + b


def _irr(x: Arrays) -> Pair:
    a, b = x["a_events"], x["b_events"]
    return _log_quotient(a * x["b_time"], b * x["a_time"]), 1 / a + 1 / b


def _ir(x: Arrays) -> Pair:
    return x["events"] / x["time"], x["events"] / x["time"] ** 2


def _irln(x: Arrays) -> Pair:
    return np.log(x["events"] / x["time"]), 1 / x["events"]


def _zcor(x: Arrays) -> Pair:
    return np.arctanh(x["correlation"]), 1 / (x["total"] - 3)


def _gen(x: Arrays) -> Pair:
    return x["estimate"], x["variance"]


_TABLE = ("a_events", "a_total", "b_events", "b_total")
_SINGLE = ("events", "total")
_MEANS = ("a_mean", "a_sd", "a_total", "b_mean", "b_sd", "b_total")
MEASURES: dict[str, Measure] = {
    "RR": Measure(_TABLE, _rr, _table_cells),
    "OR": Measure(_TABLE, _or, _table_cells),
    "RD": Measure(_TABLE, _rd, _table_cells),
    "PETO": Measure(_TABLE, _peto, _table_cells),
    "AS": Measure(_TABLE, _as, _table_cells, defined_at_zero=True),
    "PR": Measure(_SINGLE, _pr, _proportion_cells),
    "PLN": Measure(_SINGLE, _pln, _proportion_cells),
    "PLO": Measure(_SINGLE, _plo, _proportion_cells),
    "PAS": Measure(_SINGLE, _pas, _proportion_cells, defined_at_zero=True),
    "PFT": Measure(_SINGLE, _pft, _proportion_cells, defined_at_zero=True),
    "MD": Measure(_MEANS, _md),
    "SMD": Measure(_MEANS, _smd),
    "SMDH": Measure(_MEANS, _smdh),
    "ROM": Measure(_MEANS, _rom),
    "IRR": Measure(("a_events", "a_time", "b_events", "b_time"), _irr, _rate_cells),
    "IR": Measure(("events", "time"), _ir, _rate_cells),
    "IRLN": Measure(("events", "time"), _irln, _rate_cells),
    "ZCOR": Measure(("correlation", "total"), _zcor),
    "GEN": Measure(("estimate", "variance"), _gen),
}
BACK: dict[str, Callable[[Floats], Floats]] = {
    **dict.fromkeys(("RR", "OR", "PETO", "ROM", "IRR", "PLN", "IRLN"), np.exp),
    "PLO": special.expit,
    "PAS": lambda x: np.asarray(np.sin(np.clip(x, 0, np.pi / 2)) ** 2),
    "ZCOR": np.tanh,
}
