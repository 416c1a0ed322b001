"""The one door to Jupyter: start a kernel, run code in it, end it.

Owns the process, its messages and its limits. Knows nothing of chapters: code goes in,
outputs come out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One thing that a cell showed, in the order in which it showed it."""

    kind: Literal["stream", "display", "error"]
    name: str = ""
    """`stdout` or `stderr` of a stream; the exception's class name of an error."""
    text: str = ""
    """What a stream printed; the traceback of an error."""
    data: Mapping[str, str | bytes] = field(default_factory=dict)
    """A display's MIME bundle; images other than SVG are bytes, all else is text."""
    metadata: Mapping[str, object] = field(default_factory=dict)
