"""Data at the edge of what is allowed: a typed error or numbers, never a NaN.

Warnings are errors, so nothing here divides by zero or overflows on the way either.
"""

import dataclasses
import itertools
import math

import numpy as np
import pytest

from galleyproof import stats
from galleyproof.stats import ConvergenceError, Effects, StatisticsError, tau2

rng = np.random.default_rng(20)
WIDE = 10.0 ** rng.uniform(-10, 0, 12)
SETS = {
    "one": ([0.3], [0.1]),
    "two": ([0.3, 0.5], [0.1, 0.2]),
    "two alike": ([0.3, 0.3], [0.1, 0.1]),
    "three": ([0.3, 0.5, -0.2], [0.1, 0.2, 0.4]),
    "all zero": ([0.0] * 5, [0.1, 0.2, 0.3, 0.1, 0.2]),
    "all alike": ([0.7] * 5, [0.1] * 5),
    "one precision": ([0.1, 0.5, 0.3, 0.9, -0.2], [0.1] * 5),
    "huge heterogeneity": ([1e3, -1e3, 5e2, 0.0, 7e2, -3e2], [1e-3] * 6),
    "one outlier": ([0.1, 0.2, 0.15, 0.12, 1e6], [0.01] * 5),
    "ten orders": (rng.normal(size=12), WIDE),
    "ten orders, alike": ([0.5] * 12, WIDE),
    "smallest": (
        [1e-30, -2e-30, 0.0, 3e-30, 1e-30],
        [1e-60, 2e-60, 1e-60, 3e-60, 5e-60],
    ),
    "largest": ([1e30, -2e30, 0.0, 3e30, 1e30], [1e60, 2e59, 1e60, 3e59, 5e59]),
    "furthest": ([1e60, -1e60, 1e59, 5e59, -3e59], [1.0, 2.0, 1.0, 3.0, 0.5]),
}
METHODS = tau2.METHODS
CALLS = {
    **{
        f"pool {method}": lambda e, method=method: [
            stats.pool(e, method=method, test=test)
            for test in ("z", "t", "knha", "adhoc", "hybrid")
            if len(e) > 1 or test == "z"
        ]
        for method in METHODS
    },
    "pool riley": lambda e: stats.pool(e, prediction="riley"),
    "heterogeneity_interval": stats.heterogeneity_interval,
    "leave_one_out": stats.leave_one_out,
    "leave_one_out DL knha": lambda e: stats.leave_one_out(e, method="DL", test="knha"),
    "cumulative": stats.cumulative,
    "cumulative PM": lambda e: stats.cumulative(e, method="PM", test="adhoc"),
    "influence": stats.influence,
    "influence of a regression": lambda e: stats.influence(
        e, moderators=np.arange(len(e))
    ),
    "regress": lambda e: stats.regress(e, np.arange(len(e)) ** 2, test="knha"),
    "predict": lambda e: stats.predict(stats.regress(e, np.arange(len(e))), [1.0]),
    "subgroups": lambda e: stats.subgroups(
        e, ["a", "b"] * (len(e) // 2) + ["b"] * (len(e) % 2)
    ),
    "egger_test": stats.egger_test,
    "egger_test lm": lambda e: stats.egger_test(e, model="lm"),
    "begg_test": stats.begg_test,
    "trim_and_fill": stats.trim_and_fill,
    "trim_and_fill R0": lambda e: stats.trim_and_fill(e, estimator="R0"),
    "funnel": stats.funnel,
}


def numbers(result):
    """Yield every float of a result, whatever it is nested in."""
    if dataclasses.is_dataclass(result):
        for field in dataclasses.fields(result):
            yield from numbers(getattr(result, field.name))
    elif isinstance(result, list | tuple):
        for each in result:
            yield from numbers(each)
    elif isinstance(result, float | np.ndarray):
        yield from np.asarray(result, dtype=float).ravel().tolist()


def assert_no_nan(call):
    try:
        result = call()
    except StatisticsError:  # what they say is for `test_bad_input`
        return
    assert not any(map(math.isnan, numbers(result))), result


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("data", SETS)
def test_pools_have_no_nan(name, data):
    estimate, variance = SETS[data]
    effects = Effects(estimate=estimate, variance=variance, measure="GEN")
    assert_no_nan(lambda: CALLS[name](effects))


COUNTS = [(0, 1), (1, 1), (0, 30), (30, 30), (1, 30), (0, 10**9), (10**9 - 1, 10**9)]


@pytest.mark.parametrize(("a", "b"), list(itertools.product(COUNTS, COUNTS)))
def test_two_groups_have_no_nan(a, b):
    table = dict(
        zip(("a_events", "a_total", "b_events", "b_total"), a + b, strict=True)
    )
    small = max(a[1], b[1]) < 100
    for call in (
        *(
            lambda m=m: stats.risk_difference(**table, method=m)
            for m in (
                "newcombe",
                "newcombe-cc",
                "miettinen-nurminen",
                "agresti-caffo",
                "wald",
            )
        ),
        *(lambda m=m: stats.risk_ratio(**table, method=m) for m in ("katz", "koopman")),
        lambda: stats.odds_ratio(**table),
        lambda: stats.number_needed_to_treat(**table),
        lambda: stats.pearson_chi_square(**table),
        lambda: stats.pearson_chi_square(**table, correction=True),
        *(
            (lambda m=m: stats.odds_ratio(**table, method=m))
            for m in (("conditional", "conditional-mid-p") if small else ())
        ),
        *(
            [
                lambda: stats.fisher_exact(**table),
                lambda: stats.barnard_exact(**table),
                lambda: stats.boschloo_exact(**table),
            ]
            if small
            else []
        ),
        lambda: stats.mantel_haenszel(**{k: [v] for k, v in table.items()}),
        lambda: stats.mantel_haenszel(
            **{k: [v] for k, v in table.items()}, measure="OR"
        ),
        lambda: stats.mantel_haenszel(
            **{k: [v] for k, v in table.items()}, measure="RD"
        ),
        lambda: stats.peto(**{k: [v] for k, v in table.items()}),
        *(
            lambda m=m: stats.escalc(m, **{k: [v] for k, v in table.items()})
            for m in ("RR", "OR", "RD", "PETO", "AS")
        ),
        lambda: stats.pool_proportions(events=[a[0], b[0]], total=[a[1], b[1]]),
    ):
        assert_no_nan(call)


@pytest.mark.parametrize("level", [1e-9, 0.5, 1 - 1e-9])
@pytest.mark.parametrize(("events", "total"), COUNTS)
def test_single_proportions_have_no_nan(events, total, level):
    for method in stats.proportion.METHODS:
        assert_no_nan(
            lambda method=method: stats.proportion_intervals(
                events=[events], total=[total], level=level, method=method
            )
        )


def test_all_or_none_in_every_study_does_not_converge():
    with pytest.raises(ConvergenceError, match="did not converge") as caught:
        stats.pool_proportions(events=[0, 50, 0, 60], total=[50, 50, 60, 60])
    assert caught.value.what == "the binomial-normal model"
    assert "no finite maximum" in caught.value.hint
    assert caught.value.iterations > 0


def test_an_iteration_that_is_cut_short_says_so(monkeypatch):
    from galleyproof.stats import _estimating, _panels, bias

    effects = Effects(
        estimate=[0.3, 0.9, -0.8, 0.1], variance=[0.01, 0.04, 0.02, 0.03], measure="GEN"
    )
    monkeypatch.setattr(_estimating, "MAX_ITERATIONS", 1)
    monkeypatch.setattr(_panels, "MAX_PANELS", 1)
    monkeypatch.setattr(bias, "MAX_ROUNDS", 0)
    for call in (
        stats.pool,
        stats.heterogeneity_interval,
        stats.leave_one_out,
        stats.cumulative,
        lambda e: stats.trim_and_fill(e, method="CE"),
    ):
        with pytest.raises(ConvergenceError, match="did not converge in"):
            call(effects)


def test_the_first_studies_alike_have_no_spread_before_another_comes():
    given = Effects(
        estimate=np.array([256.3, 256.3, 256.3, -125.1]),
        variance=np.array([163_932.6, 79_266.5, 3514.4, 811.0]),
        measure="GEN",
    )
    found = stats.cumulative(given, method="SJ", test="knha")
    assert found.q[:3].tolist() == [0, 0, 0]
    assert found.tau2[:3].tolist() == [0, 0, 0]
    assert found.standard_error[1:3].tolist() == [0, 0]
    assert found.p[1:3].tolist() == [0, 0]
    assert found.q[3] > 0
