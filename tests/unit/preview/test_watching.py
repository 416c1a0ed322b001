"""What the preview takes for a change."""

from __future__ import annotations

import os
import shutil
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleyproof.preview import names
from galleyproof.preview.echoes import Echoes
from galleyproof.preview.inbox import Inbox, Request
from galleyproof.preview.snapshot import Scope, look
from galleyproof.preview.watching import Watcher

# Names -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "index.qmd",
        "chapters/04-size.qmd",
        "data/proportions.csv",
        "data/datapackage.json",
        "references.bib",
        "style.csl",
        "_quarto.yml",
        "_variables.yml",
        "helpers/pooling.py",
        "_extensions/galleyproof/cards.css",
        "figures/photo.png",
        "notes.txt",
        "a~b.qmd",
        "swapped.csv",
        "4913.qmd",
    ],
)
def test_what_a_build_may_read_counts(path):
    assert names.counts(path)


@pytest.mark.parametrize(
    "path",
    [
        ".index.qmd.swp",
        "chapters/.04-size.qmd.swx",
        "chapters/4913",
        "index.qmd~",
        "#index.qmd#",
        ".#index.qmd",
        "index.qmd___jb_tmp___",
        "index.qmd___jb_old___",
        ".goutputstream-XY12Z1",
        "index.qmd.tmp",
        "index.qmd.tmp.12345",
        "index.qmd.sb-1a2b3c-XyZ",
        "~$table.docx",
        ".~lock.table.csv#",
        ".DS_Store",
        ".git/index",
        ".venv/lib/x.py",
        ".quarto/idx.json",
        ".galley/preview/1/page/index.html",
        "__pycache__/x.cpython-311.pyc",
        "node_modules/x/index.js",
        "galleyproof.egg-info/PKG-INFO",
        "index.quarto_ipynb",
    ],
)
def test_what_editors_and_tools_leave_does_not(path):
    assert not names.counts(path)


@given(st.from_regex(r"[a-z][a-z0-9_-]{0,12}\.(qmd|csv|py|bib|yml)", fullmatch=True))
def test_an_ordinary_name_counts(name):
    assert names.counts(name)


# Snapshots ---------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "index.qmd").write_text("one")
    (tmp_path / "chapters" / "a.qmd").write_text("two")
    (tmp_path / "_output").mkdir()
    (tmp_path / "_output" / "index.html").write_text("out")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "x.py").write_text("")
    return tmp_path


def scope(project, **more):
    outputs = frozenset({project / "_output"})
    return Scope(directory=project, outputs=outputs, **more)


def test_it_sees_sources_and_no_outputs(project):
    seen = look(scope(project))
    assert set(seen.files) == {"index.qmd", "chapters/a.qmd"}
    assert seen.folders == {project, project / "chapters"}


def test_content_decides(project):
    before = look(scope(project))
    os.utime(project / "index.qmd", (1, 1))
    (project / "chapters" / "a.qmd").write_text("two")
    now = look(scope(project), before)
    assert now.changed_since(before) == frozenset()
    (project / "index.qmd").write_text("three")
    (project / "chapters" / "a.qmd").unlink()
    (project / "new.csv").write_text("")
    later = look(scope(project), now)
    assert later.changed_since(now) == {"index.qmd", "chapters/a.qmd", "new.csv"}


def test_a_second_save_within_a_tick_of_the_clock_is_seen(project):
    """Same size, same number, same time: only the content differs."""
    path = project / "index.qmd"
    path.write_text("abc")
    stamp = time.time_ns()
    os.utime(path, ns=(stamp, stamp))
    before = look(scope(project))
    path.write_text("abd")
    os.utime(path, ns=(stamp, stamp))
    assert look(scope(project), before).changed_since(before) == {"index.qmd"}


def test_an_atomic_rename_is_seen(project):
    before = look(scope(project))
    (project / "index.qmd.tmp").write_text("uno")
    (project / "index.qmd.tmp").replace(project / "index.qmd")
    assert look(scope(project), before).changed_since(before) == {"index.qmd"}


def test_what_lies_elsewhere_is_seen_where_it_is_named(project, tmp_path_factory):
    shared = tmp_path_factory.mktemp("shared") / "library.bib"
    shared.write_text("a")
    here = scope(project, outside=frozenset({shared}))
    before = look(here)
    shared.write_text("b")
    assert look(here, before).changed_since(before) == {str(shared)}


def test_a_linked_folder_is_followed_and_a_circle_is_not(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "rows.csv").write_text("1")
    (project / "data").symlink_to(elsewhere)
    (project / "chapters" / "up").symlink_to(project)
    assert "data/rows.csv" in look(scope(project)).files
    assert len(look(scope(project)).files) == 3


