"""Column widths."""

from __future__ import annotations

import json

import pytest

from galleyproof import tools
from galleyproof.render.columns import widen

LONG = "words of a remark that goes on " * 6


def widths(text: str, **options) -> list[float]:
    done = tools.pandoc(["-f", "markdown", "-t", "json"], stdin=text.encode())
    table = json.loads(done.stdout)["blocks"][0]
    columns = widen(table, line=100, **options)["c"][2]
    return [width.get("c", 0.0) for _, width in columns]


def pipe(*rows: str, rule: str = "|---|---|") -> str:
    return "\n".join([rows[0], rule, *rows[1:]]) + "\n"


def test_a_table_that_fits_keeps_its_natural_width():
    assert widths(pipe("| a | b |", "| 1 | 2 |")) == [0.0, 0.0]


def test_a_format_without_natural_widths_gets_what_the_table_needs():
    found = widths(pipe("| a | b |", "| 1 | 2 |"), natural=False)
    assert 0 < sum(found) < 0.2


def test_a_long_remark_takes_the_room():
    found = widths(pipe("| Study | Remark |", f"| Glazer | {LONG} |"))
    assert found[1] > 4 * found[0]
    assert sum(found) == pytest.approx(1, abs=1e-3)


def test_no_word_is_broken_for_the_authors_dashes():
    table = pipe(
        "| Study | Remark |",
        f"| Khanmohammadi-and-others | {LONG} |",
        rule="|-|-------------------|",
    )
    assert widths(table)[0] * 100 >= len("Khanmohammadi-and-others")


def test_given_widths_hold():
    table = pipe("| a | b |", f"| {LONG} | {LONG} |")
    found = widths(f'{table}\n: C {{#tbl-x tbl-colwidths="[25,75]"}}\n')
    assert found == [0.25, 0.75]


def test_dashes_that_make_the_table_much_longer_do_not_hold():
    table = pipe("| a | b |", f"| x | {LONG} |", rule="|----------------|----|")
    assert widths(table)[1] > 0.8
