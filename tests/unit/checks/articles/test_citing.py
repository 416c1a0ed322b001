"""Invented texts: no such authors, journals or studies exist."""

import pytest

from galleyproof.checks.articles import Kind, audit, read
from galleyproof.spans import Source

LIST = """
References

1. Aldermoor Q, Brask T. Warm springs. Journal of Springs. 2011;4(1):11-19.
2. Corvane L. Cold springs. Journal of Springs. 2012;5(2):20-31.
3. Dunmarrow P. Dry springs. Journal of Springs. 2013;6(3):40.
"""


def found(body, listed=LIST):
    article = read(Source("a.txt", body + listed))
    text = article.source.text
    return [(one.kind, text[one.start : one.end]) for one in audit(article)]


def test_a_text_in_order_is_clean():
    body = "Warm ones [1].\n\nCorvane et al. found cold ones [2], others dry [1,3].\n"
    listed = LIST.replace(":40.", ":40-44.")
    assert found(body, listed) == []


def test_a_number_beyond_the_list():
    assert (Kind.CITED_NOT_LISTED, "[1-4]") in found("All of them [1-4].\n")


def test_a_descending_bracket():
    assert (Kind.ORDER, "[3,1,2]") in found("All of them [3,1,2].\n")


def test_a_bracket_that_cites_another_than_the_one_named():
    wrong = found("Corvane and colleagues saw it [1].\n")
    assert (Kind.NAME_AND_NUMBER, "[1]") in wrong


def test_a_page_break_does_not_end_a_paragraph():
    wrong = found("Corvane et al. saw it in the\n\nsame context [1].\n")
    assert (Kind.NAME_AND_NUMBER, "[1]") in wrong


def test_more_in_the_bracket_than_is_named_is_in_order():
    wrong = found("Corvane et al. saw it, as others did [1,2].\n")
    assert Kind.NAME_AND_NUMBER not in {kind for kind, _ in wrong}


def test_a_reference_that_nothing_cites():
    wrong = found("Warm ones [1], as Corvane et al. wrote.\n")
    assert [kind for kind, text in wrong if text.startswith("Dunm")] == [
        Kind.UNCITED,
        Kind.PAGES,
    ]
    assert [kind for kind, text in wrong if text.startswith("Corv")] == [
        Kind.NAMED_ONLY
    ]


def test_a_name_without_an_entry():
    wrong = found("Eskerling et al. (2014) found none [1-3].\n")
    assert (Kind.CITED_NOT_LISTED, "Eskerling et al.") in wrong


def test_a_row_of_a_table_of_studies():
    body = (
        "All [1-3].\n\nTable 1: Studies\n\nStudy\tFinding\n"
        "Corvane, 2012\tcold\nLake consensus, 2015\twet\n"
        "Aldermoor et al./lakes, 2012\twarm\n"
    )
    assert [text for kind, text in found(body) if kind is Kind.CITED_NOT_LISTED] == [
        "Lake consensus, 2015",
        "Aldermoor et al./lakes, 2012",
    ]


def test_an_article_number_is_no_page():
    listed = LIST.replace("2013;6(3):40.", "2013;6(3):e40.")
    assert found("All of them [1-3].\n", listed) == []


def test_names_a_letter_apart_and_volumes_that_run_backwards():
    entry = "4. Aldermor Q, Brask T. Hot springs. Journal of Springs. 2010;7(1):1-9.\n"
    listed = LIST + entry
    kinds = [kind for kind, _ in found("All of them [1-4].\n", listed)]
    assert kinds == [Kind.PAGES, Kind.NAMES, Kind.VOLUME]


def test_names_that_are_two_persons_are_in_order():
    entry = "4. Aldermor Q. Hot springs. Journal of Lakes. 2010;7(1):1-9.\n"
    other = "5. Oldermoor QA, Brask T. Springs. Journal of Seas. 2010;7(1):1-9.\n"
    kinds = [kind for kind, _ in found("All of them [1-5].\n", LIST + entry + other)]
    assert Kind.NAMES not in kinds


