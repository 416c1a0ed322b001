"""`galley check` without the terminal: read a project, run its checks, execute nothing.

Joins what reads (configuration, sources, bibliography, data package) with what judges
(`checks`), for any Quarto project, or a single file of one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from galleyproof import datapackage, shelf
from galleyproof.bibliography import Bibliography
from galleyproof.checks import targets
from galleyproof.checks.groups import EVIDENCE
from galleyproof.checks.registry import (
    CHECKS,
    EXECUTED,
    Inputs,
    Manuscript,
    run_checks,
    unrun,
    written_suppressions,
)
from galleyproof.checks.suppressions import Sifted, Suppressed, sift, unused
from galleyproof.datapackage import reading
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.errors import ConfigError
from galleyproof.project import Project, SourceFiles, Text, read_text, survey
from galleyproof.qmd.model import Chapter
from galleyproof.store import Store
from galleyproof.verdicts import Verdicts

_ABOUT_DATA = frozenset({Code.DATA_VALID, *EVIDENCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A check that was asked for."""

    name: str
    codes: tuple[Code, ...]
    """Those of its codes that were asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What the static checks of a project found."""

    findings: tuple[Diagnostic, ...]
    files: int
    """How many source files were read."""
    families: tuple[Family, ...]
    selected: bool = False
    """Whether some checks were chosen, or left out, by the person."""
    left_out: tuple[Code, ...] = ()
    """Rules that do not concern this project."""
    checked: frozenset[Code] = frozenset()
    """The codes of the checks that ran."""
    only: tuple[str, ...] | None = None
    """The files that were read, where that is not the whole project."""
    baseline: str = ""
    """The baseline that the project names, relative to it."""
    suppressed: tuple[Suppressed, ...] = ()
    """What the author has asked, with a reason, not to be told."""
    known: int = 0
    """How many more findings a baseline knows."""
    vanished: int = 0
    """How many findings that a baseline knows are gone."""
    unchanged: int = 0
    """How many more findings stand on lines that have not changed."""

    @property
    def checks(self) -> tuple[str, ...]:
        """The names of the checks that were asked for."""
        return tuple(family.name for family in self.families)


def inspect(
    path: Path,
    *,
    select: Collection[Code] = (),
    ignore: Collection[Code] = (),
    executed: bool = False,
) -> Inspection:
    """Check a project, or a single file.

    Parameters
    ----------
    select
        the rules to check; empty: all that concern the project
    ignore
        rules to leave out
    executed
        whether to look at the outputs of the last build too

    Raises
    ------
    ConfigError
        there is nothing at `path` to check

    """
    project = survey(path)
    ours = [c for c in CHECKS if executed or c.name != EXECUTED]
    wanted = (set(select) or {code for c in ours for code in c.codes}) - set(ignore)
    left_out = set() if select else wanted & _unconcerning(project)
    wanted -= left_out
    verdicts = Verdicts.of(project)
    inputs = gather(project, verdicts, validate=bool(wanted & _ABOUT_DATA))
    if any(wanted & set(c.codes) for c in CHECKS if c.name == EXECUTED):
        inputs = _with_outputs(inputs, project, path)
    findings = run_checks(inputs, wanted)
    checked = frozenset(wanted - unrun(findings))
    sifted = _sifted(findings, inputs, checked, SourceFiles(project.directory))
    _learn(verdicts, inputs, checked, findings)
    return Inspection(
        findings=sifted.kept,
        suppressed=sifted.suppressed,
        files=len(inputs.chapters),
        families=tuple(_families(wanted)),
        selected=bool(select or ignore),
        checked=checked,
        only=None if inputs.whole else tuple(c.path for c in inputs.chapters),
        baseline=project.config.galley.baseline,
        left_out=tuple(sorted(left_out, key=lambda code: code.code)),
    )


def _sifted(
    findings: tuple[Diagnostic, ...],
    inputs: Inputs,
    checked: Collection[Code],
    sources: SourceFiles,
) -> Sifted:
    """Leave out what is suppressed, and add what is suppressed in vain."""
    written = written_suppressions(inputs)
    sifted = sift(findings, written, sources.line)
    if Code.SUPPRESSION_USED not in checked:
        return sifted
    vain = unused(written, sifted, checked, whole=inputs.whole)
    kept = sorted([*sifted.kept, *vain], key=lambda found: found.sort_key)
    return replace(sifted, kept=tuple(kept))


def _families(wanted: Collection[Code]) -> Iterator[Family]:
    for check in CHECKS:
        codes = tuple(code for code in check.codes if code in wanted)
        if codes:
            yield Family(name=check.name, codes=codes)


