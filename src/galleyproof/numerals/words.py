"""Number words of English, and the idioms in which they count nothing.

`one` is a pronoun or an article far more often than a number. It counts where a share
follows (`one in four`, `one of 12`), before a unit of time, before what a study counts
(`one patient`, `one further death`), and beside other numbers (`two trials and one
cohort`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from galleyproof.numerals.digits import PERCENT
from galleyproof.numerals.model import Form, Numeral
from galleyproof.numerals.nouns import COUNTED, TIMES, singular, words
from galleyproof.numerals.patterns import Pattern, spaced

UNITS = {
    "zero": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
}
TENS = {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "twentieth": 20,
    "hundredth": 100,
    "thousandth": 1000,
}

_SMALL = "|".join([*(w for w in UNITS if w != "one"), *TENS])
_TEN = "|".join(TENS)
_SCALE = "|".join(SCALES)
_ANY = rf"(?:{_SMALL}|one)"
_JOIN = r"(?:[\s\u00a0]*[-‐‑][\s\u00a0]*|[\s\u00a0]+(?:and[\s\u00a0]+)?)"
_CARDINAL = (
    rf"(?:{_ANY}(?:{_JOIN}(?:{_ANY}|{_SCALE}))+(?![A-Za-z])"
    rf"|(?:a[\s\u00a0]+)?(?:{_SCALE})s?(?:{_JOIN}(?:{_ANY}|{_SCALE}))*(?![A-Za-z])"
    rf"|{_SMALL})"
)
_PART = (
    r"(?:hal(?:f|ves)|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?"
    r"|ninths?|tenths?|twentieths?|hundredths?|thousandths?)"
)
_SHARE_OF = (
    r"(?:(?:of|was|were|is|are|had|has|have|did|died|showed|reported|received|underwent"
    r"|as|more|less|lower|higher|smaller|larger|fewer|that|the)\b|[.,;:)]|$)"
)
_NUMBER = Pattern(
    rf"""(?<![\w-])(?:
      (?P<in>(?:one|{_CARDINAL})\s+(?:in|out\s+of|(?:of|in)\s+every|of)\s+(?:every\s+)?
        (?:{_CARDINAL}|\d+)(?![\w-]))
    | (?P<fraction>(?!(?:{_TEN})[-\s]{_PART}(?<!s)\b)
        (?:one|{_CARDINAL})[-\s]{_PART}(?![\w]))
    | (?P<part>an?\s+(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth
        |twentieth)(?=\s+{_SHARE_OF}|[.,;:)]))
    | (?P<half>hal(?:f|ves)(?![\w]))
    | (?P<fold>(?:{_CARDINAL}|{_SCALE}|one)[-\s]?fold(?![\w]))
    | (?P<times>twice|thrice)(?![\w])
    | (?P<dozen>(?:(?:a|{_CARDINAL})\s+)?(?:half[-\s]a[-\s])?dozens?)(?![\w])
    | (?P<cardinal>{_CARDINAL}(?:{PERCENT})?)(?![A-Za-z])
    | (?P<one>one(?:{PERCENT})?)(?![A-Za-z])
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_TRIGGER = Pattern(
    rf"\b(?:{_SMALL}|one|{_SCALE}s?|hal(?:f|ves)|third|quarter|fourth|fifth|sixth|seventh"
    r"|eighth|ninth|tenth|twentieth|twice|thrice|dozens?)"
    r"|fold\b",
    re.IGNORECASE,
)

_IDIOM = Pattern(
    spaced(
        r"""\b(?:
      (?:one|two|three|four|five|six|seven|eight|nine|ten)-
        (?:sided|tailed|tail|way|stage|step|stages|steps|dimensional|edged|faced|letter
          |size|off|shot|hot|to-one|to-many|on-one|by-(?:one|two|three)|compartment)\b
    | (?:one|two|three|four)\s(?:sided|tailed|way\s(?:anova|analysis)|dimensional)\b
    | (?:one|two|three)-(?:level)\s(?:meta|random|model|hierarch)
    | two\sby\stwo\b
    | (?:zero|non-zero|nonzero|non)-(?:inflated|sum|shot|truncated|cell|zero|day|centred
        |centered|mean)
    | non-?zero
    | (?:aims?|purpose|goals?|objectives?|contributions?|reasons?|implications?|role)
        \s(?:[a-z]+\s){0,4}(?:is|are|was|were)\s(?:two|three|four)-?fold\b
    | (?:from|above|below|than|around|at|to|near|with|spann?\w*|exceeds?
        |exclud\w+|includ\w+|cross\w*|equals?|line\sof)\szero\b(?!\s[a-z]+s\b)
    | zero\s(?:tolerance|line|point|mean|cells?)\b
    | half-?(?:li(?:fe|ves)|way|normal|cauchy|t|width|maximal|max|brothers?|sisters?
        |truths?|time|and-half|saturation|cells?|sib(?:ling)?s?)\b
    | (?:first|second|latter|former|top|bottom|upper|lower|left|right|better|other)[\s-]
        half\b
    | (?:cut|split|divide|divided|broken?)\s(?:\w+\s){0,2}in\shalf\b
    | hundred-year-old
    | per\s(?:hundred|thousand|million|billion)(?:\s(?:thousand|million))?\b
    | parts\sper\s\w+
    | (?:million|billion|thousand)s?\sof\s(?:times|ways)
    | six\ssigma | big\sfive | seven\sdeadly | nine\sinch | catch-twenty
    | (?:on\s)?(?:the\s)?one\shand
    | second\sto\snone
    | third\s(?:part(?:y|ies)|world|person|sector)
    | four-eyes? | five-a-side | ten-to-one
    | fifty-fifty
    )"""
    ),
    re.VERBOSE | re.IGNORECASE,
)

