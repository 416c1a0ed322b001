"""The review itself: clean, and every number of it, once typed, found and mended.

Each inline expression is replaced by what it prints, one at a time. The guard must find
the typed number; where it knows what to write instead, that must print the same.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import galleyproof
from galleyproof import qmd
from galleyproof.checks.numbers import check, guard, repair
from galleyproof.checks.numbers.hints import Hints
from galleyproof.checks.numbers.known import PROPERTIES, Index
from galleyproof.checks.numbers.literals import Patterns
from galleyproof.checks.numbers.variables import Scope
from galleyproof.checks.registry import Inputs
from galleyproof.inspection import gather
from galleyproof.project import survey
from galleyproof.qmd.model import Chapter
from galleyproof.spans import Source

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def review() -> Inputs:
    return gather(survey(ROOT), validate=False)


@pytest.fixture(autouse=True)
def _at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def namespace(chapter: Chapter) -> dict[str, object]:
    """Return what the set-up cell of a chapter defines."""
    names: dict[str, object] = {
        "study": galleyproof.study,
        "value": galleyproof.value,
    }
    exec(chapter.cells[0].code, names)
    return names


def printed(expression: str, names: dict[str, object]) -> str:
    """Return what an expression prints as text; empty where it is no number."""
    try:
        held = eval(expression, dict(names))
    except Exception:  # noqa: BLE001 - it needs a later cell
        return ""
    text = getattr(held, "text", "")
    return text if isinstance(text, str) and any(c.isdigit() for c in text) else ""


def alike(text: str) -> str:
    """Return a text without what a no-break space or emphasis changes."""
    return text.replace("\u00a0", " ").replace("*", "")


def typings(review: Inputs) -> Iterator[tuple[Chapter, str, str, dict[str, object]]]:
    """Yield each chapter with one expression typed: text before, what was typed."""
    for chapter in review.chapters:
        if not chapter.cells:
            continue
        names = namespace(chapter)
        for inline in chapter.inlines:
            text = printed(inline.expression, names)
            if not text or inline.expression.startswith("claim("):
                continue
            source = chapter.source.text
            changed = source[: inline.start] + text + source[inline.end :]
            mutated = qmd.parse(Source(path=chapter.path, text=changed))
            yield mutated, inline.expression, text, names


def test_the_review_has_no_typed_number(review: Inputs) -> None:
    found = list(check.typed(review.chapters, review.config, review.data))
    assert [f"{d.span}: {d.message}" for d in found] == []


def test_every_number_of_the_review_is_found_once_it_is_typed(review: Inputs) -> None:
    settings = check.settings_of(review.config, review.data)
    hints = Hints(review.data)
    seen = SimpleNamespace(typed=0, known=0, mended=0)
    for chapter, expression, text, names in typings(review):
        found = list(guard.typed_numbers([chapter], settings, Patterns(())))
        assert found, f"{chapter.path}: `{text}` of `{expression}`"
        seen.typed += 1
        seen.known += any(hints.candidates(one) for one in found)
        for edit in repair.edits(found, hints):
            seen.mended += 1
            new = edit.new.removeprefix("`{python} ").removesuffix("`")
            replaced = chapter.source.text[edit.start : edit.end]
            assert alike(printed(new, names)) == alike(replaced), (chapter.path, new)
    assert seen.typed > 150
    assert seen.known > 0.6 * seen.typed
    assert seen.mended > 0.4 * seen.typed


def test_what_is_known_prints_what_it_is_known_by(review: Inputs) -> None:
    index = Index(review.data)
    names: dict[str, object] = {"study": galleyproof.study, "value": galleyproof.value}
    for known in index:
        expression = index.expression(known, Scope())
        wanted = known.value.text
        if known.total is not None:
            wanted += f"/{known.total.text}"
        assert printed(expression, names) == wanted, expression


def test_no_name_of_a_property_is_taken_for_one_of_the_data() -> None:
    from galleyproof.authoring.selection import Evidence

    own = {name for name in vars(Evidence) if not name.startswith("_")}
    inherited = {
        name
        for base in Evidence.__mro__[1:-1]
        for name in vars(base)
        if not name.startswith("_")
    }
    assert own | inherited <= PROPERTIES


def test_the_guard_is_fast(review: Inputs) -> None:
    seconds = []
    for _ in range(5):
        # Of this process: other programs on the machine do not count.
        begun = time.process_time()
        list(check.typed(review.chapters, review.config, review.data))
        seconds.append(time.process_time() - begun)
    assert min(seconds) < 0.3
