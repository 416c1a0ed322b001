"""What a chapter's variables stand for, read from its cells without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from galleyproof.qmd.model import Chapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`study("glazer2017").technical_success`, or `value("tests:x.printed_p")`."""

    study: str = ""
    said: tuple[str, ...] = ()
    address: str = ""


@dataclass(slots=True)
class Scope:
    """The variables at one place of a chapter, and what it has imported."""

    variables: dict[str, Evidence] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)


def scope_at(chapter: Chapter, offset: int) -> Scope:
    """Return what the cells above a place have defined."""
    scope = Scope()
    for cell in chapter.cells:
        if cell.start >= offset:
            break
        if cell.language != "python" or cell.options.eval is False:
            continue
        try:
            tree = ast.parse(cell.code)
        except (SyntaxError, ValueError, RecursionError):
            continue
        for statement in tree.body:
            _execute(statement, scope)
    return scope


def _execute(statement: ast.stmt, scope: Scope) -> None:
    if isinstance(statement, ast.ImportFrom) and statement.module == "galleyproof":
        scope.imported |= {alias.asname or alias.name for alias in statement.names}
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            for name, value in _pairs(target, statement.value, scope.variables):
                if value is None:
                    scope.variables.pop(name, None)
                else:
                    scope.variables[name] = value


def _pairs(
    target: ast.expr, value: ast.expr, known: Mapping[str, Evidence]
) -> Iterator[tuple[str, Evidence | None]]:
    if isinstance(target, ast.Name):
        yield target.id, evidence_of(value, known)
    elif isinstance(target, ast.Tuple | ast.List):
        parts = _elements(value, known)
        for index, part in enumerate(target.elts):
            if isinstance(part, ast.Name):
                yield part.id, parts[index] if index < len(parts) else None


def _elements(value: ast.expr, known: Mapping[str, Evidence]) -> list[Evidence | None]:
    if isinstance(value, ast.Tuple | ast.List):
        return [evidence_of(element, known) for element in value.elts]
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == "map"
        and len(value.args) == 2
        and isinstance(value.args[0], ast.Name)
        and value.args[0].id == "study"
        and isinstance(value.args[1], ast.Tuple | ast.List)
    ):
        return [
            Evidence(study=str(key.value)) if isinstance(key, ast.Constant) else None
            for key in value.args[1].elts
        ]
    return []


def evidence_of(node: ast.expr, known: Mapping[str, Evidence]) -> Evidence | None:
    """Return what an expression stands for, where that can be read off it."""
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute):
        base = evidence_of(node.value, known)
        if base is None or base.address:
            return None
        return replace(base, said=(*base.said, node.attr))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        argument = node.args[0] if len(node.args) == 1 else None
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            if node.func.id == "study":
                return Evidence(study=argument.value)
            if node.func.id == "value":
                return Evidence(address=argument.value)
    return None


def studies_in(expression: str, known: Mapping[str, Evidence]) -> Iterator[str]:
    """Yield the studies that an inline expression speaks of."""
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Call):
            found = evidence_of(node, known)
            if found is not None and found.study:
                yield found.study
