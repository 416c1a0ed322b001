"""Numbers that lead to the appendix of sources, in the PDF and in the Word file."""

from __future__ import annotations

import zipfile

import pypdf
import pytest
from lxml import etree

from galleyproof.config import Target
from galleyproof.lineage.entries import (
    CellEntry,
    ClaimEntry,
    Entries,
    FormulaEntry,
    Part,
    Printout,
    ValueEntry,
)
from galleyproof.lineage.sources import Asked, sources
from galleyproof.render import Manuscript, Options, typeset
from galleyproof.render.appendix import appendix
from galleyproof.render.model import Occurrence
from galleyproof.render.pieces import cut
from galleyproof.render.printed import named
from galleyproof.render.reading import read
from galleyproof.render.sourced import sourced
from galleyproof.render.tree import plain, text, walk
from galleyproof.render.view import view
from galleyproof.spans import Span

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = (
    "#strong[bold] $x$ <b>bold</b> *bold* _it_ `code` @key // gone /* gone */ "
    "https://example.org/a_b -- --- a--b -? ... [#link] \\u{41} =1+1 ~tilde~ "
    "<label> {{< meta x >}}"
)
PLACE = Span(path="index.qmd")


def cell(row: str, field: str, column: int, **rest: str) -> CellEntry:
    line = 2 + ord(row[0]) - ord("a")
    fields = {"study": "glazer2017", "locator": "Table 2"} | rest
    return CellEntry(
        address=f"data/proportions.csv#cell={line},{column}",
        table="proportions",
        row=row,
        field=field,
        path="data/proportions.csv",
        line=line,
        column=column,
        **fields,
    )


class Written:
    """A manuscript and its records, a number at a time."""

    def __init__(self) -> None:
        self.entries = Entries(studies={"glazer2017": "Glazer et al., 2017"})
        self.printed: list[Occurrence] = []

    def value(self, number, text_, **rest) -> str:
        fields = {
            "kind": "count",
            "unit": "tumours",
            "decimals": 0,
            "relation": "=",
            "status": "confirmed",
        } | rest
        return self.entries.add_value(ValueEntry(number=number, text=text_, **fields))

    def count(self, row: str, number: int, field: str = "events") -> str:
        column = {"events": 9, "total": 10}.get(field, 12)
        key = self.entries.add_cell(cell(row, field, column))
        return self.value(number, str(number), cell=key)

    def share(self, events: str, total: str) -> str:
        formula = FormulaEntry(name="/", shown="246 / 256", operands=(events, total))
        return self.value(
            96.09375,
            "96.1%",
            kind="percent",
            decimals=1,
            status="derived",
            formula=formula,
        )

    def shown(self, words: str, *parts: tuple[str, str], role: str = "") -> str:
        """Return the span of a printout."""
        made = tuple(Part(text=t, value=v) for t, v in parts)
        token = self.entries.add_printout(Printout(parts=made, role=role))
        return self._span(words, token, "value")

    def claimed(self, words: str, condition: str, *values: str) -> str:
        claim = ClaimEntry(text=words, condition=condition, values=values)
        return self._span(words, self.entries.add_claim(claim), "claim")

    def _span(self, words: str, token: str, kind: str) -> str:
        self.printed.append(Occurrence(token=token, place=PLACE))
        return f'[{words}]{{.{kind} data-galley="{len(self.printed) - 1}"}}'

    def manuscript(self, markdown: str) -> Manuscript:
        return Manuscript(
            markdown=markdown, metadata={"title": "T"}, printed=tuple(self.printed)
        )


def article() -> tuple[Manuscript, Entries]:
    """Return a manuscript with a number wherever one may stand."""
    w = Written()
    events, total = w.count("alpha", 246), w.count("alpha", 256, "total")
    other, share = w.count("beta", 33), w.share(events, total)
    sums = FormulaEntry(name="+", shown="246 + 33", operands=(events, other))
    both = w.value(279, "279", formula=sums, status="derived")
    hostile_cell = cell("gamma", "finding", 5, study="evil", locator=HOSTILE)
    w.entries.studies["evil"] = f"\u202eEvil {HOSTILE}"
    hostile = w.value(
        None,
        HOSTILE[:20],
        kind="text",
        unit="",
        cell=w.entries.add_cell(hostile_cell),
    )
    lines = [
        f"# Of {w.shown('246', ('246', events))} {{#sec-a}}\n",
        f"In {w.shown('96.1%^§^', ('96.1%', share))} of them "
        f"({w.shown('246/256', ('246', events), ('256', total))}), "
        f"{w.shown('33 to 256', ('33', other), ('256', total))}.",
        f"The rate was {w.claimed('higher', '246 > 33', events, other)}.[^1] See "
        f"@tbl-a and @fig-b. {w.shown('two words', (HOSTILE[:20], hostile))}.\n",
        f"[^1]: A note: {w.shown('279^§^', ('279', both))}.\n",
        "| Group | Rate |\n|---|---|",
        f"| A | {w.shown('33', ('33', other))} |\n",
        f": Rates of {w.shown('256', ('256', total))} {{#tbl-a}}\n",
        "![A caption](figures/bars.svg)"
        f'{{#fig-b fig-alt="Bars." data-galley="{len(w.printed)}"}}\n',
    ]
    w.shown("", ("279", both), role="figure")
    return w.manuscript("\n".join(lines)), w.entries


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return build(tmp_path_factory.mktemp("made"))


