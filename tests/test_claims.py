"""Claims of the review and of a small project, under data that have changed."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from galleyproof import execute
from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.kernel import Kernel
from galleyproof.qmd import parse
from galleyproof.qmd.model import Chapter
from galleyproof.spans import Source

ROOT = Path(__file__).resolve().parents[1]
SMALL = ROOT / "tests" / "unit" / "authoring" / "small"
TEXT_ONLY = ("00-abstract", "01-introduction", "10-discussion", "12-conclusion")
"""The chapters that draw nothing, and so run fast."""

Change = tuple[str, str, dict[str, str]]
"""A table, the key of a row, and what its columns are changed to."""


def alter(project: Path, changes: tuple[Change, ...]) -> None:
    """Change cells of a project's data, and nothing else of the file."""
    for table, key, cells in changes:
        path = project / "data" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            names, *rows = csv.reader(stream)
        (row,) = (row for row in rows if row[0] == key)
        for name, text in cells.items():
            row[names.index(name)] = text
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([names, *rows])


class Project:
    """A copy of a project, its kernel, and its data as they were."""

    def __init__(self, source: Path, directory: Path) -> None:
        self.directory = directory
        self._original = source / "data"
        shutil.copy(source / "_quarto.yml", directory)
        self.restore()

    def restore(self) -> None:
        shutil.copytree(
            self._original,
            self.directory / "data",
            dirs_exist_ok=True,
            copy_function=shutil.copyfile,
        )

    def falsified(
        self, kernel: Kernel, chapters: list[Chapter], *changes: Change
    ) -> tuple[Diagnostic, ...]:
        """Run chapters with changed data; return what is found."""
        try:
            alter(self.directory, changes)
            kernel.reset()
            return execute.run(chapters, kernel).diagnostics
        finally:
            self.restore()


# A small project ------------------------------------------------------------------

CHAPTER = """
    ```{python}
    #| include: false
    from galleyproof import claim, compare, count, largest, majority, study, value
    smith, jones = study("smith2017"), study("jones2019")
    success = smith.technical_success
    by_size = compare(success.lt4, success.ge4)
    few = ~majority(smith.tumours.primary, of=smith.tumours)
    ```

    Success was `{python} claim("lower", when=success.ge4 < success.lt4)` in large
    tumours; the difference is
    `{python} claim("significant", when=by_size.fisher < 0.05)`, and
    `{python} claim("so the source", when=by_size.printed_p < 0.05)` has it.
    A `{python} claim("minority", when=few)`
    were primary tumours. Survival was
    `{python} claim("high", when=jones.overall_survival.year1 >= 90)`.

    ```{python}
    caption = f"Jones is {claim('the larger', when=jones.patients > smith.patients)}."
    ```
    """


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, Kernel]]:
    project = Project(SMALL, tmp_path_factory.mktemp("small"))
    with Kernel(project.directory) as kernel:
        yield project, kernel


MUTATIONS: list[tuple[tuple[Change, ...], list[tuple[int, str]]]] = [
    ((), []),
    (
        (("proportions", "s-ts-ge4", {"events": "38", "printed": "97.4"}),),
        [
            (10, "`lower` does not hold: 97.4% (≥ 4 cm) < 96.1% (< 4 cm) is false"),
            (12, "`significant` does not hold: p = 1.00 (Fisher’s exact test of"),
        ],
    ),
    (  # the strata are swapped
        (
            ("proportions", "s-ts-lt4", {"stratum": "ge4"}),
            ("proportions", "s-ts-ge4", {"stratum": "lt4"}),
        ),
        [(10, "`lower` does not hold: 96.1% (≥ 4 cm) < 84.6% (< 4 cm) is false")],
    ),
    (
        (("tests", "s-ts-size", {"printed": "0.30", "decimals": "2"}),),
        [(13, "`so the source` does not hold: p = 0.30 (Smith et al., 2017, ")],
    ),
    (
        (("counts", "smith-primary", {"count": "156"}),),
        [(14, "`minority` does not hold: 156 (primary) of 299 are more than half")],
    ),
    (
        (("cumulative_rates", "j-os-y1", {"printed": "89"}),),
        [
            (
                16,
                "`high` does not hold: 89% (Jones et al., 2019, overall survival, 1 ",
            )
        ],
    ),
    (
        (("counts", "jones-patients", {"count": "185"}),),
        [(19, "`the larger` does not hold: 185 (Jones et al., 2019) > 186 (Smith et")],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), MUTATIONS)
def test_a_changed_cell_falsifies_the_claims_that_rest_on_it(
    small: tuple[Project, Kernel],
    changes: tuple[Change, ...],
    expected: list[tuple[int, str]],
) -> None:
    project, kernel = small
    chapter = parse(Source("a.qmd", dedent(CHAPTER).lstrip("\n")))
    found = project.falsified(kernel, [chapter], *changes)
    assert {d.code for d in found} <= {Code.CLAIM_HOLDS}
    assert [d.span.line for d in found] == [line for line, _ in expected]
    for diagnostic, (_, message) in zip(found, expected, strict=True):
        assert diagnostic.message.startswith(message)


