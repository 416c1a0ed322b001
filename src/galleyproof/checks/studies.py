"""Which studies the code of a chapter speaks of, as far as names tell.

`wang = study("wangf2020")`, what is assigned from `wang`, and so on: a name stands for
the studies that what it is bound to stands for. Nothing is run.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

from galleyproof.qmd.model import Chapter, Stretch

_STUDY = "study"
Names = Mapping[str, frozenset[str]]
"""What code calls something -> the keys of the studies that it stands for."""


def names(chapters: Iterable[Chapter]) -> Names:
    """Return the names that code binds to studies, or to what comes of them."""
    known: dict[str, frozenset[str]] = {}
    for chapter in chapters:
        if _STUDY not in chapter.source.text:
            continue
        for cell in chapter.cells:
            if cell.language == "python":
                for statement in _parsed(cell.code).body:
                    if isinstance(statement, ast.Assign):
                        _bind(statement, known)
    return known


def _bind(statement: ast.Assign, known: dict[str, frozenset[str]]) -> None:
    for target in statement.targets:
        for one, value in _pairs(target, statement.value):
            keys = _keys(value, known)
            if keys is not None:
                for node in ast.walk(one):
                    if isinstance(node, ast.Name):
                        known[node.id] = keys


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield what is bound to what, `a, b = c, d` one by one."""
    if (
        isinstance(target, ast.Tuple)
        and isinstance(value, ast.Tuple)
        and len(target.elts) == len(value.elts)
    ):
        yield from zip(target.elts, value.elts, strict=True)
    else:
        yield target, value


def shown(chapter: Chapter, stretch: Stretch, known: Names) -> frozenset[str] | None:
    """Return the studies of which an inline expression prints something.

    None where it is of no study; empty where it is of one that cannot be told, such as
    what another language prints.
    """
    at = bisect_left(chapter.inlines, stretch.start, key=lambda one: one.start)
    inline = chapter.inlines[at] if at < len(chapter.inlines) else None
    if inline is None or inline.start != stretch.start:
        return None
    if inline.language != "python":
        return frozenset()
    return _keys(_parsed(inline.expression.strip()), known)


def _keys(tree: ast.AST, known: Names) -> frozenset[str] | None:
    """Return the studies that a piece of code speaks of; None where it does of none."""
    nodes = list(ast.walk(tree))
    called = {node.id for node in nodes if isinstance(node, ast.Name)}
    found = [known[name] for name in called if name in known]
    if _STUDY in called:
        found.append(
            frozenset(
                node.value
                for node in nodes
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
        )
    return frozenset[str]().union(*found) if found else None


def _parsed(code: str) -> ast.Module:
    try:
        return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
