"""What the statistics refuse: every public callable, every argument, by kind.

A bad call must end in an ArgumentError that names the argument and, for one element of
several, its index, and says what is allowed. Warnings are errors here as everywhere, so
nothing passes on the way there, and a NaN that is returned is a failure.
"""

import inspect
import math
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pytest

from galleyproof import stats
from galleyproof.stats import ArgumentError, Effects

NAN, INF = math.nan, math.inf
EFFECTS = Effects(
    estimate=[0.1, 0.4, -0.2, 0.6, 0.3, 0.05],
    variance=[0.04, 0.09, 0.02, 0.16, 0.05, 0.01],
    measure="GEN",
)
X = [1.0, 2.0, 4.0, 3.0, 7.0, 5.0]
REGRESSION = stats.regress(EFFECTS, X)
TABLE = {"a_events": 3, "a_total": 20, "b_events": 9, "b_total": 21}
TABLES = {
    "a_events": [3, 1, 4],
    "a_total": [20, 30, 25],
    "b_events": [9, 2, 6],
    "b_total": [21, 29, 24],
}
SAME = inspect.Parameter.empty
"""A value whose index is that of no single element."""

# What is wrong with each kind of argument: (value, index of the offence) -------------

NOT_A_NUMBER = [None, "3", "x", b"3", True, False, 1j, object(), {}, [1, 2], Decimal(1)]
COUNT = [*NOT_A_NUMBER, -1, 1.5, NAN, INF, -INF, 2.0**60]
NUMBER = [*NOT_A_NUMBER, NAN, INF, -INF]
FRACTION = [*NUMBER, 0, 1, -0.1, 1.1, np.float64(1.0)]
SHAPES = [
    None,
    "abc",
    3,
    0.5,
    [],
    [[1, 2], [3, 4]],
    ["1", "2"],
    [None, 1],
    [1, [2]],
    {},
]
WORD = [None, "nonsense", 3, "", True, ["z"], NAN]
FLAG = [None, "no", "", 0, 1, 2.0, []]
STUDIES = [None, "x", 3, [0.1, 0.2], {"estimate": [1]}, REGRESSION]
PRINTED = [None, 1.5, 3, True, "", "abc", "1.2.3", "1 2", "nan", b"1.0", "1.0000000001"]


def vector(good, *bad):
    """List bad versions of a good vector: not one at all, or with one bad element."""
    good = list(good)
    for shape in SHAPES:
        yield shape, SAME
    yield np.ma.masked_array(np.array(good, dtype=float), mask=True), SAME
    yield [True] * len(good), SAME
    for value in (NAN, INF, -INF, *bad):
        for at in (0, len(good) - 1):
            yield [*good[:at], value, *good[at + 1 :]], at
            yield np.array([*good[:at], value, *good[at + 1 :]], dtype=float), at


def unequal(good):
    """Vectors that are too long or too short."""
    good = list(good)
    return [([*good, good[-1]], SAME), (good[:-1], SAME)]


def plain(values):
    return [(value, SAME) for value in values]


@dataclass(frozen=True)
class Public:
    """A public callable, a call that works, and what its arguments must not be."""

    call: dict
    bad: dict = field(default_factory=dict)
    positional: tuple = ()
    """Names of `call` that are handed over by position."""


def table(**more):
    bad = {
        name: plain([*COUNT, 0] if name.endswith("total") else [*COUNT, 22])
        for name in TABLE
    }
    return Public(
        call=dict(TABLE), bad=bad | {name: plain(v) for name, v in more.items()}
    )


def interval():
    return Public(
        call={"events": 3, "total": 20},
        bad={
            "events": plain([*COUNT, 21]),
            "total": plain([*COUNT, 0]),
            "level": plain(FRACTION),
        },
    )


def counts(names, **more):
    """Vectors of counts; the second of each pair is its total."""
    call = {name: TABLES.get(name, [3, 1, 4]) for name in names}
    if "total" in names:
        call["total"] = [20, 30, 25]
    bad = {}
    for name in names:
        bad[name] = [*vector(call[name], -1, 1.5, 2.0**60)]
        if name.endswith("total"):
            bad[name] += [([0, *call[name][1:]], 0)]
        else:
            bad[name] += [([*call[name][:-1], 999], 2)]
    return Public(call=call, bad=bad | {name: plain(v) for name, v in more.items()})


