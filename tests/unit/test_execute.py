"""Chapters in a kernel: order, isolation, options, and findings at the right place."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import dedent

import pytest

from galleyproof import execute
from galleyproof.diagnostics import Code
from galleyproof.execute import Execution, Limits, inline_markdown
from galleyproof.kernel import Kernel
from galleyproof.qmd import parse
from galleyproof.qmd.options import CellOptions
from galleyproof.spans import Source


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with Kernel(tmp_path_factory.mktemp("project")) as kernel:
        yield kernel


@pytest.fixture
def kernel(shared: Kernel) -> Kernel:
    if not shared.alive:
        shared.restart()
    shared.reset()
    return shared


def run(
    kernel: Kernel,
    *texts: str,
    limits: Limits | None = None,
    defaults: CellOptions | None = None,
) -> Execution:
    chapters = [
        parse(Source(f"{name}.qmd", dedent(text).lstrip("\n")))
        for name, text in zip("abcdef", texts, strict=False)
    ]
    options = {c.path: defaults or CellOptions() for c in chapters}
    return execute.run(chapters, kernel, limits=limits, defaults=options)


def printed(execution: Execution, path: str, index: int) -> str:
    outputs = execution.cells[path, index].outputs
    return "".join(o.text for o in outputs if o.kind == "stream")


def test_cells_and_expressions_run_in_the_order_of_the_text(kernel: Kernel) -> None:
    done = run(
        kernel,
        """
        ```{python}
        x = 1
        ```

        First `{python} x` and `{python} x + 1`.

        ```{python}
        x = 10
        print(x)
        ```

        Then `{python} x`.
        """,
    )
    assert done.diagnostics == ()
    assert [done.inlines["a.qmd", i].markdown for i in range(3)] == ["1", "2", "10"]
    assert printed(done, "a.qmd", 1) == "10\n"


def test_each_chapter_has_a_namespace_of_its_own(kernel: Kernel) -> None:
    done = run(kernel, "```{python}\nx = 1\n```\n", "Here `{python} x`.\n")
    (found,) = done.diagnostics
    assert str(found.span) == "b.qmd:1:16"
    assert found.message == (
        "inline expression raised `NameError`: name 'x' is not defined"
    )
    assert "each chapter runs by itself" in found.hint


def test_a_chapter_stops_where_it_fails_and_the_next_one_runs(kernel: Kernel) -> None:
    done = run(
        kernel,
        """
        ```{python}
        import json
        data = json.loads(
            "{"
        )
        ```

        ```{python}
        data
        ```
        """,
        "Fine: `{python} 2 + 2`.\n",
    )
    (found,) = done.diagnostics
    assert found.code is Code.CELL_RUNS
    assert (found.span.path, found.span.line, found.span.column) == ("a.qmd", 3, 8)
    assert found.message.startswith("cell raised `JSONDecodeError`: Expecting")
    assert 'File "a.qmd", line 3, in <module>' in found.detail
    assert ("a.qmd", 1) not in done.cells
    assert done.inlines["b.qmd", 0].markdown == "4"


def test_every_failing_expression_is_a_finding(kernel: Kernel) -> None:
    done = run(kernel, "One `{python} 1/0`, fine `{python} 3`,\ntwo `{python} ü+x`.\n")
    assert [str(d.span) for d in done.diagnostics] == ["a.qmd:1:15", "a.qmd:2:15"]
    assert done.inlines["a.qmd", 1].markdown == "3"


def test_an_expression_behind_wide_characters_has_its_column(kernel: Kernel) -> None:
    done = run(kernel, "Größe – „naïve“ `{python} 1 + nope` here.\n")
    assert str(done.diagnostics[0].span) == "a.qmd:1:31"


def test_an_indented_cell_has_its_column(kernel: Kernel) -> None:
    done = run(kernel, "- item\n\n  ```{python}\n  x = 1\n  y = x + nope\n  ```\n")
    assert str(done.diagnostics[0].span) == "a.qmd:5:11"


def test_options_are_honoured(kernel: Kernel) -> None:
    done = run(
        kernel,
        """
        ```{python}
        #| eval: false
        raise SystemExit
        ```

        ```{python}
        #| error: true
        1/0
        ```

        ```{python}
        #| warning: false
        import warnings
        warnings.warn("quiet")
        print("loud")
        ```

        ```{python}
        #| include: false
        print("kept for whoever asks")
        ```
        """,
    )
    assert done.diagnostics == ()
    assert done.cells["a.qmd", 0].evaluated is False
    (error,) = done.cells["a.qmd", 1].outputs
    assert (error.kind, error.name) == ("error", "ZeroDivisionError")
    assert 'File "a.qmd", line 8, in <module>' in error.text
    assert printed(done, "a.qmd", 2) == "loud\n"
    assert printed(done, "a.qmd", 3) == "kept for whoever asks\n"


def test_defaults_hold_where_a_cell_says_nothing(kernel: Kernel) -> None:
    text = "```{python}\n1/0\n```\n\n```{python}\n#| eval: true\n2\n```\n"
    done = run(kernel, text, defaults=CellOptions(eval=False))
    assert [c.evaluated for c in done.cells.values()] == [False, True]


def test_a_cell_that_hangs(kernel: Kernel) -> None:
    text = "```{python}\nimport time\n\ntime.sleep(60)\n```\n"
    done = run(kernel, text, limits=Limits(timeout_s=0.5))
    (found,) = done.diagnostics
    assert (found.code, str(found.span)) == (Code.CELL_IN_TIME, "a.qmd:4:1")
    assert found.message == "cell did not end within 0.5 s"
    assert "cell-timeout" in found.hint


def test_a_cell_that_prints_a_megabyte(kernel: Kernel) -> None:
    text = "```{python}\nprint('x' * 2**20)\n```\n"
    done = run(kernel, text)
    (found,) = done.diagnostics
    assert found.code is Code.CELL_OUTPUT_BOUNDED
    assert found.span.line == 2
    assert found.message == "cell printed more than 1,000,000 bytes"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import os\nos._exit(7)", "cell ended its kernel: it exited with status 7"),
        ("exit()", "cell ended its kernel with `exit` or `quit`"),
        ("import sys\nsys.exit(1)", "cell raised `SystemExit`: 1"),
    ],
)
def test_a_cell_that_ends_its_kernel(kernel: Kernel, code: str, message: str) -> None:
    done = run(kernel, f"```{{python}}\n{code}\n```\n", "Alive: `{python} 1`.\n")
    (found,) = done.diagnostics
    assert found.message == message
    assert found.hint
    assert done.inlines["b.qmd", 0].markdown == "1"


def test_the_expression_that_kills_the_kernel_is_found(kernel: Kernel) -> None:
    text = "Fine `{python} 1`, `{python} __import__('os')._exit(2)`.\n"
    done = run(kernel, text)
    (found,) = done.diagnostics
    assert found.message.startswith("inline expression ended its kernel")
    assert str(found.span) == "a.qmd:1:20"


@pytest.mark.parametrize(
    ("data", "markdown"),
    [
        ({"text/markdown": "**b**\n", "text/plain": "b"}, "**b**"),
        ({"text/latex": "$x^2$", "text/plain": "x**2"}, "$x^2$"),
        ({"text/plain": "3.5"}, r"3\.5"),
        ({"text/plain": "a*b_c [x](y) <z>"}, r"a\*b\_c \[x\]\(y\) \<z\>"),
        ({"text/plain": "naïve, 10 %"}, "naïve, 10 %"),
        ({"text/plain": "two\nlines"}, "two lines"),
    ],
)
def test_what_stands_in_the_text(data: dict[str, str], markdown: str) -> None:
    assert inline_markdown(data) == markdown


# Claims ---------------------------------------------------------------------------

VALUES = """
    ```{python}
    from galleyproof.authoring.claims import claim
    from galleyproof.lineage import CellRef, Kind, Status, Value


    def value(number):
        cell = CellRef(table="t", row="r", field="f", path="d", line=2, column=1)
        return Value(
            number=number, kind=Kind.COUNT, origin=cell, status=Status.CONFIRMED
        )


    one, two = value(1), value(2)
    ```
    """


def test_false_claims_are_told_together_and_each_at_its_place(kernel: Kernel) -> None:
    done = run(
        kernel,
        f"""{VALUES}
    It is `{{python}} claim("lower", when=one < two)`, and
    not `{{python}} claim("higher", when=one > two)` nor
    even `{{python}} claim("equal", when=one == two)`.

    ```{{python}}
    caption = f"It is {{claim('the largest', when=one > two)}}"
    print(caption)
    if True:
        both = claim("nothing", when=one > two), claim("less", when=two < one)
    ```

    Later `{{python}} claim("more", when=one > two)`.
    """,
        f"{VALUES}\n    `{{python}} claim('fewer', when=two < one)`",
    )
    assert {d.code for d in done.diagnostics} == {Code.CLAIM_HOLDS}
    lines = VALUES.count("\n")
    assert [
        (d.span.path, d.span.line - lines, d.span.column, d.message.split("`")[1])
        for d in done.diagnostics
    ] == [
        ("a.qmd", 2, 5, "higher"),
        ("a.qmd", 3, 6, "equal"),
        ("a.qmd", 6, 20, "the largest"),
        ("a.qmd", 9, 12, "nothing"),
        ("a.qmd", 9, 46, "less"),
        ("a.qmd", 12, 7, "more"),
        ("b.qmd", 1, 1, "fewer"),
    ]
    assert done.diagnostics[0].message == "`higher` does not hold: 1 > 2 is false"
    assert done.diagnostics[0].detail == ""
    assert done.diagnostics[0].span.end_column == 47
    assert printed(done, "a.qmd", 1).startswith("It is [the largest]{.claim ")
    assert [o.kind for o in done.cells["a.qmd", 1].outputs] == ["stream"]


def test_a_false_claim_cannot_be_hidden(kernel: Kernel) -> None:
    done = run(
        kernel,
        f"""{VALUES}
    ```{{python}}
    #| error: true
    from IPython.display import clear_output
    from IPython.utils.capture import capture_output

    with capture_output():
        try:
            claim("caught", when=one > two)
        except Exception:
            pass
    claim("cleared", when=one > two)
    clear_output()
    ```
    """,
    )
    assert [d.message.split("`")[1] for d in done.diagnostics] == ["caught", "cleared"]


def test_a_claim_of_nothing_is_a_failure_of_the_expression(kernel: Kernel) -> None:
    done = run(kernel, f"{VALUES}\n    `{{python}} claim('lower', when=1 < 2)`")
    (found,) = done.diagnostics
    assert found.code is Code.CELL_RUNS
    assert "raised `ConditionError`: `True` knows no values" in found.message
