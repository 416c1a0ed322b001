"""Printed results checked against arithmetic: what can, and what cannot, be right.

`p_values` finds the tests that give a printed p, `granularity` asks whether means and
standard deviations of whole numbers can be what was printed, `consistency` compares
estimate, interval, standard error and p of one result, `cumulative` looks at rates over
time, `statistic` gives the p of a printed test statistic. Each compares the printed
digits with everything that they can stand for.
"""

from galleyproof.stats.recheck.consistency import (
    ConsistencyCheck,
    Relation,
    check_interval,
)
from galleyproof.stats.recheck.cumulative import (
    Fall,
    ShareBound,
    falls,
    share_bound,
)
from galleyproof.stats.recheck.granularity import (
    Debit,
    Grim,
    Grimmer,
    debit,
    grim,
    grimmer,
)
from galleyproof.stats.recheck.p_values import (
    USUAL_TESTS,
    Association,
    PCheck,
    TestedP,
    recheck_p,
)
from galleyproof.stats.recheck.statistic import (
    Statistic,
    StatisticCheck,
    recheck_statistic,
)

__all__ = [
    "USUAL_TESTS",
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
]