def studies(positional=("effects",), call=None, **more):
    return Public(
        call={"effects": EFFECTS} | (call or {}),
        bad={
            "effects": plain(STUDIES),
            **{name: plain(values) for name, values in more.items()},
        },
        positional=positional,
    )


MODERATORS = [
    *plain([None, "abc", 3, [], [1, 2], ["a"] * 6, [None] * 6, [[1], [2, 3]], {}]),
    *plain([[0.0] * 6, np.zeros((6, 2)), np.ones((6, 2, 2))]),
    ([NAN, *X[1:]], 0),
    ([*X[:-1], INF], 5),
    ([[each, NAN] for each in X], (0, 1)),
    ([[1, each] for each in X], (0, 0)),  # a constant beside the intercept
    ([[each, 2 * each] for each in X], (0, 1)),
]
ESCALC = {
    "OR": {**TABLES},
    "PLO": {"events": [3, 1, 4], "total": [20, 30, 25]},
    "SMD": {
        "a_mean": [1.0, 2.0],
        "a_sd": [1.0, 1.5],
        "a_total": [10, 12],
        "b_mean": [0.5, 1.0],
        "b_sd": [1.0, 1.2],
        "b_total": [11, 9],
    },
    "IRR": {
        "a_events": [3, 1],
        "a_time": [10.5, 20.0],
        "b_events": [5, 2],
        "b_time": [9.0, 21.0],
    },
    "ZCOR": {"correlation": [0.1, 0.5], "total": [10, 20]},
    "GEN": {"estimate": [0.1, 0.5], "variance": [0.1, 0.2]},
}
OUTSIDE = {
    "events": [-1, 1.5],
    "total": [0, -1, 1.5],
    "sd": [-1.0],
    "time": [0.0, -1.0],
    "variance": [0.0, -1.0],
    "correlation": [-1.0, 1.0, 2.0],
    "mean": [],
    "estimate": [],
}


def escalc(measure):
    data = ESCALC[measure]
    bad = {
        name: [*vector(good, *OUTSIDE[name.rsplit("_", maxsplit=1)[-1]])]
        for name, good in data.items()
    }
    first, *others = data
    for name in others:
        bad[name] += unequal(data[name])
    for name in (first, *others):
        total = f"{name.removesuffix('events')}total"
        if name.endswith("events") and total in data:
            bad[name] += [([data[total][0] + 1, *data[name][1:]], 0)]
    return Public(
        call={"measure": measure, **data},
        bad=bad
        | {
            "zero_cells": plain(WORD),
            "add": plain([value for value in [*NUMBER, -0.5] if value is not None]),
            "nonsense": plain([1, [1, 2]]),
        },
        positional=("measure",),
    )


