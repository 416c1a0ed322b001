"""What links and images lead to: headings, labels and files; and the headings' order.

Which files are there is told by the caller: `wanted` names those that must be looked
for, `missing` judges. Addresses elsewhere, and targets that are put together by code or
shortcodes, are nobody's business here.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from galleyproof.checks.floats import is_slides
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.nearest import nearest
from galleyproof.qmd.model import Block, BlockKind, Chapter, Document, StretchKind

_LINK = re.compile(r"\(\s*(?:<([^<>]*)>|([^\s()]*(?:\([^\s()]*\)[^\s()]*)*))")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\")
_COMPUTED = re.compile(r"[{}<>$`|%*\\]")
_ID = re.compile(
    r"""\b(?:id|name)\s*=\s*["']?(?P<id>[^\s"'<>]+)|\{#(?P<short>[^\s}]+)"""
)
_OWN = re.compile(r"(?:$|top$|refs$|ref-|fn|/|:~:|title-block|quarto-|toc$)")
_SPAN = re.compile(
    r"`[^`]*`\{[^}]*\}|\{\{<[^>]*>\}\}|\]\([^)]*\)|\{[^{}]*\}|\[\^[^\]]*\]"
)
_SOURCES = (".qmd", ".md", ".ipynb", ".Rmd", ".rmd")
_MOST_HINTS = 50
_PICTURES = ("", ".png", ".svg", ".pdf", ".jpg", ".jpeg")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """What a link or an image leads to, and where that is written."""

    text: str
    start: int
    end: int
    image: bool


def wanted(document: Document) -> Iterator[str]:
    """Yield the paths, relative to the project, of files that targets may mean."""
    for chapter in document.chapters:
        for target in _targets(chapter):
            yield from _candidates(target, chapter, document)


def generated(metadata: Mapping[str, object]) -> str:
    """Return the directory of the pages that quartodoc writes; empty without it."""
    settings = metadata.get("quartodoc")
    if not isinstance(settings, Mapping):
        return ""
    return posixpath.normpath(str(settings.get("dir") or "reference").lstrip("/"))


def missing(
    document: Document, present: Collection[str], directory: str = ""
) -> Iterator[Diagnostic]:
    """Find links and images that lead nowhere.

    `present` holds those of the wanted paths that exist; what is in `directory` has
    still to be written.
    """
    ids = _ids(document)
    code = "\n".join(cell.code for c in document.chapters for cell in c.cells)
    runs = bool(code) or any(c.inlines for c in document.chapters)
    hints = 0
    for chapter in document.chapters:
        for target in _targets(chapter):
            if target.text.startswith("#"):
                name = unquote(target.text[1:])
                if not (name in ids or name in code or _is_own(name)):
                    hints += 1
                    yield _unnamed(chapter, target, ids if hints < _MOST_HINTS else ())
                continue
            paths = list(_candidates(target, chapter, document))
            name = posixpath.basename(target.text)
            made = runs and (name in code or "_files/" in target.text)
            made = made or bool(directory and any(_in(p, directory) for p in paths))
            if paths and not made and not any(path in present for path in paths):
                yield _nowhere(chapter, target, certain=not runs)


def _in(path: str, directory: str) -> bool:
    return path == directory or path.startswith(f"{directory}/")


def _targets(chapter: Chapter) -> Iterator[_Target]:
    text = chapter.source.text
    images = {image.target_start for image in chapter.images}
    for image in chapter.images:
        yield _Target(
            text=image.target,
            start=image.target_start,
            end=image.target_end,
            image=True,
        )
    for stretch in chapter.stretches:
        if stretch.kind is not StretchKind.URL or text[stretch.start] != "(":
            continue
        match = _LINK.match(text, stretch.start, stretch.end)
        group = 1 if match and match[1] is not None else 2
        if match and match.start(group) not in images:
            start, end = match.span(group)
            yield _Target(text=match[group], start=start, end=end, image=False)


