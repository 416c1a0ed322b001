"""Differences and ratios of two proportions: symmetric, nested, dual to tests."""

import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from galleyproof.stats import (
    ArgumentError,
    fisher_exact,
    number_needed_to_treat,
    odds_ratio,
    risk_difference,
    risk_ratio,
)

DIFFERENCES = ("newcombe", "newcombe-cc", "miettinen-nurminen", "agresti-caffo", "wald")
RATIOS = {
    "katz": risk_ratio,
    "koopman": risk_ratio,
    "woolf": odds_ratio,
    "conditional": odds_ratio,
    "conditional-mid-p": odds_ratio,
}
levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99])
some = settings(max_examples=60, deadline=None)


def arm(sizes):
    return st.sampled_from(sizes).flatmap(
        lambda n: st.tuples(
            st.one_of(st.sampled_from([0, 1, n - 1, n]), st.integers(0, n)), st.just(n)
        )
    )


SIZES = [1, 2, 5, 12, 60, 1000]
tables = st.tuples(arm(SIZES), arm(SIZES))
large_tables = st.tuples(arm([30, 10**4, 10**6]), arm([50, 10**5, 10**6]))


def counts(table):
    (a, n_a), (b, n_b) = table
    return {"a_events": a, "a_total": n_a, "b_events": b, "b_total": n_b}


def swapped(table):
    return table[1], table[0]


def complement(table):
    return tuple((n - x, n) for x, n in table)


def difference(table, method, level=0.95):
    found = risk_difference(**counts(table), method=method, level=level)
    return found.low, found.estimate, found.high


def ratio(table, method, level=0.95):
    """Give limits and estimate, or skip a table that leaves the ratio undefined."""
    try:
        found = RATIOS[method](**counts(table), method=method, level=level)
    except ArgumentError:
        (a, n_a), (b, n_b) = table
        assert a + b == 0 or (method != "koopman" and a + b == n_a + n_b)
        assume(False)
    return found.low, found.estimate, found.high


def inverse(value):
    return math.inf if value == 0 else 1 / value


def near(value):
    return pytest.approx(value, rel=1e-9, abs=1e-13)


@given(st.one_of(tables, large_tables), st.sampled_from(DIFFERENCES), levels)
@some
def test_difference_changes_sign_with_the_groups_and_with_the_outcome(t, method, level):
    low, estimate, high = difference(t, method, level)
    assert -1 <= low <= high <= 1
    # Its centre is that of the table with one event and one non-event added.
    assert method == "agresti-caffo" or low <= estimate <= high
    for other in (swapped(t), complement(t)):
        assert difference(other, method, level) == near((-high, -estimate, -low))


@given(tables, st.sampled_from(sorted(RATIOS)), levels)
@some
def test_ratio_inverts_with_the_groups(t, method, level):
    low, estimate, high = ratio(t, method, level)
    assert 0 <= low <= estimate <= high
    found = ratio(swapped(t), method, level)
    assert found == near((inverse(high), inverse(estimate), inverse(low)))
    if RATIOS[method] is odds_ratio:
        assert ratio(complement(t), method, level) == near(found)


@given(large_tables, levels)
@example(((89_363, 89_363), (72_975, 72_975)), 0.95)
@some
def test_score_interval_of_a_ratio_among_a_million(t, level):
    low, estimate, high = ratio(t, "koopman", level)
    found = ratio(swapped(t), "koopman", level)
    expected = inverse(high), inverse(estimate), inverse(low)
    assert found == pytest.approx(expected, rel=1e-12, abs=0)


@given(tables, st.sampled_from(DIFFERENCES), levels, levels)
@some
def test_differences_are_nested_in_level(t, method, one, other):
    narrow, wide = (difference(t, method, each) for each in sorted((one, other)))
    assert wide[0] <= narrow[0] + 1e-13
    assert narrow[2] <= wide[2] + 1e-13


@given(tables, st.sampled_from(sorted(RATIOS)), levels, levels)
@some
def test_ratios_are_nested_in_level(t, method, one, other):
    narrow, wide = (ratio(t, method, each) for each in sorted((one, other)))
    assert wide[0] <= narrow[0] * (1 + 1e-12)
    assert narrow[2] <= wide[2] * (1 + 1e-12)


@given(tables, st.sampled_from(["newcombe", "newcombe-cc", "miettinen-nurminen"]))
@some
def test_difference_rises_with_the_events_of_a(t, method):
    (a, n_a), b = t
    assume(a < n_a)
    here, there = difference(t, method), difference(((a + 1, n_a), b), method)
    assert all(x <= y + 1e-12 for x, y in zip(here, there, strict=True))


@given(tables, st.sampled_from(["koopman", "conditional", "conditional-mid-p"]))
@some
def test_ratio_rises_with_the_events_of_a(t, method):
    (a, n_a), b = t
    assume(a < n_a)
    here, there = ratio(t, method), ratio(((a + 1, n_a), b), method)
    assert all(x <= y * (1 + 1e-12) for x, y in zip(here, there, strict=True))


@given(tables, levels)
@some
def test_exact_odds_ratio_ends_where_fisher_rejects(t, level):
    """The limits are where a one-sided exact test of that odds ratio has p = alpha/2.

    At an odds ratio of 1 that test is Fisher's.
    """
    (a, n_a), (b, n_b) = t
    assume(0 < a + b < n_a + n_b)
    found = counts(t)
    low, _, high = ratio(t, "conditional", level)
    greater = fisher_exact(**found, alternative="greater").p
    less = fisher_exact(**found, alternative="less").p
    tail = (1 - level) / 2
    assume(abs(greater - tail) > 1e-9 and abs(less - tail) > 1e-9)
    assert (low > 1) == (greater < tail)
    assert (high < 1) == (less < tail)
    if low > 0:
        assert above(t, low, lambda x: x >= a) == pytest.approx(tail, rel=1e-9)
    if high < math.inf:
        assert above(t, high, lambda x: x <= a) == pytest.approx(tail, rel=1e-9)


