"""Citations and cross-references: a key after an at sign, alone or in brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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

_KEY = re.compile(
    r"@(?:\{(?P<braced>[^{}\s]+)\}"
    r"|(?P<plain>[^\W]\w*(?:(?:[:.#$%&\-+?<>~/]|[:/]+(?=/))\w+)*+|\*))"
)
_LONGEST_GROUP = 1000


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


class Cites:
    """The citations of one block, until it is known which brackets they stand in."""

    def __init__(self, source: Source, found: Found, examples: frozenset[str]) -> None:
        self.source = source
        self.text = source.text
        self.found = found
        self.examples = examples
        """Labels of numbered examples, `(@label)`, which look like citations."""
        self._cites: list[_Cite] = []

    def __len__(self) -> int:
        return len(self._cites)

    def read(self, at: int, start: int, end: int) -> int:
        """Read the citation at `at` of a block, if it is one; return where to go on."""
        before = self.text[at - 1] if at > start else ""
        if before == "_" or before.isalnum():
            return at + 1
        key = _KEY.match(self.text, at, end)
        if key is None:
            return at + 1
        name = key["braced"] or key["plain"]
        if name in self.examples and before == "(":
            return key.end()
        suppressed = before == "-" and not (
            at - 2 >= start and self.text[at - 2].isalnum()
        )
        first = at - 1 if suppressed else at
        cite = _Cite(name, first, key.end(), suppressed)
        cite.group_start, cite.group_end = first, key.end()
        self._cites.append(cite)
        self._cover(first, key.end(), [cite])
        return key.end()

    def group(self, start: int, end: int, count: int) -> None:
        """Understand a bracket that is no link: a citation, or words after one.

        `count` citations stood before it.
        """
        if len(self._cites) - count > _LONGEST_GROUP:
            return
        cites = self._cites[count:]
        if not cites:
            self._suffix(start, end)
            return
        if any(cite.bracketed for cite in cites):
            return
        edges = [start + 1, *(c.end for c in cites)]
        starts = [*(c.start for c in cites), end - 1]
        gaps = [self.text[a:b] for a, b in zip(edges, starts, strict=True)]
        expected = [0, *[1] * (len(cites) - 1), 0]
        if [gap.count(";") for gap in gaps] != expected:
            return
        for index, cite in enumerate(cites):
            cite.bracketed = True
            cite.prefix = gaps[index].rpartition(";")[2].strip()
            cite.suffix = gaps[index + 1].partition(";")[0].lstrip(", \t").rstrip()
            cite.group_start, cite.group_end = start, end
        self._cover(start, end, cites)

    def _suffix(self, start: int, end: int) -> None:
        """Attach `[p. 3]` to the citation `@key` right before it."""
        last = self._cites[-1] if self._cites else None
        if last is None or last.bracketed or last.suffix:
            return
        if start - last.end > 1 or self.text[last.end : start] not in {"", " ", "\n"}:
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
        kind = StretchKind.REFERENCE if is_reference else StretchKind.CITATION
        stretches.append(Stretch(kind=kind, start=start, end=end))

    def flush(self) -> None:
        """Hand over what the block cites."""
        for cite in self._cites:
            self._record(cite)
        self._cites.clear()

    def _record(self, cite: _Cite) -> None:
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
