"""Names and citations in one paragraph, and whether they speak of the same work.

Knows nothing of files or formats: a paragraph is its text and its citations by offset,
a reference is a key with the names of its authors. The chapters' `@key` and a printed
article's `[6]` are both read into that. Only a name that is written as a study's
(`Smith and colleagues`, `Smith et al.`, `Smith and Jones (2019)`) can be a finding; a
name by itself (`the Cox model`) never is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from galleyproof.checks.sentences import split

_NAME = (
    r"(?:(?:van|von|de|der|den|del|della|di|da|dos|du|la|le|el|al|ten|ter)[ \n])*"
    r"[A-ZÀ-Þ](?:['’][A-ZÀ-Þ])?[^\W\d_]+(?:[-’'][A-ZÀ-Þ][^\W\d_]+)*"
)
_MENTION = re.compile(
    rf"(?<![\w@-])(?P<name>{_NAME})(?:\s[A-Z]{{1,3}}\b\.?)?(?:"
    r"(?:['’]s)?(?P<firm>,?\s+et\s+al\b\.?"
    r"|\s+(?:and|&)\s+(?:(?:his|her|their)\s+)?"
    r"(?:colleagues|co-?workers|co-?authors|associates|collaborators)\b)"
    rf"|\s+(?:and|&)\s+(?P<second>{_NAME})(?=(?:['’]s)?,?\s*\(?(?:19|20)\d\d)"
    r"|(?=(?:['’]s)?,?\s*\(?(?:19|20)\d\d)"
    r")(?:['’]s)?(?:,?\s*\(?(?P<year>(?:19|20)\d\d)[a-z]?\b)?"
)
_YEAR = re.compile(r",?\s*\(?(?P<year>(?:19|20)\d\d)[a-z]?\b")
_PARTICLES = re.compile(
    r"^(?:(?:van|von|de|der|den|del|della|di|da|dos|du|la|le|el|al|ten|ter)\s)+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A reference as sentences speak of it."""

    key: str
    authors: tuple[str, ...]
    """Family names, in order; empty where none is known."""
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Works cited at one place of a paragraph."""

    keys: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Running text and what it cites, by offsets into the text."""

    text: str
    """What is not prose, citations included, may be blanked."""
    citations: tuple[Cited, ...]
    earlier: frozenset[str] = frozenset()
    """Keys that were cited before it in the same section."""
    familiar: Set[str] = frozenset()
    """Keys that the text before it has cited again and again."""
    sourced: bool = False
    """It names its sources in another way: a link, a note, typed references."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name that is written as the name of a study."""

    name: str
    start: int
    end: int
    year: int | None = None
    firm: bool = True
    """False for `Smith (2019)`, which may be a month or a version."""


class Kind(StrEnum):
    """How names and citations disagree."""

    OTHER_WORK = "another work is cited"
    OTHER_YEAR = "another year"
    MISSPELT = "spelled otherwise in the reference"
    UNCITED = "without a citation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A mention that its citations do not bear out."""

    kind: Kind
    mention: Mention
    cited: Cited | None = None
    """The citation beside it; None where there is none."""
    meant: tuple[str, ...] = ()
    """Keys of the works by that name."""
    near: str = ""
    """The name as the reference spells it, where it is misspelt."""


@dataclass(frozen=True, slots=True)
class Library:
    """References by key and by their authors' names."""

    works: Mapping[str, Work]
    _first: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, works: Iterable[Work]) -> Library:
        """Index references by the name of their first author."""
        by_key = {work.key: work for work in works}
        first: dict[str, list[str]] = {}
        for work in by_key.values():
            if work.authors:
                first.setdefault(folded(work.authors[0]), []).append(work.key)
        return cls(by_key, {name: tuple(keys) for name, keys in first.items()})

    def led_by(self, name: str, year: int | None = None) -> tuple[str, ...]:
        """Return the keys of works whose first author has that name.

        Those of that year, where there are any.
        """
        keys = self._first.get(folded(name), ())
        same = tuple(key for key in keys if self.works[key].year == year)
        return same or keys

    def is_author(self, name: str, key: str) -> bool:
        """Whether a work has an author of that name, or of a part of it.

        A work that is not known, or has no authors, may.
        """
        work = self.works.get(key)
        if work is None or not work.authors:
            return True
        wanted = set(folded(name).split())
        return any(wanted & set(folded(one).split()) for one in work.authors)


@lru_cache(maxsize=50_000)
def folded(name: str) -> str:
    """Return a family name as it is compared: no case, accents, particles, hyphens."""
    bare = _PARTICLES.sub("", re.sub(r"[\s‐-–-]", " ", name))
    plain = unicodedata.normalize("NFKD", bare.casefold().replace("ß", "ss"))
    return re.sub(r"[^\w\s]|_", "", "".join(c for c in plain if c.isascii()))


def mentions(text: str) -> Iterator[Mention]:
    """Yield every name that is written as the name of a study."""
    for match in _MENTION.finditer(text):
        yield Mention(
            name=match["name"],
            start=match.start(),
            end=match.end("firm" if match["firm"] else "name"),
            year=_year(match),
            firm=bool(match["firm"]),
        )


def _year(mention: re.Match[str]) -> int | None:
    """Return the year beside a name, which the pattern may only have looked at."""
    found = _YEAR.match(mention.string, mention.end())
    written = mention["year"] or (found and found["year"])
    return int(written) if written else None


