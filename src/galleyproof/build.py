"""The build: the only module that joins reading, checking, executing and typesetting.

The kernel is the slowest thing to start, so it starts first, in a thread of its own,
while sources, bibliography and data are read and checked. Everything is written into a
staging directory and published at the very end.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from galleyproof import files, identity, interruption, manifest, receipts, tools
from galleyproof.config import Config, Numbers, ProjectType, Target
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.errors import (
    CellError,
    FindingsError,
    GalleyError,
    OutputError,
    ToolError,
)
from galleyproof.outputs import MEMORY_LIMIT
from galleyproof.project import Project, SourceFiles, Text, open_project, read_text
from galleyproof.record import BuildReport, Clock, Engine, Progress
from galleyproof.spans import Span
from galleyproof.store import Store
from galleyproof.verdicts import Verdicts
from galleyproof.workers import Standing, Workers, imports

if TYPE_CHECKING:
    from galleyproof.datapackage import DataPackage
    from galleyproof.execute import Execution
    from galleyproof.lineage.ledger import Ledger
    from galleyproof.qmd.model import Chapter
    from galleyproof.qmd.options import CellOptions
    from galleyproof.render import Artefact, Manuscript, Options

_FULL = (os.strerror(errno.ENOSPC), "resource exhausted", "disk quota")
"""How a program says that it cannot write."""
_PUBLISHED = "the new output is in its place"


def render(
    path: Path,
    *,
    formats: Sequence[Target] = (),
    engine: Engine = Engine.EMBEDDED,
    output: Path | None = None,
    progress: Progress = lambda _: None,
    jobs: int | None = None,
    standing: Standing | None = None,
    request: receipts.Request | None = None,
) -> BuildReport:
    """Build a project, or a single file, in every format.

    Parameters
    ----------
    path
        a directory with `_quarto.yml`, or a `.qmd` file
    formats
        what to write; empty: the formats of the configuration
    output
        where to write; None: the project's output directory, or beside a single file
    jobs
        how many chapters run at once; None: as many as there are processors
    standing
        kernels that outlive this build; None: they end with it
    request
        for what to leave a receipt; None: nobody will ask whether anything changed

    """
    if request:
        receipts.discard(request)
    clock = Clock(progress=progress)
    if engine is Engine.QUARTO:
        return _with_quarto(path, formats, output, clock)
    project = open_project(path)
    where, whole = project.destination(output)
    timestamp = files.build_time(lambda: tools.commit_time(project.directory))
    environment = {"SOURCE_DATE_EPOCH": str(timestamp)}
    if project.config.galley.memory_limit:
        environment[MEMORY_LIMIT] = str(project.config.galley.memory_limit)
    with (
        files.Staging.open(where, whole=whole) as staging,
        _hired(standing, project.directory, environment, jobs) as hired,
    ):
        build = _Build(
            project=project,
            clock=clock,
            workers=hired,
            where=where,
            timestamp=timestamp,
            # A file that belongs to no project has no place for a cache.
            store=project.cache() if project.config.path else None,
        )
        texts = build.read()
        inputs = receipts.Inputs.of(project, texts)
        build.check(texts)
        execution = build.execute(texts)
        for text in texts:
            build.typeset(text, execution, formats, staging.path)
        pictures = receipts.pictures(project.directory, staging.path)
        if not project.single:
            with _writing(where):
                opened = receipts.inside(project.directory, execution.observed)
                read = inputs.there | pictures | opened
                manifest.write(staging.path, read, timestamp=timestamp)
        with clock.phase("publish") as said, interruption.put_off(_PUBLISHED):
            written = staging.publish()
            said(_count(len(written), "file"))
    if request and execution.repeatable and inputs.hold(project.directory):
        receipt = receipts.Receipt(
            files={**inputs.files, **pictures},
            globs=inputs.globs,
            observed=receipts.observations(execution),
            environment=receipts.ours(execution.environment),
            identity=receipts.surroundings(),
            timestamp=timestamp,
            outputs=receipts.digests_of(project.directory, written),
            warnings=receipts.noted(build.warnings),
        )
        receipts.write(request, receipt)
    return clock.report(
        directory=project.directory,
        written=written,
        figures=build.figures,
        warnings=build.warnings,
    )


@dataclass(slots=True, kw_only=True)
class _Build:
    """The phases of the embedded engine, in order."""

    project: Project
    clock: Clock
    workers: Workers
    where: Path
    timestamp: int
    store: Store | None
    """Where to keep what the next build can use."""
    warnings: list[Diagnostic] = field(default_factory=list)
    figures: tuple[Path, ...] = ()

    def read(self) -> list[Text]:
        """Read every file to render with what it includes; nothing runs yet."""
        with self.clock.phase("read") as said:
            texts = [read_text(self.project, name) for name in self.project.sources]
            chapters = _chapters(texts)
            if self._is_first:
                self.workers.start()
            self.workers.warm(imports(chapters))
            said(_count(len(chapters), "file"))
        return texts

    def check(self, texts: Sequence[Text]) -> None:
        """Gather all that can be known without running, and stop at errors."""
        from galleyproof.checks import structure

        with self.clock.phase("check") as said:
            found = list(self.project.diagnostics)
            cited: set[str] = set()
            for text in texts:
                keys, problems = self._keys(text)
                cited |= keys
                found += [*text.diagnostics, *problems]
                found += _known(structure.check(text.document, keys), problems)
            verdicts = Verdicts(project=self.project, store=self.store)
            data = self._read_data(verdicts)
            found += self._conditions(texts, verdicts)
            found += self._data(data, cited, verdicts)
            typed = self._numbers(texts, data, verdicts)
            verdicts.keep(_chapters(texts), whole=not self.project.single)
            self._judge(self._told(texts, [*found, *(typed or ())]))
            also = "" if typed is None else ", numbers"
            said(f"labels, references, citations, data{also}")

    @property
    def _is_first(self) -> bool:
        """Whether nothing is remembered, so that a kernel will be needed."""
        return self.store is None or self.store.is_empty

    def _keys(self, text: Text) -> tuple[set[str], list[Diagnostic]]:
        """Return what a text may cite, and what is wrong with where it stands."""
        from galleyproof import shelf

        keys: set[str] = set()
        problems: list[Diagnostic] = []
        for name in text.config.bibliography:
            loaded = shelf.load(self.project.directory / name, name, self.store)
            keys |= set(loaded.entries)
            problems += loaded.diagnostics
        return keys, problems

    @property
    def _has_data(self) -> bool:
        directory = self.project.directory / self.project.config.galley.data
        return (directory / "datapackage.json").is_file()

    def _read_data(self, verdicts: Verdicts) -> DataPackage:
        from galleyproof.datapackage import reading

        where, directory = self.project.directory, self.project.config.galley.data
        data, _ = reading.read(where, directory)
        verdicts.years = data.holds_years
        return data

    def _conditions(
        self, texts: Sequence[Text], verdicts: Verdicts
    ) -> tuple[Diagnostic, ...]:
        from galleyproof.checks import conditions

        chapters = _chapters(texts)
        sound = verdicts.sound("conditions", chapters)
        others = [c for c in chapters if c.path not in sound]
        found = tuple(conditions.check(others))
        verdicts.learn("conditions", others, {d.span.path for d in found})
        return found

    def _data(
        self, data: DataPackage, cited: set[str], verdicts: Verdicts
    ) -> tuple[Diagnostic, ...]:
        if not self._has_data or verdicts.data_sound(cited):
            return ()
        from galleyproof import datapackage
        from galleyproof.checks import data as evidence

        where, directory = self.project.directory, self.project.config.galley.data
        found = datapackage.validate(where, cited or None, directory=directory)
        every = (*found, *evidence.beside(found, data))
        if not every:
            verdicts.learn_data(cited)
        return every

    def _numbers(
        self, texts: Sequence[Text], data: DataPackage, verdicts: Verdicts
    ) -> list[Diagnostic] | None:
        """Find typed numbers: errors where there are data to compute them from.

        None where nobody wants to know.
        """
        settings = self.project.config.galley
        wanted = settings.numbers or (Numbers.ERROR if self._has_data else Numbers.OFF)
        if wanted is Numbers.OFF:
            return None
        from galleyproof.checks.numbers import check as guard

        chapters = _chapters(texts)
        sound = verdicts.sound("numbers", chapters)
        found = list(
            guard.typed(
                chapters,
                self.project.config,
                data,
                severity=Severity(wanted.value),
                whole=not self.project.single,
                settings_files=self.project.settings_files,
                sound=sound,
            )
        )
        verdicts.learn("numbers", chapters, {d.span.path for d in found})
        return found

    def _told(
        self, texts: Sequence[Text], found: Sequence[Diagnostic]
    ) -> Sequence[Diagnostic]:
        """Leave out what the author suppresses with a reason."""
        from galleyproof.checks import suppressions

        project = self.project
        written = suppressions.written(
            _chapters(texts), project.settings_files, project.config
        )
        line_of = SourceFiles(project.directory).line
        return suppressions.told_by_a_build(found, written, line_of)

    def _judge(self, found: Sequence[Diagnostic]) -> None:
        unique = list(dict.fromkeys(found))
        if any(d.severity is Severity.ERROR for d in unique):
            raise FindingsError(
                "the manuscript has errors; nothing was written", diagnostics=unique
            )
        self.warnings.extend(unique)

    def execute(self, texts: Sequence[Text]) -> Execution:
        """Run every chapter once, whatever the number of formats."""
        from galleyproof import execute
        from galleyproof.execute import reasons

        chapters = _chapters(texts)
        if not any(c.cells or c.inlines for c in chapters):
            return execute.Execution()
        settings = self.project.config.galley
        before = _figures(self.project.directory)
        with self.clock.phase("execute") as said:
            execution = execute.run(
                chapters,
                self.workers,
                defaults=_defaults(texts),
                limits=execute.Limits(
                    timeout_s=settings.cell_timeout_s,
                    output_limit=settings.output_limit,
                    bare_numbers=not self._has_data,
                ),
                progress=lambda path: self.clock.tell("execute", path),
                store=self.store,
                identity=identity.of_environment(),
                data=settings.data,
            )
            said(_executed(execution))
        if self.store is not None:
            reasons.keep(self.store, execution.reasons)
        self.warnings += execution.notes
        after = _figures(self.project.directory)
        self.figures = tuple(p for p, seen in after.items() if before.get(p) != seen)
        if execution.diagnostics:
            raise _stopped(execution.diagnostics, self.warnings)
        return execution

    def typeset(
        self,
        text: Text,
        execution: Execution,
        formats: Sequence[Target],
        into: Path,
    ) -> None:
        """Assemble one text and write it in each format, all at once."""
        from galleyproof import render as rendering

        targets = tuple(
            dict.fromkeys(formats or (f.target for f in text.config.formats))
        )
        name = Path(text.document.main.path)
        with self.clock.phase("typeset") as said:
            manuscript = rendering.assemble(
                text.document,
                execution,
                metadata=text.config.metadata,
                variables=self.project.variables,
                defaults=_defaults([text]),
            )
            with _writing(self.where):
                made = rendering.typeset(
                    manuscript,
                    targets,
                    into=into if self.project.single else into / name.parent,
                    project_dir=self.project.directory,
                    options=self._options(text, targets),
                    entries=execution.entries,
                    store=self.store,
                    progress=lambda artefact: self.clock.tell(
                        "typeset", artefact.path.name, artefact.seconds
                    ),
                )
            self.warnings += [
                _typesetting(artefact.path.name, warning)
                for artefact in made
                for warning in artefact.warnings
            ]
            said(f"{name.stem} in {_count(len(targets), 'format')}")
        if execution.entries:
            self._ledger(text, manuscript, execution, made)

    def _ledger(
        self,
        text: Text,
        manuscript: Manuscript,
        execution: Execution,
        made: Sequence[Artefact],
    ) -> None:
        """Write down every number that the text prints, beside its files."""
        from galleyproof.lineage import ledger as ledgers
        from galleyproof.render.ledger import compose

        with self.clock.phase("ledger") as said:
            title = text.document.main.front_matter.values.get("title", "")
            ledger = compose(
                manuscript,
                execution.entries,
                made,
                title=str(title),
                store=self.store,
            )
            name = ledgers.name_for(Path(text.document.main.path).stem)
            path = made[0].path.with_name(name)
            with _writing(self.where):
                self._cards(ledger, made)
                hashed = replace(
                    ledger, inputs=self._inputs(text), files=_written(path.parent, made)
                )
                path.write_text(hashed.text(), encoding="utf-8")
            said(f"{name}: {_count(len(ledger.numbers), 'number')}")

    def _inputs(self, text: Text) -> dict[str, str]:
        """Return the hashes of what the text was made of, figures included."""
        directory, settings = self.project.directory, text.config
        names = [c.path for c in text.document.chapters]
        names += [source.path for source in self.project.settings_files]
        names += [*settings.bibliography, *filter(None, [settings.csl])]
        for folder in (self.project.config.galley.data, "figures"):
            found = sorted((directory / folder).glob("*"))
            names += [f"{folder}/{path.name}" for path in found if path.is_file()]
        there = [n for n in dict.fromkeys(names) if (directory / n).is_file()]
        return {name: files.digest(directory / name) for name in sorted(there)}

    def _cards(self, ledger: Ledger, made: Sequence[Artefact]) -> None:
        """Give the page its cards: they need the ledger, which needs every format."""
        pages = [a.path for a in made if a.target is Target.HTML]
        if not pages or not self.project.config.galley.cards:
            return
        from galleyproof.datapackage import load
        from galleyproof.render import cards
        from galleyproof.render.payload import payload

        data = load(self.project.directory, self.project.config.galley.data)
        page = pages[0].read_text("utf-8")
        shown = cards.add(page, payload(ledger, data.tables))
        pages[0].write_text(shown, encoding="utf-8", newline="")

    def _options(self, text: Text, targets: Sequence[Target]) -> Options:
        from galleyproof.render import Options

        settings, directory = text.config, self.project.directory
        return Options(
            bibliography=tuple(directory / name for name in settings.bibliography),
            csl=directory / settings.csl if settings.csl else None,
            lang=settings.lang,
            number_sections=settings.number_sections,
            crossref=settings.crossref,
            toc=_contents(settings, targets),
            embed_resources=bool(_html(settings).get("embed-resources", False)),
            sources=self.project.config.galley.sources,
            timestamp=self.timestamp,
            name=Path(text.document.main.path).stem,
        )


@contextmanager
def _hired(
    standing: Standing | None,
    directory: Path,
    environment: Mapping[str, str],
    jobs: int | None,
) -> Iterator[Workers]:
    """Yield workers: those that stay, or some for this build alone."""
    count = jobs or os.cpu_count() or 1
    if standing is not None:
        yield standing.workers(directory, environment, count=count)
        return
    with Workers(directory, environment, count=count) as own:
        yield own


def _executed(execution: Execution) -> str:
    """Say what ran, and what was remembered."""
    units = execution.reasons
    ran = [reason for reason in units if reason.ran]
    cells = _count(sum(r.is_cell for r in ran), "cell")
    inlines = _count(sum(not r.is_cell for r in ran), "inline expression")
    if len(ran) == len(units):
        return f"{cells}, {inlines}"
    rest = len(units) - len(ran)
    if not ran:
        return f"nothing to run; {rest} remembered"
    return f"{cells}, {inlines}; {rest} remembered"


def _written(where: Path, made: Sequence[Artefact]) -> dict[str, str]:
    """Return the hashes of what a text's build wrote, pictures included."""
    pictures = [p for p in (where / "figures").rglob("*") if p.is_file()]
    paths = sorted({*pictures, *(artefact.path for artefact in made)})
    return {p.relative_to(where).as_posix(): files.digest(p) for p in paths}


