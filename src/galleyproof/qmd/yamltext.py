"""YAML read with the place of every key and scalar.

The one door to PyYAML. Scalars follow YAML 1.2, as Quarto and Pandoc read them: `yes`
is a word and `2026-01-05` is text, not a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Without libyaml the results are the same, and come more slowly."""

_DEEPEST = 200
_TOO_DEEP = "the YAML is nested too deeply"

KeyPath: TypeAlias = tuple[str | int, ...]


class _Loader(_Base):  # type: ignore[misc]
    """A safe loader with the scalar types of YAML 1.2."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012


def _resolve(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(pattern), first
    )


_resolve("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF")
_resolve("null", r"^(?:~|null|Null|NULL)$", "~nN")
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])
_resolve("int", r"^[-+]?[0-9]+$", "-+0123456789")
_resolve(
    "float",
    r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$|^[-+]?[0-9]+[eE][-+]?[0-9]+$",
    "-+.0123456789",
)
_resolve("merge", r"^<<$", "<")
_Loader.add_constructor("tag:yaml.org,2002:int", lambda _, node: int(node.value))
_Loader.add_constructor("tag:yaml.org,2002:float", lambda _, node: float(node.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a key and its value stand; for a list item, both are the item."""

    key_start: int
    key_end: int
    start: int
    end: int
    scalar: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a text is not usable YAML."""

    message: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Yaml:
    """A mapping read from YAML, or the problem that prevented it."""

    values: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[KeyPath, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_mapping(text: str) -> Yaml:
    """Read a mapping; never raise. An empty text is an empty mapping."""
    if text.startswith("\ufeff"):  # libyaml would leave it out of its positions
        return Yaml(problems=(Problem(message="a byte order mark is in it", offset=0),))
    try:
        if _nests_too_deeply(text):
            return Yaml(problems=(Problem(message=_TOO_DEEP, offset=0),))
        return _read(_Loader(text))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        return Yaml(problems=(_problem(error),))


def _read(loader: Any) -> Yaml:  # noqa: ANN401 (PyYAML's loaders share no type)
    root = loader.get_single_node()
    if root is None:
        return Yaml()
    if not isinstance(root, yaml.MappingNode):
        return Yaml(problems=(_shape_problem(root),))
    places, problems = _survey(root)
    values = loader.construct_document(root)
    return Yaml(
        values={str(key): value for key, value in values.items()},
        places=places,
        problems=problems,
    )


def _nests_too_deeply(text: str) -> bool:
    """Say whether composing the text would exhaust the stack, which libyaml allows."""
    if sum(map(text.count, "[{-?")) < _DEEPEST:
        return False
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            return True
    return False


def _shape_problem(root: yaml.Node) -> Problem:
    return Problem(
        message="the YAML is not a mapping of `key: value` lines",
        offset=root.start_mark.index,
    )


def _problem(error: Exception) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "the YAML cannot be read"
        return Problem(message=said, offset=mark.index if mark else 0)
    if isinstance(error, yaml.reader.ReaderError):
        return Problem(
            message="a character is not allowed in YAML", offset=error.position
        )
    if isinstance(error, RecursionError):
        return Problem(message=_TOO_DEEP, offset=0)
    return Problem(message="the YAML cannot be read", offset=0)


def _survey(root: yaml.MappingNode) -> tuple[dict[KeyPath, Place], tuple[Problem, ...]]:
    places: dict[KeyPath, Place] = {}
    problems: list[Problem] = []
    seen: set[int] = set()
    waiting: list[tuple[KeyPath, yaml.Node]] = [((), root)]
    while waiting:
        path, node = waiting.pop()
        if id(node) in seen:  # an alias; its place is that of its anchor
            continue
        seen.add(id(node))
        for step, key, value in _children(node):
            here = (*path, step)
            if here in places:
                problems.append(
                    Problem(
                        message=f"the key `{step}` stands twice",
                        offset=key.start_mark.index,
                    )
                )
            places[here] = _place(key, value)
            waiting.append((here, value))
    return places, tuple(problems)


def _children(node: yaml.Node) -> Iterator[tuple[str | int, yaml.Node, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            yield name, key, value
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield index, item, item


def _place(key: yaml.Node, value: yaml.Node) -> Place:
    return Place(
        key_start=key.start_mark.index,
        key_end=key.end_mark.index,
        start=value.start_mark.index,
        end=value.end_mark.index,
        scalar=isinstance(value, yaml.ScalarNode),
    )
