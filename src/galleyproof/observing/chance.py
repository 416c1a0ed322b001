"""Code that asks the clock in a way that cannot be seen as it happens.

`datetime.now` is a method of a type that is written in C: it cannot be replaced. So the
code that runs is read instead, with the functions of the author's that it leads to: an
attribute `now` beside something of `datetime` is a question to the clock.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType

_ASKS = frozenset({"now", "today", "utcnow"})
_MOMENTS = frozenset({"now", "today"})
"""What `numpy.datetime64` takes for the present."""
_OWNERS = {
    "datetime": ("datetime", "date"),
    "pandas": ("Timestamp", "Timedelta", "Period"),
}


def questions(
    code: CodeType,
    names: Mapping[str, object],
    is_authors: Callable[[FunctionType], bool],
) -> list[str]:
    """Return what code asks of the clock, in words, its functions included."""
    found: dict[str, None] = {}
    seen: set[int] = set()
    waiting: list[tuple[CodeType, Mapping[str, object]]] = [(code, names)]
    while waiting:
        one, known = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        for part in _with_inner(one):
            found.update(dict.fromkeys(_asked(part, known)))
            for function in _functions(part, known):
                if is_authors(function):
                    waiting.append((function.__code__, function.__globals__))
    return list(found)


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_inner(constant)


def _asked(code: CodeType, names: Mapping[str, object]) -> Iterator[str]:
    asks = _ASKS & set(code.co_names)
    owners = {id(owner) for owner in _owners()}
    held = [names[name] for name in code.co_names if name in names]
    if asks and any(id(item) in owners for item in held):
        for name in sorted(asks):
            yield f"it reads the clock (`{name}`)"
    numpy = sys.modules.get("numpy")
    if numpy is not None and any(item is numpy for item in held):
        moments = [c for c in code.co_consts if isinstance(c, str) and c in _MOMENTS]
        if moments and "datetime64" in code.co_names:
            yield "it reads the clock (`datetime64`)"


def _owners() -> Iterator[object]:
    """Yield the modules and classes that answer with the time."""
    for module, names in _OWNERS.items():
        found = sys.modules.get(module)
        if found is not None:
            yield found
            yield from (getattr(found, name, None) for name in names)


def _functions(code: CodeType, names: Mapping[str, object]) -> Iterator[FunctionType]:
    """Yield the functions that code names, in modules and classes as well."""
    for name in code.co_names:
        item = names.get(name)
        if isinstance(item, FunctionType):
            yield item
        elif isinstance(item, ModuleType | type):
            for other in code.co_names:
                member = vars(item).get(other)
                if isinstance(member, FunctionType):
                    yield member
        if isinstance(item, type):
            members = [m for m in vars(item).values() if isinstance(m, FunctionType)]
            yield from members
