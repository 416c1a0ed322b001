"""The review keeps what it promises: numbers, figures, citations, nothing typed."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from lxml import html

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = sorted((ROOT / "chapters").glob("*.qmd"))
LENGTHS = {"cm", "mm", "months", "years"}
SPELT = {"one": "1", "no": "0", "all": "100", "single": "single", "three": "three"}
NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|"
    "fifty|hundred|thousand|half|twice|thrice|double|triple|dozen|quarter|zero"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a build of the review from its committed inputs gives."""

    text: str
    """The words of the page, white space collapsed."""
    figures: Path


@pytest.fixture(scope="session")
def review(rendered: Path) -> Review:
    page = html.parse(rendered / "_output" / "index.html").getroot()
    words = " ".join(page.find("body").itertext())
    return Review(text=" ".join(words.split()), figures=rendered / "figures")


@cache
def reported() -> list[dict[str, str]]:
    with (ROOT / "data" / "reported.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def expected(row: dict[str, str]) -> str:
    """Return a pattern for the number as the review prints it."""
    printed = SPELT.get(row["printed"], row["printed"])
    number = re.sub(r"^\.", "0.", printed.rstrip("%"))
    pattern = re.escape(number).replace(r"\ ", " ?")
    unit = row["unit"]
    tail = ""
    if unit == "percent":
        tail = "%"
    elif unit in LENGTHS:
        tail = rf"[†‡§]? {unit.removesuffix('s')}s?\b"
    end = "" if tail else r"(?![%\w]|[.,]\d)"
    return rf"(?<![\w.,]){pattern}{tail}{end}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "row",
    [row for row in reported() if not row["discrepancy"]],
    ids=lambda row: row["id"],
)
def test_what_the_article_printed_is_in_the_review(
    row: dict[str, str], review: Review
) -> None:
    assert re.search(expected(row), review.text), f"{row['printed']} {row['unit']}"


def test_the_patterns_can_fail() -> None:
    percent = expected({"printed": "96.1%", "unit": "percent"})
    assert re.search(percent, "(96.1%†)")
    assert not re.search(percent, "196.1%")
    months = expected({"printed": "one", "unit": "months"})
    assert re.search(months, "at 1 month†")
    assert not re.search(months, "at 11 months")
    assert not re.search(expected({"printed": ".039", "unit": "p"}), "= 0.0391")


@pytest.mark.slow
def test_committed_figures_are_current(review: Review) -> None:
    drawn = {path.name: path.read_bytes() for path in review.figures.iterdir()}
    committed = ROOT / "figures"
    assert drawn
    assert drawn.keys() == {path.name for path in committed.iterdir()}
    assert {Path(name).suffix for name in drawn} == {".svg", ".png"}
    stale = [n for n, data in drawn.items() if (committed / n).read_bytes() != data]
    assert not stale, f"drawn anew by `make render`, and to be committed: {stale}"


@pytest.mark.slow
def test_nothing_is_left_unresolved(review: Review) -> None:
    assert "??" not in review.text
    assert not re.search(r"\{python\}|@(sec|fig|tbl)-|\{\{<", review.text)


def prose(path: Path) -> str:
    """Return a chapter without code, labels, attributes, citations and literals."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\[[^\]]*\]\{\.literal\}", "", text)
    text = re.sub(r"`\{python\}[^`]*`", "", text)
    text = re.sub(r"\{[#.][^}]*\}", "", text)
    return re.sub(r"-?@[\w-]+", "", text)


def lines(path: Path) -> Iterator[str]:
    yield from prose(path).splitlines()


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_number_is_typed(path: Path) -> None:
    words = re.compile(rf"\b({NUMBER_WORDS})\b|\d", re.IGNORECASE)
    assert [line for line in lines(path) if words.search(line)] == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_begins_with_its_set_up_cell(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith(
        "```{python}\n#| include: false\n"
    )


def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in CHAPTERS)


def test_every_reference_is_cited_in_the_prose() -> None:
    bibliography = (ROOT / "references.bib").read_text(encoding="utf-8")
    keys = set(re.findall(r"^@\w+\{([\w-]+),", bibliography, flags=re.MULTILINE))
    cited = set(re.findall(r"@([\w-]+)", re.sub(r"`[^`]*`", "", source())))
    assert keys
    assert keys - cited == set()


def test_every_table_and_figure_is_referred_to() -> None:
    text = source()
    labels = set(re.findall(r'"((?:tbl|fig)-[\w-]+)"', text))
    assert labels
    assert {label for label in labels if f"@{label}" not in text} == set()


def test_every_chapter_is_included_once() -> None:
    index = (ROOT / "index.qmd").read_text(encoding="utf-8")
    included = re.findall(r"\{\{< include chapters/(\S+) >\}\}", index)
    assert sorted(included) == [path.name for path in CHAPTERS]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_unverified_study_is_not_called_randomised(path: Path) -> None:
    for paragraph in path.read_text(encoding="utf-8").split("\n\n"):
        if "@elderly2022" in paragraph and "randomised" in paragraph:
            assert "neither could be confirmed" in " ".join(paragraph.split())
