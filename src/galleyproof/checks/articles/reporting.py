"""What an article reports: whether its statistics recompute."""

from __future__ import annotations

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