def _candidates(target: _Target, chapter: Chapter, document: Document) -> Iterator[str]:
    """Yield where a target may be: seen from its file, from the main one, the top."""
    path = unquote(re.split(r"[?#]", target.text, maxsplit=1)[0])
    if not path or _ELSEWHERE.match(path) or _COMPUTED.search(path):
        return
    if path.startswith("/"):
        bases = [""]
    else:
        files = (chapter.path, document.main.path)
        bases = [*(posixpath.dirname(name) for name in files), ""]
    endings = _PICTURES if target.image else _pages(path)
    stem = path.removesuffix(".html") if endings is not _PICTURES else path
    for base in dict.fromkeys(bases):
        whole = posixpath.normpath(posixpath.join(base, path.lstrip("/") or "."))
        yield whole
        shortened = posixpath.normpath(posixpath.join(base, stem.lstrip("/") or "."))
        yield from (shortened + ending for ending in endings)


def _pages(path: str) -> tuple[str, ...]:
    """Return what the file behind a page may end with."""
    return _SOURCES if path.endswith(".html") or "." not in path else ()


def _nowhere(chapter: Chapter, target: _Target, *, certain: bool) -> Diagnostic:
    span = chapter.source.span(target.start, target.end)
    return Diagnostic(
        code=Code.IMAGE_FOUND if target.image else Code.LINK_RESOLVES,
        span=span,
        message=f"there is no file `{target.text}`",
        hint="correct the path, which starts from the directory of the file",
        severity=Severity.ERROR if certain else Severity.WARNING,
    )


# -- within the page -------------------------------------------------------------------


def _ids(document: Document) -> set[str]:
    found = {label.name for c in document.chapters for label in c.labels}
    for chapter in document.chapters:
        for match in _ID.finditer(chapter.source.text):
            found.add(match["id"] or match["short"])
    seen: dict[str, int] = {}
    for chapter, heading in _headings(document):
        if heading.attributes is None or not heading.attributes.id:
            name = identifier(
                chapter.source.text[heading.content_start : heading.content_end]
            )
            count = seen.get(name, 0)
            seen[name] = count + 1
            found.add(f"{name}-{count}" if count else name)
    return found


def identifier(heading: str) -> str:
    """Return the id that Pandoc gives to a heading (its `auto_identifiers`)."""
    text = _SPAN.sub("", heading)
    text = re.sub(r"[^\w\s.-]", "", text.strip()).lower()
    text = re.sub(r"\s+", "-", text.strip())
    return re.sub(r"^[^a-zà-ɏͰ-￿]+", "", text) or "section"


def _is_own(name: str) -> bool:
    """Whether Quarto or Pandoc gives a name, or code puts it together."""
    return bool(_OWN.match(name) or _COMPUTED.search(name))


def _unnamed(chapter: Chapter, target: _Target, ids: Collection[str]) -> Diagnostic:
    name = unquote(target.text[1:])
    near = nearest(name, ids, cutoff=0.75)
    return Diagnostic(
        code=Code.LINK_RESOLVES,
        span=chapter.source.span(target.start, target.end),
        message=f"nothing on the page is called `{name}`",
        hint=f"did you mean `#{near}`?" if near else "give its target the id",
        severity=Severity.WARNING,
    )


def _headings(document: Document) -> Iterator[tuple[Chapter, Block]]:
    """Yield the headings as they are printed, in order."""
    for piece in document.pieces:
        blocks = piece.chapter.blocks
        starts = [block.start for block in blocks]
        first, last = bisect_left(starts, piece.start), bisect_left(starts, piece.end)
        for block in blocks[first:last]:
            if block.kind is BlockKind.HEADING:
                yield piece.chapter, block


def _title(chapter: Chapter, heading: Block) -> str:
    text = chapter.source.text[heading.content_start : heading.content_end]
    return re.sub(r"\{[^{}]*\}\s*$", "", text).strip()


def skipping(document: Document) -> Iterator[Diagnostic]:
    """Find headings that are more than one level below the one before them.

    A heading in a div may be the title of a box, and one without text is an anchor;
    both are left out.
    """
    if is_slides(document):
        return
    level = 0
    for chapter, heading in _headings(document):
        if heading.depth or not _title(chapter, heading):
            continue
        if level and heading.level > level + 1:
            yield Diagnostic(
                code=Code.HEADING_IN_ORDER,
                span=chapter.source.span(heading.content_start, heading.content_end),
                message=f"a heading of level {heading.level} follows one of level"
                f" {level}",
                hint=f"write it with `{'#' * (level + 1)}`, or add the heading between",
                severity=Severity.WARNING,
            )
        level = heading.level
