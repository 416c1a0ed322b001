"""`reconstruct` finds what listing all whole numbers finds."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from galleyproof.stats import (
    Known,
    Percentage,
    PrintedP,
    Rounding,
    Strata,
    Subgroup,
    Sum,
    Verdict,
    fisher_exact,
    reconstruct,
)

DECIMAL = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.TRUNCATE: ROUND_DOWN,
}
CAP = 14


def printed(events, total, decimals, rounding):
    """Round in decimal arithmetic, by a way that shares nothing with the package."""
    exact = Decimal(100 * events) / Decimal(total)
    return str(exact.quantize(Decimal(1).scaleb(-decimals), DECIMAL[rounding]))


def every_pair(text, decimals, rounding):
    """List events and totals that are printed like this."""
    return {
        (x, n)
        for n in range(1, CAP + 1)
        for x in range(n + 1)
        if printed(x, n, decimals, rounding) == text
    }


def found_pairs(result, *names):
    percentages = [result.problem.percentages[name] for name in names]
    return {
        tuple((s[p.events], s[p.total]) for p in percentages) for s in result.solutions
    }


decimals_ = st.integers(0, 2)
roundings = st.sampled_from(list(Rounding))
fractions = st.integers(1, CAP).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n))
)
texts = st.builds(
    lambda x, d: str(Decimal(x).scaleb(-d)), st.integers(0, 10_000), st.just(2)
)


@given(fractions, decimals_, roundings)
@settings(max_examples=60, deadline=None)
def test_one_percentage(fraction, decimals, rounding):
    text = printed(*fraction, decimals, rounding)
    result = reconstruct(
        Percentage(name="p", printed=text), at_most=CAP, rounding=rounding
    )
    assert {c for (c,) in found_pairs(result, "p")} == every_pair(
        text, decimals, rounding
    )


@given(texts, roundings)
@settings(max_examples=40, deadline=None)
def test_one_percentage_that_need_not_be_possible(text, rounding):
    result = reconstruct(
        Percentage(name="p", printed=text), at_most=CAP, rounding=rounding
    )
    expected = every_pair(text, 2, rounding)
    assert {c for (c,) in found_pairs(result, "p")} == expected
    assert (result.verdict is Verdict.IMPOSSIBLE) == (not expected)


@given(fractions, fractions, st.integers(-2, 2), decimals_, roundings)
@settings(max_examples=80, deadline=None)
def test_strata(a, b, misprint, decimals, rounding):
    """Two strata and their whole, whose last digit may be misprinted."""
    whole = Decimal(printed(a[0] + b[0], a[1] + b[1], decimals, rounding))
    whole = abs(whole + misprint * Decimal(1).scaleb(-decimals))
    text_a, text_b = (printed(*f, decimals, rounding) for f in (a, b))
    result = reconstruct(
        Percentage(name="all", printed=str(whole)),
        Percentage(name="a", printed=text_a),
        Percentage(name="b", printed=text_b),
        Strata(whole="all", parts=["a", "b"]),
        at_most=CAP,
        rounding=rounding,
        limit=10_000,
    )
    expected = {
        (pair_a, pair_b)
        for pair_a, pair_b in product(
            every_pair(text_a, decimals, rounding),
            every_pair(text_b, decimals, rounding),
        )
        if pair_a[1] + pair_b[1] <= CAP
        and printed(pair_a[0] + pair_b[0], pair_a[1] + pair_b[1], decimals, rounding)
        == str(whole)
    }
    assert result.complete
    assert found_pairs(result, "a", "b") == expected


@given(st.lists(st.integers(0, 8), min_size=2, max_size=4), decimals_, roundings)
@settings(max_examples=60, deadline=None)
def test_categories_of_one_total(events, decimals, rounding):
    total = sum(events)
    if not 1 <= total <= CAP:
        return
    parts = [printed(x, total, decimals, rounding) for x in events]
    result = reconstruct(
        *(
            Percentage(name=f"c{i}", printed=text, total="n")
            for i, text in enumerate(parts)
        ),
        Sum(whole="n", parts=[f"c{i}.events" for i in range(len(parts))]),
        at_most=CAP,
        rounding=rounding,
        limit=100_000,
    )
    expected = {
        (n, *chosen)
        for n in range(1, CAP + 1)
        for chosen in product(
            *(
                [x for x in range(n + 1) if printed(x, n, decimals, rounding) == text]
                for text in parts
            )
        )
        if sum(chosen) == n
    }
    names = ["n", *(f"c{i}.events" for i in range(len(parts)))]
    assert {tuple(s[name] for name in names) for s in result.solutions} == expected


@given(fractions, fractions, decimals_)
@settings(max_examples=50, deadline=None)
def test_subgroup(a, b, decimals):
    rounding = Rounding.HALF_UP
    text_a, text_b = (printed(*f, decimals, rounding) for f in (a, b))
    result = reconstruct(
        Percentage(name="part", printed=text_a),
        Percentage(name="whole", printed=text_b),
        Subgroup(part="part", whole="whole"),
        at_most=CAP,
        limit=10_000,
    )
    expected = {
        ((x, n), (y, m))
        for (x, n), (y, m) in product(
            every_pair(text_a, decimals, rounding),
            every_pair(text_b, decimals, rounding),
        )
        if x <= y and n - x <= m - y
    }
    assert found_pairs(result, "part", "whole") == expected


@given(fractions, fractions)
@settings(max_examples=25, deadline=None)
def test_printed_p(a, b):
    rounding = Rounding.HALF_UP

    def p_of(first, second):
        return fisher_exact(
            a_events=first[0], a_total=first[1], b_events=second[0], b_total=second[1]
        ).p

    text = f"{p_of(a, b):.3f}"
    text_a, text_b = (printed(*f, 0, rounding) for f in (a, b))
    result = reconstruct(
        Percentage(name="a", printed=text_a),
        Percentage(name="b", printed=text_b),
        PrintedP(printed=text, first="a", second="b", tests=["fisher"]),
        at_most=CAP,
        limit=10_000,
    )
    near = 0.0005 + 1e-9
    expected = {
        pair
        for pair in product(
            every_pair(text_a, 0, rounding), every_pair(text_b, 0, rounding)
        )
        if abs(p_of(*pair) - float(text)) <= near
    }
    found = found_pairs(result, "a", "b")
    assert (a, b) in found
    # A p on the boundary itself may be printed either way.
    assert found <= expected
    assert all(
        abs(abs(p_of(*e) - float(text)) - 0.0005) < 1e-9 for e in expected - found
    )


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3), st.integers(1, CAP))
@settings(max_examples=40, deadline=None)
def test_contradiction_is_a_smallest_one(percents, total):
    statements = [
        *(
            Percentage(name=n, printed=str(p), total=t)
            for n, p, t in zip(("all", "a", "b"), percents, "nab", strict=True)
        ),
        Strata(whole="all", parts=["a", "b"]),
        Known(quantity="n", value=total),
    ]
    result = reconstruct(*statements, at_most=CAP)
    if result.verdict is not Verdict.IMPOSSIBLE:
        return
    assert result.contradiction_is_smallest

    def contradict(subset):
        # A stratum needs its percentages to be named: those left out are printed as
        # something that is always true.
        present = [s.name for s in subset if isinstance(s, Percentage)]
        filled = [
            Percentage(name=s.name, printed="≤100", total=s.total)
            for s in statements[:3]
            if s.name not in present
        ]
        verdict = reconstruct(*subset, *filled, at_most=CAP).verdict
        return verdict is Verdict.IMPOSSIBLE

    size = len(result.contradiction)
    assert contradict(result.contradiction)
    assert not any(contradict(s) for s in combinations(statements, size - 1))