_COUNTED_BY_ONE = COUNTED - words(
    "study trial article paper record report publication reference abstract",
    "document series guideline recommendation review analysis comparison",
    "estimate database source group arm stratum subgroup outcome endpoint item",
    "question domain criterion variable site centre center country region city",
    "school practice point reviewer author cell reader rater expert user",
    "observation treatment intervention treatment session star percent",
    "household organ mass hospital clinic cohort physician clinician surgeon",
    "operator nurse teacher worker pair",
)
_FOLLOWING_WORDS = Pattern(r"(?:[\s\u00a0-]+[A-Za-z]+){1,3}")
_NOT_BEFORE_ONE = Pattern(
    r"\b(?:at\s+least|no|any|every|each|this|that|which|the|another|other|same|last|next"
    r"|first|second|more\s+than|new|only\s+the|or|such)\s+$",
    re.IGNORECASE,
)
_ONE_OF_THE = Pattern(
    r"\s+of\s+(?:the|these|those|our|their|all)\s+(?:[a-z-]+\s+)??([a-z]+)",
    re.IGNORECASE,
)
_EXACTLY = Pattern(r"\b(?:only|just|exactly|precisely|but)\s+$", re.IGNORECASE)
_SMALL_WORDS = words(
    "of in on or and to as that which who from for the a an",
)
_STUDIES = words(
    "study trial article paper record report publication cohort series review",
    "source centre center site country comparison analysis group arm",
)
_BESIDE = Pattern(
    rf"(?:\b(?:{_SMALL})|\d|￼)\s+(?:[A-Za-z-]+\s+){{1,5}}?(?:and|or|,)\s*$"
    rf"|(?:\b(?:{_SMALL})|\d|￼)(?:\s+[A-Za-z-]+){{1,5}},\s*(?:and\s+)?$",
    re.IGNORECASE,
)
_AND_MORE = Pattern(
    rf"\s+(?:[A-Za-z-]+\s+){{1,4}}?(?:and|or)\s+(?:{_SMALL}|\d|￼)", re.IGNORECASE
)
_WINDOW = 80


def find_words(text: str, start: int, end: int) -> Iterator[Numeral]:
    """Yield the number words between two offsets, in order."""
    if not _TRIGGER.search(text, start, end):
        return
    idioms = [match.span() for match in _IDIOM.finditer(text, start, end)]
    for match in _NUMBER.finditer(text, start, end):
        if any(a < match.end() and match.start() < b for a, b in idioms):
            continue
        if match["one"] is None or _is_number(match, text, start, end):
            yield Numeral(form=Form.WORDS, start=match.start(), end=match.end())


def _is_number(match: re.Match[str], text: str, start: int, end: int) -> bool:
    """Say whether `one` counts."""
    if match.end() - match.start() > len("one"):
        return True  # with a per cent sign
    of_the = _ONE_OF_THE.match(text, match.end(), end)
    if of_the:
        return singular(of_the[1]) in _COUNTED_BY_ONE
    before = max(start, match.start() - _WINDOW)
    if _NOT_BEFORE_ONE.search(text, before, match.start()):
        return False
    noun = _noun_after(text, match.end(), end)
    if noun in TIMES or noun in _COUNTED_BY_ONE:
        return True
    if noun in _STUDIES and _EXACTLY.search(text, before, match.start()):
        return True
    beside = _BESIDE.search(text, before, match.start())
    return bool(noun) and bool(beside or _AND_MORE.match(text, match.end(), end))


def _noun_after(text: str, at: int, end: int) -> str:
    """Return the noun that `one` may count, in the singular."""
    following = _FOLLOWING_WORDS.match(text, at, end)
    behind = following[0].replace("-", " ").lower().split() if following else []
    for word in behind[:3]:
        if word in _SMALL_WORDS:
            return ""
        if singular(word) in COUNTED or singular(word) in TIMES:
            return singular(word)
    return ""
