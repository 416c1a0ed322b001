"""Findings: what the author has to know, where it is, and what to do.

A diagnostic is a value. Modules return diagnostics beside their results; only
`report` prints them. `Code` is the one list from which messages, suppressions and the
documentation page take their names; each code states the good state.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum

from galleyproof.spans import Span


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    WARNING = "warning"


class Code(Enum):
    """A rule: its code, and one sentence that says what must be true."""

    CONFIG_VALID = ("config-valid", "`_quarto.yml` is readable and its keys are known.")
    SOURCE_READABLE = ("source-readable", "Every source file exists and is UTF-8.")
    BLOCK_CLOSED = ("block-closed", "Each cell, div and YAML block is closed.")
    FEATURE_SUPPORTED = (
        "feature-supported",
        "The embedded engine knows every construct that the manuscript uses.",
    )
    OPTION_VALID = ("option-valid", "Cell options have known names and valid values.")
    LABEL_UNIQUE = ("label-unique", "A label names one thing.")
    REFERENCE_RESOLVES = ("reference-resolves", "A cross-reference has a target.")
    CITATION_RESOLVES = ("citation-resolves", "A cited key is in the bibliography.")
    BIBLIOGRAPHY_READABLE = (
        "bibliography-readable",
        "The bibliography parses and each key occurs once.",
    )
    DATA_VALID = ("data-valid", "The data package meets its own schema.")
    CLAIM_HOLDS = (
        "claim-holds",
        "The words of every claim are true by the data as they are.",
    )
    CELL_RUNS = ("cell-runs", "Every cell and inline expression runs to its end.")
    CELL_IN_TIME = ("cell-in-time", "Every cell ends within the configured time.")
    CELL_OUTPUT_BOUNDED = (
        "cell-output-bounded",
        "A cell prints no more than the configured limit.",
    )
    NUMBER_TRACED = (
        "number-traced",
        "Every number that code prints is a value that knows its data.",
    )
    TYPESETTING_CLEAN = (
        "typesetting-clean",
        "Pandoc and Typst have nothing to say about what they typeset.",
    )
    OUTPUT_WRITABLE = ("output-writable", "The output directory can be written to.")

    def __init__(self, code: str, description: str) -> None:
        self.code = code
        self.description = description


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding.

    The message is one line, lower case, without a full stop, names in backticks; the
    hint says what to do.
    """

    code: Code
    span: Span
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    detail: str = ""
    """Further lines to show as they are, such as a traceback."""

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Order by place, then by code."""
        return (self.span.path, self.span.line, self.span.column, self.code.code)
