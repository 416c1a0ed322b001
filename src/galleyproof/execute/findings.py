"""Findings about cells and expressions that do not come to a good end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.execute.model import Limits
from galleyproof.execute.units import Unit
from galleyproof.outputs import BARE_TYPE, Failure, Frame, Refuted, Run
from galleyproof.qmd.model import Chapter
from galleyproof.spans import Span


def ended(run: Run, unit: Unit, chapter: Chapter, limits: Limits) -> Diagnostic:
    """Say how a cell did not come to its end."""
    return _diagnostic(
        run, chapter, unit.whole, limits, what="cell", code=unit.cell_code
    )


def refuted(run: Run, unit: Unit, chapter: Chapter) -> Iterator[Diagnostic]:
    """Make a finding of each claim of a cell that does not hold."""
    for one in run.refuted:
        span = _span_of_frames((one.frame,), chapter, unit.whole, unit.cell_code)
        yield _false_claim(one, span)


def refuted_inline(one: Refuted, group: Sequence[Unit], chapter: Chapter) -> Diagnostic:
    """Make a finding of a claim in one of several expressions."""
    column = _column(one.frame, chapter, "", one.frame.line)
    place = (one.frame.line, column)
    for span in (unit.whole for unit in group):
        if (span.line, span.column) <= place <= (span.end_line, span.end_column):
            return _false_claim(one, span)
    span = Span(path=chapter.path, line=one.frame.line, column=column)
    return _false_claim(one, span)


_STOPPED = "galleyproof.stopped"


def stopped(run: Run) -> Failure:
    """Return how an expression was stopped, as its result."""
    return Failure(name=_STOPPED, message=run.end, traceback=run.note)


def failed_inline(
    failure: Failure, unit: Unit, chapter: Chapter, limits: Limits
) -> Diagnostic:
    """Say how an expression failed, or was stopped."""
    run = Run(end="failed", failure=failure)
    if failure.name == _STOPPED:
        run = Run(end=failure.message, note=failure.traceback)  # type: ignore[arg-type]
    return _diagnostic(run, chapter, unit.whole, limits, what="inline expression")


def unrepeatable(unit: Unit, why: Sequence[str]) -> Diagnostic:
    """Say of a unit that it runs in every build, and why."""
    what = "cell" if unit.cell is not None else "inline expression"
    return Diagnostic(
        code=Code.CELL_REPEATABLE,
        span=unit.whole,
        severity=Severity.WARNING,
        message=f"this {what} runs in every build: {'; '.join(why)}",
        hint="read files of the project, give random numbers a seed; or let it be so",
    )


def bare_lettering(
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


def untraced(unit: Unit, result: Mapping[str, str]) -> Diagnostic:
    """Say of an inline expression that its number knows no data."""
    shown = " ".join(result.get("text/plain", "").split())
    return Diagnostic(
        code=Code.NUMBER_TRACED,
        span=unit.whole,
        message=f"`{shown}` is a bare `{result[BARE_TYPE]}`, which knows no data",
        hint="print a value: evidence of the data package, or what is computed from it",
    )


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
    if failure.name in ("MemoryError", "_ArrayMemoryError"):
        return Diagnostic(
            code=Code.CELL_RUNS,
            span=span,
            message=f"{what} takes more memory than there is",
            hint="hold less at once, or raise `galley: memory-limit` if it is set",
            detail=failure.traceback,
        )
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
