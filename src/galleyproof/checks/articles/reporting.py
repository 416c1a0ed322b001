"""What an article reports: whether statistics recompute, tables are used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.naming import by_first_author
from galleyproof.checks.articles.prose import Sentence, is_review
from galleyproof.checks.context import folded, mentions
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


_OWN = re.compile(
    r"\b(?:the|our|this)\s+(?:present|current)\s+(?:study|series|cohort)\b"
    r"|\bour\s+(?:patients|cohort|series)\b|\bpresent-study\b",
    re.IGNORECASE,
)


_IF = re.compile(r"\b(?:if|when|whether|should)\s+$", re.IGNORECASE)


def phantom(article: Article) -> Iterator[Finding]:
    """Find a review, by its title, that speaks of a study or cohort of its own.

    A review may call itself a study. One that says repeatedly what it would mean if
    the present study had found something has no findings and no study.
    """
    found = [m for p in article.paragraphs for m in _owned(article, p.start, p.end)]
    text = article.source.text
    supposed = sum(bool(_IF.search(text, m.start() - 10, m.start())) for m in found)
    patients = sum("our" in m[0].casefold().split() for m in found)
    if is_review(article) and max(supposed, patients) >= _OFTEN:
        for one in found:
            yield Finding(
                kind=Kind.PHANTOM,
                start=one.start(),
                end=one.end(),
                message=f"the title says review, and `{one[0]}` is spoken of",
                hint="say `this review`, or describe the study in the methods",
            )


_OFTEN = 2


def _owned(article: Article, start: int, end: int) -> Iterator[re.Match[str]]:
    return _OWN.finditer(article.source.text, start, end)


_STUDIES = re.compile(
    r"\b(?:major|key|principal|main|important|available|published|landmark|relevant)\b"
    r"[^.]*\b(?:studies|trials|series|evidence|literature)\b",
    re.IGNORECASE,
)
_FEW = 3


def untabulated(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a review's table of studies that leaves out several it reports numbers of.

    Reported is what a sentence names firmly (`Smith et al.`) beside a number.
    """
    if not is_review(article):
        return
    text = article.source.text
    first = by_first_author(article)
    for caption in article.captions:
        if not _STUDIES.search(text[caption.start : caption.end]):
            continue
        rows = " ".join(
            article.text(p) for p in article.paragraphs if p.table is not None
        )
        reported = {
            folded(m.name): m.name
            for s in prose
            if s.quantified and not s.row
            for m in mentions(s.text)
            if m.firm and folded(m.name) in first
        }
        absent = [name for name in reported.values() if name not in rows]
        if len(absent) >= _FEW and len(absent) < len(reported) + 1:
            yield Finding(
                kind=Kind.TABLE,
                start=caption.start,
                end=caption.end,
                message=f"it leaves out {', '.join(absent)}, whose numbers the text"
                " reports",
                hint="say how the studies of the table were chosen",
            )
