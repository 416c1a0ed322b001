"""Labels: every name that something in a chapter defines for itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from galleyproof.qmd.blocks import BlockTree
from galleyproof.qmd.features import reference_kind
from galleyproof.qmd.model import Attributes, Cell, Div, Label
from galleyproof.spans import Source

_INNERMOST = 8
"""Of conditions that deep, more would say nothing new."""
_CONDITIONAL = frozenset({"content-visible", "content-hidden"})


def find_labels(
    source: Source,
    tree: BlockTree,
    inline_attributes: Iterable[Attributes],
    cells: Iterable[Cell],
) -> tuple[Label, ...]:
    """Return the labels in the order of the text."""
    places = [
        (a.id, a.id_start, a.id_start + len(a.id) + 1)
        for a in (*inline_attributes, *(b.attributes for b in tree.blocks))
        if a is not None and a.id
    ]
    places += [
        (str(entry.value), entry.value_start, entry.value_end)
        for cell in cells
        for entry in cell.entries
        if entry.name == "label" and cell.options.label is not None
    ]
    places.sort(key=lambda place: place[1])
    conditions = _Conditions(source, tree.divs)
    return tuple(
        Label(
            name=name,
            kind=reference_kind(name),
            span=source.span(start, end),
            start=start,
            end=end,
            conditions=conditions.at(start),
        )
        for name, start, end in places
    )


class _Conditions:
    """The conditional divs around an offset; asked in ascending order."""

    def __init__(self, source: Source, divs: Sequence[Div]) -> None:
        self._source = source
        self._coming: Iterator[Div] = (
            div for div in divs if _CONDITIONAL.intersection(div.attributes.classes)
        )
        self._next = next(self._coming, None)
        self._around: list[Div] = []

    def at(self, offset: int) -> tuple[str, ...]:
        while self._next is not None and self._next.start <= offset:
            self._leave(self._next.start)
            self._around.append(self._next)
            self._next = next(self._coming, None)
        self._leave(offset)
        return tuple(self._opening(div) for div in self._around[-_INNERMOST:])

    def _leave(self, offset: int) -> None:
        while self._around and self._around[-1].end <= offset:
            self._around.pop()

    def _opening(self, div: Div) -> str:
        return self._source.text[div.start : div.content_start].strip()
