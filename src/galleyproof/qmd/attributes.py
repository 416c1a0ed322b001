"""Pandoc's attributes, `{#id .class key="value"}`, with the place of each part."""

from __future__ import annotations

import re

from galleyproof.qmd.model import Attributes, Pair

_PART = re.compile(
    r"""\#(?P<id>[^\s{}="'\#]+)
      | \.(?P<cls>[^\s{}="'\#]+)
      | =(?P<raw>[\w+.-]+)
      | (?P<key>[A-Za-z_:][\w:.-]*)=
        (?: "(?P<dq>(?:[^"\\]|\\.)*+)" | '(?P<sq>(?:[^'\\]|\\.)*+)'
          | (?P<bare>[^\s{}"']+) )
      | (?P<dash>-)(?=[\s}])""",
    re.VERBOSE | re.DOTALL,
)
_SPACE = re.compile(r"\s*")
_VALUES = ("dq", "sq", "bare")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def read_attributes(text: str, start: int, end: int) -> Attributes | None:
    """Return the attributes whose `{` stands at `start`; None where there are none.

    Nothing at or behind `end` is read.
    """
    if start >= end or text[start] != "{":
        return None
    name, name_start, raw = "", 0, ""
    classes: list[str] = []
    pairs: list[Pair] = []
    at = _after_space(text, start + 1, end)
    while at < end and text[at] != "}":
        part = _PART.match(text, at, end)
        if part is None:
            return None
        if part["id"] is not None:
            name, name_start = part["id"], at
        elif part["cls"] is not None:
            classes.append(part["cls"])
        elif part["key"] is not None:
            pairs.append(_pair(part))
        elif part["raw"] is not None:
            raw = part["raw"]
        else:
            classes.append("unnumbered")
        at = _after_space(text, part.end(), end)
    if at >= end:
        return None
    return Attributes(
        id=name,
        classes=tuple(classes),
        pairs=tuple(pairs),
        raw_format=raw,
        id_start=name_start,
        start=start,
        end=at + 1,
    )


def _after_space(text: str, at: int, end: int) -> int:
    space = _SPACE.match(text, at, end)
    return space.end() if space else at


def _pair(part: re.Match[str]) -> Pair:
    group = next(name for name in _VALUES if part[name] is not None)
    return Pair(
        key=part["key"],
        value=_ESCAPED.sub(r"\1", part[group]),
        key_start=part.start("key"),
        start=part.start(group),
        end=part.end(group),
    )
