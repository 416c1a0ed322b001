"""The outputs of the last build against its ledger, its inputs and each other.

Texts and hashes in, findings out. Time stamps decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from galleyproof.checks.numbers.literals import compiled
from galleyproof.config import Literal
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.lineage.ledger import PrintedNumber
from galleyproof.numerals import find
from galleyproof.rendered import Rendered
from galleyproof.spans import Span

_ANEW = "render anew: `galley render`"
_PICTURED = ("figure", "alt")
"""What a picture shows and what is said of it stands in no text."""
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*")
_MARKS = re.compile(r"[†‡§\s]")
_SOURCES = "Sources of numbers"
_AROUND = 40
"""Characters of a text that a finding quotes on either side."""


def current(rendered: Rendered) -> Iterator[Diagnostic]:
    """Find inputs that have changed since the build, and outputs that have."""
    for path, then in rendered.ledger.inputs.items():
        now = rendered.inputs.get(path, "")
        if now != then:
            what = "has changed since" if now else "is gone; it was there at"
            message = f"`{path}` {what} the last build"
            yield _finding(Code.OUTPUT_CURRENT, path, message, _ANEW)
    for name, then in rendered.ledger.files.items():
        now = rendered.files.get(name, "")
        if now != then:
            what = "is not what the build wrote" if now else "is gone"
            path = f"{rendered.directory}/{name}"
            yield _finding(Code.OUTPUT_CURRENT, path, f"`{path}` {what}", _ANEW)


def traced(
    rendered: Rendered, literals: Iterable[Literal], *, words: bool, years: bool
) -> Iterator[Diagnostic]:
    """Find numbers of the page that are neither in the ledger nor a literal."""
    patterns = [compiled(literal) for literal in literals]
    path = f"{rendered.directory}/{rendered.ledger.outputs.get('html', 'index.html')}"
    for block in rendered.typed:
        declared = [m.span() for p in patterns for m in p.finditer(block) if m[0]]
        for numeral in find(block, words=words, years=years):
            if any(a <= numeral.start and numeral.end <= b for a, b in declared):
                continue
            text = block[numeral.start : numeral.end]
            yield _finding(
                Code.OUTPUT_TRACED,
                path,
                f"the page prints `{text}`, which is not in the ledger: "
                f"`{_quoted(block, numeral.start, numeral.end)}`",
                "print a value, or declare the number a literal",
            )


def agreeing(rendered: Rendered) -> Iterator[Diagnostic]:
    """Find numbers that one format prints and another does not."""
    yield from _missing(rendered)
    page = rendered.texts.get("html")
    if page is None:
        return
    known = set(_TOKEN.findall(page))
    for target in ("pdf", "docx"):
        text = rendered.texts.get(target)
        if text is None:
            continue
        body = _without_sources(text)
        extra = [t for t in dict.fromkeys(_TOKEN.findall(body)) if t not in known]
        for token in extra if target == "docx" else _not_of_pages(extra, rendered):
            at = body.index(token)
            path = f"{rendered.directory}/{rendered.ledger.outputs[target]}"
            yield _finding(
                Code.FORMATS_AGREE,
                path,
                f"`{path}` prints `{token}`, which the page does not: "
                f"`{_quoted(body, at, at + len(token))}`",
                "look whether content is hidden in one format; else report it",
            )


def _missing(rendered: Rendered) -> Iterator[Diagnostic]:
    """Find numbers of the ledger that a format does not show where it should."""
    squeezed = {t: _squeezed(text) for t, text in rendered.texts.items()}
    pages = [_squeezed(page) for page in rendered.pages]
    for number in rendered.ledger.numbers:
        if number.part in _PICTURED:
            continue
        for target in sorted(set(number.outputs) & set(squeezed)):
            text = _where(number, target, pages, rendered) or squeezed[target]
            tokens = _TOKEN.findall(number.text) or [_squeezed(number.text)]
            if all(_squeezed(token) in text for token in tokens):
                continue
            path = f"{rendered.directory}/{rendered.ledger.outputs[target]}"
            yield _finding(
                Code.FORMATS_AGREE,
                path,
                f"`{path}` does not show `{number.text}` ({number.id}), which "
                f"{number.place or 'the text'} asks for",
                _ANEW,
            )


def _where(
    number: PrintedNumber, target: str, pages: Sequence[str], rendered: Rendered
) -> str:
    """Return the text in which a format must show a number."""
    place = number.outputs[target]
    if target == "html":
        return _squeezed(rendered.shown.get(place.anchor, ""))
    if target == "pdf" and place.page:
        return "".join(pages[place.page - 1 : place.page + 1])
    return ""


def _not_of_pages(tokens: Iterable[str], rendered: Rendered) -> list[str]:
    """Leave out what may be the number of a page."""
    count = len(rendered.pages)
    return [t for t in tokens if not (t.isdecimal() and int(t) <= count)]


def _without_sources(text: str) -> str:
    """Return a text up to the appendix, which repeats the ledger."""
    headings = [m.start() for m in re.finditer(rf"(?m)^.*{_SOURCES}\s*$", text)]
    return text[: headings[-1]] if headings else text


def _squeezed(text: str) -> str:
    return _MARKS.sub("", text)


def _quoted(text: str, start: int, end: int) -> str:
    before, after = max(0, start - _AROUND), end + _AROUND
    return " ".join(text[before:after].replace("\ufffc", "…").split())


def _finding(code: Code, path: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        code=code, span=Span(path=path, line=0), message=message, hint=hint
    )
