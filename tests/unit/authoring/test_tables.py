import json

import pypandoc
import pytest

from galleyproof import compare, study, table
from galleyproof.authoring.tables import cell_markdown

pytestmark = pytest.mark.usefixtures("project")


def success():
    return study("smith2017").technical_success


def lines(made) -> list[str]:
    return made._repr_markdown_().splitlines()


def test_columns_make_a_captioned_pipe_table():
    made = table(
        "tbl-size",
        {"Size": ["< 4 cm", "≥ 4 cm"], "n": [success().total, success().lt4.total]},
        caption=f"In {study('smith2017').tumours}\n  tumours.",
    )
    head, rule, first, second, blank, caption = lines(made)
    assert head == "| Size | n |"
    assert rule.startswith("|:")
    assert rule.endswith("-:|")
    assert first.startswith("| < 4 cm | [295]{.value .confirmed ")
    assert "[256^‡^]{.value .reconstructed " in second
    assert blank == ""
    assert caption.startswith(": In [299]{.value ")
    assert caption.endswith(
        " tumours. ‡ unique whole numbers behind the printed percentages. {#tbl-size}"
    )


def test_rows_make_the_same_table_as_columns():
    rows = [{"a": "x", "b": None}, {"a": "y", "b": "z"}]
    by_rows = table("tbl-x", rows, caption="C.")
    by_columns = table("tbl-x", {"a": ["x", "y"], "b": [None, "z"]}, caption="C.")
    assert by_rows == by_columns
    assert "| x | – |" in lines(by_rows)


def test_a_mark_that_a_column_shares_stands_in_its_head():
    strata = (success().lt4, success().ge4)
    made = table(
        "tbl-x",
        {
            "Rate": list(strata),
            "n/N": [s.counts for s in strata],
            "Mixed": [success(), success().lt4],
            "CI": [f"{s.ci} (Wilson)" for s in strata],
        },
        caption="C.",
    )
    head, _, first, second, _, caption = lines(made)
    assert head == "| Rate^†^ | n/N^‡^ | Mixed | CI^§^ |"
    assert first.count("^") == 0
    assert second.count("^†^") == 1
    for mark in "†‡§":
        assert caption.count(mark) == 1


def test_one_row_keeps_its_mark_in_the_cell():
    made = table("tbl-x", {"Rate": [success().lt4]}, caption="C.")
    assert lines(made)[0] == "| Rate |"


def test_data_are_escaped_and_an_author_writes_markdown():
    (said,) = study("smith2017").statements
    assert cell_markdown(said["text"]) == "Better \\<b\\>when\\</b\\> small \\| so."
    assert cell_markdown("*p* | q \\| r") == "*p* \\| q \\| r"
    assert cell_markdown([success().total, "x"]).endswith("; x")
    assert cell_markdown([]) == "–"
    assert cell_markdown("  ") == "–"


def test_pandoc_reads_the_table_with_its_widths_and_alignment():
    made = table(
        "tbl-x",
        {"Words": ["one | two", "three"], "Rate": [success().lt4, success().ge4]},
        caption="Caption.",
        widths=(3, 1),
    )
    document = json.loads(pypandoc.convert_text(str(made), "json", format="markdown"))
    (block,) = document["blocks"]
    _, caption, columns, _, _, _ = block["c"]
    assert [kind["t"] for kind, _ in columns] == ["AlignLeft", "AlignRight"]
    first, second = (width["c"] for _, width in columns)
    assert first / second == pytest.approx(3, rel=0.05)
    assert "{#tbl-x}" in str(made)
    assert caption[1]


def test_mistakes_are_named():
    with pytest.raises(ValueError, match="begins with `tbl-`"):
        table("size", {"a": ["x"]}, caption="C.")
    with pytest.raises(ValueError, match="columns of unlike length"):
        table("tbl-x", {"a": ["x"], "b": []}, caption="C.")
    with pytest.raises(ValueError, match="row 2 has the columns"):
        table("tbl-x", [{"a": "x"}, {"b": "x"}], caption="C.")
    with pytest.raises(ValueError, match="needs a row"):
        table("tbl-x", [], caption="C.")
    with pytest.raises(ValueError, match="2 columns, 1 widths"):
        table("tbl-x", {"a": ["x"], "b": ["y"]}, caption="C.", widths=(1,))


def test_estimates_stand_in_cells():
    difference = compare(success().lt4, success().ge4).risk_difference
    assert cell_markdown(difference.bare).startswith("[11.5^§^]{.value .derived ")
