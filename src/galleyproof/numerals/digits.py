"""Numbers in digits: every form in which an author may type one.

One token is one expression: with its sign, its decimals, its power of ten, its per cent
sign, and with what a stroke, a colon or a dash joins to it (`246/256`, `2–5`, `2:1`).
Digits are those of any script.
"""

from __future__ import annotations

import re

from galleyproof.numerals.patterns import Pattern

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅟↉"
_GROUP = r"(?:[,\u00a0\u2007\u2008\u2009\u202f '’]|\\,|\\[ ]|&nbsp;|&thinsp;|&\#8239;)"
PERCENT = (
    r"(?:[ \u00a0\u2009\u202f]|\\,|\\[ ]|&nbsp;)?(?:\\?%|‰|％|٪)"
    r"|(?:-|\s+)(?:per\s?cent(?:age[-\s]points?)?|percent(?:age[-\s]points?)?|pct)"
    r"(?![A-Za-z])"
)
_POWER = rf"(?:\\?\^[-+−–]?\d+\^?|\^\{{[-+−–]?\d+\}}|[⁻⁺]?[{SUPERSCRIPTS}]+)"
_UNSIGNED = rf"""
    (?: (?<!\d)\d{{1,3}}(?:{_GROUP}\d{{3}})+(?!\d)(?:[.·∙‧]\d+)?
      | \d+(?:[.,·∙‧]\d+)*[{VULGAR}]?
      | (?<![\w.·])[.·]\d+
      | [{VULGAR}]
    )
    (?: [eE][-+−]?\d+(?!\w)
      | [ \u00a0\u2009]?(?:[×x✕*·]|\\times)[ \u00a0\u2009]?10{_POWER}
      | {_POWER}
    )?
"""
_SIGN = r"(?:(?<![\w.,)\]%])[-+−±≈~]{1,2})?"
_NOT_IN_A_NAME = r"(?<![A-Za-z\dÀ-ɏͰ-Ͽ])"
_JOINT = r"(?:[ ]?[/–—][ ]?|[-−‐‑~:]|--|&ndash;|\\textendash)"
_SCALE = r"(?:(?:-|\s+)(?:hundred|thousand|million|billion|trillion)s?\b)?"
TOKEN = Pattern(
    rf"{_NOT_IN_A_NAME}{_SIGN}{_NOT_IN_A_NAME}{_UNSIGNED}{_SCALE}(?:{PERCENT})?"
    rf"(?:{_JOINT}{_UNSIGNED}(?:{PERCENT})?)*",
    re.VERBOSE,
)
ANY = Pattern(rf"[\d{VULGAR}]")
"""Whether it is worth looking."""
