"""The kernel's side of `kernel`: what runs in the kernel beside the author's code.

Loaded as an IPython extension. It compiles each cell under the name and at the line of
its chapter, so that tracebacks, warnings and `inspect` speak of the author's file;
evaluates inline expressions; describes failures without anybody's frames but the
author's and the libraries'; and clears what one chapter leaves behind for the next.
Nothing here may be imported in the process that builds.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import numbers
import os
import select
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from ipykernel.compiler import XCachingCompiler

from galleyproof import refutation
from galleyproof.observing.observer import Account, Observer
from galleyproof.outputs import (
    ACCOUNT_TYPE,
    BARE_TYPE,
    ENTRIES_TYPE,
    FAILURE_TYPE,
    MEMORY_LIMIT,
    REFUTED_TYPE,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE_KEY = "galleyproof"
_PARSED = "<galley>"
_JOURNAL = "galleyproof.lineage.journal"
"""Looked up, not imported: a chapter without values does not wait for it."""
_SITE = "site-packages"
_PACKAGE = str(Path(__file__).parent)
_OWN_PARTS = ("/IPython/", "/ipykernel/", "/jupyter_client/", "<frozen ")

_shell: Any = None
_left_as: dict[str, Any] = {}
_bare_lettering: list[tuple[int, str]] = []
"""Texts in figures that hold a number without data, with the line of their cell."""
_observer: Any = None
_running: ast.AST | None = None
"""The cell that runs, as it was parsed."""
_account: Account | None = None
"""What was observed of the cell that ran last."""


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Take over compilation in this kernel and remember what it began with."""
    global _shell, _observer  # noqa: PLW0603  (an extension has no other place)
    _limit_memory()
    _shell = shell
    shell.compile = ChapterCompiler()  # type: ignore[no-untyped-call]
    shell.events.register("pre_run_cell", _set_figure_size)
    shell.events.register("post_run_cell", _restore_figure_size)
    if shell.display_formatter is not None:
        # Asked before any picture is made of a figure; answers None: go on as usual.
        shell.display_formatter.mimebundle_formatter.for_type_by_name(
            "matplotlib.figure", "Figure", _settle
        )
    shell.events.register("post_run_cell", _await_children_output)
    refutation.listen(partial(_tell_refuted, shell.display_pub))
    warnings.filterwarnings("ignore", message="To exit: use 'exit'")
    _observer = Observer(shell.user_ns, Path.cwd())
    _observer.install()
    shell.events.register("pre_run_cell", _begin_account)
    shell.events.register("post_run_cell", _end_account)
    _left_as.update(
        directory=Path.cwd(),
        environment=dict(os.environ),  # noqa: TID251
        path=list(sys.path),
        filters=list(warnings.filters),
    )


def _limit_memory() -> None:
    """Let this process have as much memory as the project allows, where that works."""
    wanted = os.environ.get(MEMORY_LIMIT)  # noqa: TID251
    if not wanted or sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not everywhere

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (int(wanted), int(wanted)))


def _request() -> dict[str, Any]:
    """Return what the build sent beside the code that is running."""
    parent = _shell.get_parent() if _shell is not None else {}
    found: dict[str, Any] = parent.get("metadata", {}).get(PLACE_KEY, {})
    return found


class ChapterCompiler(XCachingCompiler):
    """Compiles a cell as the stretch of lines of a chapter that it is."""

    def cache(
        self, transformed_code: str, number: int = 0, raw_code: str | None = None
    ) -> str:
        """Name the code: the chapter's path, whose text `linecache` finds itself."""
        path = _request().get("path")
        if path:
            return str(path)
        return str(super().cache(transformed_code, number, raw_code=raw_code))

    def ast_parse(
        self, source: str, filename: str = "<unknown>", symbol: str = "exec"
    ) -> ast.AST:
        """Parse, and count lines from where the cell stands in its file."""
        global _running  # noqa: PLW0603
        offset = int(_request().get("line", 1)) - 1
        try:
            # Under the chapter's name the parser would look up the line in the file,
            # by a number that counts from the cell, and cut the column to it.
            tree: ast.AST = super().ast_parse(source, _PARSED, symbol)
        except SyntaxError as error:
            error.filename = filename
            error.lineno = (error.lineno or 1) + offset
            if error.end_lineno is not None:
                error.end_lineno += offset
            raise
        _running = ast.increment_lineno(tree, offset)
        return _running


