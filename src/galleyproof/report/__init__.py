"""Findings, progress and results, in the forms that people and CI systems read.

Pure: text comes out, `cli` prints or writes it. `text` and `progress` are for a person
at a terminal; each other module is one format for machines.
"""

from galleyproof.report.destinations import Destination, destinations
from galleyproof.report.formats import Format, Result, rendered
from galleyproof.report.previewed import built, ending, stopped
from galleyproof.report.progress import (
    cached,
    check_up,
    cleared,
    mended,
    size,
    step,
    summary,
)
from galleyproof.report.style import PLAIN, Style
from galleyproof.report.text import error, fails, finding, findings, inspected
from galleyproof.report.why import why

__all__ = [
    "PLAIN",
    "Destination",
    "Format",
    "Result",
    "Style",
    "built",
    "cached",
    "check_up",
    "cleared",
    "destinations",
    "ending",
    "error",
    "fails",
    "finding",
    "findings",
    "inspected",
    "mended",
    "rendered",
    "size",
    "step",
    "stopped",
    "summary",
    "why",
]
