"""The static checks: what each is called, which codes it speaks in, how it runs.

A check is a pure function of what has been read. To add one, write such a function in
a module of `checks/` and a line in `CHECKS`; codes, selection, `galley check` and the
page of codes follow. A module that is needed only where something is not known to be
sound, or for outputs, is imported by the function that needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from galleyproof.bibliography import Bibliography
from galleyproof.checks import (
    attributing,
    cited,
    citing,
    floats,
    pages,
    references,
    structure,
    suppressions,
    targets,
)
from galleyproof.checks.context import Library
from galleyproof.checks.groups import EVIDENCE
from galleyproof.config import Config
from galleyproof.datapackage import DataPackage
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.qmd.model import Chapter, Document
from galleyproof.spans import Source, Span

if TYPE_CHECKING:
    from galleyproof.rendered import Rendered

EXECUTED = "outputs"
"""The check that looks at the last build, for those who ask."""


class CannotRunError(Exception):
    """A check lacks something; the text says what, as in "did not run: …"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """One file to render with all that it includes, and what it may cite."""

    document: Document
    config: Config
    """The project's, with the front matter laid over it."""
    keys: frozenset[str] = frozenset()
    """Of its bibliography."""
    bibliographies: tuple[Bibliography, ...] = ()
    bibliography_read: bool = True
    """False where an error in it may hide entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that a check may look at."""

    manuscripts: tuple[Manuscript, ...]
    config: Config
    """The project's own."""
    data: DataPackage
    """Empty where there is none."""
    reading: tuple[Diagnostic, ...] = ()
    """What was found when configuration, sources and bibliography were read."""
    data_findings: tuple[Diagnostic, ...] = ()
    """What the validation of the data package found."""
    data_sound: bool = False
    """Whether these very data are known to have nothing wrong with them."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Name of a check -> why it cannot run."""
    settings_files: tuple[Source, ...] = ()
    """`_quarto.yml` and `_variables.yml`, where they are there."""
    present: frozenset[str] = frozenset()
    """Files that links and images lead to, of those that are there."""
    rendered: Rendered | None = None
    """The outputs of the last build; None where nobody asked for them."""
    whole: bool = True
    """Whether this is all of the project, so that what nothing uses can be told."""
    sound: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Name of a check -> paths of chapters that it is known to find nothing in."""

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """Every file once, in the order of the manuscripts."""
        found = {c.path: c for m in self.manuscripts for c in m.document.chapters}
        return tuple(found.values())

    def unjudged(self, check: str) -> list[Chapter]:
        """Return the chapters that a check has to look at."""
        sound = self.sound.get(check, ())
        return [c for c in self.chapters if c.path not in sound]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check, or a family that runs together."""

    name: str
    codes: tuple[Code, ...]
    run: Callable[[Inputs], Iterable[Diagnostic]]
    by_chapter: bool = False
    """Whether what it finds in a chapter rests on that chapter's text alone, on the
    declared literals, the language, and on whether the data hold years.
    """


def _reading(inputs: Inputs) -> Iterator[Diagnostic]:
    yield from inputs.reading
    for manuscript in inputs.manuscripts:
        yield from manuscript.document.diagnostics


def _labels(inputs: Inputs) -> Iterator[Diagnostic]:
    for manuscript in _joined(inputs):
        document = manuscript.document
        yield from structure.duplicate_labels(document)
        yield from structure.undefined_references(document.chapters, produced=None)


def _floats(inputs: Inputs) -> Iterator[Diagnostic]:
    for manuscript in _joined(inputs):
        yield from floats.undescribed(manuscript.document)
        if inputs.whole:
            yield from floats.unreferred(manuscript.document)


def _targets(inputs: Inputs) -> Iterator[Diagnostic]:
    for manuscript in inputs.manuscripts:
        yield from targets.skipping(manuscript.document)
        directory = targets.generated(manuscript.config.metadata)
        yield from targets.missing(manuscript.document, inputs.present, directory)


def _citations(inputs: Inputs) -> Iterator[Diagnostic]:
    joined = _joined(inputs)
    if not all(manuscript.bibliography_read for manuscript in joined):
        raise CannotRunError("the bibliography has errors")
    for manuscript in joined:
        document = manuscript.document
        known = {
            *manuscript.keys,
            *structure.inline_keys(document),
            *structure.label_names(document),
        }
        kinds = structure.own_kinds(manuscript.config.metadata)
        unknown = structure.unknown_citations(document.chapters, known, kinds)
        if manuscript.bibliographies:
            yield from unknown
        else:
            # Where nothing is looked up, `[@name](address)` is the text of a link.
            links = structure.linked_names(document)
            yield from (one for one in unknown if one.span not in links)


