"""The command `galley`: words in, exit code out.

The one place where exceptions become text. Everything heavy is imported by the command
that needs it, so that `galley --help` answers at once.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from galleyproof import __version__, interruption
from galleyproof.errors import GalleyError, ToolMissingError

if TYPE_CHECKING:
    from galleyproof.diagnostics import Code, Diagnostic
    from galleyproof.preview import Built
    from galleyproof.project import SourceFiles
    from galleyproof.receipts import Receipt
    from galleyproof.record import Step
    from galleyproof.report import Destination, Result, Style

OUR_BUG = 70
INTERRUPTED = 130
TERMINATED = 143
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
_FORMATS = ("html", "pdf", "docx", "jats")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="galley")
def galley() -> None:
    """Build manuscripts in which every printed number comes from data."""


def _formats(_: click.Context, __: click.Parameter, value: str | None) -> list[str]:
    names = [name.strip() for name in (value or "").split(",") if name.strip()]
    for name in names:
        if name not in _FORMATS:
            raise click.BadParameter(
                f"`{name}` is not a format; choose from {', '.join(_FORMATS)}"
            )
    return names


@galley.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option(
    "--to", callback=_formats, metavar="html,pdf,docx,jats", help="Formats to write."
)
@click.option(
    "--engine",
    type=click.Choice(["embedded", "quarto"]),
    default="embedded",
    show_default=True,
    help="Who typesets: pandoc and Typst from their packages, or your own Quarto.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="Where to write."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Chapters to run at once; as many as there are processors by default.",
)
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@click.pass_obj
def render(
    context: dict[str, Path],
    path: Path,
    to: list[str],
    engine: str,
    output: Path | None,
    *,
    jobs: int | None,
    force: bool,
) -> None:
    """Execute the chapters once and typeset them in every format.

    PATH is a project (a directory with `_quarto.yml`; the present one by default) or a
    single `.qmd` file, which is rendered by itself beside its source.
    """
    from galleyproof import receipts

    context["path"] = path
    embedded = engine == "embedded"
    request = receipts.Request.of(path, to, output) if embedded else None
    last = None if force else receipts.unchanged(request)
    if last is not None:
        _nothing_changed(last, path)
        return
    from galleyproof import build, report
    from galleyproof.config import Target
    from galleyproof.record import Engine

    style = _style(sys.stdout)
    done = build.render(
        path,
        formats=[Target(name) for name in to],
        engine=Engine(engine),
        output=output,
        progress=_progress(style),
        jobs=jobs,
        request=request,
    )
    _warn(done.warnings, path)
    click.echo(report.summary(done, style))


def _nothing_changed(last: Receipt, path: Path) -> None:
    """Say so, with the warnings of the last build; nothing more is imported for it."""
    from galleyproof import receipts

    _warn(receipts.recalled(last.warnings), path)
    click.echo(
        f"Nothing has changed: the {len(last.outputs)} files of the last build are as "
        "it left them (`--force` builds anyway)."
    )


def _warn(warnings: Sequence[Diagnostic], path: Path) -> None:
    if warnings:
        from galleyproof import report

        said = report.findings(warnings, _sources(path), _style(sys.stderr))
        click.echo(said, err=True)


def _progress(style: Style) -> Callable[[Step], None]:
    from galleyproof import report

    def show(step: Step) -> None:
        click.echo(report.step(step, style))

    return show


def _preview_formats(_: click.Context, __: click.Parameter, value: str) -> list[str]:
    names = [name.strip() for name in value.split(",") if name.strip()]
    for name in names:
        if name not in {"html", "pdf"}:
            raise click.BadParameter(
                f"`{name}` cannot be previewed; choose from html, pdf"
            )
    return names


@galley.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=4848,
    show_default=True,
    help="Where to serve; the next free one where it is taken.",
)
@click.option(
    "--to",
    callback=_preview_formats,
    default="html",
    metavar="html,pdf",
    help="With pdf, the PDF is kept up to date even while nobody looks at it.",
)
@click.option("--no-open", is_flag=True, help="Open no browser.")
@click.pass_obj
def preview(
    context: dict[str, Path], path: Path, port: int, to: list[str], *, no_open: bool
) -> None:
    """Show the page while it is being written: each save is built and seen at once.

    PATH is a project or a single `.qmd` file. The page is served to this machine alone;
    the project's own output stays as it is. Ctrl-C ends it.
    """
    from galleyproof import preview as previewing

    context["path"] = path
    session = previewing.Session(
        path=path, wish=port, always_beside="pdf" in to, tell=_tell_built
    )
    with session:
        taken = f" (port {port} is taken)" if port not in {0, session.port} else ""
        address = _style(sys.stdout)(session.address, "bold")
        click.echo(f"Preview at {address}{taken}; Ctrl-C ends it.")
        _flush()
        if not no_open:
            previewing.open_browser(session.address)
        try:
            session.run()
        except KeyboardInterrupt:
            if interruption.asked() is signal.SIGTERM:
                raise
            # The usual way to end a preview: nothing was cut short.
            interruption.met()
            click.echo("\nPreview ended.")


def _tell_built(done: Built) -> None:
    from galleyproof import report

    style, failure = _style(sys.stdout), done.outcome.failure
    found = failure.diagnostics if failure else done.outcome.warnings
    ending = report.ending(found, failed=failure is not None, mended=done.mended)
    line = report.built(
        done.what, done.because, done.outcome.seconds, ending=ending, style=style
    )
    click.echo(line)
    if failure is not None:
        click.echo(report.stopped(failure, done.places, style))
    elif done.news:
        click.echo(report.findings(done.news, done.places, style))
    for name in done.ignored:
        click.echo(f"  {name} is written by the chapters; it is not watched any more")
    _flush()


@galley.command()
@click.argument("question")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Answer as a part of the ledger.")
@click.pass_obj
def trace(
    context: dict[str, Path], question: str, path: Path, *, as_json: bool
) -> None:
    """Lead a printed number to its data, or data to its numbers.

    QUESTION is a printed text (96.1), a place (chapters/04-size.qmd:31), a row or cell
    (proportions:glazer-ts-lt4.events, data/proportions.csv#cell=3,9), a table, figure
    or study. The answer is of the last build of the project at PATH.
    """
    from galleyproof import tracing
    from galleyproof.lineage import outline, questions

    context["path"] = path
    ledger = tracing.last_ledger(path)
    answer = questions.ask(ledger, question)
    if as_json:
        click.echo(questions.part_of(ledger, answer).text(), nl=False)
    elif answer:
        show = outline.upwards if answer.cells else outline.downwards
        click.echo(show(ledger, answer))
    if not answer:
        raise tracing.not_found(ledger, question)


@galley.command()
@click.argument("table")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--row", required=True, metavar="KEY", help="The key of the row.")
@click.option("--column", default="", metavar="NAME", help="One cell of it.")
@click.option("--json", "as_json", is_flag=True, help="Answer as a part of the ledger.")
@click.pass_obj
def impact(
    context: dict[str, Path],
    table: str,
    path: Path,
    row: str,
    column: str,
    *,
    as_json: bool,
) -> None:
    """List everything printed that would move with a row of data.

    TABLE is a file (data/proportions.csv) or the table's name. The answer is of the
    last build of the project at PATH.
    """
    from galleyproof import tracing
    from galleyproof.lineage import outline, questions

    context["path"] = path
    ledger = tracing.last_ledger(path)
    cells = tracing.cells(ledger, path, table, row, column)
    answer = questions.using(ledger, cells)
    if as_json:
        click.echo(questions.part_of(ledger, answer).text(), nl=False)
    else:
        click.echo(outline.upwards(ledger, answer))


def _codes(_: click.Context, __: click.Parameter, value: str | None) -> list[Code]:
    from galleyproof.diagnostics import Code
    from galleyproof.nearest import nearest

    found = []
    for name in (value or "").replace(",", " ").split():
        code = Code.named(name)
        if code is None:
            near = nearest(name, (one.code for one in Code))
            guess = f"did you mean `{near}`?" if near else "`galley explain` lists them"
            raise click.BadParameter(f"there is no code `{name}`; {guess}")
        found.append(code)
    return found


@galley.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--select", callback=_codes, metavar="CODES", help="Check only these.")
@click.option("--ignore", callback=_codes, metavar="CODES", help="Leave these out.")
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="text, json, sarif, junit or github; may be given several times.",
)
@click.option("--output", metavar="FILE", help="Where the (last) format goes.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Known findings, which are only counted.",
)
@click.option("--update-baseline", is_flag=True, help="Write them all there.")
@click.option("--since", metavar="REV", help="Only lines changed since a git revision.")
@click.option("--executed", is_flag=True, help="Check the last build's outputs too.")
@click.pass_obj
def check(
    context: dict[str, Path],
    path: Path,
    *,
    select: list[Code],
    ignore: list[Code],
    formats: tuple[str, ...],
    output: str | None,
    baseline: Path | None,
    update_baseline: bool,
    since: str | None,
    strict: bool,
    executed: bool,
) -> None:
    """Check a project, or a single file, without running anything.

    PATH is any Quarto project, a directory of `.qmd` files, or one file. Ends with 1
    where there are errors; with --strict, where there are warnings or where a check
    could not run. `galley explain CODE` says what a code means.
    """
    from galleyproof import inspection, report, sieve

    context["path"] = path
    wanted = report.destinations(formats, output)
    done = inspection.inspect(path, select=select, ignore=ignore, executed=executed)
    sources = _sources(path)
    file = sieve.baseline_of(done, sources, baseline, update=update_baseline)
    if update_baseline and file:
        number = sieve.record(done, file, sources)
        click.echo(f"{sources.shown(str(file))}: {number} known", err=True)
    result = report.Result(
        inspection=sieve.sieved(done, sources, file=file, since=since),
        sources=sources,
        strict=strict,
        version=__version__,
    )
    _deliver(wanted, result)
    if result.failed:
        raise click.exceptions.Exit(1)


def _deliver(wanted: Sequence[Destination], result: Result) -> None:
    """Print or write each format; where all are files, say in short what they say."""
    from galleyproof import files, report

    for one in wanted:
        if one.file is None:
            style = _style(sys.stdout)
            click.echo(report.rendered(one.format, result, style), nl=False)
        else:
            text = report.rendered(one.format, result)
            files.write(Path.cwd() / one.file, text.encode("utf-8"))
    if all(one.file for one in wanted):
        style = _style(sys.stdout)
        click.echo(report.inspected(result.inspection, style))


@galley.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff.")
@click.pass_obj
def fix(context: dict[str, Path], path: Path, *, dry_run: bool) -> None:
    """Write expressions in the place of typed numbers, where only one is meant.

    A number is replaced where it equals one of the data package, and only one: of the
    study that its paragraph cites, names or quotes, or of all. The rest is left.
    """
    from galleyproof import mending, report

    context["path"] = path
    done = mending.propose(path)
    for change in done.changes:
        if dry_run:
            click.echo(change.diff, nl=False)
        else:
            change.write()
    click.echo(report.mended(done, dry_run=dry_run), err=dry_run)


@galley.command()
@click.argument("question")
@click.argument("path", default=".", type=click.Path(path_type=Path))
@click.option("--all", "whole", is_flag=True, help="Everything that it rests on.")
@click.pass_obj
def why(context: dict[str, Path], question: str, path: Path, *, whole: bool) -> None:
    """Say why a cell ran in the last build, or did not, and what it rests on.

    QUESTION is a label (fig-size), a place (chapters/04-size.qmd:91), a file, or a
    piece of code. The answer is of the last build of the project at PATH.
    """
    from galleyproof import identity, project, report
    from galleyproof.execute import reasons

    context["path"] = path
    store = project.survey(path).cache()
    known = reasons.kept(store)
    if known is None:
        raise GalleyError(
            "no build of this project is remembered", hint="run `galley render`"
        )
    found = reasons.about(known, question)
    if not found:
        raise GalleyError(
            f"the last build ran nothing that answers to `{question}`"
            + reasons.meant(known, question),
            hint="ask for a label, a place `FILE:LINE`, a file, or a piece of code",
        )
    runs = identity.of_environment()
    told = [(each, reasons.rests_on(store, each, runs)) for each in found]
    click.echo(report.why(told, _style(sys.stdout), whole=whole))


@galley.group()
def cache() -> None:
    """Look into the cache of a project, or clear it."""


@cache.command("info")
@click.argument("path", default=".", type=click.Path(path_type=Path))
def cache_info(path: Path) -> None:
    """Say how much the cache of the project at PATH holds, and of what."""
    from galleyproof import project, report

    store = project.survey(path).cache()
    click.echo(report.cached(store.info(), _sources(path).shown(str(store.directory))))


@cache.command("clean")
@click.argument("path", default=".", type=click.Path(path_type=Path))
def cache_clean(path: Path) -> None:
    """Clear the cache of the project at PATH: the next build makes everything anew."""
    from galleyproof import files, project, report

    store = project.survey(path).cache()
    with files.writing(store.directory):
        click.echo(report.cleared(store.clean()))


@galley.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--data",
    "data",
    type=click.Path(path_type=Path, exists=True),
    help="What the cited works report: a CSV file of facts, or a project's directory.",
)
@click.option("--json", "as_json", is_flag=True, help="Findings as JSON.")
@click.option(
    "--places", is_flag=True, help="Kinds and places as CSV, nothing of the text."
)
def audit(file: Path, *, data: Path | None, as_json: bool, places: bool) -> None:
    """Look for what cannot be right in a published article's plain text.

    FILE is text or Markdown with the reference list at its end. Nothing is looked up:
    what is found contradicts the article itself, or the facts given with --data. Ends
    with 1 where something was found.
    """
    from galleyproof import files
    from galleyproof.checks import articles
    from galleyproof.diagnostics import Diagnostic
    from galleyproof.errors import FindingsError
    from galleyproof.report import audited

    source = files.read(file, file.as_posix())
    if isinstance(source, Diagnostic):
        raise FindingsError("the article cannot be read", diagnostics=[source])
    article = articles.read(source)
    works = articles.facts_of(data, article) if data else ()
    found = articles.audit(article, works)
    if places:
        alone = articles.audit(article) if works else found
        click.echo(audited.audited_places(source, found, alone), nl=False)
    else:
        write = audited.audited_json if as_json else audited.audited
        click.echo(write(source, found), nl=False)
    if found:
        raise click.exceptions.Exit(1)


@galley.command()
@click.argument("code", required=False, callback=_codes)
def explain(code: list[Code]) -> None:
    """Say what a CODE means, why it matters, how to mend it; or list all codes."""
    from galleyproof import codes

    if not code:
        click.echo(codes.overview())
    for one in code:
        click.echo(codes.explanation(one))


@galley.command()
def doctor() -> None:
    """Say what was found on this machine, and how to get the rest."""
    from galleyproof import report
    from galleyproof.doctor import examine

    style, missing = _style(sys.stdout), []
    for finding in examine(Path.cwd()):
        click.echo(report.check_up(finding, style))
        if finding.needed and not finding.found:
            missing.append(finding.name)
    if missing:
        raise ToolMissingError(
            f"needed, but missing: {', '.join(missing)}",
            hint="run the command that stands behind each",
        )


# Around every command -------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process with its exit code."""
    # What is read of a project lives to the end: to look through all of it for cycles,
    # again and again, makes the time grow faster than the project.
    gc.set_threshold(50_000, 50, 100)
    code = run(arguments)
    interruption.stop_heeding()
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; nothing is raised."""
    _forgive_terminals()
    with interruption.heeding():
        try:
            return _obey(arguments)
        except (KeyboardInterrupt, click.Abort):
            return _tell_interruption()
        except Exception as error:  # noqa: BLE001 - the last resort, by design
            if interruption.asked():  # it may have cut an import in two
                return _tell_interruption()
            return _tell_refusal(error) if isinstance(error, OSError) else _confess()


def _obey(arguments: Sequence[str] | None) -> int:
    """Run the command; what it tells the author becomes text and an exit code."""
    context: dict[str, Path] = {}
    try:
        ended = galley.main(
            args=arguments, prog_name="galley", standalone_mode=False, obj=context
        )
    except GalleyError as error:
        # A program that was stopped beside us has failed for no reason of its own.
        interruption.heed()
        return _tell(error, context.get("path", Path.cwd()))
    except click.ClickException as error:
        error.show()
        return error.exit_code
    interruption.heed()
    # Outside of its standalone mode, click returns the code of `Exit`.
    return ended if isinstance(ended, int) else 0


def _tell_interruption() -> int:
    ended = interruption.asked() is signal.SIGTERM
    said = "terminated" if ended else "interrupted"
    click.echo(f"\ngalley: {said}; {interruption.outcome()}", err=True)
    return TERMINATED if ended else INTERRUPTED


def _tell(error: GalleyError, path: Path) -> int:
    from galleyproof import report

    style = _style(sys.stderr)
    _flush()
    click.echo(report.error(error, _sources(path), style), err=True)
    return error.exit_code


def _tell_refusal(error: OSError) -> int:
    """Judge what the system refused: a full disk is nobody's defect."""
    from galleyproof.files import output_error

    if error.errno not in _NO_ROOM:
        return _confess()
    path = Path(error.filename or Path.cwd())
    return _tell(output_error(error, path), Path.cwd())


def _confess() -> int:
    import traceback

    _flush()
    click.echo(traceback.format_exc(), err=True, nl=False)
    click.echo(
        f"\ngalley {__version__}: this is a defect of galleyproof, not of your "
        f"manuscript.\nPlease report it to the project, with the lines above.",
        err=True,
    )
    return OUR_BUG


def _flush() -> None:
    sys.stdout.flush()


def _forgive_terminals() -> None:
    """Print what a terminal cannot show as an escape, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _style(stream: TextIO) -> Style:
    from galleyproof.report import Style

    return Style(colour=stream.isatty() and not _no_colour())


def _no_colour() -> bool:
    variables = os.environ  # noqa: TID251 - the terminal's, not the build's
    return bool(variables.get("NO_COLOR")) or variables.get("TERM") == "dumb"


def _sources(path: Path) -> SourceFiles:
    from galleyproof.project import SourceFiles

    return SourceFiles.of(path)
