"""What was found sound, remembered for as long as nothing changes that decided it.

Some checks look at one chapter at a time, and the check of the data package looks at
nothing but the data: the same bytes give the same verdict. Where nothing was found,
that is kept in the project's cache, and not looked for again. Findings are never kept,
so what is told was found now.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from galleyproof import files, release
from galleyproof.config import Config
from galleyproof.project import Project
from galleyproof.qmd.model import Chapter
from galleyproof.store import Store

_DATA, _CHAPTERS = "sound-data", "sound-chapters"


@dataclass(slots=True, kw_only=True)
class Verdicts:
    """What is known of the chapters and data of one project; open it with `of`."""

    project: Project
    store: Store | None
    """None where there is no place to keep anything."""
    years: bool = False
    """Whether the data hold years, so that a typed one is a copy of them."""
    _known: dict[str, set[str]] | None = None
    """Digest of a chapter -> names of the checks that found nothing in it."""
    _learnt: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project) -> Verdicts:
        """Return what is known; a file that belongs to no project has no cache."""
        return cls(
            project=project, store=project.cache() if project.config.path else None
        )

    # Chapters

    def sound(self, check: str, chapters: Iterable[Chapter]) -> frozenset[str]:
        """Return the paths of the chapters in which a check has found nothing."""
        if self.store is None:
            return frozenset()
        known = self._read()
        return frozenset(c.path for c in chapters if check in known.get(_digest(c), ()))

    def learn(
        self, check: str, chapters: Iterable[Chapter], found_in: Collection[str]
    ) -> None:
        """Note that a check has found nothing but in the files that are named."""
        for chapter in chapters:
            if chapter.path not in found_in:
                self._learnt.setdefault(_digest(chapter), set()).add(check)

    def keep(self, chapters: Iterable[Chapter], *, whole: bool) -> None:
        """Write down what was learnt; of a `whole` project, forget all other texts."""
        if self.store is None:
            return
        known = self._read()
        now = {key: known.get(key, set()) for key in map(_digest, chapters)}
        for key, checks in self._learnt.items():
            now[key] = now.get(key, set()) | checks
        now = {key: checks for key, checks in now.items() if checks}
        if not whole:
            now = known | now
        if now != known:
            text = json.dumps({key: sorted(now[key]) for key in sorted(now)})
            self.store.put(_CHAPTERS, self._settings(), text.encode("ascii"))
            self._known = now

    def _read(self) -> dict[str, set[str]]:
        if self._known is None:
            kept = self.store.get(_CHAPTERS, self._settings()) if self.store else None
            found = json.loads(kept) if kept is not None else {}
            self._known = {digest: set(checks) for digest, checks in found.items()}
        return self._known

    def _settings(self) -> str:
        """Return what a verdict on a chapter rests on, beside its text."""
        return f"{release.mark()} {self.years} {_about(self.project.config)}"

    # Data

    def data_sound(self, cited: Collection[str]) -> bool:
        """Whether nothing was found in these very data, with these references."""
        return self.store is not None and (
            self.store.get(_DATA, self._data(cited)) is not None
        )

    def learn_data(self, cited: Collection[str]) -> None:
        """Note that nothing was found in the data."""
        if self.store is not None:
            self.store.put(_DATA, self._data(cited), b"")

    def _data(self, cited: Collection[str]) -> str:
        directory = self.project.directory / self.project.config.galley.data
        parts = [release.mark("frictionless"), *sorted(cited)]
        parts += (f"{p.name} {files.digest(p)}" for p in sorted(directory.glob("*.*")))
        return files.digest_of("\n".join(parts))


def _digest(chapter: Chapter) -> str:
    return files.digest_of(chapter.source.text)


def _about(config: Config) -> str:
    literals = [literal.text for literal in config.galley.literals]
    return files.digest_of(json.dumps([config.lang, literals]))
