"""The table of findings and what `galley audit` found, held together.

The article's text is not part of the repository. What the program found in it is in
`data/audit_places.csv`, kind and place only; `make audit ARTICLE=...` runs the program
again where the text is at hand (`tests/again/article.py`).
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from galleyproof import datapackage
from galleyproof.checks.articles import Kind

PACKAGE = datapackage.load(Path(__file__).parents[1], "data")
FINDINGS = {row.id: row.texts for row in PACKAGE.tables["audit"].rows}
PLACES = [row.texts for row in PACKAGE.tables["audit_places"].rows]
FOUND_BY: dict[str, set[str]] = defaultdict(set)
for place in PLACES:
    FOUND_BY[place["finding"]].add(place["by"])


@pytest.mark.parametrize("key", FINDINGS)
def test_every_finding_is_found_as_it_says(key):
    expected = {
        "mechanical": "text" in FOUND_BY[key],
        "mechanical with a table of facts": bool(FOUND_BY[key]),
        "human": not FOUND_BY[key],
    }
    assert expected[FINDINGS[key]["detection"]]


@pytest.mark.parametrize("place", PLACES, ids=[place["id"] for place in PLACES])
def test_every_place_belongs_to_a_finding(place):
    assert bool(place["finding"]) != bool(place["reason"])
    assert place["kind"] in {kind.name.lower().replace("_", "-") for kind in Kind}
    assert place["id"] == "-".join(place[n] for n in ("kind", "line", "column"))
    if place["finding"]:
        lines = FINDINGS[place["finding"]]["lines"]
        assert int(place["line"]) in stated(lines), lines


def stated(lines):
    """Return the lines that a finding names: `3; 37 to 45`, `whole text`."""
    if lines == "whole text":
        return range(1, 10_000)
    found = set()
    for part in re.split(r";\s*", lines):
        ends = [int(n) for n in part.split(" to ")]
        found |= set(range(ends[0], ends[-1] + 1))
    return found


def test_lines_are_read():
    assert stated("3; 5 to 7") == {3, 5, 6, 7}
    assert 99 in stated("whole text")
