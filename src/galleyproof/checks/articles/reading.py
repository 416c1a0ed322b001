"""Plain text into sections, paragraphs, tables, brackets and references.

Reads what text extraction leaves of an article: headings are short lines with known
words, a paragraph may be broken by a page. Never fails; what is not recognised is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from galleyproof.checks.articles.model import (
    Article,
    Bracket,
    Caption,
    Paragraph,
    Reference,
)
from galleyproof.spans import Source

_HEADING = re.compile(
    r"^(?:#+\s*)?(?:\*\*)?(?:\d+(?:\.\d+)*\.?\s+)?(?P<name>abstract|introduction"
    r"|background|(?:patients|materials?)?(?:\s*(?:and|&)\s*)?methods?|results?"
    r"|observations?(?: tables?)?|discussion|conclusions?|limitations?"
    r"|acknowledge?ments?)\s*:?(?:\*\*)?\s*$",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^(?:#+\s*)?(?:\*\*)?(?:references?|bibliography|literature(?: cited)?)"
    r"\s*:?(?:\*\*)?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_CAPTION = re.compile(r"^\W*Table\s+(?P<number>\d+)\s*[.:–-]", re.IGNORECASE)
_BRACKET = re.compile(
    r"\[(?P<from>\d{1,3})\]\s?[–-]\s?\[(?P<to>\d{1,3})\]"
    r"|\[(?P<list>\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\](?!\()"
)
_MATHS = re.compile(
    r"(?:[∈=≈∼~<>≤≥+×·−]|\b(?:ranges?|intervals?|between|within|during|domain|CI|IQR|bins?)"
    r"(?:\s+(?:is|are|of|was|were))?[:,]?)\s*$"
)
"""What stands before an interval or a vector, which is no citation."""
_ENTRY = re.compile(r"^[ \t]*(?:\[(?P<a>\d{1,4})\]|(?P<b>\d{1,4})[.)])[ \t]+", re.M)
_VANCOUVER = re.compile(
    r"(?P<family>(?:[a-z]{2,4} )*[A-ZÀ-Þ][^\s,.;:\d]*(?:[ -][A-ZÀ-Þ][^\s,.;:\d]+)*)"
    r"(?: Jr)? (?P<initials>[A-ZÀ-Þ]{1,4})(?: Jr)?(?P<end>,\s+|\.\s|:|\s*;|$)"
)
_APA = re.compile(
    r"(?:&\s*|and\s+)?(?P<family>(?:[a-z]{2,4} )*[A-ZÀ-Þ][^\s,.;:\d]*"
    r"(?:[ -][A-ZÀ-Þ][^\s,.;:\d]+)*),\s+"
    r"(?P<initials>(?:[A-ZÀ-Þ]\.[ -]?)+)(?P<end>,?\s*(?=[^\s]))"
)
_IMPRINT = re.compile(
    r"[.*\s](?P<year>(?:19|20)\d\d)[^;.()]{0,12};\s*(?P<volume>\d+)\s*"
    r"(?:\([^)]*\))?\s*:\s*(?P<pages>[A-Za-z]?\d+(?:\s*[-–]\s*[A-Za-z]?\d+)?)"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SHORT = 50
"""A list is expanded at most over so many numbers: `[1-900]` is not a citation."""


def read(source: Source) -> Article:
    """Take the text of an article apart."""
    text = source.text
    listed = list(_LIST.finditer(text))
    body_end = listed[-1].start() if listed else len(text)
    references, numbered = _references(text, listed[-1].end() if listed else len(text))
    paragraphs, captions = _paragraphs(text, body_end)
    return Article(
        source=source,
        title=next((line.strip() for line in text.splitlines() if line.strip()), ""),
        paragraphs=paragraphs,
        captions=captions,
        brackets=tuple(_brackets(text, body_end)),
        references=references,
        numbered=numbered,
        body_end=body_end,
    )


def _brackets(text: str, end: int) -> Iterator[Bracket]:
    for match in _BRACKET.finditer(text, 0, end):
        numbers: list[int] = []
        if _MATHS.search(text, max(0, match.start() - 24), match.start()):
            continue
        written = match["list"] or f"{match['from']}-{match['to']}"
        for part in re.split(r"\s*[,;]\s*", written):
            ends = [int(one) for one in re.split(r"\s*[–-]\s*", part)]
            if len(ends) == 2 and 0 < ends[1] - ends[0] <= _SHORT:
                numbers += range(ends[0], ends[1] + 1)
            else:
                numbers += ends
        if 0 not in numbers:
            yield Bracket(numbers=tuple(numbers), start=match.start(), end=match.end())


def _paragraphs(
    text: str, body_end: int
) -> tuple[tuple[Paragraph, ...], tuple[Caption, ...]]:
    found: list[Paragraph] = []
    captions: list[Caption] = []
    section, table, open_, at = "", None, False, 0
    for line in text[:body_end].splitlines(keepends=True):
        start, at = at, at + len(line)
        bare = line.strip()
        end = start + len(line.rstrip())
        if not bare:
            open_ = False
        elif heading := _HEADING.match(bare):
            section, table, open_ = heading["name"].lower(), None, False
        elif caption := _CAPTION.match(bare):
            table, open_ = int(caption["number"]), False
            captions.append(Caption(number=table, start=start, end=end))
        elif "\t" in bare or bare.startswith("|"):
            row = Paragraph(start=start, end=end, section=section, table=table)
            found.append(row)
            open_ = False
        elif _continues(found, bare, open_=open_):
            first = found.pop()
            found.append(Paragraph(start=first.start, end=end, section=first.section))
            open_ = True
        else:
            found.append(Paragraph(start=start, end=end, section=section))
            open_ = True
    return tuple(found), tuple(captions)


def _continues(found: list[Paragraph], line: str, *, open_: bool) -> bool:
    """Whether a line goes on with the paragraph before it, be a page between them."""
    return bool(found) and found[-1].table is None and (open_ or line[0].islower())


def _references(text: str, begin: int) -> tuple[tuple[Reference, ...], bool]:
    starts: list[tuple[int, int, int]] = []
    for match in _ENTRY.finditer(text, begin):
        number = int(match["a"] or match["b"])
        if number == (starts[-1][0] + 1 if starts else 1):
            starts.append((number, match.start(), match.end()))
    if starts:
        ends = [start for _, start, _ in starts[1:]] + [len(text)]
        return tuple(
            _reference(number, text, content, end)
            for (number, _, content), end in zip(starts, ends, strict=True)
        ), True
    found: list[Reference] = []
    at = begin
    for line in text[begin:].splitlines(keepends=True):
        if _YEAR.search(line):
            found.append(_reference(len(found) + 1, text, at, at + len(line)))
        at += len(line)
    return tuple(found), False


def _reference(number: int, text: str, start: int, end: int) -> Reference:
    raw = text[start:end]
    start += len(raw) - len(raw.lstrip())
    entry = " ".join(raw.split())
    authors, rest = _authors(entry)
    imprint = _IMPRINT.search(rest)
    years = _YEAR.findall(rest)
    journal = re.split(r"[.?!]\s", rest[: imprint.start()])[-1] if imprint else ""
    return Reference(
        number=number,
        start=start,
        end=start + len(raw.strip()),
        text=entry,
        authors=authors,
        year=int(imprint["year"] if imprint else years[0]) if years else None,
        journal=journal.strip(" *_."),
        volume=int(imprint["volume"]) if imprint else None,
        pages=imprint["pages"] if imprint else "",
    )


def _authors(entry: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Return the authors that an entry begins with, and what follows them."""
    for pattern in (_VANCOUVER, _APA):
        found: list[tuple[str, str]] = []
        at = 0
        while match := pattern.match(entry, at):
            initials = re.sub(r"[^A-ZÀ-Þ]", "", match["initials"])
            found.append((match["family"], initials))
            at = match.end()
            if match["end"].strip() in {".", ":", ";"}:
                break
        if found:
            return tuple(found), entry[at:]
    return (), entry