_FAILURES = (Code.CELL_RUNS, Code.CELL_IN_TIME, Code.CELL_OUTPUT_BOUNDED)


def _stopped(
    found: Sequence[Diagnostic], warnings: Sequence[Diagnostic]
) -> GalleyError:
    """Tell code that fails from code that runs, and prints what it should not."""
    gathered = [*warnings, *found]
    if any(d.code in _FAILURES for d in found):
        return CellError(
            "the chapters did not run to their end; nothing was written",
            diagnostics=gathered,
        )
    return FindingsError(
        "the manuscript has errors; nothing was written", diagnostics=gathered
    )


@contextmanager
def _writing(where: Path) -> Iterator[None]:
    """Tell a full disk from a tool that refuses its input."""
    try:
        with files.writing(where):
            yield
    except OutputError as error:
        if error.diagnostics or not isinstance(error.__cause__, OSError):
            raise
        raise files.output_error(error.__cause__, where) from error
    except ToolError as error:
        if not any(sign in error.message for sign in _FULL):
            raise
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        raise files.output_error(full, where) from error


def _known(
    found: Sequence[Diagnostic], problems: Sequence[Diagnostic]
) -> list[Diagnostic]:
    """Leave out what may only follow from a bibliography that cannot be read."""
    unread = any(p.severity is Severity.ERROR for p in problems)
    return [d for d in found if not (unread and d.code is Code.CITATION_RESOLVES)]


