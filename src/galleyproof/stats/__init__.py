"""Evidence statistics: pure functions over numpy arrays, typed results.

Follows the conventions of R's metafor; `tests/oracles/` holds where agreement has been
measured. Usable without the rest of galleyproof. Names are looked up on first use:
`import galleyproof.stats` costs nothing, and scipy is imported only by what needs it.
"""

from __future__ import annotations

from importlib import import_module

_HOME = {
    "proportion": (
        "agresti_coull_interval",
        "clopper_pearson_interval",
        "jeffreys_interval",
        "mid_p_interval",
        "proportion_intervals",
        "wald_interval",
        "wilson_corrected_interval",
        "wilson_interval",
    ),
    "two_proportions": (
        "number_needed_to_treat",
        "odds_ratio",
        "risk_difference",
        "risk_ratio",
    ),
    "contingency": (
        "fisher_exact",
        "minimum_expected_count",
        "pearson_chi_square",
    ),
    "unconditional": ("barnard_exact", "boschloo_exact"),
    "effect_size": ("MEASURES", "back_transform", "escalc"),
    "effects": ("Effects",),
    "glmm": ("PooledProportion", "pool_proportions"),
    "tables": ("PooledTables", "mantel_haenszel", "peto"),
    "heterogeneity": ("HeterogeneityInterval", "heterogeneity_interval"),
    "regression": ("Predictions", "Regression", "predict", "regress"),
    "grouping": ("Subgroups", "subgroups"),
    "pooling": ("Pooled", "pool"),
    "bias": (
        "AsymmetryTest",
        "Funnel",
        "TrimFill",
        "begg_test",
        "egger_test",
        "funnel",
        "trim_and_fill",
    ),
    "deletion": ("Influence", "influence"),
    "sensitivity": ("PooledSeries", "cumulative", "leave_one_out"),
    "reconstruction": (
        "Bound",
        "Counts",
        "Extent",
        "Known",
        "Percentage",
        "PrintedP",
        "Reconstruction",
        "Rounding",
        "Searched",
        "Statement",
        "Strata",
        "Subgroup",
        "Sum",
        "Verdict",
        "reconstruct",
    ),
    "recheck": (
        "Association",
        "ConsistencyCheck",
        "Debit",
        "Fall",
        "Grim",
        "Grimmer",
        "PCheck",
        "Relation",
        "ShareBound",
        "Statistic",
        "StatisticCheck",
        "TestedP",
        "check_interval",
        "debit",
        "falls",
        "grim",
        "grimmer",
        "recheck_p",
        "recheck_statistic",
        "share_bound",
    ),
    "results": ("Comparison", "Interval", "Intervals", "NumberNeeded", "TestResult"),
    "errors": ("ArgumentError", "ConvergenceError", "StatisticsError"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}
__all__ = sorted(_MODULE_OF)  # noqa: PLE0605


def __getattr__(name: str) -> object:
    """Import the module of a public name on first use."""
    if name in _MODULE_OF:
        return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
