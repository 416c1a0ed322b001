"""What an object holds, as a short text: equal objects have equal fingerprints.

A chapter's variables are compared by it, so that a cell runs again only where what it
uses has changed. An object that cannot change (numbers, words, frozen data, functions)
is known by its content. Of one that can, it matters besides with whom it is shared:
whoever changes a list changes it for every name that leads to it.

Functions and classes of a chapter are known by their code, comments and lines left out;
those of a module of the project by that module; those of an installed library by their
name, since libraries are compared by their versions.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import pickle
import sys
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from galleyproof import names

MAIN = "__main__"
ALL_NAMES = "*"
"""Mentioned by a function that may reach any variable."""
_HEAP_TYPE = 1 << 9
"""The flag (Py_TPFLAGS_HEAPTYPE) of classes that Python code defines."""
_MOST_NODES = 300_000
_MOST_BYTES = 64_000_000
_ATOMS = (
    "builtins",
    "datetime",
    "decimal",
    "fractions",
    "pathlib",
    "uuid",
    "zoneinfo",
    "re",
)
_PLAIN_ATOMS = (type(None), bool, int, float, complex, type(...), type(NotImplemented))


class Unreadable(Exception):  # noqa: N818 - an answer, not a mistake
    """What an object holds cannot be told."""


class Origins(Protocol):
    """Tells modules of the project from installed ones."""

    @property
    def names(self) -> Iterable[str]:
        """The names of the project's modules."""

    def version(self, module: str) -> str | None:
        """Return what a project's module consists of; None of an installed one."""

    def closure(self, module: str) -> set[str]:
        """Return a module of the project with those that it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What is known of one object."""

    digest: str
    is_fixed: bool
    """Nothing that it leads to can change."""
    is_plain: bool
    """What can change are lists, dicts and sets, whose sharing is in the digest."""
    is_opaque: bool
    """It cannot be seen whether it changes."""
    mentions: frozenset[str]
    """The chapter's names that its functions read when they are called."""
    shared: tuple[int, ...] = ()
    """Identities of the objects in it that can change, in order."""


OPAQUE = Fingerprint(
    digest="opaque",
    is_fixed=False,
    is_plain=False,
    is_opaque=True,
    mentions=frozenset(),
)


class Fingerprints:
    """Makes fingerprints, and remembers those of what cannot change."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        # The object is kept, so that its identity is not given to another one.
        self._known: dict[int, tuple[object, _Part]] = {}

    def forget(self) -> None:
        """Forget everything: a chapter has ended."""
        self._known.clear()

    def of(self, item: object) -> Fingerprint:
        """Return the fingerprint of an object, without what it shares with others."""
        walk = _Walk(origins=self._origins, known=self._known)
        try:
            part = walk.visit(item)
        except (Unreadable, RecursionError, MemoryError):
            return OPAQUE
        except Exception:  # noqa: BLE001 - an author's class may raise anything
            return OPAQUE
        return Fingerprint(
            digest=part.digest.hex(),
            is_fixed=part.is_fixed,
            is_plain=walk.is_plain,
            is_opaque=False,
            mentions=part.mentions,
            shared=tuple(walk.places),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a name stands for, with what it has in common with other names."""

    digest: str
    names: frozenset[str] = frozenset()
    """Who changes the one may change these."""


def with_sharing(found: Mapping[str, Fingerprint]) -> dict[str, Shared]:
    """Return digests of names that say also with which names they share what.

    Two states with equal digests are alike in content and in sharing, so that the same
    code does the same to both.
    """
    where: dict[int, list[tuple[str, int]]] = {}
    for name, one in found.items():
        for place, identity in enumerate(one.shared):
            where.setdefault(identity, []).append((name, place))
    ties: dict[str, set[tuple[int, str, int]]] = {}
    for places in where.values():
        if len(places) > 1:
            for name, place in places:
                others = {(place, o, p) for o, p in places if o != name}
                ties.setdefault(name, set()).update(others)
    return {name: _shared(one, ties.get(name)) for name, one in found.items()}


def _shared(one: Fingerprint, ties: set[tuple[int, str, int]] | None) -> Shared:
    if not ties:
        return Shared(digest=one.digest)
    return Shared(
        digest=_hash(one.digest, repr(sorted(ties))),
        names=frozenset(name for _, name, _ in ties),
    )


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


