"""The project's own modules: imported from their text, known by it.

A module of the project is part of every chapter that imports it. It is compiled from
its source each time, never from a cached compilation, which Python believes by the
second in which the file was changed. What it opens and asks while it is imported
belongs to it, and so to everybody who uses it later.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from galleyproof.observing import doors


@dataclass(slots=True)
class Loaded:
    """A module of the project as it was imported."""

    name: str
    path: str
    digest: str = ""
    """Of its source."""
    uses: tuple[str, ...] = ()
    """Names that its import statements mention, wherever they stand."""
    brought: set[str] = field(default_factory=set)
    """Modules of the project that were imported while it was."""
    seen: doors.Seen = field(default_factory=doors.Seen)


class Modules(MetaPathFinder):
    """Finds the project's modules before Python does, and keeps account of them."""

    def __init__(self, is_own: Callable[[str], bool]) -> None:
        self._is_own = is_own
        self._loaded: dict[str, Loaded] = {}
        self._loading: list[str] = []

    def install(self) -> None:
        """Be asked first for every module."""
        sys.meta_path.insert(0, self)

    def forget(self) -> None:
        """Let every module of the project be imported anew."""
        for name in self._loaded:
            sys.modules.pop(name, None)
        self._loaded.clear()
        self._loading.clear()
        importlib.invalidate_caches()

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return how to load a module of the project; None leaves it to Python."""
        with doors.unseen():
            found = PathFinder.find_spec(fullname, path, target)
        if found is None and path is None:
            self._note_missing(fullname)
        if found is None or found.origin is None or not self._is_own(found.origin):
            return None
        if not isinstance(found.loader, SourceFileLoader):
            return None
        found.loader = _FromSource(fullname, found.origin, self)
        found.cached = None
        return found

    def _note_missing(self, name: str) -> None:
        """Note where a module would be looked for that is not there."""
        for place in sys.path:
            if self._is_own(place):
                doors.note_asked(f"{place or '.'}/{name}.py")
                doors.note_asked(f"{place or '.'}/{name}/__init__.py")

    # What is known -----------------------------------------------------------------

    @property
    def names(self) -> Iterable[str]:
        """The names of the modules that are imported."""
        return self._loaded

    def version(self, module: str) -> str | None:
        """Return what a module consists of, with all that it imports of the project."""
        if module not in self._loaded:
            return None
        found = hashlib.sha256()
        for one in sorted(self.closure(module)):
            found.update(f"{one}={self._loaded[one].digest}\n".encode())
        return found.hexdigest()[:32]

    def closure(self, module: str) -> set[str]:
        """Return a module of the project with those that it leads to."""
        found: set[str] = set()
        waiting = [module]
        while waiting:
            name = waiting.pop()
            if name in found or name not in self._loaded:
                continue
            found.add(name)
            one = self._loaded[name]
            waiting += [*one.brought, *self._mentioned(one), *_parents(name)]
        return found

    def _mentioned(self, one: Loaded) -> Iterator[str]:
        for name in one.uses:
            yield name
            # `from package import module`
            yield from _parents(name)

    def loaded(self, module: str) -> Loaded | None:
        """Return the account of one module."""
        return self._loaded.get(module)

    # Loading -------------------------------------------------------------------------

    def begin(self, name: str, path: str, source: bytes) -> None:
        """Take down what a module is compiled from."""
        self._loaded[name] = Loaded(
            name=name,
            path=path,
            digest=hashlib.sha256(source).hexdigest(),
            uses=tuple(_uses(source, f"{name}.*" if _is_package(path) else name)),
        )

    def run(self, module: ModuleType, execute: Callable[[ModuleType], None]) -> None:
        """Run a module, and see what it reaches for."""
        name = module.__name__
        for outer in self._loading[-1:]:
            self._loaded[outer].brought.add(name)
        self._loading.append(name)
        try:
            with doors.apart() as seen:
                execute(module)
            if name in self._loaded:
                self._loaded[name].seen = seen
        except BaseException:
            self._loaded.pop(name, None)
            raise
        finally:
            self._loading.pop()


class _FromSource(SourceFileLoader):
    """Compiles what the file holds now."""

    def __init__(self, name: str, path: str, modules: Modules) -> None:
        super().__init__(name, path)
        self._modules = modules

    def get_code(self, fullname: str) -> CodeType:
        """Compile the source; a cached compilation is not asked for."""
        with doors.unseen():
            source = self.get_data(self.path)
        self._modules.begin(fullname, self.path, source)
        code: CodeType = self.source_to_code(source, self.path)
        return code

    def exec_module(self, module: ModuleType) -> None:
        """Run the module."""
        self._modules.run(module, super().exec_module)


def _is_package(path: str) -> bool:
    return path.endswith("__init__.py")


def _parents(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


def _uses(source: bytes, name: str) -> Iterator[str]:
    """Yield the absolute names that a module's import statements mention."""
    tree = None
    with suppress(SyntaxError, ValueError, RecursionError):
        tree = ast.parse(source)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = name.rsplit(".", node.level)[0] if "." in name else name
                base = f"{package}.{base}" if base else package
            yield from (f"{base}.{alias.name}" for alias in node.names)
