"""Where each format goes: `--format FORMAT[=FILE]`, `--output FILE`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from galleyproof.errors import ConfigError
from galleyproof.nearest import nearest
from galleyproof.report.formats import Format

_STANDARD_OUTPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One format, and the file that it goes to."""

    format: Format
    file: Path | None = None
    """None: standard output."""


def destinations(
    written: Sequence[str], output: str | None = None
) -> tuple[Destination, ...]:
    """Read what was asked for.

    Parameters
    ----------
    written
        each `FORMAT` or `FORMAT=FILE`; empty: text
    output
        the file of the last of them

    Raises
    ------
    ConfigError
        there is no such format, or two would stand in one another's way

    """
    found = [_read(one) for one in written] or [Destination(format=Format.TEXT)]
    if output is not None:
        last = found.pop()
        if last.file is not None:
            raise ConfigError(
                f"`{last.format}` would go to `{last.file}` and to `{output}`",
                hint="write either `--format FORMAT=FILE` or `--output FILE`",
            )
        found.append(Destination(format=last.format, file=_file(output)))
    _keep_apart(found)
    return tuple(found)


def _read(written: str) -> Destination:
    name, _, file = written.partition("=")
    names = [one.value for one in Format]
    if name not in names:
        near = nearest(name, names)
        raise ConfigError(
            f"`{name}` is not a format of findings",
            hint=f"did you mean `{near}`?"
            if near
            else f"choose from {', '.join(f'`{one}`' for one in names)}",
        )
    return Destination(format=Format(name), file=_file(file))


def _file(name: str) -> Path | None:
    return Path(name) if name not in {"", _STANDARD_OUTPUT} else None


def _keep_apart(found: Sequence[Destination]) -> None:
    files = [one.file for one in found if one.file is not None]
    for file in files:
        if files.count(file) > 1:
            raise ConfigError(
                f"two formats would go to `{file}`", hint="give each its own file"
            )
    shown = [one.format for one in found if one.file is None]
    document = next((one for one in shown if one.is_document), None)
    if document is not None and len(shown) > 1:
        raise ConfigError(
            f"`{document}` must stand alone on standard output",
            hint=f"give it a file, `--format {document}=FILE`, or give the others one",
        )
