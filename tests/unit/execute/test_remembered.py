"""What is remembered is what a run from the beginning gives, edit after edit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from galleyproof import execute
from galleyproof.execute import Execution
from galleyproof.kernel import Kernel
from galleyproof.qmd import parse
from galleyproof.qmd.model import Chapter
from galleyproof.spans import Source
from galleyproof.store import Store

Step = Mapping[str, str | Sequence[str] | None]
"""Files to write (None: to remove), and chapters as lists of cells."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with Kernel(tmp_path_factory.mktemp("project")) as kernel:
        yield kernel


@pytest.fixture
def kernel(shared: Kernel) -> Kernel:
    if not shared.alive:
        shared.restart()
    for path in shared.directory.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return shared


def chapter(name: str, cells: Sequence[str]) -> Chapter:
    blocks = [
        f"Text `{{python}} {cell.strip('`')}` here.\n"
        if cell.startswith("`")
        else f"```{{python}}\n{dedent(cell).strip()}\n```\n"
        for cell in cells
    ]
    return parse(Source(f"{name}.qmd", "\n".join(blocks)))


def take(directory: Path, step: Step) -> list[Chapter]:
    """Write the files of a step, and return its chapters."""
    chapters = []
    for name, content in step.items():
        if content is None:
            (directory / name).unlink()
        elif isinstance(content, str):
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / name).write_text(content)
        else:
            chapters.append(chapter(name, content))
    return chapters


def results(done: Execution) -> tuple[Any, ...]:
    """Return what a reader would see; how long it took is left out."""
    cells = {place: (c.outputs, c.evaluated) for place, c in done.cells.items()}
    return cells, done.inlines, done.entries, done.diagnostics


def ran(done: Execution) -> list[str]:
    return [reason.name for reason in done.reasons if reason.ran]


def follow(kernel: Kernel, steps: Sequence[Step]) -> list[list[str]]:
    """Take the steps, compare each with a clean run, and return what ran."""
    store = Store.open(kernel.directory / ".galley" / "cache")
    told = []
    for step in steps:
        chapters = take(kernel.directory, step)
        done = execute.run(chapters, kernel, store=store)
        clean = execute.run(chapters, kernel)
        assert results(done) == results(clean), ran(done)
        told.append(ran(done))
    return told


def edits(*versions: Sequence[str], **files: str) -> list[Step]:
    """Return the versions of one chapter as steps."""
    first, *rest = versions
    return [{**files, "a": first}, *({"a": each} for each in rest)]


def changed(name: str, contents: Sequence[str], *cells: str) -> list[Step]:
    """Return steps in which a file changes below one chapter."""
    return [{name: content, "a": cells} for content in contents]


_SUPPRESSED = """
    from contextlib import suppress
    with suppress(ZeroDivisionError):
        1 / 0
        x = 5
    print(x)
"""
_OWN_X = """
    class A:
        x = 5
        def f(self):
            return x
    print(A().f())
"""
_COUNTING = """
    def make():
        n = 0
        def count():
            nonlocal n
            n += 1
            return n
        return count
    count = make()
"""
_LAZY = ("def f():\n    import n\n    return n.g()", "print(f())", "print(f(), 1)")
_FAILS = "#| error: true\n1 / 0\nx = 5"

