"""What commands say of their progress and results; what the doctor found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from galleyproof.report.style import PLAIN, Style, counted

if TYPE_CHECKING:
    from galleyproof.doctor import Finding
    from galleyproof.mending import Mending
    from galleyproof.record import BuildReport, Step
    from galleyproof.store import CacheInfo

_STEP_WIDTH = 9
_TEXT_WIDTH = 52


def step(done: Step, style: Style = PLAIN) -> str:
    """Return one line for a step that ended, or that begins and may take a while."""
    text = f"  {done.phase:<{_STEP_WIDTH}} {done.text:<{_TEXT_WIDTH}}"
    if done.seconds is None:
        return text.rstrip()
    return f"{text} {style(f'{done.seconds:6.2f} s', 'green')}"


def summary(report: BuildReport, style: Style = PLAIN) -> str:
    """Return what was written, where, how large, and how long each phase took."""
    lines = ["", style(f"Wrote {counted(len(report.written), 'file')}:", "bold")]
    entries = _entries(report)
    width = max((len(name) for name, _ in entries), default=0)
    lines += [f"  {name:<{width}}  {what}" for name, what in entries]
    took = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in report.phases)
    lines.append(f"Took {report.seconds:.2f} s: {took}.")
    if report.peak_memory:
        lines.append(f"Peak memory {size(report.peak_memory)}.")
    return "\n".join(lines)


def _entries(report: BuildReport) -> list[tuple[str, str]]:
    """Return each document with its size, each other directory with its sum."""
    places = {one.path: _relative(one.path, report.directory) for one in report.written}
    top = min((len(path.parts) for path in places), default=0)
    entries, directories = [], dict[str, list[int]]()
    for one in report.written:
        if len(one.path.parts) == top:
            entries.append((places[one.path], size(one.size)))
        else:
            inside = _relative(Path(*one.path.parts[:top]), report.directory)
            directories.setdefault(f"{inside}/", []).append(one.size)
    for name, sizes in directories.items():
        entries.append((name, f"{size(sum(sizes))} in {counted(len(sizes), 'file')}"))
    if report.figures:
        name = _relative(report.figures[0].parent, report.directory)
        entries.append((f"{name}/", f"{counted(len(report.figures), 'file')} redrawn"))
    return entries


def size(count: int) -> str:
    """Return a number of bytes as a person reads it."""
    if count < 1000:
        return f"{count} B"
    amount = float(count)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 1000 or unit == "GB":
            return f"{amount:.1f} {unit}"
    return f"{count} B"


def _relative(path: Path, directory: Path) -> str:
    try:
        return path.relative_to(directory).as_posix()
    except ValueError:
        return str(path)


def check_up(finding: Finding, style: Style = PLAIN) -> str:
    """Return one line for a thing that the doctor looked for, and its remedy."""
    if finding.found:
        return f"  {finding.name:<10} {finding.version:<12} {finding.purpose}"
    state = style("missing", "bold", "red") if finding.needed else "not found"
    why = f" ({finding.problem})" if finding.problem else ""
    pad = " " * (12 - len("missing" if finding.needed else "not found"))
    return (
        f"  {finding.name:<10} {state}{pad} {finding.purpose}{why}\n"
        f"  {'':<10} {'':<12} {style('to get it:', 'cyan')} {finding.remedy}"
    )


def mended(done: Mending, *, dry_run: bool) -> str:
    """Return how many numbers were replaced in which files, and how many are left."""
    verb = "would replace" if dry_run else "replaced"
    lines = [
        f"{verb} {counted(change.edits, 'number')} in {change.path}"
        for change in done.changes
    ]
    if done.left:
        lines.append(f"{counted(done.left, 'typed number')} left; see `galley check`")
    return "\n".join(lines) or "no typed numbers"


def cached(info: CacheInfo, place: str) -> str:
    """Return what the cache holds, by kind, and how much it may hold."""
    kinds = [
        (f"  {kind}", counted(held.entries, "entry", "entries"), size(held.bytes))
        for kind, held in info.by_kind.items()
    ]
    total = counted(info.entries, "entry", "entries")
    rows = [(place, total, f"{size(info.bytes)} of {size(info.limit_bytes)}"), *kinds]
    widths = [max(len(row[i]) for row in rows) for i in range(2)]
    lines = [f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c}" for a, b, c in rows]
    return "\n".join(lines)


def cleared(info: CacheInfo) -> str:
    """Return what was thrown away."""
    if not info.entries:
        return "the cache was empty"
    return f"cleared {counted(info.entries, 'entry', 'entries')}, {size(info.bytes)}"
