"""Running text -> what in it is not prose: code, maths, citations, links, spans.

One pass from special character to special character. Nesting is kept on a stack of open
brackets, which are understood when they close: a citation, a link, an image, a span.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from galleyproof.qmd.attributes import read_attributes
from galleyproof.qmd.cites import Cites, Found
from galleyproof.qmd.model import (
    Attributes,
    Image,
    InlineCode,
    Stretch,
    StretchKind,
)
from galleyproof.spans import Source

_SPECIAL = re.compile(
    r"\\|`+|\$\$?|<|!\[|\^\[|\[\^[^\]\s\[]+\]|\[|\]|@|\{\{+<|https?://"
)
_INLINE_CODE = re.compile(r"\{(?P<language>[A-Za-z]+)\}[ \t](?P<code>.*)", re.DOTALL)
_AUTOLINK = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_BARE_URL = re.compile(r"https?://[^\s<>\"`\[\]]+")
_TARGET = re.compile(
    r"""\(\s*+(?:<(?P<angled>[^<>\r\n]*)>
        |(?P<plain>(?:\{\{<[^\r\n<>]*>\}\}|[^\s()\\]|\\.
            |\((?:[^\s()\\]|\\.)*+\))*+))
        (?:\s++(?:"(?:[^"\\]|\\.){0,2000}+"|'(?:[^'\\]|\\.){0,2000}+'))?+\s*+\)""",
    re.VERBOSE | re.DOTALL,
)
_REFERENCE_LINK = re.compile(r"\[[^\[\]\r\n]*\]")
_MATH_SPACE = " \t\r\n"


@dataclass(slots=True)
class _Bracket:
    start: int
    image: bool
    cites: int
    """How many citations stood before it."""


