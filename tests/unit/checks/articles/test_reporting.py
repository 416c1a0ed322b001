"""Invented texts about nothing."""

import pytest

from galleyproof.checks.articles import Kind, audit, read
from galleyproof.spans import Source

TABLES = "Table 1: Springs\n\nA\tB\n\nTable 2. Lakes\n\nC\tD\n\n"


def unused(body):
    found = audit(read(Source("a.txt", "Title\n\n" + TABLES + body)))
    return [one.message for one in found if one.kind is Kind.TABLE]


@pytest.mark.parametrize(
    "text", ["See Tables 1 and 2.", "(Table 1, Table 2)", "Tables 1-2"]
)
def test_tables_that_are_referred_to(text):
    assert unused(f"Discussion\n\n{text}\n") == []


def test_a_table_that_is_not():
    text = "Discussion\n\nSee Table 1.\n"
    assert unused(text) == ["no sentence refers to table 2"]


def owned(title, times):
    text = (
        f"{title}\n\nDiscussion\n\n"
        + "If the present study differs, so be it. " * times
    )
    found = audit(read(Source("a.txt", text)))
    return sum(one.kind is Kind.PHANTOM for one in found)


def test_a_review_with_a_study_of_its_own():
    assert owned("Springs: a review", 3) == 3
    assert owned("Springs: A ReviewAuthors", 3) == 3  # as extraction glues lines


def test_a_slip_and_a_study_are_in_order():
    assert owned("Springs: a review", 1) == 0
    assert owned("Springs: a cohort study", 5) == 0
    assert owned("Springs: a retrospective review of 20 charts", 5) == 0


def test_a_review_may_call_itself_a_study():
    text = "Springs: a review\n\nDiscussion\n\n" + "The present study found 12. " * 5
    found = audit(read(Source("a.txt", text)))
    assert Kind.PHANTOM not in {one.kind for one in found}
