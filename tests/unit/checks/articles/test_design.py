"""Invented texts: what a title promises of its design."""

import pytest
from tests.unit.checks.articles.audited import FILLER, LIST, found, quoted

from galleyproof.checks.articles import Kind


@pytest.mark.parametrize(
    ("title", "said", "quote"),
    [
        ("Springs: a systematic review", "narrative", "narrative review"),
        ("Springs: a prospective study", "retrospective", "retrospective study"),
        ("A case-control study of wells", "cross-sectional", "cross-sectional study"),
        ("Wells, a randomised trial", "retrospective", "retrospective study"),
    ],
)
def test_an_article_that_calls_itself_otherwise(title, said, quote):
    kind = quote.split()[-1]
    text = f"{title}\n\nMethods\n\nThis paper is a {said} {kind} of wells.\n"
    assert quoted(text, Kind.DESIGN) == [quote]


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Springs: a systematic review", "This is a systematic and narrative review."),
        ("Springs: a systematic review", "This article is a systematic review."),
        ("Springs: a narrative review", "This article is a narrative review."),
        ("A prospective study", "Smith wrote a retrospective study."),
        ("Springs", "This paper is a narrative review."),
        ("A randomised trial", "This was a non-inferiority, randomised trial."),
    ],
)
def test_an_article_that_keeps_to_its_title(title, sentence):
    assert quoted(f"{title}\n\nMethods\n\n{sentence}\n", Kind.DESIGN) == []


TOLD = (
    "We searched PubMed and Scopus from inception to May 2020. Search terms were wells"
    " and water. Inclusion criteria were depth and age. Of 80 records, 12 were"
    " included. Risk of bias was judged by two of us. The review was registered.\n\n"
)


def test_a_systematic_review_without_methods():
    text = f"Springs: a systematic review\n\nMethods\n\nWe read.\n\n{FILLER}\n"
    ((quote, message),) = found(text, Kind.METHODS)
    assert quote == "systematic review"
    assert "databases searched, search terms, dates of the search" in message


def test_a_systematic_review_with_them():
    text = f"Springs: a systematic review\n\nMethods\n\n{TOLD}{FILLER}\n"
    assert quoted(text, Kind.METHODS) == []


def test_an_abstract_need_not_report_them():
    text = "Springs: a systematic review\n\nMethods\n\nWe read.\n"
    assert quoted(text, Kind.METHODS) == []


ANALYSED = "Statistical analysis: wells were deeper.\n"


def test_an_analysis_that_no_method_announces():
    text = f"Wells\n\nMethods\n\nWe dug.\n\nResults\n\n{ANALYSED}{LIST}"
    assert quoted(text, Kind.METHODS) == ["Statistical analysis"]


def test_an_analysis_that_the_methods_announce():
    text = f"Wells\n\nMethods\n\nWe used Fisher's test.\n\nResults\n\n{ANALYSED}{LIST}"
    assert quoted(text, Kind.METHODS) == []
    assert quoted(f"Wells\n\nResults\n\n{ANALYSED}", Kind.METHODS) == []
