"""A real kernel: what it shows, how it fails, where it stops."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from galleyproof.errors import ToolMissingError
from galleyproof.kernel import Kernel
from galleyproof.outputs import (
    ACCOUNT_TYPE,
    BARE_TYPE,
    Expression,
    Failure,
    Output,
    Place,
)

PLACE = Place(path="chapter.qmd", line=10)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def shared(directory: Path) -> Iterator[Kernel]:
    with Kernel(directory, environment={"SOURCE_DATE_EPOCH": "1"}) as kernel:
        yield kernel


@pytest.fixture
def kernel(shared: Kernel) -> Kernel:
    if not shared.alive:
        shared.restart()
    shared.reset()
    return shared


def printed(outputs: tuple[Output, ...], name: str = "stdout") -> str:
    return "".join(o.text for o in outputs if o.kind == "stream" and o.name == name)


def expression(code: str, line: int = 3, byte_column: int = 0) -> Expression:
    place = Place(path="chapter.qmd", line=line, byte_column=byte_column)
    return Expression(code=code, place=place)


def test_outputs_come_in_their_order(kernel: Kernel) -> None:
    run = kernel.execute(
        "import sys\n"
        "from IPython.display import display, Markdown\n"
        "print('one'); print('two')\n"
        "display(Markdown('*three*'))\n"
        "print('four', file=sys.stderr)\n"
        "5",
        place=PLACE,
    )
    assert run.end == "done"
    assert [o.kind for o in run.outputs] == ["stream", "display", "stream", "display"]
    assert run.outputs[0].text == "one\ntwo\n"
    assert run.outputs[1].data["text/markdown"] == "*three*"
    assert (run.outputs[2].name, run.outputs[2].text) == ("stderr", "four\n")
    assert run.outputs[3].data == {"text/plain": "5"}


def test_output_of_the_process_itself_is_not_lost(kernel: Kernel) -> None:
    run = kernel.execute(
        "import os\nos.system('echo from a child')\nos.write(1, b'raw')\nNone"
    )
    assert printed(run.outputs) == "from a child\nraw"


def test_figures_are_vector_and_bitmap(kernel: Kernel) -> None:
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone"
    run = kernel.execute(code, figure_size=(2, 1))
    (figure,) = run.outputs
    svg, png = figure.data["image/svg+xml"], figure.data["image/png"]
    assert isinstance(svg, str)
    assert "<svg" in svg
    assert isinstance(png, bytes)
    assert png.startswith(b"\x89PNG")
    again = kernel.execute("plt.plot([1, 2])\nNone", figure_size=(2, 1))
    assert again.outputs[0].data["image/svg+xml"] == svg, "same cell, other bytes"
    size = kernel.execute("print(plt.rcParams['figure.figsize'])")
    assert printed(size.outputs) == "[6.4, 4.8]\n"


def test_a_failure_is_told_in_lines_of_the_chapter(kernel: Kernel) -> None:
    run = kernel.execute("def f():\n    return 1/0\n\nf()", place=PLACE)
    assert run.end == "failed"
    assert run.failure is not None
    assert run.failure.name == "ZeroDivisionError"
    innermost, outermost = run.failure.frames
    assert (innermost.path, innermost.line) == ("chapter.qmd", 11)
    assert innermost.byte_column == len("    return ")
    assert (outermost.line, outermost.function) == (13, "<module>")
    assert run.failure.traceback.splitlines()[0] == "Traceback (most recent call last):"


def test_a_traceback_holds_no_foreign_frames(kernel: Kernel) -> None:
    kernel.execute("import json")
    run = kernel.execute("json.loads('{')", place=PLACE)
    assert run.failure is not None
    assert 'File "chapter.qmd", line 10' in run.failure.traceback
    assert 'File "json/decoder.py"' in run.failure.traceback
    for foreign in ("IPython", "ipykernel", "galleyproof", "<ipython-input"):
        assert foreign not in run.failure.traceback


def test_chained_exceptions_are_all_told(kernel: Kernel) -> None:
    code = "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('b') from e"
    run = kernel.execute(code, place=PLACE)
    assert run.failure is not None
    assert "KeyError: 'a'" in run.failure.traceback
    assert "direct cause" in run.failure.traceback
    assert run.failure.frames[0].line == 13


def test_a_syntax_error_is_at_its_place(kernel: Kernel) -> None:
    run = kernel.execute("x = 1\ny = (2 3)", place=PLACE)
    assert run.failure is not None
    frame = run.failure.frames[0]
    assert (frame.path, frame.line, frame.byte_column) == ("chapter.qmd", 11, 5)


def test_a_representation_that_raises_is_a_failure(kernel: Kernel) -> None:
    code = (
        "class A:\n  def _repr_markdown_(self):\n    raise LookupError('no row')\nA()"
    )
    run = kernel.execute(code, place=PLACE)
    assert run.end == "failed"
    assert run.failure is not None
    assert (run.failure.name, run.failure.message) == ("LookupError", "no row")


def test_warnings_name_the_chapter(kernel: Kernel) -> None:
    run = kernel.execute("import warnings\nwarnings.warn('mind this')", place=PLACE)
    assert "chapter.qmd:11: UserWarning: mind this" in printed(run.outputs, "stderr")


def test_sys_exit_is_a_failure_and_the_kernel_lives(kernel: Kernel) -> None:
    run = kernel.execute("import sys\nsys.exit(3)", place=PLACE)
    assert run.failure is not None
    assert (run.end, run.failure.name) == ("failed", "SystemExit")
    assert kernel.alive


def test_quit_is_noticed(kernel: Kernel) -> None:
    assert kernel.execute("quit()").end == "exited"


def test_questions_are_not_waited_for(kernel: Kernel) -> None:
    run = kernel.execute("input('name?')", timeout_s=20)
    assert run.failure is not None
    assert run.failure.name == "StdinNotImplementedError"


def test_a_cell_that_hangs_is_interrupted_where_it_is(kernel: Kernel) -> None:
    code = "import time\nprint('before')\nwhile True:\n    time.sleep(1)"
    run = kernel.execute(code, place=PLACE, timeout_s=0.5)
    assert run.end == "timeout"
    assert printed(run.outputs) == "before\n"
    assert run.failure is not None
    assert run.failure.frames[0].line == 13
    assert kernel.alive


def test_a_cell_that_will_not_be_interrupted_is_killed(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("galleyproof.kernel.INTERRUPT_GRACE_S", 0.5)
    code = (
        "import time\n"
        "while True:\n"
        "    try: time.sleep(1)\n"
        "    except KeyboardInterrupt: pass"
    )
    began = time.monotonic()
    run = kernel.execute(code, timeout_s=0.5)
    assert run.end == "timeout"
    assert not kernel.alive
    assert time.monotonic() - began < 5


def test_a_cell_that_prints_too_much_is_cut(kernel: Kernel) -> None:
    run = kernel.execute(
        "while True: print('x' * 999)", output_limit=50_000, timeout_s=20
    )
    assert run.end == "flood"
    assert len(printed(run.outputs)) == 50_000


def test_exactly_the_limit_is_allowed(kernel: Kernel) -> None:
    run = kernel.execute("print('x' * 999)", output_limit=1000)
    assert run.end == "done"


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("import os; os._exit(3)", "it exited with status 3"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "it was killed by signal 9 (SIGKILL)",
        ),
    ],
)
def test_a_kernel_that_dies_is_noticed(kernel: Kernel, code: str, note: str) -> None:
    run = kernel.execute(code, timeout_s=20)
    assert (run.end, run.note) == ("died", note)
    assert kernel.execute("1").end == "died"


def test_expressions_are_evaluated_in_one_round_trip(kernel: Kernel) -> None:
    kernel.execute(
        "class M:\n  def _repr_markdown_(self): return '**m**'\nx = 7\ns = 'a*b'"
    )
    done = kernel.evaluate([expression(c) for c in ("x", "s", "M()", "nope", "x +")])
    number, text, markdown, unknown, broken = done.results
    assert isinstance(number, dict)
    assert json.loads(number.pop(ACCOUNT_TYPE))["reads"] == ["x"]
    assert number == {"text/plain": "7", BARE_TYPE: "int"}
    assert isinstance(text, dict)
    assert text["text/plain"] == "a*b"
    assert isinstance(markdown, dict)
    assert markdown["text/markdown"] == "**m**"
    assert isinstance(unknown, Failure)
    assert unknown.message == "name 'nope' is not defined"
    assert isinstance(broken, Failure)
    assert broken.name == "SyntaxError"


def test_a_failing_expression_knows_its_column(kernel: Kernel) -> None:
    done = kernel.evaluate([expression("1 + nope", line=4, byte_column=20)])
    (failure,) = done.results
    assert isinstance(failure, Failure)
    assert (failure.frames[0].line, failure.frames[0].byte_column) == (4, 24)


def test_expressions_beyond_the_limit_of_time_have_no_result(kernel: Kernel) -> None:
    kernel.execute("import time")
    done = kernel.evaluate([expression("time.sleep(9)")], timeout_s=0.3)
    assert (done.run.end, done.results) == ("timeout", ())


def test_reset_forgets_the_chapter(kernel: Kernel, directory: Path) -> None:
    kernel.execute(
        "import os, sys, matplotlib.pyplot as plt\n"
        "x = 1\n"
        "os.chdir('/')\n"
        "os.environ['LEFT'] = 'behind'\n"
        "sys.path.insert(0, 'elsewhere')\n"
        "plt.rcParams['lines.linewidth'] = 9\n"
        "plt.figure()\n"
        "plt.ioff()\n"
    )
    kernel.reset()
    run = kernel.execute(
        "import os, sys, matplotlib.pyplot as plt\n"
        "print('x' in globals(), os.getcwd(), 'LEFT' in os.environ,\n"
        "      'elsewhere' in sys.path, plt.rcParams['lines.linewidth'],\n"
        "      plt.get_fignums())"
    )
    assert printed(run.outputs) == f"False {directory} False False 1.5 []\n"


def test_the_kernel_is_the_same_for_everybody(kernel: Kernel) -> None:
    run = kernel.execute(
        "import os, sys\n"
        "print(os.environ['PYTHONHASHSEED'], os.environ['SOURCE_DATE_EPOCH'],\n"
        "      os.path.exists(get_ipython().history_manager.hist_file))"
    )
    assert printed(run.outputs) == "0 1 False\n"


def test_modules_of_the_project_can_be_imported(
    kernel: Kernel, directory: Path
) -> None:
    (directory / "helper_of_mine.py").write_text("answer = 42\nprint('imported')\n")
    kernel.warm(["import helper_of_mine", "import nowhere_at_all", "import json"])
    run = kernel.execute("import helper_of_mine\nhelper_of_mine.answer")
    assert printed(run.outputs) == "imported\n", "warming swallowed what it prints"
    assert run.outputs[-1].data == {"text/plain": "42"}


def test_a_kernel_that_cannot_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("galleyproof.kernel._EXTENSION", "galleyproof.nothing_here")
    with pytest.raises(ToolMissingError, match="the Python kernel does not start"):
        Kernel(tmp_path).start()


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    kernel = Kernel(tmp_path)
    kernel.start()
    runtime = kernel._runtime
    run = kernel.execute("import os\nprint(os.getpid())")
    process = int(printed(run.outputs))
    kernel.close()
    assert runtime is not None
    assert not runtime.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
