"""Whose result a sentence reports: p-values and percentages that name no study.

Knows nothing of files or formats: a paragraph is its text and what in it names a
source, by offsets. A sentence that names a source, or refers back to one (`the
authors`, `in the same trial`), is in order, and so is every sentence of a paragraph
that speaks of one work. What the author of the text counted (`we`, `pooled`, `of the
studies`), confidence levels and thresholds are no results of a study.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from galleyproof.checks.sentences import split

_P = r"\b[pP](?:[\s-]?values?)?(?:\s+of)?\s{0,3}[=<>≤≥]\s{0,3}[01]?[.·]\d+"
_PERCENT = r"(?<![\w.,·])\d{1,3}(?:[.·,]\d{1,3})?\s?(?:%|per\s?cent\b)"
_RESULT = re.compile(rf"(?P<p>{_P})|(?P<percent>{_PERCENT})")
_LEVEL = re.compile(
    r"[\s\]-]{0,16}(?:two-sided\s|bayesian\s)?"
    r"(?:CI|CrI|PI|HDI|UI|confiden|credib|predict|uncertain|limits?\b|power\b|level)",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"significan(?:t|ce)\s(?:level|threshold)|considered\s(?:statistically\s)?significant"
    r"|threshold|cut-?off|\balpha\b|\bif\b|\be\.g\.|for (?:example|instance)|suppose"
    r"|\bwould\b|\bshould\b|\bmust\b|\bcould\b|hypothetical|defined\b|definition",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:[Ww]e|[Oo]urs?|us|I|[Mm]y)\b|\b[Pp]ool(?:ed|ing)\b|\b[Mm]eta-?(?:analy[sz]|regress)"
    r"|\bI\s?(?:²|\^?\s?2\^?)|[Hh]eterogene|\b[Ff]unnel|\b[Ee]gger"
    r"|\b[Tt]rim[- ]and[- ]fill|\b(?:[Ss]ensitivity|[Ss]ubgroup)\s+analys"
    r"|\b[Tt]his\s+(?:review|edition|synthesis)"
    r"|\b(?:[Rr]eviewers?|[Kk]appa|[Rr]ecords|[Ss]earch(?:es)?|[Rr]isk\s+of\s+bias)\b"
    r"|(?:%|per\s?cent)\s?(?:\([^)]{0,20}\)\s?)?of\s(?:[\w-]+\s){0,4}"
    r"(?:stud|trial|article|paper|review|report|estimate|comparison|publication)"
    r"|(?:[Ss]tudies|[Tt]rials|RCTs|[Aa]rticles|[Pp]apers|[Rr]eviews|[Pp]ublications)"
    r"(?:\s?\(|\s(?:were|are|used|had|came|comprised|focused|included|employed|did)\b)"
)
_BACK = re.compile(
    r"\b(?:they|their|them|it|its|he|she|his|her|authors?|investigators|researchers"
    r"|respectively|both|former|latter|again|likewise)\b"
    r"|\b(?:this|that|these|those|the|same|each|either|another)\s(?:[\w-]+\s){0,3}"
    r"(?:stud(?:y|ies)|trials?|series|cohorts?|reviews?|reports?|group|team|papers?"
    r"|registry|surveys?|experiments?|samples?|arms?|articles?|data)\b",
    re.IGNORECASE,
)
_NAMED_STUDY = re.compile(
    r"\b[A-Z][A-Z0-9-]{2,}(?:[ -]?\d+)?\s(?:[\w-]+\s){0,2}"
    r"(?:trial|study|cohort|registry|survey|dataset|database|consortium|programme|program)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something in a paragraph that says whose a result is."""

    work: str
    """What it names: a key, a name; empty for a table or a figure."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Running text of a review and what names sources in it."""

    text: str
    """What is not prose may be blanked."""
    sources: tuple[Source, ...] = ()
    section: frozenset[str] = frozenset()
    """Works that its section, heading included, has named before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A result that names no study."""

    start: int
    end: int
    is_p: bool
    works: int
    """How many works the paragraph names; none, or more than one."""


def orphans(passage: Passage) -> Iterator[Orphan]:
    """Find results of which neither sentence nor paragraph says whose they are.

    At most one a sentence, the first. Where a paragraph names several works, a
    percentage may belong to the only one that was named last; so may a p, if the
    sentence says that it goes on.
    """
    works = {source.work for source in passage.sources if source.work}
    if len(works) == 1 or (not works and len(passage.section) == 1):
        return
    bounds = list(split(passage.text))
    before: set[str] = set()
    for index, (begin, end) in enumerate(bounds):
        # A citation behind the full stop belongs to the sentence before it.
        until = bounds[index + 1][0] if index + 1 < len(bounds) else len(passage.text)
        since = bounds[index - 1][1] if index else 0
        own = [one for one in passage.sources if since <= one.start < until]
        sentence = passage.text[begin:end]
        found = None if own or _is_clear(sentence) else _first(sentence)
        if found and not (len(before) == 1 and _goes_on(sentence, found)):
            yield Orphan(
                start=begin + found.start(),
                end=begin + found.end(),
                is_p=bool(found["p"]),
                works=len(works),
            )
        before = {one.work for one in own if one.work} or before


def _goes_on(sentence: str, result: re.Match[str]) -> bool:
    """Whether a result may be that of the study named last."""
    return not result["p"] or bool(_ON.match(sentence))


_ON = re.compile(
    r"(?:However|Moreover|Furthermore|In addition|Additionally|Also|Overall|Likewise"
    r"|Similarly|Conversely|In contrast|By contrast|Participants?|Patients?|Subjects"
    r"|Nor|No\s|Neither|There\s(?:was|were)|Most\s|Of\s(?:these|those|them)\b)"
)


def has_result(text: str) -> bool:
    """Whether a text has a p-value or a percentage."""
    return _first(text) is not None


def _is_clear(sentence: str) -> bool:
    """Whether a sentence says whose its numbers are, or that they are no results."""
    return any(
        pattern.search(sentence) for pattern in (_OWN, _BACK, _GENERAL, _NAMED_STUDY)
    )


def _first(sentence: str) -> re.Match[str] | None:
    return next(
        (
            match
            for match in _RESULT.finditer(sentence)
            if match["p"] or not _is_no_result(sentence, match)
        ),
        None,
    )


def _is_no_result(sentence: str, percent: re.Match[str]) -> bool:
    """Whether a percentage is a level of confidence, or the strength of a drug."""
    return bool(
        _LEVEL.match(sentence, percent.end())
        or _SOLUTION.match(sentence, percent.end())
        or _OF_DRUG.search(sentence, 0, percent.start())
    )


_DRUG = (
    r"(?:\w+(?:caine|idine|cillin|azole|mycin|oxide|chloride|glycol|flurane|prost)"
    r"|saline|ethanol|alcohol|acetic|oxygen|formalin|dextrose|glucose|sucrose|albumin"
    r"|gel|cream|ointment|spray|solution|bleach|w/v|v/v)\b"
)
_SOLUTION = re.compile(rf"\s(?:[\w-]+\s)?{_DRUG}", re.IGNORECASE)
_OF_DRUG = re.compile(rf"\b{_DRUG}\s\(?\Z", re.IGNORECASE)