PRINTED_P = [*PRINTED, "-0.1", "1.5"]
ROUNDING = [None, "nonsense", [], ["half-up", "nonsense"], 3, [3], True]
STATEMENTS = (
    stats.Percentage(name="all", printed="23.3"),
    stats.Percentage(name="small", printed="18.0"),
)
CALLS = {
    **{
        name: interval()
        for name in (
            "agresti_coull_interval",
            "clopper_pearson_interval",
            "jeffreys_interval",
            "mid_p_interval",
            "wald_interval",
            "wilson_corrected_interval",
            "wilson_interval",
        )
    },
    "proportion_intervals": counts(("events", "total"), level=FRACTION, method=WORD),
    "risk_difference": table(level=FRACTION, method=WORD),
    "risk_ratio": table(level=FRACTION, method=WORD, zero_cells=WORD),
    "odds_ratio": table(level=FRACTION, method=WORD, zero_cells=WORD),
    "number_needed_to_treat": table(level=FRACTION, method=WORD),
    "minimum_expected_count": table(),
    "fisher_exact": table(alternative=WORD, mid_p=FLAG),
    "pearson_chi_square": table(correction=FLAG),
    "barnard_exact": table(alternative=WORD, pooled=FLAG),
    "boschloo_exact": table(alternative=WORD),
    "escalc": Public(
        call={"measure": "PLO", "events": [1], "total": [2]},
        bad={"measure": plain(WORD)},
        positional=("measure",),
    ),
    **{f"escalc {measure}": escalc(measure) for measure in ESCALC},
    "back_transform": Public(
        call={"value": [0.1, 0.2], "measure": "PFT", "totals": [10, 20]},
        bad={
            "value": [
                *plain([None, "x", ["a"], [None], [1, [2]], [True], {}]),
                (NAN, SAME),
                ([0.1, NAN], 1),
                ([[0.1, INF]], (0, 1)),
            ],
            "measure": plain(WORD),
            "totals": [*vector([10, 20], 0, -1)],
        },
        positional=("value",),
    ),
    "pool": studies(method=WORD, test=WORD, level=FRACTION, prediction=WORD),
    "heterogeneity_interval": Public(
        call={"effects": EFFECTS},
        bad={
            "effects": plain(STUDIES),
            "moderators": [one for one in MODERATORS if one[0] is not None],
            "level": plain(FRACTION),
        },
        positional=("effects",),
    ),
    "mantel_haenszel": counts(
        tuple(TABLES), measure=WORD, level=FRACTION, correction=FLAG, zero_cells=WORD
    ),
    "peto": counts(tuple(TABLES), level=FRACTION),
    "pool_proportions": counts(
        ("events", "total"), method=WORD, test=WORD, level=FRACTION
    ),
    "regress": Public(
        call={"effects": EFFECTS, "moderators": X},
        bad={
            "effects": plain(STUDIES),
            "moderators": MODERATORS,
            "intercept": plain(FLAG),
            "names": plain(["a", ("a", "b"), (), 3, (3,), (None,)]),
            "method": plain(WORD),
            "test": plain(WORD),
            "level": plain(FRACTION),
        },
        positional=("effects", "moderators"),
    ),
    "predict": Public(
        call={"regression": REGRESSION, "moderators": [1.0]},
        bad={
            "regression": plain([None, EFFECTS, 3]),
            "moderators": [
                *plain([None, "x", [], ["a"], [None], [1, 2], [[1], [2, 3]], {}]),
                ([NAN], 0),
                ([[1.0], [INF]], (1, 0)),
            ],
        },
        positional=("regression", "moderators"),
    ),
    "subgroups": Public(
        call={"effects": EFFECTS, "groups": list("aabbbb")},
        bad={
            "effects": plain(STUDIES),
            "groups": [
                *plain([None, "aabbbb", 3, [], list("aab"), list("aaaaaa")]),
                (["a", None, *"abbb"], 1),
                ([*"aabbb", NAN], 5),
                ([*"aabbb", ["b"]], 5),
            ],
            "sharing": plain(WORD),
            "method": plain(WORD),
            "test": plain(WORD),
            "level": plain(FRACTION),
        },
        positional=("effects", "groups"),
    ),
    "leave_one_out": studies(method=WORD, test=WORD, level=FRACTION),
    "cumulative": Public(
        call={"effects": EFFECTS, "order": X},
        bad={
            "effects": plain(STUDIES),
            "order": [
                *(one for one in vector(X) if one[0] is not None),
                *unequal(X),
            ],
            "method": plain(WORD),
            "test": plain(WORD),
            "level": plain(FRACTION),
        },
        positional=("effects",),
    ),
    "influence": Public(
        call={"effects": EFFECTS},
        bad={
            "effects": plain(STUDIES),
            "moderators": [one for one in MODERATORS if one[0] is not None],
            "intercept": plain(FLAG),
            "method": plain(WORD),
            "test": plain(WORD),
        },
        positional=("effects",),
    ),
    "egger_test": studies(
        model=WORD,
        predictor=[*WORD, "ni"],
        method=WORD,
        test=WORD,
        level=FRACTION,
    ),
    "begg_test": studies(),
    "trim_and_fill": studies(
        side=[word for word in WORD if word is not None],
        estimator=WORD,
        method=WORD,
        test=WORD,
        level=FRACTION,
    ),
    "funnel": studies(
        centre=[value for value in NUMBER if value is not None],
        levels=[None, 0.95, "0.95", (), (0.95, 1.0), (0.0,), (NAN,), ("x",)],
        points=[*COUNT, 1],
    ),
    "reconstruct": Public(
        call={"statements": STATEMENTS, "at_most": 50},
        bad={
            "at_most": plain([*COUNT, 0, 10**8]),
            "rounding": plain(ROUNDING),
            "limit": plain([*COUNT, 0]),
            "effort": plain([*COUNT, 0]),
        },
        positional=("statements",),
    ),
    "recheck_p": Public(
        call={"printed": "0.04", **TABLE},
        bad={
            "printed": plain(PRINTED_P),
            **table().bad,
            "tests": plain([None, [], "nonsense", 3, [3], ["pearson", "nonsense"]]),
            "rounding": plain(ROUNDING),
            "alpha": plain(FRACTION),
        },
        positional=("printed",),
    ),
    "recheck_statistic": Public(
        call={
            "kind": "t",
            "statistic": "2.10",
            "printed_p": "=.043",
            "degrees_of_freedom": [38],
        },
        bad={
            "kind": plain([None, "nonsense", 3]),
            "statistic": plain([*PRINTED, "≤2"]),
            "printed_p": plain(PRINTED_P),
            "degrees_of_freedom": plain([None, "38", [], [1, 2], [0], [None]]),
            "tails": plain([None, 0, 3, "2"]),
            "alpha": plain(FRACTION),
        },
        positional=("kind", "statistic", "printed_p"),
    ),
    "check_interval": Public(
        call={
            "estimate": "1.20",
            "low": "1.01",
            "high": "1.43",
            "standard_error": "0.09",
            "p": "0.04",
            "null": 1.0,
            "degrees_of_freedom": 20.0,
        },
        bad={
            **{name: plain([*PRINTED, "<1.2"]) for name in ("estimate", "low", "high")},
            "standard_error": plain([x for x in PRINTED if x is not None]),
            "p": plain([x for x in PRINTED_P if x is not None]),
            "level": plain(FRACTION),
            "scale": plain(WORD),
            "null": plain([x for x in NUMBER if x is not None]),
            "degrees_of_freedom": plain([x for x in [*NUMBER, 0, -1] if x is not None]),
            "rounding": plain(ROUNDING),
        },
    ),
    "grim": Public(
        call={"mean": "3.45", "total": 20},
        bad={
            "mean": plain([*PRINTED, "<3.4"]),
            "total": plain([*COUNT, 0]),
            "items": plain([*COUNT, 0]),
            "rounding": plain(ROUNDING),
        },
        positional=("mean",),
    ),
    "grimmer": Public(
        call={"mean": "3.45", "sd": "1.19", "total": 20, "minimum": 1, "maximum": 7},
        bad={
            "mean": plain([*PRINTED, "<3.4"]),
            "sd": plain([*PRINTED, "-1.0"]),
            "total": plain([*COUNT, 0, 1]),
            "items": plain([*COUNT, 0]),
            "minimum": plain(["1", 1.5, True, NAN, [1]]),
            "maximum": plain(["7", 7.5, True, NAN, 0, None]),
            "rounding": plain(ROUNDING),
        },
        positional=("mean", "sd"),
    ),
    "debit": Public(
        call={"mean": "0.45", "sd": "0.51", "total": 20},
        bad={
            "mean": plain([*PRINTED, "1.5", "-0.1"]),
            "sd": plain([*PRINTED, "-1.0"]),
            "total": plain([*COUNT, 0, 1]),
            "rounding": plain(ROUNDING),
        },
        positional=("mean", "sd"),
    ),
    "falls": Public(
        call={"rates": ["1.0", "2.0"]},
        bad={
            "rates": [
                *plain([None, "12", 3, []]),
                *[(["1.0", one], 1) for one in PRINTED],
            ],
            "rounding": plain(ROUNDING),
        },
        positional=("rates",),
    ),
    "share_bound": Public(
        call={"whole": ["1.0", "2.0"], "subgroup": ["3.0", "9.0"]},
        bad={
            name: [
                *plain([None, "12", 3, [], ["1.0"]]),
                *[(["1.0", one], 1) for one in [*PRINTED, "<2", "101", "-1"]],
            ]
            for name in ("whole", "subgroup")
        }
        | {"rounding": plain(ROUNDING)},
    ),
    "Effects": Public(
        call={
            "estimate": [0.1, 0.2],
            "variance": [0.1, 0.1],
            "measure": "GEN",
            "totals": [3.0, 4.0],
        },
        bad={
            "estimate": [*vector([0.1, 0.2], 1e100)],
            "variance": [
                *vector([0.1, 0.1], 0.0, -1.0, 1e-100, 1e100),
                *unequal([1.0, 1.0]),
            ],
            "measure": plain([None, 3, "", "nonsense", ["GEN"]]),
            "totals": [
                *(v for v in vector([3.0, 4.0], 0, -1) if v[0] is not None),
                *unequal([3.0, 4.0]),
            ],
        },
    ),
    "Percentage": Public(
        call={"name": "a", "printed": "18.0"},
        bad={
            "name": plain([None, "", 3]),
            "printed": plain([*PRINTED, "-1.0"]),
            "events": plain([3, ["x"]]),
            "total": plain([3, "a.events"]),
            "rounding": plain([one for one in ROUNDING if one is not None]),
        },
    ),
    "Known": Public(
        call={"quantity": "n", "value": 3},
        bad={
            "quantity": plain([None, "", 3]),
            "value": plain([None, "3", -1, 1.5, True, NAN, [1]]),
        },
    ),
    "Bound": Public(
        call={"quantity": "n", "at_most": 3},
        bad={
            "quantity": plain([None, "", 3]),
            "at_least": plain([None, "3", -1, 1.5, True, NAN, [1]]),
            "at_most": plain(["3", -1, 1.5, True, NAN, [1]]),
        },
    ),
    "Sum": Public(
        call={"whole": "n", "parts": ["a", "b"]},
        bad={
            "whole": plain([None, "", 3]),
            "parts": plain([None, "ab", [], 3, ["a", "a"], ["n"], [3], [None]]),
        },
    ),
    "Strata": Public(
        call={"whole": "n", "parts": ["a", "b"]},
        bad={
            "whole": plain([None, "", 3]),
            "parts": plain([None, "ab", [], 3, ["a", "a"], ["n"], [3], [None]]),
        },
    ),
    "Subgroup": Public(
        call={"part": "a", "whole": "n"},
        bad={
            "part": plain([None, "", 3, "n"]),
            "whole": plain([None, "", 3]),
        },
    ),
    "PrintedP": Public(
        call={"printed": "0.04", "first": "a", "second": "b"},
        bad={
            "printed": plain(PRINTED_P),
            "first": plain([None, "", 3]),
            "second": plain([None, "", 3, "a"]),
            "tests": plain([None, [], "nonsense", 3, [3]]),
            "rounding": plain([one for one in ROUNDING if one is not None]),
        },
    ),
}
RESULTS = {
    "Association",
    "MEASURES",
    "Rounding",
    "Statement",
    "Verdict",
    *(name for name in stats.__all__ if name.endswith("Error")),
}
"""Names without arguments of a caller: enumerations, a table, a union, errors."""


