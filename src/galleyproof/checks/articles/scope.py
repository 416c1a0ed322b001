"""What a title or an aim announces, and what the article is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.prose import Sentence

_PART = re.compile(
    r"(?<![\d.,])(?P<whole>\d[\d,]*)\s+(?:[a-z-]+\s+){0,2}(?P<noun>[a-z]{5,}s)\b"
    r"[^.;\t]{0,60}?\bincluding\s+(?P<part>\d[\d,]*)\s+(?P<kind>[a-z-]{4,})\s+"
    r"(?:[a-z-]+\s+)?(?P<again>[a-z]{5,}s)\b(?!\s*(?:,|and|,\s*and)\s*\d)"
)


def mostly_others(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a series of which the kind that the title names is the smaller part."""
    title = set(re.findall(r"[a-z-]+", article.title.casefold()))
    for sentence in prose:
        for match in _PART.finditer(sentence.text):
            whole, part = (int(match[n].replace(",", "")) for n in ("whole", "part"))
            if match["kind"] not in title or not 0 < 2 * part < whole:
                continue
            if _british(match["noun"]) != _british(match["again"]):
                continue
            yield sentence.at(
                match,
                Kind.SCOPE,
                f"{whole - part} of {whole} {match['noun']} are not {match['kind']}"
                f" ({100 * (whole - part) / whole:.1f}%), of which the title speaks",
                "say so where the numbers of the whole are used",
            )


def _british(word: str) -> str:
    return word.replace("our", "or")


_DISEASE = (
    r"(?:[a-z-]+\s+){0,2}(?:tumou?rs?|malignanc(?:y|ies)|cancers?|lesions?|neoplasms?"
    r"|carcinomas?|diseases?|hypertension|infections?|leuka?emias?|lymphomas?"
    r"|patients|children|adults|strokes?|injur(?:y|ies)|pain)\b"
)
_OPPOSITES = (
    (r"primary", r"(?:secondary|metastatic)"),
    (r"benign", r"malignant"),
    (r"acute", r"chronic"),
    (r"early[- ]stage", r"(?:advanced|late)[- ]stage"),
    (r"(?:adults?|adult)", r"(?:children|pa?ediatric)"),
    (r"unilateral", r"bilateral"),
    (r"ischa?emic", r"ha?emorrhagic"),
)


def widened(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a conclusion about both of two kinds, of which the title names one.

    A sentence that names or cites a study may be about that study's scope.
    """
    title = article.title.casefold()
    pairs = [p for both in _OPPOSITES for p in (both, both[::-1])]
    for sentence in prose:
        if sentence.cited or not re.search("discussion|conclusion", sentence.section):
            continue
        for named, other in pairs:
            both = rf"\b(?:{named}\s+(?:and|or|as\s+well\s+as)\s+{other}"
            both += rf"|{other}\s+(?:and|or|as\s+well\s+as)\s+{named})\s+{_DISEASE}"
            match = re.search(both, sentence.text, re.IGNORECASE)
            if (
                match
                and re.search(rf"\b{named}\s+{_DISEASE}", title)
                and not re.search(rf"\b{other}\b", title)
            ):
                yield sentence.at(
                    match,
                    Kind.SCOPE,
                    "the title restricts the article to one of the two",
                    "conclude on what was looked at",
                )


_AIM = re.compile(
    r"^\W*(?:aims?|objectives?|purpose)\b\W|\b(?:aim(?:s|ed)?|objectives?|purpose)\b"
    r"[^.]{0,60}\b(?:is|was|were|are|to)\b",
    re.IGNORECASE,
)
_TERM = re.compile(
    r"\b[a-z]{3,}(?:carcinoma|sarcoma|blastoma|myeloma|melanoma|lymphoma|glioma|itis"
    r"|osis|[ae]mia|pathy|ectomy|plasty|oscopy|otomy|embolization|embolisation)s?\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"result|discussion|conclusion")


def unkept(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a disease or an operation in the aim that no result speaks of.

    Terms of medicine by their endings; a stem that stands anywhere in the running
    text of results, discussion or conclusion counts.
    """
    running = [s for s in prose if not s.row]
    begin = next((s.start for s in running if "introduction" in s.section), None)
    later = [
        s.text for s in running if _MARKED.search(s.section) and s.start > (begin or 0)
    ]
    if begin is None or len(later) < _SENTENCES:
        return
    text = " ".join(later).casefold()
    for index, sentence in enumerate(running):
        aim = _AIM.search(sentence.text)
        before = index and _AIM.match(running[index - 1].text)
        if sentence.start > begin or not (aim or before):
            continue
        for match in _TERM.finditer(sentence.text):
            stem = match[0].casefold().rstrip("s")
            if stem[:-2] not in text:
                yield sentence.at(
                    match,
                    Kind.SCOPE,
                    "the aim announces it; results, discussion and conclusion do not"
                    " speak of it",
                    "report on it, or take it out of the aim",
                )


_SENTENCES = 10
