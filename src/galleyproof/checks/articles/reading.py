"""Plain text into sections, paragraphs, tables, brackets and references.

Reads what text extraction leaves of an article: headings are short lines with known
words, a paragraph may be broken by a page. Never fails; what is not recognised is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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
    r"|background|(?:patients|materials?|subjects)?(?:\s*(?:and|&)\s*)?methods?"
    r"|methods?\s+and\s+materials?|methodology|results?(?:\s+and\s+discussion)?"
    r"|observations?(?: tables?)?|discussion|conclusions?|limitations?"
    r"|acknowledge?ments?)\s*:?(?:\*\*)?\s*$",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^(?:#+\s*)?(?:\*\*)?(?:references?|bibliography|(?:literature|works)(?: cited)?)"
    r"\s*:?(?:\*\*)?\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_CAPTION = re.compile(
    r"^\W*(?i:Table)\s+(?P<number>\d+)(?:\s*[.:|–-]|\s+(?=[A-Z][^.]*$))"
)
_NUMBERS = r"\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*"
_BRACKET = re.compile(
    r"\[(?P<from>\d{1,3})\]\s?[–-]\s?\[(?P<to>\d{1,3})\]"
    rf"|\[(?P<list>{_NUMBERS})\](?!\()"
)
_OTHERS = (
    re.compile(rf"\((?P<list>{_NUMBERS})\)"),
    re.compile(
        rf"<sup>\s*(?P<list>{_NUMBERS})\s*</sup>|\^\{{?(?P<raised>{_NUMBERS})[}}^]"
    ),
    re.compile(r"(?P<list>[⁰¹²³⁴-⁹]+(?:[,⁻–-][⁰¹²³⁴-⁹]+)*)"),
)
"""Round brackets and raised numbers, which are citations only where there are many."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_MATHS = re.compile(
    r"(?:[∈=≈∼~<>≤≥+×·−]|\b(?:ranges?|intervals?|between|within|during|domain|CI|IQR|bins?)"
    r"(?:\s+(?:is|are|of|was|were))?[:,]?)\s*$"
)
"""What stands before an interval or a vector, which is no citation."""
_EQUAL = re.compile(r"[∈=≈]\s*$")
_ENTRY = re.compile(r"^[ \t]*(?:\[(?P<a>\d{1,4})\]|(?P<b>\d{1,4})[.)])[ \t]+", re.M)
_BARE_ENTRY = re.compile(r"^[ \t]*(?P<b>\d{1,3})[ \t]+(?=[A-ZÀ-Þ])", re.M)
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
_LAID_OUT = re.compile(r"\S {2,}\S.* {2,}\S|\S {4,}\S")
"""A row of which only the spaces between its columns are left."""
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
        brackets=_cited(text, body_end, references if numbered else ()),
        references=references,
        numbered=numbered,
        body_end=body_end,
    )


def _cited(text: str, end: int, references: Sequence[Reference]) -> tuple[Bracket, ...]:
    """Return the citations by number, in the form that reaches most of the list.

    Square brackets are citations; round ones and raised numbers only where they reach
    half of the list, and more than square ones do.
    """
    best = tuple(_brackets(_BRACKET, text, end))
    numbers = {one.number for one in references}
    reached = len({n for one in best for n in one.numbers} & numbers)
    least = max(reached + 1, len(numbers) / 2)
    for pattern in _OTHERS if numbers else ():
        found = [b for b in _brackets(pattern, text, end) if numbers >= set(b.numbers)]
        covered = len({n for one in found for n in one.numbers})
        if covered >= least:
            best, least = tuple(found), covered + 1
    return best


def _brackets(pattern: re.Pattern[str], text: str, end: int) -> Iterator[Bracket]:
    for match in pattern.finditer(text, 0, end):
        before = max(0, match.start() - 24)
        maths = _MATHS if re.search("[,;]", match[0]) else _EQUAL
        if maths.search(text, before, match.start()):
            continue
        groups = match.groupdict()
        written = groups["list"] or groups.get("raised")
        numbers = _expanded(written or f"{groups['from']}-{groups['to']}")
        if 0 not in numbers:
            yield Bracket(numbers=numbers, start=match.start(), end=match.end())


def _expanded(written: str) -> tuple[int, ...]:
    """Return the numbers of `3,5-7`."""
    numbers: list[int] = []
    for part in re.split(r"\s*[,;]\s*", written.translate(_RAISED)):
        ends = [int(one) for one in re.split(r"\s*[–-]\s*", part)]
        if len(ends) == 2 and 0 < ends[1] - ends[0] <= _SHORT:
            numbers += range(ends[0], ends[1] + 1)
        else:
            numbers += ends
    return tuple(numbers)


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
        elif "\t" in bare or bare.startswith("|") or (table and _LAID_OUT.search(bare)):
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
    starts = _starts(_ENTRY, text, begin) or _starts(_BARE_ENTRY, text, begin)
    if starts:
        ends = [start for _, start, _ in starts[1:]] + [len(text)]
        return tuple(
            _reference(number, text, content, end)
            for (number, _, content), end in zip(starts, ends, strict=True)
        ), True
    entries = [e for e in _unnumbered(text, begin) if _YEAR.search(text, *e)]
    return tuple(
        _reference(number, text, *entry) for number, entry in enumerate(entries, 1)
    ), False


_ENDED = re.compile(r"[.\])]$|https?://\S+$|\b10\.\d{4,}/\S+$")


def _unnumbered(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield begin and end of entries without numbers.

    An entry begins behind an empty line or where a line begins with an author; the
    lines that follow go on with it.
    """
    start, at, before = None, begin, ""
    for line in text[begin:].splitlines(keepends=True):
        bare = line.lstrip(" \t-*•")
        offset = at + len(line) - len(bare)
        at += len(line)
        author = _APA.match(bare) or _VANCOUVER.match(bare)
        # Authors may go on in the next line; all of them stand before the year.
        dated = start is not None and _YEAR.search(text, start, at - len(line))
        journal = author and bare[author.end() :].lstrip()[:1].isdigit()
        opens = bool(author and dated and not journal and _ENDED.search(before))
        opens, before = opens and not bare.startswith(("&", "and ")), bare.rstrip()
        if start is not None and (not bare.strip() or opens):
            yield start, at - len(line)
            start = None
        if start is None and bare.strip():
            start = offset
    if start is not None:
        yield start, len(text)


def _starts(
    pattern: re.Pattern[str], text: str, begin: int
) -> list[tuple[int, int, int]]:
    """Return number, begin and begin of the content of entries numbered from one."""
    found: list[tuple[int, int, int]] = []
    for match in pattern.finditer(text, begin):
        number = int(match.groupdict().get("a") or match["b"])
        if number == (found[-1][0] + 1 if found else 1):
            found.append((number, match.start(), match.end()))
    return found


def _reference(number: int, text: str, start: int, end: int) -> Reference:
    raw = text[start:end]
    start += len(raw) - len(raw.lstrip())
    entry = " ".join(raw.split())
    authors, rest = _authors(entry)
    imprint = _IMPRINT.search(rest)
    years = _YEAR.findall(rest)
    title = re.split(r"[.?!]\s", re.sub(r"^\W*\(?(?:19|20)\d\d\w?\)?\W*", "", rest))[0]
    journal = re.split(r"[.?!]\s", rest[: imprint.start()])[-1] if imprint else ""
    return Reference(
        number=number,
        start=start,
        end=start + len(raw.strip()),
        text=entry,
        authors=authors,
        title=title.strip(" *_.") if authors else "",
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
