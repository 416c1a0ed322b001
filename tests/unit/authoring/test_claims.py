import pytest

from galleyproof import (
    alike,
    all_of,
    any_of,
    claim,
    compare,
    count,
    evidence,
    falling,
    largest,
    majority,
    pairs,
    rising,
    smallest,
    study,
    value,
)
from galleyproof.authoring.failures import EvidenceError
from galleyproof.lineage import ConditionError, UnitError, journal
from galleyproof.refutation import FalseClaimError

pytestmark = pytest.mark.usefixtures("project")


@pytest.fixture
def success():
    return study("smith2017").technical_success


@pytest.fixture
def progression():
    return study("jones2019").local_progression


def test_a_claim_that_holds_prints_its_words(success):
    made = claim("lower", when=success.ge4 < success.lt4)
    printed = made.markdown()
    (token,) = journal.tokens(printed)
    assert printed == (
        f'[lower]{{.claim data-galley="{token}" '
        'title="84.6% (≥ 4 cm) \\< 96.1% (\\< 4 cm)"}'
    )
    assert f"It is {made} here" == f"It is {made.markdown()} here"


def test_a_claim_that_does_not_hold_says_why(success):
    with pytest.raises(FalseClaimError) as raised:
        claim("*markedly* lower", when=success.ge4 > success.lt4)
    assert str(raised.value) == (
        "`markedly lower` does not hold: 84.6% (≥ 4 cm) > 96.1% (< 4 cm) is false; "
        "reword the sentence or correct the data"
    )


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (True, "`True` knows no values: compare values of the data"),
        (bool([1]), "join comparisons with `&`, `|`, `~` instead of `and`"),
        (3, "`3` is a number and no condition: compare it"),
        (0.5, "is a number and no condition"),
        ("yes", "knows no values"),
        (None, "knows no values"),
    ],
)
def test_a_claim_must_know_its_values(when, message):
    with pytest.raises(ConditionError, match=message):
        claim("lower", when=when)


def test_a_value_is_no_condition(success):
    for number in (success.lt4, success.lt4.value, success.lt4.ci.low):
        with pytest.raises(ConditionError, match="is a number and no condition"):
            claim("high", when=number)
    with pytest.raises(ConditionError, match="knows no values"):
        claim("high", when=success.lt4.counts)


def test_what_pythons_own_words_leave_behind_is_refused(success):
    small, large = success.lt4, success.ge4
    with pytest.raises(ConditionError, match="`True` knows no values"):
        claim("lower", when=not small < large)
    with pytest.raises(ConditionError, match="`False` knows no values"):
        claim("lower", when=float(small) < float(large))


def test_typed_numbers_alone_bear_nothing_out(success):
    typed = (success.lt4 > 90).values[1]
    with pytest.raises(ConditionError, match="compares typed numbers, and no data"):
        claim("higher", when=typed > 80)


@pytest.mark.parametrize("words", ["", "  ", 3])
def test_a_claim_needs_words(words, success):
    with pytest.raises(ConditionError, match="needs words"):
        claim(words, when=success.lt4 > success.ge4)


def test_joining(success, progression):
    first, second = success.lt4 > success.ge4, progression.cryo.year3 > 90
    assert str(all_of(first, ~second)) == f"{first} and {~second}"
    assert all_of([first, ~second])
    assert all_of(c for c in (first, ~second))
    assert not all_of(first, second)
    assert any_of(first, second)
    with pytest.raises(ConditionError):
        all_of([])
    with pytest.raises(ConditionError):
        any_of(first, True)
    with pytest.raises(ConditionError):
        all_of([first, True])


def test_largest_and_smallest(success):
    sizes = [study(key).patients for key in ("smith2017", "jones2019")]
    assert largest(study("jones2019").patients, among=sizes)
    assert not largest(study("smith2017").patients, among=sizes)
    assert smallest(study("smith2017").patients, among=sizes)
    rates = [success.all, success.lt4, success.ge4]
    condition = largest(success.lt4, among=rates)
    assert str(condition) == ("96.1% (< 4 cm) > 94.6%, the largest of 2 others")
    assert len(condition.values) == 3
    assert str(~condition).startswith("96.1% (< 4 cm) ≤ 94.6%")
    assert not largest(success.ge4, among=rates)
    assert smallest(success.ge4, among=rates)


