"""A file and all that it includes: which piece of which file follows which.

Nothing is copied: a piece is a stretch of a chapter, so that every place remains one
in the file that the author edits.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from functools import lru_cache

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.qmd.model import BlockKind, Chapter, Document, Piece, Shortcode
from galleyproof.qmd.parse import parse
from galleyproof.spans import Source

_DEEPEST = 100
_MOST_INCLUSIONS = 10_000
"""Files that include each other twice over would otherwise grow without bound."""


def expand(path: str, read: Callable[[str], Source]) -> Document:
    """Read a file and, in its place, each file that it includes.

    Args:
        path: Relative to the project, with forward slashes.
        read: Returns the source at such a path, and raises `OSError` or
            `UnicodeDecodeError` where there is none. Of included files these become
            diagnostics at the shortcode; of `path` itself they are raised.

    """
    return _Expansion(read).run(path)


@lru_cache(maxsize=512)
def _parsed(source: Source) -> Chapter:
    """Parse a file; the same text once a process, for a preview reads it often."""
    return parse(source)


class _Expansion:
    def __init__(self, read: Callable[[str], Source]) -> None:
        self.read = read
        self.chapters: dict[str, Chapter] = {}
        self.pieces: list[Piece] = []
        self.diagnostics: list[Diagnostic] = []
        self.inclusions = 0

    def run(self, path: str) -> Document:
        path = posixpath.normpath(path)
        self._expand(self._chapter(path), (path,))
        found = [d for c in self.chapters.values() for d in c.diagnostics]
        return Document(
            chapters=tuple(self.chapters.values()),
            pieces=tuple(self.pieces),
            diagnostics=tuple(
                sorted(
                    {*found, *self.diagnostics}, key=lambda finding: finding.sort_key
                )
            ),
        )

    def _chapter(self, path: str) -> Chapter:
        if path not in self.chapters:
            self.chapters[path] = _parsed(self.read(path))
        return self.chapters[path]

    def _expand(self, chapter: Chapter, trail: tuple[str, ...]) -> None:
        at = 0
        for start, end, include in _interruptions(chapter):
            self._piece(chapter, at, start)
            at = end
            if include is not None:
                self._include(chapter, include, trail)
        self._piece(chapter, at, len(chapter.source.text))

    def _piece(self, chapter: Chapter, start: int, end: int) -> None:
        if start < end:
            self.pieces.append(Piece(chapter=chapter, start=start, end=end))

    def _include(
        self, chapter: Chapter, include: Shortcode, trail: tuple[str, ...]
    ) -> None:
        name = include.arguments[0] if include.arguments else ""
        target = _target(chapter.path, name)
        self.inclusions += 1
        finding = self._refusal(include, name, target, trail)
        if finding is not None:
            self.diagnostics.append(finding)
            return
        try:
            included = self._chapter(target)
        except UnicodeDecodeError as error:
            self.diagnostics.append(_not_text(include, target, error))
        except (OSError, ValueError):
            self.diagnostics.append(_missing(include, target))
        else:
            self._expand(included, (*trail, target))

    def _refusal(
        self, include: Shortcode, name: str, target: str, trail: tuple[str, ...]
    ) -> Diagnostic | None:
        """Return why an include cannot be followed, before its file is looked at."""
        if not name:
            return _finding(
                include, "the include names no file", "write `{{< include file.qmd >}}`"
            )
        if target in trail:
            route = " → ".join(f"`{step}`" for step in (*trail, target))
            return _finding(
                include, f"`{target}` includes itself", f"break the circle {route}"
            )
        if len(trail) > _DEEPEST:
            return _finding(
                include,
                f"files include each other more than {_DEEPEST} deep",
                "include the chapters from one file",
            )
        if self.inclusions > _MOST_INCLUSIONS:
            return _finding(
                include,
                f"there are more than {_MOST_INCLUSIONS} inclusions",
                "include each chapter once",
            )
        return None


def _interruptions(
    chapter: Chapter,
) -> Iterable[tuple[int, int, Shortcode | None]]:
    """Yield what is no piece: front matter, and lines that include another file."""
    includes = {
        s.start: s for s in chapter.shortcodes if s.name == "include" and not s.escaped
    }
    for block in chapter.blocks:
        if block.kind is BlockKind.FRONT_MATTER:
            yield block.start, block.end, None
        elif block.kind is BlockKind.SHORTCODE:
            text = chapter.source.text[block.start : block.end]
            include = includes.get(block.start + text.find("{{<"))
            if include is not None:
                yield block.start, block.end, include


def _target(path: str, name: str) -> str:
    """Return the included path; a leading slash means the project's directory."""
    if name.startswith("/"):
        return posixpath.normpath(name.lstrip("/") or ".")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def _finding(include: Shortcode, message: str, hint: str) -> Diagnostic:
    return Diagnostic(
        code=Code.SOURCE_READABLE, span=include.span, message=message, hint=hint
    )


def _missing(include: Shortcode, target: str) -> Diagnostic:
    return _finding(
        include,
        f"the included file `{target}` cannot be read",
        "create it, or correct the path, which is relative to this file",
    )


def _not_text(include: Shortcode, target: str, error: UnicodeDecodeError) -> Diagnostic:
    return _finding(
        include,
        f"the included file `{target}` is not UTF-8 (byte {error.start})",
        "save it as UTF-8",
    )
