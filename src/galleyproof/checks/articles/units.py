"""One number with two units, or with a qualifier in one place only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from galleyproof.checks.articles.grid import grids
from galleyproof.checks.articles.model import Article, Finding, Kind
from galleyproof.checks.articles.prose import Sentence
from galleyproof.checks.articles.strata import UNIT

_OF = re.compile(r"^\d{1,3}(?:\.\d+)?\s?%\s+of\s+(?:the\s+)?(?P<unit>[a-z]+)\b")


def rows(article: Article) -> Iterator[Finding]:
    """Find a row that counts one thing under headings that count another.

    One cell says `10.6% of procedures`, the next stands under `Tumors <4 cm`.
    """
    for grid in grids(article):
        headings = {
            column: {_plain(unit) for unit in UNIT.findall(cell.text)}
            for column, cell in enumerate(grid.header)
        }
        for row in grid.rows:
            for cell in row:
                match = _OF.match(cell.text)
                unit = match and _plain(match["unit"])
                if not unit or not UNIT.fullmatch(match["unit"] if match else ""):
                    continue
                other = {
                    heading
                    for column in range(1, min(len(row), len(grid.header)))
                    for heading in headings[column]
                    if "%" in row[column].text and row[column] is not cell
                }
                if other and unit not in other:
                    yield Finding(
                        kind=Kind.UNIT,
                        start=cell.start,
                        end=cell.end,
                        message=f"of {unit}, in a row under headings of"
                        f" {', '.join(sorted(other))}",
                        hint="give each row its unit",
                    )


def _plain(unit: str) -> str:
    return unit.casefold().replace("tumour", "tumor")


_ADJUSTED = re.compile(
    r"(?P<outcome>(?:[A-Za-z-]+\s+){2,4}?)"
    r"(?P<qualifier>adjusted\s+for\s+[a-z -]{3,40}?)"
    r"\s+(?:was|were|of)\s+(?P<percent>\d{1,3}\.\d+)\s?%"
)


def qualifiers(article: Article, prose: Sequence[Sentence]) -> Iterator[Finding]:
    """Find a percentage that is adjusted in one place and plain in all others.

    The others name the same outcome and print the same percentage, with a decimal, and
    speak of no adjustment.
    """
    for sentence in prose:
        for match in _ADJUSTED.finditer(sentence.text):
            words = [w.casefold() for w in match["outcome"].split()][-3:]
            number = re.compile(rf"(?<![\d.]){re.escape(match['percent'])}\s?%")
            again = [
                s
                for s in prose
                if s is not sentence
                and number.search(s.text)
                and all(word in s.text.casefold() for word in words[-2:])
            ]
            if again and not any("adjust" in s.text.casefold() for s in again):
                yield Finding(
                    kind=Kind.UNIT,
                    start=sentence.start + match.start("qualifier"),
                    end=sentence.start + match.end("percent") + 1,
                    message=f"{match['percent']}% stands {len(again)} more time"
                    f"{'' if len(again) == 1 else 's'} without `{match['qualifier']}`",
                    hint="say of each whether it is adjusted",
                )
