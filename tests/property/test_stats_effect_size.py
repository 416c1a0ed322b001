"""Effect sizes: signs, complements, units, and the way back."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galleyproof.stats import MEASURES, Effects, back_transform, escalc

some = settings(max_examples=60, deadline=None)
TABLE = ("RR", "OR", "RD", "PETO", "AS")
SINGLE = ("PR", "PLN", "PLO", "PAS", "PFT")
MEANS = ("MD", "SMD", "SMDH", "ROM")
counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
rules = st.sampled_from(["only0", "all", "if0all"])


@st.composite
def vectors(draw, *columns):
    """Between one and five studies, a column for each strategy."""
    rows = draw(st.lists(st.tuples(*columns), min_size=1, max_size=5))
    return [np.array(column) for column in zip(*rows, strict=True)]


def table(arms_a, arms_b):
    (a, n_a), (b, n_b) = arms_a.T, arms_b.T
    return {"a_events": a, "a_total": n_a, "b_events": b, "b_total": n_b}


def same(effects, estimate, variance):
    np.testing.assert_allclose(effects.estimate, estimate, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(effects.variance, variance, rtol=1e-10, atol=0)


both_events = vectors(counts, counts).filter(
    # Peto's odds ratio has no variance where nobody, or everybody, has the event.
    lambda v: all(0 < a[0] + b[0] < a[1] + b[1] for a, b in zip(*v, strict=True))
)


@given(both_events, st.sampled_from(TABLE), rules)
@some
def test_tables_change_sign_with_the_groups(arms, measure, rule):
    there = escalc(measure, **table(*arms), zero_cells=rule)
    back = escalc(measure, **table(*arms[::-1]), zero_cells=rule)
    same(back, -there.estimate, there.variance)


@given(both_events, st.sampled_from(["OR", "RD", "PETO", "AS"]), rules)
@some
def test_tables_change_sign_with_the_outcome(arms, measure, rule):
    """Not the risk ratio: that of non-events is another quantity."""
    others = [np.column_stack([n - x, n]) for x, n in (each.T for each in arms)]
    there = escalc(measure, **table(*arms), zero_cells=rule)
    back = escalc(measure, **table(*others), zero_cells=rule)
    same(back, -there.estimate, there.variance)


@given(vectors(counts), rules)
@some
def test_proportions_of_the_other_outcome(rows, rule):
    x, n = rows[0].T
    for measure, reflect in (
        ("PLO", lambda y: -y),
        ("PR", lambda y: 1 - y),
        ("PAS", lambda y: math.pi / 2 - y),
        ("PFT", lambda y: math.pi / 2 - y),
    ):
        there = escalc(measure, events=x, total=n, zero_cells=rule)
        back = escalc(measure, events=n - x, total=n, zero_cells=rule)
        same(back, reflect(there.estimate), there.variance)


means = st.integers(-500, 500).map(lambda i: i / 10)
spreads = st.integers(1, 200).map(lambda i: i / 10)
groups = vectors(means, spreads, st.integers(2, 60), means, spreads, st.integers(2, 60))


def two_means(columns):
    names = ("a_mean", "a_sd", "a_total", "b_mean", "b_sd", "b_total")
    return dict(zip(names, columns, strict=True))


def positive(columns):
    """Ratios of means need means above 0."""
    a, *rest = columns
    shifted = [np.abs(a) + 1, *rest]
    shifted[3] = np.abs(shifted[3]) + 1
    return shifted


@given(groups, st.sampled_from(MEANS))
@some
def test_means_change_sign_with_the_groups(columns, measure):
    columns = positive(columns) if measure == "ROM" else columns
    there = escalc(measure, **two_means(columns))
    back = escalc(measure, **two_means(columns[3:] + columns[:3]))
    same(back, -there.estimate, there.variance)


@given(groups, st.sampled_from([0.01, 2.54, 1000.0]))
@some
def test_means_in_another_unit(columns, unit):
    """A difference scales with it, all others have none."""
    for measure, scale in (("MD", unit), ("SMD", 1), ("SMDH", 1), ("ROM", 1)):
        given_ = positive(columns) if measure == "ROM" else columns
        other = [unit * c if i % 3 < 2 else c for i, c in enumerate(given_)]
        there = escalc(measure, **two_means(given_))
        back = escalc(measure, **two_means(other))
        same(back, scale * there.estimate, scale**2 * there.variance)


times = st.integers(1, 1000).map(float)
events = st.integers(0, 200)


@given(vectors(events, times, events, times), rules)
@some
def test_rates_change_sign_and_have_units(columns, rule):
    names = ("a_events", "a_time", "b_events", "b_time")
    there = escalc("IRR", **dict(zip(names, columns, strict=True)), zero_cells=rule)
    swapped = columns[2:] + columns[:2]
    back = escalc("IRR", **dict(zip(names, swapped, strict=True)), zero_cells=rule)
    same(back, -there.estimate, there.variance)
    months = [c * 12 if i % 2 else c for i, c in enumerate(columns)]
    other = escalc("IRR", **dict(zip(names, months, strict=True)), zero_cells=rule)
    same(other, there.estimate, there.variance)
    x, time = columns[:2]
    rate = escalc("IR", events=x, time=time, zero_cells=rule)
    monthly = escalc("IR", events=x, time=12 * time, zero_cells=rule)
    same(monthly, rate.estimate / 12, rate.variance / 144)
    log = escalc("IRLN", events=x, time=time, zero_cells=rule)
    # The delta method ties the two variances where nothing was added.
    same(log, np.log(rate.estimate), rate.variance / rate.estimate**2)


@given(vectors(st.integers(-99, 99).map(lambda i: i / 100), st.integers(4, 500)))
@some
def test_correlations_change_sign_with_the_variable(columns):
    r, n = columns
    there = escalc("ZCOR", correlation=r, total=n)
    back = escalc("ZCOR", correlation=-r, total=n)
    same(back, -there.estimate, there.variance)
    assert back_transform(there.estimate, measure="ZCOR") == pytest.approx(r)


@given(st.from_type(Effects))
@some
def test_given_effects_stay_as_they_are(effects):
    found = escalc("GEN", estimate=effects.estimate, variance=effects.variance)
    same(found, effects.estimate, effects.variance)
    kept = back_transform(found.estimate, measure="GEN")
    np.testing.assert_array_equal(kept, effects.estimate)


@given(vectors(counts), st.sampled_from(SINGLE))
@some
def test_back_transform_undoes_escalc(rows, measure):
    x, n = rows[0].T
    found = escalc(measure, events=x, total=n)
    corrected = (x == 0) | (x == n) if measure in ("PR", "PLN", "PLO") else x < 0
    expected = (x + corrected / 2) / (n + corrected)
    for i, y in enumerate(found.estimate):
        back = back_transform(y, measure=measure, totals=n[i : i + 1])
        assert back == pytest.approx(expected[i], rel=1e-12, abs=1e-14)


@given(vectors(st.sampled_from([10, 10**3, 10**6]), st.floats(0.0, 1.0)))
@some
def test_the_double_arcsine_comes_back_near_one_half_and_near_the_ends(columns):
    """Miller's own form keeps half of the digits at 1/2."""
    for n, share in zip(*columns, strict=True):
        for x in (n // 2, round(n * share), 1, n - 1):
            y = escalc("PFT", events=[x], total=[n]).estimate
            back = back_transform(y, measure="PFT", totals=[n])[0]
            assert back == pytest.approx(x / n, rel=1e-9, abs=0)
            assert 1 - back == pytest.approx(1 - x / n, rel=1e-9, abs=1e-15)


@given(both_events, vectors(events, times, events, times))
@some
def test_back_transform_undoes_ratios(arms, rates):
    for measure in ("RR", "OR", "PETO"):
        found = escalc(measure, **table(*arms))
        back = back_transform(found.estimate, measure=measure)
        np.testing.assert_allclose(np.log(back), found.estimate, atol=1e-12)
    found = escalc("IRLN", events=rates[0], time=rates[1])
    rate = (rates[0] + np.where(rates[0] == 0, 0.5, 0)) / rates[1]
    np.testing.assert_allclose(back_transform(found.estimate, measure="IRLN"), rate)


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=6), counts)
@some
def test_back_transform_rises_and_stays_on_its_scale(tenths, count):
    x = np.sort(np.array(tenths) / 10)
    ends = {"PLO": (0, 1), "PAS": (0, 1), "PFT": (0, 1), "ZCOR": (-1, 1)}
    for measure in MEASURES:
        back = back_transform(x, measure=measure, totals=[count[1]])
        assert back.shape == x.shape
        assert (np.diff(back) >= 0).all()
        if measure in ends:
            low, high = ends[measure]
            assert (low <= back).all()
            assert (back <= high).all()


@given(vectors(counts), st.permutations(range(5)))
@some
def test_each_study_is_computed_alone(rows, order):
    x, n = rows[0].T
    where = [i for i in order if i < x.size]
    for measure in SINGLE:
        all_ = escalc(measure, events=x, total=n)
        some_ = escalc(measure, events=x[where], total=n[where])
        np.testing.assert_array_equal(some_.estimate, all_.estimate[where])
        np.testing.assert_array_equal(some_.variance, all_.variance[where])


@given(st.integers(20, 400))
@settings(max_examples=20, deadline=None)
def test_variances_are_those_of_the_delta_method(n):
    """Per person, in the limit of many: p q times the squared slope of the scale."""
    size = n * 10**6
    x = size // 3
    p = x / size
    slopes = {
        "PR": 1.0,
        "PLN": 1 / p,
        "PLO": 1 / (p * (1 - p)),
        "PAS": 1 / (2 * math.sqrt(p * (1 - p))),
        "PFT": 1 / (2 * math.sqrt(p * (1 - p))),
    }
    for measure, slope in slopes.items():
        found = escalc(measure, events=[x], total=[size]).variance[0]
        assert found * size == pytest.approx(p * (1 - p) * slope**2, rel=1e-6)
