"""What shows its arguments: tables, figures, output and the texts of a plot.

Names, not types: nothing is imported or run to find out what `ax.set_title` is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from galleyproof.checks.numbers.passages import Kind

_KEYWORDS = {
    "alt": Kind.ALT,
    "annotation": Kind.STRING,
    "annotation_text": Kind.STRING,
    "axis_title": Kind.STRING,
    "caption": Kind.CAPTION,
    "cellText": Kind.STRING,
    "cbar_label": Kind.STRING,
    "colLabels": Kind.STRING,
    "fig_alt": Kind.ALT,
    "footnote": Kind.STRING,
    "header": Kind.STRING,
    "headers": Kind.STRING,
    "label": Kind.STRING,
    "labels": Kind.STRING,
    "left_label": Kind.STRING,
    "legend_title": Kind.STRING,
    "name": Kind.STRING,
    "right_label": Kind.STRING,
    "rowLabels": Kind.STRING,
    "source_note": Kind.STRING,
    "subtitle": Kind.STRING,
    "suptitle": Kind.STRING,
    "text": Kind.STRING,
    "title": Kind.STRING,
    "title_text": Kind.STRING,
    "xaxis_title": Kind.STRING,
    "xlab": Kind.STRING,
    "xlabel": Kind.STRING,
    "yaxis_title": Kind.STRING,
    "ylab": Kind.STRING,
    "ylabel": Kind.STRING,
    "zlabel": Kind.STRING,
}
"""Keyword arguments that are shown, whatever the function."""

_DRAWINGS = frozenset(
    {"bars", "curves", "differences", "evidence_map", "forest", "intervals"}
)
_DRAWING_KEYWORDS = frozenset({"axis", "left", "right"})
_OUTPUT = frozenset({"print", "display", "Markdown", "HTML", "Latex", "Math", "Pretty"})
_TEXTS = frozenset(
    {
        "annotate",
        "figtext",
        "ggtitle",
        "labs",
        "legend",
        "cols_label",
        "set_caption",
        "set_label",
        "set_title",
        "set_xlabel",
        "set_xticklabels",
        "set_ylabel",
        "set_yticklabels",
        "set_zlabel",
        "suptitle",
        "supxlabel",
        "supylabel",
        "tab_header",
        "tab_source_note",
        "tab_spanner",
        "text",
        "title",
        "xlab",
        "xlabel",
        "xticks",
        "ylab",
        "ylabel",
        "yticks",
        "set_xticks",
        "set_yticks",
        "write",
        "md",
    }
)
"""Functions and methods whose strings are shown; their numbers are places."""

_PLOTNINE = frozenset({"ggtitle", "labs", "xlab", "ylab", "md"})

TRANSPARENT = frozenset(
    {
        "DataFrame",
        "HTML",
        "Latex",
        "Markdown",
        "Math",
        "Series",
        "chain",
        "dedent",
        "dict",
        "enumerate",
        "list",
        "markdown",
        "md",
        "reversed",
        "set",
        "sorted",
        "to_html",
        "to_markdown",
        "tuple",
        "zip",
    }
)
"""Functions that hand on what they are given."""

FIRST_ARGUMENT = frozenset({"abs", "float", "int", "round", "str", "tabulate", "GT"})
STRING_METHODS = frozenset(
    {
        "capitalize",
        "format",
        "items",
        "join",
        "keys",
        "lower",
        "lstrip",
        "replace",
        "rstrip",
        "strip",
        "style",
        "title",
        "to_html",
        "to_markdown",
        "upper",
        "values",
    }
)
WITH_ARGUMENTS = frozenset({"format", "join", "replace"})
"""Methods of strings whose arguments are in what they return."""
GROWING = frozenset({"append", "extend", "insert", "setdefault", "update", "add"})


def shown_arguments(node: ast.Call) -> Iterator[tuple[ast.expr, Kind, bool]]:
    """Yield the arguments of a call that reach the page.

    Each with what kind of text it is, and whether a bare number in it is shown too.
    """
    name = name_of(node.func)
    is_method = isinstance(node.func, ast.Attribute)
    yield from _positional(node, name, is_method)
    for keyword in node.keywords:
        if keyword.arg is None:
            continue
        if (
            name in {"labs", "cols_label"}
            or (name in {"text", "figtext"} and keyword.arg == "s")
            or (name in _DRAWINGS and keyword.arg in _DRAWING_KEYWORDS)
        ):
            yield keyword.value, Kind.STRING, False
        elif keyword.arg == "labels" and isinstance(keyword.value, ast.Dict):
            yield from ((value, Kind.STRING, False) for value in keyword.value.values)
        elif keyword.arg in _KEYWORDS and name not in {"claim", "table_of"}:
            yield keyword.value, _KEYWORDS[keyword.arg], False


def is_output(node: ast.AST) -> bool:
    """Say whether a call writes into the page, rather than into a drawing."""
    return isinstance(node, ast.Call) and name_of(node.func) in _OUTPUT | {"table"}


def _positional(
    node: ast.Call, name: str, is_method: bool
) -> Iterator[tuple[ast.expr, Kind, bool]]:
    if name == "table" and not is_method:
        yield from ((argument, Kind.TABLE, True) for argument in node.args[1:])
        yield from (
            (k.value, Kind.TABLE, True) for k in node.keywords if k.arg == "columns"
        )
    elif name in _DRAWINGS and not is_method:
        yield from ((argument, Kind.STRING, False) for argument in node.args)
    elif name in _OUTPUT:
        yield from ((argument, Kind.STRING, True) for argument in node.args)
    elif (name in _TEXTS and is_method) or name in _PLOTNINE:
        yield from ((argument, Kind.STRING, False) for argument in node.args)


def name_of(function: ast.expr) -> str:
    """Return the last name of what is called; empty where it has none."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
