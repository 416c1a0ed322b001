"""Shortcodes: found by their braces wherever they stand, resolved from metadata.

`include` is the business of `expand`; `meta` and `var` become text here; `pagebreak`
is left to the renderer, which knows the format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.qmd.model import Shortcode
from galleyproof.spans import Source

_OPENING = re.compile(r"\{\{+<")
_ARGUMENT = re.compile(
    r"""(?:(?P<key>[\w.-]+)=)?(?:"(?P<dq>[^"]*)"|'(?P<sq>[^']*)'|(?P<bare>[^\s"']+))"""
)
_LINE_END = re.compile(r"[\r\n]")


def find_shortcodes(
    source: Source,
) -> tuple[list[Shortcode], list[tuple[int, Diagnostic]]]:
    """Return every shortcode of a file; and where one is not closed, and that."""
    found: list[Shortcode] = []
    problems: list[tuple[int, Diagnostic]] = []
    for start, end, close in _braces(source.text):
        if close < 0:
            problems.append((start, _unclosed(source, start, end)))
        else:
            found.append(_read(source, start, end, close))
    return found, problems


def _braces(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield start, end of the opening and end of the closing braces (-1: none)."""
    line_end = -1
    barren: dict[str, int] = {}
    """Closing braces -> how far there are none: no line is searched twice."""
    match = _OPENING.search(text)
    while match is not None:
        inside = match.end()
        escaped = inside - match.start() > len("{{<")
        start = inside - len("{{{<" if escaped else "{{<")
        if line_end < inside:
            line = _LINE_END.search(text, inside)
            line_end = line.start() if line else len(text)
        closing = ">}}}" if escaped else ">}}"
        known = barren.get(closing, -1) >= inside
        close = -1 if known else text.find(closing, inside, line_end)
        if close < 0:
            barren[closing] = line_end
            yield start, inside, -1
        behind = inside if close < 0 else close + len(closing)
        if close >= 0:
            yield start, inside, behind
        match = _OPENING.search(text, behind)


def _read(source: Source, start: int, inside: int, end: int) -> Shortcode:
    text = source.text
    escaped = inside - start > len("{{<")
    inner = text[inside : end - inside + start]
    name, _, rest = inner.strip().partition(" ")
    arguments: list[str] = []
    pairs: list[tuple[str, str]] = []
    for match in _ARGUMENT.finditer(rest):
        value = match["dq"] or match["sq"] or match["bare"] or ""
        if match["key"]:
            pairs.append((match["key"], value))
        else:
            arguments.append(value)
    return Shortcode(
        name=name,
        arguments=tuple(arguments),
        pairs=tuple(pairs),
        span=source.span(start, end),
        start=start,
        end=end,
        inner=inner,
        standalone=_stands_alone(source, start, end),
        escaped=escaped,
    )


def _stands_alone(source: Source, start: int, end: int) -> bool:
    line = source.span(start).line
    first = source.line_starts[line - 1]
    before = source.text[first:start].removeprefix("\ufeff")
    after = _LINE_END.search(source.text, end)
    return not (before + source.text[end : after.start() if after else None]).strip()


def _unclosed(source: Source, start: int, end: int) -> Diagnostic:
    return Diagnostic(
        code=Code.BLOCK_CLOSED,
        span=source.span(start, end),
        message="the shortcode is not closed",
        hint="close it with `>}}` on the same line",
    )


def resolve(
    shortcode: Shortcode,
    metadata: Mapping[str, object],
    variables: Mapping[str, object],
) -> str | Diagnostic:
    """Return the text that a `meta`, `var` or escaped shortcode stands for.

    `variables` is what `_variables.yml` holds. A key that is not there is a diagnostic
    at the shortcode.
    """
    if shortcode.escaped:
        return "{{<" + shortcode.inner + ">}}"
    key = shortcode.arguments[0] if shortcode.arguments else ""
    values, place = (
        (variables, "`_variables.yml`")
        if shortcode.name == "var"
        else (metadata, "the metadata")
    )
    value = _look_up(values, key)
    if value is None or isinstance(value, Mapping | list):
        return Diagnostic(
            code=Code.REFERENCE_RESOLVES,
            span=shortcode.span,
            message=f"{place} has no text called `{key}`",
            hint=f"add the key `{key}`, or correct its name here",
        )
    return str(value).lower() if isinstance(value, bool) else str(value)


def _look_up(values: object, key: str) -> object:
    """Follow `a.b.1`: keys of mappings, positions from 1 in lists, as Quarto does."""
    if not key:
        return None
    for step in key.split("."):
        if isinstance(values, Mapping):
            values = values.get(step)
        elif isinstance(values, list) and step.isdigit():
            index = int(step) - 1
            values = values[index] if 0 <= index < len(values) else None
        else:
            return None
    return values
