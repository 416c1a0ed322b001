"""Run the chapters: cells and inline expressions, in order, once.

Each chapter runs in a clean namespace of one warm kernel. Results are keyed by the path
of the file and the index of the cell or inline expression in it, as `qmd` numbers them.
A chapter stops at its first failing cell, since what follows would fail for that; the
next chapter runs nonetheless, so that one build finds what is wrong with each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.kernel import Kernel
from galleyproof.lineage.entries import Entries
from galleyproof.outputs import (
    BARE_TYPE,
    Expression,
    Failure,
    Frame,
    Output,
    Place,
    Refuted,
    Run,
)
from galleyproof.qmd.model import Cell, Chapter, InlineCode
from galleyproof.qmd.options import CellOptions, CellSettings
from galleyproof.spans import Span

__all__ = ["CellResult", "Execution", "InlineResult", "Limits", "Output", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResult:
    """What a cell showed; empty where it was not evaluated."""

    outputs: tuple[Output, ...] = ()
    evaluated: bool = True
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineResult:
    """The Markdown that stands in place of an inline expression."""

    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """Everything that ran, by (path, index)."""

    cells: Mapping[tuple[str, int], CellResult] = field(default_factory=dict)
    inlines: Mapping[tuple[str, int], InlineResult] = field(default_factory=dict)
    entries: Entries = field(default_factory=Entries)
    """The records of what was printed."""
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a cell may go."""

    timeout_s: float = 120.0
    output_limit: int = 1_000_000
    bare_numbers: bool = True
    """Whether inline code may print a number without lineage."""