def _context(inputs: Inputs) -> Iterator[Diagnostic]:
    for manuscript, known in _libraries(inputs):
        yield from citing.check(manuscript.document, known)


def _attribution(inputs: Inputs) -> Iterator[Diagnostic]:
    studies = inputs.data.tables.get("studies")
    many = len(studies.rows) if studies else 0
    for manuscript, known in _libraries(inputs):
        document, metadata = manuscript.document, manuscript.config.metadata
        if attributing.is_review(document, metadata, many):
            yield from attributing.check(document, known)


def _libraries(inputs: Inputs) -> Iterator[tuple[Manuscript, Library]]:
    """Yield each manuscript with what it may cite, read once for all of them."""
    known: dict[tuple[str, ...], Library] = {}
    for manuscript in inputs.manuscripts:
        names = tuple(one.path for one in manuscript.bibliographies)
        if names not in known:
            known[names] = citing.library(
                {
                    k: e
                    for one in manuscript.bibliographies
                    for k, e in one.entries.items()
                }
            )
        yield manuscript, known[names]


def _references(inputs: Inputs) -> Iterator[Diagnostic]:
    listed = {b.path: b for one in inputs.manuscripts for b in one.bibliographies}
    used = cited.keys(inputs.chapters, inputs.config, inputs.data)
    for bibliography in listed.values():
        yield from references.check(bibliography)
        yield from pages.check(bibliography)
        if inputs.whole and used is not None:
            yield from references.uncited(bibliography, used)


def _joined(inputs: Inputs) -> Sequence[Manuscript]:
    """Join the files of a book, which refer to each other's labels."""
    if "book" not in inputs.config.metadata or not inputs.manuscripts:
        return inputs.manuscripts
    all_of = inputs.manuscripts
    document = Document(
        chapters=inputs.chapters,
        pieces=tuple(piece for one in all_of for piece in one.document.pieces),
        diagnostics=(),
    )
    joint = replace(
        all_of[0],
        document=document,
        keys=frozenset[str]().union(*(one.keys for one in all_of)),
        bibliography_read=all(one.bibliography_read for one in all_of),
    )
    return [joint]


def _data(inputs: Inputs) -> Iterable[Diagnostic]:
    return inputs.data_findings


def _evidence(inputs: Inputs) -> Iterable[Diagnostic]:
    if inputs.data_sound:
        return ()
    from galleyproof.checks import data as evidence

    return evidence.beside(inputs.data_findings, inputs.data)


def _numbers(inputs: Inputs) -> Iterable[Diagnostic]:
    from galleyproof.checks.numbers import check as numbers

    return numbers.typed(
        inputs.chapters,
        inputs.config,
        inputs.data,
        whole=inputs.whole,
        settings_files=inputs.settings_files,
        sound=inputs.sound.get("numbers", frozenset()),
    )


def _comparisons(inputs: Inputs) -> Iterable[Diagnostic]:
    if not (chapters := inputs.unjudged("comparisons")):
        return ()
    from galleyproof.checks.numbers import check as numbers

    return numbers.comparisons(chapters, inputs.config)


def _conditions(inputs: Inputs) -> Iterable[Diagnostic]:
    if not (chapters := inputs.unjudged("conditions")):
        return ()
    from galleyproof.checks import conditions

    return conditions.check(chapters)


def _suppressions(inputs: Inputs) -> Iterable[Diagnostic]:
    """Judge suppressions by themselves; whether they are used is seen afterwards."""
    own = {*suppressions.OWN}
    known = {code for check in CHECKS for code in check.codes} - own
    return suppressions.problems(written_suppressions(inputs), known)


def written_suppressions(inputs: Inputs) -> tuple[suppressions.Suppression, ...]:
    """Return the suppressions of everything that was read."""
    return suppressions.written(inputs.chapters, inputs.settings_files, inputs.config)


def _outputs(inputs: Inputs) -> Iterator[Diagnostic]:
    if inputs.rendered is None:
        return
    from galleyproof.checks import outputs
    from galleyproof.checks.numbers import check as numbers

    yield from outputs.current(inputs.rendered)
    settings = numbers.settings_of(inputs.config, inputs.data)
    yield from outputs.traced(
        inputs.rendered, settings.literals, words=settings.words, years=settings.years
    )
    yield from outputs.agreeing(inputs.rendered)


def _statistics(inputs: Inputs) -> Iterable[Diagnostic]:
    if not (chapters := inputs.unjudged("statistics")):
        return ()
    from galleyproof.checks.statistics import chapters as statistics

    return statistics.check(chapters)


