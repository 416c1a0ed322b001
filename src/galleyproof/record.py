"""What a build did, how long each phase took, and how it tells of it as it goes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from galleyproof import interruption
from galleyproof.diagnostics import Diagnostic


class Engine(StrEnum):
    """Who typesets."""

    EMBEDDED = "embedded"
    QUARTO = "quarto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that a build did, or begins to do where `seconds` is None."""

    phase: str
    text: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One file of the result."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did."""

    directory: Path
    """The project's."""
    written: tuple[Written, ...]
    figures: tuple[Path, ...] = ()
    """Files in `figures/` that the chapters rewrote."""
    phases: tuple[tuple[str, float], ...]
    """Wall time of each in seconds; they overlap where they can."""
    seconds: float
    peak_memory: int = 0
    """Bytes: the largest size of this process and of its largest child, added up."""
    warnings: tuple[Diagnostic, ...] = ()
    engine: Engine = Engine.EMBEDDED


Progress = Callable[[Step], None]


@dataclass(slots=True, kw_only=True)
class Clock:
    """Measures phases and tells of them."""

    progress: Progress
    began: float = field(default_factory=time.perf_counter)
    phases: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[Callable[[str], None]]:
        """Measure a phase; what is said in it stands in its line.

        Raises Interrupted at its borders where somebody asked to stop.
        """
        interruption.heed()
        began, texts = time.perf_counter(), [""]
        yield texts.append
        interruption.heed()
        seconds = time.perf_counter() - began
        self.phases[name] = self.phases.get(name, 0.0) + seconds
        self.tell(name, texts[-1], seconds)

    def tell(self, phase: str, text: str, seconds: float | None = None) -> None:
        """Pass one line on."""
        self.progress(Step(phase=phase, text=text, seconds=seconds))

    def report(
        self,
        *,
        directory: Path,
        written: Sequence[Path],
        figures: tuple[Path, ...] = (),
        warnings: Sequence[Diagnostic] = (),
        engine: Engine = Engine.EMBEDDED,
    ) -> BuildReport:
        """Sum up."""
        return BuildReport(
            directory=directory,
            written=tuple(Written(path=p, size=p.stat().st_size) for p in written),
            figures=figures,
            phases=tuple(self.phases.items()),
            seconds=time.perf_counter() - self.began,
            peak_memory=peak_memory(),
            warnings=tuple(warnings),
            engine=engine,
        )


def peak_memory() -> int:
    """Return the largest size of this process plus that of its largest child.

    Bytes; 0 where the system does not tell (Windows).
    """
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return int(own + children) * unit
