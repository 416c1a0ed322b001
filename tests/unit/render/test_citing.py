"""Citations made once, on a skeleton: what pandoc makes of them in the whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from galleyproof import tools
from galleyproof.bibliography import narrowed
from galleyproof.render import Options
from galleyproof.render.citing import Citations, Cited, Tree, dumped
from galleyproof.store import Store

ROOT = Path(__file__).resolve().parents[3]
BIBLIOGRAPHY = """\
@string{ajr = {American Journal}}
@article{one, author={One, Ada and Two, Bo}, title={A {Title} of "one"}, journal=ajr,
  year={2001}, volume={3}, pages={1--9}, doi={10.1000/one}}
@article{two, author={Two, Bo}, title={Another}, journal={Journal}, year={2002},
  note={With a note.}}
@book{three, author={{The Group}}, title={A book}, publisher={P}, year={n.d.}}
@inbook{part, author={Part, Al}, title={A part}, crossref={whole}, pages={5}}
@book{whole, editor={Ed, I.}, title={The whole}, publisher={Q}, year={2010}}
@article{nobody, author={Nobody}, title={Not cited}, journal={J}, year={1999}}
"""
STYLE = """\
<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="CLASS" version="1.0">
  <info><title>T</title><id>http://example.org/t</id><updated>2020-01-01T00:00:00Z</updated>
  </info>
  <citation><layout delimiter=", " SUFFIX>LAYOUT</layout></citation>
  <bibliography><layout><text variable="title"/></layout></bibliography>
