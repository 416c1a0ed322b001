import pytest

from galleyproof import compare, evidence, pool, row, study
from galleyproof.authoring.failures import EvidenceError
from galleyproof.lineage import Status, UnitError
from galleyproof.stats import escalc
from galleyproof.stats import pool as pool_effects

pytestmark = pytest.mark.usefixtures("project")


def by_size():
    success = study("smith2017").technical_success
    return compare(success.lt4, success.ge4)


# Counts 246/256 and 33/39; p values as in R's fisher.test and chisq.test.
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("risk_difference", "11.5\u00a0percentage points"),
        ("risk_ratio", "1.14"),
        ("odds_ratio", "4.47"),
        ("fisher", "p = 0.01"),
        ("pearson", "p = 0.003"),
        ("yates", "p = 0.01"),
        ("printed_p", "p = 0.003"),
        ("minimum_expected", "2.1"),
    ],
)
def test_a_comparison_prints(name, text):
    assert getattr(by_size(), name).text == text


def test_estimates_have_intervals_and_lineage():
    difference = by_size().risk_difference
    assert difference.ci.text == "2.8 to 25.9\u00a0percentage points"
    assert difference.bare.ci.text == "2.8 to 25.9"
    assert difference.to(0).text == "11\u00a0percentage points"
    assert difference.status is Status.DERIVED
    assert difference.title.startswith(
        "risk difference (Newcombe) of 246/256 and 33/39"
    )
    assert [leaf.number for leaf in difference.value.leaves] == [246, 256, 33, 39]
    assert difference.value.recompute() == difference.value.number
    assert difference.ci.low.recompute() == difference.ci.low.number
    assert difference > 10


def test_counts_may_be_compared_without_evidence():
    success = study("smith2017").technical_success
    comparison = compare(success.lt4.counts, success.ge4.counts)
    assert comparison.fisher.to(4).text == "p = 0.0107"
    with pytest.raises(EvidenceError, match="no p value was printed for 246/256"):
        _ = comparison.printed_p


def test_a_row_of_tests_is_a_comparison():
    assert row("tests:s-ts-size").comparison.pearson.text == "p = 0.003"


def test_unlike_things_are_not_compared():
    smith = study("smith2017")
    with pytest.raises(EvidenceError, match=r"`technical_success` .*`efficacy`"):
        compare(smith.technical_success, smith.efficacy)
    response = study("jones2019").response
    with pytest.raises(UnitError, match=r"tumours.*patients"):
        compare(response.tumours, response.patients)


def test_a_pool_agrees_with_the_statistics_and_keeps_its_counts():
    rows = evidence("proportions", outcome="technical_success", stratum="all")
    pooled = pool(rows, method="DL", test="z")
    effects = escalc("PLO", events=[279, 66], total=[295, 68])
    expected = pool_effects(effects, method="DL", test="z")
    assert pooled.i2.number == expected.i2
    assert pooled.tau2.number == expected.tau2
    assert pooled.estimate.unit == "tumours"
    assert pooled.estimate.recompute() == pooled.estimate.number
    assert [leaf.number for leaf in pooled.estimate.leaves] == [279, 295, 66, 68]
    assert pooled.ci.low < pooled.estimate
    assert pooled.estimate < pooled.ci.high
    assert pooled.prediction.low <= pooled.ci.low
    assert pooled.studies.text == "2"
    first, second = pooled.members
    assert (first.label, second.percent.text) == ("Smith et al., 2017", "97%")
    assert float(first.weight + second.weight) == pytest.approx(100)


def test_what_cannot_be_pooled():
    response = study("jones2019").response
    with pytest.raises(UnitError, match="cannot pool proportions of `patients`"):
        pool([response.tumours, response.patients])
    with pytest.raises(EvidenceError, match="at least two"):
        pool([response.tumours])
    with pytest.raises(EvidenceError, match="ambiguous"):
        pool({"a": response.tumours, "b": study("jones2019").complications})
    with pytest.raises(ValueError, match="`OR` is no measure of a proportion"):
        pool([response.tumours, response.tumours], measure="OR")
