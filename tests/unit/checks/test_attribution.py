"""Results and whose they are; all works and numbers are made up."""

import re

import pytest

from galleyproof.checks.attribution import Passage, Source, orphans


def passage(text, section=()):
    """Read `[@key]` as a source and blank it."""
    sources = tuple(
        Source(work=match[1], start=match.start(), end=match.end())
        for match in re.finditer(r"\[@(\w+)\]", text)
    )
    blanked = re.sub(r"\[@\w+\]", lambda match: " " * len(match[0]), text)
    return Passage(text=blanked, sources=sources, section=frozenset(section))


def found(text, section=()):
    return [text[one.start : one.end] for one in orphans(passage(text, section))]


@pytest.mark.parametrize(
    "text",
    [
        "Recurrence was 12% [@a]. Others saw more [@b].",
        "Recurrence was 12%. [@a] Others saw more [@b].",
        # One work in the paragraph.
        "Fewer recurred [@a]. Progression was slower (p = .03).",
        # The sentence refers back.
        "One saw this [@a]. One did not [@b]. In that trial, 12% recurred.",
        "One saw this [@a]. One did not [@b]. The authors give p = .03.",
        # The only work of the sentence before.
        "One saw this [@a]. It recurred in 12%. One did not [@b].",
        "One saw this [@a]. A tenth, 12%, recurred. One did not [@b].",
        # ... and of the one before that, while nothing else is named.
        "One saw this [@a]. Most were men. It grew in 12%. One did not [@b].",
        "One saw this [@a]. However, pain was worse later (P = 0.01). One [@b].",
        # What the review counted.
        "One [@a], another [@b]. Trials were small and mostly blinded (51%).",
        "One [@a], another [@b]. Pooled recurrence was 12%.",
        "One [@a], another [@b]. We found 12%.",
        "One [@a], another [@b]. Some 60% of the included trials were blinded.",
        "One [@a], another [@b]. Blinded were most studies (60%).",
        "One [@a], another [@b]. Heterogeneity was large (I² = 82%).",
        # No results of a study.
        "One [@a], another [@b]. Intervals are 95% CI throughout.",
        "One [@a], another [@b]. A 95% confidence interval is shown.",
        "One [@a], another [@b]. The threshold was p < .05.",
        "One [@a], another [@b]. If 12% recurred, that would be many.",
        "One [@a], another [@b]. The BEACON trial saw 12%.",
        "One [@a], another [@b]. No numbers here.",
        "One [@a], another [@b]. Some took benzocaine 20% or 5% lidocaine gel.",
    ],
)
def test_in_order(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "results"),
    [
        ("Recurrence was 12%.", ["12%"]),
        ("Recurrence was 12.5 per cent.", ["12.5 per cent"]),
        ("Survival was similar (p = 0.3).", ["p = 0.3"]),
        ("Survival was similar, *P* value 3.", []),
        (
            "One [@a] and another [@b] saw this. Of the patients, 12% had pain and 5%"
            " fever. Large tumours progressed (P = .039).",
            ["12%", "P = .039"],
        ),
        # A p belongs to one comparison, and stands with its name.
        (
            "One saw this [@a]. Large tumours progressed (P = .039). One not [@b].",
            ["P = .039"],
        ),
    ],
)
def test_trouble(text, results):
    assert found(text) == results


def test_studies_that_are_not_named_are_no_source():
    text = "One [@a], another [@b] failed. Smaller studies reported success in 100%."
    assert found(text) == ["100%"]


def test_a_section_on_one_work_names_it():
    assert found("Recurrence was 12%.", section=["a"]) == []
    assert found("Recurrence was 12%.", section=["a", "b"]) == ["12%"]


def test_how_many_works_there_are():
    (one,) = orphans(passage("Recurrence was 12%."))
    assert (one.works, one.is_p) == (0, False)
    (one,) = orphans(passage("One [@a], another [@b]. And p = .03 for large ones."))
    assert (one.works, one.is_p) == (2, True)
