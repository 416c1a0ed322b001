"""What a path on the command line means: the project, its files, where output goes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from galleyproof import config as configuration
from galleyproof import files, qmd
from galleyproof.config import Config, ProjectType
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.errors import ConfigError
from galleyproof.qmd.model import Document
from galleyproof.qmd.yamltext import read_mapping
from galleyproof.spans import Source
from galleyproof.store import Store

CONFIG_NAMES = ("_quarto.yml", "_quarto.yaml")
_VARIABLES = "_variables.yml"
_EXAMPLE = "project: {type: manuscript, output-dir: _output}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A directory with a configuration, and the files in it to render."""

    directory: Path
    """Where `_quarto.yml` is; chapters run here."""
    config: Config
    sources: tuple[str, ...]
    """Relative to the directory, with forward slashes."""
    single: bool = False
    """One file by itself was asked for."""
    variables: Mapping[str, object] = field(default_factory=dict)
    """What `_variables.yml` holds."""
    settings_files: tuple[Source, ...] = ()
    """`_quarto.yml` and `_variables.yml`, where they are there."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What was found about the configuration."""

    def destination(self, output: Path | None) -> tuple[Path, bool]:
        """Return where to write, and whether that directory is ours as a whole."""
        if output is not None:
            return Path.cwd() / output, False
        if self.single:
            return (self.directory / self.sources[0]).parent, False
        inside = self.config.output_dir not in {"", "."}
        return self.directory / self.config.output_dir, inside

    def cache(self) -> Store:
        """Open the cache that builds of this project share."""
        return Store.open(
            self.directory / files.WORKSPACE / "cache",
            limit_bytes=self.config.galley.cache_limit,
        )


def project_directory(path: Path) -> Path:
    """Return the nearest directory upwards that has a configuration, or the path's."""
    start = path.resolve() if path.is_dir() else path.resolve().parent
    for directory in (start, *start.parents):
        if any((directory / name).is_file() for name in CONFIG_NAMES):
            return directory
        if path.is_dir():
            break
    return start


def open_project(path: Path) -> Project:
    """Read the configuration and find the files to render.

    Raises ConfigError where there is no project, or one that cannot be used.
    """
    if path.is_dir() and _config_name(path.resolve()) is None:
        raise ConfigError(
            f"no `_quarto.yml` in `{path}`",
            hint="name a directory that has one, or a `.qmd` file; "
            f"a smallest one says: {_EXAMPLE}",
        )
    return survey(path, usable=True)


def survey(path: Path, *, usable: bool = False) -> Project:
    """Find the files of any Quarto project, or of a directory, however it is set up.

    What is wrong with the configuration is among the diagnostics, unless it must be
    `usable`. Raises ConfigError where it is not, or where nothing is there to read.
    """
    if path.is_file():
        return _single(path, usable=usable)
    if not path.exists():
        raise ConfigError(
            f"`{path}` does not exist",
            hint="name a directory with `_quarto.yml`, or a `.qmd` file",
        )
    directory = path.resolve()
    settings = _read_settings(directory, usable=usable)
    sources = _sources(directory, settings.config)
    if not sources:
        raise ConfigError(
            f"nothing to render in `{path}`",
            hint="add an `index.qmd`, or name files under `project: render:`",
        )
    return Project(
        directory=directory,
        config=settings.config,
        sources=sources,
        variables=settings.variables,
        settings_files=settings.files,
        diagnostics=settings.diagnostics,
    )


def _single(path: Path, *, usable: bool) -> Project:
    if path.suffix != ".qmd":
        raise ConfigError(
            f"`{path}` is not a `.qmd` file",
            hint="name a `.qmd` file, or a directory with `_quarto.yml`",
        )
    directory = project_directory(path)
    settings = _read_settings(directory, usable=usable)
    name = path.resolve().relative_to(directory).as_posix()
    return Project(
        directory=directory,
        config=settings.config,
        sources=(name,),
        single=True,
        variables=settings.variables,
        diagnostics=settings.diagnostics,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """What `_quarto.yml` and `_variables.yml` say."""

    config: Config
    variables: Mapping[str, object]
    files: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]


def _read_settings(directory: Path, *, usable: bool) -> _Settings:
    config, found, file = _read_config(directory, usable=usable)
    variables, problems, other = _variables(directory)
    return _Settings(
        config=config,
        variables=variables,
        files=tuple(source for source in (file, other) if source is not None),
        diagnostics=(*found, *problems),
    )


