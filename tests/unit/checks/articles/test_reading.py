"""Forms in which citations, lists and tables come out of extraction."""

import pytest
from tests.unit.checks.articles.audited import LIST, quoted

from galleyproof.checks.articles import Kind, read
from galleyproof.checks.articles.grid import grids
from galleyproof.spans import Source


def numbers(body, listed=LIST):
    article = read(Source("a.txt", body + listed))
    return [bracket.numbers for bracket in article.brackets]


@pytest.mark.parametrize(
    ("body", "cited"),
    [
        ("Warm [1], cold [2-3].\n", [(1,), (2, 3)]),
        ("Warm (1), cold (2–3).\n", [(1,), (2, 3)]),
        ("Warm^1^, cold^2,3^.\n", [(1,), (2, 3)]),
        ("Warm^{1}, cold^{2,3}.\n", [(1,), (2, 3)]),
        ("Warm<sup>1</sup>, cold<sup>2-3</sup>.\n", [(1,), (2, 3)]),
        ("Warm¹, cold²,³.\n", [(1,), (2, 3)]),
        ("Warm [1], in (2) and (3).\n", [(1,), (2,), (3,)][1:]),
        ("The domain [1] of CD5+ [2] cells = [3].\n", [(1,), (2,)]),
        ("Warm [1,2], in (3).\n", [(1, 2)]),  # round ones reach less
        ("An area of 3 m² (1).\n", []),  # less than half of the list
        ("Warm (1), cold (17), dry (2, 3).\n", [(1,), (2, 3)]),  # 17 is none of it
    ],
)
def test_citations_by_number(body, cited):
    assert numbers(body) == cited


def test_a_list_whose_numbers_have_no_point():
    listed = (
        "\nReferences\n\n1 Aldermoor Q. Warm. J. 2011;4(1):1-9.\n2 Corvane L. Cold.\n"
    )
    article = read(Source("a.txt", "Warm [1,2].\n" + listed))
    assert [one.number for one in article.references] == [1, 2]


def test_a_name_of_several_words():
    listed = "\nReferences\n\n1. Van Essen Q, Brask T. Warm. J Lakes. 2011;4(1):1-9.\n"
    assert quoted("So said Van Essen et al. (2011).\n" + listed, Kind.UNCITED) == []
    assert quoted("So said Van Essen et al.\n" + listed, Kind.CITED_NOT_LISTED) == []


def test_who_described_a_species_is_not_cited():
    listed = "\nReferences\n\nCorvane, L. (1990). Cold springs. Lakes, 3, 1-9.\n"
    body = "See Corvane (1990). It is Conus xenicus Corvane, 1917.\n"
    assert quoted(body + listed, Kind.CITED_NOT_LISTED) == []
    body = "See Corvane (1990). It is wet, as in Corvane (1917).\n"
    assert quoted(body + listed, Kind.CITED_NOT_LISTED) == ["Corvane"]


@pytest.mark.parametrize(
    "table",
    [
        "Table 1: Wells\n\nWell\tDepth\tAge\nDug\t3 m\t9\nDry well\t4 m\t8\n",
        "Table 1. Wells\n\nWell      Depth   Age\nDug       3 m     9\n"
        "Dry well  4 m     8\n",
        "TABLE 1 Wells\n\n| Well | Depth | Age |\n|---|---|---|\n| Dug | 3 m | 9 |\n"
        "| Dry well | 4 m | 8 |\n",
    ],
)
def test_tables(table):
    body = (
        f"Springs\n\nResults\n\nSee Table 1 below.\n\n{table}\nTable 1 shows wells.\n"
    )
    article = read(Source("a.txt", body))
    (grid,) = grids(article)
    assert grid.number == 1
    assert [cell.text for cell in grid.header] == ["Well", "Depth", "Age"]
    assert [cell.text for cell in grid.rows[1]] == ["Dry well", "4 m", "8"]
    for row in grid.rows:
        for cell in row:
            assert body[cell.start : cell.end] == cell.text


WRAPPED = """
References

Aldermoor, Q., & Brask, T. (2011). Warm springs and the
    lakes below them. Journal of Springs, 4(1), 11-19.
Corvane, L., Brask, T., Dunmarrow, P.,
    & Farrow, G. (2012). Cold springs. Journal of
    Springs, 5(2), 20-31.
- Gale, H. (2013). Dry springs. Journal of Springs, 6(3), 40-44.

Wells Association. Guideline on wells, 2019.
"""


def test_a_list_without_numbers_whose_entries_are_wrapped():
    article = read(Source("a.txt", "Warm (Corvane et al., 2012).\n" + WRAPPED))
    read_as = [(one.authors[:1], one.year) for one in article.references]
    assert read_as == [
        ((("Aldermoor", "Q"),), 2011),
        ((("Corvane", "L"),), 2012),
        ((("Gale", "H"),), 2013),
        ((), 2019),
    ]
    assert not article.numbered
