"""`galley check`: any project, a directory, one file; what is left out, what fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from galleyproof import cli, inspection, report
from galleyproof.checks.registry import (
    CHECKS,
    CannotRunError,
    Check,
    Inputs,
    run_checks,
)
from galleyproof.config import Config
from galleyproof.datapackage import DataPackage
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.errors import ConfigError
from galleyproof.spans import Span

Capture = pytest.CaptureFixture[str]
NOTHING = Inputs(
    manuscripts=(),
    config=Config.default(),
    data=DataPackage(path="", title="", tables={}),
)


def write(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        path = directory / name.replace("__", "/").replace("_qmd", ".qmd")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return directory


def codes(done: inspection.Inspection) -> list[str]:
    return [d.code.code for d in done.findings]


def test_a_directory_of_files_needs_no_configuration(tmp_path: Path) -> None:
    write(tmp_path, a_qmd="There were 12 patients.\n", sub__b_qmd="See @sec-none.\n")
    done = inspection.inspect(tmp_path)
    assert done.files == 2
    assert codes(done) == ["number-computed", "reference-resolves"]
    assert done.left_out == (Code.FEATURE_SUPPORTED,)


def test_one_file_is_checked_by_itself(tmp_path: Path) -> None:
    write(tmp_path, a_qmd="There were 12 patients.\n", b_qmd="Of 13.\n")
    done = inspection.inspect(tmp_path / "a.qmd")
    assert [d.span.path for d in done.findings] == ["a.qmd"]


def test_nothing_to_check_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nothing to render"):
        inspection.inspect(tmp_path)
    with pytest.raises(ConfigError, match="does not exist"):
        inspection.inspect(tmp_path / "none")


def test_a_broken_configuration_is_a_finding_and_checking_goes_on(
    tmp_path: Path,
) -> None:
    write(tmp_path, a_qmd="There were 12 patients.\n")
    (tmp_path / "_quarto.yml").write_text("project: [\n")
    assert codes(inspection.inspect(tmp_path)) == ["config-valid", "number-computed"]


def test_rules_are_selected_and_ignored(tmp_path: Path) -> None:
    write(tmp_path, a_qmd="{{< video x >}} There were 12 patients, see @sec-none.\n")
    only = inspection.inspect(tmp_path, select=[Code.FEATURE_SUPPORTED])
    assert codes(only) == ["feature-supported"]
    assert only.checks == ("reading",)
    rest = inspection.inspect(tmp_path, ignore=[Code.NUMBER_COMPUTED])
    assert codes(rest) == ["reference-resolves"]


def test_the_files_of_a_book_refer_to_each_other(tmp_path: Path) -> None:
    write(tmp_path, index_qmd="See @sec-b.\n", b_qmd="# B {#sec-b}\n")
    (tmp_path / "_quarto.yml").write_text(
        "project:\n  type: book\nbook:\n  chapters: [index.qmd, b.qmd]\n"
    )
    assert codes(inspection.inspect(tmp_path)) == []


def test_a_literal_is_called_unused_only_of_the_whole_project(tmp_path: Path) -> None:
    write(tmp_path, a_qmd="Text.\n")
    (tmp_path / "_quarto.yml").write_text("galley:\n  literals: [4 cm]\n")
    assert codes(inspection.inspect(tmp_path)) == ["literal-used"]
    assert codes(inspection.inspect(tmp_path / "a.qmd")) == []


def test_sound_data_are_validated_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    monkeypatch.setattr(
        inspection.datapackage, "validate", lambda *_, **__: calls.append(1) or ()
    )
    write(tmp_path, a_qmd="Text.\n")
    (tmp_path / "_quarto.yml").write_text("lang: en\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}")
    inspection.inspect(tmp_path)
    inspection.inspect(tmp_path)
    assert len(calls) == 1
    (tmp_path / "data" / "datapackage.json").write_text("{ }")
    inspection.inspect(tmp_path)
    assert len(calls) == 2


def test_where_nothing_can_be_written_data_are_validated_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    monkeypatch.setattr(
        inspection.datapackage, "validate", lambda *_, **__: calls.append(1) or ()
    )
    write(tmp_path, a_qmd="Text.\n")
    (tmp_path / "_quarto.yml").write_text("lang: en\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}")
    (tmp_path / ".galley").write_text("a file where a directory is wanted")
    inspection.inspect(tmp_path)
    inspection.inspect(tmp_path)
    assert len(calls) == 2


# The registry ------------------------------------------------------------------------


def finding(code: Code, severity: Severity = Severity.ERROR) -> Diagnostic:
    return Diagnostic(
        code=code, span=Span(path="a.qmd"), message="m", severity=severity
    )


def test_every_static_code_belongs_to_one_check() -> None:
    listed = [code for check in CHECKS for code in check.codes]
    assert len(set(listed)) == len(listed)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_a_check_that_cannot_run_says_so_whatever_is_selected() -> None:
    def fail(_: Inputs) -> list[Diagnostic]:
        raise CannotRunError("the moon is not full")

    check = Check(name="tides", codes=(Code.LABEL_UNIQUE,), run=fail)
    (found,) = run_checks(NOTHING, [Code.LABEL_UNIQUE], [check])
    assert found.code is Code.CHECK_RUNS
    assert found.message == "the check `tides` did not run: the moon is not full"
    assert run_checks(NOTHING, [Code.DATA_VALID], [check]) == ()


def test_a_check_speaks_only_in_the_codes_that_are_wanted() -> None:
    both = [finding(Code.LABEL_UNIQUE), finding(Code.DATA_VALID)]
    check = Check(
        name="two", codes=(Code.LABEL_UNIQUE, Code.DATA_VALID), run=lambda _: both
    )
    assert run_checks(NOTHING, [Code.DATA_VALID], [check]) == (both[1],)


def test_warnings_fail_only_where_it_is_strict() -> None:
    warning = finding(Code.LABEL_UNIQUE, Severity.WARNING)
    assert not report.fails([warning], strict=False)
    assert report.fails([warning], strict=True)
    assert report.fails([finding(Code.LABEL_UNIQUE)], strict=False)
    assert not report.fails([], strict=True)


# The command -------------------------------------------------------------------------


def test_exit_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(write(tmp_path, a_qmd="Of 12 there were higher rates.\n"))
    assert cli.run(["check"]) == 1
    assert cli.run(["check", "--ignore", "number-computed"]) == 0
    assert cli.run(["check", "--ignore", "number-computed", "--strict"]) == 1
    assert cli.run(["check", "--select", "nonsense"]) == 2
    assert "there is no code `nonsense`" in capsys.readouterr().err


def test_fix_writes_and_says_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.chdir(write(tmp_path, a_qmd="Of 12.\n"))
    assert cli.run(["fix"]) == 0
    assert capsys.readouterr().out == "1 typed number left; see `galley check`\n"
    meant = "<!-- galley: ignore number-computed as quoted -->"
    (tmp_path / "a.qmd").write_text(f"Of 12. {meant}\n")
    assert cli.run(["fix"]) == 0
    assert capsys.readouterr().out == "no typed numbers\n"
    (tmp_path / "a.qmd").write_text("None.\n")
    assert cli.run(["fix", "--dry-run"]) == 0
    assert capsys.readouterr().err == "no typed numbers\n"
