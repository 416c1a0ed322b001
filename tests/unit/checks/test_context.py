"""Names and citations of a paragraph, in text of any format."""

import re

import pytest

from galleyproof.checks.context import (
    Cited,
    Kind,
    Library,
    Paragraph,
    Work,
    disagreements,
    mentions,
    one_letter_apart,
)
from galleyproof.checks.sentences import split

LIBRARY = Library.of(
    [
        Work(key="smith", authors=("Smith", "Jones"), year=2019),
        Work(key="brown", authors=("Brown",), year=2020),
        Work(key="muller", authors=("Müller",), year=2018),
        Work(key="berg", authors=("van den Berg", "Li"), year=2017),
        Work(key="anonymous", authors=(), year=2016),
        Work(key="petrosian", authors=("Petrosian",), year=2015),
    ]
)


def paragraph(text, *, earlier=(), familiar=(), sourced=False):
    """Read `[smith, brown]` as a citation of those works."""
    cited = tuple(
        Cited(keys=tuple(m[1].split(", ")), start=m.start(), end=m.end())
        for m in re.finditer(r"\[([a-z, ]+)\]", text)
    )
    return Paragraph(
        text=text,
        citations=cited,
        earlier=frozenset(earlier),
        familiar=frozenset(familiar),
        sourced=sourced,
    )


def found(text, **options):
    return [
        (d.kind, d.mention.name, d.cited and d.cited.keys)
        for d in disagreements(paragraph(text, **options), LIBRARY)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Smith and colleagues found less [smith].",
        "Less was found by Smith et al. It was little [smith].",
        "Smith and colleagues [smith], unlike Brown et al. [brown], found less.",
        "Jones and colleagues found less [smith].",
        "Muller et al. found less [muller].",
        "van den Berg et al. found less [berg].",
        "Berg and co-workers found less [berg].",
        "Smith et al. (2019) found less [smith].",
        "Smith and Jones (2019) found less [smith].",
        "The elderly study of Doe et al. found less [anonymous].",
        "The test of Kaplan et al. was used [smith].",
        "In May 2019 the Smith method and the Cox model were used [brown].",
        "Brown rats and Smith charts were used [smith].",
        "Smith et al. confirmed what others had found [brown], and more [smith].",
    ],
)
def test_names_that_their_citations_bear_out(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "name", "keys"),
    [
        ("Smith and colleagues found less [brown].", "Smith", ("brown",)),
        ("Smith et al. found less [brown, muller].", "Smith", ("brown", "muller")),
        ("Smith’s, but Brown et al.'s rate fell [smith].", "Brown", ("smith",)),
        ("Smith and Jones (2019) found less [brown].", "Smith", ("brown",)),
    ],
)
def test_a_name_before_the_citation_of_another_work(text, name, keys):
    assert found(text) == [(Kind.OTHER_WORK, name, keys)]


def test_a_year_that_is_not_the_references():
    assert found("Smith et al. (2018) found less [smith].") == [
        (Kind.OTHER_YEAR, "Smith", ("smith",))
    ]


def test_a_name_that_the_reference_spells_otherwise():
    (one,) = disagreements(
        paragraph("Petrosyan et al. found less [petrosian]."), LIBRARY
    )
    assert (one.kind, one.near) == (Kind.MISSPELT, "Petrosian")


@pytest.mark.parametrize("name", ["Smith and colleagues", "Unknown et al."])
def test_a_study_without_a_citation(name):
    text = f"{name} found less."
    assert found(text) == [(Kind.UNCITED, name.split()[0], None)]
    assert found(text, sourced=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "It was so (suggested by Maria Tanaka and colleagues).",  # a person, thanked
        "By the results of Green, Tanaka, et al., it was so.",  # led by another name
    ],
)
def test_a_name_that_may_not_lead_to_the_reference(text):
    assert found(text) == []


@pytest.mark.parametrize("start", ["Recently", "However,", "In", "The"])
def test_a_word_before_the_name_is_no_name(start):
    assert found(f"{start} Tanaka et al. saw it.") == [(Kind.UNCITED, "Tanaka", None)]


def test_a_study_that_its_section_has_cited():
    assert found("Smith and colleagues found less.", earlier={"smith"}) == []
    assert found("Smith and colleagues found less.", earlier={"brown"}) != []


def test_a_paragraph_that_goes_on_about_a_study():
    assert found("Smith and colleagues went on.", familiar=["smith"]) == []
    assert len(found("Smith and colleagues went on, and so on [brown].")) == 1
    text = "Smith and colleagues went on. So did others [brown]."
    assert len(found(text, familiar=["smith"])) == 1


def test_a_paragraph_that_names_three_studies_and_cites_two():
    text = "Smith et al. [smith], Brown et al. [brown] and Müller et al. agree."
    assert found(text) == [(Kind.UNCITED, "Müller", None)]


def test_mentions_say_where_and_when():
    text = "By Smith et al. (2019) and O’Hara-Doe and coworkers."
    assert [(m.name, text[m.start : m.end], m.year) for m in mentions(text)] == [
        ("Smith", "Smith et al.", 2019),
        ("O’Hara-Doe", "O’Hara-Doe and coworkers", None),
    ]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("collettini", "colletini", True),
        ("akhlaghpoor", "akhlaghpour", True),
        ("jounral", "journal", True),
        ("smith", "smiths", True),
        ("smith", "smith", False),
        ("smith", "smythe", False),
        ("neurology", "urology", False),
    ],
)
def test_one_letter_apart(one, other, apart):
    assert one_letter_apart(one, other) is apart
    assert one_letter_apart(other, one) is apart


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two. ", ["One.", "Two."]),
        (
            "Smith et al. Found it. See Fig. 2 and A. Doe.",
            ["Smith et al. Found it.", "See Fig. 2 and A. Doe."],
        ),
        ("It was 0.5 cm. (No more.) Why? ", ["It was 0.5 cm.", "(No more.)", "Why?"]),
        ("no full stop", ["no full stop"]),
        ("  ", []),
    ],
)
def test_sentences(text, sentences):
    assert [text[a:b] for a, b in split(text)] == sentences