# The walk -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of an object within another."""

    digest: bytes
    is_fixed: bool
    mentions: frozenset[str]


_NOTHING: frozenset[str] = frozenset()


class _Walk:
    """One way through an object and all that it leads to."""

    def __init__(
        self, *, origins: Origins, known: dict[int, tuple[object, _Part]]
    ) -> None:
        self.origins = origins
        self.is_plain = True
        self.places: dict[int, int] = {}
        """Identities of what can change, in the order of first sight."""
        self._known = known
        self._left = _MOST_NODES
        self._kept: list[object] = []
        self._states: dict[str, _Part] = {}
        """Of modules of the project, as this walk found them."""
        self._within: set[int] = set()
        self._is_cut = False
        """Whether what was looked at last leads to itself: half of it is not told."""

    def visit(self, item: object) -> _Part:
        self._left -= 1
        if self._left < 0:
            raise Unreadable
        kind = type(item)
        if kind in _PLAIN_ATOMS:
            return _Part(_digest(kind.__name__, repr(item)), True, _NOTHING)
        if kind is str:
            return _Part(_digest("str", item), True, _NOTHING)  # type: ignore[arg-type]
        known = self._known.get(id(item))
        if known is not None:
            return known[1]
        if (place := self.places.get(id(item))) is not None:
            return _Part(_digest("seen", str(place)), False, _NOTHING)
        if id(item) in self._within:
            return self._cut_short("within")
        return self._remembered(item, lambda: self._look(item, kind))

    def _cut_short(self, *said: str) -> _Part:
        """Stand for an object that leads to itself."""
        self._is_cut = True
        return _Part(_digest(*said), True, _NOTHING)

    def _remembered(self, item: object, look: Callable[[], _Part]) -> _Part:
        """Look at an object, once if it is whole and cannot change."""
        was_cut, self._is_cut = self._is_cut, False
        self._within.add(id(item))
        try:
            part = look()
        finally:
            self._within.discard(id(item))
        if part.is_fixed and not self._is_cut:
            self._known[id(item)] = (item, part)
        self._is_cut |= was_cut
        return part

    def _look(self, item: Any, kind: type) -> _Part:  # noqa: ANN401, PLR0911
        if (reader := _READERS.get(kind)) is not None:
            return reader(self, item)
        identity = getattr(kind, "_galley_identity_", None)
        if identity is not None:
            return self._fixed(kind.__qualname__, identity(item))
        if isinstance(item, type):
            return self._class(item)
        if isinstance(item, enum.Enum):
            return self.joined("enum", [kind, item.name])
        if kind.__module__.partition(".")[0] in _ATOMS and isinstance(item, _HASHED):
            return _Part(_digest(kind.__qualname__, repr(item)), True, _NOTHING)
        if dataclasses.is_dataclass(item):
            return self._dataclass(item, kind)
        return self._instance(item, kind)

    # Building blocks ------------------------------------------------------------------

    def joined(self, name: str, children: Iterable[object]) -> _Part:
        """Return what several objects say together."""
        parts = [self.visit(child) for child in children]
        return _Part(
            _digest(name, *(part.digest for part in parts)),
            all(part.is_fixed for part in parts),
            frozenset().union(*(part.mentions for part in parts))
            if parts
            else _NOTHING,
        )

    def _fixed(self, name: str, said: tuple[object, ...]) -> _Part:
        return _Part(_digest(name, repr(said)), True, _NOTHING)

    def changing(
        self, item: object, name: str, children: Iterable[object], *, plain: bool
    ) -> _Part:
        """Return what an object says that others may change."""
        self.places[id(item)] = len(self.places)
        self._kept.append(item)
        self.is_plain &= plain
        part = self.joined(name, children)
        return _Part(part.digest, False, part.mentions)

    def content(self, item: object, identity: int, data: bytes) -> _Part:
        """Return what an object says of which only the bytes are known."""
        self.places.setdefault(identity, len(self.places))
        self._kept.append(item)
        self.is_plain = False
        head = self.visit(type(item))
        return _Part(_digest("bytes", head.digest, data), False, head.mentions)

    # Kinds ----------------------------------------------------------------------------

    def _class(self, item: type) -> _Part:
        if item.__module__ == MAIN:
            members = [
                each
                for pair in sorted(vars(item).items())
                if pair[0] not in ("__dict__", "__weakref__", "__module__")
                for each in pair
            ]
            # Its attributes may be set at any time.
            return self.changing(
                item,
                f"class {item.__qualname__}",
                [type(item), *item.__bases__, *members],
                plain=True,
            )
        return self.named("class", item.__module__, item.__qualname__)

    def named(self, kind: str, module: str, name: str) -> _Part:
        """Return what is known by where it is defined."""
        version = self.origins.version(module)
        if version is None:
            return _Part(_digest(kind, module, name), True, _NOTHING)
        states = [self.module_state(m) for m in sorted(self.origins.closure(module))]
        return _Part(
            _digest(kind, module, name, version, *(s.digest for s in states)),
            False,  # Whoever calls its functions may change what it holds.
            frozenset().union(*(state.mentions for state in states)),
        )

    def module_state(self, module: str) -> _Part:
        """Return what a module of the project holds, apart from its code."""
        if module in self._states:
            return self._states[module]
        found = sys.modules.get(module)
        # Whoever comes back to it on the way through it.
        self._states[module] = _Part(_digest("state of", module), False, _NOTHING)
        if found is None:
            return self._states[module]
        pairs = sorted(_state(found), key=lambda pair: pair[0])
        held = [each for pair in pairs for each in pair]
        # Under the identity of its dictionary: the module itself may be on its way.
        state = self.changing(vars(found), "state", held, plain=self.is_plain)
        self._states[module] = state
        return state

    def module(self, item: types.ModuleType) -> _Part:
        return self.named("module", item.__name__, "")

    def function(self, item: types.FunctionType) -> _Part:
        module = item.__module__ or ""
        inner = [
            *(item.__defaults__ or ()),
            *(
                each
                for pair in sorted((item.__kwdefaults__ or {}).items())
                for each in pair
            ),
            *(_held(cell) for cell in item.__closure__ or ()),
            *(each for pair in sorted(vars(item).items()) for each in pair),
            *(each for p in sorted(item.__annotations__.items()) for each in p),
        ]
        if module != MAIN:
            where = self.named("function", module, item.__qualname__)
            if "<" not in item.__qualname__ and not inner:
                return where
            rest = self.joined("with", inner)
            code = _code(item.__code__)
            return _Part(
                _digest("made", where.digest, code, rest.digest),
                where.is_fixed and rest.is_fixed,
                where.mentions | rest.mentions,
            )
        # Its attributes, and what it encloses, may be set at any time.
        rest = self.changing(item, "function", inner, plain=True)
        return _Part(
            _digest("own", item.__name__, _code(item.__code__), rest.digest),
            False,
            rest.mentions | _mentions(item.__code__),
        )

    def _dataclass(self, item: Any, kind: type) -> _Part:  # noqa: ANN401
        names = [field.name for field in dataclasses.fields(item)]
        held = [each for name in names for each in (name, getattr(item, name, None))]
        frozen = kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        if frozen:
            return self.joined("data", [kind, *held])
        return self.changing(item, "data", [kind, *held], plain=False)

    def _instance(self, item: Any, kind: type) -> _Part:  # noqa: ANN401
        if kind.__module__.partition(".")[0] in _DRAWN or isinstance(item, _UNREADABLE):
            raise Unreadable
        array = sys.modules.get("numpy")
        if array is not None:
            if isinstance(item, array.generic):
                return _Part(_digest(str(item.dtype), item.tobytes()), True, _NOTHING)
            if isinstance(item, array.ndarray) and not item.dtype.hasobject:
                return self._array(item)
            if type(item) is array.ndarray and item.dtype == object:
                # What is in it may be shared with others.
                shape = repr(item.shape)
                return self.changing(item, "objects", [shape, *item.flat], plain=False)
        if _is_simple(kind):
            state = getattr(item, "__dict__", {})
            slots = [n for c in kind.__mro__ for n in _slots(c) if hasattr(item, n)]
            held = [each for pair in sorted(state.items()) for each in pair]
            held += [each for name in slots for each in (name, getattr(item, name))]
            return self.changing(item, "instance", [kind, *held], plain=False)
        return self._pickled(item)

    def _array(self, item: Any) -> _Part:  # noqa: ANN401
        if item.nbytes > _MOST_BYTES:
            raise Unreadable
        base = item
        while getattr(base, "base", None) is not None and hasattr(base.base, "base"):
            base = base.base
        self._kept.append(base)
        shape = repr((item.dtype.str, item.shape)).encode()
        return self.content(item, id(base), shape + item.tobytes())

    def _pickled(self, item: object) -> _Part:
        size = getattr(item, "memory_usage", None)
        if callable(size) and _total(size) > _MOST_BYTES:
            raise Unreadable
        self._note_buffers(item)
        data = pickle.dumps(item, protocol=5)
        if len(data) > _MOST_BYTES:
            raise Unreadable
        own = (MAIN, *self.origins.names)
        if any(name.encode() in data for name in own):
            # Its classes are named in there, but not what they consist of.
            raise Unreadable
        return self.content(item, id(item), data)

    def _note_buffers(self, item: object) -> None:
        """Note the arrays of a data frame, which others may share."""
        if isinstance(item, Iterator):
            # What it goes through may be changed by others.
            raise Unreadable
        manager = getattr(item, "_mgr", None)
        for array in getattr(manager, "arrays", ()):
            base = getattr(array, "_ndarray", array)
            if getattr(getattr(base, "dtype", None), "hasobject", False):
                for each in base.ravel():
                    self.visit(each)
            while getattr(base, "base", None) is not None:
                base = base.base
            self.places.setdefault(id(base), len(self.places))
            self._kept.append(base)


