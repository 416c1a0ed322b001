"""No check refuses what a real sample gives; the exact ones refuse all else."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import combinations_with_replacement

from hypothesis import given, settings
from hypothesis import strategies as st

from galleyproof.stats import debit, grim, grimmer, share_bound

samples = st.lists(st.integers(1, 7), min_size=2, max_size=25)
decimals_ = st.integers(1, 3)


def half_up(value, decimals):
    return str(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def mean_and_sd(sample, decimals):
    n = len(sample)
    mean = Decimal(sum(sample)) / n
    squares = n * sum(x * x for x in sample) - sum(sample) ** 2
    return half_up(mean, decimals), half_up(
        (Decimal(squares) / (n * (n - 1))).sqrt(), decimals
    )


@given(samples, decimals_)
@settings(max_examples=100, deadline=None)
def test_a_real_sample_passes(sample, decimals):
    mean, sd = mean_and_sd(sample, decimals)
    assert sum(sample) in grim(mean, total=len(sample)).sums
    result = grimmer(mean, sd, total=len(sample), minimum=1, maximum=7)
    assert result.consistent
    assert sum(sample) in result.sums


@given(st.integers(0, 900), st.integers(1, 40), st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_grim_is_exact(hundredths, total, items):
    mean = half_up(Decimal(hundredths) / 100, 2)
    size = total * items
    expected = [s for s in range(10 * size) if half_up(Decimal(s) / size, 2) == mean]
    assert list(grim(mean, total=total, items=items).sums) == expected


@given(st.integers(0, 100), st.integers(0, 60), st.integers(2, 60))
@settings(max_examples=100, deadline=None)
def test_debit_is_exact(mean, sd, total):
    printed = half_up(Decimal(mean) / 100, 2), half_up(Decimal(sd) / 100, 2)
    expected = tuple(
        x
        for x in range(total + 1)
        if mean_and_sd([1] * x + [0] * (total - x), 2) == printed
    )
    assert debit(*printed, total=total).events == expected


def test_grimmer_on_every_sample_of_five():
    """Refuses none that exists; of the rest, 19 pairs pass that no sample gives."""
    real = {mean_and_sd(s, 2) for s in combinations_with_replacement(range(1, 6), 5)}
    passed = {
        (mean, sd)
        for mean in {mean for mean, _ in real}
        for sd in (half_up(Decimal(hundredths) / 100, 2) for hundredths in range(260))
        if grimmer(mean, sd, total=5, minimum=1, maximum=5).consistent
    }
    assert real <= passed
    assert len(passed - real) == 19


shares = st.fractions(0, 1, max_denominator=50)
rates = st.lists(st.integers(0, 100), min_size=3, max_size=3).map(sorted)


@given(shares, rates, rates)
@settings(max_examples=100, deadline=None)
def test_a_real_mixture_is_within_its_bound(share, subgroup, rest):
    mixed = [share * s + (1 - share) * r for s, r in zip(subgroup, rest, strict=True)]
    printed = [half_up(Decimal(m.numerator) / m.denominator, 1) for m in mixed]
    bound = share_bound(whole=printed, subgroup=[f"{s}.0" for s in subgroup])
    assert bound.share_rounded is not None
    assert bound.share_rounded >= share
    if mixed[0] < 100 and subgroup[0] < 100:
        at_risk = share * Fraction(100 - subgroup[0]) / (100 - mixed[0])
        assert bound.at_risk_rounded >= at_risk
