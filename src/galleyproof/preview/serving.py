"""The server: the output directory and the live state, for browsers on this machine.

`http.server` of the standard library: a handful of requests from one person's browser
need no more. Each connection serves one request and is closed; what stays open is the
stream of states, one for each visible page.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from importlib import resources
from pathlib import Path
from socketserver import BaseServer, TCPServer
from typing import Any, ClassVar, Self
from urllib.parse import quote

from galleyproof import __version__
from galleyproof.preview import addresses, injecting
from galleyproof.preview.opening import open_inside
from galleyproof.preview.state import Board

PORT = 4848
_TAKEN = {errno.EADDRINUSE, errno.EACCES}
_NEXT = 20
_MOST = 100
"""Connections at one time."""
_SILENCE_S = 10.0
"""How long a browser may take to say what it wants."""
_HEARTBEAT_S = 10.0
_PATIENCE_S = 2.0
_CHUNK = 1 << 16
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": "text/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".pdf": "application/pdf",
    ".woff2": "font/woff2",
    ".mp4": "video/mp4",
}
_ASSETS = (
    "live.js",
    "morph.js",
    "flash.js",
    "notes.js",
    "bar.js",
    "elements.js",
    "live.css",
    "waiting.html",
    "beside.html",
    "beside.js",
)
_BESIDE = "pdf"
"""The folder below the preview's own address in which the PDF is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is served."""

    pages: Path
    """Directory of the pages; it need not be there."""
    beside: Path
    """Directory of the PDF."""
    board: Board
    wanted: Callable[[], None] = lambda: None
    """Called when somebody looks at the PDF."""
    looking: set[object]
    """Who looks at the PDF: a token for each stream."""


