"""What one cell or expression depends on, does and leaves behind.

Owns the account of a chapter in the kernel: which variables there are, what they hold,
and what changed from one unit to the next. A unit is a cell or an inline expression.
The account of a unit goes to the build as JSON (`Account`), which decides by it what
has to run next time.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

from galleyproof import consulted, names
from galleyproof.observing import ambient, chance, doors, looking, settings
from galleyproof.observing.fingerprints import Fingerprint, Fingerprints, with_sharing
from galleyproof.observing.modules import Modules

HISTORY = names.HISTORY
MODULE = names.MODULE
"""Begins the name under which a module of the project is a variable of the chapter."""
_HIDDEN = re.compile(
    r"__(name|doc|package|loader|spec|builtins?|annotations)__|_+|_i{1,3}\d*|_\d+|_oh|_dh|_ih|In|Out|exit|quit|get_ipython"
)
_NATIVE = frozenset(
    {"duckdb", "h5py", "lxml", "netCDF4", "polars", "pyarrow", "rasterio", "rpy2"}
)
"""Libraries that open files without Python's knowledge."""
_JOURNAL = "galleyproof.lineage.journal"
Account = dict[str, Any]


class Observer:
    """Observes the units of one chapter after the other."""

    def __init__(self, namespace: dict[str, Any], directory: Path) -> None:
        self._namespace = namespace
        self._directory = directory
        self._modules = Modules(_is_own)
        self._fingerprints = Fingerprints(self._modules)
        self._ambient = ambient.Ambient()
        self._held: dict[str, object] = {}
        self._prints: dict[str, Fingerprint] = {}
        self._digests: dict[str, str] = {}
        self._ties: dict[str, frozenset[str]] = {}
        self._module_versions: dict[str, str] = {}
        self._chances: dict[str, Any] = {}
        self._ambient_now: dict[str, str] = {}
        self._seeded: set[str] = set()
        self._collector: Any = None
        self._facts: set[consulted.Fact] = set()
        self._known_modules: set[str] = set()
        self._lost: list[str] = []
        self._filters: list[str] = []
        self._set_in_libraries = ""
        self._environment = dict(os.environ)  # noqa: TID251

    def install(self) -> None:
        """Begin to watch this process."""
        self._modules.install()
        consulted.serving = doors.unseen
        doors.install(ignored=_libraries(), authors=self._is_authors)

    def new_chapter(self) -> None:
        """Begin a new account; variables and modules of the last one are gone."""
        self._ambient.restore()
        self._modules.forget()
        self._fingerprints.forget()
        for known in (self._held, self._prints, self._digests, self._module_versions):
            known.clear()
        self._seeded.clear()
        self._filters.clear()
        self._set_in_libraries = ""
        self._ambient.begin()
        self._ambient_now = {}

    @property
    def is_spoilt(self) -> bool:
        """Whether something was set that only a new process puts back."""
        return bool(self._set_in_libraries)

    @property
    def is_watching(self) -> bool:
        """Whether a unit runs."""
        return self._collector is not None

    # One unit ------------------------------------------------------------------------

    def begin(self) -> None:
        """Watch from now on."""
        doors.watch_numpy()
        self._chances = ambient.chances()
        self._known_modules = set(self._modules.names)
        if (journal := sys.modules.get(_JOURNAL)) is not None:
            journal.said()
        self._collector = consulted.collecting()
        self._facts = self._collector.__enter__()
        consulted.produced.clear()
        doors.begin()

    def end(
        self, tree: ast.AST | None, *, is_cell: bool, is_whole: bool = True
    ) -> Account:
        """Return the account of the unit that has just run, to its end or not."""
        seen = doors.take()
        self._collector.__exit__(None, None, None)
        self._collector = None
        seen.written |= {os.path.abspath(path) for path in consulted.produced}  # noqa: PTH100
        said = names.of_tree(tree) if tree is not None else names.of("%")
        self._note_imported(seen)
        self._note_clock(tree, seen)
        if HISTORY & (said.read or set()):
            seen.unrepeatable["it reads what IPython keeps of earlier cells"] = None
        written = self._changes(said, is_cell=is_cell)
        self._note_settings(tree, said)
        files = {
            path: looking.file_digest(path, look) for path, look in seen.read.items()
        }
        for path, digest in files.items():
            if digest == looking.CHANGED:
                seen.unrepeatable[f"`{self._short(path)}` changed while it ran"] = None
        if self._uses_native(said):
            seen.listed.add(str(self._directory))
            files |= {
                str(path): looking.file_digest(str(path)) for path in self._all_files()
            }
        return {
            "reads": None if said.read is None else sorted(said.read),
            "bound": sorted(said.bound) if is_whole else [],
            "writes": written,
            "deleted": self._lost,
            "files": self._named(files),
            "listed": self._named({p: looking.listing(p) for p in seen.listed}),
            "stated": self._named(
                {p: looking.state(p) for p in seen.stated - seen.read.keys()}
            ),
            # As the process began: what a cell set is among the settings.
            "environment": {
                name: self._environment.get(name)
                for name in sorted(seen.environment.keys() - _OURS)
            },
            "facts": self._answers(),
            "written": self._outputs(seen),
            "ambient": self._ambient_changes(said, seen, is_cell=is_cell),
            "unrepeatable": list(seen.unrepeatable),
            "said": _said(),
        }

    def _changes(self, said: names.Names, *, is_cell: bool) -> dict[str, list[Any]]:
        """Bring the account of variables up to date; return what is new in it."""
        now = {
            name: value
            for name, value in self._namespace.items()
            if not _HIDDEN.fullmatch(name) and not _is_open_of_ipython(name, value)
        }
        rebound = {n for n, v in now.items() if self._held.get(n, _NONE) is not v}
        touched = {n for n in said.bound if n in now} | rebound
        if is_cell or self._may_change(said):
            looked = touched | {n for n in now if not self._is_fixed(n)}
        else:
            looked = touched
        for name in looked:
            self._prints[name] = self._fingerprints.of(now[name])
        self._held = now
        for name in self._prints.keys() - now.keys():
            del self._prints[name]
        digests = self._digests_now()
        changed = {n for n, d in digests.items() if self._digests.get(n) != d}
        self._lost = sorted(self._digests.keys() - digests.keys())
        self._digests = digests
        written = {n: self._variable(n) for n in sorted(changed | touched)}
        return written | self._changed_modules()

    def _digests_now(self) -> dict[str, str]:
        moving = {n: p for n, p in self._prints.items() if not p.is_fixed}
        shared = with_sharing(moving)
        self._ties = {name: one.names for name, one in shared.items()}
        fixed = {n: p.digest for n, p in self._prints.items() if p.is_fixed}
        return fixed | {name: one.digest for name, one in shared.items()}

    def _variable(self, name: str) -> list[Any]:
        found = self._prints[name]
        content = found.is_fixed or found.is_plain
        kind = "opaque" if found.is_opaque else "content" if content else "other"
        others = found.mentions | self._ties.get(name, frozenset())
        return [self._digests[name], kind, sorted(others)]

    def _is_fixed(self, name: str) -> bool:
        found = self._prints.get(name)
        return found is not None and found.is_fixed

    def _may_change(self, said: names.Names) -> bool:
        """Say whether an expression reaches anything that can change."""
        if said.read is None:
            return True
        waiting, seen = list(said.read & self._prints.keys()), set()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            found = self._prints[name]
            if not found.is_fixed:
                return True
            waiting += [n for n in found.mentions if n in self._prints]
        return False

    def _changed_modules(self) -> dict[str, list[Any]]:
        found = {}
        for name in self._modules.names:
            version = self._modules.version(name) or ""
            if self._module_versions.get(name) != version:
                self._module_versions[name] = version
                found[MODULE + name] = [version, "content", []]
        return found

    # What was seen --------------------------------------------------------------------

    def _note_imported(self, seen: doors.Seen) -> None:
        """Add what modules of the project reached for when they were imported."""
        for name in set(self._modules.names) - self._known_modules:
            one = self._modules.loaded(name)
            if one is not None:
                seen.read.setdefault(one.path, None)
                seen.read.update(one.seen.read)
                seen.listed |= one.seen.listed
                seen.stated |= one.seen.stated
                seen.environment = one.seen.environment | seen.environment
                seen.unrepeatable.update(one.seen.unrepeatable)

    def _note_clock(self, tree: ast.AST | None, seen: doors.Seen) -> None:
        if tree is None:
            return
        kind = "eval" if isinstance(tree, ast.Expression) else "exec"
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if kind == "exec" else 0
        code = compile(tree, "<unit>", kind, flags, dont_inherit=True)  # type: ignore[call-overload]
        found = chance.questions(code, self._namespace, self._is_authors_function)
        if found:
            # `date.today` itself asks `time.time`.
            seen.unrepeatable.pop("it reads the clock (`time.time`)", None)
        seen.unrepeatable.update(dict.fromkeys(found))

    def _note_settings(self, tree: ast.AST | None, said: names.Names) -> None:
        """Take down what sets something in libraries, with what it may set."""
        if tree is None or not settings.sets_something(
            tree, self._namespace, lambda m: self._modules.loaded(m) is not None
        ):
            return
        used = self._held.keys() if said.read is None else said.read | said.bound
        found = {n: self._prints[n] for n in sorted(used) if n in self._prints}
        content = [(n, self._digests[n]) for n in found]
        if not all(one.is_fixed or one.is_plain for one in found.values()):
            content.append(("", os.urandom(8).hex()))
        parts = repr((self._set_in_libraries, ast.dump(tree), content))
        self._set_in_libraries = hashlib.sha256(parts.encode()).hexdigest()[:32]

    def _ambient_changes(
        self, said: names.Names, seen: doors.Seen, *, is_cell: bool
    ) -> dict[str, str | None]:
        """Return the settings that the unit changed, None where as they began."""
        if not is_cell and not said.calls:
            return {}
        after = ambient.chances()
        for name, before in self._chances.items():
            drawn = after[name] != before
            if name in seen.seeded:
                self._seeded.add(name)
            elif drawn and name not in self._seeded:
                seen.unrepeatable[
                    f"it draws random numbers without a seed (`{name}`)"
                ] = None
        now = self._ambient.changed()
        if self._set_in_libraries:
            now["what cells set in libraries"] = self._set_in_libraries
        self._filters += seen.filters
        if self._filters:
            now["filters of warnings"] = hashlib.sha256(
                repr(self._filters).encode()
            ).hexdigest()[:32]
        changed = {
            name: now.get(name)
            for name in {*now, *self._ambient_now}
            if now.get(name) != self._ambient_now.get(name)
        }
        self._ambient_now = now
        return changed

    def _answers(self) -> list[list[Any]]:
        """Return what the data answered, as digests."""
        return [[list(fact), consulted.answer(fact)] for fact in sorted(self._facts)]

    def _outputs(self, seen: doors.Seen) -> dict[str, str]:
        """Return the digests of the files that the unit left in the project."""
        found = {}
        for path in sorted(seen.written):
            digest = looking.file_digest(path)
            if digest is None:
                continue
            if self._is_inside(path):
                found[path] = digest
            else:
                reason = f"it writes outside of the project (`{Path(path).name}`)"
                seen.unrepeatable[reason] = None
        for path in sorted(seen.removed):
            if self._is_inside(path):
                reason = f"it removes files (`{self._short(path)}`)"
                seen.unrepeatable[reason] = None
        return self._named(found)

    def _uses_native(self, said: names.Names) -> bool:
        loaded = {name for name in _NATIVE if name in sys.modules}
        if not loaded:
            return False
        read = said.read if said.read is not None else self._held.keys()
        modules = {
            getattr(self._held.get(n), "__name__", "").partition(".")[0] for n in read
        }
        modules |= {
            str(getattr(self._held.get(n), "__module__", "")).partition(".")[0]
            for n in read
        }
        return bool(modules & loaded)

    def _all_files(self) -> Iterator[Path]:
        for path in sorted(self._directory.rglob("*")):
            parts = path.relative_to(self._directory).parts
            hidden = any(p.startswith((".", "_output", "__pycache__")) for p in parts)
            if path.is_file() and not hidden and path.suffix != ".qmd":
                yield path

    # Paths and authors -------------------------------------------------------------

    def _named(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Return paths relative to the project where they are in it."""
        return {self._short(path): found[path] for path in sorted(found)}

    def _short(self, path: str) -> str:
        if not self._is_inside(path):
            return path
        return Path(path).relative_to(self._directory).as_posix()

    def _is_inside(self, path: str) -> bool:
        return path == str(self._directory) or path.startswith(
            f"{self._directory}{os.sep}"
        )

    def _is_authors(self, filename: str) -> bool:
        if filename.startswith("<") or filename.startswith(_libraries()):
            return False
        return not os.path.isabs(filename) or _is_own(filename)  # noqa: PTH117

    def _is_authors_function(self, function: FunctionType) -> bool:
        return self._is_authors(function.__code__.co_filename)


_NONE = object()


def _is_open_of_ipython(name: str, value: object) -> bool:
    module = str(getattr(value, "__module__", ""))
    return name == "open" and module.startswith("IPython")


_PACKAGE = str(Path(__file__).parent.parent)


def _is_own(origin: str) -> bool:
    """Say whether a module's file belongs to the author, not to a library."""
    path = os.path.abspath(origin)  # noqa: PTH100
    return not path.startswith(_libraries())


def _libraries() -> tuple[str, ...]:
    """Return the beginnings of the paths of what is installed."""
    global _paths  # noqa: PLW0603
    if not _paths:
        given = [sys.prefix, sys.base_prefix, sys.exec_prefix]
        given += [str(Path(os.__file__).parent)]
        given += [p for p in sys.path if "site-packages" in p or "dist-packages" in p]
        given += [_PACKAGE, *(str(Path.home() / p) for p in _CACHES)]
        given += [os.environ.get("IPYTHONDIR", "")]  # noqa: TID251
        roots = {os.path.abspath(p) for p in given if p}  # noqa: PTH100
        # `/usr` as a prefix would hide everything below it, projects included.
        wide = {"/", "/usr", "/usr/local", "/opt", str(Path.home())}
        system = ("/usr/lib/", "/usr/share/", "/usr/local/lib/")
        _paths = (*sorted(roots - wide), *system)
    return _paths


_paths: tuple[str, ...] = ()
_CACHES = (".cache/matplotlib", ".config/matplotlib", ".cache/fontconfig")


def _said() -> list[str]:
    journal = sys.modules.get(_JOURNAL)
    return journal.said() if journal is not None else []


_OURS = frozenset({"IPYTHONDIR", "JPY_PARENT_PID", "PYDEVD_DISABLE_FILE_VALIDATION"})
"""Variables by which a kernel is started, and which differ each time."""
