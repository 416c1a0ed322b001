"""The text in raw markup: HTML, Typst and LaTeX, without their commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from galleyproof.checks.numbers.passages import Kind, Passage, blanked
from galleyproof.numerals.patterns import Pattern
from galleyproof.spans import Source

_TAG = Pattern(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>|</?[A-Za-z!?][^<>]*>|&[#\w]+;",
    re.DOTALL | re.IGNORECASE,
)
_SHOWN = Pattern(
    r"\b(?:alt|title|aria-label|summary|content|data-caption)\s*=\s*"
    r"(?:\"(?P<dq>[^\"]*)\"|'(?P<sq>[^']*)')",
    re.IGNORECASE,
)
_COMMAND = r"""
      \\(?:begin|end)\{[^{}]*\}(?:\[[^\]]*\])?(?:\{[^{}]*\})*
    | \\(?:includegraphics|label|ref|eqref|autoref|cref|cite\w*|vspace|hspace|vskip
        |hskip|setlength|addtolength|usepackage|definecolor|color|input|include
        |bibliography\w*|newcommand|renewcommand|def|setcounter|addtocounter|cmidrule
        |cline|fontsize|hyperref|url|geometry|documentclass|pagestyle|thispagestyle|rule
        |arraystretch)\*?(?:\[[^\]]*\]|\([^()]*\)|\{[^{}]*\})*
    | \\(?:textcolor|colorbox|href|parbox|raisebox|scalebox|minipage)\*?
        (?:\[[^\]]*\])*\{[^{}]*\}
    | \\(?:multicolumn|multirow|resizebox|fcolorbox)\*?
        (?:\[[^\]]*\])*\{[^{}]*\}\{[^{}]*\}
    | \\[A-Za-z@]+\*?(?:\[[^\]]*\])?