def _total(size: Callable[[], Any]) -> int:
    used = size()
    return int(used if isinstance(used, int) else used.sum())


def _state(module: types.ModuleType) -> Iterator[tuple[str, object]]:
    """Yield what a module and its classes hold that its source alone does not tell."""
    for name, value in vars(module).items():
        if name.startswith("__") or isinstance(value, types.ModuleType):
            continue
        if isinstance(value, type) and value.__module__ == module.__name__:
            for member, held in vars(value).items():
                if not member.startswith("__") and not callable(held):
                    yield f"{name}.{member}", held
        elif not isinstance(value, type) and not _is_bare_function(value):
            yield name, value


def _is_bare_function(value: object) -> bool:
    if not isinstance(value, types.FunctionType):
        return False
    return not (value.__closure__ or value.__defaults__ or value.__kwdefaults__)


def _is_simple(kind: type) -> bool:
    """Say whether all that an instance holds is in its dictionary and slots."""
    own_way = any(
        getattr(kind, name) is not getattr(object, name, None)
        for name in ("__reduce__", "__reduce_ex__", "__getstate__")
        if hasattr(kind, name)
    )
    if own_way or kind.__module__.partition(".")[0] == "pandas":
        return False
    return all(base is object or _is_in_python(base) for base in kind.__mro__)


