"""The many ways of writing the front matter."""

from __future__ import annotations

import datetime as dt

from galleyproof.render.front import normalise


def front(**raw):
    return normalise(raw, lang="en-GB", timestamp=86_400)


def test_one_author_as_text():
    assert front(author="Ada Example")["authors"] == [{"name": "Ada Example"}]


def test_a_collective_is_marked():
    (author,) = front(author="The galleyproof contributors")["authors"]
    assert author["collective"] is True


def test_authors_share_affiliations_by_number():
    found = front(
        author=[
            {"name": "A B", "affiliations": ["X", {"ref": "y"}]},
            {"name": {"given": "C", "family": "D"}, "affiliation": "X"},
        ],
        affiliations=[{"id": "y", "name": "Y", "city": "Z"}],
    )
    assert [a["places"] for a in found["authors"]] == [
        [{"number": "1"}, {"number": "2"}],
        [{"number": "1"}],
    ]
    assert found["authors"][1]["family"] == "D"
    assert [p["shown"] for p in found["affiliations"]] == ["X", "Y, Z"]


def test_a_known_licence_is_spelled_out():
    assert front(license="CC BY 4.0")["license"]["url"].endswith("/by/4.0/")
    written = {"text": "Own words", "url": "https://example.org/"}
    assert front(license=written)["license"] == written


def test_dates():
    assert front(date=dt.date(2026, 3, 1))["date"]["shown"] == "1 March 2026"
    assert front(date="2026-03-01")["date"]["iso"] == "2026-03-01"
    assert front(date="today")["date"]["iso"] == "1970-01-02"
    assert front(date="spring")["date"] == {"shown": "spring"}


def test_the_source_article_is_credited():
    source = {"text": "T", "doi": "https://doi.org/10.1/x", "licence": "CC BY 4.0"}
    found = front(**{"source-article": source})["source"]
    assert found["doi"] == "10.1/x"
    assert found["license"]["short"] == "CC BY 4.0"


def test_what_is_not_given_is_not_there():
    assert front(title="T") == {"title": "T", "lang": "en-GB"}
