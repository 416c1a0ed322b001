"""Lines that changed since a revision, as git knows them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from galleyproof import cli, history, tools
from galleyproof.errors import ConfigError, ToolMissingError
from galleyproof.history import changes

Capture = pytest.CaptureFixture[str]


def git(directory: Path, *words: str) -> None:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(
        [*command, *words], cwd=directory, check=True, capture_output=True, timeout=60
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    (tmp_path / "a.qmd").write_text("one\ntwo\nthree\nfour\n")
    (tmp_path / "gone.qmd").write_text("gone\n")
    commit(tmp_path)
    return tmp_path


def commit(directory: Path) -> None:
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message", "x")


def test_changed_lines_are_those_that_stand_there_now(repository: Path) -> None:
    (repository / "a.qmd").write_text("zero\none\n2\nthree\n")
    (repository / "gone.qmd").unlink()
    found = changes(repository, "HEAD")
    assert found.lines == {"a.qmd": ((1, 1), (3, 3))}
    touched = [n for n in range(1, 6) if found.touch("a.qmd", n, n)]
    assert touched == [1, 3]
    assert found.touch("a.qmd", 2, 3)
    assert found.touch("a.qmd", 0, 0)
    assert not found.touch("gone.qmd", 1, 1)


def test_nothing_changed(repository: Path) -> None:
    assert changes(repository, "main") == history.Changes()


def test_every_line_of_an_untracked_file_is_new(repository: Path) -> None:
    (repository / "new.qmd").write_text("x\n")
    (repository / "ignored.log").write_text("x\n")
    (repository / ".gitignore").write_text("*.log\n")
    found = changes(repository, "HEAD")
    assert found.untracked == {"new.qmd", ".gitignore"}
    assert found.touch("new.qmd", 7, 7)


def test_names_of_every_kind_and_staged_files(repository: Path) -> None:
    names = ["a b.qmd", "Gr\u00f6\u00dfe.qmd", 'quo"te.qmd', "tab\t.qmd", "b/deep.qmd"]
    for name in names:
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text("x\n")
    git(repository, "add", "--all")
    assert set(changes(repository, "HEAD").lines) == set(names)


def test_content_that_looks_like_a_header_is_content(repository: Path) -> None:
    (repository / "a.qmd").write_text("one\n++ b/x\n-- a/y\n@@ -1 +1 @@\nfour")
    found = changes(repository, "HEAD")
    assert found.lines == {"a.qmd": ((2, 5),)}


def test_a_renamed_file_is_not_new(repository: Path) -> None:
    git(repository, "mv", "a.qmd", "b.qmd")
    (repository / "b.qmd").write_text("one\ntwo\nthree\nfour\nfive\n")
    assert changes(repository, "HEAD").lines == {"b.qmd": ((5, 5),)}


def test_paths_are_those_of_the_project(repository: Path) -> None:
    (repository / "book").mkdir()
    (repository / "book" / "b.qmd").write_text("x\n")
    commit(repository)
    (repository / "book" / "b.qmd").write_text("y\n")
    (repository / "a.qmd").write_text("y\n")
    assert changes(repository / "book", "HEAD").lines == {"b.qmd": ((1, 1),)}


def test_a_branch_means_where_this_one_left_it(repository: Path) -> None:
    git(repository, "switch", "--quiet", "--create", "mine")
    (repository / "a.qmd").write_text("one\ntwo\nthree\nfour\nmine\n")
    commit(repository)
    git(repository, "switch", "--quiet", "main")
    (repository / "a.qmd").write_text("theirs\none\ntwo\nthree\nfour\n")
    commit(repository)
    git(repository, "switch", "--quiet", "mine")
    assert changes(repository, "main").lines == {"a.qmd": ((5, 5),)}


def test_a_history_without_a_common_commit_is_compared_as_it_is(
    repository: Path,
) -> None:
    git(repository, "switch", "--quiet", "--orphan", "other")
    (repository / "b.qmd").write_text("x\n")
    commit(repository)
    assert changes(repository, "main").lines == {"b.qmd": ((1, 1),)}


@pytest.mark.parametrize("revision", ["none", "", "-x", "--all", "main:a.qmd"])
def test_what_is_no_revision_is_refused(repository: Path, revision: str) -> None:
    with pytest.raises(ConfigError, match="is no revision of this repository"):
        changes(repository, revision)


def test_without_a_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.qmd").write_text("None.\n")
    assert cli.run(["check", "--since", "HEAD"]) == 2
    said = capsys.readouterr().err
    assert "there is no history to compare with" in said
    assert "git says: " in said


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object, **__: object) -> None:
        raise ToolMissingError("`git` was not found")

    monkeypatch.setattr(tools, "run", run)
    with pytest.raises(ToolMissingError) as error:
        changes(repository, "HEAD")
    assert error.value.hint == "install git, or leave out `--since`"


def test_only_findings_on_changed_lines_are_told(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (repository / "a.qmd").write_text("Of 12.\n\nOf 13.\n")
    commit(repository)
    (repository / "a.qmd").write_text("Of 12.\n\nOf 14.\n")
    (repository / "new.qmd").write_text("Of 15.\n")
    monkeypatch.chdir(repository)
    assert cli.run(["check", "--since", "HEAD"]) == 1
    out = capsys.readouterr().out
    assert ["12" in out, "14" in out, "15" in out] == [False, True, True]
    assert "2 errors (1 on unchanged lines)" in out
    commit(repository)
    assert cli.run(["check", "--since", "HEAD"]) == 0
    assert "no findings (3 on unchanged lines)" in capsys.readouterr().out
