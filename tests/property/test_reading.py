"""Reading piece by piece gives what reading the whole gives, whatever is written."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from galleyproof import tools
from galleyproof.errors import ToolError
from galleyproof.render import Manuscript, Options, chunks
from galleyproof.render.reading import READER, read
from galleyproof.store import Store

BLOCKS = [
    "Text with *words*, [@key], @other and [a link](x.html).",
    "More text [see @key, p. 3; -@other]. A note^[With [@key] in it, and @other.].",
    'A number [96.1%]{.value data-galley="7"} and [two]{data-galley="8 9"}.',
    "[Methods] and [Methods][] and [the way][Methods] and [Results]{.claim}.",
    "[Results](#results) but not [Results]{bad attributes}.",
    "See [link] and [LINK] and [^1], [^2].",
    "[link]: https://example.org",
    "[^1]: A note.\n\n    Its second paragraph.",
    "[^2]: Another [@key].",
    "*[HTML]: Hyper Text\n\nHTML here.",
    "(@) An example.\n(@good) Another.",
    "(@good) as before, and\n(@good) in the line.",
    "As (@good) shows.",
    "- one\n- two\n",
    "- one\n\n- two",
    "1. one\n\n    ```python\n    # no heading\n    ```\n\n2. two",
    "- [ ] to do\n- [x] done",
    "```python\n# no heading\n\n# nor this\nx = [1]\n```",
    "```{.python .x}\n# no heading\n```",
    "~~~\n# a\n\n~~~",
    "text\n~~~\nmore",
    "``` not closed\n\nstill",
    "```{=html}\n<div>\n\n# no heading\n```",
    "```\n\n# not closed",
    "```",
    "    indented code",
    "    ```",
    "::: {.note}\nInside.\n\n## Heading inside\n:::",
    "::: note\n```\ncode\n```\n:::",
    "::: {.open}\n\ntext",
    ":::",
    "<div>\n\n# Heading in HTML\n\n</div>",
    "<div>",
    "</div>",
    "<!-- a comment\n\n# with a heading\n\n-->",
    "<!--",
    "-->",
    "<pre>\n# a",
    "</pre>",
    '| a | b |\n|---|---|\n| 1 | [x]{data-galley="10"} |',
    ": A caption {#tbl-x}",
    "Term",
    ":   Its definition",
    "---",
    "---\ntitle: x\n---",
    "...",
    "> A quotation\n>\n> # with a heading",
    "> ```\n> # code",
    r"\newcommand{\x}{y}",
    r"$\x$ and $a_{b}$ and \x",
    "\\begin{equation}\na",
    "b\n\\end{equation}",
    "$$\na\n$$ {#eq-x}",
    "![A picture](a.png){#fig-a}",
    '"quoted words',
    'and the end"',
    "`code",
    "and` text",
    "{{ }}",
    "{",
    "}",
    "a < b and <b>bold</b>",
    "% a line",
    "line\n===",
    "line\n---",
    "| a line\n| block",
    "Straße [STRASSE]",
]
TITLES = [
    "Methods",
    "Results",
    "Results {#results}",
    "Results {.unnumbered}",
    "The *long* way [@key]",
    "A note^[In a heading.]",
    "Link",
    "1",
    "Straße",
    "With [brackets]",
    'Number [5]{data-galley="11"}',
]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw headings with blocks; few of the blocks, so that they meet their likes."""
    some = draw(st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=4))
    parts = []
    for _ in range(draw(st.integers(2, 6))):
        hashes = "#" * draw(st.sampled_from([1, 1, 1, 2]))
        title = draw(st.sampled_from(TITLES))
        blocks = draw(st.lists(st.sampled_from(some), max_size=3))
        gaps = st.sampled_from(["\n\n", "\n\n", "\n\n", "\n"])
        parts.append(f"{hashes} {title}{draw(gaps)}")
        parts += [block + draw(gaps) for block in blocks]
    return "".join(parts)


def whole(text: str) -> object:
    text = "---\n{}\n---\n\n" + text
    ended = tools.pandoc(["-f", READER, "-t", "json"], stdin=text.encode())
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return Store.open(tmp_path_factory.mktemp("cache"))


@settings(deadline=None, max_examples=150)
@given(text=texts())
@example(text="# One\n\n: a\n\n: b\n\n# Two\n\n: c\n")
def test_pieces_are_the_whole(store, text):
    manuscript = Manuscript(markdown=text)
    try:
        expected = whole(text)
    except ToolError:
        with pytest.raises(ToolError):
            read(manuscript, Options(), store)
        return
    for _ in range(2):
        found = read(manuscript, Options(), store).json
        assert found["blocks"] == expected["blocks"]


@given(text=texts())
def test_chunks_are_the_text(text):
    assert "".join(chunk.text for chunk in chunks.cut(text)) == text


def test_plain_chapters_are_read_piece_by_piece():
    """So that the comparison above compares something."""
    parts = ["# Methods\n\n", BLOCKS[0], "\n\n# Results\n\n", BLOCKS[1], "\n\n"]
    pieces = chunks.cut("".join([*parts, "# Link {#x}\n\n", BLOCKS[17], "\n"]))
    assert len(pieces) == 3
    assert chunks.independent(pieces)