def _with_outputs(inputs: Inputs, project: Project, path: Path) -> Inputs:
    """Add what the last build left; where there is none, the check says so."""
    from galleyproof import rendered, tracing

    try:
        ledger = tracing.last_ledger(path)
        where, _ = project.destination(None)
        return replace(inputs, rendered=rendered.read(ledger, project.directory, where))
    except ConfigError as error:
        reason = f"{error.message}; {error.hint}"
    except ImportError as error:
        reason = f"{error.name or error} is not installed"
    return replace(inputs, missing={**inputs.missing, EXECUTED: reason})


def _unconcerning(project: Project) -> set[Code]:
    """Return the rules that hold only for what the embedded engine renders."""
    ours = project.config.galley.written or _has_data(project)
    return set() if ours else {Code.FEATURE_SUPPORTED}


def _has_data(project: Project) -> bool:
    directory = project.directory / project.config.galley.data
    return (directory / reading.DESCRIPTOR).is_file()


def gather(
    project: Project, verdicts: Verdicts | None = None, *, validate: bool = True
) -> Inputs:
    """Read everything that the checks may look at.

    What `verdicts` know to be sound is not judged again.
    """
    verdicts = verdicts or Verdicts(project=project, store=None)
    texts = [read_text(project, name) for name in project.sources]
    found = list(project.diagnostics)
    manuscripts = []
    cited: set[str] = set()
    read: dict[str, Bibliography] = {}
    for text in texts:
        listed = _bibliographies(project, text, verdicts.store, read)
        keys = {key for one in listed for key in one.entries}
        problems = [problem for one in listed for problem in one.diagnostics]
        cited |= keys
        found += [*text.diagnostics, *problems]
        manuscripts.append(
            Manuscript(
                document=text.document,
                config=text.config,
                keys=frozenset(keys),
                bibliographies=listed,
                bibliography_read=not _has_errors(problems),
            )
        )
    directory = project.config.galley.data
    data, _ = reading.read(project.directory, directory)
    data_findings: tuple[Diagnostic, ...] = ()
    missing = {}
    sound = _has_data(project) and verdicts.data_sound(cited)
    verdicts.years = data.holds_years
    if validate and _has_data(project) and not sound:
        try:
            data_findings = datapackage.validate(
                project.directory, cited or None, directory=directory
            )
        except ImportError as error:
            missing["data"] = f"{error.name or error} is not installed"
    return Inputs(
        manuscripts=tuple(manuscripts),
        config=project.config,
        data=data,
        reading=tuple(found),
        data_findings=data_findings,
        data_sound=sound,
        missing=missing,
        settings_files=project.settings_files,
        present=_present(project, texts),
        whole=not project.single,
        sound={
            check.name: verdicts.sound(check.name, _chapters(texts))
            for check in CHECKS
            if check.by_chapter
        },
    )


def _chapters(texts: Sequence[Text]) -> Iterable[Chapter]:
    return {c.path: c for text in texts for c in text.document.chapters}.values()


def _learn(
    verdicts: Verdicts,
    inputs: Inputs,
    checked: frozenset[Code],
    findings: Sequence[Diagnostic],
) -> None:
    """Note where nothing was found, for the next time."""
    for check in CHECKS:
        if check.by_chapter and checked >= set(check.codes):
            marked = {d.span.path for d in findings if d.code in check.codes}
            verdicts.learn(check.name, inputs.unjudged(check.name), marked)
    verdicts.keep(inputs.chapters, whole=inputs.whole)
    judged = _has_data(verdicts.project) and checked >= _ABOUT_DATA
    if (
        judged
        and not inputs.data_sound
        and not _ABOUT_DATA & {d.code for d in findings}
    ):
        verdicts.learn_data({key for one in inputs.manuscripts for key in one.keys})


def _present(project: Project, texts: Sequence[Text]) -> frozenset[str]:
    """Return the files that links and images lead to, of those that are there."""
    names = {name for text in texts for name in targets.wanted(text.document)}
    return frozenset(name for name in names if _exists(project.directory / name))


def _exists(path: Path) -> bool:
    with suppress(OSError, ValueError):  # a name too long, or no name at all
        return path.exists()
    return False


def _bibliographies(
    project: Project, text: Text, store: Store | None, read: dict[str, Bibliography]
) -> tuple[Bibliography, ...]:
    """Return what a text may cite; each file is read once for all of them."""
    for name in text.config.bibliography:
        if name not in read:
            read[name] = shelf.load(project.directory / name, name, store)
    return tuple(read[name] for name in text.config.bibliography)


def _has_errors(found: Sequence[Diagnostic]) -> bool:
    return any(d.severity is Severity.ERROR for d in found)
