"""`_quarto.yml` -> configuration, and front matter laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from galleyproof.config import sections
from galleyproof.config.model import Config
from galleyproof.config.reader import Locate, Reader
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.nearest import nearest
from galleyproof.qmd.model import FrontMatter
from galleyproof.qmd.yamltext import KeyPath, Problem, Yaml, read_mapping
from galleyproof.spans import Source, Span

_SECTIONS = frozenset({"project", "galley"})
"""They say something about the project, nothing about a document."""

_NO_PROJECT_FILES = frozenset({"metadata-files", "profile"})
_LISTS = ("bibliography", "css", "filters")
"""Keys where one text is short for a list of one, so that lists can be joined."""

_EASILY_MISTYPED = frozenset(
    {
        "bibliography",
        "crossref",
        "execute",
        "filters",
        "format",
        "galley",
        "number-sections",
        "project",
    }
)


def parse(text: str, path: str) -> tuple[Config, tuple[Diagnostic, ...]]:
    """Read `_quarto.yml`. Never raises; with errors, what could be read is kept."""
    source = Source(path=path, text=text)
    offset = len(text) - len(text.removeprefix("\ufeff"))
    yaml = read_mapping(text[offset:])
    if yaml.problems:
        problems = tuple(_problem(source, p, offset) for p in yaml.problems)
        if not yaml.values:
            return replace(Config.default(), path=path), problems
    else:
        problems = ()
    reader = Reader(yaml.values, _locator(source, yaml, offset))
    config = sections.read_project(reader, Config(path=path))
    config = replace(config, galley=sections.read_galley(reader))
    _warn_of_misspelling(reader, yaml.values)
    metadata = {k: v for k, v in yaml.values.items() if k not in _SECTIONS}
    config = _read_document(reader, config, metadata)
    return config, _sorted([*problems, *reader.diagnostics])


def merge(
    config: Config, front_matter: FrontMatter
) -> tuple[Config, tuple[Diagnostic, ...]]:
    """Lay a document's front matter over the configuration, as Quarto does.

    Front matter wins; mappings are merged key by key, lists joined. Formats that front
    matter names replace those of the project, and keep the options given there.
    """
    own = {k: v for k, v in front_matter.values.items() if k not in _SECTIONS}
    if not own:
        return config, ()
    metadata = _joined(_normal(config.metadata), _normal(own))
    formats = metadata.get("format")
    if "format" in own and isinstance(formats, Mapping):
        chosen = sections.format_entries(own["format"])
        metadata["format"] = {name: formats[name] for name in chosen}

    def locate(path: KeyPath, at_key: bool) -> Span | None:
        return front_matter.places.get(".".join(map(str, path)))

    reader = Reader(metadata, locate)
    merged = _read_document(reader, config, metadata)
    return merged, _sorted(reader.diagnostics)


def _read_document(
    reader: Reader, config: Config, metadata: Mapping[str, object]
) -> Config:
    for key in sorted(_NO_PROJECT_FILES.intersection(metadata)):
        reader.unsupported(
            (key,), f"`{key}`", "write the keys into this file", at_key=True
        )
    if metadata.get("engine") not in {None, "jupyter", "markdown"}:
        reader.unsupported(("engine",), f"the engine `{metadata['engine']}`")
    return replace(
        config,
        title=reader.plain("title"),
        bibliography=reader.texts("bibliography"),
        csl=reader.text("csl"),
        formats=sections.read_formats(reader),
        number_sections=reader.flag("number-sections"),
        execute=sections.read_execute(reader),
        crossref=sections.read_crossref(reader),
        filters=sections.read_filters(reader),
        lang=reader.text("lang", default="en"),
        metadata=metadata,
    )


def _locator(source: Source, yaml: Yaml, offset: int) -> Locate:
    def locate(path: KeyPath, at_key: bool) -> Span | None:
        place = yaml.places.get(path)
        if place is None:
            return None
        if at_key or not place.scalar:
            return source.span(offset + place.key_start, offset + place.key_end)
        return source.span(offset + place.start, offset + place.end)

    return locate


def _problem(source: Source, problem: Problem, offset: int) -> Diagnostic:
    span = source.span(offset + problem.offset)
    hint = "write `key: value`; quote a value that holds `: ` or begins with `@`"
    if source.line(span.line).startswith("\t"):
        hint = "indent with spaces: YAML does not allow tabs"
    return Diagnostic(
        code=Code.CONFIG_VALID,
        span=span,
        message=f"the file is not usable as YAML: {problem.message}",
        hint=hint,
    )


def _warn_of_misspelling(reader: Reader, values: Mapping[str, object]) -> None:
    """Warn of a key that is almost one of Quarto's: any key is allowed, as metadata."""
    for key in values:
        near = nearest(key, _EASILY_MISTYPED, cutoff=0.85)
        if near and key not in _EASILY_MISTYPED:
            reader.report(
                (key,),
                f"`{key}` is not a key that Quarto knows",
                f"did you mean `{near}`?",
                at_key=True,
                severity=Severity.WARNING,
            )


def _normal(values: Mapping[str, object]) -> dict[str, object]:
    """Return values with the short forms written out, ready to be joined."""
    normal = dict(values)
    for key in _LISTS:
        if isinstance(normal.get(key), str):
            normal[key] = [normal[key]]
    if isinstance(normal.get("format"), str | Mapping):
        normal["format"] = sections.format_entries(normal["format"])
    return normal


def _joined(
    below: Mapping[str, object], above: Mapping[str, object]
) -> dict[str, object]:
    joined = dict(below)
    for key, value in above.items():
        old = joined.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            joined[key] = _joined(old, value)
        elif isinstance(old, list) and isinstance(value, list):
            joined[key] = [*old, *(item for item in value if item not in old)]
        else:
            joined[key] = value
    return joined


def _sorted(diagnostics: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key))
