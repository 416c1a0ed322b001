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
