"""Effect sizes and the way back against metafor's escalc and transf."""

import numpy as np
import pytest

from galleyproof import stats

RULE = ("zero_cells", "add")


@pytest.mark.section("effect_sizes")
def test_effect_sizes(case, agree):
    for expected in case.section:
        measure = expected["measure"]
        y = np.array(expected["yi"], dtype=float)
        v = np.array(expected["vi"], dtype=float)
        defined = np.isfinite(y) & np.isfinite(v) & (v > 0)
        asked = {
            name: expected[name] for name in ("zero_cells", "add") if name in expected
        }
        if not defined.all():
            with pytest.raises(stats.ArgumentError) as error:
                stats.escalc(measure, **asked, **case.file["data"])
            assert error.value.index == int(np.argmin(defined))
            continue
        found = stats.escalc(measure, **asked, **case.file["data"])
        bound = 1e-10
        if measure in ("SMD", "SMDH") and case.place == "extreme_means":
            bound = 1e-9  # metafor subtracts log gammas of 600,000
        agree(f"effect {measure}", found.estimate, y, bound)
        agree(f"variance {measure}", found.variance, v, bound)


@pytest.mark.section("back_transformations")
def test_back_transformations(case, agree):
    for expected in case.section:
        found = stats.back_transform(
            expected["value"],
            measure=expected["measure"],
            totals=case.file["data"].get("total"),
        )
        agree(f"back {expected['measure']}", found, expected["back"], 1e-10)
