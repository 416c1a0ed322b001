"""What makes a finding the same one after the lines around it have moved.

A baseline and CI systems recognise findings by it. It is made of the code, the path and
the words at the place, not of line numbers or messages: findings that agree in all of
these are told apart by their count only.
"""

from __future__ import annotations

import hashlib
import re

from galleyproof.diagnostics import Diagnostic
from galleyproof.spans import Source

_CONTEXT = 24
"""Characters on either side: enough to tell places apart, and few enough that a change
elsewhere in a paragraph, often one long line, changes nothing."""

_LONGEST = 200
_PROSE = (".qmd", ".md")
_BLANK_LINE = re.compile(r"(?>\r\n|\r|\n)[ \t]*[\r\n]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_DIGITS = re.compile(r"\d+")


def fingerprint(found: Diagnostic, source: Source | None) -> str:
    """Return sixteen hexadecimal digits that name a finding.

    In prose, lines may be filled anew without changing it; elsewhere only the line
    itself counts. Where no line is known, the message stands in, without its numbers.
    """
    words = _words(found, source) or [_DIGITS.sub("", found.message)]
    text = "\0".join([found.code.code, found.span.path, *words])
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _words(found: Diagnostic, source: Source | None) -> list[str]:
    if source is None or not found.span.line:
        return []
    border = _BLANK_LINE if found.span.path.endswith(_PROSE) else _LINE_END
    start, end = source.offsets(found.span)
    before = source.text[max(0, start - _LONGEST) : start]
    borders = [match.end() for match in border.finditer(before)]
    before = before[borders[-1] if borders else 0 :]
    after = border.split(source.text[end : end + _LONGEST], maxsplit=1)[0]
    marked = source.text[start : min(end, start + _LONGEST)]
    words = [_even(before)[-_CONTEXT:], _even(marked), _even(after)[:_CONTEXT]]
    return words if any(words) else []


def _even(text: str) -> str:
    return " ".join(text.removeprefix("\ufeff").split())