def build(directory, **options):
    (directory / "figures").mkdir(parents=True)
    bars = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    (directory / "figures" / "bars.svg").write_text(bars, encoding="utf-8")
    from matplotlib import pyplot

    pyplot.figure(figsize=(1, 1)).savefig(directory / "figures" / "bars.png")
    pyplot.close("all")
    manuscript, entries = article()
    artefacts = typeset(
        manuscript,
        (Target.HTML, Target.PDF, Target.DOCX, Target.JATS),
        into=directory / "out",
        project_dir=directory,
        options=Options(toc={Target.PDF: 2, Target.DOCX: 2}, **options),
        entries=entries,
    )
    assert [a.warnings for a in artefacts] == [()] * 4
    return {a.target: a for a in artefacts}


@pytest.fixture(scope="module")
def word(made):
    with zipfile.ZipFile(made[Target.DOCX].path) as archive:
        return {
            name: etree.fromstring(archive.read(f"word/{name}.xml"))
            for name in ("document", "footnotes", "styles")
        }


@pytest.fixture(scope="module")
def pdf(made):
    return pypdf.PdfReader(made[Target.PDF].path)


def words(pdf) -> str:
    return " ".join(" ".join(p.extract_text() for p in pdf.pages).split())


def links(word, name="document"):
    """Return the words and the target of each link into the appendix."""
    return [
        ("".join(link.itertext()), link.get(f"{W}anchor"))
        for link in word[name].iter(f"{W}hyperlink")
        if link.get(f"{W}anchor", "").startswith("source_")
    ]


# Word -------------------------------------------------------------------------------


def test_numbers_of_the_word_file_lead_to_their_entries(word):
    shown = dict(links(word))
    assert [shown[t] for t in ("96.1%§", "246/256", "33")] == [
        "source_1",
        "source_1",
        "source_2",
    ]
    assert links(word, "footnotes") == [("279§", "source_3")]
    assert shown["higher"] == "source_5"


def test_two_numbers_of_one_printout_lead_to_two_entries(word):
    found = links(word)
    at = found.index(("33", "source_2"))
    assert found[at : at + 2] == [("33", "source_2"), ("256", "source_1")]


def test_headings_of_the_word_file_hold_no_links(word):
    for paragraph in word["document"].iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None and style.get(f"{W}val", "").startswith("Heading"):
            assert paragraph.find(f"{W}hyperlink") is None


def test_links_of_the_word_file_have_bookmarks_that_word_accepts(word):
    every = [b for part in ("document", "footnotes") for b in marks(word[part])]
    names = [b.get(f"{W}name") for b in every]
    assert all(len(name) <= 40 and name[0].isalpha() for name in names)
    assert len({name.casefold() for name in names}) == len(names)
    identifiers = [b.get(f"{W}id") for b in marks(word["document"])]
    assert len(set(identifiers)) == len(identifiers)
    targets = {
        target for part in ("document", "footnotes") for _, target in links(word, part)
    }
    assert targets <= set(names)


def marks(part):
    return list(part.iter(f"{W}bookmarkStart"))


def test_a_number_of_the_word_file_looks_like_the_text(word):
    styles = {s.get(f"{W}styleId"): s for s in word["styles"].iter(f"{W}style")}
    assert len(styles["Number"].find(f"{W}rPr")) == 0
    for link in word["document"].iter(f"{W}hyperlink"):
        if link.get(f"{W}anchor", "").startswith("source_"):
            used = {s.get(f"{W}val") for s in link.iter(f"{W}rStyle")}
            assert used == {"Number"}


def test_the_list_of_the_word_file_has_two_columns_of_its_own(word):
    sections = list(word["document"].iter(f"{W}sectPr"))
    assert len(sections) == 3
    columns = [s.find(f"{W}cols") for s in sections]
    assert [c is not None and c.get(f"{W}num") for c in columns] == [False, False, "2"]


def test_the_contents_of_the_word_file_name_the_appendix_and_not_its_groups(word):
    contents = "".join(next(word["document"].iter(f"{W}sdt")).itertext())
    assert "Sources of numbers" in contents
    assert "Glazer" not in contents


# The PDF ----------------------------------------------------------------------------


def annotations(pdf):
    return [a.get_object() for p in pdf.pages for a in p.get("/Annots", ())]


def test_the_pdf_stays_accessible_and_its_links_say_where_they_lead(pdf):
    assert "pdfuaid:part" in pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    found = [a for a in annotations(pdf) if a["/Subtype"] == "/Link"]
    assert len(found) > 20
    assert all(a.get("/Contents") for a in found)


