"""The bounds by which `reconstruct` drops counts without computing their p."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from galleyproof.stats import Association
from galleyproof.stats.printed import read_printed
from galleyproof.stats.recheck.p_values import p_value
from galleyproof.stats.reconstruction.model import PFilter
from galleyproof.stats.reconstruction.p_bounds import may_agree

TESTS = ("pearson", "pearson-yates", "fisher", "fisher-mid-p")
ANY = ((0.0, 1.0), (0.0, 1.0))


@st.composite
def boxes(draw):
    """Ends of events and total of two groups, a few values apart."""
    ends = []
    for _ in range(2):
        total = draw(st.integers(1, 60))
        events = draw(st.integers(0, total))
        ends += [
            (events, events + draw(st.integers(0, 3))),
            (total, total + draw(st.integers(0, 3))),
        ]
    return ends


@given(boxes(), st.sampled_from(TESTS), st.integers(1, 4))
@settings(max_examples=300, deadline=None)
def test_no_box_with_the_printed_p_is_dropped(box, test, decimals):
    """Whatever p any of its tables has: the box that holds the table is kept."""
    low, high = np.array(box, dtype=np.int64).T[:, :, None]
    for a, n_a, b, n_b in product(*(range(x, y + 1) for x, y in box)):
        if a > n_a or b > n_b:
            continue
        p = p_value(Association(test), a, n_a, b, n_b)
        if p is None:
            continue
        text = f"{p:.{decimals}f}"
        one = PFilter(
            variables=(0, 1, 2, 3),
            tests=(Association(test),),
            range=read_printed("printed", text).range(),
        )
        assert may_agree(one, ANY, low, high).all(), (text, a, n_a, b, n_b)


def test_large_groups_far_apart_are_dropped():
    one = PFilter(
        variables=(0, 1, 2, 3),
        tests=tuple(map(Association, TESTS)),
        range=read_printed("printed", "0.003").range(),
    )
    low = np.array([[0], [900], [0], [800]])
    high = np.array([[900], [1000], [900], [900]])
    apart = ((0.96, 0.97), (0.84, 0.85))
    assert not may_agree(one, apart, low, high).any()
    assert may_agree(one, ANY, low, high).all()
