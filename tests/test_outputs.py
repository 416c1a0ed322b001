"""The four outputs of the review, read back with other libraries."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pytest
from lxml import etree, html
from pypdf import PdfReader

CORE = ("94.6%", "279/295", "63.3%", "19/30", "81.3%", "0.265%", "4,029", "30.5%")
NOT_COPIED = shutil.ignore_patterns("_output", "figures", ".galley")
DRAWING = (
    "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
)


@pytest.fixture(scope="module")
def output(rendered: Path) -> Path:
    return rendered / "_output"


@pytest.fixture(scope="module")
def texts(output: Path) -> dict[str, str]:
    """The words of each format."""
    pages = PdfReader(output / "index.pdf").pages
    document = etree.fromstring(
        zipfile.ZipFile(output / "index.docx").read("word/document.xml")
    )
    return {
        "html": " ".join(html.parse(output / "index.html").getroot().itertext()),
        "pdf": " ".join(page.extract_text() for page in pages),
        "docx": "".join(document.itertext()),
        "jats": "".join(etree.parse(output / "index.xml").getroot().itertext()),
    }


@pytest.mark.parametrize("name", ["html", "pdf", "docx", "jats"])
def test_every_format_prints_the_same_numbers(texts: dict[str, str], name: str) -> None:
    text = re.sub(r"\s+", "", texts[name])
    assert [number for number in CORE if number not in text] == []
    assert "{python}" not in text
    assert "?@" not in text


def test_numbering_agrees(texts: dict[str, str]) -> None:
    """The caption of each table has the same number everywhere."""
    captions = ("Outcomes by tumour size", "Whole numbers behind printed")
    for caption in captions:
        begins = re.escape(caption).replace(r"\ ", r"\s+")
        found = {
            name: re.findall(rf"Table\s*(\d+):?\s*{begins}", text)
            for name, text in texts.items()
        }
        assert len({tuple(numbers) for numbers in found.values()}) == 1, found
        assert all(found.values())


def test_word_keeps_alternative_text(output: Path) -> None:
    document = docx.Document(str(output / "index.docx"))
    described = [p.get("descr") or "" for p in document.element.body.iter(DRAWING)]
    assert len(described) == 8
    assert all(len(text) > 40 for text in described)


def test_the_pdf_is_tagged_and_named(output: Path) -> None:
    reader = PdfReader(output / "index.pdf")
    assert reader.metadata is not None
    assert reader.metadata.title == "Percutaneous cryoablation of primary liver tumours"
    assert "/StructTreeRoot" in reader.trailer["/Root"]


def test_jats_has_the_parts_of_an_article(output: Path) -> None:
    article = etree.parse(output / "index.xml").getroot()
    for path in (
        "front/article-meta/title-group/article-title",
        "front/article-meta/contrib-group/contrib",
        "front/article-meta/permissions/license",
        "front/article-meta/abstract",
        "front/article-meta/kwd-group/kwd",
        "back/ref-list/ref",
    ):
        assert article.find(path) is not None, path
    assert len(article.findall(".//fig")) == 8
    assert all(fig.find(".//alt-text") is not None for fig in article.iter("fig"))
    ids = {element.get("id") for element in article.iter() if element.get("id")}
    targets = {
        one for xref in article.iter("xref") for one in (xref.get("rid") or "").split()
    }
    assert targets <= ids


def check(project: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "galleyproof", "check", "--executed", "--strict"]
    return subprocess.run(
        [*command, str(project)], capture_output=True, text=True, check=False
    )


def test_the_review_passes_its_own_checks(rendered: Path) -> None:
    ended = check(rendered)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "no findings" in ended.stdout


@pytest.mark.parametrize(
    ("path", "change", "says"),
    [
        ("chapters/12-conclusion.qmd", ("the", "thee"), "has changed since the last"),
        (
            "figures/fig-size.svg",
            ("<svg", "<svg "),
            "`figures/fig-size.svg` has changed",
        ),
        ("_output/index.html", ("<article>", "<article> "), "not what the build wrote"),
        ("_output/index.html", ("<article>", "<article><p>Of 4711.</p>"), "`4711`"),
        ("_output/index.html", (">94.6%<", ">96.4%<"), "does not show `94.6%`"),
    ],
)
def test_a_change_after_the_build_is_found(
    rendered: Path, tmp_path: Path, path: str, change: tuple[str, str], says: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(rendered, copy)
    text = (copy / path).read_text("utf-8")
    assert change[0] in text
    (copy / path).write_text(text.replace(*change, 1), "utf-8")
    ended = check(copy)
    assert ended.returncode == 1
    assert says in ended.stdout


def test_two_builds_give_the_same_bytes(rendered: Path, tmp_path: Path) -> None:
    """Another directory, time zone, locale and hash seed: the same files."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(rendered, copy, ignore=NOT_COPIED)
    environment = os.environ | {
        "TZ": "Asia/Kathmandu",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "galleyproof", "render", str(copy)],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    first, second = rendered / "_output", copy / "_output"
    names = sorted(p.relative_to(first) for p in first.rglob("*") if p.is_file())
    assert names
    differing = [
        str(name)
        for name in names
        if (first / name).read_bytes() != (second / name).read_bytes()
    ]
    assert differing == []