def disagreements(paragraph: Paragraph, library: Library) -> Iterator[Disagreement]:
    """Find names that the citations of their paragraph do not bear out.

    A name whose work is cited anywhere in the paragraph is in order, but for its year
    and its spelling. One that stands directly before the citation of other works names
    one thing and cites another; one without any citation cites nothing.
    """
    found = [m for m in mentions(paragraph.text) if _is_study(m, paragraph, library)]
    bounds = list(split(paragraph.text)) if found else []
    keys = {key for cited in paragraph.citations for key in cited.keys}
    for index, mention in enumerate(found):
        following = found[index + 1].start if index + 1 < len(found) else None
        beside = _beside(mention, following, bounds, paragraph)
        borne_out = [k for k in keys if library.is_author(mention.name, k)]
        if borne_out:
            yield from _wrong_year(mention, beside, library)
        elif one := _judged(mention, beside, paragraph, library):
            yield one


def _is_study(mention: Mention, paragraph: Paragraph, library: Library) -> bool:
    """Whether a mention names a study, and by its first author.

    `Ada Smith and colleagues` may be thanked, and of `Jones, Smith, et al.` it is the
    first whose name leads to the reference.
    """
    if not mention.firm:
        return _is_known(mention, library)
    if library.led_by(mention.name, mention.year):
        return True
    before = _BEFORE_NAME.search(paragraph.text, 0, mention.start)
    return before is None or before["word"] in _NO_NAMES


_BEFORE_NAME = re.compile(r"(?<![\w-])(?P<word>[A-ZÀ-Þ][^\W\d_]{2,}),?\s\Z")
_NO_NAMES = frozenset(
    [
        "After",
        "Also",
        "Although",
        "And",
        "Because",
        "Before",
        "Besides",
        "Both",
        "But",
        "Finally",
        "First",
        "For",
        "From",
        "Further",
        "Furthermore",
        "Hence",
        "Here",
        "However",
        "Indeed",
        "Initially",
        "Instead",
        "Later",
        "Lastly",
        "Like",
        "Likewise",
        "Moreover",
        "Next",
        "Nor",
        "Notably",
        "Now",
        "Only",
        "Originally",
        "Previously",
        "Recently",
        "Second",
        "See",
        "Similarly",
        "Since",
        "So",
        "Still",
        "Subsequently",
        "Than",
        "That",
        "The",
        "Then",
        "There",
        "Therefore",
        "Third",
        "Thus",
        "Today",
        "Unlike",
        "Until",
        "When",
        "Whereas",
        "Whether",
        "Which",
        "While",
        "With",
        "Yet",
    ]
)


def _is_known(mention: Mention, library: Library) -> bool:
    """Whether `Smith (2019)` names a reference, and not a month or a program."""
    keys = library.led_by(mention.name, mention.year)
    return any(library.works[key].year == mention.year for key in keys)


def _beside(
    mention: Mention,
    following: int | None,
    bounds: Sequence[tuple[int, int]],
    paragraph: Paragraph,
) -> Cited | None:
    """Return the first citation behind a name, before the next name or full stop."""
    end = next((b for a, b in bounds if a <= mention.start < b), len(paragraph.text))
    if following is not None:
        end = min(end, following)
    return next(
        (c for c in paragraph.citations if mention.end <= c.start < end),
        None,
    )


def _wrong_year(
    mention: Mention, beside: Cited | None, library: Library
) -> Iterator[Disagreement]:
    if mention.year is None or beside is None or len(beside.keys) != 1:
        return
    (key,) = beside.keys
    work = library.works.get(key)
    if work is None or work.year is None or not library.is_author(mention.name, key):
        return
    if work.authors and work.year != mention.year:
        yield Disagreement(
            kind=Kind.OTHER_YEAR, mention=mention, cited=beside, meant=(key,)
        )


def _judged(
    mention: Mention, beside: Cited | None, paragraph: Paragraph, library: Library
) -> Disagreement | None:
    meant = library.led_by(mention.name, mention.year)
    if beside is None:
        silent = paragraph.sourced or (paragraph.citations and not meant)
        if silent or not paragraph.earlier.isdisjoint(meant):
            return None
        # One that cites nothing may go on about what the whole text is about.
        if not paragraph.citations and not paragraph.familiar.isdisjoint(meant):
            return None
        return Disagreement(kind=Kind.UNCITED, mention=mention, meant=meant)
    if near := _misspelt(mention, beside, library):
        return Disagreement(
            kind=Kind.MISSPELT, mention=mention, cited=beside, meant=meant, near=near
        )
    if meant and paragraph.earlier.isdisjoint(meant):
        return Disagreement(
            kind=Kind.OTHER_WORK, mention=mention, cited=beside, meant=meant
        )
    return None


def _misspelt(mention: Mention, beside: Cited, library: Library) -> str:
    """Return the cited first author's name that differs from the mention by a letter.

    Names under six letters differ by a letter from too many others.
    """
    for key in beside.keys:
        for author in library.works[key].authors[:1] if key in library.works else ():
            one, other = folded(mention.name), folded(author)
            if min(len(one), len(other)) >= _LONG_NAME and one_letter_apart(one, other):
                return author
    return ""


_LONG_NAME = 6


def one_letter_apart(one: str, other: str) -> bool:
    """Whether two words differ by one letter: changed, added, left out, or swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    rest, its = one[start:], other[start:]
    return (
        rest[1:] == its[1:]
        or rest[1:] == its
        or rest == its[1:]
        or (rest[1::-1] == its[:2] and rest[2:] == its[2:])
    )