def call(name, arguments, positional):
    function = getattr(stats, name.split()[0])
    if positional == ("statements",):
        arguments = dict(arguments)
        return function(*arguments.pop("statements"), **arguments)
    given = [arguments[each] for each in positional]
    return function(
        *given, **{k: v for k, v in arguments.items() if k not in positional}
    )


def functions():
    return {n for n in stats.__all__ if inspect.isfunction(getattr(stats, n))}


BAD = [(name, argument) for name, public in CALLS.items() for argument in public.bad]


def complaint(name, argument, value, index):
    """Say what is wrong with the refusal of a bad value; None if nothing is."""
    public = CALLS[name]
    try:
        result = call(name, public.call | {argument: value}, public.positional)
    except ArgumentError as error:
        message = str(error)
        good = error.argument == argument and message.startswith(f"`{argument}")
        good &= "must be" in message and bool(error.allowed)
        if index is not SAME:
            good &= error.index == index
        return None if good else f"said: {message} (index {error.index!r})"
    except Exception as error:  # noqa: BLE001 - whatever comes instead is the finding
        return f"raised {type(error).__name__}: {error}"
    return f"returned {result!r:.60}"


def test_every_public_function_is_in_the_table():
    assert functions() <= {name.split()[0] for name in CALLS}


def test_every_argument_is_in_the_table():
    for name in functions() - {"escalc"}:
        wanted = set(inspect.signature(getattr(stats, name)).parameters)
        assert wanted - {"statements"} <= set(CALLS[name].bad), name


@pytest.mark.parametrize("name", CALLS)
def test_the_good_call_is_good(name):
    call(name, CALLS[name].call, CALLS[name].positional)


@pytest.mark.parametrize(("name", "argument"), BAD, ids=lambda word: word)
def test_bad_arguments_are_refused(name, argument):
    wrong = [
        f"{value!r:.60}: {said}"
        for value, index in CALLS[name].bad[argument]
        if (said := complaint(name, argument, value, index)) is not None
    ]
    assert not wrong, "\n".join([f"{name}, {argument}:", *wrong])
