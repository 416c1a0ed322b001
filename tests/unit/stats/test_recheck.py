"""`recheck` on the numbers of the review's sources and of the tests' own papers."""

import math
from fractions import Fraction

import pytest

from galleyproof.stats import (
    ArgumentError,
    Association,
    Rounding,
    check_interval,
    debit,
    falls,
    grim,
    grimmer,
    recheck_p,
    share_bound,
)

TECHNICAL_SUCCESS = {"a_events": 246, "a_total": 256, "b_events": 33, "b_total": 39}
EFFICACY = {"a_events": 213, "a_total": 228, "b_events": 18, "b_total": 30}
PROGRESSION = {"a_events": 41, "a_total": 228, "b_events": 19, "b_total": 30}
ADVERSE_EVENTS = {"a_events": 17, "a_total": 195, "b_events": 8, "b_total": 41}
RCT = {"a_events": 7, "a_total": 180, "b_events": 6, "b_total": 180}
CLASSICAL = [Association.PEARSON, Association.YATES, Association.FISHER]


def values(check):
    return {result.test: result.p for result in check.results}


@pytest.mark.parametrize(
    ("printed", "counts", "reproduced_by", "depends"),
    [
        pytest.param(
            "0.003", TECHNICAL_SUCCESS, ("pearson",), False, id="technical-success"
        ),
        pytest.param("<0.0001", EFFICACY, tuple(CLASSICAL), False, id="efficacy"),
        pytest.param("<0.0001", PROGRESSION, tuple(CLASSICAL), False, id="progression"),
        pytest.param("0.04", ADVERSE_EVENTS, ("pearson",), True, id="adverse-events"),
        pytest.param("0.776", RCT, (), False, id="trial"),
    ],
)
def test_printed_p(printed, counts, reproduced_by, depends):
    check = recheck_p(printed, **counts, tests=CLASSICAL)
    assert check.reproduced_by == reproduced_by
    assert check.verdict_depends is depends


@pytest.mark.parametrize(
    ("counts", "pearson", "yates", "fisher", "minimum_expected"),
    [
        (TECHNICAL_SUCCESS, 0.00319, 0.0102, 0.0107, 2.12),
        (EFFICACY, 1.9e-8, 1.1e-7, 3.7e-6, 3.14),
        (PROGRESSION, 3.3e-8, 1.2e-7, 5.5e-7, 6.98),
        (ADVERSE_EVENTS, 0.0412, 0.078, 0.0517, 4.34),
        (RCT, 0.778, 1.00, 1.00, 6.5),
    ],
    ids=["technical-success", "efficacy", "progression", "adverse-events", "trial"],
)
def test_p_values_to_the_digits_known(counts, pearson, yates, fisher, minimum_expected):
    check = recheck_p("0.5", **counts, tests=CLASSICAL)
    expected = dict(zip(CLASSICAL, (pearson, yates, fisher), strict=True))
    for test, p in values(check).items():
        assert p == pytest.approx(expected[test], rel=0.03)  # two digits are known
    assert check.minimum_expected == pytest.approx(minimum_expected, abs=0.005)


def test_undefined_test_is_said_to_be_so():
    none = {"a_events": 0, "a_total": 9, "b_events": 0, "b_total": 8}
    check = recheck_p("1.0", **none)
    assert values(check)["pearson"] is None
    assert "fisher" in check.reproduced_by
    assert not any(r.reproduces for r in check.results if r.p is None)


def test_unconditional_tests_by_name():
    check = recheck_p("0.064", **ADVERSE_EVENTS, tests=["boschloo", "barnard"])
    assert check.reproduced_by == ("boschloo",)


@pytest.mark.parametrize(
    ("printed", "options", "argument"),
    [
        ("1.5", {}, "printed"),
        ("p", {}, "printed"),
        ("0.05", {"tests": ["wald"]}, "tests"),
        ("0.05", {"tests": []}, "tests"),
        ("0.05", {"alpha": 1.0}, "alpha"),
        ("0.05", {"a_events": 10}, "a_events"),
    ],
)
def test_bad_arguments_of_p(printed, options, argument):
    counts = {"a_events": 1, "a_total": 9, "b_events": 2, "b_total": 8}
    with pytest.raises(ArgumentError) as caught:
        recheck_p(printed, **(counts | options))
    assert caught.value.argument == argument


