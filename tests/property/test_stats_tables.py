"""Pooled tables and the binomial-normal model: symmetry, limits, the likelihood."""

import math

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from galleyproof.stats import (
    ArgumentError,
    ConvergenceError,
    escalc,
    mantel_haenszel,
    odds_ratio,
    peto,
    pool_proportions,
    risk_difference,
    risk_ratio,
)

some = settings(max_examples=60, deadline=None)
few = settings(max_examples=25, deadline=None)
arms = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
studies = st.lists(st.tuples(arms, arms), min_size=1, max_size=6)
measures = st.sampled_from(["RR", "OR", "RD", "PETO"])


def columns(rows):
    (a, n_a), (b, n_b) = np.array(rows).transpose(1, 2, 0)
    return {"a_events": a, "a_total": n_a, "b_events": b, "b_total": n_b}


def pooled(rows, measure, **options):
    """Pool, or skip tables that leave a ratio without a finite value."""
    try:
        if measure == "PETO":
            return peto(**columns(rows), **options)
        return mantel_haenszel(**columns(rows), measure=measure, **options)
    except ArgumentError:
        # Then nobody in a group, or nobody without, had the event in some study.
        assert any(x in (0, n) for row in rows for x, n in row)
        assume(False)


def swapped(rows):
    return [(b, a) for a, b in rows]


def complement(rows):
    return [tuple((n - x, n) for x, n in row) for row in rows]


def near(value, scale=1.0):
    return pytest.approx(value, rel=1e-9, abs=1e-12 * scale)


@given(studies, measures)
@some
def test_groups_and_outcome(rows, measure):
    found = pooled(rows, measure)
    other = pooled(swapped(rows), measure)
    assert (other.estimate, other.standard_error) == (
        near(-found.estimate),
        near(found.standard_error),
    )
    assert (other.ci_low, other.ci_high) == (near(-found.ci_high), near(-found.ci_low))
    assert other.q == near(found.q, 1 + found.q)
    assert other.association == (found.association and near(found.association))
    if measure != "RR":
        other = pooled(complement(rows), measure)
        assert other.estimate == near(-found.estimate)
        assert other.standard_error == near(found.standard_error)


