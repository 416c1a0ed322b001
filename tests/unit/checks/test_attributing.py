"""Results in chapters; all works and numbers are made up."""

import pytest

from galleyproof.checks import attributing
from galleyproof.checks.context import Library, Work
from galleyproof.qmd import expand
from galleyproof.spans import Source

KNOWN = Library.of(
    [
        Work(key="littrup", authors=("Littrup",), year=2016),
        Work(key="wang", authors=("Wang",), year=2020),
    ]
)
CITING = "# Results\n\nOne [@littrup] and another [@wang] saw this.\n\n"


def read(text):
    return expand("a.qmd", lambda path: Source(path, text))


def found(text, **files):
    def load(path):
        return Source(path, text if path == "a.qmd" else files[path])

    found = attributing.check(expand("a.qmd", load), KNOWN)
    return [(str(one.span), one.message) for one in found]


@pytest.mark.parametrize(
    ("title", "studies", "is_one"),
    [
        ("Cold: a systematic review", 0, True),
        ("Cold: a systematic review and meta-analysis", 0, True),
        ("A narrative review", 0, True),
        ("Cold", 12, True),
        ("Cold", 0, False),
        ("A trial of cold", 0, False),
        ("Peer review of code", 0, False),
        ("Code review", 0, False),
    ],
)
def test_what_is_a_review(title, studies, is_one):
    empty = read("")
    assert attributing.is_review(empty, {"title": title}, studies) is is_one
    assert attributing.is_review(empty, {"subtitle": title}, studies) is is_one


def test_no_title():
    assert not attributing.is_review(read(""), {}, 0)
    assert not attributing.is_review(read(""), {"title": None}, 1)


def test_a_first_heading_may_be_the_title():
    text = "# Cold: a systematic review\n\n# Results\n"
    assert attributing.is_review(read(text), {}, 0)
    assert not attributing.is_review(read(text), {"title": "Cold"}, 0)
    assert not attributing.is_review(read("# Cold\n\n# A literature review\n"), {}, 0)


def test_a_sentence_without_a_study():
    assert found(CITING + "Progression was slower in one arm ($p = .03$).\n") == [
        (
            "a.qmd:5:37",
            "the sentence does not say whose p-value this is; the paragraph names no"
            " study",
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# Methods\n\nProgression was 12%.\n",
        "# Results\n\n## Statistical analysis\n\nProgression was 12%.\n",
        "# Abstract\n\nProgression was 12%.\n",
        "# Discussion\n\nProgression was 12%.\n",
        "Progression was 12% by @tbl-rates.\n",
        "Progression was 12% [so it says](https://example.org).\n",
        "Progression was 12% [3].\n",
        "Progression was 12% (Table 2).\n",
        "Littrup's patients progressed in 12%.\n",
        "Jones and colleagues saw progression in 12%.\n",
        "In Mali, 12% progressed.^[By one report.]\n",
        "![Progression was 12%.](a.png)\n",
        "| a |\n|---|\n| 12% |\n\n: Progression was 12%. {#tbl-a}\n",
        "::: {.callout-note}\nProgression was 12%.\n:::\n",
        "- Progression was 12%.\n",
        "> Progression was 12%.\n",
        "Progression was `12%`.\n",
        "It was slower (difference [95%]{.literal} CI on the right).\n",
        "Progression was `{r} x`%.\n",
        "Progression was `{python} wang.progression`.\n",
        "# Wang and colleagues\n\nProgression was 12%.\n",
        "# Slow cold [@wang]\n\nIt was used.\n\nProgression was 12%.\n",
    ],
)
def test_what_is_not_judged_or_is_in_order(text):
    assert found(CITING + text) == []


def test_headings_reach_into_included_files():
    text = (
        CITING
        + "# Methods\n\n{{< include b.qmd >}}\n\n# Rates\n\n{{< include c.qmd >}}\n"
    )
    files = {"b.qmd": "Progression was 12%.\n", "c.qmd": "Progression was 13%.\n"}
    assert [place for place, _ in found(text, **files)] == ["c.qmd:1:17"]


def test_a_text_that_cites_nothing_is_not_judged():
    assert found("# Results\n\nProgression was 12%.\n") == []


CODE = """\
```{python}
from galleyproof import compare, study
wang, littrup = study("wang"), study("littrup")
rates = wang.progression
difference = compare(rates.one, rates.other)
limit = value("limits:one")
```

"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Of `{python} wang.patients` patients, 12% progressed.\n", 0),
        ("With `{python} difference.fisher`, 12% progressed.\n", 0),
        ('In `{python} study("wang").patients` patients, 12% did.\n', 0),
        ("Beyond `{python} limit`, 12% progressed.\n", 1),
        ("Beyond `{python} 1 +`, 12% progressed.\n", 1),
        ("In `{r} n` patients, 12% progressed.\n", 0),
        # One work, cited and computed from.
        (
            "It was so [@wang] in `{python} rates`. Of them, 12% died (p = .1).\n",
            0,
        ),
        # Two, by name of the code.
        (
            "It was `{python} rates` and `{python} littrup.rate`. Of men, 12% died.\n",
            1,
        ),
    ],
)
def test_a_value_of_a_study_names_it(text, count):
    assert len(found(CODE + CITING + text)) == count