def _config_name(directory: Path) -> str | None:
    return next((n for n in CONFIG_NAMES if (directory / n).is_file()), None)


def _read_config(
    directory: Path, *, usable: bool
) -> tuple[Config, Sequence[Diagnostic], Source | None]:
    """Read the configuration; without a file of that name, a default one."""
    name = _config_name(directory)
    if name is None:
        return Config.default(), (), None
    source = files.read(directory / name, name)
    if isinstance(source, Diagnostic):
        if usable:
            raise ConfigError("the configuration cannot be read", diagnostics=[source])
        return Config.default(), (source,), None
    config, diagnostics = configuration.parse(source.text, name)
    if usable and any(d.severity is Severity.ERROR for d in diagnostics):
        raise ConfigError("the configuration cannot be used", diagnostics=diagnostics)
    return config, diagnostics, source


def _variables(
    directory: Path,
) -> tuple[Mapping[str, object], Sequence[Diagnostic], Source | None]:
    """Read `_variables.yml`, where there is one."""
    if not (directory / _VARIABLES).is_file():
        return {}, (), None
    source = files.read(directory / _VARIABLES, _VARIABLES)
    if isinstance(source, Diagnostic):
        return {}, (source,), None
    read = read_mapping(source.text)
    problems = tuple(
        Diagnostic(
            code=Code.CONFIG_VALID,
            span=source.span(problem.offset),
            message=f"not usable as YAML: {problem.message}",
            hint="correct the file; `{{< var name >}}` reads it",
        )
        for problem in read.problems
    )
    return read.values, problems, source


def _sources(directory: Path, settings: Config) -> tuple[str, ...]:
    """Return the files to render, in the order of the configuration."""
    if settings.render:
        patterns = settings.render
    elif settings.project_type is ProjectType.MANUSCRIPT:
        patterns = ("index.qmd",)
    else:
        patterns = ("**/*.qmd",)
    names: dict[str, None] = {}
    for pattern in patterns:
        if not any(c in pattern for c in "*?["):
            # A file that is named but not there is reported when it is read.
            names[PurePosixPath(pattern).as_posix()] = None
            continue
        for path in sorted(directory.glob(pattern)):
            name = path.relative_to(directory)
            hidden = any(part.startswith(("_", ".")) for part in name.parts)
            if path.suffix == ".qmd" and not hidden:
                names[name.as_posix()] = None
    return tuple(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One file to render, with all that it includes and the settings that hold."""

    document: Document
    config: Config
    """The project's, with the front matter laid over it."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Of reading it; those of its structure are the business of `checks`."""


def read_text(project: Project, name: str) -> Text:
    """Read a file and all that it includes; what cannot be read is a finding."""
    unreadable: list[Diagnostic] = []

    def load(path: str) -> Source:
        source = files.read(project.directory / path, path)
        if isinstance(source, Source):
            return source
        if path != name and not (project.directory / path).exists():
            # Reported where it is included.
            raise FileNotFoundError(path)
        unreadable.append(source)
        return Source(path=path, text="")

    document = qmd.expand(name, load)
    settings, findings = configuration.merge(project.config, document.main.front_matter)
    return Text(
        document=document,
        config=settings,
        diagnostics=(*unreadable, *findings),
    )


class SourceFiles:
    """The files that findings speak of, read again when one of their lines is wanted.

    Paths are those of findings: relative to the project, with forward slashes.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._read: dict[str, Source | None] = {}

    @classmethod
    def of(cls, path: Path) -> SourceFiles:
        """Return those of the project that a path on the command line means."""
        return cls(project_directory(path))

    def source(self, path: str) -> Source | None:
        """Return a file, or None where it cannot be read."""
        if path not in self._read:
            read = files.read(self.directory / path, path)
            self._read[path] = read if isinstance(read, Source) else None
        return self._read[path]

    def line(self, path: str, number: int) -> str:
        """Return a line, or an empty string."""
        source = self.source(path)
        return source.line(number) if source else ""

    def shown(self, path: str) -> str:
        """Return the path as it is from the present directory."""
        whole = self.directory / path
        if whole.is_relative_to(Path.cwd()):
            return whole.relative_to(Path.cwd()).as_posix()
        return os.path.relpath(whole)
