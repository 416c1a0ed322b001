"""Sentences of an article, and what stands in them: numbers, names, brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from galleyproof.checks.articles.model import Article, Finding, Kind, Paragraph
from galleyproof.checks.articles.naming import brackets_in, named_by
from galleyproof.checks.context import mentions
from galleyproof.checks.sentences import split

_QUANTITY = re.compile(
    r"\d\s?%|\b[pP]\$?\s*[=<>≤≥]|\d[.·]\d"
    r"|\b\d+\s*(?:/|of|out of|vs\.?|versus|to|±)\s*\d"
    r"|\b\d+\s+(?:patients|tumou?rs|lesions|cases|deaths|events|days|weeks|months|years)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of running text, or a row of a table."""

    text: str
    start: int
    section: str
    """The heading above it, in lower case."""
    row: bool
    cited: bool
    """Whether it has a bracket, a study's name, or a name and a year."""

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)

    @property
    def quantified(self) -> bool:
        """Whether it states a result in numbers."""
        return bool(_QUANTITY.search(self.text))

    def at(self, match: re.Match[str], kind: Kind, message: str, hint: str) -> Finding:
        """Make a finding at what a pattern matched in the sentence."""
        return Finding(
            kind=kind,
            start=self.start + match.start(),
            end=self.start + match.end(),
            message=message,
            hint=hint,
        )


def sentences(article: Article) -> Iterator[Sentence]:
    """Yield the sentences and rows of an article's body, in order."""
    for paragraph in article.paragraphs:
        text = article.text(paragraph)
        row = is_row(article, paragraph)
        places = [b.start - paragraph.start for b in brackets_in(article, paragraph)]
        places += [m.start for m in mentions(text) if m.firm]
        places += [m.start() for m in _PARENTHESES.finditer(text)]
        named = [r.authors[0][0] for r in named_by(article, paragraph)]
        for begin, end in [(0, len(text))] if row else split(text):
            yield Sentence(
                text=text[begin:end],
                start=paragraph.start + begin,
                section=paragraph.section,
                row=row,
                cited=any(begin <= at < end for at in places)
                or any(name in text[begin:end] for name in named),
            )


def is_row(article: Article, paragraph: Paragraph) -> bool:
    """Whether a paragraph is a row of a table."""
    text = article.text(paragraph)
    return paragraph.table is not None or "\t" in text or text.startswith("|")


_PARENTHESES = re.compile(
    r"\([^()]{0,80}\b(?:19|20)\d\d[a-z]?\)|https?://|\d{1,3}(?:[,–-]\d{1,3})*\^|\^\d"
)
"""Names with a year, addresses and superscripts also cite."""


def is_review(article: Article) -> bool:
    """Whether the title says that it is a review of literature.

    A protocol of one is none, nor is a review of charts, cases or patients.
    """
    title = article.title
    return bool(_REVIEW.search(title)) and not _OTHER_REVIEW.search(title)


_REVIEW = re.compile(r"\b(?:[Rr]eview|REVIEW)(?![a-z])")
_OTHER_REVIEW = re.compile(
    r"\bprotocol\b|\b(?:retrospective|charts?|records?|cases?|medical|clinical|peer"
    r"|institutional|audit|cent(?:er|re)|years?|[\w-]*year)\s+review|review\s+of\s+\w*"
    r"\s*(?:\d|charts?|records?|patients|cases)|case\s+reports?|case\s+series",
    re.IGNORECASE,
)
