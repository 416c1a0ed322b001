"""The outputs of the last build, read back: what a reader of each format sees.

Owns the only import of pypdf. Text comes out, with the ledger that belongs to it;
`checks.outputs` judges. What the page prints by value or by reference is told apart
from what somebody typed.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from galleyproof import files
from galleyproof.lineage.journal import ATTRIBUTE
from galleyproof.lineage.ledger import Ledger

BLANK = "\ufffc"
"""Stands where the page prints a value, a literal, a label or a citation."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset({"nav", "script", "style", "math", "template"})
_NOT_TYPED = frozenset(
    (
        "literal",
        "xref",
        "citation",
        "section-number",
        "caption-label",
        "equation-number",
        "footnote-ref",
        "footnote-back",
        "number-sources",
    )
)
"""Classes of what is a name, or numbered by the engine."""
_BLOCKS = frozenset(
    (
        *("p", "li", "td", "th", "dd", "dt", "div", "section", "summary", "pre"),
        *("figcaption", "caption", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"),
    )
)
_VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What the last build of a project left."""

    directory: str
    """Of the outputs, relative to the project."""
    ledger: Ledger
    texts: Mapping[str, str] = field(default_factory=dict)
    """All words of a format, by its name."""
    pages: tuple[str, ...] = ()
    """Of the PDF."""
    typed: tuple[str, ...] = ()
    """Each block of the page; `U+FFFC` stands for what is no typed text."""
    shown: Mapping[str, str] = field(default_factory=dict)
    """What each element with an id shows on the page."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each file that the build read, as it is now; empty if it is gone."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The same of each file that it wrote."""


def read(ledger: Ledger, project: Path, where: Path) -> Rendered:
    """Read the outputs that a ledger names; a file that is gone is left out."""
    paths = {target: where / name for target, name in ledger.outputs.items()}
    there = {target: path for target, path in paths.items() if path.is_file()}
    page = _Page()
    if "html" in there:
        page.feed(there["html"].read_text(encoding="utf-8"))
        page.close()
    pages = tuple(_pdf(there["pdf"])) if "pdf" in there else ()
    texts = {"pdf": "\n".join(pages)} if pages else {}
    if "html" in there:
        texts["html"] = page.all_text
    if "docx" in there:
        texts["docx"] = _docx(there["docx"])
    return Rendered(
        directory=_relative(where, project),
        ledger=ledger,
        texts=texts,
        pages=pages,
        typed=tuple(page.blocks),
        shown=page.shown,
        inputs={name: digest(project / name) for name in ledger.inputs},
        files={name: digest(where / name) for name in ledger.files},
    )


def digest(path: Path) -> str:
    """Return the SHA-256 of a file; empty where there is none."""
    return files.digest(path) if path.is_file() else ""


def _relative(where: Path, project: Path) -> str:
    inside = where.is_relative_to(project)
    return (where.relative_to(project) if inside else where).as_posix()


def _pdf(path: Path) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415 - slow, and only for this

    for page in PdfReader(path).pages:
        yield page.extract_text()


def _docx(path: Path) -> str:
    """Return the words of a Word file, a paragraph a line."""
    with zipfile.ZipFile(path) as file:
        document = ElementTree.fromstring(file.read("word/document.xml"))
    lines = []
    for paragraph in document.iter(f"{_W}p"):
        runs = [node.text or "" for node in paragraph.iter(f"{_W}t")]
        lines.append("".join(runs))
    return "\n".join(lines)


class _Page(HTMLParser):
    """Reads an article: its blocks, and what its elements show."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.shown: dict[str, str] = {}
        self.all_text = ""
        self._open: list[tuple[str, str, bool, int]] = []
        """Tag, id, whether its text is not typed, where its text begins."""
        self._words: list[str] = []
        self._all: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._end_block()
        classes = said.get("class", "").split()
        given = ATTRIBUTE in said or not _NOT_TYPED.isdisjoint(classes)
        outside = tag in _SKIPPED or said.get("id") == "refs"
        if given and not self._is_given:
            self._words.append(BLANK)
        if tag not in _VOID:
            item = (tag, said.get("id", ""), given or outside, len(self._all))
            self._open.append(item)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block()
        while any(item[0] == tag for item in self._open):
            each, name, _, begin = self._open.pop()
            if name:
                self.shown[name] = "".join(self._all[begin:])
            if each == tag:
                break

    def handle_data(self, data: str) -> None:
        tags = {item[0] for item in self._open}
        if tags & {"script", "style", "template"}:
            return
        self._all.append(data)
        if "article" in tags and not self._is_given:
            self._words.append(data)

    def close(self) -> None:
        super().close()
        self._end_block()
        self.all_text = "".join(self._all)

    @property
    def _is_given(self) -> bool:
        return any(item[2] for item in self._open)

    def _end_block(self) -> None:
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if text.strip(BLANK + " "):
            self.blocks.append(text)
