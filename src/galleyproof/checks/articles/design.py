"""The design that a title promises, and whether the article keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.prose import Sentence

_SELF = re.compile(
    r"\b(?:[Tt]his|[Tt]he\s+(?:present|current)|[Oo]ur)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:paper|article|review|study|work|manuscript)\s+"
    r"(?:is|was|represents|constitutes|presents)\s+"
    r"(?:(?:prepared|designed|conducted|written|performed|planned)\s+as\s+)?an?\s+"
    r"(?P<design>(?:[\w-]+\s+){0,5}?(?:review|trial|study|meta-analysis|survey))\b"
)
_CONTRARY = (
    (r"systematic(?:ally)?\W|meta-analy", r"\bnarrative\b", r"systematic|scoping"),
    (r"\bnarrative review", r"\bsystematic\b", r"narrative"),
    (r"\bprospective", r"\bretrospective\b", r"\bprospective"),
    (r"\bretrospective", r"\bprospective\b", r"retrospective"),
    (
        r"\brandomi[sz]ed\s+(?:\w+\s+){0,2}trial",
        r"\b(?:retrospective|observational|cross-sectional|case[- ]control)\b",
        r"(?<!non-)(?<!non)randomi[sz]ed",
    ),
    (r"\bcase[- ]control", r"\bcross-sectional\b", r"case[- ]control"),
    (r"\bcross-sectional", r"\b(?:case[- ]control|longitudinal)\b", r"cross-sectional"),
)
"""What a title has, what the article then cannot call itself, and what excuses it."""


def contradicted(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find where an article calls itself another design than its title does."""
    title = article.title.casefold()
    for sentence in prose:
        for match in _SELF.finditer(sentence.text):
            said = match["design"].casefold()
            for promised, other, excused in _CONTRARY:
                has = re.search(promised, title)
                if not has or not re.search(other, said):
                    continue
                if re.search(excused, said) or re.search(other, title):
                    continue
                yield Finding(
                    kind=Kind.DESIGN,
                    start=sentence.start + match.start("design"),
                    end=sentence.start + match.end("design"),
                    message=f"the title says `{has[0].strip(' :,;')}`",
                    hint="name one design in title, abstract and methods",
                )


_DATABASE = (
    r"(?:MEDLINE|Medline|PubMed|Pubmed|EMBASE|Embase|Scopus|SCOPUS|Web of (?:Science"
    r"|Knowledge)|Cochrane|CINAHL|PsycINFO|PsycInfo|LILACS|Google Scholar|CNKI|CENTRAL"
    r"|EBSCO|ProQuest|databases?)"
)
_SEARCH = r"\b(?:[Ss]earch|SEARCH|[Qq]uer(?:y|ied))"
_STUDY = (
    r"(?:records|articles|studies|publications|papers|trials|citations|abstracts"
    r"|reports|references|titles|reviews)"
)
_ITEMS = (
    ("databases searched", rf"{_SEARCH}[^.]*{_DATABASE}|{_DATABASE}[^.]*{_SEARCH}"),
    (
        "search terms",
        r"(?i:search (?:terms?|strings?|strateg)|key ?words? (?:used|were|included)"
        r"|\bMeSH\b|(?:following|these) (?:terms|keywords)|medical subject heading"
        r"|search(?:ed|ing)?[^.]*\b(?:terms?|keywords?)\b)",
    ),
    (
        "dates of the search",
        rf"{_SEARCH}[^.]*\b(?:19|20)\d\d|\b(?:19|20)\d\d[^.]*{_SEARCH}|inception",
    ),
    (
        "criteria of selection",
        r"(?i:(?:inclusion|exclusion|eligibility|selection) criteri"
        rf"|{_STUDY} (?:\w+ )?(?:were|was) (?:\w+ )?(?:included|excluded|eligible)"
        rf"|(?:included|excluded|eligible|selected) (?:\w+ ){{0,2}}{_STUDY}"
        r"|we (?:included|excluded))",
    ),
    (
        "numbers of records",
        rf"(?i:\d\s+(?:[\w-]+\s+){{0,4}}{_STUDY}\b|(?:{_STUDY}|hits)[^.]{{0,20}}"
        r"\(?n\s?=\s?\d)",
    ),
    (
        "risk of bias",
        r"(?i:risks? of bias|quality (?:assess|apprais|score|rating)|critical(?:ly)?"
        r" apprais|(?:methodologic(?:al)?|study|trial|reporting|overall) quality"
        r"|quality of (?:the )?(?:\w+ )?(?:studies|trials|evidence|reporting)"
        r"|Newcastle|(?-i:\bGRADE\b)|Jadad|QUADAS|AMSTAR|ROBINS)",
    ),
    (
        "PRISMA, or a protocol",
        r"PRISMA|QUOROM|MOOSE|PROSPERO|(?i:\bregist(?:ered|ration)\b"
        r"|review protocol|\bprotocol (?:was|is|for)\b)",
    ),
)
_MOST = 4
"""Items that must be missing: a review may word one or two in its own way."""
_WORDS = 1500
"""Length below which a text is an abstract or a comment and reports no methods."""


def methods(article: Article) -> Iterator[Finding]:
    """Find a systematic review, by its title, that tells nothing of its methods.

    The items are those of PRISMA 2020 that a text cannot do without; a number of
    records counts only beside other signs of a search.
    """
    systematic = re.search(r"systematic(?:ally)?\W{1,3}review", article.title, re.I)
    if not systematic or article.body.count(" ") < _WORDS:
        return
    if re.search(r"protocol|umbrella|guid", article.title, re.I):
        return
    missing = [name for name, pattern in _ITEMS if not re.search(pattern, article.body)]
    if len(missing) >= _MOST:
        at = article.source.text.index(article.title) + systematic.start()
        yield Finding(
            kind=Kind.METHODS,
            start=at,
            end=at + len(systematic[0]),
            message=f"a systematic review without {', '.join(missing)}",
            hint="report how the studies were found and judged, or call it a narrative"
            " review",
        )


_STATISTICS = re.compile(r"^\W*statistical\s+(?:analys[ei]s|methods?)\b", re.I)
_ANALYSED = re.compile(
    r"statistic|regression|\bt[- ]test|chi[- ]square|fisher|\banova\b|mann|wilcoxon"
    r"|kaplan|\bspss\b|\bsas\b|\bstata\b|p[- ]values?|confidence interval|meta-analy"
    r"|pooled|\bmean\b|median",
    re.IGNORECASE,
)


def analysis(article: Article) -> Iterator[Finding]:
    """Find a statistical analysis among the results that no method announces."""
    sections = {
        name: [p for p in article.paragraphs if name in p.section]
        for name in ("method", "result")
    }
    told = any(_ANALYSED.search(article.text(p)) for p in sections["method"])
    if told or not sections["method"]:
        return
    for paragraph in sections["result"]:
        if match := _STATISTICS.match(article.text(paragraph)):
            yield Finding(
                kind=Kind.METHODS,
                start=paragraph.start,
                end=paragraph.start + match.end(),
                message="it stands among the results, and the methods name no analysis",
                hint="say in the methods what was computed, or give it another heading",
            )
