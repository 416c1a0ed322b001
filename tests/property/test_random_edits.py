"""Random edits of a small project: what is remembered equals a clean run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from galleyproof import execute
from galleyproof.execute import Execution
from galleyproof.kernel import Kernel
from galleyproof.qmd import parse
from galleyproof.qmd.model import Chapter
from galleyproof.spans import Source
from galleyproof.store import Store

_NAMES = st.sampled_from("abc")
_NUMBERS = st.integers(0, 3)
_CELLS = st.one_of(
    st.builds("{} = {}".format, _NAMES, _NUMBERS),
    st.builds("{} = [{}]".format, _NAMES, _NUMBERS),
    st.builds("{} = {}".format, _NAMES, _NAMES),
    st.builds("{} = [{}, {}]".format, _NAMES, _NAMES, _NUMBERS),
    st.builds("{}.append({})".format, _NAMES, _NUMBERS),
    st.builds("{} += [{}]".format, _NAMES, _NUMBERS),
    st.builds("def f(): return {}".format, _NAMES),
    st.builds("def {}(): return {}".format, _NAMES, _NAMES),
    st.builds("print(f())".format),
    st.builds("{} = f".format, _NAMES),
    st.builds("print({}, {})".format, _NAMES, _NAMES),
    st.builds("if {}:\n    {} = {}".format, _NAMES, _NAMES, _NUMBERS),
    st.builds(
        "for {} in range({}): {} = [{}]".format, _NAMES, _NUMBERS, _NAMES, _NAMES
    ),
    st.builds("#| error: true\n{}.append({})\n{} = 1".format, _NAMES, _NUMBERS, _NAMES),
    st.builds("class C:\n    n = {}".format, _NAMES),
    st.builds("C.n = {}".format, _NAMES),
    st.builds("{} = C()".format, _NAMES),
    st.builds("print(C.n)".format),
    st.builds("print({}.n)".format, _NAMES),
    st.builds("import m".format),
    st.builds("from m import held, put".format),
    st.builds("put({})".format, _NUMBERS),
    st.builds("import m\nm.put({})".format, _NAMES),
    st.builds("{} = m.held".format, _NAMES),
    st.builds("import random\nrandom.seed({})".format, _NUMBERS),
    st.builds("import random\n{} = random.randrange(99)".format, _NAMES),
    st.builds("{} = open('t.txt').read()".format, _NAMES),
    st.builds("{} = iter([{}])".format, _NAMES, _NAMES),
    st.builds("print(next({}, None))".format, _NAMES),
    st.builds("with open('o.txt', 'w') as to: to.write(str({}))".format, _NAMES),
    st.builds("print(open('o.txt').read())".format),
    st.builds("import os\nprint(os.path.exists('t.txt'), {})".format, _NAMES),
    st.builds("import os\nos.environ['GP_X'] = str({})".format, _NAMES),
    st.builds("import os\nprint(os.environ.get('GP_X'))".format),
    st.builds("del {}".format, _NAMES),
    st.builds("`{}`".format, _NAMES),
    st.builds("`{}.append({})`".format, _NAMES, _NUMBERS),
    st.builds("`len([{}, f])`".format, _NAMES),
)
_FILES = {
    "m.py": st.builds(
        "held = [{}]\ndef put(n):\n    held.append(n)  # {}\n".format,
        _NUMBERS,
        _NUMBERS,
    ),
    "t.txt": st.builds(str, _NUMBERS),
}
_BEGUN = ["a = [1]\nb = 2\nc = a", "def f(): return a"]


class Project:
    """A chapter and files under random edits."""

    def __init__(self, kernel: Kernel) -> None:
        self.directory = kernel.directory
        self._kernel = kernel
        for path in self.directory.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        self._store = Store.open(self.directory / ".galley" / "cache")
        self.cells: list[str] = []

    def edit(self, data: st.DataObject) -> None:
        """Change, add, remove, move or comment a cell, or change a file."""
        where = data.draw(st.integers(0, max(0, len(self.cells) - 1)))
        match data.draw(st.sampled_from(["set", "set", "add", "drop", "move", "file"])):
            case "set":
                self.cells[where : where + 1] = [data.draw(_CELLS)]
            case "add":
                self.cells.insert(where, data.draw(_CELLS))
            case "drop":
                del self.cells[where : where + 1]
            case "move":
                self.cells.append(self.cells.pop(where) if self.cells else "a = 1")
            case _:
                name = data.draw(st.sampled_from(sorted(_FILES)))
                (self.directory / name).write_text(data.draw(_FILES[name]))

    def chapter(self) -> Chapter:
        blocks = [
            f"So `{{python}} {cell.strip('`')}`.\n"
            if cell.startswith("`")
            else f"```{{python}}\n{cell}\n```\n"
            for cell in [*_BEGUN, *self.cells]
        ]
        return parse(Source("a.qmd", "\n".join(blocks)))

    def check(self) -> None:
        """Compare what is remembered with a clean run."""
        chapters = [self.chapter()]
        done = execute.run(chapters, self._kernel, store=self._store)
        left = self.left()
        clean = execute.run(chapters, self._kernel)
        told = [reason.name for reason in done.reasons if reason.ran]
        if not clean.repeatable:  # An address, or chance without a seed.
            return
        assert _results(done) == _results(clean), (self.cells, told)
        assert left == self.left(), (self.cells, told)

    def left(self) -> str | None:
        path = self.directory / "o.txt"
        return path.read_text() if path.exists() else None


def _results(done: Execution) -> tuple[Any, ...]:
    cells = {place: (c.outputs, c.evaluated) for place, c in done.cells.items()}
    return cells, done.inlines, done.entries, done.diagnostics


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with Kernel(tmp_path_factory.mktemp("project")) as kernel:
        yield kernel


@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_what_is_remembered_is_what_a_clean_run_gives(
    kernel: Kernel, data: st.DataObject
) -> None:
    project = Project(kernel)
    project.cells = data.draw(st.lists(_CELLS, min_size=2, max_size=6))
    for name, contents in _FILES.items():
        (project.directory / name).write_text(data.draw(contents))
    project.check()
    for _ in range(data.draw(st.integers(1, 5))):
        project.edit(data)
        project.check()
