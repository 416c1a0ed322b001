"""Forms of writing that an article mixes, and what typesetting left behind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from galleyproof.checks.articles.model import Article, Finding, Kind

_P = re.compile(
    r"(?<![.!?] )(?<![\w.-])(?P<p>[pP])\$?(?:[- ]?values?)?\s*[=<>≤≥]\s*"
    r"(?P<zero>0?)[.·]\d+"
)
_OFTEN = 3
_WORDS = (
    ("tumour", "tumor"),
    ("colour", "color"),
    ("behaviour", "behavior"),
    ("haemorrhage", "hemorrhage"),
    ("anaemia", "anemia"),
    ("leukaemia", "leukemia"),
    ("oesophageal", "esophageal"),
    ("randomised", "randomized"),
    ("paediatric", "pediatric"),
    ("centre", "center"),
    ("ageing", "aging"),
    ("oedema", "edema"),
    ("diarrhoea", "diarrhea"),
    ("labour", "labor"),
)


def p_values(article: Article) -> Iterator[Finding]:
    """Find the rarer way of writing p, where both ways are used: p, P; 0.05, .05."""
    found = list(_P.finditer(article.body))
    for name, what in (("p", "letter"), ("zero", "zero before the point")):
        forms = Counter(m[name] for m in found)
        if len(forms) < 2:
            continue
        (usual, many), (rare, few) = forms.most_common(2)
        if many < _OFTEN - 1 or few * 2 > many:
            continue  # neither is the article's own way
        first = next(m for m in found if m[name] == rare)
        yield Finding(
            kind=Kind.STYLE,
            start=first.start(),
            end=first.end(),
            message=f"{few} of {few + many} p-values with another {what}"
            f" (`{rare or 'none'}`, else `{usual or 'none'}`)",
            hint="write all in one way",
        )


def spellings(article: Article) -> Iterator[Finding]:
    """Find a word in British and in American spelling, each several times."""
    body = article.body
    for british, american in _WORDS:
        found = {
            word: list(re.finditer(rf"\b{word}s?\b", body))
            for word in (british, american)
        }
        few = min(found, key=lambda word: len(found[word]))
        many = american if few == british else british
        if len(found[few]) < max(_OFTEN, _SHARE * len(found[many])):
            continue  # a name, or a quotation
        first = found[few][0]
        yield Finding(
            kind=Kind.STYLE,
            start=first.start(),
            end=first.end(),
            message=f"`{few}` {len(found[few])} times, `{many}`"
            f" {len(found[many])} times",
            hint="spell it in one way",
        )


_SHARE = 0.1

_MARKUP = re.compile(
    r"\$(?=[^\W\d][^$\n]{1,40}\$)[^$\n]*?(?:[=<>^_\\]|[pP])[^$\n]*\$|\^\{[^{}\n]{1,20}\}"
    r"|\\(?:text|frac|times|alpha|beta|pm|leq|geq)\b|&(?:lt|gt|amp|nbsp);"
)


def residues(article: Article) -> Iterator[Finding]:
    """Find markup that is left in running text; the first place, with the count.

    Not in an article of formulas, where the text is set in that markup.
    """
    found = list(_MARKUP.finditer(article.body))
    if 0 < len(found) <= _FORMULAS:
        yield Finding(
            kind=Kind.STYLE,
            start=found[0].start(),
            end=found[0].end(),
            message=f"markup is left in the text, {len(found)} time"
            f"{'' if len(found) == 1 else 's'}",
            hint="set it as text",
        )


_FORMULAS = 12


def captions(article: Article) -> Iterator[Finding]:
    """Find a caption whose number is punctuated unlike the others."""
    text = article.source.text
    marks = {}
    for one in article.captions:
        mark = re.search(r"\d+\s*([.:–-])", text[one.start : one.end])
        if mark:
            marks[one] = mark[1]
    forms = Counter(marks.values()).most_common()
    if len(forms) == 2 and forms[0][1] >= _OFTEN and forms[1][1] == 1:
        odd = next(one for one, mark in marks.items() if mark == forms[1][0])
        yield Finding(
            kind=Kind.STYLE,
            start=odd.start,
            end=odd.end,
            message=f"`{forms[1][0]}` behind its number, `{forms[0][0]}` in"
            f" {forms[0][1]} other captions",
            hint="punctuate captions in one way",
        )


def acronyms(article: Article) -> Iterator[Finding]:
    """Find an acronym in title case in a caption: `Rfa`, which else is `RFA`.

    A program that changes the case of headings leaves it. Elsewhere it may be a name.
    """
    body = article.body
    known = Counter(re.findall(r"\b[A-Z]{3,6}\b", body))
    for caption in article.captions:
        for match in re.compile(r"\b[A-Z][a-z]{2,5}\b").finditer(
            body, caption.start, caption.end
        ):
            upper = match[0].upper()
            word = re.search(rf"\b{match[0].lower()}\b", body)
            if known[upper] >= _ACRONYM and not word:
                yield Finding(
                    kind=Kind.STYLE,
                    start=match.start(),
                    end=match.end(),
                    message=f"`{upper}` in {known[upper]} other places",
                    hint=f"write `{upper}`",
                )


_ACRONYM = 5
