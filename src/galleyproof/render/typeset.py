"""From one executed text to files: parse once, transform and write per format.

Formats are written in parallel threads, each of which waits for its own pandoc.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from galleyproof.config import Target
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.errors import FindingsError
from galleyproof.lineage.entries import Entries
from galleyproof.memory import without_collecting
from galleyproof.qmd.features import unsupported
from galleyproof.render.citing import Citations
from galleyproof.render.model import Artefact, Manuscript, Options
from galleyproof.render.pictures import Pictures
from galleyproof.render.printed import Names, named
from galleyproof.render.reading import read
from galleyproof.render.sourced import sourced
from galleyproof.render.tree import Nodes, Part
from galleyproof.render.unknown import unknown
from galleyproof.render.view import View, views
from galleyproof.render.writers import Job
from galleyproof.store import Store

_WITH_SOURCES = frozenset({Target.PDF, Target.DOCX})
"""The page has cards instead, and a journal's system reads the ledger."""

_NOT_FOUND = re.compile(r"Citeproc: citation (\S+) not found")

Progress = Callable[[Artefact], None]


@without_collecting()
def typeset(
    manuscript: Manuscript,
    targets: Sequence[Target],
    *,
    into: Path,
    project_dir: Path,
    options: Options | None = None,
    entries: Entries | None = None,
    store: Store | None = None,
    progress: Progress | None = None,
) -> tuple[Artefact, ...]:
    """Write the manuscript in each format to the directory `into`.

    Pictures are copied beside the page. `entries` are the records of what the text
    prints; without them its numbers have no anchors. `store` keeps what the next build
    can use. `progress` is called, from a
    worker thread, whenever a format is done.

    Raises
    ------
    FindingsError
        a reference without a target, a key that is not in the bibliography, a picture
        that is not there, a construct that no transform knows
    ToolError
        pandoc or Typst refused its input

    """
    options = options or Options()
    names = named(manuscript.printed, entries or Entries())
    parsed = read(manuscript, options, store)
    pictures = Pictures(project_dir=project_dir, files=manuscript.files)
    parts = [Part.of(block) for block in parsed.blocks]
    seen = views(parts, targets, options, names)
    findings = [
        *_unknown(manuscript, [node for part in parts for node in part.nodes]),
        *_findings(manuscript, seen, pictures),
    ]
    if findings:
        raise FindingsError("the manuscript cannot be typeset", diagnostics=findings)
    shown = pictures.copy(into, seen.values())
    if options.sources and entries:
        seen = _sourced(seen, manuscript, names, entries)
    citations = Citations(options=options, store=store)
    siblings = tuple(f"{options.name}.{target.suffix}" for target in targets)

    def write(target: Target) -> Artefact:
        job = Job(
            target=target,
            view=seen[target],
            meta=parsed.meta,
            options=options,
            into=into,
            pictures=pictures,
            shown=shown,
            citations=citations,
            siblings=siblings,
        )
        artefact = job.write()
        if progress is not None:
            progress(artefact)
        return artefact

    with ThreadPoolExecutor(max_workers=max(len(targets), 1)) as pool:
        made = tuple(pool.map(write, targets))
    unknown_keys = _unknown_keys(manuscript, made)
    if unknown_keys:
        raise FindingsError(
            "the manuscript cites what is not in the bibliography",
            diagnostics=unknown_keys,
        )
    return made


def _sourced(
    seen: Mapping[Target, View], manuscript: Manuscript, names: Names, entries: Entries
) -> dict[Target, View]:
    """Give the formats that are pages on paper the sources of their numbers."""
    made: dict[int, View] = {}
    result = dict(seen)
    for target, one in seen.items():
        if target not in _WITH_SOURCES:
            continue
        if id(one) not in made:
            made[id(one)] = sourced(one, manuscript.printed, names, entries)
        result[target] = made[id(one)]
    return result


def _unknown_keys(manuscript: Manuscript, made: Sequence[Artefact]) -> list[Diagnostic]:
    """Return a finding for each key that citeproc did not know.

    What an author cites is checked before anything runs; what a cell cites is not.
    """
    warnings = [warning for artefact in made for warning in artefact.warnings]
    keys = {m[1] for w in warnings if (m := _NOT_FOUND.search(w))}
    return [
        Diagnostic(
            code=Code.CITATION_RESOLVES,
            span=manuscript.place(_line(manuscript, f"@{re.escape(key)}")),
            message=f"the bibliography has no entry `{key}`",
            hint="correct the key, or add the entry to the bibliography",
        )
        for key in sorted(keys)
    ]


def _unknown(manuscript: Manuscript, nodes: Nodes) -> list[Diagnostic]:
    found = {
        one.what: unsupported(
            manuscript.place(_line(manuscript, re.escape(one.trace))), one.what
        )
        for one in unknown(nodes)
    }
    return list(found.values())


def _findings(
    manuscript: Manuscript, seen: Mapping[Target, View], pictures: Pictures
) -> list[Diagnostic]:
    found: dict[tuple[str, str], Diagnostic] = {}
    for one in seen.values():
        for label in one.undefined:
            found["label", label] = _undefined(manuscript, label)
        for label in one.mixed:
            found["mixed", label] = _mixed(manuscript, label)
        for path in pictures.missing(one.pictures):
            found["picture", path] = _missing_picture(manuscript, path)
    return list(found.values())


def _undefined(manuscript: Manuscript, label: str) -> Diagnostic:
    pattern = (
        rf"(?i:@{re.escape(label[:1])}){re.escape(label[1:])}(?![\w-])|\(#{label}\)"
    )
    return Diagnostic(
        code=Code.REFERENCE_RESOLVES,
        span=manuscript.place(_line(manuscript, pattern)),
        message=f"`{label}` is referred to, but nothing has this label",
        hint="correct the label, or give it to the figure, table, section or equation",
    )


def _mixed(manuscript: Manuscript, label: str) -> Diagnostic:
    return Diagnostic(
        code=Code.FEATURE_SUPPORTED,
        span=manuscript.place(_line(manuscript, f"@{re.escape(label)}")),
        message=f"one pair of brackets holds `@{label}` and a citation",
        hint="put cross-references and citations into brackets of their own",
    )


def _missing_picture(manuscript: Manuscript, path: str) -> Diagnostic:
    return Diagnostic(
        code=Code.SOURCE_READABLE,
        span=manuscript.place(_line(manuscript, re.escape(path))),
        message=f"the picture `{path}` is not in the project",
        hint="check the path: it starts at the project's directory",
    )


def _line(manuscript: Manuscript, pattern: str) -> int:
    """Return the line of the text in which a pattern first occurs, or 1."""
    match = re.search(pattern, manuscript.markdown)
    return manuscript.markdown.count("\n", 0, match.start()) + 1 if match else 1
