"""Cut the text where pandoc may read it piece by piece, or say that it may not.

A chunk begins with a heading, after a blank line, outside of everything that could
reach over it. What is read of the chunks is then, one after the other, what is read of
the whole: `independent` and `agree` find what could make a difference, before and after
reading. Both would rather be wrong by reading the whole once more than by printing
something else; a property test compares the two ways.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_KNOWN = 2_000
"""Chunks that a process which builds again and again need not look at again."""
_LEAST = 8_000
"""Characters from which on a heading of the second level begins a chunk, too."""

_LINE = re.compile(
    r"^(?P<indent>[ \t>]*)(?:(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)"
    r"|(?P<div>:{3,})(?P<attributes>[^\n]*)|(?P<heading>\#{1,2})[ \t][^\n]*)$",
    re.M | re.X,
)
_DEFINED = re.compile(r"\n(?:[ \t]*\n)?[ \t]*[:~][ \t]")
"""Behind a line that may be a term, even if it begins as a heading."""
_FENCE_INFO = re.compile(r"[ ]*(?:\{[^{}`\n]*\}|[\w.+#-]*)[ ]*")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w-]*)(?=[\s/>])(?P<rest>[^<>]*)")
_VOID = (
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
    *("param", "source", "track", "wbr"),
)
_ENVIRONMENT = re.compile(r"\\(begin|end)\{([^{}\n]*)\}")
_ELSEWHERE = re.compile(
    r"""
    (?:\A|\n[ \t>]*(?:[^A-Za-z\s(].*)?\n)                     # after no paragraph:
    [ \t>]*(?:(?:[-*+]|\(?\w{1,9}[.)])[ \t]+)*\(@[\w-]*\)[ \t]  # a numbered example
    | \\(?:new|renew|provide|Declare|let\b|def\b|[egx]def\b)     # a macro of TeX
    | ^---[ \t]*\n(?=[ \t]*\S)                                # metadata
    | ^[ \t>]*[*]\[                                              # an abbreviation
    | <[!?](?!--)                                                # a declaration
    """,
    re.M | re.X,
)
_DEFINITION = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)*\[((?:[^\[\]\\\n]|\\.)+)\]:", re.M)
_ATX = re.compile(r"^[ \t>*+-]*\#{1,6}[ \t]*(?P<title>[^\n]+)$", re.M)
_SETEXT = re.compile(r"\n(?P<title>[^\n]+)(?=\n[ \t>]*(?:=+|-+)[ \t]*$)", re.M)
_ATTRIBUTES = re.compile(r"\{[^{}\n]*\}[ \t]*$")
_BRACKETS = re.compile(r"\\.|[\[\]]", re.S)
_NO_REFERENCE = re.compile(
    r"""
    \{(?:\s*(?:[.\#][\w:.-]+|[\w:.-]+=(?:"(?:[^"\\]|\\.)*"|[^\s"'{}\\]+)))+\s*\}
    | \([^\s()<>]+(?:[ ]"[^"\n]*")?\)
    """,
    re.X,
)
"""What makes a span or a link of the brackets before it."""
_NO_WORD = re.compile(r"[\W_]+")
_HEADER_ID = re.compile(r'"t":"Header","c":\[\d,\["((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A piece of the text."""

    text: str
    prose: str
    """The text without what stands in its fences."""
    fences: int
    divs: int
    closed: bool
    """Whether fences and divs are written as plainly as they can be, and end."""


def cut(text: str) -> tuple[Chunk, ...]:
    """Cut at headings; the chunks, one after the other, are the text."""
    found, start, scan = [], 0, _Scan()
    for line in _LINE.finditer(text):
        scan.see(line, text)
        if line["heading"] and scan.outside and _begins(line, text, start):
            found.append(scan.chunk(text, start, line.start()))
            start, scan = line.start(), _Scan()
            scan.at = start
    found.append(scan.chunk(text, start, len(text)))
    return tuple(found)


def _begins(line: re.Match[str], text: str, start: int) -> bool:
    at = line.start()
    if at == start or line["indent"] or not text.endswith("\n\n", 0, at):
        return False
    if _DEFINED.match(text, line.end()):
        return False
    return len(line["heading"]) == 1 or at - start >= _LEAST


class _Scan:
    """What is open at a line, within one chunk."""

    def __init__(self) -> None:
        self.at = 0
        self.prose: list[str] = []
        self.fence = ""
        self.depth = self.fences = self.divs = 0
        self.plain = True

    @property
    def outside(self) -> bool:
        return not self.fence and not self.depth

    def see(self, line: re.Match[str], text: str) -> None:
        if self.fence:
            self._end_fence(line)
        elif line["fence"]:
            self._begin_fence(line, text)
        elif line["div"]:
            self._div(line)

    def _begin_fence(self, line: re.Match[str], text: str) -> None:
        """Begin one, if it is one: text may begin with code between backticks."""
        inline = line["fence"][0] == "`" and "`" in line["info"]
        if inline:
            return
        # Tildes within a paragraph belong to it.
        alone = line["fence"][0] == "`" or text.endswith("\n\n", 0, line.start())
        near = len(line["indent"].expandtabs(4)) < 4 and ">" not in line["indent"]
        if not (near and alone and _FENCE_INFO.fullmatch(line["info"])):
            self.plain = False
        self.prose.append(text[self.at : line.start()] + "\n\n")
        self.fence = line["fence"]
        self.fences += 1

    def _end_fence(self, line: re.Match[str]) -> None:
        if not (line["fence"] or "").startswith(self.fence) or line["info"].strip():
            return
        self.fence = ""
        self.at = line.end()

    def _div(self, line: re.Match[str]) -> None:
        self.plain &= not line["indent"]
        if line["attributes"].strip(" \t:"):
            self.depth += 1
            self.divs += 1
        else:
            self.depth -= 1
            self.plain &= self.depth >= 0

    def chunk(self, text: str, start: int, end: int) -> Chunk:
        rest = "" if self.fence else text[max(self.at, start) : end]
        return Chunk(
            text=text[start:end],
            prose="".join([*self.prose, rest]),
            fences=self.fences,
            divs=self.divs,
            closed=self.plain and self.outside,
        )


# Before reading -------------------------------------------------------------------


def independent(chunks: Sequence[Chunk]) -> bool:
    """Whether nothing written in one chunk can change how another is read."""
    if not all(_closed(chunk) for chunk in chunks):
        return False
    mentions = [_mentions(chunk.prose) for chunk in chunks]
    times = Counter(key for each in mentions for key in each)
    return all(
        times[name] == (name in own)
        for chunk, own in zip(chunks, mentions, strict=True)
        for name in _names(chunk.prose)
    )


@lru_cache(_KNOWN)
def _closed(chunk: Chunk) -> bool:
    prose = chunk.prose
    return (
        chunk.closed
        and not _ELSEWHERE.search(prose)
        and prose.count("{") == prose.count("}")
        and prose.count("<!--") == prose.count("-->")
        and _balanced(
            (m["name"].lower(), not m["end"])
            for m in _TAG.finditer(prose)
            if m["name"].lower() not in _VOID and not m["rest"].endswith("/")
        )
        and _balanced((m[2], m[1] == "begin") for m in _ENVIRONMENT.finditer(prose))
    )


def _balanced(found: Iterator[tuple[str, bool]]) -> bool:
    """Whether of each name as many begin as end, and none ends before it begins."""
    open_now: Counter[str] = Counter()
    for name, begins in found:
        open_now[name] += 1 if begins else -1
        if open_now[name] < 0:
            return False
    return not any(open_now.values())


@lru_cache(_KNOWN)
def _names(prose: str) -> frozenset[str]:
    """Return what brackets could refer to: headings, definitions of links and notes."""
    found = [_key(definition[1]) for definition in _DEFINITION.finditer(prose)]
    for heading in (*_ATX.finditer(prose), *_SETEXT.finditer("\n" + prose)):
        title = heading["title"].strip().rstrip("#")
        found += [_key(title), _key(_ATTRIBUTES.sub("", title).rstrip("# \t"))]
    return frozenset(found)


@lru_cache(_KNOWN)
def _mentions(prose: str) -> frozenset[str]:
    """Return what stands in brackets, as far as it could be a name."""
    opened, found = list[int](), set[str]()
    for bracket in _BRACKETS.finditer(prose):
        if bracket[0] == "[":
            opened.append(bracket.end())
        elif bracket[0] == "]" and opened:
            inside = prose[opened.pop() : bracket.start()]
            told = inside.startswith(("@", "-@"))
            if not told and not _NO_REFERENCE.match(prose, bracket.end()):
                found.add(_key(inside))
    return frozenset(found)


def _key(name: str) -> str:
    """Return letters and digits: names that pandoc takes for equal have equal keys."""
    return _NO_WORD.sub("", name).casefold()


# After reading --------------------------------------------------------------------


def agree(chunks: Sequence[Chunk], read: Sequence[str]) -> bool:
    """Whether what pandoc read (JSON) is what was taken for granted.

    It must have found the fences and divs where we did, and the names that it gave to
    headings must not meet: that of the second would be another in the whole.
    """
    seen: set[str] = set()
    for chunk, blocks in zip(chunks, read, strict=True):
        if blocks.count('"t":"CodeBlock"') + _raw(chunk) != chunk.fences:
            return False
        if blocks.count('"t":"Div"') != chunk.divs + len(_DIV.findall(chunk.prose)):
            return False
        own = set(_HEADER_ID.findall(blocks))
        if own & seen:
            return False
        seen |= own
    return True


_RAW = re.compile(r"^[ ]{0,3}(?:`{3,}|~{3,})[ ]*\{=[^{}`\n]*\}[ ]*$", re.M)
_DIV = re.compile(r"<div[\s>]", re.I)


def _raw(chunk: Chunk) -> int:
    """Return how many fences hold code of a format, which is no block of code."""
    return len(_RAW.findall(chunk.text))
