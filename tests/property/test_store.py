"""The cache against a dictionary, whatever is done with it and to it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from galleyproof.store import Store

KINDS = st.sampled_from(["cell", "tree", "a-b"])
KEYS = st.sampled_from(["", "a", "a\0b", "ä" * 300, "\ud800", "../../x"])


class Cache(RuleBasedStateMachine):
    """What is found is what was put last; what is damaged or evicted is not found."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch = tempfile.TemporaryDirectory()
        self.place = Path(self.scratch.name) / "cache"
        self.limit = 2000
        self.open()
        self.said: dict[tuple[str, str], bytes] = {}

    def teardown(self) -> None:
        self.scratch.cleanup()

    @rule()
    def open(self) -> None:
        self.store = Store.open(self.place, limit_bytes=self.limit)

    @rule(kind=KINDS, key=KEYS, data=st.binary(max_size=900))
    def put(self, kind: str, key: str, data: bytes) -> None:
        self.store.put(kind, key, data)
        self.said[kind, key] = data
        assert self.store.get(kind, key) == data

    @rule(kind=KINDS, key=KEYS)
    def get(self, kind: str, key: str) -> None:
        assert self.store.get(kind, key) in (None, self.said.get((kind, key)))

    @rule(which=st.integers(0, 50), at=st.integers(0, 2000), byte=st.integers(0, 255))
    def damage(self, which: int, at: int, byte: int) -> None:
        files = sorted(p for p in self.place.rglob("*") if p.is_file())
        if files:
            file = files[which % len(files)]
            damaged = bytearray(file.read_bytes() or b"\0")
            damaged[at % len(damaged)] = byte
            file.write_bytes(damaged)

    @rule(which=st.integers(0, 50), length=st.integers(0, 900))
    def truncate(self, which: int, length: int) -> None:
        files = sorted(p for p in self.place.rglob("*") if p.is_file())
        if files:
            file = files[which % len(files)]
            file.write_bytes(file.read_bytes()[:length])

    @rule()
    def clean(self) -> None:
        self.store.clean()
        assert self.store.info().entries == 0

    @invariant()
    def nothing_went_wrong(self) -> None:
        assert self.store.problem == ""


TestCache = Cache.TestCase
TestCache.settings = settings(deadline=None, stateful_step_count=30)
