"""Numbers without a source and claims without a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.prose import Sentence, is_review

_P = re.compile(r"\$?\b[pP]\$?\s*[=<>]\s*0?[.·]\d+")
_OWN = re.compile(
    r"\b(?:were|was|we)\s+pooled\b|random[- ]effects|fixed[- ]effects?|meta-regress"
    r"|\bI2\b|\bI²|forest plot|\bRevMan\b|heterogeneity between"
    r"|\bwe (?:calculated|computed|performed|compared|analy[sz]ed)"
    r"|(?:performed|conducted|undertook|did)\s+(?:a|the|this|our)\s+(?:[\w-]+\s+){0,2}"
    r"meta-analy|meta-analy\w+\s+(?:was|were)\s+(?:also\s+)?(?:performed|conducted)",
    re.IGNORECASE,
)


def _reviews(article: Article) -> bool:
    """Whether it is the full text of a review without an analysis of its own."""
    return (
        is_review(article)
        and _is_full(article)
        and "meta-analy" not in article.title.casefold()
        and not _OWN.search(article.body)
    )


def _is_full(article: Article) -> bool:
    """Whether it is a full text: an abstract leaves numbers and sources to it."""
    return bool(article.references) and article.body.count(" ") >= _WORDS


_WORDS = 1500


def p_values(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find p-values in a review, in paragraphs that name no study and cite none.

    A review with a meta-analysis has p-values of its own.
    """
    if not _reviews(article):
        return
    for paragraph in article.paragraphs:
        those = [
            s for s in prose if paragraph.start <= s.start < paragraph.end and not s.row
        ]
        if any(s.cited for s in those):
            continue
        for sentence in those:
            if match := _P.search(sentence.text):
                yield sentence.at(
                    match,
                    Kind.NO_SOURCE,
                    "neither its sentence nor its paragraph names or cites a study",
                    "say whose p-value it is",
                )


_VAGUE = re.compile(
    r"\b(?:(?:some|several|many|most|other|smaller|larger|various|previous|prior|recent"
    r"|published|earlier|few|numerous|clinical|contemporary)\s+){1,3}"
    r"(?:series|studies|trials|reports|authors|investigators)\b",
    re.IGNORECASE,
)
_RATE = re.compile(r"(?<![\d.])\d{1,3}(?:[.·]\d+)?\s?%")


def vague_sources(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a percentage of unnamed studies, without a citation at hand.

    In a review; with neither bracket nor name in its sentence nor the next.
    """
    if not _reviews(article):
        return
    for sentence, later in zip_longest(prose, prose[1:]):
        if sentence.row or sentence.cited or (later is not None and later.cited):
            continue
        vague = _VAGUE.search(sentence.text)
        rate = vague and _RATE.search(sentence.text, vague.end())
        if vague and rate:
            yield sentence.at(
                vague,
                Kind.NO_SOURCE,
                f"{rate[0]} is theirs, and none of them is named or cited",
                "cite them",
            )


_OUTCOMES = (
    r"(?:overall survival|(?-i:OS))",
    r"(?:disease|progression|recurrence|relapse|event|metastasis|tumou?r)-free"
    r" survival",
    r"mortality",
    r"quality of life",
    r"(?:intraprocedural|intraoperative|procedural|postoperative|post-procedural)? ?"
    r"(?:pain|bleeding)",
    r"blood loss",
    r"(?:hospital|length of) stay",
    r"readmissions?",
)
_SAME = re.compile(
    r"\b(?:statistically|significantly)?\s*(?:similar|comparable|equivalent)\b"
    r"|\bdid not differ|\bno (?:statistically )?(?:significant )?differences?\b"
    r"|\bsignificantly (?:lower|higher|better|worse|longer|shorter|fewer|less|more)\b"
)


def outcomes(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find an outcome that is compared in words and has no number anywhere.

    A number counts wherever it stands in the article, rows of tables included, with
    the outcome named beside it; a figure counts too.
    """
    if not _is_full(article):
        return
    for pattern in _OUTCOMES:
        outcome = re.compile(rf"\b{pattern}\b", re.IGNORECASE)
        naming = [s for s in prose if outcome.search(s.text)]
        if any(s.quantified or _shown(s) for s in naming):
            continue
        for sentence in naming:
            match = outcome.search(sentence.text)
            own = re.search("result|abstract", sentence.section)
            if match and own and not sentence.cited and _SAME.search(sentence.text):
                yield sentence.at(
                    match,
                    Kind.NO_NUMBER,
                    "compared in words; the article has no number for it",
                    "give the numbers that were compared",
                )


def _shown(sentence: Sentence) -> bool:
    return bool(re.search(r"\b(?:Fig|Figure|Table|Supp)", sentence.text))


_LESS = (
    r"(?:less|fewer|lower|reduced|more|greater|higher|better|improved|shorter|longer)"
)


def advantages(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find an advantage in the conclusion that nothing in the article supports.

    Supported is what stands in a sentence with a number or a citation, unless that
    sentence is about what might be (`if`, `may`).
    """
    if not is_review(article):
        return
    for pattern in _OUTCOMES:
        outcome = re.compile(rf"\b{_LESS}\s+(?P<what>{pattern})\b", re.IGNORECASE)
        claims = [(s, m) for s in prose if (m := outcome.search(s.text))]
        if not claims:
            continue
        noun = re.compile(rf"\b{claims[0][1]['what'].split()[-1]}", re.IGNORECASE)
        if any(_supports(s) for s in prose if noun.search(s.text)):
            continue
        for sentence, match in claims:
            concludes = sentence.text.startswith(("Conclusion", "CONCLUSION"))
            if not sentence.row and (concludes or _concluding(sentence, prose)):
                yield sentence.at(
                    match,
                    Kind.NO_NUMBER,
                    "nothing in the article supports it: no number, no citation",
                    "cite who measured it",
                )


def _concluding(sentence: Sentence, prose: Sequence[Sentence]) -> bool:
    """Whether a sentence belongs to a conclusion, by its heading or by a lead-in."""
    if "conclusion" in sentence.section:
        return True
    before = [
        s for s in prose if s.section == sentence.section and s.start < sentence.start
    ]
    return any(s.text.startswith("Conclusion") for s in before[-6:])


def _supports(sentence: Sentence) -> bool:
    might = re.search(r"\b(?:if|may|might|could|would)\b", sentence.text, re.I)
    return not might and (sentence.cited or sentence.quantified)
