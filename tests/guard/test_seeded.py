"""The number guard on seeded errors: how many it finds, and how often it cries wolf.

Each phrase of `prose.py` is a number as an author may type it; each place of
`places.py` is one where text reaches the page. Every phrase is put into every place, in
a sentence that holds no other number; found is what is flagged within the phrase. False
alarms are counted on sentences full of digits that are no numbers.
"""

from __future__ import annotations

import importlib.util
import itertools
import re
from pathlib import Path
from types import ModuleType

import pytest

from galleyproof import qmd
from galleyproof.checks.numbers import guard
from galleyproof.checks.numbers.guard import Typed
from galleyproof.checks.numbers.literals import Patterns
from galleyproof.spans import Source

RECALL = 0.98
ALARMS_PER_1000_WORDS = 1.0


def beside(name: str) -> ModuleType:
    """Import a module that stands beside this one."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"guard_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PLACES = beside("places").MARKDOWN
PROSE = beside("prose")
VERBATIM = {"raw typst", "typst content", "raw latex"}
"""Where `[12]` is content and a dollar is not Markdown's."""


def flagged(text: str) -> list[Typed]:
    chapter = qmd.parse(Source(path="a.qmd", text=text))
    return list(guard.typed_numbers([chapter], guard.Settings(), Patterns(())))


def plain(text: str) -> str:
    """Return a text with its spaces alike, and without LaTeX's escapes."""
    return re.sub(r"\s", " ", text).replace("\\%", "%")


def sentences(place: str) -> itertools.cycle[str]:
    plain = [s for s in PROSE.SENTENCES if "[@" not in s and "(see @" not in s]
    return itertools.cycle(plain if place in VERBATIM else PROSE.SENTENCES)


@pytest.mark.parametrize("place", PLACES)
def test_a_typed_number_is_found_in_every_place(place: str) -> None:
    missed = []
    for phrase, sentence in zip(PROSE.PHRASES, sentences(place), strict=False):
        text = PLACES[place](sentence.format(phrase))
        if not any(plain(one.text) in plain(phrase) for one in flagged(text)):
            missed.append(phrase)
    found = 1 - len(missed) / len(PROSE.PHRASES)
    assert found >= RECALL, f"{place}: {missed}"


def test_recall_in_all_places_together() -> None:
    pairs = [(place, phrase) for phrase in PROSE.PHRASES for place in PLACES]
    cycles = {place: sentences(place) for place in PLACES}
    missed = [
        (place, phrase)
        for place, phrase in pairs
        if not flagged(PLACES[place](next(cycles[place]).format(phrase)))
    ]
    assert 1 - len(missed) / len(pairs) >= RECALL, missed


@pytest.mark.parametrize("place", PLACES)
def test_a_place_without_numbers_is_clean(place: str) -> None:
    for sentence in PROSE.SENTENCES[:6]:
        assert flagged(PLACES[place](sentence.format("some of them"))) == []


def test_false_alarms_in_prose_full_of_names() -> None:
    words = sum(len(sentence.split()) for sentence in PROSE.CLEAN)
    alarms = [(one.text, s) for s in PROSE.CLEAN for one in flagged(s)]
    assert len(alarms) <= ALARMS_PER_1000_WORDS * words / 1000, alarms


@pytest.mark.parametrize("place", sorted(set(PLACES) - VERBATIM))
def test_names_are_no_numbers_in_any_place(place: str) -> None:
    for sentence in PROSE.CLEAN:
        if "$" not in sentence and "*" not in sentence:
            assert flagged(PLACES[place](sentence)) == [], sentence


def test_every_number_of_a_sentence_is_found() -> None:
    text = (
        "Of 256 tumours, 246 (96.1%; 95% CI 93.0 to 97.9) were ablated; three of the "
        "ten others needed a second session (p = 0.003, Table 2)."
    )
    found = [one.text for one in flagged(text)]
    assert found == ["256", "246", "96.1%", "93.0", "97.9", "three", "ten", "0.003"]
