"""Real previews of a small project: what a save does, and what they survive."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from pathlib import Path

import pytest


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def processes() -> set[int]:
    """Return the processes that are there, where the system tells."""
    return {int(p.name) for p in Path("/proc").glob("[0-9]*")}


def children_of(process: int) -> set[int]:
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process:
            found.add(int(stat.parent.name))
    return found


def test_a_save_is_built_and_the_output_is_left_alone(counted, preview):
    (counted / "_output").mkdir()
    (counted / "_output" / "index.html").write_text("as it was")
    shown = preview(counted)
    first = shown.settled(1)
    assert first["good"]
    assert '<span id="n1"' in shown.page()
    edit(counted / "index.qmd", "Of the tumours", "Of all tumours")
    second = shown.settled(2)
    assert second["version"] != first["version"]
    assert second["because"] == ["index.qmd"]
    assert "Of all tumours" in shown.page()
    edit(counted / "data" / "counts.csv", "246", "247")
    assert shown.settled(3)["because"] == ["data/counts.csv"]
    assert ">247</span>" in shown.page()
    assert (counted / "_output" / "index.html").read_text() == "as it was"
    assert [p.name for p in (counted / "_output").iterdir()] == ["index.html"]
    assert shown.end() == 0
    assert not (counted / ".galley" / "preview").exists()


def test_a_chapter_saved_half_written(counted, preview):
    shown = preview(counted)
    good = shown.settled(1)
    chapter = counted / "chapters" / "more.qmd"
    whole = chapter.read_text()
    chapter.write_text(whole + "\n```{python}\nprint('open\n")
    state = shown.settled(2)
    assert not state["good"]
    assert state["version"] == good["version"]
    note = state["notes"][0]
    assert note["code"] == "block-closed"
    assert note["place"].endswith("chapters/more.qmd:5")
    assert note["page"] == "index.html"
    assert note["block"] is not None
    assert "What else there is" in shown.page()
    chapter.write_text("")
    shown.settled(3)
    chapter.write_text(whole + "\nMended.\n")
    shown.until(lambda: "Mended." in shown.page())
    assert shown.state()["notes"] == []
    assert ": mended" in shown.said


def test_a_cell_that_fails_is_told_at_its_block(counted, preview):
    shown = preview(counted)
    shown.settled(1)
    edit(counted / "index.qmd", '"counts:large"', '"counts:huge"')
    state = shown.settled(2)
    assert state["notes"][0]["code"] == "cell-runs"
    assert re.search(r"index\.qmd:6:\d+: error: ", shown.said)
    edit(counted / "index.qmd", '"counts:huge"', '"counts:large"')
    assert shown.settled(3)["good"]


def test_a_module_of_the_project_is_read_anew(counted, preview):
    (counted / "helper.py").write_text("WORD = 'first'\n")
    edit(counted / "index.qmd", "small, large =", "import helper\nsmall, large =")
    edit(counted / "index.qmd", "Of the tumours", "The `{python} helper.WORD`: of them")
    shown = preview(counted)
    shown.settled(1)
    assert "The first: of them" in shown.page()
    edit(counted / "helper.py", "first", "second")
    shown.until(lambda: "The second: of them" in shown.page())


def test_a_kernel_that_died_meanwhile_is_replaced(counted, preview):
    edit(
        counted / "index.qmd",
        "small, large =",
        'import os\nopen("kernel.pid", "w").write(str(os.getpid()))\nsmall, large =',
    )
    shown = preview(counted)
    shown.settled(1)
    os.kill(int((counted / "kernel.pid").read_text()), signal.SIGKILL)
    time.sleep(0.3)
    edit(counted / "data" / "counts.csv", "246", "251")
    shown.until(lambda: ">251</span>" in shown.page())
    assert shown.state()["good"]


def test_folders_go_and_come_back(counted, preview, tmp_path):
    shown = preview(counted)
    first = shown.settled(1)
    shutil.move(counted / "chapters", tmp_path / "kept")
    shown.until(lambda: not shown.state()["good"])
    shutil.move(tmp_path / "kept", counted / "chapters")
    shown.until(lambda: shown.state()["good"])
    # What the preview itself has written is built again.
    shutil.rmtree(counted / ".galley")
    shown.until(lambda: shown.state()["version"] != first["version"])
    shown.until((counted / ".galley").exists)
    shown.until(lambda: not shown.state()["building"])
    assert "What else there is" in shown.page()


def test_the_whole_project_goes_and_comes_back(counted, preview, tmp_path):
    shown = preview(counted)
    shown.settled(1)
    shutil.move(counted, tmp_path / "away")
    shown.until(lambda: not shown.state()["good"])
    shutil.move(tmp_path / "away", counted)
    shown.until(lambda: shown.state()["good"])
    edit(counted / "chapters" / "more.qmd", "else", "ever")
    shown.until(lambda: "What ever there is" in shown.page())


def test_a_hundred_saves_in_a_second(counted, preview):
    shown = preview(counted)
    shown.settled(1)
    chapter = counted / "chapters" / "more.qmd"
    for number in range(100):
        chapter.write_text(f"## More\n\nSaved{'!' * number}\n")
        time.sleep(0.01)
    shown.until(lambda: f"Saved{'!' * 99}<" in shown.page())
    time.sleep(1.2)
    assert len(shown.builds) <= 3
    assert shown.state()["good"]


def test_a_save_during_a_build_makes_one_more(counted, preview):
    edit(
        counted / "index.qmd",
        "small, large =",
        "import time\ntime.time()\ntime.sleep(1.5)\nsmall, large =",
    )
    # A cell that asks the clock runs in every build, and so each build takes long.
    shown = preview(counted)
    shown.settled(1)
    chapter = counted / "chapters" / "more.qmd"
    chapter.write_text("## More\n\nFirst.\n")
    shown.until(lambda: shown.state()["building"])
    for letter in "abcde":
        chapter.write_text(f"## More\n\nLater {letter}.\n")
        time.sleep(0.1)
    shown.until(lambda: "Later e." in shown.page())
    shown.settled(3)
    time.sleep(0.5)
    assert len(shown.builds) == 3


def test_editors_leave_no_trace(counted, preview):
    shown = preview(counted)
    shown.settled(1)
    chapter = counted / "chapters" / "more.qmd"
    # vim: a swap file, a trial, a backup, and the file written anew.
    (counted / "chapters" / ".more.qmd.swp").write_text("x")
    (counted / "chapters" / "4913").write_text("")
    (counted / "chapters" / "4913").unlink()
    # Emacs: a lock, which is a link to nowhere, and an autosave.
    (counted / "chapters" / ".#more.qmd").symlink_to("me@here.1")
    (counted / "chapters" / "#more.qmd#").write_text("half")
    # JetBrains: the new file beside the old one.
    (counted / "chapters" / "more.qmd___jb_tmp___").write_text("half")
    time.sleep(1.3)
    assert len(shown.builds) == 1
    # And the save itself, by renaming.
    (counted / "chapters" / "more.qmd___jb_tmp___").write_text("## More\n\nRenamed.\n")
    chapter.rename(counted / "chapters" / "more.qmd___jb_old___")
    (counted / "chapters" / "more.qmd___jb_tmp___").rename(chapter)
    (counted / "chapters" / "more.qmd___jb_old___").unlink()
    shown.until(lambda: "Renamed." in shown.page())
    shown.settled(2)
    assert len(shown.builds) == 2


def test_the_configuration_broken_and_mended(counted, preview):
    shown = preview(counted)
    shown.settled(1)
    settings = counted / "_quarto.yml"
    whole = settings.read_text()
    settings.write_text("project: [unclosed\n")
    state = shown.settled(2)
    assert state["notes"][0]["code"] == "config-valid"
    assert state["notes"][0]["block"] is None
    settings.unlink()
    state = shown.settled(3)
    assert "no `_quarto.yml`" in state["notes"][0]["message"]
    settings.write_text(whole.replace("short", "long"))
    shown.until(lambda: "A long review" in shown.page())


def test_it_begins_with_a_project_that_is_broken(counted, preview):
    settings = counted / "_quarto.yml"
    whole = settings.read_text()
    settings.write_text("project: [unclosed\n")
    shown = preview(counted)
    assert not shown.settled(1)["good"]
    assert "No page yet" in shown.page()
    settings.write_text(whole)
    shown.until(lambda: "What else there is" in shown.page())


def test_a_single_file(counted, preview):
    (counted / "paper.qmd").write_text("Just a text.\n")
    shown = preview(counted / "paper.qmd")
    shown.settled(1)
    assert "Just a text." in shown.page()
    assert not (counted / "paper.html").exists()


def test_what_chapters_write_is_no_cause_for_ever(counted, preview):
    edit(
        counted / "index.qmd",
        "small, large =",
        'import time\nopen("run.log", "w").write(str(time.time_ns()))\nsmall, large =',
    )
    shown = preview(counted)
    shown.until(lambda: "run.log is written by the chapters" in shown.said)
    number = len(shown.builds)
    time.sleep(1.5)
    assert len(shown.builds) == number
    edit(counted / "chapters" / "more.qmd", "else", "ever")
    shown.until(lambda: "What ever there is" in shown.page())


def test_the_pdf_is_built_when_it_is_asked_for(counted, preview):
    shown = preview(counted)
    assert shown.settled(1)["beside"] == ""
    from urllib.request import urlopen

    with urlopen(f"{shown.address}.galley/events?pdf", timeout=20):
        shown.until(lambda: shown.state()["beside"])
        state = shown.state()
        assert state["beside"] == state["version"]
        with urlopen(f"{shown.address}.galley/pdf/index.pdf") as pdf:
            assert pdf.read(4) == b"%PDF"
        edit(counted / "chapters" / "more.qmd", "else", "ever")
        shown.until(lambda: "What ever there is" in shown.page())
        shown.until(lambda: shown.state()["beside"] == shown.state()["version"])
    # Nobody looks at it any more; the server notices at the next state.
    for word in ("never", "ever", "never"):
        number = len(shown.builds)
        edit(counted / "chapters" / "more.qmd", "What ", f"What {word} ")
        shown.until(lambda n=number: len(shown.builds) > n)
    time.sleep(0.5)
    assert shown.builds[-1].startswith("  page")


@pytest.mark.parametrize(
    ("number", "code", "busy"),
    [
        (signal.SIGINT, 0, False),
        (signal.SIGINT, 0, True),
        (signal.SIGTERM, 143, True),
    ],
)
def test_it_ends_with_all_that_it_started(counted, preview, number, code, busy):
    shown = preview(counted)
    shown.settled(1)
    if busy:
        edit(
            counted / "index.qmd",
            "small, large =",
            "import time\nopen('there.pid', 'w')\ntime.sleep(60)\nsmall, large =",
        )
        shown.until((counted / "there.pid").exists)
    started = children_of(shown.process.pid)
    began = time.monotonic()
    assert shown.end(number) == code
    assert time.monotonic() - began < 8
    deadline = time.monotonic() + 5
    while started & processes():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert not (counted / ".galley" / "preview").exists()


def test_a_warning_is_told_once_and_counted_after_that(counted, preview):
    (counted / "_quarto.yml").write_text(
        (counted / "_quarto.yml").read_text() + "galley:\n  numbers: warning\n"
    )
    edit(counted / "chapters" / "more.qmd", "of these", "of 17 of these")
    shown = preview(counted)
    state = shown.settled(1)
    assert state["good"]
    assert [note["severity"] for note in state["notes"]] == ["warning"]
    edit(counted / "index.qmd", "Of the tumours", "Of all tumours")
    state = shown.settled(2)
    assert len(state["notes"]) == 1
    assert shown.said.count("[number-computed]") == 1
    assert all(": 1 warning" in line for line in shown.builds)


def test_several_pages(tmp_path, preview):
    project = tmp_path / "pages"
    (project / "sub").mkdir(parents=True)
    (project / "_quarto.yml").write_text("project:\n  output-dir: out\n")
    (project / "a.qmd").write_text("First page of several words here.\n")
    second = project / "sub" / "b.qmd"
    second.write_text("Second page of quite other words there.\n")
    shown = preview(project)
    assert shown.settled(1)["pages"] == ["a.html", "sub/b.html"]
    assert "First page" in shown.page()  # led to the first of them
    assert "Second page" in shown.page("sub/b.html")
    edit(second, "there.", "there [@nobody].")
    note = shown.settled(2)["notes"][0]
    assert (note["page"], note["block"]) == ("sub/b.html", 0)