# Brown and Heathers (2017): a mean of 5.19 from 28 whole numbers is impossible; the
# same cases are in the tests of rsprite2 0.2.1 (GRIM_test).
@pytest.mark.parametrize(
    ("mean", "total", "items", "consistent"),
    [("5.19", 28, 1, False), ("5.18", 28, 1, True), ("5.18", 14, 2, True)],
)
def test_grim(mean, total, items, consistent):
    assert grim(mean, total=total, items=items).consistent is consistent


def test_grim_lists_the_sums():
    assert grim("5.18", total=28).sums == (145,)
    assert grim("-5.18", total=28).sums == (-145,)
    assert grim("1.0", total=20).sums == (19, 20)


# The example of rsprite2 (GRIMMER_test) and of Allard (2018): 18 answers that add up to
# 62 have an even sum of squares, and only 317 would give the printed SD.
@pytest.mark.parametrize(
    ("mean", "sd", "total", "reason"),
    [
        ("5.21", "1.60", 28, "possible"),
        ("3.44", "2.47", 18, "parity"),
        ("5.19", "1.60", 28, "mean"),
        ("3.00", "0.01", 10, "sum of squares"),
        ("3.50", "0.00", 10, "sum of squares"),
        ("3.00", "0.00", 10, "possible"),
    ],
)
def test_grimmer(mean, sd, total, reason):
    result = grimmer(mean, sd, total=total)
    assert result.reason == reason
    assert result.consistent is (reason == "possible")


# Limits of the SD for 5 answers from 1 to 7 with mean 4.2, from the tests of rsprite2.
@pytest.mark.parametrize(
    ("sd", "items", "consistent"),
    [
        ("0.45", 1, True),
        ("3.03", 1, True),
        ("3.35", 1, False),
        ("0.27", 2, True),
        ("3.03", 2, True),
    ],
)
def test_grimmer_within_a_scale(sd, items, consistent):
    result = grimmer("4.2", sd, total=5, items=items, minimum=1, maximum=7)
    assert result.consistent is consistent


# Heathers and Brown (2019): the seven pairs for n = 1683 as data set pigs3 of scrutiny,
# whose tests expect the fourth alone to be inconsistent.
@pytest.mark.parametrize(
    ("mean", "sd", "consistent"),
    [
        ("0.53", "0.50", True),
        ("0.44", "0.50", True),
        ("0.77", "0.42", True),
        ("0.19", "0.35", False),
        ("0.34", "0.47", True),
        ("0.93", "0.25", True),
        ("0.12", "0.33", True),
    ],
)
def test_debit(mean, sd, consistent):
    assert debit(mean, sd, total=1683).consistent is consistent


def test_debit_of_few():
    """The vignette of scrutiny: 0.35 and 0.18 from 20 is impossible; 0.49 is right."""
    assert debit("0.35", "0.18", total=20).events == ()
    assert debit("0.35", "0.49", total=20).events == (7,)
    assert not debit("0.33", "0.48", total=20).mean_possible


@pytest.mark.parametrize(
    "call",
    [
        lambda: grim("5.19", total=0),
        lambda: grim("<5.19", total=9),
        lambda: grim(5.19, total=9),
        lambda: grimmer("5.19", "-1.0", total=9),
        lambda: grimmer("5.19", "1.0", total=1),
        lambda: grimmer("5.19", "1.0", total=9, minimum=3),
        lambda: grimmer("5.19", "1.0", total=9, minimum=3, maximum=1),
        lambda: debit("1.2", "0.1", total=9),
        lambda: debit("0.2", "-0.1", total=9),
    ],
)
def test_bad_arguments_of_granularity(call):
    with pytest.raises(ArgumentError):
        call()


def names(check):
    return [one.name for one in check.broken]


