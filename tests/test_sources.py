"""The numbers of the review lead to its appendix of sources, in PDF and Word file."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pypdf import PageObject, PdfReader

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = ("prose", "table", "caption")
"""Parts whose numbers can be links; what is drawn leads there by its caption."""
ABOVE = 10
"""Points that Typst leaves above the line that a link leads to."""
Link = tuple[str, str]
"""The words of a link, and the head of the entry that it leads to."""


@pytest.fixture(scope="module")
def ledger(rendered: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (rendered / "_output" / "ledger.json").read_text(encoding="utf-8")
    )
    return found


@pytest.fixture(scope="module")
def word(rendered: Path) -> dict[str, etree._Element]:
    with zipfile.ZipFile(rendered / "_output" / "index.docx") as archive:
        return {
            name: etree.fromstring(archive.read(f"word/{name}.xml"))
            for name in ("document", "footnotes")
        }


@pytest.fixture(scope="module")
def pdf(rendered: Path) -> PdfReader:
    return PdfReader(rendered / "_output" / "index.pdf")


def squeezed(words: str) -> str:
    return "".join(words.split())


def entries(word: dict[str, etree._Element]) -> dict[str, str]:
    """Return the words of each entry of the appendix by its bookmark."""
    return {
        mark.get(f"{W}name"): "".join(mark.getparent().itertext())
        for mark in word["document"].iter(f"{W}bookmarkStart")
        if mark.get(f"{W}name").startswith("source_")
    }


def head(entry: str) -> str:
    first, second, *_ = entry.replace("\u00a0", " ").split(" ")
    return first if first.startswith("S") else f"{first} {second}"


def in_word(word: dict[str, etree._Element]) -> Iterator[tuple[str, str, str]]:
    """Yield the anchor of a number, its words and where they lead, in order."""
    for part in word.values():
        mark = ""
        for node in part.iter(f"{W}bookmarkStart", f"{W}hyperlink"):
            if node.tag == f"{W}bookmarkStart":
                mark = node.get(f"{W}name")
            elif (node.get(f"{W}anchor") or "").startswith("source_"):
                yield mark, "".join(node.itertext()), node.get(f"{W}anchor")


def in_pdf(pdf: PdfReader) -> Iterator[Link]:
    """Yield the words of each link into the appendix, and the entry's head."""
    words = {page.indirect_reference.idnum: placed(page) for page in pdf.pages}  # type: ignore[union-attr]
    first = pdf.get_destination_page_number(pdf.named_destinations["galley-sources"])
    assert first is not None
    appendix = {p.indirect_reference.idnum for p in pdf.pages[first:]}  # type: ignore[union-attr]
    for page in pdf.pages:
        own = words[page.indirect_reference.idnum]  # type: ignore[union-attr]
        for annotation in page.get("/Annots", ()):
            link = annotation.get_object()
            target = link.get("/Dest")
            if isinstance(target, str) or target is None:
                continue
            on, _, left, top, _ = target.get_object()
            if on.idnum not in appendix:
                continue
            heads = [
                text
                for text, x, y in words[on.idnum]
                if abs(x - left) < 1 and abs(top - y - ABOVE) < 1
            ]
            yield inside(link, own), heads[0]


def placed(page: PageObject) -> list[tuple[str, float, float]]:
    """Return the pieces of text of a page, each with its place."""
    pieces: list[tuple[str, float, float]] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        if text.strip():
            pieces.append((text.strip(), cm[4] + tm[4], cm[5] + tm[5]))

    page.extract_text(visitor_text=visit)
    return pieces


def inside(link: Any, pieces: list[tuple[str, float, float]]) -> str:
    """Return the words in the boxes of a link."""
    left, bottom, right, top = link["/Rect"]
    corners = link.get("/QuadPoints") or (left, bottom, right, 0, 0, top, 0, 0)
    boxes = [corners[i : i + 8] for i in range(0, len(corners), 8)]
    return "".join(
        text
        for text, x, y in pieces
        if any(b[0] - 0.5 <= x < b[2] - 0.5 and b[1] <= y < b[5] for b in boxes)
    )


def test_every_number_of_the_word_file_leads_to_its_row(
    ledger: dict[str, Any], word: dict[str, etree._Element]
) -> None:
    found = entries(word)
    linked: dict[str, list[tuple[str, str]]] = {}
    for mark, words, target in in_word(word):
        linked.setdefault(mark, []).append((words, target))
    values, cells = ledger["values"], ledger["cells"]
    checked = 0
    for number in ledger["numbers"]:
        if number["part"] not in TEXT:
            continue
        links = linked[number["outputs"]["docx"]["anchor"]]
        targets = [
            found[target]
            for words, target in links
            if squeezed(number["text"]) in squeezed(words)
        ]
        assert targets, number
        if cell := values[number["value"]].get("cell"):
            row = cells[cell]
            said = f"{row['path']}, row {row['row']} ("
            assert any(said in entry for entry in targets), number
            address = row["address"].partition("=")[2]
            assert any(address in entry for entry in targets), number
        checked += 1
    assert checked > 1000


def test_the_pdf_links_what_the_word_file_links(
    pdf: PdfReader, word: dict[str, etree._Element]
) -> None:
    """The same words lead to the same entries, each as often."""
    found = entries(word)
    expected = Counter(
        (squeezed(words), squeezed(head(found[target])))
        for _, words, target in in_word(word)
    )
    shown = Counter((squeezed(words), squeezed(to)) for words, to in in_pdf(pdf))
    whole, broken = expected - shown, shown - expected
    assert letters(whole) == letters(broken)
    assert len(whole) < 10, "more than a page break cuts in two"


def letters(links: Counter[Link]) -> dict[str, list[str]]:
    """Return all letters that lead to an entry: a page may end within a link."""
    found: dict[str, list[str]] = {}
    for words, to in links.elements():
        found.setdefault(to, []).extend(words)
    return {to: sorted(each) for to, each in found.items()}


def test_bookmarks_of_the_word_file_are_unique(
    word: dict[str, etree._Element],
) -> None:
    marks = [b for part in word.values() for b in part.iter(f"{W}bookmarkStart")]
    names = Counter(b.get(f"{W}name").casefold() for b in marks)
    assert [name for name, count in names.items() if count > 1] == []
    assert max(map(len, names)) <= 40
    identifiers = Counter(
        b.get(f"{W}id") for b in word["document"].iter(f"{W}bookmarkStart")
    )
    assert max(identifiers.values()) == 1


def test_every_table_and_figure_names_its_data(
    ledger: dict[str, Any], word: dict[str, etree._Element]
) -> None:
    floats = {n["float"] for n in ledger["numbers"] if n["float"]}
    lines = [words for _, words, _ in in_word(word) if words.startswith("Data: ")]
    assert len(lines) == len(floats) > 20
    assert all(line.endswith(".csv.") for line in lines)


def test_the_appendix_stays_short(pdf: PdfReader) -> None:
    first = pdf.get_destination_page_number(pdf.named_destinations["galley-sources"])
    assert first is not None
    assert len(pdf.pages) - first <= 12


def test_the_pdf_is_still_accessible(pdf: PdfReader) -> None:
    metadata = pdf.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]
    assert "pdfuaid:part" in metadata
