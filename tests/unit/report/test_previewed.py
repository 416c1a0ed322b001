"""What a preview says at the terminal."""

from __future__ import annotations

import pytest

from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.report import built, ending
from galleyproof.spans import Span

ERROR = Diagnostic(code=Code.CELL_RUNS, span=Span(path="a.qmd"), message="no", hint="")
WARNING = Diagnostic(
    code=Code.REFERENCE_CITED,
    span=Span(path="a.bib"),
    message="no",
    hint="",
    severity=Severity.WARNING,
)


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ((), "everything"),
        (("a.qmd",), "a.qmd"),
        (("a.qmd", "b.csv", "c.py"), "a.qmd and 2 more"),
    ],
)
def test_a_build_has_a_line(because, said):
    line = built("page", because, 0.314)
    assert line.split() == ["page", *said.split(), "0.31", "s"]
    assert f"{said}: mended " in built("page", because, 0.314, ending="mended")


@pytest.mark.parametrize(
    ("found", "how", "said"),
    [
        ((), {"failed": False, "mended": False}, ""),
        ((), {"failed": True, "mended": False}, "failed"),
        ((), {"failed": False, "mended": True}, "mended"),
        ((ERROR, ERROR, WARNING), {"failed": True, "mended": False}, "2 errors"),
        ((WARNING,), {"failed": False, "mended": True}, "mended, 1 warning"),
    ],
)
def test_how_it_ended(found, how, said):
    assert ending(found, **how).startswith(said)
    assert bool(ending(found, **how)) == bool(said)