CHECKS: tuple[Check, ...] = (
    Check(
        name="reading",
        codes=(
            Code.CONFIG_VALID,
            Code.SOURCE_READABLE,
            Code.BLOCK_CLOSED,
            Code.FEATURE_SUPPORTED,
            Code.OPTION_VALID,
            Code.BIBLIOGRAPHY_READABLE,
            Code.ENTRY_COMPLETE,
        ),
        run=_reading,
    ),
    Check(
        name="labels", codes=(Code.LABEL_UNIQUE, Code.REFERENCE_RESOLVES), run=_labels
    ),
    Check(
        name="floats",
        codes=(
            Code.FLOAT_REFERRED_TO,
            Code.FLOAT_CAPTIONED,
            Code.FIGURE_DESCRIBED,
        ),
        run=_floats,
    ),
    Check(
        name="targets",
        codes=(Code.HEADING_IN_ORDER, Code.LINK_RESOLVES, Code.IMAGE_FOUND),
        run=_targets,
    ),
    Check(name="citations", codes=(Code.CITATION_RESOLVES,), run=_citations),
    Check(
        name="references",
        codes=(
            Code.IDENTIFIER_VALID,
            Code.WORK_LISTED_ONCE,
            Code.JOURNAL_SPELLED_ALIKE,
            Code.VOLUME_FITS_YEAR,
            Code.AUTHOR_SPELLED_ALIKE,
            Code.PAGES_RANGED,
            Code.REFERENCE_CITED,
        ),
        run=_references,
    ),
    Check(
        name="context",
        codes=(Code.CITATION_FITS_NAME, Code.NAME_CITED),
        run=_context,
    ),
    Check(name="attribution", codes=(Code.RESULT_ATTRIBUTED,), run=_attribution),
    Check(name="data", codes=(Code.DATA_VALID,), run=_data),
    Check(name="evidence", codes=EVIDENCE, run=_evidence),
    Check(
        name="numbers",
        codes=(Code.NUMBER_COMPUTED, Code.LITERAL_USED),
        run=_numbers,
        by_chapter=True,
    ),
    Check(
        name="conditions",
        codes=(Code.CLAIM_BOUND,),
        run=_conditions,
        by_chapter=True,
    ),
    Check(
        name=EXECUTED,
        codes=(Code.OUTPUT_CURRENT, Code.OUTPUT_TRACED, Code.FORMATS_AGREE),
        run=_outputs,
    ),
    Check(
        name="comparisons",
        codes=(Code.COMPARISON_BOUND,),
        run=_comparisons,
        by_chapter=True,
    ),
    Check(
        name="statistics",
        codes=(Code.STATISTIC_CONSISTENT,),
        run=_statistics,
        by_chapter=True,
    ),
    Check(name="suppressions", codes=suppressions.OWN, run=_suppressions),
)


def run_checks(
    inputs: Inputs,
    wanted: Collection[Code],
    checks: Sequence[Check] = CHECKS,
) -> tuple[Diagnostic, ...]:
    """Run the checks that speak in the wanted codes; findings in order of place.

    A check that cannot run is a finding of its own, which cannot be deselected: what
    was asked for was not done.
    """
    found: list[Diagnostic] = []
    for check in checks:
        if not set(check.codes) & set(wanted):
            continue
        reason = inputs.missing.get(check.name)
        try:
            if reason:
                raise CannotRunError(reason)
            found += (d for d in check.run(inputs) if d.code in wanted)
        except CannotRunError as error:
            found.append(_did_not_run(check, error, inputs))
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda diagnostic: diagnostic.sort_key))


def unrun(findings: Iterable[Diagnostic]) -> frozenset[Code]:
    """Return the codes of the checks that did not run, by what `run_checks` found."""
    said = [d.message for d in findings if d.code is Code.CHECK_RUNS]
    return frozenset(
        code
        for check in CHECKS
        if any(message.startswith(_unrun(check)) for message in said)
        for code in check.codes
    )


def said_of(name: str, findings: Iterable[Diagnostic]) -> Diagnostic | None:
    """Return the finding that a check did not run, if it is among them."""
    check = next((check for check in CHECKS if check.name == name), None)
    if check is None:
        return None
    return next(
        (
            found
            for found in findings
            if found.code is Code.CHECK_RUNS and found.message.startswith(_unrun(check))
        ),
        None,
    )


def _unrun(check: Check) -> str:
    return f"the check `{check.name}` did not run: "


def _did_not_run(check: Check, error: CannotRunError, inputs: Inputs) -> Diagnostic:
    return Diagnostic(
        code=Code.CHECK_RUNS,
        span=Span(path=inputs.config.path or ".", line=0),
        message=f"{_unrun(check)}{error}",
        hint="its codes were not checked: "
        + ", ".join(f"`{code.code}`" for code in check.codes),
        severity=Severity.WARNING,
    )