# Accounts -------------------------------------------------------------------------


def _begin_account(info: object) -> None:
    global _running, _account  # noqa: PLW0603
    _running = _account = None
    _observer.begin()


def _end_account(result: object) -> None:
    global _account  # noqa: PLW0603
    if _observer.is_watching:
        whole = bool(getattr(result, "success", True))
        _account = _observer.end(_running, is_cell=True, is_whole=whole)
        _account["bare"] = _taken_lettering()


def account() -> Bundle:
    """Hand over what was observed of the cell that ran last."""
    return Bundle({ACCOUNT_TYPE: json.dumps(_account)})


def _taken_lettering() -> list[tuple[int, str]]:
    taken = list(_bare_lettering)
    _bare_lettering.clear()
    return taken


# Inline expressions ---------------------------------------------------------------


class Bundle:
    """A MIME bundle that passes through `user_expressions` as it is."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        # IPython would add the text of this object where there is none.
        return {"text/plain": "", **self.data}


def evaluate(expression: str, path: str, line: int, byte_column: int) -> Bundle:
    """Evaluate an expression in the chapter's namespace; a failure is a result."""
    try:
        tree = _parse_expression(expression, path, line, byte_column)
        code = compile(tree, path, "eval")
        _observer.begin()
        try:
            value = eval(code, _shell.user_global_ns, _shell.user_ns)
            shown = _bundle(value) | _bare(value)
        finally:
            found = _observer.end(tree, is_cell=False)
        return Bundle(shown | {ACCOUNT_TYPE: json.dumps(found)})
    except (Exception, SystemExit) as error:  # noqa: BLE001  (told to the author)
        return Bundle({FAILURE_TYPE: describe(error)})


def _parse_expression(
    expression: str, path: str, line: int, shift: int
) -> ast.Expression:
    try:
        tree = ast.parse(expression.strip(), _PARSED, "eval")
    except SyntaxError as error:
        error.filename = path
        error.offset = (error.offset or 1) + (shift if error.lineno == 1 else 0)
        error.lineno = (error.lineno or 1) + line - 1
        # The only frame is that of the parser.
        raise error.with_traceback(None) from None
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) == 1:
            node.col_offset += shift  # type: ignore[attr-defined]
        if getattr(node, "end_lineno", 0) == 1:
            node.end_col_offset += shift  # type: ignore[attr-defined]
    return ast.increment_lineno(tree, line - 1)


def _bundle(value: object) -> dict[str, Any]:
    """Represent a value as Jupyter does, save that what raises is not swallowed."""
    if isinstance(value, str):
        return {"text/plain": str(value)}
    for method in ("_repr_markdown_", "_repr_latex_"):
        if callable(own := getattr(type(value), method, None)):
            text = own(value)
            text = text[0] if isinstance(text, tuple) else text
            if text is not None:
                kind = "text/markdown" if method == "_repr_markdown_" else "text/latex"
                return {kind: str(text)}
    data, _ = _shell.display_formatter.format(
        value, include={"text/plain", "text/markdown", "text/latex"}
    )
    return dict(data)


def _bare(value: object) -> dict[str, str]:
    """Mark a number, or a text that holds one, that comes without lineage."""
    if isinstance(value, bool) or not isinstance(value, numbers.Number | str):
        return {}
    # A string of our own kind (a citation) prints as Markdown of our making.
    if isinstance(value, str) and (
        type(value) is not str or not any(c.isnumeric() for c in _prose(value))
    ):
        return {}
    return {BARE_TYPE: type(value).__name__}