def test_entries_of_the_pdf_say_the_way_back_and_the_pages(pdf):
    said = words(pdf).replace("\u00a0", " ")
    assert (
        "S1 96.1% = 246 / 256 [96.09375%] of tumours (derived §); events 246, total "
        "256 tumours (confirmed). Glazer et al., 2017, Table 2. data/proportions.csv, "
        "row alpha (2,9; 2,10) p. 1" in said.replace("/ proportions", "/proportions")
    )
    assert "S3 279 = 246 + 33 tumours (derived §) (S1, S2)." in said
    assert "S5 “higher”: 246 > 33 (S1, S2). p. 1" in said


def test_numbers_keep_their_page(made):
    assert made[Target.PDF].pages["n2"] == 1


def test_the_outline_of_the_pdf_has_the_groups(pdf):
    titles = [title.strip() for title in flat(pdf.outline)]
    assert "Sources of numbers" in titles
    assert "Glazer et al., 2017" in titles


def flat(outline):
    for item in outline:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item.title


# Both -------------------------------------------------------------------------------


def test_tables_and_figures_name_their_data(pdf, word):
    said = words(pdf).replace("\u00a0", " ")
    assert "Table 1: Rates of 256 Data: proportions.csv." in said
    assert ("Data: proportions.csv.", "source_f1") in links(word)
    assert ("Data: proportions.csv.", "source_f2") in links(word)
    assert "Table 1 data/proportions.csv S1, S2." in said
    assert "Figure 1 data/proportions.csv S1, S2; computed: S3." in said


def test_markup_in_data_is_shown_as_text(pdf, word):
    squeezed = "".join(HOSTILE.split())
    assert squeezed in "".join("".join(word["document"].itertext()).split())
    assert "⟨U+202E⟩Evil" in "".join(word["document"].itertext())
    said = "".join(words(pdf).split())
    for piece in HOSTILE.split():
        assert piece in said, piece
    assert "⟨U+202E⟩Evil" in said
    assert not [a for a in annotations(pdf) if "/URI" in a.get("/A", {})]


def test_page_and_jats_have_no_appendix(made):
    for target in (Target.HTML, Target.JATS):
        said = made[target].path.read_text(encoding="utf-8")
        assert "Sources of numbers" not in said
        assert "source_1" not in said


def test_the_appendix_can_be_left_out(tmp_path):
    plain_ = build(tmp_path, sources=False)
    said = words(pypdf.PdfReader(plain_[Target.PDF].path))
    assert "Sources of numbers" not in said
    assert "Data:" not in said
    with zipfile.ZipFile(plain_[Target.DOCX].path) as archive:
        assert "source_" not in archive.read("word/document.xml").decode()


def test_two_builds_are_the_same_bytes(made, tmp_path):
    again = build(tmp_path)
    for target in (Target.PDF, Target.DOCX):
        assert again[target].path.read_bytes() == made[target].path.read_bytes()


# Without a format -------------------------------------------------------------------


def seen(manuscript: Manuscript, entries: Entries):
    names = named(manuscript.printed, entries)
    options = Options()
    one = view(read(manuscript, options).blocks, Target.PDF, options, names)
    return one, sourced(one, manuscript.printed, names, entries)


def test_a_text_without_numbers_gets_no_appendix():
    before, after = seen(Manuscript(markdown="Words."), Entries())
    assert after is before


def test_the_tree_that_was_given_is_not_changed():
    manuscript, entries = article()
    before, _ = seen(manuscript, entries)
    again, _ = seen(manuscript, entries)
    assert before.body == again.body


def test_words_with_numbers_in_them_are_not_linked_twice():
    w = Written()
    value = w.count("alpha", 246)
    inner = w.shown("246", ("246", value))
    outer = w.claimed(f"most, {inner},", "246 > 1", value)
    _, after = seen(w.manuscript(outer), w.entries)
    found = [n for n in walk(after.body[:1]) if n["t"] == "Link"]
    assert [plain(n["c"][1]) for n in found] == ["246"]


def test_a_long_run_of_rows_is_named_by_its_ends():
    entries = Entries()
    w = Written()
    w.entries = entries
    rows = [
        w.value(1, "1", cell=entries.add_cell(cell(f"r{i}", "id", 1)))
        for i in range(20)
    ]
    counted = w.value(
        20, "20", formula=FormulaEntry(name="count", shown="", operands=tuple(rows))
    )
    blocks = appendix(sources([Asked(name="n1", record=counted)], entries), {}, 1)
    assert "20 rows, r0 to r19" in plain(blocks)


@pytest.mark.parametrize(
    ("words_", "texts", "pieces"),
    [
        (
            "0.3 to 7.8\u00a0cm",
            ["0.3", "7.8\u00a0cm"],
            ["", "0.3", " to ", "7.8\u00a0cm", ""],
        ),
        ("246/256", ["246", "256"], ["", "246", "/", "256", ""]),
        ("in 3 of 3", ["3", "3"], ["in ", "3", " of ", "3", ""]),
        ("three", ["3"], None),
    ],
)
def test_words_are_cut_where_numbers_end(words_, texts, pieces):
    found = cut(text(words_), texts)
    shown = found and ["".join(n.get("c", " ") for n in piece) for piece in found]
    assert shown == pieces
