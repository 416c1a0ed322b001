import math

import pytest

from galleyproof.lineage import (
    CellRef,
    Condition,
    ConditionError,
    Interval,
    Kind,
    UndecidedError,
)
from galleyproof.lineage.condition import joined

NBSP = "\u00a0"


@pytest.fixture
def about(make):
    """Make a percentage whose row is about something."""

    def value(number, row="row", **said):
        cell = CellRef(
            table="proportions",
            row=row,
            field="printed",
            path="data/proportions.csv",
            line=2,
            column=3,
            about=tuple(said.items()),
        )
        return make(number, Kind.PERCENT, decimals=1, origin=cell)

    return value


def test_a_comparison_reads_as_it_prints(make):
    condition = make(246) > make(33)
    assert isinstance(condition, Condition)
    assert condition
    assert str(condition) == "246 > 33"
    assert str(~condition) == "246 ≤ 33"
    assert not ~condition


def test_only_what_tells_the_operands_apart_is_said(about):
    small = about("93.4", study="Glazer 2017", outcome="efficacy", stratum="< 4 cm")
    large = about("60.0", study="Glazer 2017", outcome="efficacy", stratum="≥ 4 cm")
    assert str(large < small) == "60.0% (≥ 4 cm) < 93.4% (< 4 cm)"
    assert str(large > 50) == "60.0% (Glazer 2017, efficacy, ≥ 4 cm) > 50%"


def test_an_arm_that_only_one_of_them_has_tells_nothing(about):
    frozen = about("93", study="Glazer 2017", arm="cryoablation")
    heated = about("60", study="Kovács 2022", arm="RFA")
    given = about("50", study="Song 2016")
    assert str(heated < frozen) == (
        "60.0% (Kovács 2022, RFA) < 93.0% (Glazer 2017, cryoablation)"
    )
    assert str(frozen > given) == "93.0% (Glazer 2017) > 50.0% (Song 2016)"
    assert str(frozen > 50) == "93.0% (Glazer 2017) > 50%"


def test_a_bound_stays_a_bound_beside_its_own_number(make):
    assert str(make(1e-9, Kind.P, "") < 0.0001) == "p < 0.0001 < 0.0001"
    tested, printed = make("0.0032", Kind.P, ""), make("0.003", Kind.P, "", 3)
    assert str(tested > printed) == "p = 0.0032 > p = 0.003"


def test_what_was_computed_says_from_what(make):
    share = make(246) / make(256)
    assert str(share > 90) == "96.1% (246 / 256) > 90%"
    assert str(share - 90 > 5) == "6.1% (96.1% − 90.0%) > 5%"


@pytest.mark.parametrize(
    ("left", "right", "text"),
    [
        ("0.05171", 0.05, "p = 0.052 < 0.05"),
        ("0.0107", 0.05, "p = 0.01 < 0.05"),
        ("0.04996", 0.05, "p = 0.04996 < 0.05"),
    ],
)
def test_p_reads_as_a_chain(make, left, right, text):
    assert str(make(left, Kind.P, "") < right) == text


def test_what_differs_does_not_print_alike(make):
    low, high = (make(n, Kind.PERCENT) for n in ("93.41", "93.42"))
    assert str(low < high) == "93.41% < 93.42%"
    assert str(low == low) == "93.4% = 93.4%"  # noqa: PLR0124 - prints, not computes


def test_joined_conditions_have_brackets_where_they_are_mixed(make):
    a, b, c = make(1) < make(2), make(2) < make(3), make(4) < make(3)
    assert str(a & b & c) == "1 < 2 and 2 < 3 and 4 < 3"
    assert str(a & b & a) == "1 < 2 and 2 < 3"
    assert str(a & (b | c)) == "1 < 2 and (2 < 3 or 4 < 3)"
    assert str(~(a & (b | c))) == "1 ≥ 2 or (2 ≥ 3 and 4 ≥ 3)"
    assert bool(a & b) is True
    assert bool(a & c) is False
    assert bool(c | a) is True


