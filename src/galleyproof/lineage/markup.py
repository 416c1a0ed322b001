"""Markdown that shows any text as text, whatever stands in it.

Data come from other people's publications. Nothing in them may become markup, a
shortcode, a citation, mathematics or raw HTML, or turn the direction of the line.
"""

from __future__ import annotations

import re
import unicodedata

_SPECIAL = re.compile(r"""[\\`*_{}\[\]()#+\-!|<>~^$@"&:]|'|\.""")
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_ATTRIBUTE = re.compile(r"[^\w\s,.;/%()\-]", re.ASCII)
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_SPAN = re.compile(
    r"\[((?:[^\[\]\\]|\\.)*)\]\{\.(?:value|words|claim|literal)\b(?:[^}\\]|\\.)*\}",
    re.DOTALL,
)
"""A span of our own making; nothing that it holds ends it early, being escaped."""
_UNMARKED = re.compile(r"\^([^^ ])\^|\\(.)|\*(?=\w+\*)|(?<=\w)\*")
_KEPT = "\u200d\u00ad"


def visible(text: str) -> str:
    """Collapse white space; spell out control and direction characters."""
    return "".join(map(_shown, _SPACE.sub(" ", text))).strip(" ")


def _shown(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _INVISIBLE:
        return character
    return f"⟨U+{ord(character):04X}⟩"


def escape(text: str) -> str:
    """Return Markdown whose rendering is `text`."""
    text = visible(text)

    def backslash(match: re.Match[str]) -> str:
        before = text[match.start() - 1 : match.start()]
        after = text[match.end() : match.end() + 1]
        if match[0] in "'-" and before.isalnum() and after.isalnum():
            return match[0]
        if match[0] == "." and not _is_risky_stop(text, match.start()):
            return match[0]
        return "\\" + match[0]

    return _SPECIAL.sub(backslash, text)


def _is_risky_stop(text: str, position: int) -> bool:
    """Say whether a full stop could begin a list or be part of an ellipsis."""
    neighbours = text[max(0, position - 1)] + text[position + 1 : position + 2]
    marker = text[:position].isalnum() and neighbours[1:] in ("", " ")
    return "." in neighbours or marker or position == 0


def attribute(text: str) -> str:
    """Return the quoted value of a Markdown attribute that holds `text`.

    White space at its ends goes, no-break spaces included: Pandoc takes the quotes of
    a value that begins with one for a part of it.
    """
    escaped = _ATTRIBUTE.sub(
        lambda match: "\\" + match[0] if match[0].isascii() else match[0],
        visible(text).strip(),
    )
    return f'"{escaped}"'


def span(markdown: str, *classes: str, title: str = "", token: str = "") -> str:
    """Return a bracketed span around Markdown; `token` names what it prints."""
    attributes = [f".{name}" for name in classes]
    if token:
        attributes.append(f'data-galley="{token}"')
    if visible(title).strip():
        attributes.append(f"title={attribute(title)}")
    return f"[{markdown}]{{{' '.join(attributes)}}}"


def said(markdown: str, *, marks: bool = False) -> str:
    """Return text with each span of ours as its words, with or without its mark."""

    def shown(match: re.Match[str]) -> str:
        return (match[1] if marks and match[1] else match[2]) or ""

    return _SPAN.sub(lambda span: _UNMARKED.sub(shown, span[1]), markdown)


def without_values(markdown: str) -> str:
    """Return text without the spans that know their values."""
    return _SPAN.sub("", markdown)
