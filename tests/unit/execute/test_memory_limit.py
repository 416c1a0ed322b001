"""A kernel may be told how much memory it may take."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from galleyproof import execute
from galleyproof.kernel import Kernel
from galleyproof.outputs import MEMORY_LIMIT
from galleyproof.qmd import parse
from galleyproof.spans import Source

_CHAPTER = "```{python}\nheld = bytearray(8_000_000_000)\n```\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to the limit")
def test_a_cell_that_takes_too_much_memory_is_told_so(tmp_path: Path) -> None:
    with Kernel(tmp_path, environment={MEMORY_LIMIT: "4000000000"}) as kernel:
        done = execute.run([parse(Source("a.qmd", _CHAPTER))], kernel)
    (found,) = done.diagnostics
    assert found.message == "cell takes more memory than there is"
    assert "memory-limit" in found.hint
    assert (found.span.path, found.span.line) == ("a.qmd", 2)
