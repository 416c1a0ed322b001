"""A p-value beside its statistic: what is printed rightly is never called wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as reference

from galleyproof.stats import recheck_statistic

FREEDOM = st.integers(2, 200)


@given(hundredths=st.integers(1, 800), freedom=FREEDOM, decimals=st.integers(2, 4))
def test_a_t_with_its_own_p_is_consistent(
    hundredths: int, freedom: int, decimals: int
) -> None:
    t = hundredths / 100
    p = 2 * reference.t.sf(t, freedom)
    printed = f"={p:.{decimals}f}" if round(p, decimals) else f"<{10**-decimals:f}"
    found = recheck_statistic("t", f"{t:.2f}", printed, degrees_of_freedom=[freedom])
    assert found.consistent
    assert found.p_low <= p <= found.p_high


@given(hundredths=st.integers(1, 3000), freedom=FREEDOM)
def test_the_sign_of_a_t_does_not_matter(hundredths: int, freedom: int) -> None:
    there, back = (
        recheck_statistic("t", f"{sign}{hundredths / 100:.2f}", "=.05",
                          degrees_of_freedom=[freedom])
        for sign in ("", "-")
    )  # fmt: skip
    assert (there.p_low, there.p_high) == (back.p_low, back.p_high)
    assert there.consistent == back.consistent


@given(tenths=st.integers(1, 100), freedom=FREEDOM)
def test_the_square_of_a_t_is_an_f(tenths: int, freedom: int) -> None:
    t = tenths / 10
    squared = recheck_statistic(
        "F", f"{t * t:.2f}", "=.05", degrees_of_freedom=[1, freedom]
    )
    assert squared.p_low <= 2 * reference.t.sf(t, freedom) <= squared.p_high


@given(hundredths=st.integers(1, 500))
def test_one_tail_is_half_of_two(hundredths: int) -> None:
    z = f"{hundredths / 100:.2f}"
    two = recheck_statistic("z", z, "=.05")
    one = recheck_statistic("z", z, "=.05", tails=1)
    assert one.p_low == pytest.approx(two.p_low / 2)