def test_brackets_joined_by_a_dash_are_a_range():
    assert Kind.UNCITED not in {k for k, _ in found("All of them [1]–[3].\n")}


@pytest.mark.parametrize(
    "text", ["on the interval [0, 1]", "x ∈ [1, 4]", "(1, 2) = [3, 1]", "ages [18, 65]"]
)
def test_an_interval_is_no_citation(text):
    kinds = {kind for kind, _ in found(f"All [1-3] {text}.\n")}
    assert kinds == {Kind.PAGES}


def test_a_bracket_behind_the_name_of_another():
    assert (Kind.NAME_AND_NUMBER, "[1]") in found(
        "Others [2]. Corvane et al. [1] saw it; it was dry [3].\n"
    )
    assert (Kind.NAME_AND_NUMBER, "[1]") in found("Corvane [1] reported it [2,3].\n")


def test_a_work_that_was_introduced_may_be_named_alone():
    body = "Corvane et al. [2] saw it.\n\nAs Corvane et al. saw, it is wet [1].\n"
    assert Kind.NAME_AND_NUMBER not in {kind for kind, _ in found(body)}


def test_a_name_that_a_bracket_explains():
    """A group or a later author: the list often leaves them out."""
    body = "Eskerling and colleagues [1] saw it, as Norbaum et al. did [2,3].\n"
    assert {kind for kind, _ in found(body)} == {Kind.PAGES}


def test_a_name_misspelt_before_its_bracket():
    assert (Kind.NAMES, "Corvanne et al.") in found("Corvanne et al. [2] saw [1,3].\n")


def test_unpublished_data_need_no_entry():
    assert {
        k for k, _ in found("It is wet [1-3] (Norbaum et al., unpublished).\n")
    } == {Kind.PAGES}


def test_one_single_page_among_many_ranges_is_a_letter():
    ranges = "".join(
        f"{n}. Author{'abcdefghijklmn'[n]} Q. Title. Journal. 20{n:02d};{n}(1):1-9.\n"
        for n in range(4, 14)
    )
    assert Kind.PAGES not in {kind for kind, _ in found("[1-13]\n", LIST + ranges)}


def test_a_text_without_list_or_brackets():
    assert found("Nothing is cited, by Corvane or by anybody.\n", "") == []


def test_two_authors_of_one_work_are_two_persons():
    entry = "4. Tabuchi YX, Taguchi YX. Hot. Journal of Lakes. 2010;7(1):1-9.\n"
    kinds = [kind for kind, _ in found("All of them [1-4].\n", LIST + entry)]
    assert Kind.NAMES not in kinds


def test_a_journal_that_begins_anew_every_year():
    entries = (
        "4. Eskerling Q. Hot. Journal of Lakes. 1972;1(1):1-9.\n"
        "5. Farrow Q. Hot. Journal of Lakes. 1978;1(1):1-9.\n"
        "6. Gale Q. Hot. Journal of Seas. 1972;12(1):1-9.\n"
        "7. Hull Q. Hot. Journal of Seas. 1978;12(1):1-9.\n"
    )
    wrong = found("All of them [1-7].\n", LIST + entries)
    assert [text[:4] for kind, text in wrong if kind is Kind.VOLUME] == ["Hull"]


def test_an_interval_in_a_cell_is_no_citation():
    table = "Table 1: Ages\n\nAge\tDry\n[2, 4]\t3\n[4, 8]\t5\n\nSee Table 1.\n"
    body = f"All [1-3].\n\n{table}"
    assert Kind.CITED_NOT_LISTED not in {kind for kind, _ in found(body)}


def test_raised_numbers_that_extraction_glued_to_words():
    body = "Warm springs.1,2 Cold ones were dry.3 In all [1].\n"
    assert Kind.UNCITED not in {kind for kind, _ in found(body)}
    body = "Warm springs, cold ones, vitamin B12 and T4. In all [1].\n"
    assert Kind.UNCITED in {kind for kind, _ in found(body)}
