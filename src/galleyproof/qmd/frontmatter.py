"""The YAML at the top of a file, as values and places."""

from __future__ import annotations

from collections.abc import Sequence

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.qmd import grammar
from galleyproof.qmd.model import Block, BlockKind, FrontMatter, Scalar
from galleyproof.qmd.yamltext import Yaml, read_mapping
from galleyproof.spans import Source


def read_front_matter(
    source: Source, blocks: Sequence[Block]
) -> tuple[FrontMatter, list[Diagnostic]]:
    """Read the front matter; an empty one where the file has none."""
    block = next((b for b in blocks if b.kind is not BlockKind.BLANK), None)
    if block is None or block.kind is not BlockKind.FRONT_MATTER:
        return FrontMatter(values={}), []
    offset = block.content_start
    yaml = read_mapping(source.text[offset : block.content_end])
    # Of a block that is not closed, that alone is worth saying.
    problems = _problems(source, yaml, offset) if _is_closed(source, block) else []
    return (
        FrontMatter(
            values=yaml.values,
            places={
                ".".join(map(str, path)): source.span(
                    offset + place.key_start, offset + place.key_end
                )
                for path, place in yaml.places.items()
            },
            scalars=_scalars(yaml, offset),
            start=block.start,
            end=block.end,
        ),
        problems,
    )


def _is_closed(source: Source, block: Block) -> bool:
    last = source.text[block.content_end : block.end].rstrip("\r\n")
    return grammar.YAML_CLOSE.match(last) is not None


def _scalars(yaml: Yaml, offset: int) -> tuple[Scalar, ...]:
    scalars = (
        Scalar(
            path=".".join(map(str, path)),
            start=offset + place.start,
            end=offset + place.end,
        )
        for path, place in yaml.places.items()
        if place.scalar and place.end > place.start
    )
    return tuple(sorted(scalars, key=lambda scalar: scalar.start))


def _problems(source: Source, yaml: Yaml, offset: int) -> list[Diagnostic]:
    return [
        Diagnostic(
            code=Code.CONFIG_VALID,
            span=source.span(offset + problem.offset),
            message=f"the front matter cannot be read: {problem.message}",
            hint="write `key: value`; quote a value that holds `: ` or begins with `@`",
        )
        for problem in yaml.problems
    ]