class InlineScanner:
    """Scans stretches of one file into one collection."""

    def __init__(
        self,
        source: Source,
        *,
        shortcode_ends: Mapping[int, int],
        examples: frozenset[str] = frozenset(),
    ) -> None:
        self.source = source
        self.text = source.text
        self.shortcode_ends = shortcode_ends
        """Where each shortcode starts, and the offset behind it."""
        self.found = Found()
        self._cites = Cites(source, self.found, examples)
        self._start = self._end = 0
        self._has_comment_end = True
        self._brackets: list[_Bracket] = []
        self._ticks: dict[int, list[int]] | None = None
        self._handlers: dict[str, Callable[[re.Match[str]], int]] = {
            "\\": self._escape,
            "`": self._code,
            "$": self._math,
            "<": self._angle,
            "!": self._open_image,
            "^": self._open_bracket,
            "[": self._open_bracket,
            "]": self._close_bracket,
            "@": self._at_sign,
            "{": self._shortcode,
            "h": self._bare_url,
        }

    def scan(self, start: int, end: int) -> None:
        """Scan one block of running text."""
        self._start, self._end = start, end
        self._has_comment_end = True
        self._brackets.clear()
        self._ticks = None
        text, handlers, search = self.text, self._handlers, _SPECIAL.search
        match = search(text, start, end)
        while match is not None:
            at = handlers[text[match.start()]](match)
            match = search(text, at, end)
        self._cites.flush()

    def _add(self, kind: StretchKind, start: int, end: int) -> None:
        self.found.stretches.append(Stretch(kind=kind, start=start, end=end))

    # -- verbatim ------------------------------------------------------------------

    def _escape(self, match: re.Match[str]) -> int:
        return match.end() + 1

    def _code(self, match: re.Match[str]) -> int:
        start, inside = match.span()
        close = self._closing_ticks(inside, inside - start)
        if close is None:
            return inside
        end = close + inside - start
        if inside - start == 1 and self._inline_code(start, inside, close):
            self._add(StretchKind.INLINE_CODE, start, end)
            return end
        attributes = self._attributes(end)
        raw = attributes is not None and attributes.raw_format
        end = attributes.end if attributes else end
        self._add(StretchKind.RAW if raw else StretchKind.CODE, start, end)
        return end

    def _closing_ticks(self, at: int, length: int) -> int | None:
        """Return where the next run of exactly `length` backticks starts."""
        if self._ticks is None:
            self._ticks = {}
            for run in re.finditer("`+", self.text[self._start : self._end]):
                runs = self._ticks.setdefault(run.end() - run.start(), [])
                runs.append(self._start + run.start())
        runs = self._ticks.get(length, [])
        index = bisect_left(runs, at)
        return runs[index] if index < len(runs) else None

    def _inline_code(self, start: int, inside: int, close: int) -> bool:
        match = _INLINE_CODE.match(self.text, inside, close)
        if match is None or not match["code"].strip():
            return False
        code = match["code"]
        first = match.start("code") + len(code) - len(code.lstrip())
        last = match.start("code") + len(code.rstrip())
        self.found.inlines.append(
            InlineCode(
                index=len(self.found.inlines),
                language=match["language"],
                expression=self.text[first:last],
                span=self.source.span(start, close + 1),
                start=start,
                end=close + 1,
                expression_start=first,
                expression_end=last,
            )
        )
        return True

    def _math(self, match: re.Match[str]) -> int:
        start, inside = match.span()
        if inside - start == 2:
            return self._display_math(start, inside)
        text = self.text
        if inside >= self._end or text[inside] in _MATH_SPACE:
            return inside
        close = text.find("$", inside, self._end)
        while close > 0 and text[close - 1] == "\\":
            close = text.find("$", close + 1, self._end)
        if close < 0 or text[close - 1] in _MATH_SPACE:
            return inside
        if text[close + 1 : min(close + 2, self._end)].isdigit():
            return inside
        self._add(StretchKind.MATH, start, close + 1)
        return close + 1

    def _display_math(self, start: int, inside: int) -> int:
        close = self.text.find("$$", inside, self._end)
        if close < 0:
            return inside
        end = close + 2
        after = end
        while after < self._end and self.text[after] in _MATH_SPACE:
            after += 1
        attributes = read_attributes(self.text, after, self._end)
        if attributes is not None and attributes.id.startswith("eq-"):
            self.found.attributes.append(attributes)
            end = attributes.end
        self._add(StretchKind.MATH, start, end)
        return end

    def _angle(self, match: re.Match[str]) -> int:
        start = match.start()
        if self.text.startswith("<!--", start):
            close = self._comment_end(start + 4)
            if close < 0:
                return start + 4
            self._add(StretchKind.COMMENT, start, close + 3)
            return close + 3
        link = _AUTOLINK.match(self.text, start, self._end)
        if link:
            self._add(StretchKind.URL, start, link.end())
            return link.end()
        tag = _TAG.match(self.text, start, self._end)
        if tag:
            self._add(StretchKind.HTML, start, tag.end())
            return tag.end()
        return start + 1

    def _comment_end(self, at: int) -> int:
        if not self._has_comment_end:
            return -1
        close = self.text.find("-->", at, self._end)
        self._has_comment_end = close >= 0
        return close

    def _bare_url(self, match: re.Match[str]) -> int:
        url = _BARE_URL.match(self.text, match.start(), self._end)
        if url is None:
            return match.end()
        end = url.end()
        unpaired = url[0].count(")") - url[0].count("(")
        while self.text[end - 1] in ".,;:!?'*_|)":
            if self.text[end - 1] == ")":
                if unpaired <= 0:
                    break
                unpaired -= 1
            end -= 1
        end = max(end, match.end())
        self._add(StretchKind.URL, match.start(), end)
        return end

    def _shortcode(self, match: re.Match[str]) -> int:
        extra = match.end() - match.start() > len("{{<")
        start = match.end() - len("{{{<" if extra else "{{<")
        end = self.shortcode_ends.get(start)
        if end is None or end > self._end:
            return match.end()
        self._add(StretchKind.SHORTCODE, start, end)
        return end

    # -- brackets ---------------------------------------------------------------------

    def _open_image(self, match: re.Match[str]) -> int:
        self._brackets.append(_Bracket(match.start(), True, len(self._cites)))
        return match.end()

    def _open_bracket(self, match: re.Match[str]) -> int:
        if match.end() - match.start() > 2:
            self._add(StretchKind.FOOTNOTE_MARK, match.start(), match.end())
            return match.end()
        start = match.end() - 1
        self._brackets.append(_Bracket(start, False, len(self._cites)))
        return match.end()

    def _close_bracket(self, match: re.Match[str]) -> int:
        end = match.end()
        if not self._brackets:
            return end
        bracket = self._brackets.pop()
        following = self.text[end : min(end + 1, self._end)]
        if following == "(":
            target = _TARGET.match(self.text, end, self._end)
            if target:
                return self._link(bracket, target)
        elif following == "{":
            attributes = self._attributes(end)
            if attributes:
                self._add(StretchKind.ATTRIBUTES, end, attributes.end)
                return attributes.end
        elif following == "[":
            label = _REFERENCE_LINK.match(self.text, end, self._end)
            if label and "@" not in label[0]:
                self._add(StretchKind.URL, end, label.end())
                return label.end()
        if not bracket.image:
            self._cites.group(bracket.start, end, bracket.cites)
        return end

    def _link(self, bracket: _Bracket, target: re.Match[str]) -> int:
        attributes = self._attributes(target.end())
        self._add(StretchKind.URL, target.start(), target.end())
        end = target.end()
        if attributes:
            self._add(StretchKind.ATTRIBUTES, attributes.start, attributes.end)
            end = attributes.end
        if bracket.image:
            group = "angled" if target["angled"] is not None else "plain"
            self.found.images.append(
                Image(
                    target=target[group],
                    attributes=attributes,
                    span=self.source.span(bracket.start, end),
                    start=bracket.start,
                    end=end,
                    caption_start=bracket.start + 2,
                    caption_end=target.start() - 1,
                    target_start=target.start(group),
                    target_end=target.end(group),
                )
            )
        return end

    def _attributes(self, at: int) -> Attributes | None:
        attributes = read_attributes(self.text, at, self._end)
        if attributes is not None:
            self.found.attributes.append(attributes)
        return attributes

    def _at_sign(self, match: re.Match[str]) -> int:
        return self._cites.read(match.start(), self._start, self._end)
