"""Every value that the review prints: its formula repeated, its leaves looked at."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from galleyproof import files, qmd
from galleyproof.lineage import CellRef, Constant, Value, journal
from galleyproof.spans import Source

CHAPTERS = sorted((Path(__file__).parents[1] / "chapters").glob("*.qmd"))


def printed_by(path: Path) -> list[Value]:
    """Run a chapter in this process; return each value that it prints, once."""
    source = files.read(path, path.name)
    assert isinstance(source, Source)
    chapter = qmd.parse(source)
    found: dict[str, Value] = {}
    named = journal.name

    def watched(value: Value) -> str:
        return found.setdefault(named(value), value) and named(value)

    names: dict[str, object] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(path.parent)
        patch.setattr(journal, "name", watched)
        for part in sorted([*chapter.cells, *chapter.inlines], key=lambda p: p.start):
            if part in chapter.cells:
                show(part.code, names)
            else:
                str(eval(part.expression, names))
    journal.take()
    return list(found.values())


def show(code: str, names: dict[str, object]) -> None:
    """Run a cell as Jupyter does: the value of its last expression is displayed."""
    body = ast.parse(code).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    if isinstance(last, ast.Expr):
        str(eval(compile(ast.Expression(last.value), "cell", "eval"), names))


@pytest.mark.parametrize("name", [path.name for path in CHAPTERS])
def test_formulas_give_what_is_printed(review: Path, name: str) -> None:
    for value in printed_by(review / "chapters" / name):
        again = value.recompute()
        assert again == value.number, (value.title, value.text)
        for leaf in value.leaves:
            found_nothing = leaf.title == "count of 0 rows"
            given = isinstance(leaf.origin, CellRef | Constant)
            assert given or found_nothing, (value.title, leaf)


def test_inline_expressions_read_like_the_sentence_around_them() -> None:
    """Short, and without a helper that the chapter would have to define."""
    lengths: list[int] = []
    for path in CHAPTERS:
        chapter = qmd.parse(Source(path=path.name, text=path.read_text("utf-8")))
        helpers = {
            node.name
            for cell in chapter.cells
            for node in ast.walk(ast.parse(cell.code))
            if isinstance(node, ast.FunctionDef)
        }
        for inline in chapter.inlines:
            nodes = ast.walk(ast.parse(inline.expression.strip()))
            used = {node.id for node in nodes if isinstance(node, ast.Name)}
            assert not used & helpers, (path.name, inline.expression)
            if "claim" not in used:
                lengths.append(len(inline.expression))
    short = sum(length < 40 for length in lengths)
    assert short > 0.9 * len(lengths)
