"""What a build needs on this machine: what was found, and what to do about the rest."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from galleyproof import quarto, tools
from galleyproof.errors import GalleyError, ToolMissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked for."""

    name: str
    version: str = ""
    """Empty: not found, or it does not work."""
    needed: bool = True
    """False: a build of the embedded engine does without it."""
    purpose: str
    problem: str = ""
    remedy: str = ""

    @property
    def found(self) -> bool:
        """Whether it is there and works."""
        return bool(self.version)


def examine(directory: Path) -> Iterator[Finding]:
    """Look for each thing in turn; the kernel is really started, in `directory`."""
    yield Finding(
        name="python", version=platform.python_version(), purpose="runs everything"
    )
    yield _look(
        "pandoc",
        tools.pandoc_version,
        purpose="typesets HTML, DOCX and JATS",
        remedy="pip install --force-reinstall pypandoc-binary",
    )
    yield _look(
        "typst",
        tools.typst_version,
        purpose="typesets PDF",
        remedy="pip install --force-reinstall typst",
    )
    yield _look(
        "kernel",
        lambda: _kernel_version(directory),
        purpose="executes the chapters",
        remedy="pip install --force-reinstall ipykernel jupyter-client",
    )
    yield _look(
        "quarto",
        quarto.version,
        needed=False,
        purpose="only for `--engine quarto`",
        remedy="https://quarto.org, or pip install 'galleyproof[quarto]'",
    )
    yield _look(
        "chromium",
        tools.chromium_version,
        needed=False,
        purpose="only for the browser tests",
        remedy="apt-get install chromium",
    )


def _look(
    name: str,
    version: Callable[[], str | None],
    *,
    purpose: str,
    remedy: str,
    needed: bool = True,
) -> Finding:
    """Ask for a version; whatever stands in the way of an answer is the problem."""
    try:
        found, problem = version() or "", ""
    except GalleyError as error:
        found, problem = "", error.message
    return Finding(
        name=name,
        version=found,
        needed=needed,
        purpose=purpose,
        problem=problem,
        remedy="" if found else remedy,
    )


def _kernel_version(directory: Path) -> str:
    from galleyproof.kernel import Kernel  # noqa: PLC0415 - slow

    try:
        version = metadata.version("ipykernel")
    except metadata.PackageNotFoundError as error:
        raise ToolMissingError("ipykernel is not installed") from error
    with Kernel(directory) as kernel:
        answered = kernel.execute("40 + 2", timeout_s=30)
    shown = [output.data.get("text/plain") for output in answered.outputs]
    if shown != ["42"]:
        raise ToolMissingError(f"the kernel answers {shown} to 40 + 2")
    return version
