"""Which of the data were consulted, while somebody wants to know.

The data package is read whole, but a cell of a chapter uses a few rows and columns of
it. Whoever serves them notes here what was asked; whoever runs the cell collects it. A
fact is a tuple of words, of which the first says what was asked:

`("cell", table, row, column)`; `("row", table, row)`, all that a row is apart from its
cells (its line, labels and locator, or that there is none); `("rows", table)`, which
rows there are; `("selected", table, wanted)`, which rows have the wanted words (as
JSON); `("facets", study)` and `("facets", "", table, row)`, what tells a study's rows,
or one row, from others; `("package",)`, what the package says of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Generic, TypeVar, overload

Fact = tuple[str, ...]
serving: Callable[[], AbstractContextManager[object]] = nullcontext
"""What is opened within is served here, cell by cell, and no input by itself."""

answer: Callable[[Fact], str] = lambda _: ""  # noqa: E731
"""Gives the digest of what the data say; set by who serves them."""
produced: set[str] = set()
"""Files that were written on behalf of a chapter, with absolute paths."""
_collectors: list[set[Fact]] = []
T = TypeVar("T")


@contextmanager
def collecting() -> Iterator[set[Fact]]:
    """Collect what is consulted within; whoever collects outside gets it as well."""
    found: set[Fact] = set()
    _collectors.append(found)
    try:
        yield found
    finally:
        _collectors.remove(found)
        if _collectors:
            _collectors[-1].update(found)


def note(*fact: str) -> None:
    """Write down what is consulted."""
    if _collectors:
        _collectors[-1].add(fact)


class kept(Generic[T]):  # noqa: N801 - used like `property`
    """A property that is computed once, and consults the data each time it is asked.

    Whoever asks for the second time rests on the same data as the first.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = f"kept {compute.__name__}"
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> kept[T]: ...
    @overload
    def __get__(self, owner: object, kind: type) -> T: ...
    def __get__(self, owner: object | None, kind: type) -> kept[T] | T:
        """Return the value; of a class the property itself."""
        if owner is None:
            return self
        held: dict[str, tuple[T, frozenset[Fact]]] = vars(owner)
        if self._name not in held:
            with collecting() as facts:
                value = self._compute(owner)
            held[self._name] = (value, frozenset(facts))
        value, known = held[self._name]
        if _collectors:
            _collectors[-1] |= known
        return value
