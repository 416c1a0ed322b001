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