class Server(TCPServer):
    """Serves a site to this machine until it is closed."""

    # On Windows, the option would let another program take the same port.
    allow_reuse_address = sys.platform != "win32"
    request_queue_size = 64

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        self._open: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        super().__init__((addresses.HOST, port), _Handler)
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.1,), name="server", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that was taken."""
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """Where the first page is."""
        return f"http://{addresses.HOST}:{self.port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.site.board.close()
        self.shutdown()
        self.server_close()
        with self._lock:
            left = dict(self._open)
        for connection, thread in left.items():
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(_PATIENCE_S)
        self._thread.join(_PATIENCE_S)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the library types them
        """Serve a connection in a thread of its own."""
        with self._lock:
            if len(self._open) >= _MOST:
                self.shutdown_request(request)
                return
            thread = threading.Thread(
                target=self._serve, args=(request, client_address), daemon=True
            )
            self._open[request] = thread
        thread.start()

    def _serve(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        try:
            self.finish_request(request, client_address)
        except (OSError, ValueError):
            pass  # the browser went away
        finally:
            self.shutdown_request(request)
            with self._lock:
                self._open.pop(request, None)


def serve(site: Site, port: int = PORT) -> Server:
    """Take the port, or one near it, or any that is free."""
    candidates = [*range(port, min(port + _NEXT, 65_536)), 0] if port else [0]
    for candidate in candidates:
        try:
            return Server(site, candidate)
        except OSError as error:
            if error.errno not in _TAKEN or not candidate:
                raise
    raise AssertionError("the last candidate either serves or raises")


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"
    timeout: ClassVar[float] = _SILENCE_S
    error_content_type = "text/plain; charset=utf-8"
    error_message_format = "%(code)d %(message)s\n"

    def __init__(self, request: Any, client: Any, server: BaseServer) -> None:  # noqa: ANN401
        self._body = True
        super().__init__(request, client, server)

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._body = False
        self._answer()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of any other method
        if name.startswith("do_"):
            return self._refuse_method
        raise AttributeError(name)

    def _refuse_method(self) -> None:
        self._say(
            HTTPStatus.METHOD_NOT_ALLOWED, "only GET and HEAD\n", allow="GET, HEAD"
        )

    def _answer(self) -> None:
        self.close_connection = True
        headers = {name.lower(): value for name, value in self.headers.items()}
        if len(headers) != len(self.headers.items()):
            self._say(HTTPStatus.BAD_REQUEST, "a header is there twice\n")
        elif not addresses.ours(headers, self.server.port):
            self._say(HTTPStatus.FORBIDDEN, "only for pages of this preview\n")
        elif self.path.startswith(injecting.PREFIX):
            self._own(self.path.removeprefix(injecting.PREFIX))
        else:
            self._page()

    # Outputs ----------------------------------------------------------------------

    def _page(self) -> None:
        site, parts = self.server.site, addresses.parts(self.path)
        if parts is None:
            self._missing()
            return
        if parts == ("",):
            self._first()
            return
        if not parts[-1]:
            parts = (*parts[:-1], "index.html")
        self._file(site.pages, parts)

    def _first(self) -> None:
        """Show the first page, or say that there is none yet."""
        pages = self.server.site.board.state.pages
        if not pages:
            self._asset("waiting.html")
        elif "index.html" in pages:
            self._file(self.server.site.pages, ("index.html",))
        else:
            self._say(
                HTTPStatus.FOUND, "the first page\n", location=f"/{quote(pages[0])}"
            )

    def _file(self, directory: Path, parts: tuple[str, ...]) -> None:
        # The version is asked for first: a page that is newer than it says is only
        # compared once more.
        version = self.server.site.board.state.version
        opened = open_inside(directory, parts)
        if opened is None:
            self._missing()
            return
        with opened:
            suffix = Path(parts[-1]).suffix.lower()
            if suffix == ".html":
                page = opened.read().decode("utf-8", "replace")
                self._html(injecting.live(page, version), injecting.policy(page))
                return
            size = os.fstat(opened.fileno()).st_size
            self._begin(HTTPStatus.OK, _TYPES.get(suffix, "application/octet-stream"))
            self._header("Content-Length", str(size))
            self._header("Content-Security-Policy", injecting.quiet_policy())
            self.end_headers()
            while self._body and (data := opened.read(min(_CHUNK, size))):
                self.wfile.write(data)
                size -= len(data)

    def _missing(self) -> None:
        self._say(HTTPStatus.NOT_FOUND, "there is no such file in this preview\n")

    # The preview's own ------------------------------------------------------------

    def _own(self, target: str) -> None:
        name = target.partition("?")[0]
        if name == "events":
            self._events(beside=target.endswith("?pdf"))
        elif name in _ASSETS:
            self._asset(name)
        elif name.startswith(f"{_BESIDE}/"):
            parts = addresses.parts("/" + target.removeprefix(f"{_BESIDE}/"))
            self._file(self.server.site.beside, parts or ())
        else:
            self._missing()

    def _asset(self, name: str) -> None:
        folder = resources.files("galleyproof.preview") / "assets"
        text = (folder / name).read_text("utf-8")
        if name == "waiting.html":
            text = injecting.live(text, "")
        if name.endswith(".html"):
            self._html(text, injecting.policy(text))
        else:
            self._text(HTTPStatus.OK, text, _TYPES[Path(name).suffix])

    def _events(self, *, beside: bool) -> None:
        """Send each state as it comes, until either side has enough."""
        self._begin(HTTPStatus.OK, "text/event-stream")
        self.end_headers()
        site, number, token = self.server.site, -1, object()
        if not self._body:
            return
        try:
            if beside:
                site.looking.add(token)
                site.wanted()
            while True:
                news = site.board.after(number, _HEARTBEAT_S)
                if site.board.closed:
                    return
                if news is None:
                    self.wfile.write(b": still here\n\n")
                    continue
                number, state = news
                self.wfile.write(f"data: {state.json}\n\n".encode())
        finally:
            site.looking.discard(token)

    # Answers ----------------------------------------------------------------------

    def _html(self, text: str, policy: str) -> None:
        self._text(HTTPStatus.OK, text, _TYPES[".html"], policy=policy)

    def _say(self, status: HTTPStatus, text: str, **more: str) -> None:
        self.close_connection = True
        self._text(status, text, _TYPES[".txt"], **more)

    def _text(
        self, status: HTTPStatus, text: str, kind: str, policy: str = "", **more: str
    ) -> None:
        data = text.encode("utf-8", "replace")
        self._begin(status, kind)
        self._header("Content-Length", str(len(data)))
        self._header("Content-Security-Policy", policy or injecting.quiet_policy())
        for name, value in more.items():
            self._header(name.title(), value)
        self.end_headers()
        if self._body and self.command != "HEAD":
            self.wfile.write(data)

    def _begin(self, status: HTTPStatus, kind: str) -> None:
        self.send_response(status)
        self._header("Content-Type", kind)
        self._header("Cache-Control", "no-store")
        self._header("X-Content-Type-Options", "nosniff")
        self._header("Referrer-Policy", "no-referrer")
        self._header("Cross-Origin-Resource-Policy", "same-origin")
        self._header("Cross-Origin-Opener-Policy", "same-origin")
        self._header("Connection", "close")

    def _header(self, name: str, value: str) -> None:
        self.send_header(name, value)

    def version_string(self) -> str:
        return f"galley/{__version__}"

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is for builds."""
