"""Running text -> what in it is not prose: code, maths, citations, links, spans.

One pass from special character to special character. Nesting is kept on a stack of open
brackets, which are understood when they close: a citation, a link, an image, a span.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from galleyproof.qmd.attributes import read_attributes
from galleyproof.qmd.features import reference_kind
from galleyproof.qmd.model import (
    Attributes,
    Citation,
    CiteForm,
    Image,
    InlineCode,
    Reference,
    Stretch,
    StretchKind,
)
from galleyproof.spans import Source

_SPECIAL = re.compile(
    r"\\|`+|\$\$?|<|!\[|\^\[|\[\^[^\]\s\[]+\]|\[|\]|@|\{\{+<|https?://"
)
_KEY = re.compile(
    r"@(?:\{(?P<braced>[^{}\s]+)\}"
    r"|(?P<plain>[^\W]\w*(?:(?:[:.#$%&\-+?<>~/]|[:/]+(?=/))\w+)*+|\*))"
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
_LONGEST_GROUP = 1000
_MATH_SPACE = " \t\r\n"


@dataclass(slots=True)
class Found:
    """What scanning collects, in the order of the text."""

    stretches: list[Stretch] = field(default_factory=list)
    inlines: list[InlineCode] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attributes: list[Attributes] = field(default_factory=list)


@dataclass(slots=True)
class _Bracket:
    start: int
    image: bool
    cites: int
    """How many citations stood before it."""


@dataclass(slots=True)
class _Cite:
    key: str
    start: int
    end: int
    suppressed: bool
    bracketed: bool = False
    prefix: str = ""
    suffix: str = ""
    group_start: int = 0
    group_end: int = 0


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
        self.examples = examples
        """Labels of numbered examples, `(@label)`, which look like citations."""
        self.found = Found()
        self._start = self._end = 0
        self._has_comment_end = True
        self._brackets: list[_Bracket] = []
        self._cites: list[_Cite] = []
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
            "@": self._cite,
            "{": self._shortcode,
            "h": self._bare_url,
        }

    def scan(self, start: int, end: int) -> None:
        """Scan one block of running text."""
        self._start, self._end = start, end
        self._has_comment_end = True
        self._brackets.clear()
        self._cites.clear()
        self._ticks = None
        text, handlers, search = self.text, self._handlers, _SPECIAL.search
        match = search(text, start, end)
        while match is not None:
            at = handlers[text[match.start()]](match)
            match = search(text, at, end)
        for cite in self._cites:
            self._record_cite(cite)

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
            self._group(bracket, end)
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

    # -- citations --------------------------------------------------------------

    def _cite(self, match: re.Match[str]) -> int:
        at = match.start()
        before = self.text[at - 1] if at > self._start else ""
        if before == "_" or before.isalnum():
            return match.end()
        key = _KEY.match(self.text, at, self._end)
        if key is None:
            return match.end()
        name = key["braced"] or key["plain"]
        if name in self.examples and before == "(":
            return key.end()
        suppressed = before == "-" and not (
            at - 2 >= self._start and self.text[at - 2].isalnum()
        )
        start = at - 1 if suppressed else at
        cite = _Cite(name, start, key.end(), suppressed)
        cite.group_start, cite.group_end = start, key.end()
        self._cites.append(cite)
        kind = StretchKind.REFERENCE if _kind_of(name) else StretchKind.CITATION
        self._add(kind, start, key.end())
        return key.end()

    def _group(self, bracket: _Bracket, end: int) -> None:
        """Understand a bracket that is no link: a citation, or words after one."""
        if len(self._cites) - bracket.cites > _LONGEST_GROUP:
            return
        cites = self._cites[bracket.cites :]
        if not cites:
            self._suffix(bracket.start, end)
            return
        if any(cite.bracketed for cite in cites):
            return
        edges = [bracket.start + 1, *(c.end for c in cites)]
        starts = [*(c.start for c in cites), end - 1]
        gaps = [self.text[a:b] for a, b in zip(edges, starts, strict=True)]
        expected = [0, *[1] * (len(cites) - 1), 0]
        if [gap.count(";") for gap in gaps] != expected:
            return
        for index, cite in enumerate(cites):
            cite.bracketed = True
            cite.prefix = gaps[index].rpartition(";")[2].strip()
            cite.suffix = gaps[index + 1].partition(";")[0].lstrip(", \t").rstrip()
            cite.group_start, cite.group_end = bracket.start, end
        self._cover(bracket.start, end, cites)

    def _suffix(self, start: int, end: int) -> None:
        """Attach `[p. 3]` to the citation `@key` right before it."""
        last = self._cites[-1] if self._cites else None
        if last is None or last.bracketed or last.suffix:
            return
        if self.text[last.end : start] not in {"", " ", "\n"}:
            return
        last.suffix = self.text[start + 1 : end - 1].strip()
        last.group_end = end
        self._cover(last.start, end, [last])

    def _cover(self, start: int, end: int, cites: list[_Cite]) -> None:
        """Put one stretch in the place of those that lie within a citation."""
        stretches = self.found.stretches
        while stretches and stretches[-1].start >= start:
            stretches.pop()
        is_reference = all(_kind_of(cite.key) for cite in cites)
        self._add(
            StretchKind.REFERENCE if is_reference else StretchKind.CITATION, start, end
        )

    def _record_cite(self, cite: _Cite) -> None:
        form = CiteForm.BRACKETED if cite.bracketed else CiteForm.TEXTUAL
        if cite.suppressed:
            form = CiteForm.SUPPRESSED
        kind = _kind_of(cite.key)
        span = self.source.span(cite.start, cite.end)
        if not kind:
            self.found.citations.append(
                Citation(
                    key=cite.key,
                    form=form,
                    prefix=cite.prefix,
                    suffix=cite.suffix,
                    span=span,
                    start=cite.start,
                    end=cite.end,
                    group_start=cite.group_start,
                    group_end=cite.group_end,
                )
            )
            return
        self.found.references.append(
            Reference(
                label=cite.key[0].lower() + cite.key[1:],
                kind=kind,
                form=form,
                capitalised=cite.key[0].isupper(),
                prefix=cite.prefix,
                span=span,
                start=cite.start,
                end=cite.end,
                group_start=cite.group_start,
                group_end=cite.group_end,
            )
        )


def _kind_of(key: str) -> str:
    return reference_kind(key[0].lower() + key[1:])