def _chapters(texts: Sequence[Text]) -> list[Chapter]:
    """Return each file once, in the order of the texts."""
    found = {c.path: c for text in texts for c in text.document.chapters}
    return list(found.values())


def _defaults(texts: Sequence[Text]) -> dict[str, CellOptions]:
    """Return the cell options of each chapter: those of the text that it is in."""
    return {c.path: text.config.execute for text in texts for c in _chapters([text])}


def _html(settings: Config) -> Mapping[str, object]:
    entry = settings.format(Target.HTML)
    return {**settings.metadata, **(entry.options if entry else {})}


def _contents(settings: Config, targets: Sequence[Target]) -> dict[Target, int]:
    """Return how deep the table of contents of each format is, where it has one."""
    depths = {}
    for target in targets:
        entry = settings.format(target)
        options = {**settings.metadata, **(entry.options if entry else {})}
        # As with Quarto, the page of a manuscript has one unless it says otherwise.
        usual = (
            target is Target.HTML and settings.project_type is ProjectType.MANUSCRIPT
        )
        if options.get("toc", usual):
            depth = options.get("toc-depth", 3)
            depths[target] = depth if isinstance(depth, int) else 3
    return depths


def _figures(directory: Path) -> dict[Path, tuple[int, int]]:
    """Return what is in `figures/`, with times and sizes."""
    return {
        path: ((status := path.stat()).st_mtime_ns, status.st_size)
        for path in sorted((directory / "figures").glob("*"))
        if path.is_file()
    }


