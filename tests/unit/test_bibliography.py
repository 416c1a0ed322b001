"""Reading BibTeX: entries, places, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from galleyproof import bibliography
from galleyproof.bibliography import Bibliography
from galleyproof.spans import Source

GOOD = """% a comment
@string{hep = "Hepatology"}
@comment{not, an, entry}

@article{first2001,
  author  = {First, A. B. and van der Second, Chris},
  title   = {On {CT} \\& more},
  journal = hep,
  year    = {2001},
}

@misc{body, title = {Guideline}, author = {{A Society of Ours}}, year = {n.d.}}
"""


def parse(text: str) -> Bibliography:
    return bibliography.parse(Source(path="references.bib", text=text))


def findings(text: str) -> list[tuple[int, int, str]]:
    found = parse(text).diagnostics
    return [(f.span.line, f.span.column, f.message) for f in found]


def test_entries_in_order_with_fields() -> None:
    found = parse(GOOD)
    assert found.diagnostics == ()
    assert found.keys == ("first2001", "body")
    entry = found.entries["first2001"]
    assert entry.type == "article"
    assert entry.fields["journal"] == "Hepatology"
    assert entry.fields["title"] == "On {CT} \\& more"
    assert entry.text("title") == "On CT & more"
    assert entry.text("volume") == ""
    assert entry.year == 2001
    assert found.entries["body"].year is None


def test_authors() -> None:
    first, second = parse(GOOD).entries["first2001"].authors
    assert (first.given, first.family) == ("A. B.", "First")
    assert (second.given, second.family) == ("Chris", "van der Second")
    (body,) = parse(GOOD).entries["body"].authors
    assert (body.given, body.family) == ("", "A Society of Ours")


def test_a_key_knows_its_place() -> None:
    span = parse(GOOD).entries["first2001"].span
    assert (span.path, span.line, span.column) == ("references.bib", 5, 10)
    assert (span.end_line, span.end_column) == (5, 19)


def test_keys_keep_their_case() -> None:
    assert parse("@misc{KeyA, title={x}}").keys == ("KeyA",)


def test_duplicate_key_names_the_first() -> None:
    text = "@misc{a, title={x}}\n@misc{b, title={y}}\n@misc{A, title={z}}\n"
    assert findings(text) == [(3, 7, "`A` already names the entry at line 1")]
    assert parse(text).entries["a"].fields["title"] == "x"


def test_missing_comma() -> None:
    text = "@misc{a, title={x}}\n@misc{b,\n  title = {y}\n  year = {2000},\n}\n"
    ((line, column, message),) = findings(text)
    assert (line, column) == (4, 3)
    assert message.startswith("the entry that begins at line 2 cannot be read")


def test_missing_brace() -> None:
    ((line, _, message),) = findings("@misc{a, title={x}\n\n@misc{b, title={y}}\n")
    assert line == 3
    assert "begins at line 1" in message


def test_unclosed_value_at_the_end() -> None:
    ((line, _, message),) = findings("@misc{a, title={x}}\n\n@misc{b, title={y\n")
    assert line >= 3
    assert "begins at line 3" in message


def test_missing_required_field() -> None:
    assert findings("@article{a, author={A, B}, title={x}, journal={J}}") == [
        (1, 10, "`a` has no `year` or `date`")
    ]
    assert findings("@book{b, title={x}, publisher={P}, year=1999}") == [
        (1, 7, "`b` has no `author` or `editor`")
    ]
    assert findings("@book{b, editor={E}, title={x}, publisher={P}, year=1}") == []


def test_blank_field_is_missing() -> None:
    assert findings("@misc{a, title={ }}") == [(1, 7, "`a` has no `title`")]


def test_duplicate_field_is_found_at_its_entry() -> None:
    text = "@misc{ab, title={x}}\n@misc{a, title={x}, title={y}}\n"
    ((line, column, message),) = findings(text)
    assert (line, column) == (2, 7)
    assert "duplicate title field" in message


def test_unreadable_name_is_found_where_it_stands() -> None:
    text = "@misc{a,\n  title={x},\n  author={A, B, C, D, E}}\n"
    ((line, column, message),) = findings(text)
    assert (line, column) == (3, 11)
    assert "too many commas" in message


def test_every_finding_has_a_remedy(capfd: pytest.CaptureFixture[str]) -> None:
    text = "@misc{a, title={x}}\n@article{a, title={x}}\n@misc{b, title={x\n"
    assert all(finding.hint for finding in parse(text).diagnostics)
    assert capfd.readouterr() == ("", ""), "pybtex printed something"


def test_empty_file_is_an_empty_bibliography() -> None:
    assert parse("").keys == ()
    assert parse("just words, no entry\n").diagnostics == ()


def test_windows_line_ends() -> None:
    found = parse(GOOD.replace("\n", "\r\n"))
    assert found.diagnostics == ()
    assert found.entries["body"].span.line == 12


def test_load_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "my.bib"
    path.write_text("@misc{müller2020, title={Größe}}", encoding="utf-8")
    found = bibliography.load(path)
    assert found.path == "my.bib"
    assert found.entries["müller2020"].text("title") == "Größe"


def test_load_reports_what_cannot_be_read(tmp_path: Path) -> None:
    missing = bibliography.load(tmp_path / "none.bib", "refs/none.bib")
    assert [f.span.path for f in missing.diagnostics] == ["refs/none.bib"]
    path = tmp_path / "latin.bib"
    path.write_bytes("@misc{a, title={Größe}}".encode("latin-1"))
    (finding,) = bibliography.load(path).diagnostics
    assert (finding.span.line, finding.span.column) == (1, 19)


def test_places_of_fields():
    text = (
        "@article{a,\n  author = {Smith, A. and\n    Jones, B.},\n  title = {T},"
        ' year = "2019",\n}\n@misc{b, title = {U}}\n'
    )
    read = bibliography.parse(Source("r.bib", text))
    entry = read.entries["a"]

    def place(field, part=""):
        span = read.place(entry, field, part)
        return (span.line, span.column, span.end_column)

    assert place("author") == (2, 13, 26)
    assert place("author", "Jones") == (3, 5, 10)
    assert place("year") == (4, 24, 28)
    assert place("doi") == (1, 10, 11)
    assert place("title") == (4, 12, 13)


def test_what_is_missing_hides_no_entry():
    read = bibliography.parse(Source("r.bib", "@article{a, title = {T}}"))
    assert {d.severity.value for d in read.diagnostics} == {"warning"}
    assert {d.code.code for d in read.diagnostics} == {"entry-complete"}


def test_a_byte_order_mark_hides_no_entry():
    text = "@article{a, author={B, C}, title={T}, journal={J}, year=2019}\n@misc{b}\n"
    plain = bibliography.parse(Source("r.bib", text))
    marked = bibliography.parse(Source("r.bib", f"\ufeff{text}"))
    assert marked.keys == plain.keys == ("a", "b")
    assert marked.entries["a"].span == plain.entries["a"].span
    assert marked.diagnostics == plain.diagnostics