@given(studies, measures, st.randoms(use_true_random=False))
@some
def test_order_of_studies(rows, measure, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    found, other = pooled(rows, measure), pooled([rows[i] for i in order], measure)
    for name in ("estimate", "standard_error", "q", "p"):
        assert getattr(other, name) == near(getattr(found, name))
    np.testing.assert_allclose(other.weights, found.weights[order], atol=1e-12)
    assert found.weights.sum() == near(1)


@given(studies, measures)
@some
def test_pool_lies_within_the_studies(rows, measure):
    """A weighted mean of the ratios, or of the differences, of the studies."""
    found = pooled(rows, measure)
    counted = found.weights > 0
    a, n_a, b, n_b = (v[counted].astype(float) for v in columns(rows).values())
    with np.errstate(divide="ignore", invalid="ignore"):
        own = {
            "RR": np.log(a / n_a) - np.log(b / n_b),
            "OR": np.log(a / (n_a - a)) - np.log(b / (n_b - b)),
            "RD": a / n_a - b / n_b,
            "PETO": (a - n_a * (a + b) / (n_a + n_b)) / variance(a, n_a, b, n_b),
        }[measure]
    assume(counted.all() or measure == "PETO")
    assume(not np.isnan(own).any())
    assert own.min() - 1e-9 <= found.estimate <= own.max() + 1e-9


def variance(a, n_a, b, n_b):
    total, events = n_a + n_b, a + b
    return n_a * n_b * events * (total - events) / total**2 / (total - 1)


@pytest.mark.parametrize(
    ("measure", "rows"),
    [
        ("RD", [((0, 5), (0, 9))]),
        ("RD", [((5, 5), (0, 9)), ((3, 3), (0, 7))]),
        ("RR", [((5, 5), (9, 9)), ((3, 3), (7, 7))]),
        ("RR", [((5, 5), (9, 9)), ((0, 3), (0, 7))]),
    ],
)
def test_tables_without_an_error_are_refused(measure, rows):
    """They once divided by zero."""
    with pytest.raises(ArgumentError, match="both events and non-events"):
        mantel_haenszel(**columns(rows), measure=measure)


@given(arms, arms)
@some
def test_one_study_is_its_own_pool(a, b):
    rows = [(a, b)]
    counts = dict(zip(columns(rows), (*a, *b), strict=True))
    inside = 0 < a[0] < a[1] and 0 < b[0] < b[1]
    assume(inside)
    for measure, own in (("RR", risk_ratio), ("OR", odds_ratio)):
        alone, found = own(**counts), pooled(rows, measure)
        limits = [math.log(x) for x in (alone.low, alone.estimate, alone.high)]
        # Robins, Breslow and Greenland's variance of one table is Woolf's, and
        # Greenland and Robins's is Katz's.
        assert [found.ci_low, found.estimate, found.ci_high] == near(limits)
        assert found.q == near(0)
    wald = risk_difference(**counts, method="wald")
    found = pooled(rows, "RD")
    assert found.estimate == near(wald.estimate)
    own = escalc("PETO", **columns(rows))
    found = pooled(rows, "PETO")
    assert (found.estimate, found.standard_error) == (
        near(own.estimate[0]),
        near(math.sqrt(own.variance[0])),
    )


@given(studies, measures)
@some
def test_a_study_twice_has_twice_the_weight(rows, measure):
    """Doubling every study leaves the estimate and halves the variance."""
    found, other = pooled(rows, measure), pooled(rows + rows, measure)
    assert other.estimate == near(found.estimate)
    assert other.standard_error == near(found.standard_error / math.sqrt(2))
    if found.studies_in_q > 1:  # one alone has no heterogeneity, as in metafor
        assert other.q == near(2 * found.q, 1 + found.q)
    assert other.ci_low <= other.estimate <= other.ci_high
    wide = pooled(rows, measure, level=0.99)
    assert wide.ci_low <= found.ci_low <= found.ci_high <= wide.ci_high
    if found.q_df:
        expected = max(0.0, 100 * (found.q - found.q_df) / found.q) if found.q else 0
        assert found.i2 == near(expected)
        assert found.h2 == near(found.q / found.q_df)


single = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
proportions = st.lists(single, min_size=2, max_size=6).filter(
    lambda rows: 0 < sum(x for x, _ in rows) < sum(n for _, n in rows)
)


def fitted(rows, **options):
    x, n = zip(*rows, strict=True)
    try:
        return pool_proportions(events=x, total=n, **options)
    except ConvergenceError:
        # Every study has all events or none: the likelihood rises without end.
        assert all(each in (0, size) for each, size in rows)
        assume(False)


@given(proportions, st.randoms(use_true_random=False))
@few
def test_model_ignores_order_and_reflects_the_outcome(rows, random):
    found = fitted(rows)
    order = list(rows)
    random.shuffle(order)
    for other, sign in (
        (fitted(order), 1),
        (fitted([(n - x, n) for x, n in rows]), -1),
    ):
        # Where the likelihood is flat its maximum is found to the root of its digits.
        assert other.estimate == pytest.approx(
            sign * found.estimate, rel=1e-6, abs=1e-6
        )
        assert other.tau2 == pytest.approx(found.tau2, rel=1e-5, abs=1e-7)
        assert other.log_likelihood == pytest.approx(found.log_likelihood, rel=1e-10)
        assert other.q_lrt == pytest.approx(found.q_lrt, rel=1e-9, abs=1e-9)
        assert other.q_wald == pytest.approx(found.q_wald, rel=1e-9, abs=1e-9)


def log_likelihood(rows, mu, tau):
    """Integrate each study's binomial over its normal log odds, by quadrature."""
    total = 0.0
    for x, n in rows:

        def integrand(u, x=x, n=n):
            eta = mu + tau * u
            log_choose = -special.betaln(x + 1, n - x + 1) - math.log1p(n)
            log_p = log_choose + x * eta - n * np.logaddexp(0, eta)
            return math.exp(log_p - u * u / 2) / math.sqrt(2 * math.pi)

        total += math.log(integrate.quad(integrand, -9, 9, epsabs=0, limit=200)[0])
    return total


@given(proportions)
@settings(max_examples=15, deadline=None)
def test_model_is_at_the_top_of_its_likelihood(rows):
    found = fitted(rows)
    assume(found.tau2 < 100)
    tau = math.sqrt(found.tau2)
    top = log_likelihood(rows, found.estimate, tau)
    assert found.log_likelihood == pytest.approx(top, rel=1e-7)
    for mu_step, tau_step in ((0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05)):
        aside = log_likelihood(rows, found.estimate + mu_step, abs(tau + tau_step))
        assert aside <= top + 1e-8
    assert found.log_likelihood_common <= found.log_likelihood + 1e-10


@given(proportions)
@example([(1, 2), (3, 26)])
@example([(1, 4), (49, 50)])
@few
def test_common_proportion_is_all_events_over_all_persons(rows):
    found = fitted(rows, method="CE")
    x, n = (sum(each) for each in zip(*rows, strict=True))
    assert found.proportion == near(x / n)
    assert found.standard_error == near(math.sqrt(1 / x + 1 / (n - x)))
    assert (found.tau2, found.i2) == (0, 0)
    random = fitted(rows)
    assert random.log_likelihood_common == near(found.log_likelihood)
    assert random.prediction_low <= random.ci_low <= random.estimate
    assert random.estimate <= random.ci_high <= random.prediction_high
    wide = fitted(rows, level=0.99)
    assert wide.ci_low <= random.ci_low
    assert random.ci_high <= wide.ci_high
    by_t = fitted(rows, test="t")
    assert by_t.ci_low <= random.ci_low
    # Studies that agree better than chance leave no heterogeneity.
    if random.q_lrt < 1e-9:
        assert random.tau2 == 0


@given(proportions)
@few
def test_heterogeneity_tests_are_those_of_a_table(rows):
    """Likelihood ratio of k proportions against one, and Wald's from the log odds."""
    found = fitted(rows, method="CE")
    x, n = (np.array(each, dtype=float) for each in zip(*rows, strict=True))
    p = x.sum() / n.sum()
    own = special.xlogy(x, x / n) + special.xlogy(n - x, (n - x) / n)
    one = special.xlogy(x, p) + special.xlogy(n - x, 1 - p)
    assert found.q_lrt == pytest.approx(2 * (own - one).sum(), rel=1e-9, abs=1e-9)
    assert found.q_df == len(rows) - 1
