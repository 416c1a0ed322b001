"""The public names for type checkers; `__init__.py` looks them up on first use."""

from galleyproof.stats.bias import (
    AsymmetryTest,
    Funnel,
    TrimFill,
    begg_test,
    egger_test,
    funnel,
    trim_and_fill,
)
from galleyproof.stats.contingency import (
    fisher_exact,
    minimum_expected_count,
    pearson_chi_square,
)
from galleyproof.stats.deletion import (
    Influence,
    influence,
)
from galleyproof.stats.effect_size import (
    MEASURES,
    back_transform,
    escalc,
)
from galleyproof.stats.effects import (
    Effects,
)
from galleyproof.stats.errors import (
    ArgumentError,
    ConvergenceError,
    StatisticsError,
)
from galleyproof.stats.glmm import (
    PooledProportion,
    pool_proportions,
)
from galleyproof.stats.grouping import (
    Subgroups,
    subgroups,
)
from galleyproof.stats.heterogeneity import (
    HeterogeneityInterval,
    heterogeneity_interval,
)
from galleyproof.stats.pooling import (
    Pooled,
    pool,
)
from galleyproof.stats.proportion import (
    agresti_coull_interval,
    clopper_pearson_interval,
    jeffreys_interval,
    mid_p_interval,
    proportion_intervals,
    wald_interval,
    wilson_corrected_interval,
    wilson_interval,
)
from galleyproof.stats.recheck import (
    Association,
    ConsistencyCheck,
    Debit,
    Fall,
    Grim,
    Grimmer,
    PCheck,
    Relation,
    ShareBound,
    TestedP,
    check_interval,
    debit,
    falls,
    grim,
    grimmer,
    recheck_p,
    share_bound,
)
from galleyproof.stats.reconstruction import (
    Bound,
    Counts,
    Extent,
    Known,
    Percentage,
    PrintedP,
    Reconstruction,
    Rounding,
    Searched,
    Statement,
    Strata,
    Subgroup,
    Sum,
    Verdict,
    reconstruct,
)
from galleyproof.stats.regression import (
    Predictions,
    Regression,
    predict,
    regress,
)
from galleyproof.stats.results import (
    Comparison,
    Interval,
    Intervals,
    NumberNeeded,
    TestResult,
)
from galleyproof.stats.sensitivity import (
    PooledSeries,
    cumulative,
    leave_one_out,
)
from galleyproof.stats.tables import (
    PooledTables,
    mantel_haenszel,
    peto,
)
from galleyproof.stats.two_proportions import (
    number_needed_to_treat,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from galleyproof.stats.unconditional import (
    barnard_exact,
    boschloo_exact,
)

__all__ = [
    "MEASURES",
    "ArgumentError",
    "Association",
    "AsymmetryTest",
    "Bound",
    "Comparison",
    "ConsistencyCheck",
    "ConvergenceError",
    "Counts",
    "Debit",
    "Effects",
    "Extent",
    "Fall",
    "Funnel",
    "Grim",
    "Grimmer",
    "HeterogeneityInterval",
    "Influence",
    "Interval",
    "Intervals",
    "Known",
    "NumberNeeded",
    "PCheck",
    "Percentage",
    "Pooled",
    "PooledProportion",
    "PooledSeries",
    "PooledTables",
    "Predictions",
    "PrintedP",
    "Reconstruction",
    "Regression",
    "Relation",
    "Rounding",
    "Searched",
    "ShareBound",
    "Statement",
    "StatisticsError",
    "Strata",
    "Subgroup",
    "Subgroups",
    "Sum",
    "TestResult",
    "TestedP",
    "TrimFill",
    "Verdict",
    "agresti_coull_interval",
    "back_transform",
    "barnard_exact",
    "begg_test",
    "boschloo_exact",
    "check_interval",
    "clopper_pearson_interval",
    "cumulative",
    "debit",
    "egger_test",
    "escalc",
    "falls",
    "fisher_exact",
    "funnel",
    "grim",
    "grimmer",
    "heterogeneity_interval",
    "influence",
    "jeffreys_interval",
    "leave_one_out",
    "mantel_haenszel",
    "mid_p_interval",
    "minimum_expected_count",
    "number_needed_to_treat",
    "odds_ratio",
    "pearson_chi_square",
    "peto",
    "pool",
    "pool_proportions",
    "predict",
    "proportion_intervals",
    "recheck_p",
    "reconstruct",
    "regress",
    "risk_difference",
    "risk_ratio",
    "share_bound",
    "subgroups",
    "trim_and_fill",
    "wald_interval",
    "wilson_corrected_interval",
    "wilson_interval",
]
