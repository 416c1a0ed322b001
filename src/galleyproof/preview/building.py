"""One build of a preview: pages, or the PDF, into a directory of the preview's own.

The build runs in this process, so that what it imports stays loaded, and in the main
thread, where Ctrl-C ends it as it ends `galley render`. The one place that calls it.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from galleyproof import build, interruption
from galleyproof.config import Target
from galleyproof.diagnostics import Diagnostic
from galleyproof.errors import GalleyError
from galleyproof.memory import without_collecting
from galleyproof.record import BuildReport
from galleyproof.workers import Standing

_OUR_BUG = "this is a defect of galleyproof, not of your manuscript"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a build ended."""

    seconds: float
    failure: GalleyError | None = None
    """What stopped it."""
    warnings: Sequence[Diagnostic] = ()
    written: Sequence[Path] = ()
    """What the directory now has."""
    drawn: Sequence[Path] = ()
    """Files that it wrote into the project: figures."""

    @property
    def good(self) -> bool:
        """Whether it came to its end."""
        return self.failure is None


def run(
    path: Path, targets: Sequence[Target], into: Path, standing: Standing
) -> Outcome:
    """Build, with kernels that stay; whatever goes wrong is a part of the outcome.

    A file that vanishes while it is read is gone for now: the next save builds again.
    """
    began = time.perf_counter()
    try:
        with without_collecting():
            report = _render(path, targets, into, standing)
    except GalleyError as error:
        interruption.heed()  # a program that was stopped with us has not failed
        return Outcome(seconds=time.perf_counter() - began, failure=error)
    except OSError as error:
        failed = GalleyError(
            f"a file went away, or cannot be used: {error}",
            hint="the next save builds again",
        )
        return Outcome(seconds=time.perf_counter() - began, failure=failed)
    except Exception:  # noqa: BLE001 - an editing session outlives a defect of ours
        failed = GalleyError(
            f"{_OUR_BUG}\n{traceback.format_exc().rstrip()}",
            hint="please report it to the project, with the lines above",
        )
        return Outcome(seconds=time.perf_counter() - began, failure=failed)
    return Outcome(
        seconds=time.perf_counter() - began,
        warnings=report.warnings,
        written=tuple(one.path for one in report.written),
        drawn=report.figures,
    )


def _render(
    path: Path, targets: Sequence[Target], into: Path, standing: Standing
) -> BuildReport:
    return build.render(path, formats=targets, output=into, standing=standing)
