"""Reading typed values out of YAML, with a finding for each that has another type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.qmd.features import unsupported
from galleyproof.qmd.yamltext import KeyPath
from galleyproof.spans import Span

Locate: TypeAlias = Callable[[KeyPath, bool], Span | None]
"""Where a value stands, or its key (True); None: not in the file that is read."""


class Reader:
    """A mapping read by paths of keys; what is wrong gathers in `diagnostics`."""

    def __init__(self, values: Mapping[str, object], locate: Locate) -> None:
        self._values = values
        self._locate = locate
        self.diagnostics: list[Diagnostic] = []

    def value(self, *path: str) -> object:
        """Return what stands at a path, or None."""
        here: object = self._values
        for step in path:
            if not isinstance(here, Mapping):
                return None
            here = here.get(step)
        return here

    def mapping(self, *path: str) -> Mapping[str, object]:
        """Return the mapping at a path; an empty one where there is none."""
        value = self.value(*path)
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return {str(key): inner for key, inner in value.items()}
        self.wrong(path, "a mapping of `key: value` lines")
        return {}

    def text(self, *path: str, default: str = "") -> str:
        """Return the text at a path."""
        value = self.value(*path)
        if value is None:
            return default
        if isinstance(value, str):
            return value
        self.wrong(path, "a text")
        return default

    def plain(self, *path: str) -> str:
        """Return the text at a path, if it is one; other shapes have a meaning too."""
        value = self.value(*path)
        return value if isinstance(value, str) else ""

    def texts(self, *path: str) -> tuple[str, ...]:
        """Return the list of texts at a path; one text is a list of one."""
        value = self.value(*path)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.wrong(path, "a text or a list of texts")
        return ()

    def flag(self, *path: str, default: bool = False) -> bool:
        """Return the switch at a path."""
        value = self.value(*path)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        self.wrong(path, "`true` or `false`")
        return default

    def place(self, *path: str | int) -> Span | None:
        """Return where a value stands, if this file has it."""
        return self._locate(path, False)

    def wrong(self, path: KeyPath, expected: str) -> None:
        """Report that the value at a path is not what it must be."""
        name = ": ".join(map(str, path))
        self.report(path, f"`{name}` must be {expected}", "correct its value")

    def report(
        self,
        path: KeyPath,
        message: str,
        hint: str,
        *,
        at_key: bool = False,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Report a finding at a value, or at its key, if this file has it."""
        span = self._locate(path, at_key)
        if span is not None:
            self.diagnostics.append(
                Diagnostic(
                    code=Code.CONFIG_VALID,
                    span=span,
                    message=message,
                    hint=hint,
                    severity=severity,
                )
            )

    def unsupported(
        self, path: KeyPath, what: str, instead: str = "", *, at_key: bool = False
    ) -> None:
        """Report that Quarto knows what stands here and the embedded engine not."""
        span = self._locate(path, at_key)
        if span is not None:
            self.diagnostics.append(unsupported(span, what, instead))