def _prose(text: str) -> str:
    """Return a string without what values in it print of themselves."""
    markup = sys.modules.get("galleyproof.lineage.markup")
    return str(markup.without_values(text)) if markup else text


# Failures -------------------------------------------------------------------------


def failure() -> Bundle:
    """Describe the exception that the last cell ended with."""
    error = getattr(sys, "last_value", None)
    if error is None:
        return Bundle({FAILURE_TYPE: {"name": "", "message": "", "traceback": ""}})
    return Bundle({FAILURE_TYPE: describe(error)})


def describe(error: BaseException) -> dict[str, Any]:
    """Return name, message, traceback and the chapter's frames of an exception."""
    report = traceback.TracebackException.from_exception(error, compact=True)
    for one in _chain(report):
        one.stack = traceback.StackSummary.from_list(_kept(one.stack))
    frames = [
        {
            "path": f.filename,
            "line": f.lineno,
            "byte_column": f.colno or 0,
            "function": f.name,
        }
        for one in _chain(report)
        for f in reversed(one.stack)
    ]
    if isinstance(error, SyntaxError):
        frames.insert(0, _syntax_frame(error))
    return {
        "name": type(error).__name__,
        "message": _message(error),
        "traceback": "".join(report.format()).rstrip("\n"),
        "frames": frames,
    }


