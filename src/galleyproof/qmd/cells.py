"""Executable cells: their language, their `#|` options, and the code that is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.nearest import nearest
from galleyproof.qmd import features, grammar
from galleyproof.qmd.model import Block, Cell, Option
from galleyproof.qmd.options import EXAMPLES, TEXTS, CellOptions, Unfit, fit_option
from galleyproof.qmd.yamltext import Place, Yaml, read_mapping
from galleyproof.spans import Source, Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_OPTION_LINE = re.compile(r"[ \t]*\#\|[ \t]?(?P<yaml>[^\r\n]*)(?P<end>\r\n|\r|\n|$)")


def read_cell(
    source: Source, block: Block, index: int
) -> tuple[Cell, list[Diagnostic]]:
    """Read one block of kind `CELL`."""
    head = grammar.FENCE.search(source.text[block.start : block.content_start].rstrip())
    info = grammar.CELL_INFO.match(head["info"]) if head else None
    language = info["language"] if info else ""
    fence = block.start + head.start() if head else block.start
    end = _trimmed(source.text, block.start, block.end)
    reader = _Options(source, block.content_start, block.content_end)
    problems = list(_head_problems(source, fence, block.content_start, info))
    cell = Cell(
        index=index,
        language=language,
        code=_code(source.text[reader.code_start : block.content_end]),
        options=reader.options,
        entries=tuple(reader.entries),
        span=source.span(fence, end),
        code_span=source.span(
            reader.code_start,
            _trimmed(source.text, reader.code_start, block.content_end),
        ),
        start=block.start,
        end=block.end,
    )
    return cell, problems + (reader.problems if language == "python" else [])


def _trimmed(text: str, start: int, end: int) -> int:
    return start + len(text[start:end].rstrip("\r\n"))


def _head_problems(
    source: Source, fence: int, end: int, info: re.Match[str] | None
) -> Iterator[Diagnostic]:
    span = source.span(fence, _trimmed(source.text, fence, end))
    if info is None:
        return
    if info["language"] != "python":
        yield features.unsupported(
            span, f"a cell in `{info['language']}`", "write it in Python"
        )
    elif info["rest"] and info["rest"].strip(" \t,"):
        yield Diagnostic(
            code=Code.OPTION_VALID,
            span=span,
            message="a Python cell takes no options in its opening line",
            hint="write each as a line `#| name: value` at the top of the cell",
        )


def _code(text: str) -> str:
    """Return code without common indentation, lines joined by line feeds."""
    lines = [m[0].rstrip("\r\n") for m in _LINE.finditer(text)]
    indents = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    common = min(indents, default=0)
    return "\n".join(line[common:] for line in lines).rstrip("\n")


class _Options:
    """Reads the `#|` lines at the top of a cell."""

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.entries: list[Option] = []
        self.problems: list[Diagnostic] = []
        self.options = CellOptions()
        self.code_start = start
        self._yaml = ""
        self._offsets: list[tuple[int, int]] = []
        """Offset in the YAML -> offset in the file, at the start of each line."""
        self._gather(start, end)
        if self._yaml:
            self._interpret(read_mapping(self._yaml))

    def _gather(self, at: int, end: int) -> None:
        parts: list[str] = []
        length = 0
        while at < end:
            line = _OPTION_LINE.match(self.source.text, at, end)
            if line is None:
                break
            self._offsets.append((length, line.start("yaml")))
            parts.append(line["yaml"] + "\n")
            length += len(parts[-1])
            at = max(line.end(), at + 1)
        self.code_start = at
        self._yaml = "".join(parts)

    def _offset(self, position: int) -> int:
        for start, offset in reversed(self._offsets):
            if start <= position:
                return offset + position - start
        return self.code_start

    def _span(self, start: int, end: int) -> Span:
        return self.source.span(self._offset(start), self._offset(end))

    def _interpret(self, yaml: Yaml) -> None:
        for problem in yaml.problems:
            self._report(
                Code.OPTION_VALID,
                self._span(problem.offset, problem.offset),
                f"the options cannot be read: {problem.message}",
                "write each as `#| name: value`; quote a value that holds `: ` or `#`",
            )
        fields: dict[str, Any] = {}
        for name, value in yaml.values.items():
            place = yaml.places.get((name,))
            if place is None:
                continue
            self.entries.append(self._entry(name, value, place))
            self._accept(name, value, place, fields)
        self.options = CellOptions(**fields)

    def _entry(self, name: str, value: object, place: Place) -> Option:
        end = place.start + len(self._yaml[place.start : place.end].rstrip())
        start, end = self._offset(place.start), self._offset(end)
        return Option(
            name=name,
            value=value,
            span=self._span(place.key_start, place.key_end),
            value_span=self.source.span(start, end),
            value_start=start,
            value_end=end,
        )

    def _accept(
        self, name: str, value: object, place: Place, fields: dict[str, Any]
    ) -> None:
        field = features.CELL_OPTIONS.get(name)
        key_span = self._span(place.key_start, place.key_end)
        if field is None:
            self.problems.append(_unknown(name, key_span))
            return
        fitted = fit_option(name, value)
        if not isinstance(fitted, Unfit):
            fields[field] = fitted
            return
        value_span = self.entries[-1].value_span
        if _is_list_of_texts(name, value):
            what = f"a list of texts under `{name}`"
            self.problems.append(features.unsupported(value_span, what, "write one"))
            return
        self._report(
            Code.OPTION_VALID,
            value_span,
            f"the option `{name}` must be {fitted.expected}",
            f"write `#| {name}: {EXAMPLES.get(name, 'true')}`, for instance",
        )

    def _report(self, code: Code, span: Span, message: str, hint: str) -> None:
        self.problems.append(
            Diagnostic(code=code, span=span, message=message, hint=hint)
        )


def _is_list_of_texts(name: str, value: object) -> bool:
    """Whether an option has what Quarto takes, one text for each output."""
    return (
        name in TEXTS
        and isinstance(value, list)
        and all(isinstance(one, str) for one in value)
    )


def _unknown(name: str, span: Span) -> Diagnostic:
    if name in features.OTHER_CELL_OPTIONS:
        return features.unsupported(span, f"the cell option `{name}`", "remove it")
    near = nearest(name, features.CELL_OPTIONS)
    return Diagnostic(
        code=Code.OPTION_VALID,
        span=span,
        message=f"there is no cell option `{name}`",
        hint=f"did you mean `{near}`?"
        if near
        else "known are " + ", ".join(f"`{known}`" for known in features.CELL_OPTIONS),
    )
