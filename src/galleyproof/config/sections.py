"""The sections of a configuration, each from a reader to a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from galleyproof.config.ignored import read_ignored
from galleyproof.config.model import (
    Config,
    Crossref,
    Format,
    GalleySettings,
    Literal,
    Numbers,
    ProjectType,
    Target,
)
from galleyproof.config.reader import Reader
from galleyproof.nearest import nearest
from galleyproof.qmd.features import CELL_OPTIONS
from galleyproof.qmd.options import CellOptions, Unfit, fit_option

_OTHER_PROJECT_TYPES = frozenset({"book", "website", "blog", "confluence"})
_PROJECT_KEYS = frozenset(
    {
        "detect",
        "execute-dir",
        "lib-dir",
        "output-dir",
        "preview",
        "render",
        "resources",
        "title",
        "type",
    }
)
_TARGETS = {
    "html": Target.HTML,
    "html5": Target.HTML,
    "html4": Target.HTML,
    "typst": Target.PDF,
    "pdf": Target.PDF,
    "docx": Target.DOCX,
    "jats": Target.JATS,
    "jats_archiving": Target.JATS,
    "jats_articleauthoring": Target.JATS,
    "jats_publishing": Target.JATS,
}
_EXECUTE_KEYS = frozenset({"echo", "eval", "include", "output", "warning", "error"})
_EXECUTE_LAYOUT_KEYS = frozenset({"fig-width", "fig-height", "code-fold"})
_OTHER_EXECUTE_KEYS = frozenset(
    {
        "cache",
        "cache-refresh",
        "daemon",
        "daemon-restart",
        "debug",
        "freeze",
        "ipynb-shell-interactivity",
        "keep-ipynb",
        "keep-md",
        "message",
        "plotly-connected",
    }
)
"""They change how Quarto runs cells, not what comes of it."""

_CROSSREF_KINDS = ("fig", "tbl", "sec", "eq")
_OTHER_CROSSREF_KEYS = frozenset(
    {
        "appendix-delim",
        "appendix-title",
        "chapter-id",
        "chapters",
        "custom",
        "eq-labels",
        "fig-labels",
        "labels",
        "lof-title",
        "lol-title",
        "lot-title",
        "ref-hyperlink",
        "sec-labels",
        "subref-labels",
        "tbl-labels",
    }
)
_GALLEY_KEYS = (
    "baseline",
    "cache-limit",
    "cards",
    "cell-timeout",
    "data",
    "ignore",
    "literals",
    "memory-limit",
    "numbers",
    "output-limit",
    "sources",
)
_OWN_FILTERS = frozenset({"galleyproof", "quarto"})

_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>s|min|h)?$")
_SECONDS = {None: 1.0, "s": 1.0, "min": 60.0, "h": 3600.0}
_SIZE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[kKMG]?)B?$")
_BYTES = {"": 1, "k": 1_000, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}


def _own_script(reader: Reader) -> bool:
    """Say whether the only script is ours, which writes what this engine writes too."""
    scripts = reader.texts("project", "post-render")
    return all(name.endswith("galleyproof/ledger.py") for name in scripts)


def read_project(reader: Reader, config: Config) -> Config:
    """Read `project:`."""
    for key in reader.mapping("project"):
        if key == "post-render" and _own_script(reader):
            continue
        if key in {"pre-render", "post-render"}:
            reader.unsupported(
                ("project", key),
                f"`{key}`",
                "run the script before `galley render`",
                at_key=True,
            )
        elif key not in _PROJECT_KEYS:
            _unknown(reader, ("project", key), _PROJECT_KEYS)
    kind = _project_type(reader)
    default = "_manuscript" if kind is ProjectType.MANUSCRIPT else ""
    return replace(
        config,
        project_type=kind,
        output_dir=reader.text("project", "output-dir", default=default),
        render=reader.texts("project", "render"),
    )


def _project_type(reader: Reader) -> ProjectType:
    name = reader.text("project", "type", default=ProjectType.DEFAULT.value)
    known = [kind.value for kind in ProjectType]
    if name in known:
        return ProjectType(name)
    path = ("project", "type")
    if name in _OTHER_PROJECT_TYPES:
        reader.unsupported(path, f"the project type `{name}`")
    else:
        near = nearest(name, [*known, *_OTHER_PROJECT_TYPES])
        reader.report(
            path,
            f"there is no project type `{name}`",
            f"did you mean `{near}`?" if near else "write `manuscript` or `default`",
        )
    return ProjectType.DEFAULT


def _unknown(reader: Reader, path: tuple[str, ...], known: frozenset[str]) -> None:
    near = nearest(path[-1], known)
    listed = ", ".join(f"`{key}`" for key in sorted(known))
    reader.report(
        path,
        f"`{path[0]}` has no key `{path[-1]}`",
        f"did you mean `{near}`?" if near else f"known are {listed}",
        at_key=True,
    )


def read_formats(reader: Reader) -> tuple[Format, ...]:
    """Read `format:`, in order; HTML where nothing is written."""
    formats: dict[Target, Format] = {}
    written = reader.value("format")
    entries = format_entries(written)
    for name, options in entries.items():
        target = _TARGETS.get(name)
        path = ("format", name) if isinstance(written, Mapping) else ("format",)
        at_key = len(path) > 1
        if target is None:
            reader.unsupported(path, f"the format `{name}`", "remove it", at_key=at_key)
        elif target in formats:
            reader.report(
                path,
                f"`{formats[target].name}` and `{name}` write the same file",
                "keep one of them",
                at_key=at_key,
            )
        else:
            formats[target] = Format(target=target, name=name, options=options)
    if written is not None and not entries:
        reader.wrong(("format",), "a format or a mapping of formats")
    return tuple(formats.values()) or (Format(target=Target.HTML, name="html"),)


def format_entries(value: object) -> dict[str, Mapping[str, object]]:
    """Return name -> options of `format: html` and `format: {html: default}` alike."""
    if isinstance(value, str):
        return {value: {}}
    if not isinstance(value, Mapping):
        return {}
    return {
        str(name): options if isinstance(options, Mapping) else {}
        for name, options in value.items()
    }


def read_execute(reader: Reader) -> CellOptions:
    """Read `execute:`, and those of its keys that Quarto takes at the top as well."""
    fields: dict[str, Any] = {}
    for key in sorted(_EXECUTE_KEYS | _EXECUTE_LAYOUT_KEYS):
        _execute_option(reader, (key,), fields)
    for key in reader.mapping("execute"):
        if key in _EXECUTE_KEYS or key in _EXECUTE_LAYOUT_KEYS:
            _execute_option(reader, ("execute", key), fields)
        elif key == "enabled":
            if reader.value("execute", key) is False:
                reader.unsupported(("execute", key), "`enabled: false`", "remove it")
        elif key not in _OTHER_EXECUTE_KEYS:
            known = _EXECUTE_KEYS | _EXECUTE_LAYOUT_KEYS | _OTHER_EXECUTE_KEYS
            _unknown(reader, ("execute", key), known)
    return CellOptions(**fields)


def _execute_option(
    reader: Reader, path: tuple[str, ...], fields: dict[str, Any]
) -> None:
    fitted = fit_option(path[-1], reader.value(*path))
    if isinstance(fitted, Unfit):
        reader.wrong(path, fitted.expected)
    elif fitted is not None:
        fields[CELL_OPTIONS[path[-1]]] = fitted


def read_crossref(reader: Reader) -> Crossref:
    """Read `crossref:`."""
    value = reader.value("crossref")
    if isinstance(value, bool):
        if not value:
            reader.unsupported(("crossref",), "`crossref: false`", "remove it")
        return Crossref()
    default = Crossref()
    titles, prefixes = dict(default.titles), dict(default.prefixes)
    delimiter = default.title_delimiter
    for key in reader.mapping("crossref"):
        kind, _, part = key.partition("-")
        if kind in _CROSSREF_KINDS and part in {"title", "prefix"}:
            words = titles if part == "title" else prefixes
            words[kind] = reader.text("crossref", key, default=words.get(kind, ""))
        elif key == "title-delim":
            delimiter = reader.text("crossref", key)
        elif key in _OTHER_CROSSREF_KEYS:
            reader.unsupported(
                ("crossref", key), f"`crossref: {key}`", "remove it", at_key=True
            )
        else:
            known = {f"{k}-{p}" for k in _CROSSREF_KINDS for p in ("title", "prefix")}
            _unknown(reader, ("crossref", key), frozenset({*known, "title-delim"}))
    return Crossref(titles=titles, prefixes=prefixes, title_delimiter=delimiter)


def read_filters(reader: Reader) -> tuple[str, ...]:
    """Read `filters:`; the embedded engine runs none but ours."""
    filters = reader.texts("filters")
    for name in filters:
        if _OWN_FILTERS.isdisjoint(re.split(r"[/.]", name)):
            reader.unsupported(("filters",), f"the filter `{name}`", "remove it")
    return filters


def read_galley(reader: Reader) -> GalleySettings:
    """Read our own section."""
    default = GalleySettings()
    for key in reader.mapping("galley"):
        if key not in _GALLEY_KEYS:
            _unknown(reader, ("galley", key), frozenset(_GALLEY_KEYS))
    return GalleySettings(
        data=reader.text("galley", "data", default=default.data),
        cell_timeout_s=_duration(reader, default.cell_timeout_s),
        output_limit=_size(reader, "output-limit", default.output_limit),
        cache_limit=_size(reader, "cache-limit", default.cache_limit),
        memory_limit=_size(reader, "memory-limit", default.memory_limit),
        cards=reader.flag("galley", "cards", default=default.cards),
        sources=reader.flag("galley", "sources", default=default.sources),
        literals=_literals(reader),
        ignored=read_ignored(reader),
        baseline=reader.text("galley", "baseline"),
        numbers=_numbers(reader),
        written=reader.value("galley") is not None,
    )


def _literals(reader: Reader) -> tuple[Literal, ...]:
    written = reader.value("galley", "literals")
    entries = [written] if isinstance(written, str) else written
    if entries is None:
        return ()
    if not isinstance(entries, list):
        reader.wrong(("galley", "literals"), "a list of texts")
        return ()
    found = []
    for index, entry in enumerate(entries):
        path = ("galley", "literals", index)
        if not isinstance(entry, str) or not entry.strip():
            reader.wrong(path, 'a text; quote a number: `"4 cm"`')
            continue
        literal = Literal(text=entry, span=reader.place(*path))
        problem = _malformed(literal)
        if problem:
            reader.report(
                path,
                f"`{entry}` is no regular expression: {problem}",
                "correct it, or write the text itself, without strokes",
            )
        else:
            found.append(literal)
    return tuple(found)


def _malformed(literal: Literal) -> str:
    if not literal.is_pattern:
        return ""
    try:
        re.compile(literal.text[1:-1])
    except re.error as error:
        return error.msg
    return ""


def _numbers(reader: Reader) -> Numbers | None:
    path = ("galley", "numbers")
    value = reader.value(*path)
    # `off` is a word in YAML 1.2, and `false` is how others would say it.
    name = "off" if value is False else value
    if name is None:
        return None
    if name in [one.value for one in Numbers]:
        return Numbers(str(name))
    reader.wrong(path, "`error`, `warning` or `off`")
    return None


def _duration(reader: Reader, default: float) -> float:
    path = ("galley", "cell-timeout")
    value = reader.value(*path)
    if value is None:
        return default
    match = _DURATION.match(str(value)) if not isinstance(value, bool) else None
    seconds = float(match["number"]) * _SECONDS[match["unit"]] if match else 0.0
    if not 0 < seconds < float("inf"):
        reader.wrong(path, "a number of seconds, or a text such as `5 min`")
        return default
    return seconds


def _size(reader: Reader, key: str, default: int) -> int:
    path = ("galley", key)
    value = reader.value(*path)
    if value is None:
        return default
    match = _SIZE.match(str(value)) if not isinstance(value, bool) else None
    size = float(match["number"]) * _BYTES[match["unit"]] if match else 0.0
    if not 0 < size < float("inf"):
        reader.wrong(path, "a number of bytes, or a text such as `1MB`")
        return default
    return int(size)