def run(
    chapters: Sequence[Chapter],
    kernel: Kernel,
    *,
    defaults: Mapping[str, CellOptions] | None = None,
    limits: Limits | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Execution:
    """Run every chapter that has something to run.

    Parameters
    ----------
    defaults
        options that hold where a cell sets none, by the chapter's path
    progress
        told each chapter's path as it begins

    """
    cells: dict[tuple[str, int], CellResult] = {}
    inlines: dict[tuple[str, int], InlineResult] = {}
    diagnostics: list[Diagnostic] = []
    entries = Entries()
    for number, chapter in enumerate(c for c in chapters if c.cells or c.inlines):
        progress(chapter.path)
        if number:
            kernel.reset()
        one = _ChapterRun(
            chapter=chapter,
            kernel=kernel,
            defaults=(defaults or {}).get(chapter.path, CellOptions()),
            limits=limits or Limits(),
        )
        one.run()
        cells.update(one.cells)
        inlines.update(one.inlines)
        diagnostics.extend(one.diagnostics)
        printed = kernel.printed()
        entries.update(printed.entries)
        if not one.limits.bare_numbers:
            diagnostics.extend(_bare_lettering(chapter, printed.bare))
    return Execution(
        cells=cells, inlines=inlines, entries=entries, diagnostics=tuple(diagnostics)
    )


@dataclass(slots=True, kw_only=True)
class _ChapterRun:
    """One chapter on its way through the kernel."""

    chapter: Chapter
    kernel: Kernel
    defaults: CellOptions
    limits: Limits
    cells: dict[tuple[str, int], CellResult] = field(default_factory=dict)
    inlines: dict[tuple[str, int], InlineResult] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def run(self) -> None:
        """Run cells one by one, and the expressions between two cells together."""
        parts: list[Cell | InlineCode] = sorted(
            [*self._python_cells(), *self._python_inlines()], key=lambda p: p.start
        )
        for is_cell, group in groupby(parts, key=lambda p: isinstance(p, Cell)):
            if is_cell:
                going_on = all(self._cell(c) for c in group if isinstance(c, Cell))
            else:
                going_on = self._inlines(
                    [i for i in group if isinstance(i, InlineCode)]
                )
            if not going_on:
                return

    def _python_cells(self) -> list[Cell]:
        return [c for c in self.chapter.cells if c.language == "python"]

    def _python_inlines(self) -> list[InlineCode]:
        return [i for i in self.chapter.inlines if i.language == "python"]

    def _cell(self, cell: Cell) -> bool:
        """Run a cell; tell whether the chapter can go on."""
        settings = cell.options.settle(self.defaults)
        key = (self.chapter.path, cell.index)
        code, skipped = _without_leading_blank_lines(cell.code)
        if not settings.eval or not code:
            self.cells[key] = CellResult(evaluated=False)
            return True
        place = Place(path=self.chapter.path, line=cell.code_span.line + skipped)
        ended = self.kernel.execute(
            code,
            place=place,
            timeout_s=self.limits.timeout_s,
            output_limit=self.limits.output_limit,
            figure_size=_figure_size(settings),
        )
        self.cells[key] = CellResult(
            outputs=_shown(ended.outputs, settings), seconds=ended.seconds
        )
        self._take_refuted(ended, cell)
        return self._judge(ended, cell, allowed=settings.error)

    def _judge(self, ended: Run, cell: Cell, *, allowed: bool) -> bool:
        if ended.end == "done" or (ended.end == "failed" and allowed):
            return True
        self.diagnostics.append(
            _diagnostic(
                ended,
                self.chapter,
                cell.code_span,
                self.limits,
                what="cell",
                code=cell.code,
            )
        )
        self._replace_dead_kernel()
        return False

    def _take_refuted(self, ended: Run, cell: Cell) -> None:
        """Make a finding of each claim of a cell that does not hold."""
        for refuted in ended.refuted:
            frames = (refuted.frame,)
            span = _span_of_frames(frames, self.chapter, cell.code_span, cell.code)
            self.diagnostics.append(_false_claim(refuted, span))

    def _replace_dead_kernel(self) -> None:
        if not self.kernel.alive:
            self.kernel.restart()

    def _inlines(self, inlines: Sequence[InlineCode]) -> bool:
        """Evaluate neighbouring expressions; each failure is its own finding."""
        expressions = [self._expression(inline) for inline in inlines]
        evaluation = self.kernel.evaluate(
            expressions,
            timeout_s=self.limits.timeout_s,
            output_limit=self.limits.output_limit,
        )
        if evaluation.run.end != "done":
            if len(inlines) > 1:
                # One by one, to find out which of them it was.
                self._replace_dead_kernel()
                return all(self._inlines([inline]) for inline in inlines)
            self.diagnostics.append(
                _diagnostic(
                    evaluation.run,
                    self.chapter,
                    inlines[0].span,
                    self.limits,
                    what="inline expression",
                )
            )
            self._replace_dead_kernel()
            return False
        for inline, result in zip(inlines, evaluation.results, strict=True):
            self._take(inline, result)
        for refuted in evaluation.run.refuted:
            span = self._inline_span(refuted.frame, inlines)
            self.diagnostics.append(_false_claim(refuted, span))
        return True

    def _inline_span(self, frame: Frame, inlines: Sequence[InlineCode]) -> Span:
        """Return the expression that a frame is in, or else the line of the frame."""
        column = _column(frame, self.chapter, "", frame.line)
        place = (frame.line, column)
        for span in (inline.span for inline in inlines):
            if (span.line, span.column) <= place <= (span.end_line, span.end_column):
                return span
        return Span(path=self.chapter.path, line=frame.line, column=column)

    def _expression(self, inline: InlineCode) -> Expression:
        text = self.chapter.source.text
        start = inline.expression_start
        line_start = text.rfind("\n", 0, start) + 1
        where = self.chapter.source.span(start)
        return Expression(
            code=inline.expression,
            place=Place(
                path=self.chapter.path,
                line=where.line,
                byte_column=len(text[line_start:start].encode()),
            ),
        )

    def _take(self, inline: InlineCode, result: Mapping[str, str] | Failure) -> None:
        if not isinstance(result, Failure):
            if BARE_TYPE in result and not self.limits.bare_numbers:
                self.diagnostics.append(_untraced(inline, result))
            markdown = inline_markdown(result)
            key = (self.chapter.path, inline.index)
            self.inlines[key] = InlineResult(markdown=markdown)
            return
        ended = Run(end="failed", failure=result)
        found = _diagnostic(
            ended,
            self.chapter,
            inline.span,
            self.limits,
            what="inline expression",
        )
        self.diagnostics.append(found)


def _bare_lettering(
    chapter: Chapter, bare: Sequence[tuple[int, str]]
) -> Iterator[Diagnostic]:
    """Say of each text in a figure of pyplot that its number knows no data."""
    for line, text in bare:
        cells = [c for c in chapter.cells if c.code_span.line <= line]
        if cells:
            yield Diagnostic(
                code=Code.NUMBER_TRACED,
                span=cells[-1].code_span,
                message=f"the figure is lettered `{' '.join(text.split())}`, with a "
                "number that knows no data",
                hint="write a value into the text, or declare it: `[12 mm]{.literal}`",
            )


def _untraced(inline: InlineCode, result: Mapping[str, str]) -> Diagnostic:
    shown = " ".join(result.get("text/plain", "").split())
    return Diagnostic(
        code=Code.NUMBER_TRACED,
        span=inline.span,
        message=f"`{shown}` is a bare `{result[BARE_TYPE]}`, which knows no data",
        hint="print a value: evidence of the data package, or what is computed from it",
    )


def _without_leading_blank_lines(code: str) -> tuple[str, int]:
    """Drop them as IPython would, and count them, so that lines stay known."""
    lines = code.split("\n")
    skipped = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    return "\n".join(lines[skipped:]), skipped


def _figure_size(settings: CellSettings) -> tuple[float | None, float | None] | None:
    if settings.fig_width is None and settings.fig_height is None:
        return None
    return settings.fig_width, settings.fig_height


def _shown(outputs: Sequence[Output], settings: CellSettings) -> tuple[Output, ...]:
    """Leave out what the cell printed to stderr where it wants no warnings."""
    if settings.warning:
        return tuple(outputs)
    return tuple(o for o in outputs if not (o.kind == "stream" and o.name == "stderr"))


# Inline results -------------------------------------------------------------------

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!@$^~|&])")


