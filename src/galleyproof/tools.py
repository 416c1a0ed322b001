"""Programs and compiled libraries: pandoc, Typst, Quarto, and what the doctor asks for.

The only module that starts programs and the only one that imports typst. Pandoc comes
from its wheel; one on PATH is used only where the wheel brings none.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess  # noqa: TID251 - this is its one door
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any, Literal, cast

from galleyproof.errors import ToolError, ToolMissingError

DEFAULT_TIMEOUT_S = 120.0
PdfStandard = Literal["1.7", "2.0", "a-2a", "a-3a", "ua-1"]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A program that ended well."""

    command: tuple[str, ...]
    stdout: bytes
    stderr: str
    seconds: float

    @property
    def warnings(self) -> tuple[str, ...]:
        """The lines that the program wrote to standard error."""
        return tuple(line for line in self.stderr.splitlines() if line.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A PDF, and what Typst had to say about it."""

    pdf: bytes
    warnings: tuple[str, ...]
    seconds: float
    answer: Any = None
    """The value that was asked for."""


def run(
    command: Sequence[str | Path],
    *,
    stdin: bytes = b"",
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    version: str = "",
) -> Completed:
    """Run a program to its end.

    Parameters
    ----------
    environment
        variables set in addition to the present ones
    version
        version of the program, for the message when it fails

    Raises
    ------
    ToolMissingError
        there is no such program
    ToolError
        it ended with another status than 0, or did not end in time

    """
    words = tuple(str(word) for word in command)
    variables = {**os.environ, **(environment or {})}  # noqa: TID251
    start = time.perf_counter()
    try:
        ended = subprocess.run(
            words,
            input=stdin,
            capture_output=True,
            cwd=cwd,
            env=variables,
            timeout=timeout_s,
            check=False,
        )
    except FileNotFoundError as error:
        raise ToolMissingError(f"`{words[0]}` was not found") from error
    except PermissionError as error:
        raise ToolMissingError(f"`{words[0]}` may not be executed") from error
    except subprocess.TimeoutExpired as error:
        raise ToolError(
            f"{_name(words, version)} did not end within {timeout_s:g} s",
            hint=f"the command was: {_shown(words)}",
        ) from error
    stderr = ended.stderr.decode("utf-8", "replace")
    if ended.returncode != 0:
        raise ToolError(
            f"{_name(words, version)} ended with status {ended.returncode}: "
            f"{stderr.strip() or 'no message'}",
            hint=f"the command was: {_shown(words)}",
        )
    seconds = time.perf_counter() - start
    return Completed(command=words, stdout=ended.stdout, stderr=stderr, seconds=seconds)


def _name(words: Sequence[str], version: str) -> str:
    return f"`{Path(words[0]).name}`{f' {version}' if version else ''}"


def _shown(words: Sequence[str]) -> str:
    return " ".join((Path(words[0]).name, *words[1:]))


def pandoc_path() -> Path:
    """Return the pandoc of the wheel, or else the one on PATH."""
    name = "pandoc.exe" if sys.platform == "win32" else "pandoc"
    try:
        bundled = Path(str(resources.files("pypandoc"))) / "files" / name
    except ModuleNotFoundError:
        bundled = Path(name)
    if bundled.is_file():
        return bundled
    found = shutil.which("pandoc")
    if found is None:
        raise ToolMissingError(
            "pandoc was not found",
            hint="install it with `pip install pypandoc-binary`",
        )
    return Path(found)


@cache
def pandoc_version() -> str:
    """Return the version of pandoc."""
    first = run([pandoc_path(), "--version"]).stdout.decode().splitlines()[0]
    return first.split()[-1]


def pandoc(
    arguments: Sequence[str | Path],
    *,
    stdin: bytes = b"",
    cwd: Path | None = None,
    timestamp: int = 0,
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> Completed:
    """Run pandoc, with a fixed clock and without the user's own data files."""
    command = [pandoc_path(), "--data-dir", os.devnull, *arguments]
    try:
        return run(
            command,
            stdin=stdin,
            cwd=cwd,
            environment={"SOURCE_DATE_EPOCH": str(timestamp)},
            timeout_s=timeout_s,
        )
    except ToolError as error:
        raise ToolError(
            error.message.replace("`pandoc`", f"`pandoc` {pandoc_version()}", 1),
            hint=error.hint,
        ) from error


def typst_version() -> str:
    """Return the version of the typst wheel."""
    try:
        return metadata.version("typst")
    except metadata.PackageNotFoundError as error:
        raise ToolMissingError(
            "typst was not found", hint="install it with `pip install typst`"
        ) from error


def compile_pdf(
    source: Path,
    *,
    root: Path,
    timestamp: int,
    standards: Sequence[PdfStandard] = (),
    ask: str = "",
) -> Compiled:
    """Compile a Typst file to PDF with Typst's own fonts only.

    `ask` is the label of a metadata element; its value comes with the PDF.

    Raises ToolError with Typst's message, its hints and where it arose.
    """
    version = typst_version()
    import typst  # noqa: PLC0415 - 60 MB that only a PDF needs

    start = time.perf_counter()
    try:
        compiler = typst.Compiler(source, root=root, ignore_system_fonts=True)
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=list(standards), timestamp=timestamp
        )
        answer = _answer(compiler, ask) if ask else None
    except typst.TypstError as error:
        raise ToolError(
            f"`typst` {version} refused its input: {error.message}",
            hint="; ".join(error.hints) or error.diagnostic,
        ) from error
    return Compiled(
        pdf=cast("bytes", pdf),
        warnings=tuple(warning.message for warning in warnings),
        seconds=time.perf_counter() - start,
        answer=answer,
    )