def _is_in_python(kind: type) -> bool:
    return bool(kind.__flags__ & _HEAP_TYPE)


def _slots(kind: type) -> tuple[str, ...]:
    slots = vars(kind).get("__slots__", ())
    named = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(n for n in named if n not in ("__dict__", "__weakref__"))


def _held(cell: types.CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return "unbound"


def _code(code: types.CodeType) -> bytes:
    """Return what code does, whatever its file, lines and comments."""
    said: list[str | bytes] = [code.co_code]
    said.append(repr((code.co_names, code.co_varnames, code.co_freevars)))
    said.append(repr((code.co_argcount, code.co_kwonlyargcount, code.co_flags)))
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            said.append(_code(constant))
        else:
            said.append(_constant(constant))
    return _digest(*said)


def _constant(constant: object) -> str:
    if isinstance(constant, frozenset):
        return f"frozenset {sorted(map(repr, constant))}"
    return f"{type(constant).__name__} {constant!r}"


def _mentions(code: types.CodeType) -> frozenset[str]:
    """Return the names in a function, of which some are the chapter's."""
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    named = frozenset(code.co_names)
    # What reaches all names is told by a name that no variable has.
    every = {ALL_NAMES} if named & names.REACHING else set()
    return named.union(every, *map(_mentions, inner))


def _digest(*parts: str | bytes) -> bytes:
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = (
            part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        )
        found.update(len(data).to_bytes(8, "little"))
        found.update(data)
    return found.digest()


# How each kind is read ---------------------------------------------------------------


def _sequence(walk: _Walk, item: Any) -> _Part:  # noqa: ANN401
    return walk.changing(item, type(item).__name__, item, plain=True)


def _mapping(walk: _Walk, item: Any) -> _Part:  # noqa: ANN401
    pairs = [each for pair in item.items() for each in pair]
    made = getattr(item, "default_factory", None)
    return walk.changing(item, type(item).__name__, [made, *pairs], plain=True)


def _set(walk: _Walk, item: Any) -> _Part:  # noqa: ANN401
    # In its own order, which shows when somebody goes through it.
    return walk.changing(item, "set", item, plain=True)


def _frozenset(walk: _Walk, item: Any) -> _Part:  # noqa: ANN401
    parts = [walk.visit(each) for each in item]
    return _Part(
        _digest("frozenset", *(part.digest for part in parts)),
        all(part.is_fixed for part in parts),
        frozenset().union(*(part.mentions for part in parts)) if parts else _NOTHING,
    )


def _bytes(walk: _Walk, item: bytes) -> _Part:
    return _Part(_digest("bytes", item), True, _NOTHING)


def _bytearray(walk: _Walk, item: bytearray) -> _Part:
    return walk.changing(item, "bytearray", [bytes(item)], plain=True)


def _builtin(walk: _Walk, item: Any) -> _Part:  # noqa: ANN401
    owner = item.__self__
    if owner is None or isinstance(owner, types.ModuleType):
        return _Part(_digest("built-in", repr(item.__qualname__)), True, _NOTHING)
    return walk.joined(f"built-in {item.__name__}", [owner])


def _descriptor(walk: _Walk, item: Any) -> _Part:  # noqa: ANN401
    return _Part(_digest("descriptor", repr(item)), True, _NOTHING)


def _cached(walk: _Walk, item: Any) -> _Part:  # noqa: ANN401
    return walk.joined("cached", [item.__wrapped__])


_READERS: dict[type, Callable[[_Walk, Any], _Part]] = {
    tuple: lambda walk, item: walk.joined("tuple", item),
    frozenset: _frozenset,
    bytes: _bytes,
    bytearray: _bytearray,
    list: _sequence,
    deque: _sequence,
    dict: _mapping,
    defaultdict: _mapping,
    OrderedDict: _mapping,
    Counter: _mapping,
    set: _set,
    types.ModuleType: lambda walk, item: walk.module(item),
    types.FunctionType: lambda walk, item: walk.function(item),
    types.BuiltinFunctionType: _builtin,
    types.MethodType: lambda walk, i: walk.joined("method", [i.__func__, i.__self__]),
    types.WrapperDescriptorType: _descriptor,
    types.MethodDescriptorType: _descriptor,
    types.ClassMethodDescriptorType: _descriptor,
    types.GetSetDescriptorType: _descriptor,
    types.MemberDescriptorType: _descriptor,
    partial: lambda walk, i: walk.joined(
        "partial", [i.func, i.args, *(e for p in i.keywords.items() for e in p)]
    ),
    property: lambda walk, i: walk.joined("property", [i.fget, i.fset, i.fdel]),
    staticmethod: lambda walk, i: walk.joined("static", [i.__func__]),
    classmethod: lambda walk, i: walk.joined("class method", [i.__func__]),
    types.GenericAlias: _descriptor,
    range: _descriptor,
    slice: _descriptor,
}


def _cache_type() -> type:
    from functools import lru_cache  # noqa: PLC0415 - for its type only

    return type(lru_cache(_cache_type))


_READERS[_cache_type()] = _cached


def _hashed_types() -> tuple[type, ...]:
    import datetime  # noqa: PLC0415
    import decimal  # noqa: PLC0415
    import fractions  # noqa: PLC0415
    import pathlib  # noqa: PLC0415
    import re  # noqa: PLC0415

    return (
        datetime.date,
        datetime.time,
        datetime.timedelta,
        datetime.tzinfo,
        decimal.Decimal,
        fractions.Fraction,
        pathlib.PurePath,
        re.Pattern,
    )


_HASHED = _hashed_types()
_DRAWN = frozenset({"matplotlib", "mpl_toolkits"})
"""Drawings lead to each other in ways that no name shows."""
_UNREADABLE = (types.GeneratorType, types.CoroutineType, types.FrameType)
