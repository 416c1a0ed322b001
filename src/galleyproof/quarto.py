"""The other engine: hand a project to the user's own Quarto."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from galleyproof import files, tools
from galleyproof.config import Target
from galleyproof.errors import ToolError, ToolMissingError
from galleyproof.lineage import ledger as ledgers
from galleyproof.render.page import ledger_of

OLDEST = (1, 9)
_NAMES = {
    Target.HTML: "html",
    Target.PDF: "typst",
    Target.DOCX: "docx",
    Target.JATS: "jats",
}
_INSTALL = (
    "install it from https://quarto.org/docs/download/, "
    "or with `pip install 'galleyproof[quarto]'`"
)


def version() -> str | None:
    """Return the version of a Quarto that is new enough; None where there is none.

    Raises ToolMissingError for one that is too old.
    """
    found = tools.quarto_version()
    if found is not None and _numbers(found) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise ToolMissingError(
            f"quarto {found} is too old: {oldest} or newer is needed", hint=_INSTALL
        )
    return found


def require() -> str:
    """Return the version, or say how to get a Quarto."""
    found = version()
    if found is None:
        raise ToolMissingError("quarto was not found", hint=_INSTALL)
    return found


def render(
    source: Path, targets: Sequence[Target], *, project_dir: Path, into: Path
) -> tuple[Path, ...]:
    """Let Quarto render a project or a file, and give its outputs our names.

    Parameters
    ----------
    into
        passed on relative to the project, as Quarto wants it

    """
    names = ",".join(_NAMES[target] for target in targets)
    tools.quarto(
        [
            "render",
            str(source),
            "--to",
            names,
            "--output-dir",
            os.path.relpath(into, project_dir),
        ],
        cwd=project_dir,
    )
    stem = "index" if source.is_dir() else source.stem
    claimed = tuple(_claimed(into, stem, target) for target in targets)
    write_ledger(into / f"{stem}.html")
    return claimed


def write_ledgers() -> tuple[Path, ...]:
    """Write the ledger of each page that the present `quarto render` has written.

    For the extension's post-render script, to which Quarto tells the files.
    """
    listed = os.environ.get("QUARTO_PROJECT_OUTPUT_FILES", "")  # noqa: TID251
    pages = [Path(name) for name in listed.splitlines() if name.endswith(".html")]
    if not pages:
        where = os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", ".")  # noqa: TID251
        pages = sorted(Path(where).glob("*.html"))
    return tuple(path for page in pages if (path := write_ledger(page)) is not None)


def write_ledger(page: Path) -> Path | None:
    """Write the ledger of a rendered page beside it; None where it carries none."""
    if not page.is_file():
        return None
    beside = {
        target.value: page.with_suffix(f".{target.suffix}").name
        for target in Target
        if page.with_suffix(f".{target.suffix}").is_file()
    }
    found = ledger_of(page.read_text(encoding="utf-8"), beside)
    if found is None:
        return None
    path = page.with_name(ledgers.name_for(page.stem))
    files.write(path, found.text().encode("utf-8"))
    return path


def _claimed(into: Path, stem: str, target: Target) -> Path:
    """Return the output for a target, renamed where Quarto ends it differently."""
    wanted = into / f"{stem}.{target.suffix}"
    other = into / f"{stem}.{_NAMES[target]}"
    if not wanted.exists() and other.exists():
        other.rename(wanted)
    if not wanted.exists():
        raise ToolError(
            f"quarto ended well but wrote no `{wanted.name}`",
            hint=f"does `_quarto.yml` have the format `{_NAMES[target]}`?",
        )
    return wanted


def _numbers(text: str) -> tuple[int, ...]:
    """Return the numbers that a version begins with."""
    numbers = []
    for part in text.strip().split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)
