"""The two checks on numbers, as the registry and the build run them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from galleyproof.checks.numbers import comparisons as words
from galleyproof.checks.numbers import guard
from galleyproof.checks.numbers.literals import Patterns
from galleyproof.config import Config
from galleyproof.datapackage import DataPackage
from galleyproof.diagnostics import Diagnostic, Severity
from galleyproof.qmd.model import Chapter
from galleyproof.spans import Source

if TYPE_CHECKING:
    from galleyproof.checks.numbers.hints import Hints


def settings_of(config: Config, data: DataPackage) -> guard.Settings:
    """Return what holds for a project."""
    return guard.Settings(
        literals=config.galley.literals,
        words=config.lang.lower().startswith("en"),
        years=data.holds_years,
    )


def typed(
    chapters: Sequence[Chapter],
    config: Config,
    data: DataPackage,
    *,
    severity: Severity = Severity.ERROR,
    whole: bool = True,
    settings_files: Sequence[Source] = (),
    sound: Collection[str] = (),
) -> Iterator[Diagnostic]:
    """Yield typed numbers, each with what to write instead, and unused literals.

    Only of the whole project can be said that a literal is unused. `settings_files`
    are `_quarto.yml` and `_variables.yml`; `sound`, the paths of the chapters that are
    known to have no typed number.
    """
    patterns = Patterns(config.galley.literals)
    settings = settings_of(config, data)

    @cache
    def hints() -> Hints:
        from galleyproof.checks.numbers.hints import Hints

        return Hints(data)

    def hint(one: guard.Typed) -> str:
        return hints().hint(one)

    judged = [chapter for chapter in chapters if chapter.path in sound]
    others = [chapter for chapter in chapters if chapter.path not in sound]
    found = guard.typed_numbers(others, settings, patterns)
    yield from guard.findings(found, severity, hint)
    found = guard.typed_in_settings(settings_files, chapters, settings, patterns)
    yield from guard.findings(found, severity, hint)
    if whole:
        guard.meet(patterns, judged)
        yield from guard.unused_literals(patterns)


def typed_with_hints(
    chapters: Sequence[Chapter], config: Config, data: DataPackage
) -> tuple[list[guard.Typed], Hints]:
    """Return typed numbers, and what knows the expressions to write instead."""
    patterns = Patterns(config.galley.literals)
    settings = settings_of(config, data)
    from galleyproof.checks.numbers.hints import Hints

    return list(guard.typed_numbers(chapters, settings, patterns)), Hints(data)


def comparisons(chapters: Iterable[Chapter], config: Config) -> Iterator[Diagnostic]:
    """Yield comparisons beside numbers that no claim binds to the data."""
    if not config.lang.lower().startswith("en"):
        return
    patterns = Patterns(config.galley.literals)
    for chapter in chapters:
        yield from words.unbound(chapter, patterns)
