"""The preview's server over real sockets: what it serves, and to whom."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse

import pytest

from galleyproof.preview import injecting
from galleyproof.preview.serving import Server, Site, serve
from galleyproof.preview.state import Board, State

PAGE = "<!DOCTYPE html><html><head><title>A</title></head><body>é</body></html>"


@pytest.fixture
def site(tmp_path):
    pages = tmp_path / "page"
    (pages / "figures").mkdir(parents=True)
    (pages / "index.html").write_text(PAGE, encoding="utf-8")
    (pages / "figures" / "a.svg").write_text("<svg/>")
    (pages / ".galley").mkdir()
    (pages / ".galley" / "owner").write_text("1")
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "index.pdf").write_bytes(b"%PDF")
    (tmp_path / "secret").write_text("secret")
    (pages / "link").symlink_to(tmp_path / "secret")
    board = Board()
    board.put(State(version="v1", pages=["index.html"]))
    return Site(pages=pages, beside=tmp_path / "pdf", board=board, looking=set())


@pytest.fixture
def server(site):
    with serve(site, 0) as running:
        yield running


def ask(
    server: Server, target: str, method: str = "GET", **headers: str
) -> tuple[HTTPResponse, bytes]:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        # Written by hand: the library would refuse or tidy what is to be tried.
        said = {"Host": f"127.0.0.1:{server.port}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        lines = [f"{method} {target} HTTP/1.1", *(f"{n}: {v}" for n, v in said.items())]
        connection.connect()
        connection.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
        response = HTTPResponse(connection.sock, method=method)
        response.begin()
        return response, response.read()


@pytest.mark.parametrize("target", ["/", "/index.html", "/index.html?x=1"])
def test_a_page_comes_with_the_live_script(server, target):
    response, body = ask(server, target)
    assert response.status == 200
    text = body.decode()
    assert 'data-version="v1"' in text
    assert text.index("/.galley/live.js") < text.index("</head>")
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_file_stays_as_it_is(server, site):
    ask(server, "/")
    assert (site.pages / "index.html").read_text("utf-8") == PAGE


def test_other_files_come_as_they_are(server):
    response, body = ask(server, "/figures/a.svg?0123")
    assert (response.headers["Content-Type"], body) == ("image/svg+xml", b"<svg/>")
    response, body = ask(server, "/.galley/pdf/index.pdf")
    assert (response.headers["Content-Type"], body) == ("application/pdf", b"%PDF")


@pytest.mark.parametrize(
    "target", ["/", "/figures/a.svg", "/.galley/live.js", "/nothing"]
)
def test_every_answer_has_its_headers(server, target):
    response, _ = ask(server, target)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "target",
    [
        "/figures",
        "/figures/",
        "/nothing",
        "/link",
        "/../secret",
        "/%2e%2e/secret",
        "/..%2fsecret",
        "/figures/..%2f..%2fsecret",
        "/%2e%2e%5csecret",
        "/\\..\\secret",
        "/index.html%00.svg",
        "//secret",
        "/.galley/owner",
        "/.galley/nothing",
        "/.galley/../index.html",
        "/.galley/pdf/../secret",
        "/.galley/pdf/%2e%2e/secret",
        "/.galley/pdf/",
        "/.galley/__init__.py",
        "http://127.0.0.1/index.html",
    ],
)
def test_nothing_else_is_served(server, target):
    response, body = ask(server, target)
    assert response.status == 404
    assert b"secret" not in body


def test_no_folder_is_listed(server):
    assert b"a.svg" not in ask(server, "/figures/")[1]


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
    ],
)
@pytest.mark.parametrize("target", ["/", "/.galley/events", "/.galley/live.js"])
def test_other_sites_get_nothing(server, headers, target):
    response, body = ask(server, target, **headers)
    assert response.status == 403
    assert b"<html" not in body
    assert response.headers["Access-Control-Allow-Origin"] is None


def test_two_hosts_are_none(server):
    more = f"{server.port}\r\nHost: evil.example"
    assert ask(server, "/", Host=f"127.0.0.1:{more}")[0].status == 400


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "X"])
def test_only_reading_is_allowed(server, method):
    response, _ = ask(server, "/", method, Content_Length="0")
    assert response.status == 405
    assert response.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("target", ["/", "/figures/a.svg", "/.galley/events", "/no"])
def test_head_has_the_headers_alone(server, target):
    response, body = ask(server, target, "HEAD")
    assert body == b""
    if not target.endswith("events"):
        assert response.status == ask(server, target)[0].status
        length = response.headers["Content-Length"]
        assert int(length) == len(ask(server, target)[1])


@pytest.mark.parametrize("raw", [b"\r\n\r\n", b"GET\r\n\r\n", b"\xff\xfe\x00\r\n\r\n"])
def test_noise_is_answered_or_dropped(server, raw):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as noise:
        noise.sendall(raw)
        noise.shutdown(socket.SHUT_WR)
        assert b"secret" not in noise.recv(4096)
    assert ask(server, "/")[0].status == 200


# Events ------------------------------------------------------------------------------


class Stream:
    """A stream of events, read one by one."""

    def __init__(self, server: Server, target: str = "/.galley/events") -> None:
        self.connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        self.connection.request("GET", target)
        self.response = self.connection.getresponse()

    def next(self) -> dict[str, object] | None:
        while line := self.response.fp.readline():
            if line.startswith(b"data: "):
                return json.loads(line.removeprefix(b"data: "))
        return None

    def close(self) -> None:
        self.response.close()
        self.connection.close()


def test_who_connects_gets_the_state_and_each_after_it(server, site):
    with closing(Stream(server)) as stream:
        assert stream.response.headers["Content-Type"] == "text/event-stream"
        assert stream.next()["version"] == "v1"
        site.board.put(State(version="v2", because=["a\nb", "</script>"]))
        second = stream.next()
        assert (second["version"], second["because"]) == ("v2", ["a\nb", "</script>"])


def test_looking_at_the_pdf_is_known_while_it_lasts(site):
    wanted = threading.Event()
    site = Site(
        pages=site.pages,
        beside=site.beside,
        board=site.board,
        looking=site.looking,
        wanted=wanted.set,
    )
    with serve(site, 0) as server:
        with closing(Stream(server)) as plain:
            plain.next()
            assert not site.looking
        with closing(Stream(server, "/.galley/events?pdf")) as stream:
            stream.next()
            assert len(site.looking) == 1
        assert wanted.wait(5)


def test_many_pages_may_listen(server, site):
    streams = [Stream(server) for _ in range(30)]
    site.board.put(State(version="v2"))
    for stream in streams:
        while stream.next()["version"] != "v2":
            pass
        stream.close()


# Its end, and its port ---------------------------------------------------------------


def test_it_ends_with_everything_that_it_started(site):
    before = set(threading.enumerate())
    with serve(site, 0) as server:
        stream = Stream(server)
        stream.next()
        idle = socket.create_connection(("127.0.0.1", server.port))
        port = server.port
    assert stream.next() is None
    assert set(threading.enumerate()) <= before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    idle.close()
    stream.close()


def test_a_port_that_is_taken_is_left_to_who_has_it(site):
    with serve(site, 0) as first, serve(site, first.port) as second:
        assert second.port != first.port
        assert ask(second, "/")[0].status == 200


def test_it_listens_to_this_machine_alone(server):
    assert server.server_address[0] == "127.0.0.1"


def test_before_the_first_page_it_says_so(server, site):
    site.board.put(State())
    response, body = ask(server, "/")
    assert response.status == 200
    assert b"No page yet" in body
    assert b"/.galley/live.js" in body


def test_a_first_page_of_another_name_is_led_to(server, site):
    site.board.put(State(pages=["a b/paper.html"]))
    response, _ = ask(server, "/")
    assert (response.status, response.headers["Location"]) == (302, "/a%20b/paper.html")


def test_a_directory_that_is_gone_is_no_failure(server, site):
    (site.pages / "index.html").unlink()
    assert ask(server, "/")[0].status == 404


# Pages as they are served ------------------------------------------------------------


def test_the_policy_names_what_the_author_embeds():
    page = (
        '<script src="https://cdn.example/x.js"></script>'
        "<iframe width=1 src='https://video.example:8443/1'></iframe>"
        '<a href="https://elsewhere.example/">a link loads nothing</a>'
    )
    policy = injecting.policy(page)
    assert "https://cdn.example" in policy
    assert "https://video.example:8443" in policy
    assert "elsewhere" not in policy
    assert "connect-src 'self'" in policy


def test_a_page_without_a_head_gets_the_script_too():
    assert "live.js" in injecting.live("<p>text", "v")


def test_a_page_keeps_its_own_icon():
    page = '<head><link rel="icon" href="a.png"></head>'
    assert 'href="data:,"' not in injecting.live(page, "v")
    assert 'href="data:,"' in injecting.live("<head></head>", "v")