def inline_markdown(data: Mapping[str, str]) -> str:
    """Return what stands in the text: Markdown as it is, all else to the letter.

    As with Quarto, Markdown that an object offers is markup, while a string prints the
    characters that it consists of. The text of any other object is treated as a string.
    """
    if "text/markdown" in data:
        return data["text/markdown"].strip("\n")
    latex = data.get("text/latex", "").strip()
    if latex.startswith("$") and latex.endswith("$"):
        return latex
    text = " ".join(data.get("text/plain", "").split("\n"))
    return _SPECIAL.sub(r"\\\1", text)


# Findings -------------------------------------------------------------------------


def _diagnostic(
    ended: Run,
    chapter: Chapter,
    whole: Span,
    limits: Limits,
    *,
    what: str,
    code: str = "",
) -> Diagnostic:
    """Say how a cell or an inline expression did not come to its end."""
    frames = ended.failure.frames if ended.failure else ()
    span = _span_of_frames(frames, chapter, whole, code)
    if ended.end == "timeout":
        return Diagnostic(
            code=Code.CELL_IN_TIME,
            span=span,
            message=f"{what} did not end within {limits.timeout_s:g} s",
            hint="make it faster, or raise `galley: cell-timeout` in `_quarto.yml`",
        )
    if ended.end == "flood":
        return Diagnostic(
            code=Code.CELL_OUTPUT_BOUNDED,
            span=span,
            message=f"{what} printed more than {limits.output_limit:,} bytes",
            hint="print less, or raise `galley: output-limit` in `_quarto.yml`",
        )
    if ended.end == "died":
        return Diagnostic(
            code=Code.CELL_RUNS,
            span=span,
            message=f"{what} ended its kernel: {ended.note}",
            hint=_death_hint(ended.note),
        )
    if ended.end == "exited":
        return Diagnostic(
            code=Code.CELL_RUNS,
            span=span,
            message=f"{what} ended its kernel with `exit` or `quit`",
            hint="a chapter runs to its end; raise an exception to stop the build",
        )
    return _exception(ended.failure, span, what)


def _death_hint(note: str) -> str:
    if "SIGKILL" in note:
        return "the system kills a process that takes too much memory; use less"
    return "a library crashed or the code called `os._exit`; run the cell alone"


def _exception(failure: Failure | None, span: Span, what: str) -> Diagnostic:
    if failure is None:
        return Diagnostic(code=Code.CELL_RUNS, span=span, message=f"{what} failed")
    said = " ".join(failure.message.split())
    message = f"{what} raised `{failure.name}`" + (f": {said}" if said else "")
    return Diagnostic(
        code=Code.CELL_RUNS,
        span=span,
        message=message,
        hint=_exception_hint(failure, what),
        detail=failure.traceback,
    )


_HINTS = {
    "NameError": "each chapter runs by itself: what it uses, its own cells must define",
    "SystemExit": "a chapter runs to its end; raise an exception to stop the build",
    "ModuleNotFoundError": "install the module where galleyproof is installed",
    "StdinNotImplementedError": "a build has nobody to ask; read a file instead",
    "cell": "correct the code, or set `#| error: true` to show the error to the reader",
    "inline expression": "correct the expression",
}


def _exception_hint(failure: Failure, what: str) -> str:
    return _HINTS.get(failure.name, _HINTS[what])


def _false_claim(refuted: Refuted, span: Span) -> Diagnostic:
    return Diagnostic(
        code=Code.CLAIM_HOLDS,
        span=span,
        message=f"`{refuted.words}` does not hold: {refuted.reason}",
        hint="reword the sentence, or correct the data",
    )


def _span_of_frames(
    frames: Sequence[Frame], chapter: Chapter, whole: Span, code: str
) -> Span:
    """Return the place in the chapter where it happened, or the whole cell."""
    last = max(whole.line, whole.end_line)
    for frame in frames:
        if frame.path == chapter.path and whole.line <= frame.line <= last:
            column = _column(frame, chapter, code, whole.line)
            return Span(path=chapter.path, line=frame.line, column=column)
    return whole


def _column(frame: Frame, chapter: Chapter, code: str, first: int) -> int:
    """Count characters, and add the indentation that the cell's code has lost."""
    line = chapter.source.line(frame.line)
    lines = code.split("\n") if code else []
    place = frame.line - first
    ran = lines[place] if 0 <= place < len(lines) else line
    before = ran.encode()[: frame.byte_column].decode("utf-8", "ignore")
    return len(before) + max(0, len(line) - len(ran)) + 1
