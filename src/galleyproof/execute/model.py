"""What came of running the chapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from galleyproof.diagnostics import Diagnostic
from galleyproof.lineage.entries import Entries
from galleyproof.outputs import Output


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
class Reason:
    """Why a cell or an expression ran, or did not."""

    path: str
    line: int
    name: str
    """The cell's label, or its code in short."""
    is_cell: bool
    ran: bool
    labels: tuple[str, ...] = ()
    """Labels of the figures and tables that it shows."""
    why: tuple[str, ...]
    """What changed since it ran last; empty where nothing did."""
    key: str = ""
    """Of what is remembered of the run, where that says what it rests on."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """Everything that ran or was remembered, by (path, index)."""

    cells: Mapping[tuple[str, int], CellResult] = field(default_factory=dict)
    inlines: Mapping[tuple[str, int], InlineResult] = field(default_factory=dict)
    entries: Entries = field(default_factory=Entries)
    """The records of what was printed."""
    diagnostics: tuple[Diagnostic, ...] = ()
    notes: tuple[Diagnostic, ...] = ()
    """What runs in every build, and why: no mistakes."""
    reasons: tuple[Reason, ...] = ()
    observed: Mapping[str, str | None] = field(default_factory=dict)
    """Files that the chapters opened, with their digests; None: not there."""
    listed: Mapping[str, str | None] = field(default_factory=dict)
    """Directories that they listed."""
    stated: Mapping[str, str | None] = field(default_factory=dict)
    """Paths of which they asked what is there."""
    environment: Mapping[str, str | None] = field(default_factory=dict)
    """Environment variables that the chapters read."""
    repeatable: bool = True
    """Whether the same inputs give the same results, as far as was seen."""

    @property
    def ran(self) -> tuple[Reason, ...]:
        """The cells and expressions that were executed."""
        return tuple(reason for reason in self.reasons if reason.ran)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a cell may go."""

    timeout_s: float = 120.0
    output_limit: int = 1_000_000
    bare_numbers: bool = True
    """Whether inline code may print a number without lineage."""
