"""What is offered instead of a typed number, and what is written without asking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from galleyproof import mending, qmd
from galleyproof.checks.numbers import guard, repair
from galleyproof.checks.numbers.hints import Hints
from galleyproof.checks.numbers.literals import Patterns
from galleyproof.checks.numbers.variables import Evidence, scope_at
from galleyproof.datapackage import DataPackage, reading
from galleyproof.spans import Source

ROOT = Path(__file__).resolve().parents[4]
SETUP = """\
```{python}
#| include: false
from galleyproof import study, value
glazer = study("glazer2017")
success, efficacy = glazer.technical_success, glazer.technique_efficacy
limit = value("thresholds:glazer-size-lt4")
```

"""


@pytest.fixture(scope="module")
def data() -> DataPackage:
    package, _ = reading.read(ROOT)
    return package


@pytest.fixture
def hint(data: DataPackage) -> Callable[[str], str]:
    hints = Hints(data)

    def first(text: str) -> str:
        chapter = qmd.parse(Source(path="a.qmd", text=SETUP + text))
        found = guard.typed_numbers([chapter], guard.Settings(years=True), Patterns(()))
        return hints.hint(next(iter(found)))

    return first


@pytest.fixture
def mended(data: DataPackage) -> Callable[[str], str]:
    def mend(text: str) -> str:
        chapter = qmd.parse(Source(path="a.qmd", text=SETUP + text))
        found = guard.typed_numbers([chapter], guard.Settings(years=True), Patterns(()))
        edits = repair.edits(found, Hints(data))
        return repair.mended(SETUP + text, edits).removeprefix(SETUP)

    return mend


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It was 96.1% [@glazer2017].", "`{python} success.lt4`"),
        ("It was 246/256.", "`{python} success.lt4.counts`"),
        ("Glazer treated 299 tumours.", "`{python} glazer.tumours`"),
        ("It was 4 cm [@glazer2017].", "`{python} limit`"),
        ("In 236 procedures of Glazer's.", "`{python} glazer.procedures`"),
        ("In rong2015 it was 97.2%.", '`{python} study("rong2015").'),
        ("Efficacy was judged at 3 months [@glazer2017].", "`{python} efficacy"),
        ("It gave *p* = 0.003 [@glazer2017].", "printed_p"),
    ],
)
def test_a_known_number_is_offered_in_the_words_of_the_chapter(
    hint: Callable[[str], str], text: str, wanted: str
) -> None:
    assert wanted in hint(text)


def test_the_study_of_the_sentence_comes_first(hint: Callable[[str], str]) -> None:
    assert hint("It was 96.1% [@rong2015].").startswith('write `{python} study("rong')
    assert hint("It was 96.1% [@glazer2017].").startswith("write `{python} success")


def test_what_counts_something_else_is_not_offered(hint: Callable[[str], str]) -> None:
    assert hint("There were 299 hospitals.") == ""
    assert hint("It took 299 mg of it.") == ""
    assert hint("A rate of 1234.5 was seen.") == ""


def test_in_a_string_the_expression_goes_into_an_f_string(
    hint: Callable[[str], str],
) -> None:
    text = "```{python}\nprint('It was 246/256')\n```\n"
    assert hint(text) == "write `{success.lt4.counts}` in an f-string of a cell"


# Writing it --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "It was 96.1% (246/256) [@glazer2017].",
            "It was `{python} success.lt4` (`{python} success.lt4.counts`)"
            " [@glazer2017].",
        ),
        (
            "Glazer saw Fifty-six tumours in 186 patients.",
            "Glazer saw `{python} glazer.tumours.primary.Words` tumours in"
            " `{python} glazer.patients` patients.",
        ),
        ("Of 2.5 cm, Glazer says.", "Of `{python} glazer.diameter.mean`, Glazer says."),
        (
            "Tests gave *p* < 0.0001 and p = 0.04 [@glazer2017].",
            "Tests gave *p* < 0.0001 and"
            ' `{python} value("tests:glazer-ae-size.printed_p")` [@glazer2017].',
        ),
        (
            "| A | B |\n|---|---|\n| Glazer | 96.1% |\n",
            "| A | B |\n|---|---|\n| Glazer | `{python} success.lt4` |\n",
        ),
        (
            "From 1998 on, Glazer says.",
            "From `{python} glazer.treatment_year.minimum` on, Glazer says.",
        ),
    ],
)
def test_what_can_only_be_one_value_is_written(
    mended: Callable[[str], str], before: str, after: str
) -> None:
    assert mended(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "It was 96.1% somewhere.",
        "It was 17.3% [@glazer2017].",
        "## Glazer's 246/256\n",
        "---\ntitle: 246/256\n---\n",
        '![Glazer](a.png){fig-alt="246/256"}\n',
        "```{python}\nprint('Glazer: 246/256')\n```\n",
        "+----+\n| 246/256 |\n+----+\n",
        "A number of 299 [@glazer2017].",
        "It was $246/256$ [@glazer2017].",
    ],
)
def test_the_rest_is_left_alone(mended: Callable[[str], str], text: str) -> None:
    assert mended(text) == text


def test_nothing_is_written_that_the_chapter_has_not_imported(
    data: DataPackage,
) -> None:
    chapter = qmd.parse(Source(path="a.qmd", text="It was 246/256 [@glazer2017].\n"))
    found = list(guard.typed_numbers([chapter], guard.Settings(), Patterns(())))
    hints = Hints(data)
    assert "study(" in hints.hint(found[0])
    assert repair.edits(found, hints) == []


def project(directory: Path, text: bytes) -> Path:
    (directory / "_quarto.yml").write_text("galley: {}\n")
    (directory / "data").symlink_to(ROOT / "data")
    (directory / "a.qmd").write_bytes(text)
    return directory


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_all_else_stays_byte_for_byte(
    tmp_path: Path, mark: bytes, newline: bytes
) -> None:
    lines = [*SETUP.encode().split(b"\n"), "\u00e9\u00a0 246/256  ".encode(), b"end"]
    before = mark + newline.join(lines)
    done = mending.propose(project(tmp_path, before))
    (change,) = done.changes
    assert (tmp_path / "a.qmd").read_bytes() == before
    change.write()
    after = (tmp_path / "a.qmd").read_bytes()
    assert after == before.replace(b"246/256", b"`{python} success.lt4.counts`")
    assert change.edits == 1
    assert "-\u00e9\u00a0 246/256" in change.diff
    assert mending.propose(tmp_path).changes == ()


# Variables ---------------------------------------------------------------------------


def test_variables_are_read_off_the_cells_above() -> None:
    text = (
        "```{python}\nfrom galleyproof import study, value\n"
        "a, b = map(study, ('x2001', 'y2002'))\n"
        "c = d = a.rate.lt4\ne = value('tests:t.printed_p')\nf = other(a)\n"
        "a = 12\n```\n\nHere.\n\n```{python}\nlater = study('z')\n```\n"
    )
    scope = scope_at(qmd.parse(Source(path="a.qmd", text=text)), text.index("Here"))
    assert scope.imported == {"study", "value"}
    assert scope.variables == {
        "b": Evidence(study="y2002"),
        "c": Evidence(study="x2001", said=("rate", "lt4")),
        "d": Evidence(study="x2001", said=("rate", "lt4")),
        "e": Evidence(address="tests:t.printed_p"),
    }
