"""What the cache gives is what is made without it, whatever is edited in between."""

from __future__ import annotations

import random
import re
import shutil
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from galleyproof import tools
from galleyproof.config import Target
from galleyproof.errors import GalleyError
from galleyproof.render import Manuscript, Options, typeset
from galleyproof.store import Store

ROOT = Path(__file__).resolve().parents[3]
PROJECT = ROOT / "tests" / "projects" / "render-everything"
TEXT = (PROJECT / "manuscript.md").read_text(encoding="utf-8")
OPTIONS = Options(
    bibliography=(PROJECT / "references.bib",),
    csl=ROOT / "_extensions" / "galleyproof" / "vancouver.csl",
    lang="en-GB",
    number_sections=True,
    toc={Target.HTML: 2, Target.PDF: 2, Target.DOCX: 2},
    timestamp=1_700_000_000,
)
Result = dict[str, bytes] | str


def made(
    text: str,
    targets: Sequence[Target],
    into: Path,
    store: Store | None,
    project: Path = PROJECT,
) -> Result:
    """Return the files of a text with all that they warn of, or why there are none."""
    manuscript = Manuscript(markdown=text, metadata={"title": "A *title*"})
    try:
        artefacts = typeset(
            manuscript,
            targets,
            into=into,
            project_dir=project,
            options=OPTIONS,
            store=store,
        )
    except GalleyError as error:
        return f"{type(error).__name__} {error} {error.diagnostics}"
    files = {a.path.name: a.path.read_bytes() for a in artefacts}
    warnings = {f"{a.path.name} warns": repr(a.warnings).encode() for a in artefacts}
    return files | warnings


def edited(text: str, chance: random.Random) -> str:
    """Change a text in one place, as a person or a mistake would."""
    paragraphs = text.split("\n\n")
    at = chance.randrange(len(paragraphs))
    words = list(re.finditer(r"\w+", text))
    word = chance.choice(words)
    return chance.choice(
        [
            text[: word.start()] + "changed" + text[word.end() :],
            text[: word.start()] + text[word.end() :],
            text[: word.end()] + "^[A new note.]" + text[word.end() :],
            text[: word.end()] + " 96.1% of `x`" + text[word.end() :],
            "\n\n".join([*paragraphs[:at], *paragraphs[at + 1 :]]),
            "\n\n".join([*paragraphs[: at + 1], *paragraphs[at:]]),
            "\n\n".join([*paragraphs[:at], "# New", "Text.", *paragraphs[at:]]),
            "\n\n".join([*paragraphs[:at], "```\ncode\n```", *paragraphs[at:]]),
            "\n\n".join([*paragraphs[:at], f"$a_{{{at}}}$", *paragraphs[at:]]),
            text.replace("@", "@x", 1) if chance.random() < 0.1 else text + "\n\nEnd.",
        ]
    )


@pytest.mark.parametrize("seed", range(3))
def test_pages_after_random_edits(seed: int, tmp_path: Path) -> None:
    chance, text, store = random.Random(seed), TEXT, Store.open(tmp_path / "cache")
    for step in range(5):
        targets = (Target.HTML, Target.JATS)
        cached = made(text, targets, tmp_path / f"{step}a", store)
        assert cached == made(text, targets, tmp_path / f"{step}b", None)
        new = edited(text, chance)
        text = TEXT if isinstance(cached, str) else new


def test_every_format_after_an_edit_and_back(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "cache")
    clean = made(TEXT, tuple(Target), tmp_path / "clean", None)
    assert made(TEXT, tuple(Target), tmp_path / "first", store) == clean
    changed = TEXT.replace("Every construct", "Any construct") + "\n\nThe end.\n"
    other = made(changed, tuple(Target), tmp_path / "other", store)
    assert other == made(changed, tuple(Target), tmp_path / "other clean", None)
    assert other != clean
    assert made(TEXT, tuple(Target), tmp_path / "back", store) == clean
    assert store.problem == ""


def test_what_did_not_change_is_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path / "cache")
    first = made(TEXT, tuple(Target), tmp_path / "first", store)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a program was run")

    monkeypatch.setattr(tools, "pandoc", refuse)
    monkeypatch.setattr(tools, "compile_pdf", refuse)
    assert made(TEXT, tuple(Target), tmp_path / "again", store) == first


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_picture_that_changed_is_put_into_the_files(
    tmp_path: Path, suffix: str
) -> None:
    project = tmp_path / "project"
    shutil.copytree(PROJECT, project)
    picture = next(project.rglob(f"*.{suffix}"))
    text = f"![A picture]({picture.relative_to(project)}){{#fig-x fig-alt='It'}}\n"
    store, results = Store.open(tmp_path / "cache"), []
    for turn in range(2):
        for kept in (store, None):
            into = tmp_path / f"{turn}{kept is None}"
            targets = (Target.PDF, Target.DOCX)
            results.append(made(text, targets, into, kept, project))
        if suffix == "svg":
            changed = picture.read_text("utf-8").replace("<svg", "<svg data-x='1'", 1)
            picture.write_text(changed.replace("height", "data-h", 1), "utf-8")
        else:
            picture.write_bytes(other(picture.read_bytes()))
    assert results[0] == results[1]
    assert results[2] == results[3]
    assert results[0] != results[2]


def other(png: bytes) -> bytes:
    """Return a picture that looks the same, with a comment in it."""
    text = b"tEXtComment\0other"
    chunk = struct.pack(">I", len(text) - 4) + text
    return png[:33] + chunk + struct.pack(">I", zlib.crc32(text)) + png[33:]
