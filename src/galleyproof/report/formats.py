"""The formats of `galley check`, and what each is made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from galleyproof.diagnostics import Diagnostic
from galleyproof.fingerprint import fingerprint
from galleyproof.report.style import PLAIN, Style
from galleyproof.report.text import Places, fails, finding, inspected
from galleyproof.spans import Source

if TYPE_CHECKING:
    from galleyproof.inspection import Inspection


class Format(StrEnum):
    """A form in which `galley check` can say what it found."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"

    @property
    def is_document(self) -> bool:
        """Whether nothing else may stand in the same stream."""
        return self not in {Format.TEXT, Format.GITHUB}


_MODULES = {
    Format.JSON: "jsontext",
    Format.SARIF: "sarif",
    Format.JUNIT: "junit",
    Format.GITHUB: "github",
}


class Sources(Places, Protocol):
    """The files that findings speak of, whole."""

    def source(self, path: str) -> Source | None:
        """Return a file, or None where it cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One run of `galley check`."""

    inspection: Inspection
    sources: Sources
    strict: bool
    version: str
    """Of galleyproof."""

    @property
    def failed(self) -> bool:
        """Whether the run ends with 1."""
        return fails(self.inspection.findings, strict=self.strict)

    def path(self, found: Diagnostic) -> str:
        """Return the path from the present directory; empty where there is no file.

        CI systems run in the root of the repository and read paths from there. A
        project that does not lie below has its own paths.
        """
        if found.span.path in {"", "."}:
            return ""
        shown = self.sources.shown(found.span.path).replace("\\", "/")
        return found.span.path if shown.startswith("../") else shown

    def fingerprint(self, found: Diagnostic) -> str:
        """Return what names a finding though the lines around it move."""
        return fingerprint(found, self.sources.source(found.span.path))


def rendered(format_: Format, result: Result, style: Style = PLAIN) -> str:
    """Return a run in one format, with the line end that closes it."""
    if format_ is Format.TEXT:
        return _text(result, style)
    # A format that is not asked for is not loaded.
    module = import_module(f"galleyproof.report.{_MODULES[format_]}")
    return str(module.text(result))


def _text(result: Result, style: Style) -> str:
    done = result.inspection
    parts = [finding(one, result.sources, style) for one in done.findings]
    return "\n\n".join([*parts, inspected(done, style)]) + "\n"
