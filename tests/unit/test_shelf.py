"""Bibliographies in the cache: what comes back is what was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from galleyproof import bibliography, shelf
from galleyproof.store import Store

BIBTEX = """\
@article{kowal2011,
  author = {van der Kowal, Ada Maria and {The Group} and Ng, B., Jr},
  editor = {Øst, Åse},
  title  = {A {T}itle with "marks" — and ünïcode},
  year   = {2011},
}

@book{kowal2011, title = {Again}}
@misc{broken title = {No comma}}
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "cache")


def test_what_comes_back_is_equal(tmp_path: Path, store: Store) -> None:
    path = tmp_path / "a.bib"
    path.write_text(BIBTEX, encoding="utf-8")
    plain = bibliography.load(path, "text/a.bib")
    assert len(plain.diagnostics) > 1
    assert shelf.load(path, "text/a.bib", None) == plain
    assert shelf.load(path, "text/a.bib", store) == plain
    kept = shelf.load(path, "text/a.bib", store)
    assert kept == plain
    entry = kept.entries["kowal2011"]
    assert kept.place(entry, "year") == plain.place(plain.entries["kowal2011"], "year")


def test_it_is_parsed_once_for_a_text(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = []
    parse = bibliography.parse

    def counted(source):
        parsed.append(source.text)
        return parse(source)

    monkeypatch.setattr(bibliography, "parse", counted)
    path = tmp_path / "a.bib"
    for text in ("@misc{a, title = {A}}", "@misc{a, title = {B}}"):
        path.write_text(text)
        for _ in range(2):
            shelf.load(path, "a.bib", store)
    assert parsed == ["@misc{a, title = {A}}", "@misc{a, title = {B}}"]


def test_a_file_that_is_not_there_is_a_finding(tmp_path: Path, store: Store) -> None:
    read = shelf.load(tmp_path / "a.bib", "a.bib", store)
    assert [d.message for d in read.diagnostics] == ["`a.bib` does not exist"]
    assert not store.directory.exists()