</style>
"""
NUMBER = '<text variable="citation-number" />'
STYLES = {
    "numbers": None,
    "default": "",
    "note": STYLE.replace("CLASS", "note").replace("SUFFIX", 'suffix="."'),
    "superscript": STYLE.replace("CLASS", "in-text").replace(
        "SUFFIX", 'vertical-align="sup"'
    ),
    "stop": STYLE.replace("CLASS", "in-text").replace("SUFFIX", 'suffix="."'),
    "ibid": STYLE.replace("CLASS", "in-text")
    .replace("SUFFIX", "")
    .replace(
        "LAYOUT",
        '<choose><if position="ibid"><text value="ibid"/></if>'
        '<else-if position="subsequent"><text value="again"/>'
        '<text variable="first-reference-note-number"/></else-if>'
        "<else>LAYOUT</else></choose>",
    ),
}
TEXTS = [
    "Text [@one].",
    "Text [see @one, pp. 3-4, and more; -@two; @three].",
    "@one says, and @two [p. 5] too; so does -@three.",
    "Text.[@one] More [@one], [@two] and [@one; @one]. “[@two]”.",
    "A note^[With [@two], and @one.] and [@one]. *Emphasis [@three]* [@two]",
    "| a [@two] | b |\n|---|---|\n| [@one] | @three |\n\n: Caption [@two]",
    "![Caption [@one]](a.png)\n\n> Quotation [@part].\n\n- [@two]\n- [@one]",
    "Not there [@missing; @one].",
    "No citation at all.",
    "Text [@one].\n\n::: {#refs}\n:::\n\nBehind the references [@two].",
    "Text [@one].\n\n::: {#refs}\nBefore them.\n:::",
    "::: {.frame}\n::: {#refs}\n:::\n:::\n\n[@one]",
    '[a]{.csl-quoted} "quoted" [@one]',
    "# One {.reset-citation-positions}\n\n[@one]\n\n# Two\n\n[@one]",
    "http://x.org/[z](http://x.org/z) [@one]",
    "---\nnocite: '@two'\n---\n\nText [@one].",
]
ABSTRACT = {"abstract": "An abstract that cites [@two].", "zebra": "And [@three]."}


@pytest.fixture(params=STYLES)
def options(request: pytest.FixtureRequest, tmp_path: Path) -> Options:
    bibliography, style = tmp_path / "b.bib", tmp_path / "style.csl"
    bibliography.write_text(BIBLIOGRAPHY)
    text = STYLES[request.param]
    if text:
        style.write_text(text.replace("LAYOUT", NUMBER))
    elif text is None:
        style = ROOT / "_extensions" / "galleyproof" / "vancouver.csl"
    csl = None if text == "" else style
    return Options(bibliography=(bibliography,), csl=csl, lang="en-GB")


def tree(text: str) -> Tree:
    header = json.dumps(ABSTRACT | {"link-citations": True, "lang": "en-GB"})
    if not text.startswith("---"):
        text = f"---\n{header}\n---\n\n{text}"
    if "#refs" not in text:
        text += "\n\n# References\n\n::: {#refs}\n:::\n"
    ended = tools.pandoc(["-f", "markdown", "-t", "json"], stdin=text.encode())
    read = json.loads(ended.stdout)
    return Tree(meta=dumped(read["meta"]), blocks=tuple(map(dumped, read["blocks"])))


def by_pandoc(given: Tree, options: Options) -> tuple[object, tuple[str, ...]]:
    arguments = ["-f", "json", "-t", "json", "--citeproc"]
    arguments += [f"--bibliography={path}" for path in options.bibliography]
    if options.csl:
        arguments.append(f"--csl={options.csl}")
    ended = tools.pandoc(arguments, stdin=given.json.encode())
    return json.loads(ended.stdout), ended.warnings


def content(read: object) -> tuple[object, object]:
    assert isinstance(read, dict)
    given = {"bibliography", "csl"}
    meta = {key: value for key, value in read["meta"].items() if key not in given}
    return meta, read["blocks"]


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_what_pandoc_makes_in_the_whole(options: Options, text: str) -> None:
    given = tree(text)
    cited = Citations(options=options).put_into(given)
    if cited is None:
        return
    expected, warnings = by_pandoc(given, options)
    assert content(json.loads(cited.tree.json)) == content(expected)
    assert cited.warnings == warnings


@pytest.mark.parametrize("text", TEXTS[:9])
@pytest.mark.parametrize("options", ["numbers"], indirect=True)
def test_plain_texts_have_it_made_once(options: Options, text: str) -> None:
    """So that the comparison above compares something."""
    assert Citations(options=options).put_into(tree(text)) is not None


@pytest.mark.parametrize("text", TEXTS[9:])
@pytest.mark.parametrize("options", ["note", "superscript", "stop"], indirect=True)
def test_styles_that_move_what_is_around_are_left_to_pandoc(
    options: Options, text: str
) -> None:
    assert Citations(options=options).put_into(tree(text)) is None


@pytest.mark.parametrize("options", ["numbers"], indirect=True)
def test_a_word_does_not_run_it_again(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(text: str) -> Cited | None:
        store = Store.open(tmp_path / "cache")
        return Citations(options=options, store=store).put_into(tree(text))

    first = made("One word [@one] and @missing.")
    asked = []
    monkeypatch.setattr(Citations, "_run", lambda *_: asked.append(1))
    again = made("Two words [@one] and @missing, but [no](citation.html).")
    assert first is not None
    assert again is not None
    assert again.warnings == first.warnings != ()
    entry = options.bibliography[0]
    entry.write_text(entry.read_text().replace("Not cited", "Changed"))
    assert made("One word [@one] and @missing.") == first
    assert asked == []
    monkeypatch.undo()
    entry.write_text(entry.read_text().replace("3}", "4}"))
    assert made("One word [@one] and @missing.") != first
    other = replace(options, csl=None)
    assert Citations(options=other).put_into(tree("[@one]")) != first


# Narrowing --------------------------------------------------------------------------


def keys(text: str) -> list[str]:
    found = [line.partition("{")[2].partition(",")[0] for line in text.split("@")[1:]]
    return [key for key in found if "=" not in key]


def test_a_bibliography_is_narrowed_to_what_is_needed() -> None:
    text = narrowed(BIBLIOGRAPHY, ["part", "one"])
    assert keys(text) == ["one", "part", "whole"]
    assert "@string{ajr" in text
    assert narrowed(BIBLIOGRAPHY, keys(BIBLIOGRAPHY)) == BIBLIOGRAPHY
    assert keys(narrowed(BIBLIOGRAPHY, set())) == []


@pytest.mark.parametrize(
    "text",
    [
        "@article{a, title={x}\n@article{b, title={y}}\n",
        "@article{a, title={\n@article{b}\n}}\n",
    ],
)
def test_a_bibliography_that_is_not_plain_stays_whole(text: str) -> None:
    assert narrowed(text, {"b"}) == text


def test_aliases_stay() -> None:
    text = "@article{a, ids = {b}, title={x}}\n@article{c, title={y}}\n"
    assert keys(narrowed(text, {"b"})) == ["a"]


def test_a_bibliography_in_another_encoding_is_handed_on(tmp_path: Path) -> None:
    file = tmp_path / "b.bib"
    file.write_bytes(b"@article{a, title={caf\xe9}}\n@article{b, title={x}}\n")
    found = Citations(options=Options(bibliography=(file,))).files({"a"}, tmp_path)
    assert found[0].read_bytes() == b"@article{a, title={caf\xe9}}\n"