def _message(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return error.msg
    if isinstance(error, KeyError) and len(error.args) == 1:
        # str() of a KeyError is the repr of its argument.
        return str(error.args[0])
    try:
        return str(error)
    except Exception:  # noqa: BLE001  (the author's own __str__ may fail)
        return ""


def _syntax_frame(error: SyntaxError) -> dict[str, Any]:
    column = max(0, (error.offset or 1) - 1)
    text = (error.text or "")[:column]
    return {
        "path": error.filename or "",
        "line": error.lineno or 1,
        "byte_column": max(column, len(text.encode())),
        "function": "<module>",
    }


def _chain(
    report: traceback.TracebackException,
) -> Iterator[traceback.TracebackException]:
    """Yield an exception and those behind it, the last raised first."""
    seen: set[int] = set()
    queue = [report]
    while queue:
        one = queue.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        queue.extend(one.exceptions or ())
        queue.extend(cause for cause in (one.__cause__, one.__context__) if cause)


def _kept(stack: traceback.StackSummary) -> list[traceback.FrameSummary]:
    kept = []
    for frame in stack:
        if frame.filename.startswith(_PACKAGE):
            continue
        if any(part in frame.filename for part in _OWN_PARTS):
            continue
        # Read the source line before the name is shortened: it is found by the name.
        frame.line  # noqa: B018
        frame.filename = _short(frame.filename)
        kept.append(frame)
    return kept


def _short(filename: str) -> str:
    """Name a library's file without the part that differs between machines."""
    path = filename.replace("\\", "/")
    if f"/{_SITE}/" in path:
        return path.rsplit(f"/{_SITE}/", 1)[1]
    home = str(_left_as.get("directory", "")).replace("\\", "/")
    if home and path.startswith(home + "/"):
        return path[len(home) + 1 :]
    library = str(Path(os.__file__).parent).replace("\\", "/")
    return path.removeprefix(library + "/")


# Claims ---------------------------------------------------------------------------


def _tell_refuted(publisher: Any, refuted: refutation.Refutation) -> None:  # noqa: ANN401
    """Send the build a claim that does not hold, and where it was made."""
    told = {
        "words": refuted.words,
        "reason": refuted.reason,
        **_place(sys._getframe()),
    }
    # Not the shell's publisher of the moment: a cell may capture what that shows.
    publisher.publish(data={REFUTED_TYPE: told})


def _place(frame: FrameType | None) -> dict[str, Any]:
    """Return where the author's code is that called us."""
    while frame is not None and not _is_authors(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return {"path": "", "line": 0, "byte_column": 0}
    positions = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    return {
        "path": _short(frame.f_code.co_filename),
        "line": positions[0] or frame.f_lineno,
        "byte_column": positions[2] or 0,
    }


def _is_authors(filename: str) -> bool:
    return not (
        filename.startswith((_PACKAGE, "<"))
        or any(part in filename for part in _OWN_PARTS)
    )


# Before and between chapters ----------------------------------------------------------


def ready() -> Bundle:
    """Answer that the extension is loaded."""
    if _shell is None:
        raise RuntimeError("its extension was not loaded")
    return Bundle({"text/plain": "ready"})


def warm(statements: list[str]) -> Bundle:
    """Import libraries that the chapters will import.

    Modules of the project are left to the cells, which may show what they print.
    """
    for statement in statements:
        if all(_is_installed(name) for name in _imported(statement)):
            with warnings.catch_warnings(), suppress(Exception):
                warnings.simplefilter("ignore")
                exec(statement, {})
    return Bundle({"text/plain": "warm"})


def _imported(statement: str) -> list[str]:
    node = ast.parse(statement).body[0]
    if isinstance(node, ast.ImportFrom):
        return ["." if node.level else str(node.module).partition(".")[0]]
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    return ["."]


def _is_installed(name: str) -> bool:
    if name in sys.stdlib_module_names or name == __package__:
        return True
    with suppress(ImportError, ValueError):
        found = importlib.util.find_spec(name)
        return found is not None and _SITE in (found.origin or "")
    return False


def printed() -> Bundle:
    """Hand over the records of what the chapter has printed."""
    journal = sys.modules.get(_JOURNAL)
    if journal is None:
        return Bundle({ENTRIES_TYPE: "{}"})
    return Bundle({ENTRIES_TYPE: json.dumps(journal.take().json)})


def reset() -> Bundle:
    """Put the kernel back to how it began, modules and their caches aside.

    Raises where only a new process can do so.
    """
    if _observer.is_spoilt:
        raise RuntimeError("something was set in a library")
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rc_file_defaults()
    # Its cache of results would be emptied with a full garbage collection, which
    # takes longer than many a chapter; the namespace holds them, and is cleared.
    _shell.displayhook.do_full_cache = False
    _shell.reset(new_session=False)
    _shell.displayhook.do_full_cache = True
    os.chdir(_left_as["directory"])
    os.environ.clear()  # noqa: TID251
    os.environ.update(_left_as["environment"])  # noqa: TID251
    sys.path[:] = _left_as["path"]
    warnings.resetwarnings()
    warnings.filters[:] = _left_as["filters"]  # type: ignore[index]
    _bare_lettering.clear()
    _observer.new_chapter()
    return Bundle({"text/plain": "clean"})


def _set_figure_size(info: object) -> None:
    """Apply `fig-width` and `fig-height` of the cell that begins."""
    size = _request().get("figure_size")
    if not size:
        return
    from matplotlib import rcParams  # noqa: PLC0415 - slow

    width, height = rcParams["figure.figsize"]
    _left_as["figure_size"] = (width, height)
    rcParams["figure.figsize"] = (size[0] or width, size[1] or height)


def _settle(figure: object) -> None:
    """Letter a figure of pyplot as those of `figure`, and note what is bare."""
    if _JOURNAL not in sys.modules:
        return
    from galleyproof.lineage.lettering import settle  # noqa: PLC0415 - with values only

    line = int(_request().get("line", 0))
    _bare_lettering.extend((line, text) for text in settle(figure).bare)


def _restore_figure_size(result: object) -> None:
    if "figure_size" in _left_as:
        from matplotlib import rcParams  # noqa: PLC0415 - slow

        rcParams["figure.figsize"] = _left_as.pop("figure_size")


def _await_children_output(result: object) -> None:
    """Wait until what child processes printed has been read from its pipe.

    ipykernel reads it in a thread; without this it could come after the cell's end.
    """
    pipes = [p for s in (sys.stdout, sys.stderr) if (p := getattr(s, "_fid", None))]
    while pipes and select.select(pipes, [], [], 0)[0]:
        time.sleep(0.001)
