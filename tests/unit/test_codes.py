"""Each code explains itself, and the page of codes is made of the same list."""

from pathlib import Path

import pytest

from galleyproof import cli, codes
from galleyproof.diagnostics import Code

PAGE = Path(__file__).resolve().parents[2] / "docs" / "checks.md"


def test_the_page_of_codes_is_current(request: pytest.FixtureRequest) -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, _, _ = text.partition("\n### ")
    current = f"{head}\n{codes.page()}"
    if request.config.getoption("--accept"):
        PAGE.write_text(current, encoding="utf-8")
        return
    assert text == current, "run this test with --accept and read the diff"


@pytest.mark.parametrize("code", Code, ids=lambda code: code.code)
def test_a_code_says_what_why_and_how(code: Code) -> None:
    for text in (code.description, code.why, code.mend):
        assert text[0].isupper() or text[0] == "`"
        assert text.endswith(".")
    assert Code.named(code.code) is code


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain", "label-unique"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "label-unique",
        "  means    A label names one thing.",
        "  why      With two, a cross-reference leads to either.",
        "  to mend  Rename one of them, and the references to it.",
    ]


def test_explain_lists_every_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["explain"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == [c.code for c in Code]


def test_an_unknown_code_is_refused_with_a_guess(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.run(["explain", "label-uniqe"]) == 2
    assert "did you mean `label-unique`?" in capsys.readouterr().err