def _typesetting(name: str, warning: str) -> Diagnostic:
    """Return what Pandoc or Typst said of one output as a finding about it."""
    first, *rest = warning.strip().splitlines()
    return Diagnostic(
        code=Code.TYPESETTING_CLEAN,
        span=Span(path=name, line=0),
        message=first,
        hint="the file was written; look at what it names",
        severity=Severity.WARNING,
        detail="\n".join(rest),
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


# The other engine -----------------------------------------------------------------


def _with_quarto(
    path: Path, formats: Sequence[Target], output: Path | None, clock: Clock
) -> BuildReport:
    """Hand the project over; its output is published as our own would be."""
    from galleyproof import quarto

    version = quarto.require()
    project = open_project(path)
    targets = tuple(formats) or tuple(
        dict.fromkeys(entry.target for entry in project.config.formats)
    )
    where, whole = project.destination(output)
    source = project.directory / project.sources[0] if project.single else None
    with files.Staging.open(where, whole=whole) as staging:
        with clock.phase("quarto") as said:
            clock.tell("quarto", f"version {version}")
            quarto.render(
                source or project.directory,
                targets,
                project_dir=project.directory,
                into=staging.path,
            )
            said(_count(len(targets), "format"))
        with clock.phase("publish") as said, interruption.put_off(_PUBLISHED):
            written = staging.publish()
            said(_count(len(written), "file"))
    return clock.report(
        directory=project.directory, written=written, engine=Engine.QUARTO
    )
