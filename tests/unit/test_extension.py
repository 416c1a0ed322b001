"""The Quarto extension, run by pandoc with a stand-in for Quarto's own Lua.

That a real Quarto takes it is not tested here.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from lxml import html

from galleyproof import quarto, tools
from galleyproof.authoring import diary
from galleyproof.lineage import CellRef, Claim, Counts, Kind, Status, Value, journal
from galleyproof.render import cards

EXTENSION = Path(__file__).resolve().parents[2] / "_extensions" / "galleyproof"
STAND_IN = """\
local function write(name, text)
  local file = io.open(name, "w")
  file:write(text)
  file:close()
end
quarto = {
  project = { directory = "." },
  doc = {
    add_html_dependency = function(dependency)
      write("dependency.json", pandoc.json.encode(dependency))
    end,
    include_text = function(where, text) write("included." .. where, text) end,
  },
}
"""
DATA = """\
id,study,events,total,note\r
small,glazer2017,246,256,"Unique, ""given"" the
total."\r
large,glazer2017,33,39,\r
"""
TEXT = """
# Size: [{large}]{{.value}} tumours

Success was {rate} ({counts}), which is {claim}.

| Size | n |
|---|--:|
| Small | {counts} |

![Success by size](drawn.svg){{#fig-size fig-alt="A rate." data-galley="{drawn}"}}

A number of [another day]{{data-galley="0123456789ab"}}.
"""


@pytest.mark.parametrize(
    ("name", "made"), [("cards.js", cards.script), ("cards.css", cards.style)]
)
def test_the_extension_has_the_script_and_style_of_the_package(name, made, request):
    path = EXTENSION / name
    if request.config.getoption("--accept"):
        path.write_text(made(), encoding="utf-8")
    assert path.read_text("utf-8") == made(), "rewrite it with --accept"


def test_the_filter_knows_every_status():
    text = (EXTENSION / "galleyproof.lua").read_text("utf-8")
    _, _, block = text.partition("local STATUSES")
    block, _, _ = block.partition("local function")
    found = re.findall(
        r'(?:\["([^"]+)"\]|(\w+)) = \{\s*mark = "([^"]*)",\s*meaning = "([^"]*)"', block
    )
    assert {(a or b, mark, meaning) for a, b, mark, meaning in found} == {
        (status.word, status.mark, status.meaning) for status in Status
    }


# A page ---------------------------------------------------------------------------


def value(row, field, column, line, number):
    cell = CellRef(
        table="proportions",
        row=row,
        field=field,
        path="data/proportions.csv",
        line=line,
        column=column,
        study="glazer2017",
        study_label="Glazer <b>",
        locator="Table 2",
    )
    return Value(
        number=number,
        kind=Kind.COUNT,
        unit="tumours",
        status=Status.CONFIRMED,
        origin=cell,
    )


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose chapters have run, and its text as they left it."""
    monkeypatch.setattr(journal, "_listeners", [])
    diary.begin(tmp_path)
    small = Counts(
        events=value("small", "events", 3, 2, 246),
        total=value("small", "total", 4, 2, 256),
    )
    large = Counts(
        events=value("large", "events", 3, 3, 33),
        total=value("large", "total", 4, 3, 39),
    )
    claim = Claim(words="more", condition=small.percent > large.percent)
    said = {
        "rate": small.percent.markdown(),
        "counts": small.markdown(),
        "claim": claim,
        "large": large.events.markdown(),
        "drawn": journal.print_again([], role="figure", also=[small.percent]),
    }
    (tmp_path / "text.md").write_text(TEXT.format(**said), encoding="utf-8")
    with (tmp_path / ".galley" / "printed.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"token": "cut off", "values": {"')
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "proportions.csv").write_text(DATA, encoding="utf-8")
    (tmp_path / "filter.lua").write_text(
        f"{STAND_IN}return dofile([[{EXTENSION / 'galleyproof.lua'}]])\n"
    )
    return tmp_path


def run(project, *arguments, filter_path="filter.lua"):
    ended = tools.pandoc(
        ["text.md", "-L", filter_path, "--section-divs", *arguments], cwd=project
    )
    assert ended.warnings == ()
    return ended.stdout.decode()


def included(project):
    text = (project / "included.after-body").read_text("utf-8")
    found = re.fullmatch(
        '<script type="application/json" id="galley-ledger">(.*)</script>', text, re.S
    )
    assert "<" not in found[1]
    return json.loads(found[1])


def test_each_number_of_the_page_gets_its_name(project):
    page = html.fromstring(run(project, "--to=html5"))
    named = page.xpath("//*[@data-galley]")
    assert [(e.get("data-galley"), e.get("id")) for e in named] == [
        ("n1", None),  # in the heading, whose text the contents repeat
        ("n2", "n2"),
        ("n3 n4", "n3"),
        ("c1", "c1"),
        ("n5 n6", "n5"),
        ("n7", None),
    ]


def test_the_payload_holds_what_they_rest_on(project):
    run(project, "--to=html5")
    said = included(project)
    assert [n["text"] for n in said["numbers"]] == (
        ["33", "96.1%", "246", "256", "246", "256", "96.1%"]
    )
    assert said["numbers"][6]["part"] == "figure"
    assert said["claims"][0]["condition"].startswith("96.1%")
    rate = said["values"][said["numbers"][1]["value"]]
    assert (rate["number"], rate["exact"]) == (96.09375, "3075/32")
    for name in [*rate["formula"]["operands"], *said["claims"][0]["values"]]:
        assert name in said["values"]
    assert set(said["cells"]) == {
        f"proportions:{row}.{field}"
        for row in ("small", "large")
        for field in ("events", "total")
    }
    assert said["studies"] == {"glazer2017": {"label": "Glazer <b>"}}
    assert said["rows"]["proportions"] == {
        "path": "data/proportions.csv",
        "fields": ["id", "study", "events", "total", "note"],
        "rows": {
            "small": {
                "line": 2,
                "cells": [
                    *("small", "glazer2017", "246", "256"),
                    'Unique, "given" the\ntotal.',
                ],
            },
            "large": {"line": 3, "cells": ["large", "glazer2017", "33", "39", ""]},
        },
    }


def test_script_and_style_become_a_dependency(project):
    run(project, "--to=html5")
    dependency = json.loads((project / "dependency.json").read_text())
    assert dependency["scripts"] == ["cards.js"]
    assert dependency["stylesheets"] == ["cards.css"]


@pytest.mark.parametrize("target", ["typst", "jats", "markdown", "html5"])
def test_what_has_no_cards_has_no_trace_of_them(project, target):
    if target == "html5":
        (project / ".galley" / "printed.jsonl").unlink()
    text = run(project, f"--to={target}")
    assert "data-galley" not in text
    assert not (project / "included.after-body").exists()
    if target == "markdown":
        assert "96.1%" in text


def test_cards_can_be_left_out(project):
    text = project / "text.md"
    text.write_text(
        "---\ngalley:\n  cards: false\n---\n" + text.read_text("utf-8"), "utf-8"
    )
    assert "data-galley" not in run(project, "--to=html5")
    assert not (project / "included.after-body").exists()


def test_plain_pandoc_runs_the_filter_too(project):
    page = run(project, "--to=html5", filter_path=EXTENSION / "galleyproof.lua")
    assert "data-galley" not in page
    assert "96.1%" in page


def test_the_ledger_is_written_beside_the_page(project, monkeypatch):
    page = run(project, "--to=html5", "--standalone", "--toc", "-M", "title=Review")
    script = (project / "included.after-body").read_text("utf-8")
    (project / "index.html").write_text(page.replace("</body>", f"{script}</body>"))
    (project / "index.docx").write_bytes(b"")
    monkeypatch.setenv("QUARTO_PROJECT_OUTPUT_FILES", str(project / "index.html"))
    (path,) = quarto.write_ledgers()
    assert path == project / "ledger.json"
    said = json.loads(path.read_text("utf-8"))
    schema = resources.files("galleyproof.lineage").joinpath("ledger.schema.json")
    jsonschema.validate(said, json.loads(schema.read_text("utf-8")))
    assert said["title"] == "Review"
    assert said["outputs"] == {"html": "index.html", "docx": "index.docx"}
    shown = [
        (n["text"], n["part"], n["float"], n["outputs"]["html"]["anchor"])
        for n in said["numbers"]
    ]
    assert shown == [
        ("33", "heading", "", "size-33-tumours"),
        ("96.1%", "prose", "", "n2"),
        ("246", "prose", "", "n3"),
        ("256", "prose", "", "n3"),
        ("246", "table", "", "n5"),
        ("256", "table", "", "n5"),
        ("96.1%", "figure", "fig-size", "fig-size"),
    ]
    assert [c["outputs"]["html"]["anchor"] for c in said["claims"]] == ["c1"]
    first = path.read_bytes()
    quarto.write_ledgers()
    assert path.read_bytes() == first


def test_a_page_without_cards_has_no_ledger(tmp_path, monkeypatch):
    (tmp_path / "index.html").write_text("<p>Plain.</p>")
    monkeypatch.setenv("QUARTO_PROJECT_OUTPUT_DIR", str(tmp_path))
    assert quarto.write_ledgers() == ()
