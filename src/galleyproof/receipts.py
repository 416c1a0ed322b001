"""What a build was made of and what it wrote, to know that nothing has changed since.

A receipt lists everything that a build read, by content, and everything that it wrote.
If all of it is as it was, a build would write the same bytes, and need not be done.
Time stamps decide nothing. Imports little: to answer is all that such a command does.

A receipt is one JSON file in `.galley/receipts/`, named by what was asked for:
`files` (path -> SHA-256, or null where there was none), `globs` (pattern -> digest of
the paths that it matches), `environment` (variable -> SHA-256 of its value, or null),
`observed` (what code saw: `files` that it opened, directories that it `listed`, what it
asked to be `stated`), `identity` (interpreter, packages, this program), `timestamp`
(what stands for the time in outputs), `outputs` (path -> SHA-256) and `warnings` (as
the build told them). Paths are relative to the project.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from galleyproof import files, identity
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.errors import OutputError
from galleyproof.spans import Span

if TYPE_CHECKING:
    from galleyproof.execute import Execution
    from galleyproof.project import Project, Text

VERSION = 1
_CONFIGURATIONS = ("_quarto.yml", "_quarto.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for."""

    directory: Path
    """The project's."""
    sources: str = ""
    """The file that was asked for; empty: the project."""
    formats: tuple[str, ...] = ()
    output: str = ""

    @classmethod
    def of(
        cls, path: Path, formats: Iterable[str], output: Path | None
    ) -> Request | None:
        """Return what a command line asks for; None where that is in no project."""
        start = path.resolve()
        if path.is_dir():
            places, single = [start], ""
        else:
            places, single = [*start.parents], str(start)
        for directory in places:
            if any((directory / name).is_file() for name in _CONFIGURATIONS):
                return cls(
                    directory=directory,
                    sources=single,
                    formats=tuple(formats),
                    output="" if output is None else str(output.resolve()),
                )
        return None

    @property
    def file(self) -> Path:
        """Where the receipt is."""
        said = json.dumps(
            [str(self.directory), self.sources, self.formats, self.output]
        )
        name = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return self.directory / files.WORKSPACE / "receipts" / f"{name}.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a build was made of and what it wrote."""

    files: Mapping[str, str | None]
    globs: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str | None] = field(default_factory=dict)
    observed: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    identity: str = ""
    timestamp: int = 0
    outputs: Mapping[str, str | None]
    warnings: Sequence[Mapping[str, Any]] = ()
    version: int = VERSION

    def changed(self, directory: Path) -> str:
        """Say what is not as it was, at the first; empty where all is."""
        for each in (self.files, self.outputs):
            for name, before in each.items():
                if digest(directory / name) != before:
                    return f"`{name}`"
        for name, then in self.environment.items():
            if variable(name) != then:
                return f"the environment variable `{name}`"
        for pattern, then_there in self.globs.items():
            if matches(directory, pattern) != then_there:
                return f"the files `{pattern}`"
        if self.identity != surroundings():
            return "the interpreter, a package or galleyproof itself"
        if self.timestamp != _timestamp(directory):
            return "the time that stands for the build's"
        return self._seen_otherwise(directory)

    def _seen_otherwise(self, directory: Path) -> str:
        """Say what code would not see as it saw it; looked at as it looked."""
        from galleyproof.observing import looking  # noqa: PLC0415 - where code ran

        looks = {
            "files": looking.file_digest,
            "listed": looking.listing,
            "stated": looking.state,
        }
        for kind, seen in self.observed.items():
            for name, before in seen.items():
                if looks[kind](str(directory / name)) != before:
                    return f"`{name}`"
        return ""


def unchanged(request: Request | None) -> Receipt | None:
    """Return the receipt of the last build for a request, if all is as it was."""
    receipt = read(request) if request is not None else None
    if request is None or receipt is None:
        return None
    return None if receipt.changed(request.directory) else receipt


def _timestamp(directory: Path) -> int:
    def committed() -> int | None:
        from galleyproof import tools  # noqa: PLC0415 - starts programs: heavy

        return tools.commit_time(directory)

    return files.build_time(committed)


def read(request: Request) -> Receipt | None:
    """Return the receipt of the last build for a request; None without one to use."""
    try:
        said = json.loads(request.file.read_text("utf-8"))
        receipt = Receipt(**said)
    except (OSError, ValueError, TypeError):
        return None
    return receipt if receipt.version == VERSION else None


def write(request: Request, receipt: Receipt) -> None:
    """Keep a receipt; where that cannot be, the next build is just done."""
    with suppress(OSError, OutputError):
        files.write(request.file, json.dumps(asdict(receipt)).encode("utf-8"))


