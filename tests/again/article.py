"""The audit run again on the article itself, where its text is at hand.

    make audit ARTICLE=path/to/article.txt
    make audit ARTICLE=path/to/article.txt PYTEST_ARGS=--accept

The text is not part of the repository, so this file is not collected by itself: without
the text there is nothing to test. With `--accept` the places are written anew; those
that are known keep their finding, and `tests/test_audited.py` asks for that of the new.
"""

import csv
import hashlib
import io
import json
import os
from pathlib import Path

import pytest

from galleyproof import files
from galleyproof.checks import articles
from galleyproof.report.audited import PLACES, audited_places
from galleyproof.spans import Source

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "data" / "audit_places.csv"
COLUMNS = ("id", "finding", *PLACES, "reason")


@pytest.fixture
def source() -> Source:
    path = Path(os.environ["GALLEY_ARTICLE"])
    read = files.read(path, path.name)
    assert isinstance(read, Source)
    return read


def test_it_is_the_same_text(source):
    descriptor = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    (resource,) = (
        one for one in descriptor["resources"] if one["name"] == "audit_places"
    )
    digest = hashlib.sha256(source.text.encode()).hexdigest()
    assert resource["galley:audited"] == f"sha256:{digest}"


def test_the_same_is_found(source, request):
    article = articles.read(source)
    works = articles.facts_of(ROOT, article)
    found = articles.audit(article, works)
    written = audited_places(source, found, articles.audit(article))
    places = list(csv.DictReader(io.StringIO(written)))
    table = io.StringIO(TABLE.read_text(encoding="utf-8"))
    known = {row["id"]: row for row in csv.DictReader(table)}
    again = [judged(place, known) for place in places]
    if request.config.getoption("--accept"):
        with TABLE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(again)
    else:
        assert again == list(known.values())


def judged(place, known):
    """Return a place as a row of the table, with the finding it is known to be of."""
    key = "-".join(place[name] for name in ("kind", "line", "column"))
    earlier = known.get(key, {"finding": "", "reason": ""})
    row = {"id": key, **place}
    row |= {name: earlier[name] for name in ("finding", "reason")}
    return {name: row[name] for name in COLUMNS}
