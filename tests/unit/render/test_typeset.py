"""One manuscript with every construct, in four formats: what a reader gets."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pypdf
import pytest
from docx import Document
from lxml import etree, html

from galleyproof import tools
from galleyproof.config import Target
from galleyproof.errors import FindingsError, OutputError, ToolError
from galleyproof.render import Manuscript, Options, typeset
from galleyproof.spans import Span

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ROOT / "tests" / "projects" / "render-everything"
METADATA = {
    "title": "A manuscript with *everything*",
    "subtitle": "Every construct",
    "author": [
        "The galleyproof contributors",
        {"name": {"given": "Ada", "family": "Example"}, "affiliation": "University"},
    ],
    "date": "2026-11-23",
    "keywords": ["one", "two"],
    "license": "CC BY 4.0",
    "source-article": {"text": "Source et al.", "doi": "10.1000/s"},
}
OPTIONS = Options(
    bibliography=(PROJECT / "references.bib",),
    csl=ROOT / "_extensions" / "galleyproof" / "vancouver.csl",
    lang="en-GB",
    number_sections=True,
    toc={Target.HTML: 2, Target.PDF: 2, Target.DOCX: 2},
    timestamp=1_700_000_000,
)


def build(into: Path) -> dict[Target, Path]:
    text = (PROJECT / "manuscript.md").read_text(encoding="utf-8")
    manuscript = Manuscript(markdown=text, metadata=METADATA)
    made = typeset(
        manuscript, tuple(Target), into=into, project_dir=PROJECT, options=OPTIONS
    )
    assert all(artefact.warnings == () for artefact in made)
    return {artefact.target: artefact.path for artefact in made}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return build(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def page(made):
    return html.fromstring(made[Target.HTML].read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def article(made):
    return etree.parse(made[Target.JATS])


@pytest.fixture(scope="module")
def word(made):
    return Document(made[Target.DOCX])


@pytest.fixture(scope="module")
def pdf(made):
    return pypdf.PdfReader(made[Target.PDF])


@pytest.fixture(scope="module")
def pdf_text(pdf):
    return " ".join(" ".join(p.extract_text() for p in pdf.pages).split())


def small(markdown: str, tmp_path: Path, *targets: Target, **rest):
    places = tuple(Span(path="a.qmd", line=n + 10) for n in range(99))
    return typeset(
        Manuscript(markdown=markdown, places=places, metadata={"title": "T"}, **rest),
        targets or tuple(Target),
        into=tmp_path / "out",
        project_dir=PROJECT,
    )


def test_the_same_input_gives_the_same_bytes(made, tmp_path, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    again = build(tmp_path / "elsewhere" / "deeper")
    for target in Target:
        assert again[target].read_bytes() == made[target].read_bytes(), target


def test_no_path_of_this_machine_is_in_the_outputs(made):
    with zipfile.ZipFile(made[Target.DOCX]) as archive:
        texts = [archive.read(name) for name in archive.namelist()]
    texts += [made[t].read_bytes() for t in Target if t is not Target.DOCX]
    for text in texts:
        assert str(PROJECT).encode() not in text
        assert str(made[Target.HTML].parent).encode() not in text


# The page ---------------------------------------------------------------------------


def test_every_internal_link_of_the_page_has_its_target(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for href in page.xpath("//a/@href[starts-with(., '#')]"):
        assert href[1:] in ids


def test_the_page_needs_no_network(page):
    sources = page.xpath("//script/@src | //img/@src | //link/@href")
    assert sources
    assert not [s for s in sources if re.match(r"(https?:)?//", s)]


def test_pictures_have_alternative_text_and_lie_beside_the_page(page, made):
    for image in page.xpath("//img"):
        assert image.get("alt")
        assert (made[Target.HTML].parent / image.get("src")).is_file()


def test_values_keep_class_and_title(page):
    (value,) = page.xpath("//section[@id='sec-abstract']//span")
    assert value.get("class") == "value source-article-only"
    assert value.get("title") == "Table 2"


def test_tables_are_headed_and_scroll_by_themselves(page):
    (figure,) = page.xpath("//figure[@id='tbl-outcomes']")
    assert figure[0].text_content().strip().startswith("Table\u00a01: Outcomes by size")
    (box,) = figure.xpath("./div[@class='scroll']")
    assert box.get("tabindex") == "0"
    assert set(box.xpath(".//thead//th/@scope")) == {"col"}
    assert set(box.xpath(".//tbody//th/@scope")) == {"row"}


def test_callouts_of_the_page(page):
    kinds = page.xpath("//*[contains(@class, 'callout ')]/@class")
    assert kinds == [
        f"callout callout-{k}"
        for k in ("note", "tip", "warning", "caution", "important")
    ]
    (folded,) = page.xpath("//details[contains(@class, 'callout')]")
    assert folded.get("open") is None


def test_conditions_of_the_page(page):
    text = page.text_content()
    assert "Only in HTML." in text
    assert "Not in HTML." not in text
    assert page.get_element_by_id("raw-html").text == "Raw HTML"


def test_landmarks_language_and_skip_link(page):
    assert page.get("lang") == "en-GB"
    assert len(page.xpath("//main")) == len(page.xpath("//h1")) == 1
    assert page.xpath("//body/a[1]/@href") == ["#content"]


# JATS -------------------------------------------------------------------------------


def test_article_meta(article):
    meta = article.find("front/article-meta")
    order = [child.tag for child in meta]
    assert order == [
        "title-group",
        "contrib-group",
        "pub-date",
        "permissions",
        "related-object",
        "abstract",
        "kwd-group",
    ]
    assert [k.text for k in meta.iter("kwd")] == ["one", "two"]
    assert meta.find(".//collab").text == "The galleyproof contributors"
    assert meta.find(".//surname").text == "Example"


def test_floats_have_label_caption_and_alternative_text(article):
    for figure in article.iter("fig"):
        assert [c.tag for c in figure] == ["label", "caption", "graphic"]
        assert figure.find("graphic/alt-text").text
    labels = [t.findtext("label") for t in article.iter("table-wrap")]
    assert labels == ["Table 1", "Table 2", "Table 3"]


def test_every_xref_has_a_target_and_a_type(article):
    ids = article.xpath("//@id")
    assert len(ids) == len(set(ids))
    kinds = {x.get("ref-type") for x in article.iter("xref") if x.get("rid") in ids}
    assert kinds == {"fig", "table", "sec", "disp-formula", "bibr", "fn", "aff"}
    assert all(x.get("rid") in ids for x in article.iter("xref"))


def test_references_are_structured_and_keep_their_notes(article):
    references = article.findall("back/ref-list/ref")
    assert [r.get("id") for r in references] == [
        "ref-smith2020",
        "ref-jones2019",
        "ref-doe2018",
    ]
    notes = article.findtext(".//ref[@id='ref-jones2019']//comment")
    assert notes == "Not confirmed in the original"


def test_sections_formulas_and_boxes_have_their_labels(article):
    assert [s.findtext("label") for s in article.findall("body/sec")] == [
        "1",
        "2",
        "3",
        "A",
    ]
    assert article.findtext(".//disp-formula[@id='eq-mean']/label") == "(1)"
    assert article.findtext(".//boxed-text/caption/title") == "About this edition"


# The PDF ----------------------------------------------------------------------------


def test_the_pdf_has_title_language_outline_and_claims_accessibility(pdf):
    assert pdf.metadata.title == "A manuscript with everything"
    assert pdf.metadata.author == "The galleyproof contributors, Ada Example"
    assert pdf.trailer["/Root"]["/Lang"] == "en-GB"
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "pdfuaid:part" in pdf.trailer["/Root"]["/Metadata"].get_data().decode()


def test_the_pdf_prints_numbers_references_and_conditions(pdf_text):
    for words in ("Figure 1: Outcomes", "Table 2: A wide table", "Not in HTML."):
        assert words in pdf_text.replace("\u00a0", " ")
    assert "Only in HTML." not in pdf_text
    assert "?@" not in pdf_text


def test_links_of_the_pdf(pdf):
    links = [a for p in pdf.pages for a in p.get("/Annots", ())]
    assert len(links) > 20


# Word -------------------------------------------------------------------------------


def test_pictures_of_the_word_file_have_alternative_text(word, made):
    alts = [s._inline.docPr.get("descr") for s in word.inline_shapes]
    assert alts == ["Bars: 96.1% and 84.6%.", "The same bars, again."]
    with zipfile.ZipFile(made[Target.DOCX]) as archive:
        assert not [n for n in archive.namelist() if n.endswith(".svg")]


def test_links_of_the_word_file_have_their_bookmarks(word):
    anchors = set(word.element.xpath("//w:hyperlink/@w:anchor"))
    names = set(word.element.xpath("//w:bookmarkStart/@w:name"))
    assert {"fig-size", "tbl-outcomes", "eq-mean", "sec-methods"} <= anchors
    assert anchors <= names


def test_tables_repeat_their_heads_in_word(word):
    tables = word.element.xpath("//w:tbl[w:tblPr/w:tblStyle]")
    assert len(tables) == 3
    for table in tables:
        assert table.xpath("./w:tr[1]/w:trPr/w:tblHeader")


def test_properties_and_contents_of_the_word_file(word):
    assert word.core_properties.title == "A manuscript with everything"
    assert "Ada Example" in word.core_properties.author
    contents = word.element.xpath("//w:sdt//w:p//w:t/text()")
    assert "2.1\u2002Statistics" in contents


# Findings ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("One.\n\nSee @fig-none.", "`fig-none` is referred to", 12),
        ("See [it](#nowhere).", "`nowhere` is referred to", 10),
        ("![x](figures/none.png)", "the picture `figures/none.png`", 10),
        ("![x](../outside.png)", "the picture `../outside.png`", 10),
        ("x\n\n::: {.panel-tabset}\n## A\n:::\n", "the class `panel-tabset`", 12),
        ('::: {layout-ncol="2"}\nx\n:::\n', "the attribute `layout-ncol`", 10),
        ("See @lst-code.", "the cross-reference `@lst-code`", 10),
        ("# A {#sec-a}\n\n[@sec-a; @x]", "`@sec-a` and a citation", 12),
    ],
)
def test_what_cannot_be_typeset_is_a_finding_at_its_place(
    tmp_path, text, message, line
):
    with pytest.raises(FindingsError) as caught:
        small(text, tmp_path)
    (finding,) = caught.value.diagnostics
    assert message in finding.message
    assert (finding.span.path, finding.span.line) == ("a.qmd", line)
    assert not (tmp_path / "out").exists()


def test_pictures_of_cells_are_written_and_word_takes_the_png(tmp_path):
    files = {
        "figures/cells/a.svg": (PROJECT / "figures/fig-size.svg").read_bytes(),
        "figures/cells/a.png": (PROJECT / "figures/fig-size.png").read_bytes(),
    }
    text = "![c](figures/cells/a.svg){#fig-a fig-alt=x}"
    small(text, tmp_path, Target.HTML, Target.DOCX, files=files)
    assert (tmp_path / "out/figures/cells/a.svg").is_file()
    with zipfile.ZipFile(tmp_path / "out/index.docx") as archive:
        assert [n for n in archive.namelist() if n.endswith(".png")]


def test_raw_typst_that_does_not_compile_says_so(tmp_path):
    with pytest.raises(ToolError, match="typst"):
        small("```{=typst}\n#nonsense\n```\n", tmp_path, Target.PDF)


def test_an_unwritable_directory_is_an_output_error(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError):
        small("Text.", tmp_path, Target.HTML)


def test_a_picture_without_alternative_text_makes_a_warning_of_the_pdf(tmp_path):
    (artefact,) = small("![](figures/fig-size.svg)\n", tmp_path, Target.PDF)
    assert artefact.path.read_bytes().startswith(b"%PDF")
    assert "not PDF/UA-1" in artefact.warnings[0]


def test_parts_of_a_figure_are_a_finding(tmp_path):
    text = (
        "::: {#fig-a}\n![x](figures/fig-size.svg){#fig-b}\n\n"
        "![y](figures/fig-size.svg){#fig-c}\n\nCaption\n:::\n"
    )
    with pytest.raises(FindingsError) as caught:
        small(text, tmp_path)
    assert "figure inside a figure (`fig-b`)" in caught.value.diagnostics[0].message


def test_the_filter_gives_word_the_png_in_plain_pandoc(tmp_path):
    filter_ = ROOT / "_extensions" / "galleyproof" / "galleyproof.lua"
    out = tmp_path / "x.docx"
    tools.pandoc(
        ["--lua-filter", filter_, "-o", out],
        stdin=b"![c](figures/fig-size.svg)",
        cwd=PROJECT,
    )
    with zipfile.ZipFile(out) as archive:
        suffixes = {Path(n).suffix for n in archive.namelist() if "media" in n}
    assert suffixes == {".png"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[@smith2020; @jones2019; @doe2018]", "[1–3]"),
        ("[@doe2018], [@smith2020; @doe2018]", "[1], [1,2]"),
        ("[@smith2020, p. 3]", "[1, p 3]"),
    ],
)
def test_citations_are_numbers_in_order_of_appearance(text, shown):
    assert cited(text).startswith(shown)


def test_references_follow_the_style():
    found = cited("[@smith2020; @jones2019; @doe2018]")
    assert (
        "1. Smith AB, Jones C. A study of HCC and its treatment. Journal of Examples. "
        "2020;12(3):101–9. doi:10.1000/example.1." in found
    )
    assert "Five E, Six F, et al. Seven authors." in found
    assert "2019;1:1–2. Not confirmed in the original." in found
    assert "Doe J. A book. London: Press; 2018." in found


def cited(text: str) -> str:
    arguments = ["--citeproc", "--to=plain", "--wrap=none"]
    arguments += [f"--csl={OPTIONS.csl}", f"--bibliography={OPTIONS.bibliography[0]}"]
    shown = tools.pandoc(arguments, stdin=text.encode()).stdout.decode()
    return " ".join(shown.split())


def test_pictures_can_be_put_inside_the_page(tmp_path):
    (artefact,) = typeset(
        Manuscript(markdown="![c](figures/fig-size.png)", metadata={"title": "T"}),
        (Target.HTML,),
        into=tmp_path,
        project_dir=PROJECT,
        options=Options(embed_resources=True),
    )
    page = artefact.path.read_text(encoding="utf-8")
    assert 'src="data:image/png;base64,' in page
    assert "figures/fig-size.png" not in page


def test_short_tables_float_and_long_ones_break_with_their_heads(tmp_path):
    rows = "\n".join(f"| row{n} | {n} |" for n in range(90))
    text = f"| Name | Number |\n|---|---|\n{rows}\n\n: Long {{#tbl-long}}\n"
    (artefact,) = small(text, tmp_path, Target.PDF)
    pages = [page.extract_text() for page in pypdf.PdfReader(artefact.path).pages]
    assert len(pages) > 1
    assert all("Name" in page and "row" in page for page in pages)


def test_a_citation_that_is_not_in_the_bibliography_is_a_finding(tmp_path):
    with pytest.raises(FindingsError) as caught:
        small("One.\n\nTwo [@nobody2020].", tmp_path, Target.HTML, Target.JATS)
    (finding,) = caught.value.diagnostics
    assert "`nobody2020`" in finding.message
    assert finding.span.line == 12