def above(t, odds_ratio, wanted):
    """Probability of tables with the same margins, by binomial coefficients."""
    (a, n_a), (b, n_b) = t
    support = range(max(0, a + b - n_b), min(a + b, n_a) + 1)
    logs = {
        x: math.log(math.comb(n_a, x) * math.comb(n_b, a + b - x))
        + x * math.log(odds_ratio)
        for x in support
    }
    top = max(logs.values())
    weights = {x: math.exp(value - top) for x, value in logs.items()}
    part = math.fsum(w for x, w in weights.items() if wanted(x))
    return part / math.fsum(weights.values())


@given(tables)
@some
def test_mid_p_odds_ratio_lies_within_the_exact_one(t):
    outer, inner = ratio(t, "conditional"), ratio(t, "conditional-mid-p")
    assert outer[0] <= inner[0] * (1 + 1e-12)
    assert inner[2] <= outer[2] * (1 + 1e-12)
    assert outer[1] == inner[1]


@given(st.one_of(tables, large_tables))
@example(((0, 668_462), (1, 167_856)))
@example(((89_363, 89_363), (72_975, 72_975)))
@settings(max_examples=30, deadline=None)
def test_miettinen_nurminen_ends_where_its_score_is_the_quantile(t):
    """In decimals of fifty digits, and by halving, which shares nothing with the cubic.

    A million patients with one event once cost four of its digits.
    """
    low, _, high = difference(t, "miettinen-nurminen")
    for limit, target in ((low, 1.959963984540054), (high, -1.959963984540054)):
        if -1 < limit < 1:
            assert score_statistic(t, limit) == pytest.approx(target, rel=1e-7)


def score_statistic(t, limit):
    with localcontext() as context:
        context.prec = 50
        (a, n_a), (b, n_b) = ((Decimal(x), Decimal(n)) for x, n in t)
        d = Decimal(limit)

        def term(x, p):
            return x / p if x else Decimal(0)

        def slope(p):
            ups = term(a, p) + term(b, p - d)
            return ups - term(n_a - a, 1 - p) - term(n_b - b, 1 - p + d)

        left, right = max(d, Decimal(0)), min(Decimal(1), 1 + d)
        for _ in range(120):
            middle = (left + right) / 2
            left, right = (middle, right) if slope(middle) > 0 else (left, middle)
        p_a, p_b = left, left - d
        variance = p_a * (1 - p_a) / n_a + p_b * (1 - p_b) / n_b
        variance *= (n_a + n_b) / (n_a + n_b - 1)
        return float((a / n_a - b / n_b - d) / variance.sqrt())


@given(large_tables)
@some
def test_zero_cell_rules_of_ratios(t):
    """`only0` corrects where a cell is 0, `none` refuses where that is undefined."""
    (a, n_a), (b, n_b) = t
    cells = (a, b, n_a - a, n_b - b)
    for function, method in ((risk_ratio, "katz"), (odds_ratio, "woolf")):
        found = function(**counts(t), method=method)
        assert found.corrected == (0 in cells)
        always = function(**counts(t), method=method, zero_cells="all")
        assert always.corrected
        if found.corrected:
            assert found == always
        refused = 0 in cells[:2] or cells[2] == cells[3] == 0
        if method == "woolf":
            refused = 0 in cells
        if refused:
            with pytest.raises(ArgumentError):
                function(**counts(t), method=method, zero_cells="none")
        else:
            plain = function(**counts(t), method=method, zero_cells="none")
            assert plain.low < plain.estimate < plain.high


@given(tables, levels)
@some
def test_ratio_methods_are_symmetric_on_the_log_scale(t, level):
    for method in ("katz", "woolf"):
        low, estimate, high = ratio(t, method, level)
        assert low * high == pytest.approx(estimate**2, rel=1e-12)


@given(tables, st.sampled_from(DIFFERENCES), levels, st.floats(-1, 1))
@some
def test_number_needed_holds_what_the_difference_holds(t, method, level, d):
    """A true difference d is in one interval if and only if 1/d is in the other."""
    assume(abs(d) > 1e-9)
    found = number_needed_to_treat(**counts(t), method=method, level=level)
    low, estimate, high = difference(t, method, level)
    assert found.estimate == inverse(estimate)
    assume(min(abs(d - low), abs(d - high)) > 1e-9)
    if found.through_infinity:
        held = 1 / d >= found.low or 1 / d <= found.high
    else:
        held = found.low <= 1 / d <= found.high
    assert held == (low <= d <= high)


def test_number_needed_where_a_limit_is_no_difference():
    """A limit of 0 is infinity on the side from which it is approached."""
    both = number_needed_to_treat(
        a_events=0, a_total=9, b_events=0, b_total=9, method="wald"
    )
    assert (both.low, both.high, both.through_infinity) == (math.inf, -math.inf, False)
    all_or_none = {"a_total": 9, "b_total": 9, "method": "wald"}
    harm = number_needed_to_treat(a_events=9, b_events=0, **all_or_none)
    assert (harm.low, harm.estimate, harm.high) == (1, 1, 1)
    benefit = number_needed_to_treat(a_events=0, b_events=9, **all_or_none)
    assert (benefit.low, benefit.estimate, benefit.high) == (-1, -1, -1)