def test_a_project_that_is_gone_has_nothing(project):
    shutil.rmtree(project)
    assert look(scope(project)).files == {}


# The inbox ---------------------------------------------------------------------------


def test_what_comes_meanwhile_waits_as_one():
    inbox = Inbox()
    assert inbox.take(0) is None
    inbox.put(Request(changed=frozenset({"a"})))
    inbox.put(Request(changed=frozenset({"b"}), beside=True))
    assert inbox.changed == {"a", "b"}
    inbox.forget({"a"})
    assert inbox.take() == Request(changed=frozenset({"b"}), beside=True)
    assert inbox.take(0) is None


def test_it_waits_while_more_is_coming():
    inbox = Inbox()
    began = time.monotonic()
    inbox.calm(5, 5)  # nothing waits
    inbox.put(Request(changed=frozenset({"a"})))
    more = threading.Timer(0.15, inbox.put, [Request(changed=frozenset({"b"}))])
    more.start()
    inbox.calm(0.3, 5)
    assert inbox.changed == {"a", "b"}
    inbox.calm(5, 0)
    assert time.monotonic() - began < 4
    more.join()


# The watcher -------------------------------------------------------------------------


def taken(inbox, wanted, seconds=5.0):
    """Take requests until all that is wanted was among them."""
    seen, deadline = set(), time.monotonic() + seconds
    while not wanted <= seen:
        request = inbox.take(max(0.0, deadline - time.monotonic()))
        assert request is not None, f"only {seen}"
        seen |= request.changed
    return seen


@pytest.fixture
def watched(project):
    inbox = Inbox()
    with Watcher(scope(project), inbox) as watcher:
        yield project, inbox, watcher


def test_a_save_is_noticed_soon(watched):
    project, inbox, _ = watched
    time.sleep(0.2)
    (project / "chapters" / "a.qmd").write_text("new")
    assert taken(inbox, {"chapters/a.qmd"}, 0.8) == {"chapters/a.qmd"}


def test_editors_and_outputs_are_silent(watched):
    project, inbox, _ = watched
    (project / "_output" / "index.html").write_text("other")
    (project / ".index.qmd.swp").write_text("x")
    (project / "4913").write_text("")
    (project / "4913").unlink()
    (project / "index.qmd").touch()
    assert inbox.take(1.3) is None


def test_a_folder_goes_and_comes_back(watched):
    project, inbox, _ = watched
    shutil.move(project / "chapters", project.parent / "kept")
    taken(inbox, {"chapters/a.qmd"})
    shutil.move(project.parent / "kept", project / "chapters")
    taken(inbox, {"chapters/a.qmd"})
    (project / "chapters" / "a.qmd").write_text("after")
    taken(inbox, {"chapters/a.qmd"})


def test_a_project_goes_and_comes_back(watched):
    project, inbox, _ = watched
    shutil.move(project, project.parent / "away")
    taken(inbox, {"index.qmd", "chapters/a.qmd"})
    shutil.move(project.parent / "away", project)
    taken(inbox, {"index.qmd", "chapters/a.qmd"})
    (project / "index.qmd").write_text("after")
    taken(inbox, {"index.qmd"})


def test_a_new_folder_is_watched(watched):
    project, inbox, _ = watched
    (project / "more").mkdir()
    (project / "more" / "b.qmd").write_text("1")
    taken(inbox, {"more/b.qmd"})
    (project / "more" / "b.qmd").write_text("2")
    taken(inbox, {"more/b.qmd"})


def test_no_thread_is_left(project):
    with Watcher(scope(project), Inbox()):
        assert any(t.name == "watcher" for t in threading.enumerate())
    assert not any(t.name == "watcher" for t in threading.enumerate())


# Echoes ------------------------------------------------------------------------------


def test_what_builds_write_again_and_again_is_an_echo():
    echoes = Echoes()
    log = frozenset({"run.log"})
    assert echoes.hear(frozenset({"index.qmd"}), log) == frozenset()
    heard = [echoes.hear(log, log) for _ in range(3)]
    assert heard == [frozenset(), frozenset(), log]


def test_a_person_who_saves_during_builds_is_none():
    echoes = Echoes()
    for changed in (frozenset({"a.qmd"}), frozenset({"helper.py"})):
        for _ in range(9):
            assert echoes.hear(changed, changed) == frozenset()


def test_a_pause_between_two_writings_is_none():
    echoes = Echoes()
    rows = frozenset({"data/rows.csv"})
    for _ in range(9):
        assert echoes.hear(rows, rows) == frozenset()
        assert echoes.hear(rows, frozenset()) == frozenset()
