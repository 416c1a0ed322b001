"""What to write instead of a typed number: the expressions that print the same.

A number of a study that the sentence cites, names or already quotes comes first, then
one of the paragraph's; what counts something else than the noun behind the number is
left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from galleyproof.checks.numbers.comparisons import sentences
from galleyproof.checks.numbers.guard import Typed
from galleyproof.checks.numbers.passages import Kind
from galleyproof.checks.numbers.variables import Scope, scope_at, studies_in
from galleyproof.datapackage import DataPackage
from galleyproof.lineage import Kind as NumberKind
from galleyproof.lineage import notation
from galleyproof.numerals.nouns import PEOPLE, is_counted, is_measured, singular
from galleyproof.numerals.patterns import Pattern
from galleyproof.numerals.reading import Reading, read
from galleyproof.qmd.model import Chapter

if TYPE_CHECKING:
    from galleyproof.checks.numbers.known import Index, Known

_SHOWN = 3
_GRADE_BEFORE = Pattern(r"\b[Gg]rades?[\s\u00a0]$")
SENTENCE, PARAGRAPH, ELSEWHERE = range(3)
_NOUNS = Pattern(r"(?:[\s\u00a0]+(?:of[\s\u00a0]+(?:the[\s\u00a0]+)?)?[A-Za-z-]+){1,3}")
_P_BEFORE = Pattern(
    r"(?<![\w*])(?:\*[pP]\*|[pP])[\s\u00a0]*(?P<relation>[=<])[\s\u00a0]*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An expression that prints what was typed."""

    expression: str
    nearness: int
    """Of its study: `SENTENCE`, `PARAGRAPH` or `ELSEWHERE`."""
    certain: bool
    """Whether what stands around the number says that it is one of this kind."""
    direct: bool
    """Whether a row is about the number, not only part of what it is computed from."""
    start: int
    """Offset in the file of what it would replace, the unit included."""
    end: int

    @property
    def rank(self) -> tuple[int, bool, bool]:
        """Order the likeliest first."""
        return (self.nearness, not self.certain, not self.direct)


class Hints:
    """The expressions that print what was typed."""

    def __init__(self, data: DataPackage) -> None:
        self._data = data

    @cached_property
    def _index(self) -> Index:
        # What reads the data is imported where there is something to look up.
        from galleyproof.checks.numbers.known import Index  # noqa: PLC0415

        return Index(self._data)

    def hint(self, typed: Typed) -> str:
        """Return a hint; empty where the data know no such number."""
        found = self.candidates(typed)
        if not found:
            return ""
        wrap = "`{{python}} {}`" if typed.passage.inline else "`{{{}}}`"
        if typed.passage.numeric or typed.passage.kind is Kind.INLINE:
            wrap = "`{}`"
        shown = [wrap.format(one.expression) for one in found[:_SHOWN]]
        text = shown[0] if len(shown) < 2 else f"{', '.join(shown[:-1])} or {shown[-1]}"
        if wrap == "`{{{}}}`":
            text += " in an f-string of a cell"
        more = len(found) - _SHOWN
        return f"write {text}" + (f"; {more} more print this" if more > 0 else "")

    def certain(self, typed: Typed) -> Candidate | None:
        """Return the one expression that can be meant, if there is just one.

        Of the nearest study; of any other only where no second number of the data
        prints the same.
        """
        found = self.candidates(typed)
        if not found or not found[0].certain:
            return None
        best = [c for c in found if c.rank == found[0].rank]
        near = found[0].nearness < ELSEWHERE
        return best[0] if len(best) == 1 and (near or len(found) == 1) else None

    def candidates(self, typed: Typed) -> list[Candidate]:
        """Return the expressions that print what was typed, the likeliest first."""
        reading = read(typed.text)
        if reading is None or not self._data.tables:
            return []
        known = [k for k in self._index.printing(reading) if _fits(k, reading, typed)]
        if not known:
            return []
        scope = scope_at(typed.chapter, typed.start) if typed.chapter else Scope()
        near = self._near(typed, scope)
        found = [self._candidate(k, reading, typed, scope, near) for k in known]
        unique = {c.expression: c for c in found if c.expression}
        return sorted(unique.values(), key=lambda c: (*c.rank, len(c.expression)))

    def _candidate(
        self,
        known: Known,
        reading: Reading,
        typed: Typed,
        scope: Scope,
        near: tuple[set[str], set[str]],
    ) -> Candidate:
        expression = self._index.expression(known, scope)
        start, end, form = _extent(known, reading, typed)
        nearness = ELSEWHERE
        if known.study in near[SENTENCE]:
            nearness = SENTENCE
        elif known.study in near[PARAGRAPH]:
            nearness = PARAGRAPH
        return Candidate(
            expression=expression and expression + form,
            nearness=nearness,
            certain=_is_certain(known, reading, typed)
            and _is_defined(expression, scope),
            direct=known.asked in ("", ".counts"),
            start=start,
            end=end,
        )

    def _near(self, typed: Typed, scope: Scope) -> tuple[set[str], set[str]]:
        """Return the studies of the sentence, and of the paragraph."""
        passage, chapter = typed.passage, typed.chapter
        if chapter is None:
            return set(), set()
        first, last = next(
            (
                (a, b)
                for a, b in sentences(passage.text)
                if a <= typed.numeral.start < b
            ),
            (0, len(passage.text)),
        )
        sentence = (passage.offset(first), passage.end_offset(last))
        return (
            self._studies(chapter, sentence, scope),
            self._studies(chapter, passage.around, scope),
        )

    def _studies(
        self, chapter: Chapter, place: tuple[int, int], scope: Scope
    ) -> set[str]:
        start, end = place
        text = chapter.source.text[start:end]
        found = {c.key for c in chapter.citations if start <= c.start < end}
        for inline in chapter.inlines:
            if start <= inline.start < end:
                found.update(studies_in(inline.expression, scope.variables))
        found |= {
            key
            for key, name in self._index.names
            if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
        }
        return found