def test_consistent_result():
    """Altman and Bland (2011), BMJ 343:d2090: 0.81, 0.70 to 0.94 gives p 0.005."""
    check = check_interval(
        estimate="0.81", low="0.70", high="0.94", p="0.005", scale="log"
    )
    assert check.consistent, check.broken
    assert [one.name for one in check.relations] == [
        "order",
        "symmetry",
        "p value",
        "verdict",
    ]


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"estimate": "1.81"}, ["order", "symmetry", "p value"]),
        ({"estimate": "0.90"}, ["symmetry", "p value"]),
        ({"p": "0.05"}, ["p value"]),
        ({"p": "0.2"}, ["p value", "verdict"]),
        ({"standard_error": "0.075"}, []),
        ({"standard_error": "0.090"}, ["standard error"]),
    ],
)
def test_broken_relations(changed, broken):
    printed = {"estimate": "0.81", "low": "0.70", "high": "0.94", "p": "0.005"}
    assert names(check_interval(**(printed | changed), scale="log")) == broken


def test_interval_that_includes_the_null():
    check = check_interval(estimate="0.10", low="-0.10", high="0.30", p="<0.01")
    assert names(check) == ["p value", "verdict"]


def test_t_interval():
    check = check_interval(
        estimate="2.00",
        low="-0.26",
        high="4.26",
        standard_error="1.000",
        degrees_of_freedom=9,
    )
    assert check.consistent
    assert names(
        check_interval(
            estimate="2.00", low="-0.26", high="4.26", standard_error="1.000"
        )
    ) == ["standard error"]


@pytest.mark.parametrize(
    "changed",
    [
        {"estimate": "<1"},
        {"low": "0.00"},
        {"p": "2"},
        {"level": 1.0},
        {"scale": "sqrt"},
        {"degrees_of_freedom": 0.0},
    ],
)
def test_bad_arguments_of_interval(changed):
    printed = {"estimate": "0.81", "low": "0.70", "high": "0.94", "scale": "log"}
    with pytest.raises(ArgumentError):
        check_interval(**(printed | changed))


def test_rates_that_rise():
    assert falls(["10.2", "16.5", "20.9", "30.5"]) == ()
    assert falls(["12", "17", "16.5"]) == ()  # 17 may be 16.5


def test_rates_that_fall():
    (found,) = falls(["12", "17", "16", "20"])
    assert (found.earlier, found.later) == (1, 2)
    assert found.printed == ("17", "16")
    assert falls(["17", "16.5"], rounding=Rounding.TRUNCATE)[0].later == 1


def test_mixture_bound_of_rfa_in_the_elderly():
    """Overall 17 to 18% while over 3 cm 22 to 42%: at most 1/20 are over 3 cm."""
    bound = share_bound(whole=["17", "18"], subgroup=["22", "42"])
    assert bound.share == Fraction(1, 20)
    assert bound.share_rounded == Fraction(2, 19)
    assert float(bound.at_risk) == pytest.approx(0.047, abs=0.0005)
    assert float(bound.at_risk_rounded) == pytest.approx(0.098, abs=0.0005)
    assert math.floor(111 * bound.share_rounded) == 11


def test_mixture_bound_of_cryoablation_in_the_elderly():
    assert share_bound(whole=["12", "17"], subgroup=["13", "22"]).share == Fraction(
        5, 9
    )


def test_mixture_bound_by_level_alone():
    """A subgroup at 80% cannot be more than half of a whole at 40%."""
    assert share_bound(whole=["40", "60"], subgroup=["80", "80"]).share == Fraction(
        1, 2
    )


def test_mixture_that_is_impossible():
    """The whole falls while the subgroup does not: no share makes up for it."""
    assert share_bound(whole=["40", "20"], subgroup=["30", "30"]).share is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: falls([]),
        lambda: falls("17"),
        lambda: share_bound(whole=["17"], subgroup=["22"]),
        lambda: share_bound(whole=["17", "18"], subgroup=["22"]),
        lambda: share_bound(whole=["17", "118"], subgroup=["22", "42"]),
        lambda: share_bound(whole=["17", "<18"], subgroup=["22", "42"]),
    ],
)
def test_bad_arguments_of_rates(call):
    with pytest.raises(ArgumentError):
        call()
