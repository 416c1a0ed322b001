"""GRIM, GRIMMER and DEBIT against every sample of whole numbers that there is.

For each rounding convention, small samples on a short scale are listed exhaustively and
printed in decimal arithmetic; what a real sample prints must pass. GRIM and DEBIT are
exact: they pass nothing else. GRIMMER is a necessary test; how many pairs of mean and
SD it passes that no sample gives is counted.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from itertools import combinations_with_replacement

import pytest

from galleyproof.stats import Rounding, debit, grim, grimmer

DECIMAL = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.TRUNCATE: ROUND_DOWN,
}
SCALE = range(1, 6)


def rounded(value, decimals, rounding):
    return str(value.quantize(Decimal(1).scaleb(-decimals), DECIMAL[rounding]))


def mean_of(total, size, decimals, rounding):
    text = rounded(Decimal(total) / size, decimals, rounding)
    return text if Decimal(text) else text.lstrip("-")


def sd_of(sample, items, decimals, rounding):
    """Print the SD; a root that is a decimal number is found exactly."""
    n = len(sample)
    squares = n * sum(x * x for x in sample) - sum(sample) ** 2
    with localcontext() as context:
        context.prec = 50
        root = (Decimal(squares) / (n * (n - 1))).sqrt() / items
    return rounded(root, decimals, rounding)


def printed(sample, decimals, rounding, items=1):
    mean = mean_of(sum(sample), len(sample) * items, decimals, rounding)
    return mean, sd_of(sample, items, decimals, rounding)


@pytest.mark.parametrize("rounding", Rounding)
@pytest.mark.parametrize("decimals", [0, 1, 2])
@pytest.mark.parametrize("items", [1, 3])
def test_grim_knows_every_mean(rounding, decimals, items):
    for size in range(1, 12):
        means = {}
        top = size * items * SCALE[-1]
        for total in range(-top, top + 1):
            text = mean_of(total, size * items, decimals, rounding)
            means.setdefault(text, []).append(total)
        steps = 10**decimals
        for unit in range(SCALE[-1] * steps):
            text = rounded(Decimal(unit) / steps, decimals, rounding)
            found = grim(text, total=size, items=items, rounding=rounding)
            assert list(found.sums) == means.get(text, []), (text, size)
            assert found.consistent is (text in means)


@pytest.mark.parametrize("rounding", Rounding)
@pytest.mark.parametrize("decimals", [1, 2, 3])
def test_debit_knows_every_pair(rounding, decimals):
    for size in range(2, 20):
        real = {}
        for ones in range(size + 1):
            pair = printed([1] * ones + [0] * (size - ones), decimals, rounding)
            real.setdefault(pair, []).append(ones)
        means, sds = ({pair[i] for pair in real} for i in (0, 1))
        for mean in means:
            for sd in sds:
                found = debit(mean, sd, total=size, rounding=rounding)
                assert list(found.events) == real.get((mean, sd), []), (mean, sd)


@pytest.mark.parametrize("rounding", Rounding)
@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_grimmer_refuses_no_real_sample(rounding, size):
    samples = list(combinations_with_replacement(SCALE, size))
    ends = {"minimum": SCALE[0], "maximum": SCALE[-1]}
    for sample in samples:
        mean, sd = printed(sample, 2, rounding)
        for options in ({}, ends):
            found = grimmer(mean, sd, total=size, rounding=rounding, **options)
            assert sum(sample) in found.sums, (sample, mean, sd, options)


@pytest.mark.parametrize("rounding", Rounding)
def test_grimmer_refuses_no_real_average_of_items(rounding):
    """Four persons, each the average of three answers from 1 to 5."""
    persons = range(3 * SCALE[0], 3 * SCALE[-1] + 1, 2)
    for sums in combinations_with_replacement(persons, 4):
        mean, sd = printed(sums, 2, rounding, items=3)
        found = grimmer(
            mean, sd, total=4, items=3, minimum=1, maximum=5, rounding=rounding
        )
        assert sum(sums) in found.sums, (sums, mean, sd)


@pytest.mark.parametrize("rounding", Rounding)
@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_what_grimmer_passes_in_error(rounding, size):
    """Of pairs with a mean that some sample has: 5n - 6 beside the real ones."""
    samples = combinations_with_replacement(SCALE, size)
    real = {printed(sample, 2, rounding) for sample in samples}
    sds = [rounded(Decimal(h) / 100, 2, rounding) for h in range(300)]
    passed = {
        (mean, sd)
        for mean in {mean for mean, _ in real}
        for sd in sds
        if grimmer(
            mean, sd, total=size, minimum=1, maximum=5, rounding=rounding
        ).consistent
    }
    assert real <= passed
    assert len(passed - real) == 5 * size - 6
