"""Counts, percentages, intervals and p-values in text; all numbers are made up."""

import pytest

from galleyproof.checks.statistics import chapters, recompute
from galleyproof.qmd import expand
from galleyproof.spans import Source


def found(text):
    return [(text[one.start : one.end], one.message) for one in recompute(text)]


@pytest.mark.parametrize(
    "text",
    [
        "seen in 96.1% (246/256) of them",
        "seen in 12 of 57 patients (21.1%), more than before",
        "seen in 12 of 57 patients (21.0%)",  # cut off, not rounded
        "seen in 1/8 (12%) and 1/8 (13%)",  # half to even, half up
        "rose by 20% (3/4 of it early)",
        "on 10/12/2020 (20% more)",
        "at 120/80 (12%)",
        "96.1% (246/256) versus 84.6% (33/39), p = 0.003",  # Pearson's
        "50% (5/10) in one. 10% (1/10) in another, p = 0.9",
        "HR 1.5, 95% CI 1.1-2.0, p = 0.01",
        "OR 2.10 (95% CI 0.98 to 4.50; p = .06)",
        "RR 0.50 (95% CI 0.25-1.00), P = 0.05",
        "HR 2.0 (95% CI 1.1-3.6), p = 0.012",  # a log-rank test, perhaps
        "in 50% (95% CI 40-60)",
        "in 0/12 (0%) and 12/12 (100%)",
        "in 12 (21.1%) of 57 patients",
        "in 12 of the 57 patients treated early (21.1%, 95% CI 11.4 to 33.9)",
        "in 1,234/5,678 (21.7%)",
        "12 of 57 patients and a rise of 1 in 5 (22.8%)",
    ],
)
def test_in_order(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("in 12/57 (22.8%)", "12/57 (22.8%", "is 21.1%, not 22.8%"),
        ("in 20.8% (10/49)", "20.8% (10/49", "is 20.4%, not 20.8%"),
        ("in 12 (22.8%) of 57", "12 (22.8%) of 57", "is 21.1%, not 22.8%"),
        ("in 1,234/5,678 (22.7%)", "1,234/5,678 (22.7%", "is 21.7%, not 22.7%"),
        (
            r"in 12 of 57 patients treated early (22.8\%; *p* = 0.1)",
            r"12 of 57 patients treated early (22.8\%",
            "is 21.1%",
        ),
        (r"in 12/57 \[22.8%\]", r"12/57 \[22.8%", "is 21.1%"),
        ("in 12/57 = 22.8% [15 to 30]", "12/57 = 22.8%", "is 21.1%, not 22.8%"),
        (
            "90% (90/100) versus 50% (50/100), p = 0.3",
            "= 0.3",
            "no usual test",
        ),
        (
            "8.7% (17/195) vs 19.5% (8/41); p = 0.04",
            "= 0.04",
            "the verdict at 0.05 is another with pearson-yates, fisher",
        ),
        ("HR 1.5 (95% CI 1.6-2.0)", "1.5 (95% CI 1.6-2.0", "does not enclose"),
        ("OR 1.50 (95% CI 0.90–2.50; p = 0.01)", "= 0.01", "the verdict is another"),
        ("RR 1.50 (95% CI 1.20–1.87; p = 0.04)", "= 0.04", "an interval that gives"),
    ],
)
def test_trouble(text, place, words):
    ((where, message),) = found(text)
    assert where == place
    assert words in message


def of_chapter(text):
    document = expand("a.qmd", lambda path: Source(path, text))
    return [(str(d.span), d.message) for d in chapters.check(document.chapters)]


def test_a_chapter_says_where():
    assert of_chapter("# Head\n\nSeen\nin 12/57 (22.8%).\n") == [
        ("a.qmd:4:4", "12/57 is 21.1%, not 22.8%")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "In 12/57 (`{python} share`%).",
        "In `12/57 (22.8%)`.",
        "12 of `{python} n` (22.8%)",
        "```\n12/57 (22.8%)\n```\n",
    ],
)
def test_what_is_computed_or_code_is_not_judged(text):
    assert of_chapter(text) == []