def discard(request: Request) -> None:
    """Throw the receipt of the last build away: another begins."""
    with suppress(OSError):
        request.file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What texts are made of, by content, before any code of theirs runs."""

    files: Mapping[str, str | None]
    globs: Mapping[str, str]

    @classmethod
    def of(cls, project: Project, texts: Iterable[Text]) -> Inputs:
        """Look at everything that a build of the texts reads."""
        directory, data = project.directory, project.config.galley.data
        names = [*_CONFIGURATIONS, "_variables.yml"]
        for text in texts:
            settings = text.config
            names += [chapter.path for chapter in text.document.chapters]
            names += [*settings.bibliography, *filter(None, [settings.csl])]
        patterns = [f"{data}/**/*"]
        patterns += project.config.render or ["**/*.qmd"]
        found = directory.glob(f"{data}/**/*")
        names += [p.relative_to(directory).as_posix() for p in found if p.is_file()]
        # What was read already, as it was read.
        sources = [c.source for text in texts for c in text.document.chapters]
        sources += project.settings_files
        known = {source.path: files.digest_of(source.text) for source in sources}
        return cls(
            files=digests(directory, names) | known,
            globs={each: matches(directory, each) for each in patterns},
        )

    def hold(self, directory: Path) -> bool:
        """Whether all is still as it was."""
        return self.files == digests(directory, self.files) and self.globs == {
            each: matches(directory, each) for each in self.globs
        }

    @property
    def there(self) -> dict[str, str]:
        """The files that there are."""
        return {name: found for name, found in self.files.items() if found}


def pictures(directory: Path, written: Path) -> dict[str, str]:
    """Return the files below `written` that are copies of some of the project's."""
    found = {}
    for path in sorted(written.rglob("*")):
        name = path.relative_to(written)
        own = directory / name
        if path.is_file() and own.is_file() and own != path:
            hashed = files.digest(path)
            if hashed == digest(own):
                found[name.as_posix()] = hashed
    return found


def observations(execution: Execution) -> dict[str, Mapping[str, str | None]]:
    """Return what code saw of files and directories."""
    return {
        "files": execution.observed,
        "listed": execution.listed,
        "stated": execution.stated,
    }


def inside(directory: Path, seen: Mapping[str, str | None]) -> dict[str, str]:
    """Return the files of the project among those that code opened."""
    found = {}
    for name, then in seen.items():
        path = Path(os.path.normpath(directory / name))
        if not then or not path.is_relative_to(directory):
            continue
        own = path.relative_to(directory)
        # An environment of Python in the project is a tool, not an input.
        if "site-packages" not in own.parts and not own.name.startswith("."):
            found[own.as_posix()] = then
    return found


def ours(environment: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return variables that code read, as hashes: their values may be secret.

    What the kernel is given by us, whatever is set here, is none of a person's.
    """
    return {
        name: variable(name)
        for name, value in environment.items()
        if value == os.environ.get(name)  # noqa: TID251 - as `variable`
    }


def noted(found: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Return findings as JSON."""
    return [asdict(each) | {"code": each.code.code} for each in found]


def recalled(noted: Iterable[Mapping[str, Any]]) -> list[Diagnostic]:
    """Return findings as they were; those of codes that are no more are left out."""
    found = []
    for each in noted:
        code = Code.named(each["code"])
        if code is not None:
            read = {
                **each,
                "code": code,
                "span": Span(**each["span"]),
                "severity": Severity(each["severity"]),
            }
            found.append(Diagnostic(**read))
    return found


# What is there --------------------------------------------------------------------


def digest(path: Path) -> str | None:
    """Return the SHA-256 of a file; None where there is none to read."""
    try:
        return files.digest(path)
    except OSError:
        return None


def digests(directory: Path, names: Iterable[str]) -> dict[str, str | None]:
    """Return what files hold, by name, in alphabetical order."""
    return {name: digest(directory / name) for name in sorted(set(names))}


def digests_of(directory: Path, paths: Iterable[Path]) -> dict[str, str | None]:
    """Return what files hold, by their paths from a directory."""
    return digests(directory, (os.path.relpath(path, directory) for path in paths))


def matches(directory: Path, pattern: str) -> str:
    """Return a digest of the paths of the files that a pattern matches."""
    found = (path for path in directory.glob(pattern) if path.is_file())
    return _of_texts(sorted(path.relative_to(directory).as_posix() for path in found))


def variable(name: str) -> str | None:
    """Return the SHA-256 of an environment variable; None where it is not set."""
    value = os.environ.get(name)  # noqa: TID251 - layer 2
    return None if value is None else _of_texts([value])


@cache
def surroundings() -> str:
    """Return a digest of interpreter, packages, this program, and its templates."""
    home = Path(__file__).parent / "render"
    said = [identity.of_environment()]
    for folder in ("templates", "assets"):
        found = sorted(path for path in (home / folder).iterdir() if path.is_file())
        said += [f"{path.name} {files.digest(path)}" for path in found]
    return _of_texts(said)


def _of_texts(texts: Iterable[str]) -> str:
    said = "\0".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(said).hexdigest()