"""
COMMAND = Pattern(_COMMAND, re.VERBOSE)
"""A command of LaTeX with those of its arguments that are not printed."""
_LATEX = Pattern(
    rf"(?<!\\)%[^\n]*|\\\\(?:\[[^\]]*\])?|[_^](?:\{{[^{{}}]*\}}|\w)|{_COMMAND}",
    re.VERBOSE,
)
_NAME = Pattern(r"\#?[A-Za-z_][\w.-]*")
_LOOKS_LIKE_TEXT = Pattern(r"\s|%|^[\d.,]+$")

_MERMAID = Pattern(
    r"\"(?P<quoted>[^\"\n]*)\"|[\[({|>](?P<label>[^\[\](){}|\n\"]*)[\])}|]"
)
_DOT = Pattern(
    r"\b(?:x|head|tail)?label\s*=\s*(?:\"(?P<quoted>[^\"]*)\"|<(?P<html>.*?)>)"
)
DIAGRAMS = {"mermaid": _MERMAID, "dot": _DOT}
"""Languages of cells that draw, and where in them the words stand."""

HTML = frozenset(
    {"html", "html5", "html4", "openxml", "jats", "docbook", "epub", "xml"}
)
LATEX = frozenset({"latex", "tex", "beamer", "pdf"})


def passages(
    source: Source, name: str, start: int, end: int, around: tuple[int, int]
) -> Iterator[Passage]:
    """Yield the texts of a stretch of raw markup in the format `name`."""
    text = source.text[start:end]
    if name in HTML:
        gaps = [match.span() for match in _TAG.finditer(text)]
        yield _passage(source, text, start, gaps, around)
        for match in _TAG.finditer(text):
            yield from tag_texts(
                source, start + match.start(), start + match.end(), around
            )
    elif name in LATEX:
        yield _passage(source, text, start, _latex_commands(text), around)
    elif name == "typst":
        yield _passage(source, text, start, _typst_code(text), around)
    elif name == "markdown":
        yield _passage(source, text, start, [], around)


def diagram(
    source: Source, language: str, start: int, end: int, around: tuple[int, int]
) -> Iterator[Passage]:
    """Yield the words of a diagram."""
    text = source.text[start:end]
    for match in DIAGRAMS[language].finditer(text):
        group = match.lastgroup
        if group:
            yield _passage(source, match[group], start + match.start(group), [], around)


def _passage(
    source: Source,
    text: str,
    start: int,
    gaps: list[tuple[int, int]],
    around: tuple[int, int],
) -> Passage:
    return Passage(
        kind=Kind.RAW,
        source=source,
        text=blanked(text, gaps),
        pieces=((0, start),),
        around=around,
    )


def tag_texts(
    source: Source, start: int, end: int, around: tuple[int, int]
) -> Iterator[Passage]:
    """Yield what a tag shows or says: alternative text, title, label."""
    tag = source.text[start:end]
    if "=" not in tag or tag.startswith("<!--"):
        return
    for match in _SHOWN.finditer(tag):
        group = "dq" if match["dq"] is not None else "sq"
        name = match[0].split("=")[0].strip().lower()
        if name == "content" and "description" not in tag.lower():
            continue
        yield Passage(
            kind=Kind.ALT if name in ("alt", "aria-label") else Kind.TITLE,
            source=source,
            text=match[group],
            pieces=((0, start + match.start(group)),),
            around=around,
        )


def _latex_commands(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _LATEX.finditer(text)]


class _Typst:
    """Walks Typst markup; what is code, and no string to read, is gathered as gaps."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.gaps: list[tuple[int, int]] = []
        self.at = 0

    def markup(self, closing: str) -> None:
        """Read markup until `closing`, or to the end."""
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == closing:
                return
            if self.text.startswith("//", self.at) and self._before() != ":":
                self._gap(self.text.find("\n", self.at))
            elif self.text.startswith("/*", self.at):
                self._gap(self.text.find("*/", self.at) + 2)
            elif here == "#":
                self._command()
            elif here in "<@":
                self._reference()
            elif here == "\\":
                self.at += 2
            else:
                self.at += 1

    def _before(self) -> str:
        return self.text[self.at - 1 : self.at]

    def _gap(self, end: int) -> None:
        end = len(self.text) if end <= self.at else end
        self.gaps.append((self.at, end))
        self.at = end

    def _reference(self) -> None:
        match = re.compile(r"<[\w:.-]+>|@[\w:.-]+").match(self.text, self.at)
        if match:
            self._gap(match.end())
        else:
            self.at += 1

    def _command(self) -> None:
        name = _NAME.match(self.text, self.at + 1)
        self._gap(name.end() if name else self.at + 1)
        if name and name[0].strip("#") in {"set", "show", "let", "import", "include"}:
            self._statement()
            return
        while self.at < len(self.text) and self.text[self.at] in "([{":
            self._group()

    def _statement(self) -> None:
        """Read to the end of the line, through the brackets that it opens."""
        while self.at < len(self.text) and self.text[self.at] != "\n":
            if self.text[self.at] in "([{":
                self._group()
            elif self.text[self.at] == '"':
                self._string()
            else:
                self._gap(self.at + 1)

    def _group(self) -> None:
        if self.text[self.at] == "[":
            self._gap(self.at + 1)
            self.markup("]")
        else:
            self._gap(self.at + 1)
            self._code()
        if self.at < len(self.text):
            self._gap(self.at + 1)

    def _code(self) -> None:
        while self.at < len(self.text) and self.text[self.at] not in ")}":
            here = self.text[self.at]
            if here in "([{":
                self._group()
            elif here == '"':
                self._string()
            else:
                self._gap(self.at + 1)

    def _string(self) -> None:
        match = re.compile(r'"(?:[^"\\]|\\.)*"').match(self.text, self.at)
        end = match.end() if match else len(self.text)
        if _LOOKS_LIKE_TEXT.search(self.text[self.at + 1 : end - 1]):
            self.at = end
        else:
            self._gap(end)


def _typst_code(text: str) -> list[tuple[int, int]]:
    walker = _Typst(text)
    while walker.at < len(text):
        walker.markup("")
        walker.at += 1
    return walker.gaps