# The review -----------------------------------------------------------------------


def chapters(*names: str) -> list[Chapter]:
    paths = [f"chapters/{name}.qmd" for name in names]
    return [parse(Source(p, (ROOT / p).read_text(encoding="utf-8"))) for p in paths]


@pytest.fixture(scope="module")
def review(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Project, Kernel]]:
    project = Project(ROOT, tmp_path_factory.mktemp("review"))
    with Kernel(project.directory) as kernel:
        yield project, kernel


FINDINGS: list[tuple[tuple[Change, ...], dict[str, set[str]]]] = [
    ((), {}),
    (
        (("proportions", "glazer-te-ge4", {"events": "29", "printed": "96.7"}),),
        {
            "00-abstract": {"depend on"},
            "10-discussion": {"better", "beyond reasonable doubt", "the weak point"},
            "12-conclusion": {"better"},
        },
    ),
    (
        (("counts", "glazer-tumours-metastases", {"count": "143"}),),
        {"00-abstract": {"dominated by metastases"}},
    ),
    (
        (("cumulative_rates", "kovacs-lc-rfa", {"printed": "69"}),),
        {
            "00-abstract": {"reversed", "disagree"},
            "10-discussion": {"do not agree", "contradictory"},
            "12-conclusion": {"in different directions"},
        },
    ),
    (
        (("tests", "rct-os", {"printed": "0.047"}),),
        {"10-discussion": {"similar"}},
    ),
    (
        (("measurements", "kolck-cryoshock-pooled", {"printed": "1.265"}),),
        {"12-conclusion": {"rare"}},
    ),
    (
        (("studies", "acta2025", {"year": "2023"}),),
        {"01-introduction": {"latest"}},
    ),
]


@pytest.mark.parametrize(("changes", "expected"), FINDINGS)
def test_a_changed_cell_falsifies_sentences_of_the_review(
    review: tuple[Project, Kernel],
    changes: tuple[Change, ...],
    expected: dict[str, set[str]],
) -> None:
    project, kernel = review
    read = chapters(*TEXT_ONLY)
    found = project.falsified(kernel, read, *changes)
    assert {d.code for d in found} <= {Code.CLAIM_HOLDS}
    said: dict[str, set[str]] = {}
    lines = {chapter.path: chapter.source for chapter in read}
    for diagnostic in found:
        words = diagnostic.message.split("`")[1]
        said.setdefault(Path(diagnostic.span.path).stem, set()).add(words)
        line = lines[diagnostic.span.path].line(diagnostic.span.line)
        assert f'claim("{words}"' in line[diagnostic.span.column - 1 :]
    assert said == expected


def test_a_finding_has_the_values_as_they_are_now(
    review: tuple[Project, Kernel],
) -> None:
    project, kernel = review
    change = ("measurements", "kolck-cryoshock-pooled", {"printed": "1.265"})
    (found,) = project.falsified(kernel, chapters("12-conclusion"), change)
    assert found.message == (
        "`rare` does not hold: 1.265% (Kolck et al., 2024, cryoshock) < 1% is false"
    )
    assert found.hint == "reword the sentence, or correct the data"


@pytest.mark.slow
def test_a_build_of_the_review_stops_at_the_sentence(tmp_path: Path) -> None:
    for name in ("_quarto.yml", "index.qmd", "references.bib"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("chapters", "data", "_extensions"):
        shutil.copytree(ROOT / name, tmp_path / name)
    # The parts still add up: nothing but the sentences can tell.
    changes = (
        ("proportions", "glazer-ts-ge4", {"events": "38", "printed": "97.4"}),
        ("proportions", "glazer-ts-all", {"events": "284", "printed": "96.3"}),
        ("proportions", "glazer-ts-non-hcc", {"events": "242"}),
        ("tests", "glazer-ts-size", {"printed": "0.680"}),
    )
    alter(tmp_path, changes)
    ended = subprocess.run(
        [sys.executable, "-m", "galleyproof", "render", "--to", "html", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 1, ended.stderr
    assert not (tmp_path / "_output").exists()
    assert ended.stderr.count("[claim-holds]") >= 3
    assert (
        "error: `lower` does not hold: 97.4% (≥ 4 cm) < 96.1% (< 4 cm)" in ended.stderr
    )
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_every_claim_of_the_review_is_in_its_ledger(rendered: Path) -> None:
    ledger = json.loads((rendered / "_output" / "ledger.json").read_bytes())
    listed = [
        (claim["place"]["path"], claim["place"]["line"], claim["text"])
        for claim in ledger["claims"]
    ]
    names = [path.stem for path in sorted((ROOT / "chapters").glob("*.qmd"))]
    written = [
        (inline.span.path, inline.span.line)
        for chapter in chapters(*names)
        for inline in chapter.inlines
        if inline.expression.strip().startswith("claim(")
    ]
    assert len(written) > 100
    assert sorted(written) == sorted(place[:2] for place in listed)
    assert all(claim["holds"] and claim["values"] for claim in ledger["claims"])
    values = ledger["values"]
    assert all(name in values for claim in ledger["claims"] for name in claim["values"])
