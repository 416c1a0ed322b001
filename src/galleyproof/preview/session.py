"""The preview: builds whenever something was saved, and tells the pages of it."""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from galleyproof import files
from galleyproof.config import Target
from galleyproof.diagnostics import Diagnostic
from galleyproof.errors import GalleyError
from galleyproof.preview import building, noting
from galleyproof.preview.building import Outcome
from galleyproof.preview.echoes import Echoes
from galleyproof.preview.inbox import Inbox, Request
from galleyproof.preview.serving import PORT, Server, Site, serve
from galleyproof.preview.snapshot import Scope
from galleyproof.preview.state import Board, Note, State
from galleyproof.preview.watching import Watcher
from galleyproof.project import SourceFiles, open_project, project_directory, survey
from galleyproof.workers import Standing

_QUIET_S = 0.2
_LONGEST_S = 2.0
_WORKSPACE = Path(".galley") / "preview"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What the terminal is told of a build."""

    what: str
    """`page` or `pdf`."""
    because: Sequence[str]
    """What was changed; empty: nothing, it was built for the first time or again."""
    outcome: Outcome
    places: SourceFiles
    """The sources as they were then."""
    news: Sequence[Diagnostic] = ()
    """Warnings that the last good build did not have."""
    mended: bool = False
    """Whether the build before it had failed."""
    ignored: Sequence[str] = ()
    """Files that are left out from now on, for the chapters write them."""


@dataclass(slots=True)
class Session:
    """A preview from its beginning to its end; `run` comes back at Ctrl-C only.

    Everything that it starts, threads, sockets, kernels and its directory, is gone when
    its `with` block is left.
    """

    path: Path
    wish: int = PORT
    """The port to take if it is free; 0: any."""
    always_beside: bool = False
    """Whether the PDF is built even if nobody looks at it."""
    tell: Callable[[Built], None] = lambda _: None
    inbox: Inbox = field(default_factory=Inbox)
    board: Board = field(default_factory=Board)
    _looking: set[object] = field(default_factory=set)
    _stack: ExitStack = field(default_factory=ExitStack)
    _standing: Standing = field(default_factory=Standing)
    """Kernels, warm from build to build."""
    _echoes: Echoes = field(default_factory=Echoes)
    _began: int = field(default_factory=time.time_ns)
    _number: int = 0
    _published: bool = False
    _warned: Sequence[Diagnostic] = ()
    _beside_of: str = ""
    """Version of the pages that the PDF was last built beside."""
    directory: Path = field(init=False)
    server: Server = field(init=False)
    watcher: Watcher = field(init=False)
    _good: noting.Good = field(init=False)

    def __post_init__(self) -> None:
        self.directory = project_directory(self.path)
        self._good = noting.Good(directory=self._pages)

    @property
    def port(self) -> int:
        """The port that was taken."""
        return self.server.port

    @property
    def address(self) -> str:
        """Where a browser finds the first page."""
        return self.server.address

    @property
    def _own(self) -> Path:
        # Of this process alone: two previews of one project do not meet.
        return self.directory / _WORKSPACE / str(files.process())

    @property
    def _pages(self) -> Path:
        return self._own / "page"

    @property
    def _besides(self) -> Path:
        return self._own / "pdf"

    def __enter__(self) -> Self:
        _open(self.path)
        _clear(self.directory / _WORKSPACE)
        self._stack.callback(self._tidy)
        self._stack.enter_context(self._standing)
        site = Site(
            pages=self._pages,
            beside=self._besides,
            board=self.board,
            wanted=lambda: self.inbox.put(Request(beside=True)),
            looking=self._looking,
        )
        try:
            self.server = self._stack.enter_context(serve(site, self.wish))
            watcher = Watcher(self._scope(), self.inbox, self._complete)
            self.watcher = self._stack.enter_context(watcher)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def run(self) -> None:
        """Build, and build again whenever there is a reason to."""
        request: Request | None = Request(again=True)
        while True:
            if request is not None:
                self.answer(request)
                gc.collect()  # what no build does by itself: now nobody waits
                self.inbox.calm(_QUIET_S, _LONGEST_S)
            request = self.inbox.take()

    def answer(self, request: Request) -> None:
        """Do what a request asks for: the page first, the PDF if that leaves time."""
        changed = request.changed - self.watcher.scope.ignored
        if changed or request.again:
            self._build_pages(sorted(changed))
        if self._beside_is_due:
            self._build_beside(sorted(changed))

    # The pages --------------------------------------------------------------------

    def _build_pages(self, because: Sequence[str]) -> None:
        before = self.board.state
        self.board.put(replace(before, building="page", because=because))
        texts = noting.sources(self.directory, self.watcher.paths)
        outcome = building.run(self.path, (Target.HTML,), self._pages, self._standing)
        places = SourceFiles(self.directory)
        if outcome.failure is None:
            state = self._published_state(outcome, texts, places)
        else:
            notes = noting.of_failure(outcome.failure, self._good, places)
            state = _told(replace(before, good=False), notes)
        self.board.put(
            replace(state, building="", because=because, seconds=outcome.seconds)
        )
        ignored = self._settle(frozenset(because), outcome)
        self.tell(
            Built(
                what="page",
                because=because,
                outcome=outcome,
                places=places,
                news=self._news(outcome),
                mended=outcome.good and not before.good,
                ignored=ignored,
            )
        )

    def _published_state(
        self, outcome: Outcome, texts: dict[str, str], places: SourceFiles
    ) -> State:
        names = [p.relative_to(self._pages).as_posix() for p in outcome.written]
        pages = [name for name in names if name.endswith(".html")]
        self._published = True
        self._number += 1
        self._good = noting.Good(directory=self._pages, pages=pages, sources=texts)
        return _told(
            replace(
                self.board.state,
                version=f"{self._began:x}.{self._number}",
                good=True,
                pages=pages,
                pictures=self._pictures(names),
            ),
            noting.of(outcome.warnings, self._good, places),
        )

    def _news(self, outcome: Outcome) -> Sequence[Diagnostic]:
        if not outcome.good:
            return ()
        # By what they say: lines move with every edit.
        said = {(one.code, one.span.path, one.message) for one in self._warned}
        self._warned = outcome.warnings
        return [
            one
            for one in outcome.warnings
            if (one.code, one.span.path, one.message) not in said
        ]

    def _pictures(self, names: Sequence[str]) -> dict[str, str]:
        found = {}
        for name in names:
            if not name.endswith((".html", ".json")):
                with suppress(OSError):
                    found[name] = files.digest(self._pages / name)[:16]
        return found

    def _settle(self, cause: frozenset[str], outcome: Outcome) -> Sequence[str]:
        """Look to what the build itself has changed, and at what counts from now on."""
        self._forget_drawn(outcome)
        ignored = self._echoes.hear(cause, self.inbox.changed)
        self.watcher.scope = self._scope(self.watcher.scope.ignored | ignored)
        if ignored:
            self.watcher.look()
            self.inbox.forget(ignored)
        return sorted(ignored)

    def _forget_drawn(self, outcome: Outcome) -> None:
        self.watcher.look()
        self.inbox.forget(
            path.relative_to(self.directory).as_posix()
            for path in outcome.drawn
            if path.is_relative_to(self.directory)
        )

    # The PDF ----------------------------------------------------------------------

    @property
    def _beside_is_due(self) -> bool:
        state = self.board.state
        wanted = self.always_beside or bool(self._looking)
        current = self._beside_of == state.version
        return wanted and state.good and not current and not self.inbox.changed

    def _build_beside(self, because: Sequence[str]) -> None:
        self._beside_of = self.board.state.version
        self.board.put(replace(self.board.state, building="pdf"))
        outcome = building.run(self.path, (Target.PDF,), self._besides, self._standing)
        notes: Sequence[Note] = ()
        places = SourceFiles(self.directory)
        if outcome.failure is not None:
            notes = noting.of_failure(outcome.failure, self._good, places)
        state = self.board.state
        pdfs = [
            p.relative_to(self._besides).as_posix()
            for p in outcome.written
            if p.suffix == ".pdf"
        ]
        self.board.put(
            replace(
                state,
                building="",
                beside=self._beside_of if outcome.good else state.beside,
                besides=pdfs if outcome.good else state.besides,
                beside_notes=tuple(notes[: noting.MOST]),
            )
        )
        self._forget_drawn(outcome)
        self.tell(Built(what="pdf", because=because, outcome=outcome, places=places))

    # Around it --------------------------------------------------------------------

    def _complete(self) -> bool:
        """Tell whether the pages are still there; say only once that they are not."""
        if not self._published or self._pages.is_dir():
            return True
        self._published = False
        self._beside_of = ""
        return False

    def _scope(self, ignored: frozenset[str] = frozenset()) -> Scope:
        """Return what to watch, by the configuration as it is."""
        outputs, outside = {self._own}, set[Path]()
        with suppress(GalleyError, OSError):
            project = survey(self.path)
            settings = project.config
            if settings.output_dir not in {"", "."}:
                outputs.add(self.directory / settings.output_dir)
            for name in (*settings.bibliography, *filter(None, [settings.csl])):
                path = (self.directory / name).resolve()
                if not path.is_relative_to(self.directory):
                    outside.add(path)
        return Scope(
            directory=self.directory,
            outputs=frozenset(outputs),
            outside=frozenset(outside),
            ignored=ignored,
        )

    def _tidy(self) -> None:
        shutil.rmtree(self._own, ignore_errors=True)
        with suppress(OSError):
            self._own.parent.rmdir()
            self._own.parent.parent.rmdir()


def _told(state: State, notes: Sequence[Note]) -> State:
    untold = max(0, len(notes) - noting.MOST)
    return replace(state, notes=tuple(notes[: noting.MOST]), untold=untold)


def _open(path: Path) -> None:
    """Raise where there is no project; a broken configuration will be mended."""
    try:
        open_project(path)
    except GalleyError as error:
        if not error.diagnostics:
            raise


def _clear(workspace: Path) -> None:
    """Remove what previews have left that were killed."""
    for left in sorted(workspace.glob("*")):
        if left.name.isdecimal() and not files.runs(int(left.name)):
            shutil.rmtree(left, ignore_errors=True)
