"""Which requests and which paths the preview's server lets in."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleyproof.preview.addresses import ours, parts
from galleyproof.preview.opening import open_inside

PORT = 4848
OWN = {"host": f"127.0.0.1:{PORT}"}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"host": f"localhost:{PORT}"},
        {"host": f"LocalHost:{PORT}"},
        {"origin": f"http://127.0.0.1:{PORT}"},
        {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"},
        {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        # A link in a letter or a chat may lead here, as to any page.
        {
            "sec-fetch-site": "cross-site",
            "sec-fetch-mode": "navigate",
            "sec-fetch-dest": "document",
        },
    ],
)
def test_its_own_pages_are_let_in(more):
    assert ours(OWN | more, PORT)


@pytest.mark.parametrize(
    "more",
    [
        {"host": ""},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:80"},
        {"host": f"evil.example:{PORT}"},
        {"host": f"localhost.evil.example:{PORT}"},
        {"host": f"127.0.0.1.evil.example:{PORT}"},
        {"host": f"localhost:{PORT}@evil.example"},
        {"host": f"0.0.0.0:{PORT}"},
        {"host": f"127.0.0.1:{PORT} "},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"https://127.0.0.1:{PORT}"},
        {"origin": "http://127.0.0.1:4849"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
        # Another server on this machine is the same site, and still another.
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"},
        {
            "sec-fetch-site": "cross-site",
            "sec-fetch-mode": "navigate",
            "sec-fetch-dest": "iframe",
        },
    ],
)
def test_others_are_not(more):
    assert not ours(OWN | more, PORT)


def test_without_a_host_nobody_is():
    assert not ours({}, PORT)


def test_the_usual_port_need_not_be_named():
    assert ours({"host": "localhost"}, 80)
    assert not ours({"host": "localhost"}, 81)


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("/", ("",)),
        ("/index.html", ("index.html",)),
        ("/figures/a%20b.svg?123#x", ("figures", "a b.svg")),
        ("/caf%C3%A9.html", ("café.html",)),
        ("/cafe%CC%81.html", ("cafe\u0301.html",)),
        ("/chapters/", ("chapters", "")),
        ("/a..b/c", ("a..b", "c")),
        ("/%2525", ("%25",)),
    ],
)
def test_paths_that_are_some(target, found):
    assert parts(target) == found


@pytest.mark.parametrize(
    "target",
    [
        "",
        "index.html",
        "*",
        "http://127.0.0.1:4848/index.html",
        "//etc/passwd",
        "/a//b",
        "/..",
        "/../x",
        "/a/../../x",
        "/%2e%2e/x",
        "/%2E%2e%2fx",
        "/a/..%2f..%2fx",
        "/.",
        "/./x",
        "/.git/config",
        "/a/.hidden/x",
        "/..\\x",
        "/%5c..%5cx",
        "/C:/x",
        "/x:stream",
        "/x%00.html",
        "/x%0d%0aSet-Cookie: a",
        "/%ff%fe",
        "/%c0%ae%c0%ae/x",
        "/\u00e9",
        "/a%E2%80%8E.html",
    ],
)
def test_paths_that_are_none(target):
    assert parts(target) is None


WORDS = st.sampled_from(
    ["..", ".", "", "in", "secret", "out", "link", "a.txt", "~", "\\", ":", "\0"]
)


def spelt(word: str, way: int) -> str:
    """Write a word plainly, encoded, or encoded twice."""
    every = "".join(f"%{byte:02x}" for byte in word.encode())
    return [word, quote(word, safe=""), every, quote(every, safe="")][way]


@given(
    st.lists(st.tuples(WORDS, st.integers(0, 3)), max_size=6),
    st.sampled_from(["/", "%2f", "\\", "%5c", "//"]),
)
def test_no_way_leads_out(tree, words, between):
    target = "/" + between.join(spelt(word, way) for word, way in words)
    named = parts(target)
    if named is None:
        return
    assert not {"..", "."} & set(named)
    opened = open_inside(tree / "served", named)
    if opened is not None:
        with opened:
            assert opened.read() == b"public"


@given(st.text(max_size=30))
def test_any_text_is_a_path_or_none(tree, text):
    for target in (text, "/" + text, "/" + quote(text)):
        named = parts(target)
        opened = open_inside(tree / "served", named or ())
        assert opened is None or opened.read() == b"public"
        if opened is not None:
            opened.close()


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A served directory with a secret beside it, and links that lead there."""
    top = tmp_path_factory.mktemp("tree")
    served = top / "served"
    (served / "in").mkdir(parents=True)
    (served / "in" / "a.txt").write_bytes(b"public")
    (served / "a.txt").write_bytes(b"public")
    (top / "secret").write_bytes(b"secret")
    (served / "secret").symlink_to(top / "secret")
    (served / "out").symlink_to(top)
    (served / "link").symlink_to("in/a.txt")
    return top


@pytest.mark.parametrize("named", [("a.txt",), ("in", "a.txt")])
def test_files_are_opened(tree, named):
    with open_inside(tree / "served", named) as opened:
        assert opened.read() == b"public"


@pytest.mark.parametrize(
    "named",
    [
        (),
        ("",),
        ("in",),
        ("in", ""),
        ("nothing",),
        ("secret",),
        ("out", "secret"),
        ("link",),
        ("a.txt", "x"),
        ("..", "secret"),
        ("x" * 300,),
    ],
)
def test_all_else_is_not(tree, named):
    if named == ("..", "secret"):
        # Never reached: `parts` gives no such name.
        return
    assert open_inside(tree / "served", named) is None


def test_a_pipe_is_not_waited_for(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe")
    assert open_inside(tmp_path, ("pipe",)) is None


def test_a_directory_that_is_gone_has_no_files(tmp_path):
    assert open_inside(tmp_path / "gone", ("a.txt",)) is None
