r"""Numbers in formulas: results count, what a formula is made of does not.

A result is a number that stands alone (`$96.1\%$`) or behind a relation
(`$p < 0.05$`, `$n = 12$`). Subscripts, superscripts, coefficients, null values (0 and
1) and the limits of sets and sequences are formula.
"""

from __future__ import annotations

import re

from galleyproof.checks.numbers.passages import BLANK, Kind, Passage, blanked
from galleyproof.numerals.patterns import Pattern
from galleyproof.spans import Source

_NUMBER = (
    r"(?:\\[dt]?frac\{\d+\}\{\d+\}"
    r"|[-+−]?\s*10\^(?:\{[-−+]?\d+\}|\d)"
    r"|[-+−]?\s*(?:\d{1,3}(?:\{?,\}?\d{3})+|\d+)?(?:\d*[.]\d+|\d+))"
    r"(?:\s*(?:\\times|\\cdot|×)\s*10\^(?:\{[-−]?\d+\}|\d))?(?:\s*\\?%|\s*\\,?\\%)?"
)
_SCRIPTS = Pattern(r"[_^](?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\\?\w)")
_RELATION = Pattern(
    r"(?:=|<|>|\\approx|\\sim|\\le(?:q|qslant)?|\\ge(?:q|qslant)?|\\lt|\\gt|\\ll|\\gg"
    r"|\\pm|≈|≤|≥|±|\\simeq|\\cong|&=)(?:\\[,;:! ]|\s|\{)*"
)
_VALUE = Pattern(rf"(?P<number>{_NUMBER})")
_RANGE = Pattern(rf"\s*(?:[/–]|--|-|\\pm|\\text\{{\s*(?:to|and|of)\s*\}})\s*{_NUMBER}")
_ENDS = Pattern(
    r"(?:\\[,;:! ]|\s|\})*(?:$|[,;.)\]]|\\(?:text|mathrm|quad|qquad|,|;|\\|\]|\)|%|end)"
    r"|\\pm|&|=|<|>|\\(?:le|ge|lt|gt|approx))"
)
_SEQUENCE = Pattern(r"\\(?:dots|ldots|cdots|in\b|to\b|sum|prod|int|lim)|\.\.\.|…")
_ALONE = Pattern(
    rf"(?:\\[,;:! ]|\s|\(|\[|~|\\approx|\\sim|\\pm)*{_NUMBER}"
    rf"(?:(?:\\[,;:! ]|\s|[-–/,;:]|\\pm|\\times|\\%|\)|\]|to)*{_NUMBER})*"
    r"(?:\\[,;:! ]|\s|\\?%|\)|\]|\\(?:text|mathrm)\{[^{}]*\})*$"
)
_LEVEL = Pattern(r"\s*(?:99(?:\.9)?|97\.5|95|90|80)\s*(?:\\,|\\ )?\\?%?\s*$")
_OF_INTERVAL = Pattern(
    r"[\s\\%-]*(?:C\.?I\.?s?|CrIs?|PIs?|HDIs?|UIs?|confidence|credible|credibility"
    r"|prediction|predictive|compatibility|highest)\b",
    re.IGNORECASE,
)
_TEN = Pattern(r"(?<!\d)10$")
_NULL = Pattern(r"[-+−]?\s*[01](?:\.0+)?$")


def passage(source: Source, start: int, end: int, around: tuple[int, int]) -> Passage:
    """Return the formula with everything blanked that is no result."""
    text = source.text[start:end]
    inner = text.strip("$")
    first = text.index(inner) if inner else 0
    body = _SCRIPTS.sub(_without_script, text)
    keep = _results(body, first, first + len(inner))
    if _LEVEL.match(inner) and _OF_INTERVAL.match(source.text, end):
        keep = []
    gaps, at = [], 0
    for a, b in keep:
        gaps.append((at, a))
        at = b
    gaps.append((at, len(text)))
    return Passage(
        kind=Kind.MATHS,
        source=source,
        text=blanked(text, gaps),
        pieces=((0, start),),
        around=around,
    )


def _without_script(match: re.Match[str]) -> str:
    """Blank a subscript or superscript, but for the power of a ten."""
    is_power = match[0][0] == "^" and _TEN.search(match.string, 0, match.start())
    return match[0] if is_power else BLANK * len(match[0])


def _results(body: str, start: int, end: int) -> list[tuple[int, int]]:
    if _ALONE.match(body, start, end):
        return [(start, end)]
    if _SEQUENCE.search(body, start, end):
        return []
    found = []
    for relation in _RELATION.finditer(body, start, end):
        value = _VALUE.match(body, relation.end(), end)
        if value is None or _NULL.match(value["number"]):
            continue
        last = value.end()
        more = _RANGE.match(body, last, end)
        last = more.end() if more else last
        if _ENDS.match(body, last, end):
            found.append((value.start(), last))
    return found