def test_a_tie_is_no_largest(progression):
    rates = [progression.rfa.month12, progression.cryo.year3]
    assert [rate.text for rate in rates] == ["17%", "17%"]
    assert not largest(rates[0], among=rates)
    assert not smallest(rates[0], among=rates)


def test_the_largest_of_one_is_no_comparison(success):
    with pytest.raises(ConditionError, match="compared with nothing else"):
        largest(success.lt4, among=[success.lt4])


def test_majority():
    smith = study("smith2017")
    assert not majority(smith.tumours.primary, of=smith.tumours)
    others = smith.tumours - smith.tumours.primary
    assert str(majority(others, of=smith.tumours)) == (
        "243 (299 − 56) of 299 (Smith et al., 2017) are more than half"
    )
    half = 2 * smith.tumours
    assert not majority(smith.tumours, of=half)
    assert str(~majority(smith.tumours, of=half)).endswith("are not more than half")
    assert majority(count(evidence("tests")), of=count(evidence("tests")))
    with pytest.raises(UnitError):
        majority(smith.patients, of=smith.tumours)


def test_courses(progression):
    year1, year3, rfa = (
        progression.cryo.year1,
        progression.cryo.year3,
        progression.rfa.year3,
    )
    assert str(rising(year1, year3, rfa)) == (
        "12% (cryo, 1 year) < 17% (cryo, 3 years) < 18% (rfa, 3 years)"
    )
    assert str(~rising(year1, year3, rfa)).endswith("3 years) is not so")
    assert not rising(year1, rfa, year3)
    assert falling(rfa, year3, year1)
    assert not falling(rfa, year1, year3)
    assert str(rising(year1, year3)) == "12% (1 year) < 17% (3 years)"
    with pytest.raises(ConditionError):
        rising(year1)


def test_alike_within_a_stated_margin(progression):
    cryo, rfa = progression.cryo.year3, progression.rfa.year3
    condition = alike(cryo, rfa, within=1)
    assert condition
    assert str(condition) == "17% and 18% differ by at most 1\xa0percentage point"
    assert not alike(rfa, progression.cryo.year1, within=5)
    assert "by more than 5" in str(~condition) or "by more than 1" in str(~condition)


def test_significance_is_said_of_a_p_value_or_an_interval(success):
    by_size = compare(success.lt4, success.ge4)
    assert str(by_size.fisher < 0.05) == (
        "p = 0.01 (Fisher’s exact test of 246/256 and 33/39) < 0.05"
    )
    excluded = by_size.risk_difference.ci.excludes(0)
    assert excluded
    assert str(excluded).startswith("risk difference (Newcombe), 95% interval, ")
    assert not by_size.odds_ratio.ci.includes(1)
    with pytest.raises(TypeError, match="not supported between"):
        _ = by_size < 0.05


def test_arms_are_paired_by_all_else(progression):
    year3, year1 = progression.cryo.year3, progression.cryo.year1
    found = pairs(study("smith2017").technical_success, "lt4", "ge4")
    assert [(a.text, b.text) for a, b in found] == [("96.1%", "84.6%")]
    with pytest.raises(EvidenceError, match=r"without a partner in `cryo` and `rfa`"):
        pairs(progression, "cryo", "rfa")
    with pytest.raises(EvidenceError, match="has no `heat`"):
        pairs(progression, "cryo", "heat")
    assert year1 < year3


def test_nobody_reports_it():
    rows = [row for row in evidence("proportions") if row["outcome"] == "cryoshock"]
    made = claim("No study reports it", when=count(rows, "rates") == 0)
    assert made.title == "0 rates = 0"
    assert str(count(evidence("tests")[:1], "tests") > 0) == "1 test > 0"
    with pytest.raises(FalseClaimError, match=r"`None` does not hold: \d+ = 0 is"):
        claim("None", when=count(evidence("proportions")) == 0)


def test_a_printed_p_value_is_about_its_test():
    condition = value("tests:s-ts-size.printed_p") < 0.05
    assert str(condition) == (
        "p = 0.003 (Smith et al., 2017, technical success) < 0.05"
    )
