"""What a typed number says: its value, its decimals, whether it is a percentage."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from galleyproof.numerals.digits import PERCENT
from galleyproof.numerals.patterns import Pattern
from galleyproof.numerals.words import PARTS, SCALES, TENS, UNITS

_PERCENT = Pattern(rf"(?:{PERCENT})$", re.VERBOSE | re.IGNORECASE)
_GROUPED = Pattern(r"\d{1,3}(?:(?:[, \u00a0\u2007\u2008\u2009\u202f'’]|\\,)\d{3})+")
_DECIMAL = Pattern(r"(?P<whole>\d*)(?:[.·∙‧](?P<part>\d+))?$")
_OF = Pattern(r"(?P<events>.+?)\s?/\s?(?P<total>.+)$")
_NOT_A_DIGIT = Pattern(r"\D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A number as it was typed."""

    value: Fraction
    decimals: int = 0
    percent: bool = False
    words: bool = False
    capital: bool = False
    """In words, and with a capital."""
    total: Fraction | None = None
    """Of `246/256`: 256, and `value` is 246."""


def read(text: str) -> Reading | None:
    """Read a typed number; None where it is a range, a power, a share, a difference."""
    text = unicodedata.normalize("NFKC", text.strip()).lstrip("+")
    percent = _PERCENT.search(text)
    if percent and "point" in percent[0].lower():
        return None  # a difference, which no percentage prints as
    bare = text[: percent.start()].strip() if percent else text
    found = _in_words(bare) if bare[:1].isalpha() else _in_digits(bare)
    if found is None or percent is None:
        return found
    return Reading(
        value=found.value,
        decimals=found.decimals,
        percent=True,
        words=found.words,
        capital=found.capital,
    )


def _in_digits(text: str) -> Reading | None:
    of = _OF.match(text)
    if of:
        events, total = _one(of["events"]), _one(of["total"])
        if events is None or total is None:
            return None
        return Reading(value=events.value, total=total.value)
    return _one(text)


def _one(text: str) -> Reading | None:
    if _GROUPED.match(text):
        whole, point, part = text.partition(".")
        text = _NOT_A_DIGIT.sub("", whole) + point + part
    match = _DECIMAL.match(text)
    if match is None or not text:
        return None
    part = match["part"] or ""
    return Reading(
        value=Fraction(f"{match['whole'] or 0}.{part or 0}"), decimals=len(part)
    )


def _in_words(text: str) -> Reading | None:
    parts = re.split(r"[\s-]+", text.lower())
    value, group = 0, 0
    for part in parts:
        if part in UNITS or part in TENS:
            group += UNITS.get(part, TENS.get(part, 0))
        elif part in SCALES:
            group = max(group, 1) * SCALES[part]
            if SCALES[part] >= SCALES["thousand"]:
                value, group = value + group, 0
        elif part in PARTS or part not in ("and", "a"):
            return None
    return Reading(value=Fraction(value + group), words=True, capital=text[0].isupper())
