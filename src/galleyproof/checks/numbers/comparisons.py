"""Words that compare, beside numbers, that no claim binds to the data.

A softer check: whether `higher` states a result or names a group, only an author knows.
It looks at sentences that hold a number or an inline expression, and leaves out what
is a limit (`at least 3`, `larger than 4 cm`), a name of a group (`the larger tumours`)
or a way of putting things (`most recently`). Words inside an inline expression are a
claim's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from galleyproof.checks.numbers.literals import Patterns
from galleyproof.checks.numbers.passages import Kind, Passage
from galleyproof.checks.numbers.running import running_text
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.numerals import find
from galleyproof.numerals.patterns import Pattern, spaced
from galleyproof.qmd.model import Chapter

_KINDS = frozenset({Kind.PROSE, Kind.FOOTNOTE, Kind.CAPTION})
_WORD = Pattern(
    spaced(r"""(?<![\w-])(?P<word>
      (?:significantly\s|markedly\s|much\s|far\s|slightly\s|considerably\s|substantially\s)?
        (?:higher|lower|greater|smaller|larger|fewer|less|more|better|worse|longer|shorter
          |stronger|weaker|rarer|commoner|faster|slower)
    | (?:the\s)?(?:highest|lowest|greatest|smallest|largest|fewest|best|worst|longest
        |shortest|most|least)
    | (?:not\s|no\s|non-?)?(?:statistically\s)?significant(?:ly)?
    | increased|decreased|reduced|doubled|tripled|quadrupled|halved|rose|fell|improved
    | worsened|dropped|declined|exceed(?:s|ed)?|outperform(?:s|ed)?|differ(?:s|ed)?
    | superior|inferior|similar(?:ly)?|comparable|equal|equivalent|identical
    | no\sdifferences?|unchanged|majority|minority|predominantly
    )(?![\w-])"""),
    re.VERBOSE | re.IGNORECASE,
)
_LIMIT_AFTER = Pattern(
    r"\s+(?:than\s+(?:[￼\d]|one\b|two\b|half\b|a\s+single)"
    r"|(?:or|and)\s+(?:equal|more|less|larger|smaller|over|above|below)\b"
    r"|(?:recent|recently|likely|often|of\s+all)\b|over\b)",
    re.IGNORECASE,
)
_AT_MOST = Pattern(r"\b(?:at)\s+$", re.IGNORECASE)
_GROUP = Pattern(
    r"(?:small|larg|high|low|long|short|great)er\s+"
    r"(?:tumou?rs?|lesions?|nodules?|series|stud(?:y|ies)|trials?|ones?|cohorts?|groups?"
    r"|volumes?|vessels?|margins?|doses?|grades?|risk|sample|follow-up|diameters?|limits?)"
    r"(?![\w-])",
    re.IGNORECASE,
)
_SENTENCE_END = Pattern(r"(?<=[.!?])[\"”')*_]*(?:\s|￼)+(?=[\"“(*_\[￼]*[A-ZÀ-Þ￼])")
_NOT_AN_END = Pattern(
    r"\b(?:et\sal|e\.g|i\.e|cf|vs|Fig|Figs|Dr|Prof|approx|ca|resp|No)\.$"
)


def unbound(chapter: Chapter, patterns: Patterns) -> Iterator[Diagnostic]:
    """Yield a warning for each comparing word beside a number that no claim binds."""
    starts = [inline.start for inline in chapter.inlines]
    for passage in running_text(chapter):
        if passage.kind in _KINDS and _WORD.search(passage.text):
            yield from _in_passage(chapter, passage, starts, patterns)


def _in_passage(
    chapter: Chapter, passage: Passage, starts: list[int], patterns: Patterns
) -> Iterator[Diagnostic]:
    declared = [*passage.declared, *patterns.declared(passage)]
    for first, last in sentences(passage.text):
        words = [w for w in _WORD.finditer(passage.text, first, last)]
        if not words or not _has_number(passage, first, last, starts):
            continue
        for word in words:
            start, end = word.span("word")
            if any(a <= start and end <= b for a, b in declared):
                continue
            if not _compares_nothing(passage.text, start, end):
                yield _finding(passage, start, end)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a text begin and end."""
    first = 0
    for end in _SENTENCE_END.finditer(text):
        if _NOT_AN_END.search(text, first, end.start()):
            continue
        yield first, end.start()
        first = end.end()
    if first < len(text):
        yield first, len(text)


def _has_number(passage: Passage, first: int, last: int, starts: list[int]) -> bool:
    begin, end = passage.offset(first), passage.offset(last)
    if bisect_left(starts, begin) < bisect_left(starts, end):
        return True
    return bool(find(passage.text, first, last, words=False, years=False))


def _compares_nothing(text: str, start: int, end: int) -> bool:
    return bool(
        _AT_MOST.search(text, max(0, start - 12), start)
        or _LIMIT_AFTER.match(text, end)
        or _GROUP.match(text, start)
    )


def _finding(passage: Passage, start: int, end: int) -> Diagnostic:
    word = " ".join(passage.text[start:end].split())
    return Diagnostic(
        code=Code.COMPARISON_BOUND,
        span=passage.span(start, end),
        message=f"`{word}` stands beside a number, and no claim binds it",
        hint=f'write `{{python}} claim("{word}", when=...)`; where it compares '
        f"nothing, `[{word}]{{.literal}}`",
        severity=Severity.WARNING,
    )
