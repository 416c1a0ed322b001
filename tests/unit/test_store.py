"""The cache: never a wrong answer, never a failed build, never more than its limit."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from galleyproof import store as module
from galleyproof.store import FORMAT, KindInfo, Store


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / ".galley" / "cache"


def the_entry(place: Path) -> Path:
    """Return the file of the only entry."""
    (found,) = (p for p in (place / "entries").rglob("*") if p.is_file())
    return found


def content(place: Path) -> set[str]:
    return {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()}


# What is kept -----------------------------------------------------------------------


def test_what_was_put_is_there_for_another_process(place: Path) -> None:
    Store.open(place).put("cell", "one", b"data")
    store = Store.open(place)
    assert store.get("cell", "one") == b"data"
    assert store.get("cell", "two") is None
    assert store.get("tree", "one") is None
    assert store.problem == ""


def test_what_is_put_again_replaces_what_was_there(place: Path) -> None:
    store = Store.open(place)
    store.put("cell", "one", b"data")
    store.put("cell", "one", b"")
    assert store.get("cell", "one") == b""


def test_kind_and_key_are_not_run_together(place: Path) -> None:
    store = Store.open(place)
    store.put("a", "bc", b"1")
    store.put("ab", "c", b"2")
    assert (store.get("a", "bc"), store.get("ab", "c")) == (b"1", b"2")


@pytest.mark.parametrize("kind", ["", "../x", "a/b", "Cell", "-a", "a b"])
def test_a_kind_is_a_word(place: Path, kind: str) -> None:
    with pytest.raises(ValueError, match="does not name a kind"):
        Store.open(place).get(kind, "key")


def test_looking_makes_nothing(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "a" / "cache")
    assert store.get("cell", "one") is None
    assert store.info().entries == 0
    assert store.clean().entries == 0
    assert list(tmp_path.iterdir()) == []


def test_programs_that_copy_or_commit_are_told(place: Path) -> None:
    Store.open(place).put("cell", "one", b"data")
    assert (place / ".gitignore").read_text() == "*\n"
    tag = (place / "CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55")


# What is damaged --------------------------------------------------------------------


def test_any_flipped_bit_is_noticed(place: Path) -> None:
    store = Store.open(place)
    store.put("cell", "one", b"data")
    file = the_entry(place)
    whole = file.read_bytes()
    for index in range(len(whole)):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[index] ^= 1 << bit
            file.write_bytes(damaged)
            assert store.get("cell", "one") is None
            assert not file.exists()
            assert store.get("cell", "one") is None


def test_any_truncation_is_noticed(place: Path) -> None:
    store = Store.open(place)
    store.put("cell", "one", b"data" * 10)
    file = the_entry(place)
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert store.get("cell", "one") is None
        assert not file.exists()
    file.write_bytes(whole + b"\0")
    assert store.get("cell", "one") is None


def test_an_entry_in_the_place_of_another_is_noticed(place: Path) -> None:
    store = Store.open(place)
    store.put("cell", "one", b"data")
    first = the_entry(place)
    moved = first.read_bytes()
    store.put("cell", "two", b"other")
    (second,) = (
        p for p in (place / "entries").rglob("*") if p.is_file() and p != first
    )
    second.write_bytes(moved)
    assert store.get("cell", "two") is None
    assert store.get("cell", "one") == b"data"


def test_an_entry_that_cannot_be_read_is_not_there(place: Path) -> None:
    store = Store.open(place)
    store.put("cell", "one", b"data")
    file = the_entry(place)
    file.unlink()
    file.mkdir()
    assert store.get("cell", "one") is None
    assert "cannot be used: is a directory" in store.problem


# Another version --------------------------------------------------------------------


def test_a_cache_of_another_version_is_cleared(place: Path) -> None:
    Store.open(place).put("cell", "one", b"data")
    (place / "format").write_bytes(b"galley cache 0\n")
    store = Store.open(place)
    assert store.get("cell", "one") is None
    assert content(place) == {"lock"}
    store.put("cell", "one", b"new")
    assert (place / "format").read_bytes() == FORMAT
    assert Store.open(place).get("cell", "one") == b"new"


def test_a_cache_that_does_not_say_its_version_is_cleared(place: Path) -> None:
    Store.open(place).put("cell", "one", b"data")
    (place / "format").unlink()
    assert Store.open(place).info().entries == 0


# Its size ---------------------------------------------------------------------------


def filled(place: Path, names: str, size: int = 1000) -> None:
    """Put entries, each in a session of its own."""
    for name in names:
        Store.open(place).put("cell", name, name.encode() * size)


def kept(place: Path, names: str) -> str:
    """Say which entries are there, without using them."""
    files = {p for p in (place / "entries").rglob("*") if p.is_file()}
    paths = {n: Path(Store.open(place)._path("cell", n)) for n in names}
    return "".join(name for name in names if paths[name] in files)


def test_what_was_used_least_recently_goes_first(place: Path) -> None:
    filled(place, "abcd")
    assert Store.open(place).get("cell", "a") == b"a" * 1000
    Store.open(place, limit_bytes=5000).put("cell", "e", b"e" * 1000)
    assert kept(place, "abcde") == "ade"


def test_an_eviction_leaves_room(place: Path) -> None:
    limit = 20_000
    for name in range(200):
        Store.open(place, limit_bytes=limit).put("cell", str(name), b"x" * 1000)
        assert Store.open(place).info().bytes <= limit
    assert Store.open(place).info().bytes > limit / 2


def test_a_clock_that_goes_backwards_changes_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for moment, name in ((2e9, "a"), (1e9, "b"), (5.0, "c"), (0.0, "d")):
        monkeypatch.setattr(time, "time", lambda now=moment: now)
        monkeypatch.setattr(time, "time_ns", lambda now=moment: int(now * 1e9))
        filled(place, name)
    Store.open(place, limit_bytes=5000).put("cell", "e", b"e" * 1000)
    assert kept(place, "abcde") == "cde"


def test_entries_that_were_copied_count_as_old(place: Path) -> None:
    filled(place, "abcd")
    for name in "cd":
        os.utime(Store.open(place)._path("cell", name))  # as `cp` leaves it: now
    Store.open(place, limit_bytes=5000).put("cell", "e", b"e" * 1000)
    assert kept(place, "abcde") == "abe"


def test_a_long_process_tells_early_from_late(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SESSION", 2)
    store = Store.open(place, limit_bytes=5500)
    for name in "abcd":
        store.put("cell", name, name.encode() * 1000)
    assert store.get("cell", "a")
    store.put("cell", "e", b"e" * 1000)
    store.put("cell", "f", b"f" * 1000)
    assert "a" in kept(place, "abcdef")
    assert "f" in kept(place, "abcdef")


def test_what_is_larger_than_the_limit_is_not_kept(place: Path) -> None:
    store = Store.open(place, limit_bytes=100)
    store.put("cell", "one", b"x" * 100)
    assert store.get("cell", "one") is None
    assert not place.exists()


def test_a_damaged_total_is_counted_anew(place: Path) -> None:
    filled(place, "abc")
    (place / "written").write_bytes(b"10\n\xff\xfe garbage")
    filled(place, "d")
    assert kept(place, "abcd") == "abcd"
    sizes = (place / "written").read_bytes().split()
    assert sum(map(int, sizes)) == Store.open(place).info().bytes


def test_a_long_list_of_what_was_written_is_added_up(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WRITTEN_LIMIT", 10)
    filled(place, "abcd")
    assert kept(place, "abcd") == "abcd"
    assert len((place / "written").read_bytes().split()) <= 2


def test_info_counts_by_kind(place: Path) -> None:
    store = Store.open(place, limit_bytes=10_000)
    store.put("tree", "one", b"x" * 60)
    store.put("cell", "one", b"")
    store.put("cell", "two", b"")
    info = store.info()
    assert (info.entries, info.bytes, info.limit_bytes) == (3, 180, 10_000)
    assert list(info.by_kind.items()) == [
        ("cell", KindInfo(entries=2, bytes=80)),
        ("tree", KindInfo(entries=1, bytes=100)),
    ]


def test_a_clearing_that_was_killed_is_ended_by_the_next(place: Path) -> None:
    filled(place, "a")
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    dead.wait()
    (place / "entries").rename(place / f"gone-{dead.pid}.7")
    filled(place, "b")
    assert not list(place.glob("gone-*"))
    assert kept(place, "ab") == "b"


def test_clean_leaves_what_is_not_ours(place: Path) -> None:
    filled(place, "ab")
    (place / "notes.txt").write_text("mine")
    assert Store.open(place).clean().entries == 2
    assert content(place) == {"lock", "notes.txt"}
    filled(place, "a")
    assert kept(place, "ab") == "a"


# What the system refuses ------------------------------------------------------------


def refuse(number: int) -> Callable[..., int]:
    def write(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    return write


def test_a_full_disk_keeps_nothing_and_says_so_once(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(place)
    store.put("cell", "one", b"data")
    monkeypatch.setattr(module.os, "write", refuse(errno.ENOSPC))
    store.put("cell", "one", b"new")
    store.put("cell", "two", b"new")
    assert store.problem == f"`{place}` cannot be used: no space left on device"
    monkeypatch.undo()
    assert store.get("cell", "one") == b"data"
    assert store.get("cell", "two") is None
    assert list((place / "aside").iterdir()) == []


def test_the_last_room_on_a_disk_is_left_to_the_build(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = shutil.disk_usage(place.parents[1]).free
    monkeypatch.setattr(module, "_SPARE", 2 * free)
    store = Store.open(place)
    store.put("cell", "one", b"data")
    assert store.problem == f"`{place}` cannot be used: the disk is almost full"
    assert not place.exists()


def test_a_write_in_pieces_is_whole(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(module.os, "write", lambda file, data: write(file, data[:7]))
    store = Store.open(place)
    store.put("cell", "one", bytes(range(200)))
    assert store.get("cell", "one") == bytes(range(200))


def test_a_file_in_the_way_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / ".galley").write_text("a file where a directory is wanted")
    store = Store.open(tmp_path / ".galley" / "cache")
    store.put("cell", "one", b"data")
    assert store.get("cell", "one") is None
    assert "cannot be used" in store.problem


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_directory_that_may_only_be_read_is_read(
    place: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    Store.open(place).put("cell", "one", b"data")
    before = content(place)
    store = Store.open(place)
    for name in ("makedirs", "utime", "write", "unlink", "replace"):
        monkeypatch.setattr(module.os, name, refuse(number))
    assert store.get("cell", "one") == b"data"
    assert store.problem == ""
    store.put("cell", "two", b"data")
    assert store.get("cell", "two") is None
    assert store.problem.endswith(f"cannot be used: {os.strerror(number).lower()}")
    assert content(place) == before


# Several at once --------------------------------------------------------------------

WRITER = """\
    import sys
    from pathlib import Path
    from galleyproof.store import Store

    place, limit = Path(sys.argv[1]), int(sys.argv[2])
    wrong = 0
    for turn in range(20):
        store = Store.open(place, limit_bytes=limit)
        for number in range(25):
            key = str(number)
            found = store.get("cell", key)
            wrong += found is not None and found != key.encode() * 500
            store.put("cell", key, key.encode() * 500)
        if turn % 7 == 6 and len(sys.argv) > 3:
            store.clean()
    print(wrong, store.problem)
