"""Whatever a chapter holds: it is read without loss, and every check ends."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from galleyproof.checks.registry import CHECKS, Inputs, Manuscript, run_checks
from galleyproof.checks.remarks import remarks
from galleyproof.config import Config
from galleyproof.datapackage import DataPackage
from galleyproof.diagnostics import Diagnostic
from galleyproof.fingerprint import fingerprint
from galleyproof.qmd import expand
from galleyproof.spans import Source

ROOT = Path(__file__).resolve().parents[2]
FILE = re.compile(r"^~~~ file \S+\.qmd\n(?P<text>.*?)^~~~$", re.M | re.S)
CHAPTERS = [
    path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("chapters/*.qmd"))
]
CASES = [
    match["text"]
    for path in sorted(ROOT.glob("tests/cases/*.md"))
    for match in FILE.finditer(path.read_text(encoding="utf-8"))
]
MARKS = [
    *"`$[](){}<>|@#:*_~^!%\\\"'\n\t\r\0",
    "```",
    "```{python}\n",
    "$$",
    "<!-- ",
    "-->",
    "<!-- galley: ignore number-computed why -->",
    "# galley: ignore number-computed\n",
    "---\n",
    ":::\n",
    "::: {.callout-note}\n",
    "{{< ",
    ">}}",
    "`{python} ",
    "[@a; @b]",
    "@fig-x",
    "\n\n",
    "\r\n",
    "\ufeff",
    "\u0301",
    "\u2028",
    "\u00bd",
    "\u0663",
    "\u2163",
    "12/34 (5%; p < 0.05)",
    "t(12) = 3.4, p = .",
    "twice as high",
    "Smith et al.",
]

edits = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from([0, 0, 1, 2, 5, 30]),
        st.sampled_from(["", *MARKS]),
    ),
    max_size=6,
)
line_ends = st.sampled_from(["\n", "\r\n", "\r"])


def edited(text: str, changes: list[tuple[float, int, str]], end: str) -> str:
    for place, length, mark in changes:
        at = int(place * len(text))
        text = text[:at] + mark + text[at + length :]
    return text.replace("\n", end)


def found_in(text: str) -> tuple[Inputs, tuple[Diagnostic, ...]]:
    def load(path: str) -> Source:
        if path != "a.qmd":
            raise FileNotFoundError(path)
        return Source(path, text)

    inputs = Inputs(
        manuscripts=(
            Manuscript(document=expand("a.qmd", load), config=Config.default()),
        ),
        config=Config.default(),
        data=DataPackage(path="", title="", tables={}),
    )
    return inputs, run_checks(
        inputs, [code for check in CHECKS for code in check.codes]
    )


def check_places(text: str) -> None:
    inputs, found = found_in(text)
    (chapter,) = inputs.chapters
    source = chapter.source
    assert "".join(chapter.text(block) for block in chapter.blocks) == text
    for one in found:
        span = one.span
        if span.path != source.path or not span.line:
            continue
        assert span.line <= len(source.line_starts)
        assert 1 <= span.column <= len(source.line(span.line)) + 1
        if span.end_line:
            assert (span.line, span.column) <= (span.end_line, span.end_column)
            assert source.span(*source.offsets(span)) == span
        assert re.fullmatch("[0-9a-f]{16}", fingerprint(one, source))
    for remark in remarks(chapter):
        assert "ignore" in source.marked(remark.span)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CASES), edits, line_ends)
def test_a_broken_case_is_checked_to_the_end(
    text: str, changes: list[tuple[float, int, str]], end: str
) -> None:
    check_places(edited(text, changes, end))


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(CHAPTERS), edits, line_ends)
def test_a_broken_chapter_is_checked_to_the_end(
    text: str, changes: list[tuple[float, int, str]], end: str
) -> None:
    check_places(edited(text, changes, end))
