"""Tables of an article's text: rows of cells under a header."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from galleyproof.checks.articles.model import Article, Paragraph
from galleyproof.checks.articles.prose import is_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in one cell, by offset."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Offset behind its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: its caption, the cells of its header and of each row."""

    number: int | None
    caption: str
    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def grids(article: Article) -> Iterator[Grid]:
    """Yield the tables, in order; a run of rows is one."""
    captions = {c.number: c for c in article.captions}
    run: list[Paragraph] = []
    for paragraph in [*article.paragraphs, None]:
        row = paragraph is not None and is_row(article, paragraph)
        if paragraph and row and (not run or run[-1].table == paragraph.table):
            run.append(paragraph)
            continue
        if len(run) > 1:
            rows = [_cells(article, one) for one in run]
            number = run[0].table
            at = captions.get(number) if number is not None else None
            yield Grid(
                number=number,
                caption=article.source.text[at.start : at.end] if at else "",
                header=rows[0],
                rows=tuple(r for r in rows[1:] if not _is_rule(r)),
            )
        run = [paragraph] if paragraph and row else []


_SEPARATOR = re.compile(r"[\t|]")
_SPACES = re.compile(r" {2,}")


def _cells(article: Article, row: Paragraph) -> tuple[Cell, ...]:
    text = article.text(row)
    begin = 1 if text.startswith("|") else 0
    end = len(text) - 1 if begin and text.endswith("|") else len(text)
    cells, at = [], begin
    separator = _SEPARATOR if _SEPARATOR.search(text) else _SPACES
    ends = [*separator.finditer(text, begin, end), None]
    for after in ends:
        part = text[at : after.start() if after else end]
        offset = at + len(part) - len(part.lstrip())
        cells.append(Cell(text=part.strip(), start=row.start + offset))
        at = after.end() if after else end
    return tuple(cells)


def _is_rule(row: tuple[Cell, ...]) -> bool:
    """Whether it is the line below the header of a table in Markdown."""
    return all(re.fullmatch(r":?-{2,}:?", cell.text) for cell in row)
