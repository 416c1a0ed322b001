"""Invented reference lists."""

from tests.unit.checks.articles.audited import FILLER, LIST, quoted

from galleyproof.checks.articles import Kind

MORE = """4. Eskerling F. Deep springs. Journal of Springs. 2014;7(1):1-9.
5. Farrow G. Still springs. Journal of Springs. 2015;8(1):10-19.
"""


def listed(entry):
    return quoted(f"Springs\n\nAll of them [1-6].\n{LIST}{MORE}{entry}\n", Kind.FORM)


def test_an_article_in_the_form_of_a_chapter():
    entry = "6. Gale H. Old springs. In Journal of Lakes 2001 (Vol. 3, No. 4, pp. 1-9)."
    assert listed(entry) == [entry.removeprefix("6. ")]


def test_a_chapter_and_an_article_of_the_usual_form():
    assert listed("6. Gale H. Old. In: Springs, Vol. 3. Press; 2001. pp. 1-9.") == []
    assert listed("6. Gale H. Old springs. Journal of Lakes. 2001;3(4):1-9.") == []


def test_an_entry_that_a_bullet_breaks():
    entry = "6. Gale H. Old springs. Journal of\n\n- Lakes. 2001;3(4):1-9."
    assert listed(entry) == [entry.removeprefix("6. ")]


def documents(sentence):
    text = f"Springs\n\nIntroduction\n\n{sentence} It was wet.\n{LIST}"
    return quoted(text, Kind.CITED_NOT_LISTED)


def test_a_guideline_that_the_list_lacks():
    assert documents("A consensus published in 2019 says so.") == [
        "consensus published in 2019"
    ]
    assert documents("The 2019 Regional Wells guideline says so.") == [
        "The 2019 Regional Wells guideline"
    ]


def test_a_guideline_that_is_cited_or_listed():
    assert documents("A consensus published in 2019 says so [1-3].") == []
    entry = "4. Wells Association. Guideline on wells. 2019.\n"
    text = f"Springs\n\nThe 2019 Regional Wells guideline says so.\n{LIST}{entry}"
    assert quoted(text, Kind.CITED_NOT_LISTED) == []


TABLE = "\n\nTable 1: Major published studies\n\nStudy\tDepth\nAldermoor, 2011\t3 m\n"
TOLD = (
    "Corvane et al. saw 12%. Dunmarrow et al. saw 14%. Eskerling et al. saw 16%."
    " Aldermoor et al. saw 3% (Table 1)."
)


def tabled(title, told=TOLD):
    text = f"{title}\n\nDiscussion\n\n{FILLER}{told}{TABLE}{LIST}{MORE}"
    return quoted(text, Kind.TABLE)


def test_a_table_of_studies_that_leaves_out_most():
    assert tabled("Springs: a review") == ["Table 1: Major published studies"]


def test_a_table_of_studies_that_leaves_out_few():
    assert (
        tabled("Springs: a review", TOLD.replace("Eskerling et al. saw 16%.", "")) == []
    )
    assert tabled("Springs: a cohort study") == []


def repeated(entry):
    text = f"Springs\n\nAll [1-4].\n{LIST}4. {entry}\n"
    return quoted(text.replace("Cold springs", "On the cold springs"), Kind.FORM)


def test_a_work_that_the_list_has_twice():
    entry = "Corvane L. On the Cold Springs. J Springs. 2012;5:20-31."
    assert repeated(entry) == [entry]


def test_parts_and_namesakes_are_not_the_same():
    assert repeated("Corvane L. On the cold springs. J Springs. 2012;5:90-99.") == []
    assert repeated("Corvane L. On the cold springs. J Springs. 2019;9:20-31.") == []
    assert repeated("Gale H. On the cold springs. J Springs. 2012;5:20-31.") == []
