"""What stops a command, one exception tree, an exit code a kind.

    GalleyError                 1
    ├── FindingsError           1  the manuscript has findings; carries them
    ├── ConfigError             2  no project, or its configuration is unusable
    ├── ToolMissingError        3  pandoc, typst, quarto or the kernel is not there
    ├── CellError               4  a cell or inline expression failed; carries findings
    ├── ToolError               5  pandoc, typst or quarto failed
    └── OutputError             6  the output could not be written

Anything else that reaches the command line is a defect of ours: exit code 70.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from galleyproof.diagnostics import Diagnostic


class GalleyError(Exception):
    """The command cannot go on; the text says what, the hint what to do."""

    exit_code: ClassVar[int] = 1

    def __init__(
        self, message: str, *, hint: str = "", diagnostics: Sequence[Diagnostic] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.diagnostics = tuple(sorted(diagnostics, key=lambda d: d.sort_key))


class FindingsError(GalleyError):
    """The manuscript has findings that stop the build."""


class ConfigError(GalleyError):
    """There is no project here, or its configuration cannot be used."""

    exit_code = 2


class ToolMissingError(GalleyError):
    """A program or library that the command needs is not installed."""

    exit_code = 3


class CellError(GalleyError):
    """A cell or an inline expression failed."""

    exit_code = 4


class ToolError(GalleyError):
    """Pandoc, Typst or Quarto refused its input."""

    exit_code = 5


class OutputError(GalleyError):
    """The result could not be written; the last good output is untouched."""

    exit_code = 6
