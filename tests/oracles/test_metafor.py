"""The statistics against R's metafor, from the JSON that metafor.R wrote."""

import json
from pathlib import Path

import numpy as np
import pytest

from galleyproof import stats

FILES = sorted(Path(__file__).parent.glob("*.json"))
CASES = [d for d in (json.loads(p.read_text()) for p in FILES) if "measures" in d]
CLOSED = ("FE", "DL", "HE", "HS", "HSk", "SJ")
FIELDS = {
    "estimate": "estimate",
    "se": "standard_error",
    "p": "p",
    "ci_low": "ci_low",
    "ci_high": "ci_high",
    "tau2": "tau2",
    "q": "q",
    "q_p": "q_p",
    "i2": "i2",
    "h2": "h2",
}
EACH = [(d, m) for d in CASES for m in d["measures"]]
IDS = [f"{d['title']}-{m['measure']}" for d, m in EACH]


def effects_of(case, measure):
    return stats.escalc(measure["measure"], **case["data"])


def agree(ours, theirs, tolerance):
    floor = tolerance * 1e-2  # of a quantity that is 0 but for rounding
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=floor)


@pytest.mark.parametrize(("case", "measure"), EACH, ids=IDS)
def test_effect_sizes(case, measure):
    effects = effects_of(case, measure)
    agree(effects.estimate, measure["yi"], 1e-10)
    agree(effects.variance, measure["vi"], 1e-10)


@pytest.mark.parametrize(("case", "measure"), EACH, ids=IDS)
def test_pools(case, measure):
    effects = effects_of(case, measure)
    for expected in measure["pools"]:
        found = stats.pool(effects, method=expected["method"], test=expected["test"])
        tolerance = 1e-10 if expected["method"] in CLOSED else 1e-7
        for theirs, ours in FIELDS.items():
            agree(getattr(found, ours), expected[theirs], tolerance)


@pytest.mark.parametrize("case", [c for c in CASES if "tables" in c])
def test_tables(case):
    for expected in case["tables"]["mantel_haenszel"]:
        found = stats.mantel_haenszel(**case["data"], measure=expected["measure"])
        for name in ("estimate", "q", "i2", "h2"):
            agree(getattr(found, name), expected[name], 1e-10)
        agree(found.standard_error, expected["se"], 1e-10)
    found = stats.peto(**case["data"])
    agree(found.estimate, case["tables"]["peto"]["estimate"], 1e-10)


def test_public_names_are_not_hidden_by_modules():
    for name in stats.__all__:
        getattr(stats, name)
    assert callable(stats.mantel_haenszel)
    assert callable(stats.subgroups)
    assert callable(stats.influence)
