"""String literals of Python, read for their text: every character with its place.

`ast` gives the value of a string but not where each of its characters stands (escapes,
adjacent literals, f-strings); this reads the literals again, from their source.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from galleyproof.checks.numbers.passages import BLANK

_OPENING = re.compile(r"(?P<prefix>[A-Za-z]{0,2})(?P<quotes>\"\"\"|'''|\"|')")
_ESCAPE = re.compile(
    r"\\(?:N\{(?P<name>[^}]*)\}|u(?P<u>[0-9A-Fa-f]{4})|U(?P<U>[0-9A-Fa-f]{8})"
    r"|x(?P<x>[0-9A-Fa-f]{2})|(?P<octal>[0-7]{1,3})|(?P<end>\r\n|\r|\n)|(?P<char>.))",
    re.DOTALL,
)
_SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "a": " ", "b": " ", "f": " ", "v": " "}
_BRACKETS = {"(": ")", "[": "]", "{": "}"}


@dataclass(slots=True)
class Literal:
    """The text of a string expression."""

    text: str = ""
    pieces: list[tuple[int, int]] = field(default_factory=list)
    """Position in the text -> offset in the code, where each piece begins."""
    expressions: list[tuple[int, int]] = field(default_factory=list)
    """Where the expressions of an f-string stand in the code."""

    def add(self, text: str, offset: int) -> None:
        """Append what is read at an offset of the code."""
        if text:
            self.pieces.append((len(self.text), offset))
            self.text += text


def read_literal(code: str, start: int, end: int) -> Literal:
    """Read one or more adjacent string literals between two offsets of code."""
    literal = Literal()
    at = start
    while at < end:
        if code[at] == "#":
            at = _behind(code.find("\n", at), end)
            continue
        opening = _OPENING.match(code, at, end)
        at = at + 1 if opening is None else _one(code, opening, end, literal)
    return literal


def _behind(found: int, end: int) -> int:
    return end if found < 0 else found


def _one(code: str, opening: re.Match[str], end: int, literal: Literal) -> int:
    """Read one literal, and return the offset behind it."""
    prefix, quotes = opening["prefix"].lower(), opening["quotes"]
    raw, formatted = "r" in prefix, "f" in prefix
    at = opening.end()
    if "b" in prefix:
        literal = Literal()
    while at < end and not code.startswith(quotes, at):
        here = code[at]
        if here == "\\" and not raw:
            at = _escape(code, at, literal)
        elif formatted and here in "{}":
            at = _brace(code, at, end, literal)
        else:
            last = at + 2 if here == "\\" else at + 1
            while last < end and code[last] not in "\\{}\"'\n":
                last += 1
            literal.add(code[at:last], at)
            at = last
    return at + len(quotes)


def _escape(code: str, at: int, literal: Literal) -> int:
    match = _ESCAPE.match(code, at)
    if match is None:
        return at + 1
    literal.add(_decoded(match), at)
    return match.end()


def _decoded(match: re.Match[str]) -> str:
    number = match["u"] or match["U"] or match["x"]
    if number or match["octal"]:
        value = int(number, 16) if number else int(match["octal"], 8)
        return chr(value) if value < 0x110000 else BLANK
    if match["name"]:
        try:
            return unicodedata.lookup(match["name"])
        except KeyError:
            return BLANK
    if match["end"]:
        return ""
    char = match["char"] or ""
    return _SIMPLE.get(char, char)


def _brace(code: str, at: int, end: int, literal: Literal) -> int:
    if code.startswith(("{{", "}}"), at):
        literal.add(code[at], at)
        return at + 2
    if code[at] == "}":
        return at + 1
    last, close = _expression(code, at + 1, end)
    literal.expressions.append((at + 1, last))
    literal.add(BLANK, at)
    return close + 1


def _expression(code: str, at: int, end: int) -> tuple[int, int]:
    """Return where the expression of a replacement field ends, and its brace."""
    last = -1
    depth: list[str] = []
    while at < end:
        here = code[at]
        if here in "\"'" and last < 0:
            at = _skip_string(code, at, end)
            continue
        if here in _BRACKETS:
            depth.append(_BRACKETS[here])
        elif depth and here == depth[-1]:
            depth.pop()
        elif not depth and here == "}":
            return (at if last < 0 else last), at
        elif not depth and last < 0 and _ends_expression(code, at):
            last = at
        at += 1
    return (end if last < 0 else last), end


def _ends_expression(code: str, at: int) -> bool:
    """Say whether a conversion, a format or the sign of `{x=}` begins here."""
    if code[at] == "!":
        return code[at + 1 : at + 2] != "="
    if code[at] == "=":
        rest = code[at + 1 : at + 2]
        return rest in "}:!" and code[at - 1] not in "=!<>"
    return code[at] == ":"


def _skip_string(code: str, at: int, end: int) -> int:
    quote = code[at]
    at += 1
    while at < end and code[at] != quote:
        at += 2 if code[at] == "\\" else 1
    return at + 1
