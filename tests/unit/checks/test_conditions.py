from textwrap import dedent

import pytest

from galleyproof.checks.conditions import check
from galleyproof.diagnostics import Code
from galleyproof.qmd import parse
from galleyproof.spans import Source


def found(text):
    chapter = parse(Source("a.qmd", dedent(text).lstrip("\n")))
    return list(check([chapter]))


def inline(condition):
    return found(f"It is `{{python}} claim('lower', when={condition})` here.")


@pytest.mark.parametrize(
    ("condition", "what"),
    [
        ("a < b and c < d", "`and` hides values from the claim: `a < b and c < d`"),
        ("a < b or c < d", "`or` hides values"),
        ("not a < b", "`not` hides values"),
        (
            "a < b < c",
            "a chain of comparisons hides values from the claim: `a < b < c`",
        ),
        ("(a < b) & (c < d and e < f)", "`and` hides values"),
        ("~(a < b < c)", "a chain"),
        ("all_of(a < b, c < d < e)", "a chain"),
        ("any_of(a < b and c < d for a in rows)", "`and` hides"),
        ("(a < b if x else not b < c)", "`not` hides"),
        ("galleyproof.all_of(*[a < b or c < d])", "`or` hides"),
    ],
)
def test_what_loses_values_is_found(condition, what):
    (one,) = inline(condition)
    assert one.code is Code.CLAIM_BOUND
    assert one.message.startswith(what)
    assert (one.span.line, one.span.column) == (1, 7)
    assert one.hint


@pytest.mark.parametrize(
    "condition",
    [
        "a < b",
        "(a < b) & ~(c < d)",
        "count(r for r in rows if r.known and not r.old) == 0",
        "largest(a or b, among=[c])",
        "all_of(a < b for a, b in pairs if a and b)",
        "a[0 < i < 2] < b",
        "lower",
        "(a <",
    ],
)
def test_what_keeps_them_is_not(condition):
    assert inline(condition) == []


def test_names_are_followed_to_the_cell_that_assigns_them():
    findings = found("""
        ```{python}
        #| include: false
        lower, higher = a < b, c < d and e < f
        both = lower & higher
        unused = a < b < c
        if True:
            other = later = not lower
        ```

        `{python} claim("lower", when=both)`, `{python} claim("higher", when=both)`,
        `{python} claim("later", when=later)`
        """)
    assert [
        (d.span.line, d.span.column, d.message.split(" hides")[0]) for d in findings
    ] == [
        (3, 24, "`and`"),
        (7, 21, "`not`"),
    ]


def test_claims_in_cells_are_read_as_well():
    (one,) = found("""
        ```{python}
        table("tbl-x", rows, caption=f"It is {claim('lower', when=a < b < c)}.")
        ```
        """)
    assert one.span.line == 2


def test_a_name_that_refers_to_itself_ends():
    assert (
        found("""
        ```{python}
        both = both & other
        ```

        `{python} claim("lower", when=both)`
        """)
        == []
    )


def test_a_chapter_without_claims_is_not_read():
    assert found("`{python} a < b < c`") == []