SCENARIOS: dict[str, list[Step]] = {
    # What a cell reads.
    "a class hides its names from its methods": edits(
        ["x = 1", _OWN_X], ["x = 2", _OWN_X]
    ),
    "what is suppressed may not bind": edits(
        ["x = 1", _SUPPRESSED], ["x = 2", _SUPPRESSED]
    ),
    "a cell that fails may not bind": edits(
        ["x = 1", _FAILS, "print(x)"],
        ["x = 2", _FAILS, "print(x)"],
        ["x = 2", _FAILS, "print(x, x)"],
    ),
    "a cell that is imported from": edits(
        ["x = 1", "from __main__ import x as z\nprint(z)"],
        ["x = 2", "from __main__ import x as z\nprint(z)"],
    ),
    "a function that evaluates": edits(
        ["def f(s): return eval(s)", "x = 1", "print(f('x'))"],
        ["def f(s): return eval(s)", "x = 2", "print(f('x'))"],
    ),
    "a function before what it calls": edits(
        ["def f(): return g()", "def g(): return 1", "print(f())"],
        ["def f(): return g()", "def g(): return 2", "print(f())"],
        ["def f(): return g()", "g = lambda: 3", "print(f())"],
    ),
    "an annotation": edits(
        ["T = 'a'", "def f(a: T): ...\nprint(f.__annotations__)"],
        ["T = 'b'", "def f(a: T): ...\nprint(f.__annotations__)"],
    ),
    "a name with underscores": edits(
        ["__version__ = 1", "print(__version__)"],
        ["__version__ = 2", "print(__version__)"],
    ),
    "a name that was built in": edits(
        ["x = 3", "print(len([1]))"],
        ["len = lambda q: 7", "print(len([1]))"],
        ["x = 3", "print(len([1]))"],
    ),
    "a name that is gone": edits(
        ["x = 1", "del x", "print('x' in globals())"],
        ["x = 1", "y = 1", "print('x' in globals())"],
    ),
    # What a variable holds.
    "an attribute of a class": edits(
        ["class C: n = 0", "C.n += 1", "print(C.n)"],
        ["class C: n = 5", "C.n += 1", "print(C.n)"],
        ["class C: n = 5", "C.n += 2", "print(C.n)"],
    ),
    "an attribute of a function": edits(
        ["def f(): ...\nf.n = 0", "f.n += 1", "print(f.n)"],
        ["def f(): ...\nf.n = 0", "f.n += 2", "print(f.n)"],
    ),
    "what a function encloses": edits(
        [_COUNTING, "count()", "print(count())"],
        [_COUNTING, "count(); count()", "print(count())"],
    ),
    "a text of documentation": edits(
        ["class C:\n    'one'", "print(C.__doc__)"],
        ["class C:\n    'two'", "print(C.__doc__)"],
    ),
    "a class of a class": edits(
        *(
            [
                "class M(type):\n"
                f"    def __getattr__(c, n): return {n}\n"
                "class A(metaclass=M): ...",
                "print(A.z)",
            ]
            for n in (1, 2)
        )
    ),
    "the order of a set": edits(["d = {8, 0}", "print(d)"], ["d = {0, 8}", "print(d)"]),
    "a generator": edits(
        ["g = (i for i in range(4))", "next(g)", "print(next(g))"],
        ["g = (i for i in range(4))", "next(g); next(g)", "print(next(g))"],
        ["g = (i for i in range(5))", "next(g); next(g)", "print(list(g))"],
    ),
    "a random generator": edits(
        ["import random\nr = random.Random(1)", "print(r.random())", "r.random()"],
        ["import random\nr = random.Random(1)", "print(7)", "r.random()"],
        ["import random\nr = random.Random(2)", "print(7)", "r.random()"],
    ),
    "a seed": edits(
        ["import random\nrandom.seed(1)", "x = random.random()", "random.random()"],
        ["import random\nrandom.seed(2)", "x = random.random()", "random.random()"],
        ["import random\nrandom.seed(2)", "x = 1", "random.random()"],
    ),
    # Who shares what.
    "a list in a list": edits(
        ["a = [1]", "b = [a, 5]", "a.append(2)", "print(b)"],
        ["a = [1]", "b = [a, 6]", "a.append(2)", "print(b)"],
    ),
    **{
        f"a list behind {name}": edits(
            ["a = [1]", made, "a.sort()", shown],
            ["a = [1]", made, "a.append(3)", shown],
            ["a = [1]", made, "a.append(4)", shown],
            ["a = [1]", made, "a.sort()", shown],
        )
        for name, made, shown in (
            ("a name", "c = a", "print(c)"),
            ("an iterator", "c = iter(a)", "print(list(c))"),
            ("a map", "c = map(str, a)", "print(list(c))"),
            ("a method", "c = a.append", "print(c.__self__)"),
            ("a view", "q = {1: a}; c = q.values()", "print(c)"),
            (
                "an array",
                "import numpy as np\nc = np.array([a, 1], dtype=object)",
                "print(c)",
            ),
        )
    },
    "a view of an array": edits(
        ["import numpy as np\nd = np.arange(4)", "s = d[1:]", "s[0] = 9", "print(d)"],
        ["import numpy as np\nd = np.arange(4)", "s = d[1:]", "s[0] = 8", "print(d)"],
        ["import numpy as np\nd = np.arange(5)", "s = d[2:]", "s[0] = 8", "print(d)"],
    ),
    # The world.
    "a file that stays open": changed(
        "t.txt", ["one", "two"], "f = open('t.txt')", "print(f.read())"
    ),
    "a generator of a file": changed(
        "t.txt",
        ["one", "two"],
        "g = (line for line in open('t.txt').readlines())",
        "print(list(g))",
    ),
    "a file that is written": edits(
        ["x = 3", "open('o', 'w').write(str(x))", "print(open('o').read())"],
        ["x = 4", "open('o', 'w').write(str(x))", "print(open('o').read())"],
        ["x = 3", "open('o', 'w').write(str(x))", "print(open('o').read())"],
        ["x = 3", "open('o', 'w').write(str(x))", "print(open('o').read(), 1)"],
    ),
    "a file that is overwritten": edits(
        *(
            [
                "open('o', 'w').write('1')",
                f"print(open('o').read(), {n})",
                "open('o', 'w').write('3')",
                f"print(open('o').read(), {m})",
            ]
            for n, m in ((1, 1), (2, 1), (2, 2))
        )
    ),
    "names in a directory": [
        {"d/a": "", "a": ["import os\nprint(sorted(os.listdir('d')))"]},
        {"d/b": "", "a": ["import os\nprint(sorted(os.listdir('d')))"]},
        {"d/a": None, "a": ["import os\nprint(sorted(os.listdir('d')))"]},
    ],
    "a file that is not there": [
        {"a": ["import os\nprint(os.path.exists('q'))"]},
        {"q": "", "a": ["import os\nprint(os.path.exists('q'))"]},
    ],
    # Modules.
    "a module that is used by a module": [
        {
            "m.py": "import n\ndef f(): return n.g()\n",
            "n.py": "def g(): return 1\n",
            "a": ["import m", "print(m.f())"],
        },
        {"n.py": "def g(): return 2\n", "a": ["import m", "print(m.f())"]},
    ],
    "a module that a function imports": changed(
        "n.py", ["def g(): return 1\n", "def g(): return 2\n"], *_LAZY
    ),
    "a module that is imported again": changed(
        "n.py",
        ["def g(): return 1\n", "def g(): return 2\n"],
        "import n",
        "import n\nprint(n.g())",
        "from n import g\nprint(g())",
    ),
    "a file that a module reads": [
        {"m.py": "v = open('t').read()\n", "t": "1", "a": ["import m", "print(m.v)"]},
        {"t": "2", "a": ["import m", "print(m.v)"]},
    ],
    "what a module holds": edits(
        ["import m", "m.L.append(1)", "print(m.L)"],
        ["import m", "m.L.append(2)", "print(m.L)"],
        **{"m.py": "L = []\n"},
    ),
    "what a module's module holds": edits(
        ["import m", "m.put(1)", "print(m.get())"],
        ["import m", "m.put(2)", "print(m.get())"],
        **{
            "m.py": "import n\ndef put(k): n.L.append(k)\ndef get(): return n.L\n",
            "n.py": "L = []\n",
        },
    ),
    "a counter of a module": edits(
        ["from m import count", "count()", "print(count())"],
        ["from m import count", "count(); count()", "print(count())"],
        **{"m.py": "n = 0\ndef count():\n    global n\n    n += 1\n    return n\n"},
    ),
    "a package": [
        {
            "p/__init__.py": "K = 1\n",
            "p/q.py": "from . import K, r\ndef h(): return r.v + K\n",
            "p/r.py": "v = 1\n",
            "a": ["from p import q", "print(q.h())"],
        },
        {"p/r.py": "v = 2\n", "a": ["from p import q", "print(q.h())"]},
        {"p/__init__.py": "K = 2\n", "a": ["from p import q", "print(q.h())"]},
    ],
    "a module that is there at last": [
        {"a": ["try:\n    import zq\nexcept ImportError:\n    print('no')"]},
        {
            "zq.py": "print('yes')\n",
            "a": ["try:\n    import zq\nexcept ImportError:\n    print('no')"],
        },
    ],
    # What no variable holds.
    **{
        name: edits([one, shown], [two, shown])
        for name, one, two, shown in (
            (
                "an attribute of a library",
                "import math\nmath.pi = 3",
                "import math\nmath.pi = 4",
                "print(math.pi)",
            ),
            (
                "a setting of a library",
                "import logging, sys\n"
                "logging.basicConfig(format='A', stream=sys.stdout, force=True)",
                "import logging, sys\n"
                "logging.basicConfig(format='B', stream=sys.stdout, force=True)",
                "import logging\nlogging.warning('x')",
            ),
            ("a magic", "%precision 3", "%precision 5", "1 / 3"),
            ("the last result", "5", "6", "print(_)"),
            ("a name of IPython", "open = int", "open = float", "print(open('1'))"),
        )
    },
    # Expressions, failures, names of chapters.
    "an expression that changes something": edits(
        ["x = [1]", "`len(x)`", "`x.append(1)`", "`len(x)`", "print(x)"],
        ["x = [1, 2]", "`len(x)`", "`x.append(1)`", "`len(x)`", "print(x)"],
        ["x = [1, 2]", "`len(x)`", "`x.append(3)`", "`len(x)`", "print(x)"],
        ["x = [1, 2]", "`len(x)`", "`x.pop()`", "`len(x)`", "print(x)"],
    ),
    "a failure that is mended": edits(
        ["x = 1", "print(z)", "print(x)"],
        ["x = 1", "z = 2\nprint(z)", "print(x)"],
        ["x = 1", "print(z)", "print(x)"],
    ),
    "a chapter that is renamed": [
        {"a": ["x = 1", "print(x)"]},
        {"b": ["x = 1", "print(x)"]},
        {"b": ["x = 2", "print(x)"], "a": ["print(5)"]},
    ],
    "a warning that moves": edits(
        ["x = 1", "import warnings\nwarnings.warn('hm')"],
        ["x = 1\n# two", "import warnings\nwarnings.warn('hm')"],
    ),
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_is_as_if_all_ran(kernel: Kernel, name: str) -> None:
    follow(kernel, SCENARIOS[name])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["x = 1", "print(x)"], ["# why\nx = 1", "print(x)"], []),
        (["x = 1", "print(x)"], ["x = 1 ", "print( x )"], []),
        (["x = 1", "print(5)"], ["x = 2", "print(5)"], ["x = 2"]),
        (["x = 1", "y = x // 2", "print(y)"], ["x = 0", "y = x // 2", "print(y)"], 2),
        (
            ["a = [1]", "b = [2]", "a.append(1)"],
            ["a = [1]", "b = [3]", "a.append(1)"],
            1,
        ),
        (["x = 1", "`x`", "`5`"], ["x = 2", "`x`", "`5`"], ["x = 2", "x"]),
    ],
)
def test_what_is_not_affected_does_not_run(
    kernel: Kernel, before: list[str], after: list[str], expected: list[str] | int
) -> None:
    _, told = follow(kernel, [{"a": before}, {"a": after}])
    assert (told if isinstance(expected, list) else len(told)) == expected
