"""Years. They say when, and count nothing; in some projects they are data.

Where the data package holds years (a period of treatment, the year of a study), a typed
one is a copy like any other number, and `find` is asked to report it; elsewhere a year
is a date. Years of references are never reported.
"""

from __future__ import annotations

import re

from galleyproof.numerals.nouns import COUNTED, TIMES, singular, words
from galleyproof.numerals.patterns import Pattern

_YEAR = Pattern(r"(?:1[5-9]|20)\d{2}(?:\s?(?:--|[-–—/])\s?(?:(?:1[5-9]|20)?\d{2}))?$")
_MEASURED = Pattern(r"[=<>≤≥±+−$€£×]\s?$|\b(?:total|sum|sample|size|mean)\sof\s$")
_NEXT_NOUN = Pattern(r"[\s\u00a0]([A-Za-z]+)")
_DOCUMENTS = words(
    "study trial paper record report publication reference abstract document",
    "article guideline recommendation review analysis series cohort database",
    "source edition survey school region city country item",
)
_CITED = Pattern(
    r"""(?: et\sal(?:\.|\b)\*?,?\s?[(\[]?
          | [A-ZÀ-Þ][\w'’-]+(?:[’']s?)?\s?[(\[]
          | [(;\[]\s?[^()\[\]]{0,60}[A-ZÀ-Þ][\w'’-]+,?\s
        )(?:(?:1[5-9]|20)\d{2}[a-z]?\s?[,;]\s?)*$""",
    re.VERBOSE,
)
_WINDOW = 90


def is_year(text: str, start: int, end: int) -> bool:
    """Say whether the number between two offsets is a year or a span of years."""
    if not _YEAR.match(text[start:end]):
        return False
    if _MEASURED.search(text, max(0, start - _WINDOW), start):
        return False
    noun = _NEXT_NOUN.match(text, end)
    if noun is None or not noun[1].endswith(("s", "n", "e")):
        return True
    one = singular(noun[1])
    plural = one != noun[1].lower()
    return not plural or one in _DOCUMENTS or one not in COUNTED | TIMES


def is_cited_year(text: str, start: int) -> bool:
    """Say whether a year belongs to a reference in the text: `Smith et al. (2019)`."""
    return bool(_CITED.search(text, max(0, start - _WINDOW), start))
