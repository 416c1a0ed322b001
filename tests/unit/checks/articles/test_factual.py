"""Invented articles beside facts of the works that they cite."""

import pytest
from tests.unit.checks.articles.audited import LIST, beside

from galleyproof.checks.articles import Kind

FACTS = """study,reference,kind,value,unit,outcome,group,total,time
Aldermoor,1,count,49,patients,,all,,
Aldermoor,1,count,64,tumours,,all,,
Aldermoor,1,count,50,tumours,,metastases,,
Aldermoor,1,percent,12.0,patients,dry,all,,3 month
Aldermoor,1,percent,14.5,patients,cold,all,,
Corvane,2,count,66,patients,,all,,
Corvane,2,count,69,tumours,,all,,
Corvane,2,percent,30.5,tumours,warm,all,,24 month
Corvane,2,percent,17.0,patients,dry,all,,1 month
Corvane,2,percent,4.71,,pooled,all,,
Corvane,2,heterogeneity,82.5,,pooled,all,,
Norbaum,,percent,13,patients,dry,all,,
Norbaum,,percent,22,patients,dry,all,,
"""


def judged(sentence, *kinds, title="Springs"):
    return beside(f"{title}\n\nResults\n\n{sentence}\n{LIST}", FACTS, *kinds)


def test_a_percentage_of_a_unit_that_its_total_cannot_give():
    assert judged(
        "Aldermoor et al. saw it in 20.8% of patients.", Kind.DENOMINATOR
    ) == [("20.8% of patients", "Aldermoor: no count of 49 patients is 20.8%")]


def test_a_percentage_that_only_one_unit_can_give():
    ((quote, message),) = judged("Corvane et al. saw 98.5% wet.", Kind.DENOMINATOR)
    assert quote == "98.5%"
    assert message == "Corvane: 98.5% may be of 66 patients, not of 69 tumours"


@pytest.mark.parametrize(
    "sentence",
    [
        "Aldermoor et al. saw it in 20.4% of patients.",  # 10/49
        "Aldermoor et al. saw it in 21% of patients.",  # too coarse
        "Corvane et al. saw 30.5% warm.",  # a rate over time
        "Corvane et al. saw 4.71% in all.",  # pooled
        "Somebody saw it in 20.8% of patients.",
    ],
)
def test_a_percentage_that_may_be(sentence):
    assert judged(sentence, Kind.DENOMINATOR) == []


def test_numbers_of_another_work_than_the_one_cited():
    ((quote, message),) = judged("It was 13% and 22% then [1].", Kind.NAME_AND_NUMBER)
    assert quote == "[1]"
    assert message == "Aldermoor reports none of 13, 22%; Norbaum reports all"


@pytest.mark.parametrize(
    "sentence",
    [
        "It was 12.0% and 14.5% then [1].",
        "It was 13% and 14.5% then [1].",
        "It was 55% and 66% then [1].",
        "It was 13% and 22% then [3].",  # nothing is known of it
    ],
)
def test_numbers_of_the_work_that_is_cited(sentence):
    assert judged(sentence, Kind.NAME_AND_NUMBER) == []


def test_a_study_that_is_not_the_largest():
    sentence = "In the largest available series, 12.0% and 14.5% ran dry."
    ((quote, message),) = judged(sentence, Kind.FACT)
    assert quote == "largest available series"
    assert "Corvane has 66 patients; Corvane has 69 tumours" in message
    sentence = "In the largest available series, 30.5% and 17.0% ran dry."
    assert judged(sentence, Kind.FACT) == []


def test_rates_at_different_times():
    sentence = "Aldermoor et al. saw 12.0%, while Corvane et al. saw 17.0%."
    ((_, message),) = judged(sentence, Kind.FACT)
    assert message == (
        "compared without their times: 12.0% of Aldermoor at 3 month, 17.0% of Corvane"
        " at 1 month"
    )


def test_rates_whose_times_are_stated():
    sentence = (
        "Aldermoor et al. saw 12.0% at three months, Corvane et al. saw 17.0% at one"
        " month."
    )
    assert judged(sentence, Kind.FACT) == []


def test_a_pooled_rate_without_its_heterogeneity():
    ((quote, _),) = judged("Corvane et al. pooled 4.71%.", Kind.FACT)
    assert quote == "4.71%"
    assert judged("Corvane et al. pooled 4.71% (I² 82.5%).", Kind.FACT) == []


def test_a_work_that_is_mostly_of_another_kind():
    sentence = "As Aldermoor et al. wrote, and Corvane et al. too."
    assert judged(sentence, Kind.SCOPE, title="Primary tumours") == [
        (
            "Aldermoor",
            "50 of 64 tumours of Aldermoor are of the kind that the title leaves out",
        )
    ]
    assert judged(sentence, Kind.SCOPE, title="Tumours") == []
    assert judged(sentence, Kind.SCOPE, title="Primary and secondary tumours") == []


def test_a_list_beside_the_works_themselves():
    facts = """study,reference,kind,value
Aldermoor,1,author,Aldermor
Aldermoor,1,author,Brask
Aldermoor,1,year,2012
Corvane,2,year,2012
Corvane,2,pages,20-31
Dunmarrow,3,pages,40--49
"""
    listed = LIST.replace(":40-44", ":40")
    kinds = (Kind.NAMES, Kind.VOLUME, Kind.PAGES)
    found = beside(f"Springs\n\nAll [1-3].\n{listed}", facts, *kinds)
    assert [message for _, message in found if "work" in message] == [
        "`40`; the work ends on 49",
        "`Aldermoor` here, `Aldermor` in the work itself",
        "2011, volume 4; the work is of 2012",
    ]
