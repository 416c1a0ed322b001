"""What was really computed and really rounded is never called wrong."""

import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as reference

from galleyproof.stats import (
    Association,
    Rounding,
    check_interval,
    falls,
    recheck_p,
)
from galleyproof.stats.printed import read_printed

DECIMAL = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.TRUNCATE: ROUND_DOWN,
}
some = settings(max_examples=80, deadline=None)
decimals_ = st.integers(0, 4)
roundings = st.sampled_from(list(Rounding))


def printed(value, decimals, rounding=Rounding.HALF_UP):
    exact = Decimal(value) if isinstance(value, float) else value
    return str(exact.quantize(Decimal(1).scaleb(-decimals), DECIMAL[rounding]))


@given(st.integers(-(10**7), 10**7), decimals_, roundings)
@some
def test_a_printed_number_stands_for_what_would_be_printed_like_it(n, places, rounding):
    value = Decimal(n).scaleb(-6)
    text = printed(value, places, rounding)
    assume(Decimal(text) != 0 or not text.startswith("-"))
    range_ = read_printed("x", text).range(rounding)
    assert Fraction(value) in range_
    # And for nothing else: what lies outside is printed in another way.
    for step in (-2, -1, 1, 2):
        other = value + step * Decimal(1).scaleb(-places) / 2
        same = Decimal(printed(other, places, rounding)) == Decimal(text)
        assert (Fraction(other) in range_) == same


@given(
    estimate=st.floats(-5, 5),
    error=st.floats(0.01, 3),
    places=st.integers(2, 4),
    level=st.sampled_from([0.9, 0.95, 0.99]),
    scale=st.sampled_from(["identity", "log"]),
    df=st.one_of(st.none(), st.integers(2, 60)),
)
@some
def test_a_real_result_is_consistent(*, estimate, error, places, level, scale, df):
    """Estimate, interval, standard error and p of one analysis, each rounded."""
    law = reference.norm if df is None else reference.t(df)
    half = float(law.isf((1 - level) / 2)) * error
    p = 2 * float(law.sf(abs(estimate) / error))
    back = math.exp if scale == "log" else float
    values = [back(x) for x in (estimate, estimate - half, estimate + half)]
    texts = [printed(float(x), places) for x in values]
    assume(scale == "identity" or all(Decimal(text) > 0 for text in texts))
    found = check_interval(
        estimate=texts[0],
        low=texts[1],
        high=texts[2],
        standard_error=printed(float(error), places),
        p=printed(p, 4),
        level=level,
        scale=scale,
        degrees_of_freedom=df,
    )
    assert found.consistent, found.broken


@given(st.integers(-300, 300), st.integers(20, 300), st.sampled_from([-1, 1]))
@some
def test_an_estimate_beside_the_middle_is_found(hundredths, half, side):
    """Off by a fiftieth: rounding to two decimals explains one hundredth at most."""
    low, high = hundredths - half, hundredths + half
    estimate = hundredths + 2 * side
    texts = [f"{x / 100:.2f}" for x in (estimate, low, high)]
    found = check_interval(estimate=texts[0], low=texts[1], high=texts[2])
    assert [one.name for one in found.broken] == ["symmetry"]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8), decimals_, roundings)
@some
def test_real_cumulative_rates_do_not_fall(hundredths, places, rounding):
    rates = [Decimal(each) / 100 for each in sorted(hundredths)]
    texts = [printed(rate, places, rounding) for rate in rates]
    assert falls(texts, rounding=rounding) == ()


@given(
    st.lists(st.integers(0, 1000), min_size=2, max_size=8),
    roundings,
)
@some
def test_a_rate_that_falls_is_found(tenths, rounding):
    """Each that lies below an earlier one by more than the last digit, and no other."""
    texts = [f"{each / 10:.1f}" for each in tenths]
    found = {fall.later for fall in falls(texts, rounding=rounding)}
    for later in range(1, len(tenths)):
        drop = max(tenths[:later]) - tenths[later]
        if drop > 1:
            assert later in found
        if drop < 1:
            assert later not in found
    for fall in falls(texts, rounding=rounding):
        assert tenths[fall.earlier] == max(tenths[: fall.later])


arms = st.integers(1, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(arms, arms, st.integers(2, 5), roundings)
@some
def test_a_p_is_reproduced_by_the_test_that_gave_it(a, b, places, rounding):
    counts = {
        "a_events": a[0],
        "a_total": a[1],
        "b_events": b[0],
        "b_total": b[1],
    }
    every = recheck_p("0.5", **counts)
    for one in every.results:
        if one.p is None:
            assert a[0] + b[0] in (0, a[1] + b[1])
            assert one.test not in (Association.FISHER, Association.FISHER_MID_P)
            continue
        text = printed(one.p, places, rounding)
        again = recheck_p(text, **counts, rounding=rounding)
        assert one.test in again.reproduced_by
        assert one.significant == (one.p < 0.05)
        below = recheck_p(f"<{text}", **counts)
        assert (one.test in below.reproduced_by) or one.p >= float(text) * (1 - 1e-9)
    verdicts = {one.significant for one in every.results if one.p is not None}
    assert every.verdict_depends == (len(verdicts) > 1)