def _fits(known: Known, reading: Reading, typed: Typed) -> bool:
    """Say whether a number can be meant, by what stands around the typed one."""
    if known.total is not None or reading.percent:
        return not reading.words
    if reading.words and known.value.kind is not NumberKind.COUNT:
        return False
    return _FITS.get(known.value.kind, _fits_bare)(known, typed)


def _fits_count(known: Known, typed: Typed) -> bool:
    noun, unit = _noun_behind(typed), singular(known.unit)
    if is_measured(typed.passage.text, typed.numeral.end):
        return False
    return not noun or noun == unit or (unit == "patient" and noun in PEOPLE)


def _fits_measure(known: Known, typed: Typed) -> bool:
    text, end = typed.passage.text, typed.numeral.end
    other = is_measured(text, end) or bool(_noun_behind(typed))
    if known.asked == ".time" or other:
        return _unit_behind(known, typed) > 0
    return True


def _fits_p(known: Known, typed: Typed) -> bool:
    before = _p_before(typed)
    return before is not None and before[1] == known.value.relation


def _fits_plain(known: Known, typed: Typed) -> bool:
    text, start, end = typed.passage.text, typed.numeral.start, typed.numeral.end
    if known.record.get("unit") == "grades":
        return bool(_GRADE_BEFORE.search(text, max(0, start - 12), start))
    return not is_measured(text, end)


def _fits_bare(known: Known, typed: Typed) -> bool:
    return not _noun_behind(typed) and not is_measured(
        typed.passage.text, typed.numeral.end
    )


_FITS = {
    NumberKind.COUNT: _fits_count,
    NumberKind.MEASUREMENT: _fits_measure,
    NumberKind.P: _fits_p,
    NumberKind.PLAIN: _fits_plain,
}


def _is_certain(known: Known, reading: Reading, typed: Typed) -> bool:
    """Say whether nothing else can be meant than a number of this kind."""
    kind = known.value.kind
    if known.total is not None or reading.percent or kind is NumberKind.P:
        return True
    if known.asked == ".time":
        return False
    if kind is NumberKind.COUNT:
        return _noun_behind(typed) == singular(known.unit)
    if kind is NumberKind.MEASUREMENT:
        return _unit_behind(known, typed) > 0
    return known.asked == "" and known.record.get("unit") == "calendar_year"


def _is_defined(expression: str, scope: Scope) -> bool:
    """Say whether the chapter has what an expression begins with."""
    first = re.split(r"[.(]", expression, maxsplit=1)[0]
    return first in scope.variables or first in scope.imported


def _extent(known: Known, reading: Reading, typed: Typed) -> tuple[int, int, str]:
    """Return what to replace, and in which form the value replaces it."""
    start, end = typed.start, typed.end
    kind = known.value.kind
    if known.total is not None:
        return start, end, ""
    if reading.words:
        return start, end, ".Words" if reading.capital else ".words"
    if kind is NumberKind.P:
        before = _p_before(typed)
        return (start - before[0] if before else start), end, ""
    if kind is NumberKind.MEASUREMENT:
        behind = _unit_behind(known, typed)
        return start, end + behind, "" if behind else ".bare"
    if kind is NumberKind.PERCENT and not reading.percent:
        return start, end, ".bare"
    return start, end, ""


def _noun_behind(typed: Typed) -> str:
    """Return what is counted, in the singular; empty where no such noun follows."""
    match = _NOUNS.match(typed.passage.text, typed.numeral.end)
    for word in (match[0] if match else "").split():
        if is_counted(word):
            return singular(word)
    return ""


def _unit_behind(known: Known, typed: Typed) -> int:
    """Return how many characters of a unit follow that the value prints itself."""
    text, end = typed.passage.text, typed.numeral.end
    for unit in (known.value.unit, notation.singular(known.value.unit)):
        pattern = rf"[ \u00a0]{re.escape(unit)}(?!\w)"
        match = re.compile(pattern).match(text, end) if unit else None
        if match:
            return len(match[0])
    return 0


def _p_before(typed: Typed) -> tuple[int, str] | None:
    """Return how far before a number its `p =` begins, and the relation."""
    text, start = typed.passage.text, typed.numeral.start
    match = _P_BEFORE.search(text, max(0, start - 12), start)
    return (start - match.start(), match["relation"]) if match else None
