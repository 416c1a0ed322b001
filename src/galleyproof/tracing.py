"""The ledger of a project's last build, and what a command asks of it."""

from __future__ import annotations

from pathlib import Path

from galleyproof import datapackage
from galleyproof.errors import ConfigError, GalleyError
from galleyproof.lineage import ledger as ledgers
from galleyproof.lineage import questions
from galleyproof.lineage.ledger import Ledger
from galleyproof.nearest import nearest
from galleyproof.project import Project, open_project


def last_ledger(path: Path) -> Ledger:
    """Read the ledger of a project's, or of a single file's, last build."""
    project = open_project(path)
    file = _file(project)
    if not file.is_file():
        raise ConfigError(
            f"there is no ledger: `{_shown(file)}`",
            hint="a build writes it: run `galley render`",
        )
    try:
        return ledgers.read(file.read_text(encoding="utf-8"))
    except (ledgers.LedgerError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"`{_shown(file)}` cannot be read as a ledger: {error}",
            hint="a build writes it anew: run `galley render`",
        ) from error


def _file(project: Project) -> Path:
    where, _ = project.destination(None)
    stem = Path(project.sources[0]).stem
    return where / ledgers.name_for(stem)


def _shown(file: Path) -> str:
    here = Path.cwd()
    return (file.relative_to(here) if file.is_relative_to(here) else file).as_posix()


def not_found(ledger: Ledger, question: str) -> GalleyError:
    """Say that nothing answers a question, and what may have been meant."""
    return GalleyError(
        f"nothing that the last build printed answers to `{question}`"
        + _meant(questions.guess(ledger, question)),
        hint="ask for a printed text, a place `FILE:LINE`, or a row `TABLE:KEY`",
    )


def cells(
    ledger: Ledger, path: Path, table: str, row: str, column: str
) -> tuple[str, ...]:
    """Return the used cells of a row; a row that does not exist is an error."""
    found = questions.cells_of_row(ledger, table, row, column)
    if found:
        return found
    _must_exist(path, table, row, column)
    return ()


def _must_exist(path: Path, table: str, row: str, column: str) -> None:
    """Tell a row that nothing uses from one that is not there."""
    project = open_project(path)
    package = datapackage.load(project.directory, project.config.galley.data)
    tables = {
        key: held
        for name, held in package.tables.items()
        for key in (name, *{r.path for r in held.rows})
    }
    if table not in tables:
        raise GalleyError(
            f"the data have no table `{table}`" + _meant(nearest(table, tables))
        )
    rows = {r.id: r for r in tables[table].rows}
    if row not in rows:
        raise GalleyError(f"`{table}` has no row `{row}`" + _meant(nearest(row, rows)))
    if column and column not in rows[row].texts:
        raise GalleyError(
            f"`{table}` has no column `{column}`"
            + _meant(nearest(column, rows[row].texts))
        )


def _meant(name: str) -> str:
    return f"; did you mean `{name}`?" if name else ""
