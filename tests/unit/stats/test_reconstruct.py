"""`reconstruct` on the review's own sources: one test a published row, with its answer.

Every answer of the first table was also found by listing all whole numbers within the
limits, which is what `test_reconstruct.py` under `property` does for random problems.
"""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from galleyproof.stats import (
    ArgumentError,
    Bound,
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


def by_size(overall, small, large, *, name="", totals=("n", "n_small", "n_large")):
    """An overall percentage and two strata that make it up."""
    names = [f"{name}{part}" for part in ("all", "small", "large")]
    printed = (overall, small, large)
    return [
        *(
            Percentage(name=n, printed=p, total=t)
            for n, p, t in zip(names, printed, totals, strict=True)
        ),
        Strata(whole=names[0], parts=names[1:]),
    ]


def pairs(result, *names):
    return [
        " + ".join(str(result_counts(solution, result, name)) for name in names)
        for solution in result.solutions
    ]


def result_counts(solution, result, name):
    one = result.problem.percentages[name]
    return f"{solution[one.events]}/{solution[one.total]}"


TECHNICAL_SUCCESS = ("94.6", "96.1", "84.6")
EFFICACY = ("89.5", "93.4", "60.0")
PROGRESSION = ("23.3", "18.0", "63.3")
ADVERSE_EVENTS = ("10.6", "8.7", "19.5")

GLAZER = {
    "technical-success": (
        TECHNICAL_SUCCESS,
        299,
        [
            "171/178 + 22/26",
            "172/179 + 22/26",
            "245/255 + 33/39",
            "246/256 + 33/39",
            "247/257 + 33/39",
            "248/258 + 33/39",
            "249/259 + 33/39",
        ],
    ),
    "efficacy": (
        EFFICACY,
        299,
        [
            "71/76 + 6/10",
            "141/151 + 12/20",
            "142/152 + 12/20",
            "211/226 + 18/30",
            "212/227 + 18/30",
            "213/228 + 18/30",
            "242/259 + 21/35",
        ],
    ),
    "progression": (PROGRESSION, 299, ["41/228 + 19/30"]),
    "adverse-events": (ADVERSE_EVENTS, 236, ["17/195 + 8/41"]),
}


@pytest.mark.parametrize(("printed", "limit", "expected"), GLAZER.values(), ids=GLAZER)
def test_size_strata_from_three_percentages(printed, limit, expected):
    result = reconstruct(*by_size(*printed), at_most=limit)
    assert pairs(result, "small", "large") == expected
    assert result.complete
    assert result.count == len(expected)
    unique = Verdict.UNIQUE if len(expected) == 1 else Verdict.AMBIGUOUS
    assert result.verdict is unique


@pytest.mark.parametrize(
    ("printed", "total", "expected"),
    [
        pytest.param(TECHNICAL_SUCCESS, 295, "246/256 + 33/39", id="technical-success"),
        pytest.param(EFFICACY, 258, "213/228 + 18/30", id="efficacy"),
    ],
)
def test_size_strata_with_the_total_of_the_abstract(printed, total, expected):
    known = Known(quantity="n", value=total)
    result = reconstruct(*by_size(*printed), known, at_most=299)
    assert result.verdict is Verdict.UNIQUE
    assert pairs(result, "small", "large") == [expected]


def test_efficacy_and_progression_with_shared_strata():
    result = reconstruct(
        *by_size(*EFFICACY, name="te_"),
        *by_size(*PROGRESSION, name="ltp_"),
        at_most=299,
    )
    assert result.verdict is Verdict.UNIQUE
    assert result.common == {
        "n": 258,
        "n_small": 228,
        "n_large": 30,
        "te_all.events": 231,
        "te_small.events": 213,
        "te_large.events": 18,
        "ltp_all.events": 60,
        "ltp_small.events": 41,
        "ltp_large.events": 19,
    }


@pytest.mark.parametrize("printed", [row[0] for row in GLAZER.values()], ids=GLAZER)
def test_no_percentage_is_of_all_299_tumours(printed):
    total = Known(quantity="n", value=299)
    result = reconstruct(*by_size(*printed), total, at_most=299)
    assert result.verdict is Verdict.IMPOSSIBLE
    assert result.solutions == ()
    assert total in result.contradiction
    assert result.contradiction_is_smallest


def test_printed_p_removes_two_of_the_seven():
    result = reconstruct(
        *by_size(*TECHNICAL_SUCCESS),
        PrintedP(printed="0.003", first="small", second="large"),
        at_most=299,
    )
    assert [s["n"] for s in result.solutions] == [294, 295, 296, 297, 298]


def test_printed_p_by_a_test_that_does_not_give_it():
    result = reconstruct(
        *by_size(*TECHNICAL_SUCCESS),
        PrintedP(printed="0.003", first="small", second="large", tests=["fisher"]),
        at_most=299,
    )
    assert result.verdict is Verdict.IMPOSSIBLE
    assert any(isinstance(one, PrintedP) for one in result.contradiction)


def test_printed_p_with_totals_up_to_5000():
    """Totals too large for the p are dropped before any p is computed."""
    statements = by_size(*TECHNICAL_SUCCESS)
    pearson, fisher = (
        reconstruct(
            *statements,
            PrintedP(printed="0.003", first="small", second="large", tests=[test]),
            at_most=5000,
        )
        for test in ("pearson", "fisher")
    )
    assert pearson.complete
    assert [s["n"] for s in pearson.solutions] == [294, 295, 296, 297, 298]
    assert pearson.searched.work < 20_000
    assert fisher.complete
    assert {s["n"] for s in fisher.solutions} == {*range(386, 390), *range(407, 412)}


def test_the_last_value_of_a_quantity_must_have_the_printed_p_too():
    """1/8 against 0/8 has p = 1: with few solutions wanted it was taken for 0.0001."""
    result = reconstruct(
        Percentage(name="a", printed="12.5", total="n"),
        Percentage(name="b", printed="≤100", total="n"),
        Known(quantity="n", value=8),
        PrintedP(printed="<0.0001", first="a", second="b", tests=["fisher"]),
        at_most=8,
        limit=1,
    )
    assert result.verdict is Verdict.IMPOSSIBLE


SINGLE = {
    "hcc-efficacy": ("93.2", 1, 56, ["41/44"]),
    "hcc-technical-success": ("95.5", 1, 56, ["21/22", "42/44"]),
    "hcc-technical-success-of-44-or-more": ("95.5", 44, 56, ["42/44"]),
    "hcc-progression": (
        "25.0",
        1,
        56,
        [f"{x}/{4 * x}" for x in range(1, 15)],
    ),
    "primary-efficacy": ("93.9", 1, 56, ["31/33", "46/49"]),
    "primary-efficacy-of-44-or-more": ("93.9", 44, 56, ["46/49"]),
    "primary-progression": ("24.5", 1, 56, ["12/49", "13/53"]),
    "primary-technical-success": ("96.4", 1, 56, ["27/28", "53/55", "54/56"]),
    "littrup-procedures": ("5.8", 342, 342, ["20/342"]),
    "littrup-patients": ("5.8", 212, 212, []),
    "littrup-masses": ("5.8", 443, 443, []),
    "ma": ("98.5", 1, 69, ["64/65", "65/66", "66/67", "67/68"]),
    "ma-tumours": ("98.5", 69, 69, []),
    "ma-patients": ("98.5", 66, 66, ["65/66"]),
    "pusceddu-repeat": ("20.8", 1, 64, ["5/24", "10/48", "11/53"]),
    "pusceddu-repeat-of-49": ("20.8", 49, 49, []),
}


@pytest.mark.parametrize(
    ("printed", "low", "high", "expected"), SINGLE.values(), ids=SINGLE
)
def test_one_percentage(printed, low, high, expected):
    result = reconstruct(
        Percentage(name="p", printed=printed),
        Bound(quantity="p.total", at_least=low, at_most=high),
        at_most=high,
    )
    assert [str(c) for c in result.counts("p")] == expected


def test_primary_and_hcc_together():
    """Efficacy and progression share denominators, and HCC are primary tumours.

    The subgroup relation itself gives 12/49: no outside assumption on N is needed.
    """
    result = reconstruct(
        Percentage(name="hcc_ts", printed="95.5"),
        Percentage(name="hcc_te", printed="93.2", total="hcc"),
        Percentage(name="hcc_ltp", printed="25.0", total="hcc"),
        Percentage(name="primary_ts", printed="96.4"),
        Percentage(name="primary_te", printed="93.9", total="primary"),
        Percentage(name="primary_ltp", printed="24.5", total="primary"),
        Subgroup(part="hcc_ts", whole="primary_ts"),
        Subgroup(part="hcc_te", whole="primary_te"),
        Subgroup(part="hcc_ltp", whole="primary_ltp"),
        Bound(quantity="hcc_ts.total", at_least=44),
        at_most=56,
    )
    assert result.verdict is Verdict.AMBIGUOUS
    unique = {"hcc_ts": "42/44", "hcc_te": "41/44", "hcc_ltp": "11/44"} | {
        "primary_te": "46/49",
        "primary_ltp": "12/49",
    }
    for name, expected in unique.items():
        assert [str(c) for c in result.counts(name)] == [expected]
    assert [str(c) for c in result.counts("primary_ts")] == ["53/55", "54/56"]


def test_ma_is_possible_for_69_if_truncated():
    result = reconstruct(
        Percentage(name="p", printed="98.5", total="n"),
        Known(quantity="n", value=69),
        at_most=69,
        rounding=Rounding.TRUNCATE,
    )
    assert [str(c) for c in result.counts("p")] == ["68/69"]


def test_ma_contradiction_names_both_statements():
    printed = Percentage(name="p", printed="98.5", total="n")
    known = Known(quantity="n", value=69)
    result = reconstruct(printed, known, at_most=100)
    assert result.contradiction == (printed, known)
    assert str(result) == (
        "impossible: these cannot all be true, totals up to 100\n"
        "  p: p.events/n = 98.5%\n"
        "  n = 69"
    )


def test_pusceddu_is_unique():
    result = reconstruct(
        *by_size("92", "79", "96"),
        Known(quantity="n", value=64),
        Known(quantity="n_small", value=14),
        at_most=64,
    )
    assert pairs(result, "all", "small", "large") == ["59/64 + 11/14 + 48/50"]


def elderly(*more):
    return reconstruct(
        Percentage(name="cryo", printed="5"),
        Percentage(name="rfa", printed="6"),
        Sum(whole="n", parts=["cryo.total", "rfa.total"]),
        Known(quantity="n", value=223),
        *(
            Bound(quantity=f"{arm}.total", at_least=90, at_most=133)
            for arm in ("cryo", "rfa")
        ),
        *more,
        at_most=223,
    )


def test_elderly_complications_are_ambiguous():
    result = elderly()
    assert result.verdict is Verdict.AMBIGUOUS
    assert result.count == 53
    shown = pairs(result, "cryo", "rfa")
    assert "5/111 + 7/112" in shown
    assert "6/111 + 7/112" in shown


@pytest.mark.parametrize(("printed", "number"), [("5", 51), ("6", 48)])
def test_elderly_arms_by_themselves(printed, number):
    result = reconstruct(
        Percentage(name="arm", printed=printed),
        Bound(quantity="arm.total", at_least=90, at_most=133),
        at_most=133,
    )
    assert result.count == number


def test_elderly_p_is_never_significant():
    significant = PrintedP(printed="<0.05", first="cryo", second="rfa")
    assert elderly(significant).verdict is Verdict.IMPOSSIBLE


def printed_of(events, total, decimals=1):
    percent = Decimal(100) * events / total
    return str(percent.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def ten_linked(decimals):
    """Three outcomes in two strata and overall, and a tenth percentage."""
    small, large = 1203, 1511
    rows = [(311, 907), (1002, 13), (600, 755)]
    for i, (a, b) in enumerate(rows):
        yield from by_size(
            printed_of(a + b, small + large, decimals),
            printed_of(a, small, decimals),
            printed_of(b, large, decimals),
            name=f"o{i}_",
        )
    yield Percentage(
        name="tenth", printed=printed_of(77, small, decimals), total="n_small"
    )


def test_ten_linked_percentages_are_solved_exactly():
    result = reconstruct(*ten_linked(decimals=2), at_most=5000)
    assert result.complete
    assert result.count is not None
    assert 0 < result.count < 100
    assert any(s["n"] == 2714 and s["tenth.events"] == 77 for s in result.solutions)
    # Not by listing: the totals alone have over six million pairs.
    assert result.searched.work < 10_000


def test_too_many_solutions_are_reported_not_listed():
    result = reconstruct(*ten_linked(decimals=0), at_most=5000, limit=50)
    assert result.verdict is Verdict.AMBIGUOUS
    assert not result.complete
    assert result.count is None
    assert len(result.solutions) == 50
    low, high = result.extents["n"]
    assert all(low <= s["n"] <= high for s in result.solutions)
    assert low <= 2714 <= high
    assert "over 50 solutions" in str(result)


def test_independent_parts_multiply():
    result = reconstruct(
        Percentage(name="a", printed="96.4"),
        Percentage(name="b", printed="24.5"),
        at_most=56,
        limit=4,
    )
    assert result.count == 3 * 2
    assert not result.complete
    assert len(result.solutions) == 4
    assert result.extents["b.total"] == (49, 53)


def test_effort_runs_out():
    result = reconstruct(*ten_linked(decimals=0), at_most=5000, effort=1)
    assert result.verdict is Verdict.UNDECIDED
    assert result.count is None


def test_overall_outside_its_strata_is_impossible_at_any_size():
    result = reconstruct(*by_size("25.0", "10.0", "20.0"), at_most=1_000_000)
    assert result.verdict is Verdict.IMPOSSIBLE
    assert len(result.contradiction) == 4


def test_overall_beyond_its_strata_by_rounding_alone():
    """Both strata are below 50.05%, the whole is not: no need to try totals."""
    result = reconstruct(*by_size("50.1", "50.0", "50.0"), at_most=5000)
    assert result.verdict is Verdict.IMPOSSIBLE
    assert len(result.contradiction) == 4
    assert result.contradiction_is_smallest
    assert result.searched.work < 50_000


def test_the_smallest_contradiction_of_ten_linked_percentages():
    """One overall percentage is three units of its last digit too high."""
    statements = list(ten_linked(decimals=2))
    printed = next(one for one in statements if one.name == "o0_all")
    wrong = Percentage(name="o0_all", printed="44.91", total="n")
    statements[statements.index(printed)] = wrong
    result = reconstruct(*statements, at_most=5000)
    assert result.verdict is Verdict.IMPOSSIBLE
    assert wrong in result.contradiction
    assert len(result.contradiction) == 6
    assert result.contradiction_is_smallest
    assert len(result.contradiction) < len(statements) / 2


@pytest.mark.parametrize("printed", ["0", "0.0", "100", "100.00"])
def test_none_and_all_of_any_total(printed):
    """Hundreds of solutions: all listed where there is room, or said to be more."""
    percentage = Percentage(name="p", printed=printed, total="n")
    result = reconstruct(percentage, at_most=40)
    assert result.complete
    assert {c.total for c in result.counts("p")} == set(range(1, 41))
    many = reconstruct(percentage, at_most=5000)
    assert (many.verdict, many.complete) == (Verdict.AMBIGUOUS, False)
    assert len(many.solutions) == many.searched.limit


def test_two_known_totals_contradict_each_other_alone():
    totals = [Known(quantity="n", value=10), Known(quantity="n", value=4000)]
    printed = [Percentage(name=f"p{i}", printed="12.3", total="n") for i in range(10)]
    result = reconstruct(*printed, *totals, at_most=5000)
    assert result.contradiction == tuple(totals)
    assert result.contradiction_is_smallest


def test_elderly_p_over_all_solutions():
    """Fisher's p is 0.56 to 1.0, whichever of the 53 solutions is true."""
    result = elderly()
    p = [
        fisher_exact(
            a_events=s["cryo.events"],
            a_total=s["cryo.total"],
            b_events=s["rfa.events"],
            b_total=s["rfa.total"],
        ).p
        for s in result.solutions
    ]
    assert min(p) == pytest.approx(0.56, abs=0.005)
    assert max(p) == pytest.approx(1.0)


def test_large_totals_without_listed_domains():
    result = reconstruct(
        Percentage(name="p", printed="33.33333", total="n"),
        Known(quantity="n", value=900_000),
        at_most=1_000_000,
    )
    events = [c.events for c in result.counts("p")]
    assert events == [x for x in range(299_990, 300_010) if _prints_third(x, 900_000)]
    assert events


def _prints_third(events, total):
    return 3333332_5 * total <= events * 10**8 < 3333333_5 * total


@pytest.mark.parametrize(
    ("rounding", "expected"),
    [
        (Rounding.HALF_UP, ["1/8"]),
        (Rounding.HALF_EVEN, []),
        (Rounding.TRUNCATE, []),
    ],
    ids=str,
)
def test_rounding_of_a_half(rounding, expected):
    """1/8 is 12.5%: 13 by half-up, 12 by half-even and truncation."""
    result = reconstruct(
        Percentage(name="p", printed="13", total="n", rounding=rounding),
        Known(quantity="n", value=8),
        at_most=8,
    )
    assert [str(c) for c in result.counts("p")] == expected


def test_either_rounding():
    result = reconstruct(
        Percentage(name="p", printed="12", total="n"),
        Known(quantity="n", value=8),
        at_most=8,
        rounding=[Rounding.HALF_UP, Rounding.HALF_EVEN],
    )
    assert [str(c) for c in result.counts("p")] == ["1/8"]


def test_percentage_below_a_limit():
    result = reconstruct(
        Percentage(name="p", printed="<1", total="n"),
        Known(quantity="n", value=101),
        at_most=101,
    )
    assert [str(c) for c in result.counts("p")] == ["0/101", "1/101"]


def test_more_than_a_hundred_per_cent_is_impossible():
    result = reconstruct(Percentage(name="p", printed="100.1"), at_most=50)
    assert result.verdict is Verdict.IMPOSSIBLE


@pytest.mark.parametrize(
    ("statements", "options", "argument"),
    [
        ([], {}, "statements"),
        ([Strata(whole="a", parts=["b"])], {}, "statements"),
        ([Percentage(name="a", printed="5")] * 2, {}, "statements"),
        ([Percentage(name="a", printed="5")], {"at_most": 0}, "at_most"),
        ([Percentage(name="a", printed="5")], {"limit": 0}, "limit"),
        ([Percentage(name="a", printed="5")], {"rounding": "up"}, "rounding"),
        (
            [
                Percentage(name="a", printed="5.0000"),
                Known(quantity="a.total", value=10**15),
            ],
            {},
            "at_most",
        ),
        (
            [
                Percentage(name="a", printed="5"),
                Percentage(name="b", printed="9"),
                PrintedP(printed="0.1", first="a", second="b", tests=["barnard"]),
            ],
            {"at_most": 5000},
            "at_most",
        ),
    ],
    ids=[
        "empty",
        "unknown",
        "twice",
        "at-most",
        "limit",
        "rounding",
        "overflow",
        "tables",
    ],
)
def test_bad_arguments(statements, options, argument):
    with pytest.raises(ArgumentError) as caught:
        reconstruct(*statements, **{"at_most": 100, **options})
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    "make",
    [
        lambda: Percentage(name="", printed="5"),
        lambda: Percentage(name="a", printed="five"),
        lambda: Percentage(name="a", printed="-5"),
        lambda: Percentage(name="a", printed="5", events="x", total="x"),
        lambda: Known(quantity="n", value=-1),
        lambda: Known(quantity="n", value=2.5),
        lambda: Sum(whole="a", parts=[]),
        lambda: Sum(whole="a", parts=["a", "b"]),
        lambda: PrintedP(printed="1.2", first="a", second="b"),
        lambda: PrintedP(printed="0.2", first="a", second="b", tests=["wald"]),
    ],
)
def test_bad_statements(make):
    with pytest.raises(ArgumentError):
        make()