def test_values_are_known_once_and_from_left_to_right(make):
    one, two, three = make(1), make(2), make(3)
    condition = (one < two) & ~(two > three) & (one < three)
    assert [value.number for value in condition.values] == [1, 2, 3]
    assert condition.values[0] is one


def test_what_fails_is_told_part_by_part(make):
    good, bad, worse = make(1) < make(2), make(3) < make(2), make(4) < make(2)
    assert [str(part) for part in (good & bad & worse).failing] == ["3 < 2", "4 < 2"]
    assert [str(part) for part in (bad | worse).failing] == ["3 < 2 or 4 < 2"]
    assert (good & (bad | worse)).failing[0].is_joined
    assert (good | bad).failing == ()


def test_a_reading_is_turned_with_the_condition(make):
    condition = (make(1) < make(2)).reads("small", "not small")
    assert (str(condition), str(~condition), str(~~condition)) == (
        "small",
        "not small",
        "small",
    )


@pytest.mark.parametrize("other", [True, 1, None, "yes"])
def test_only_conditions_are_joined(make, other):
    condition = make(1) < make(2)
    for join in (
        lambda: condition & other,
        lambda: condition | other,
        lambda: other & condition,
        lambda: other | condition,
        lambda: joined("and", []),
    ):
        with pytest.raises(ConditionError):
            join()


def test_a_number_between_joins_says_where_brackets_go(make):
    with pytest.raises(TypeError, match=r"brackets, as in `\(a < b\) & \(c < d\)`"):
        _ = make(1) < make(2) & make(3) < make(4)


@pytest.mark.parametrize(
    ("compared", "holds"),
    [
        (lambda p: p < 0.05, True),
        (lambda p: p < 0.0001, True),
        (lambda p: p <= 0.0001, True),
        (lambda p: p >= 0.0001, False),
        (lambda p: p > 0.05, False),
        (lambda p: p == 0.05, False),
        (lambda p: p == 0.0001, False),
        (lambda p: p != 0.0001, True),
        (lambda p: p < 0.00005, None),
        (lambda p: p == 0.00005, None),
        (lambda p: p >= 0.00005, None),
    ],
)
def test_a_printed_bound_decides_what_it_can(make, compared, holds):
    bound = make("0.0001", Kind.P, "", 4, relation="<")
    if holds is None:
        with pytest.raises(
            UndecidedError, match=r"does not decide whether `p < 0\.0001`"
        ):
            compared(bound)
    else:
        assert bool(compared(bound)) is holds


def test_two_bounds_are_decided_only_where_they_do_not_meet(make):
    low = make("0.0001", Kind.P, "", 4, relation="<")
    high = make("0.05", Kind.P, "", 2, relation=">")
    assert low < high
    assert high >= low
    with pytest.raises(UndecidedError):
        _ = low < make("0.001", Kind.P, "", 3, relation="<")


def test_infinity_compares_and_nothing_holds_of_what_is_no_number(make):
    nan, infinite = (make(float(n), Kind.RATIO, "") for n in ("nan", "inf"))
    assert infinite > 1
    assert not nan < 1
    assert not nan > 1
    assert str(nan < 1) == "not estimable < 1"


def test_intervals_exclude_and_include(make):
    def interval(low, high):
        ends = [make(n, Kind.POINTS, decimals=1) for n in (low, high)]
        return Interval(low=ends[0], high=ends[1], method="95% interval")

    beyond, around = interval("0.3", "25.6"), interval("-2", "3")
    assert beyond.excludes(0)
    assert str(beyond.excludes(0)) == "95% interval, 0.3 to 25.6, excludes 0"
    assert not around.excludes(0)
    assert around.includes(0)
    assert str(~beyond.excludes(0)) == "95% interval, 0.3 to 25.6, includes 0"
    assert str(interval("0.04", "1.96").excludes(0)) == (
        "95% interval, 0.04 to 1.96, excludes 0"
    )
    assert interval("-3", "0").includes(0)
    assert [v.number for v in around.excludes(0).values] == [-2, 0, 3, 0]
    assert around.width.text == f"5.0{NBSP}percentage points"
    assert not interval(math.nan, math.nan).excludes(0)
