"""Includes: which piece follows which, and what cannot be followed."""

import pytest

from galleyproof.diagnostics import Code
from galleyproof.qmd import expand
from galleyproof.spans import Source


def document(path="index.qmd", **files):
    texts = {name.replace("__", "/") + ".qmd": text for name, text in files.items()}

    def read(name):
        if name not in texts:
            raise FileNotFoundError(name)
        if isinstance(texts[name], bytes):
            return Source(name, texts[name].decode("utf-8"))
        return Source(name, texts[name])

    return expand(path, read)


def pieces(doc):
    return [
        (p.chapter.path, p.chapter.source.text[p.start : p.end]) for p in doc.pieces
    ]


def test_a_file_without_includes_is_one_piece():
    doc = document(index="# A\n\ntext\n")
    assert pieces(doc) == [("index.qmd", "# A\n\ntext\n")]
    assert doc.main.path == "index.qmd"


def test_pieces_follow_in_the_order_of_reading():
    doc = document(
        index="---\ntitle: x\n---\na\n\n{{< include ch/b.qmd >}}\n\nz\n",
        ch__b="---\nauthor: y\n---\nb1\n\n{{< include c.qmd >}}\r\nb2\n",
        ch__c="c\n",
    )
    assert pieces(doc) == [
        ("index.qmd", "a\n\n"),
        ("ch/b.qmd", "b1\n\n"),
        ("ch/c.qmd", "c\n"),
        ("ch/b.qmd", "b2\n"),
        ("index.qmd", "\nz\n"),
    ]
    assert [c.path for c in doc.chapters] == ["index.qmd", "ch/b.qmd", "ch/c.qmd"]
    assert doc.diagnostics == ()


def test_a_leading_slash_means_the_project():
    doc = document(
        index="{{< include ch/b.qmd >}}\n", ch__b="{{< include /c.qmd >}}\n", c="c\n"
    )
    assert pieces(doc) == [("c.qmd", "c\n")]


def test_a_file_included_twice_is_one_chapter_and_two_pieces():
    doc = document(index="{{< include b.qmd >}}\n\n{{< include b.qmd >}}\n", b="b\n")
    assert pieces(doc) == [("b.qmd", "b\n"), ("index.qmd", "\n"), ("b.qmd", "b\n")]
    assert len(doc.chapters) == 2


@pytest.mark.parametrize(
    "line",
    [
        "{{{< include b.qmd >}}}",
        "    {{< include b.qmd >}}",
        "```\n{{< include b.qmd >}}\n```",
        "<!-- {{< include b.qmd >}} -->",
        "text {{< include b.qmd >}}",
    ],
)
def test_what_is_no_include(line):
    doc = document(index=f"{line}\n", b="b\n")
    assert [c.path for c in doc.chapters] == ["index.qmd"]


@pytest.mark.parametrize(
    ("files", "place", "message", "hint"),
    [
        (
            {"index": "a\n\n{{< include b.qmd >}}\n"},
            ("index.qmd:3:1", 22),
            "the included file `b.qmd` cannot be read",
            "create it, or correct the path, which is relative to this file",
        ),
        (
            {"index": "  {{< include b.qmd >}}\n", "b": b"caf\xe9\n"},
            ("index.qmd:1:3", 24),
            "the included file `b.qmd` is not UTF-8 (byte 3)",
            "save it as UTF-8",
        ),
        (
            {"index": "{{< include b.qmd >}}\n", "b": "\n{{< include index.qmd >}}"},
            ("b.qmd:2:1", 26),
            "`index.qmd` includes itself",
            "break the circle `index.qmd` → `b.qmd` → `index.qmd`",
        ),
        (
            {"index": "{{< include >}}\n"},
            ("index.qmd:1:1", 16),
            "the include names no file",
            "write `{{< include file.qmd >}}`",
        ),
    ],
)
def test_what_cannot_be_included(files, place, message, hint):
    (finding,) = document(**files).diagnostics
    assert finding.code is Code.SOURCE_READABLE
    assert (str(finding.span), finding.span.end_column) == place
    assert (finding.message, finding.hint) == (message, hint)


def test_findings_of_every_chapter_are_gathered():
    doc = document(index="{{< include b.qmd >}}\n", b="a\n\n:::\n")
    assert [(str(d.span), d.code) for d in doc.diagnostics] == [
        ("b.qmd:3:1", Code.BLOCK_CLOSED)
    ]


def test_a_missing_main_file_is_the_callers_to_report():
    with pytest.raises(FileNotFoundError):
        document()


def test_doubling_includes_come_to_an_end():
    files = {f"f{n}": f"{{{{< include f{n + 1}.qmd >}}}}\n" * 2 for n in range(30)}
    doc = document("f0.qmd", **files, f30="x\n")
    assert len(doc.pieces) < 10_001
    assert any("inclusions" in d.message for d in doc.diagnostics)


def test_a_long_chain_of_includes_comes_to_an_end():
    files = {f"f{n}": f"{{{{< include f{n + 1}.qmd >}}}}\n" for n in range(3000)}
    (finding,) = document("f0.qmd", **files).diagnostics
    assert "deep" in finding.message
