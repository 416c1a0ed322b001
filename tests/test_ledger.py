"""The ledger of the review against its outputs, its data and itself."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from lxml import etree, html
from pypdf import PdfReader

from galleyproof.lineage import ledger as ledgers
from galleyproof.lineage import notation
from galleyproof.lineage.ledger import Ledger, PrintedNumber

PICTURED = ("figure", "alt")
"""What a picture shows and what is said of it stands in no text."""
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def output(rendered: Path) -> Path:
    return rendered / "_output"


@pytest.fixture(scope="module")
def ledger(output: Path) -> Ledger:
    return ledgers.read((output / "ledger.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(output: Path) -> html.HtmlElement:
    return html.parse(output / "index.html").getroot()


def texts(ledger: Ledger, target: str) -> Iterator[tuple[str, list[PrintedNumber]]]:
    """Yield each anchor of running text with the numbers that it prints."""
    found: dict[str, list[PrintedNumber]] = {}
    for number in ledger.numbers:
        if number.part not in (*PICTURED, "heading") and target in number.outputs:
            found.setdefault(number.outputs[target].anchor, []).append(number)
    yield from found.items()


def bare(text: str) -> str:
    """Return a text without marks of status and without white space."""
    return re.sub(r"[†‡§\s]", "", text)


def expected(numbers: list[PrintedNumber]) -> str:
    return "".join(".*" + re.escape(bare(number.text)) for number in numbers)


def test_it_meets_its_schema(output: Path) -> None:
    schema = resources.files("galleyproof.lineage").joinpath("ledger.schema.json")
    said = json.loads((output / "ledger.json").read_text(encoding="utf-8"))
    jsonschema.validate(said, json.loads(schema.read_text(encoding="utf-8")))


def test_it_names_every_number_once(ledger: Ledger) -> None:
    names = [number.id for number in ledger.numbers]
    assert len(names) == len(set(names)) > 1000
    assert {"prose", "table", "caption", *PICTURED} <= {n.part for n in ledger.numbers}


def test_the_page_shows_what_it_says(ledger: Ledger, page: html.HtmlElement) -> None:
    by_id = {element.get("id"): element for element in page.iter() if element.get("id")}
    for anchor, numbers in texts(ledger, "html"):
        shown = bare(by_id[anchor].text_content())
        assert re.fullmatch(expected(numbers) + ".*", shown), (anchor, shown)


def test_each_number_of_the_page_is_in_it(
    ledger: Ledger, page: html.HtmlElement
) -> None:
    known = {n.id for n in ledger.numbers} | {c.id for c in ledger.claims}
    printed = page.xpath("//article//*[@data-galley]")
    named = [name for element in printed for name in element.get("data-galley").split()]
    assert set(named) == known
    spans = page.xpath("//span[contains(@class, 'value') and not(@data-galley)]")
    assert [span.text_content() for span in spans] == []


def test_ids_of_the_page_are_unique(page: html.HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_word_has_a_bookmark_with_each_number(ledger: Ledger, output: Path) -> None:
    text = zipfile.ZipFile(output / "index.docx").read("word/document.xml")
    document = etree.fromstring(text)
    marks = [mark.get(f"{W}name") for mark in document.iter(f"{W}bookmarkStart")]
    assert len(marks) == len(set(marks))
    wanted = {anchor for anchor, _ in texts(ledger, "docx")}
    assert wanted <= set(marks)


def test_jats_has_an_element_with_each_number(ledger: Ledger, output: Path) -> None:
    article = etree.parse(output / "index.xml").getroot()
    by_id = {e.get("id"): e for e in article.iter() if e.get("id")}
    for anchor, numbers in texts(ledger, "jats"):
        shown = bare("".join(by_id[anchor].itertext()))
        assert re.fullmatch(expected(numbers) + ".*", shown), (anchor, shown)


def test_the_pdf_prints_each_number_on_its_page(ledger: Ledger, output: Path) -> None:
    pages = [bare(p.extract_text()) for p in PdfReader(output / "index.pdf").pages]
    for anchor, numbers in texts(ledger, "pdf"):
        page = numbers[0].outputs["pdf"].page
        assert page is not None
        near = "".join(pages[page - 1 : page + 1])  # a paragraph may go on overleaf
        for number in numbers:
            words = ledger.values[number.value].kind == "text"
            # Words are hyphenated at the end of a line; their numbers are not.
            for text in re.findall(r"\d+", number.text) if words else [number.text]:
                assert bare(text) in near, (anchor, text, page)


def test_each_leaf_is_a_cell_of_the_data_or_a_given(
    ledger: Ledger, rendered: Path
) -> None:
    tables = {
        path: list(csv.reader((rendered / path).read_text("utf-8").splitlines()))
        for path in {cell.path for cell in ledger.cells.values()}
    }
    for entry in ledger.values.values():
        if entry.formula is not None or entry.constant is not None:
            continue
        assert entry.cell is not None
        cell = ledger.cells[entry.cell]
        text = tables[cell.path][cell.line - 1][cell.column - 1]
        head = tables[cell.path][0][cell.column - 1]
        assert head == cell.field
        if entry.kind == "text":
            assert entry.text == " ".join(text.split())
        elif cell.field != "id":  # counted as one
            assert Fraction(entry.exact) == notation.parse(text), entry


def test_operands_and_values_are_all_there(ledger: Ledger) -> None:
    for number in ledger.numbers:
        assert number.value in ledger.values
        beneath = [ledger.values[name] for name in ledger.beneath(number.value)]
        given = any(entry.constant is not None for entry in beneath)
        found_none = beneath[0].formula is not None and beneath[0].number == 0
        assert ledger.cells_of(number.value) or given or found_none, number
    for entry in ledger.values.values():
        assert set(entry.formula.operands if entry.formula else ()) <= set(
            ledger.values
        )


def test_places_are_where_the_author_wrote(ledger: Ledger, rendered: Path) -> None:
    for number in ledger.numbers:
        assert number.place is not None
        lines = (rendered / number.place.path).read_text("utf-8").splitlines()
        line = lines[number.place.line - 1]
        begins = line[number.place.column - 1 :]
        assert begins.startswith(("`{python}", "```{python}")), number


def test_trace_answers_of_the_review(rendered: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "galleyproof", "trace", "94.6", str(rendered)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "= 279 / 295" in ended.stdout
    assert "proportions:glazer-ts-all.events" in ended.stdout
