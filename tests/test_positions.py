"""Every position points at the same characters, however the file is written.

The files of the transcripts in `tests/cases/` are checked as they are, with other line
ends, with a byte order mark, moved down, and moved right by characters that are easily
miscounted. What is found, and the text at the place of each finding, must not change:
so a new code is tested here as soon as it has a case.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from galleyproof import inspection
from galleyproof.diagnostics import Diagnostic
from galleyproof.errors import ConfigError
from galleyproof.project import SourceFiles

CASES = sorted((Path(__file__).parent / "cases").glob("*.md"))
FILE = re.compile(r"^~~~ file (?P<path>\S+)\n(?P<text>.*?)^~~~$", re.M | re.S)
COMMAND = re.compile(r"^~~~ command\ngalley check\b", re.M)
TEXT = (".qmd", ".yml", ".bib", ".csv")
WIDE = "\u00e9\u0301\u6f22\U0001f600\u200d\t "
"""Combining, wide, beyond the first plane, invisible; a tab, a space."""

Files = dict[str, str]


def files_of(path: Path) -> Files:
    text = path.read_text(encoding="utf-8")
    return {m["path"]: m["text"] for m in FILE.finditer(text)}


def is_check(path: Path) -> bool:
    return COMMAND.search(path.read_text(encoding="utf-8")) is not None


CHECKED = [path for path in CASES if is_check(path)]


def windows(text: str, suffix: str) -> str:
    del suffix
    return text.replace("\n", "\r\n")


def old_macintosh(text: str, suffix: str) -> str:
    return text.replace("\n", "\r") if suffix == ".qmd" else text


def marked(text: str, suffix: str) -> str:
    return f"\ufeff{text}" if suffix in TEXT else text


def windows_and_marked(text: str, suffix: str) -> str:
    return marked(windows(text, suffix), suffix)


def moved_down(text: str, suffix: str) -> str:
    return f"\n\n{text}" if suffix == ".qmd" else text


def decomposed(text: str, suffix: str) -> str:
    """Write a combining character behind a letter that begins no paragraph's text."""
    return text.replace(" the ", " the\u0301 ") if suffix == ".qmd" else text


VARIANTS: list[Callable[[str, str], str]] = [
    windows,
    old_macintosh,
    marked,
    windows_and_marked,
    moved_down,
    decomposed,
]


def seen(directory: Path, files: Files) -> Counter[tuple[str, str, str]]:
    """Return code, file and marked text of every finding, and how often."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    sources = SourceFiles(directory)
    try:
        done = inspection.inspect(directory)
    except ConfigError as error:
        return Counter({("", "", error.message): 1})
    return Counter(
        (found.code.code, found.span.path, text_at(found, sources))
        for found in done.findings
    )


def text_at(found: Diagnostic, sources: SourceFiles) -> str:
    source, span = sources.source(found.span.path), found.span
    if source is None or not span.line:
        return ""
    assert span.line <= len(source.line_starts)
    assert 1 <= span.column <= len(source.line(span.line)) + 1
    if not span.end_line:
        return source.line(span.line)[span.column - 1 :]
    assert span.end_column <= len(source.line(span.end_line)) + 1
    said = source.marked(span)
    assert "\ufeff" not in said
    return re.sub(r"\r\n|\r", "\n", said).replace("\u0301", "")


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.__name__)
@pytest.mark.parametrize("case", CHECKED, ids=lambda path: path.stem)
def test_positions_do_not_depend_on_how_a_file_is_written(
    case: Path, variant: Callable[[str, str], str], tmp_path: Path
) -> None:
    files = files_of(case)
    plain, other = tmp_path / "plain", tmp_path / "other"
    written = {name: variant(text, Path(name).suffix) for name, text in files.items()}
    assert seen(other, written) == seen(plain, files)


WRAPPED = {
    "a scale": "It was over 30\nbillion.\n",
    "per cent": "It was 30\n  per cent.\n",
    "a comparison": "Of 12 it was the\nhighest.\n",
    "a rule": "a | b\n--- | ---\n[1] | one\n[2] | see $x$\n",
}
"""Where a single character was looked for, and Windows has two."""


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED)
def test_a_line_may_end_where_a_space_may_stand(text: str, tmp_path: Path) -> None:
    plain = seen(tmp_path / "plain", {"a.qmd": text})
    assert plain
    assert seen(tmp_path / "other", {"a.qmd": windows(text, ".qmd")}) == plain
    said = {marked for _, _, marked in plain}
    assert all(words not in said for words in ("30", "highest"))


def test_there_are_cases_to_vary() -> None:
    assert len(CHECKED) > 10


# Characters that are easily miscounted ------------------------------------------------

LINES = {
    "Of 12 patients.": "12",
    "See @sec-none now.": "@sec-none",
    "It was [said](none.qmd) so.": "none.qmd",
    "![](none.png) shows it.": "none.png",
    "Said before [@none].": "@none",
    "The rate of 12 was higher.": "higher",
    "x <!-- galley: ignore label-unique no --> y": "<!-- galley: ignore",
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
@pytest.mark.parametrize("line", LINES)
def test_columns_count_characters(line: str, end: str, tmp_path: Path) -> None:
    text = f"\ufeff# Heading{end}{end}{WIDE}{line}{end}"
    (tmp_path / "a.qmd").write_bytes(text.encode("utf-8"))
    place = (3, len(WIDE) + line.index(LINES[line]) + 1)
    found = {
        (d.span.line, d.span.column): d for d in inspection.inspect(tmp_path).findings
    }
    assert place in found
    source = SourceFiles(tmp_path).source("a.qmd")
    assert source is not None
    assert source.marked(found[place].span).startswith(LINES[line])