def _answer(compiler: Any, label: str) -> Any:  # noqa: ANN401 - of any shape
    """Return the value of a metadata element; None where there is none."""
    found = json.loads(compiler.query(f"<{label}>", field="value"))
    return found[0] if found else None


def commit_time(directory: Path) -> int | None:
    """Return the time of the last commit, where there is a repository and a git."""
    try:
        said = run(["git", "-C", directory, "log", "-1", "--format=%ct"], timeout_s=10)
    except (ToolError, ToolMissingError):
        return None
    text = said.stdout.decode("ascii", "replace").strip()
    return int(text) if text.isdigit() else None


def quarto_path() -> Path | None:
    """Return Quarto's program: beside this Python, or on PATH."""
    beside = shutil.which("quarto", path=str(Path(sys.executable).parent))
    found = beside or shutil.which("quarto")
    return Path(found) if found else None


def quarto_version() -> str | None:
    """Return Quarto's version, or None where there is none."""
    path = quarto_path()
    if path is None:
        return None
    return run([path, "--version"], timeout_s=60).stdout.decode().strip()


def quarto(
    arguments: Sequence[str | Path], *, cwd: Path, timeout_s: float = 3600.0
) -> Completed:
    """Run Quarto, or say how to get it."""
    path = quarto_path()
    if path is None:
        raise ToolMissingError(
            "quarto was not found",
            hint="install it from https://quarto.org, or with "
            "`pip install 'galleyproof[quarto]'`",
        )
    return run(
        [path, *arguments],
        cwd=cwd,
        timeout_s=timeout_s,
        environment={"QUARTO_PYTHON": sys.executable},
    )


def chromium_path() -> Path | None:
    """Return a Chromium or Chrome on PATH, or None."""
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    return Path(found) if found else None


def chromium_version() -> str | None:
    """Return the browser's version, or None where there is none."""
    path = chromium_path()
    if path is None:
        return None
    words = run([path, "--version"], timeout_s=30).stdout.decode().split()
    return next((word for word in words if word[:1].isdigit()), "unknown")