"""


def started(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), *arguments],
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("also", [[], ["clean"]])
def test_processes_at_once_never_read_what_is_wrong(
    place: Path, also: list[str]
) -> None:
    limit = "10000"
    running = [started(WRITER, str(place), limit, *also) for _ in range(3)]
    said = [process.communicate(timeout=60)[0] for process in running]
    assert said == ["0 \n"] * 3
    assert Store.open(place).info().bytes <= 2 * int(limit)


def test_threads_at_once_never_read_what_is_wrong(place: Path) -> None:
    store = Store.open(place, limit_bytes=10_000)
    wrong = []

    def work() -> None:
        for number in range(300):
            key = str(number % 25)
            found = store.get("cell", key)
            if found not in (None, key.encode() * 500):
                wrong.append(key)
            store.put("cell", key, key.encode() * 500)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert store.problem == ""


KILLED = """\
    import os, sys
    from pathlib import Path
    from galleyproof import store as module

    write, left = os.write, [int(sys.argv[2])]

    def slow(file, data):
        done = write(file, data[: left[0]])
        left[0] -= done
        if not left[0]:
            print("now", flush=True)
            sys.stdin.read()
        return done

    module.os.write = slow
    module.Store.open(Path(sys.argv[1])).put("cell", "one", b"new" * 100)
"""


@pytest.mark.parametrize("after", [1, 20, 100, 340])
def test_a_process_killed_while_it_writes_leaves_the_old(
    place: Path, after: int
) -> None:
    Store.open(place).put("cell", "one", b"old")
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(place), str(after)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"now\n"
        process.send_signal(signal.SIGKILL)
    assert len(list((place / "aside").iterdir())) == 1
    store = Store.open(place)
    assert store.get("cell", "one") == b"old"
    store.put("cell", "two", b"data")
    assert list((place / "aside").iterdir()) == [], "what it left is swept away"
