"""What an article reports: whether statistics recompute, tables are used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.statistics import recompute


def statistics(article: Article) -> Iterator[Finding]:
    """Recompute the statistics of each paragraph."""
    for paragraph in article.paragraphs:
        for one in recompute(article.text(paragraph)):
            yield Finding(
                kind=Kind.STATISTIC,
                start=paragraph.start + one.start,
                end=paragraph.start + one.end,
                message=one.message,
                hint=one.hint,
            )


def tables(article: Article) -> Iterator[Finding]:
    """Find tables that no paragraph refers to."""
    referred: set[int] = set()
    for paragraph in article.paragraphs:
        for one in _TABLES.finditer(article.text(paragraph)):
            ends = [int(digits) for digits in re.findall(r"\d+", one[0])]
            referred.update(range(min(ends), max(ends) + 1))
    for caption in article.captions:
        if caption.number not in referred:
            yield Finding(
                kind=Kind.TABLE,
                start=caption.start,
                end=caption.end,
                message=f"no sentence refers to table {caption.number}",
                hint="say in the text what it shows, or leave it out",
            )


_TABLES = re.compile(
    r"\bTab(?:les?|s?\.)\s*\d{1,2}(?:\s*(?:[,–-]|and|to|&)\s*\d{1,2})*", re.IGNORECASE
)


_REVIEW = re.compile(r"\b(?:[Rr]eview|REVIEW)(?![a-z])")
_OWN = re.compile(
    r"\b(?:the|our|this)\s+(?:present|current)\s+(?:study|series|cohort)\b"
    r"|\bour\s+(?:patients|cohort|series)\b",
    re.IGNORECASE,
)


def phantom(article: Article) -> Iterator[Finding]:
    """Find a review, by its title, that speaks of a study or cohort of its own.

    Once may be a slip for the review itself; from the third time on, it is a cohort.
    """
    found = [m for p in article.paragraphs for m in _owned(article, p.start, p.end)]
    if _REVIEW.search(article.title) and len(found) >= _OFTEN:
        for one in found:
            yield Finding(
                kind=Kind.PHANTOM,
                start=one.start(),
                end=one.end(),
                message=f"the title says review, and `{one[0]}` is spoken of",
                hint="say `this review`, or describe the study in the methods",
            )


_OFTEN = 3


def _owned(article: Article, start: int, end: int) -> Iterator[re.Match[str]]:
    return _OWN.finditer(article.source.text, start, end)
