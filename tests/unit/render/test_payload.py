"""What the page carries of the ledger, and how it is put there."""

from __future__ import annotations

import json

import pytest

from galleyproof.datapackage import Field, Row, Table
from galleyproof.lineage.entries import CellEntry, FormulaEntry, ValueEntry
from galleyproof.lineage.ledger import (
    Ledger,
    OutputPlace,
    PrintedClaim,
    PrintedNumber,
)
from galleyproof.render import cards
from galleyproof.render.payload import payload
from galleyproof.spans import Source, Span

HERE = {"html": OutputPlace(anchor="n1")}
CELL = CellEntry(
    address="data/counts.csv#cell=2,2",
    table="counts",
    row="all",
    field="count",
    path="data/counts.csv",
    line=2,
    column=2,
    study="glazer2017",
    locator="Table 2",
)
LEAF = ValueEntry(
    number=299,
    text="299",
    kind="count",
    unit="tumours",
    decimals=0,
    relation="=",
    status="confirmed",
    exact="299",
    cell=CELL.key,
)
HALF = ValueEntry(
    number=149.5,
    text="149.5",
    kind="count",
    unit="tumours",
    decimals=1,
    relation="<",
    status="derived",
    exact="299/2",
    formula=FormulaEntry(name="/", shown="299 / 2", operands=("a" * 12,)),
)


def number(**changed):
    said = {"id": "n1", "text": "299", "value": "a" * 12, "part": "prose"}
    return PrintedNumber(**said | {"outputs": HERE} | changed)


def ledger(*numbers, claims=(), studies=None):
    return Ledger(
        generator="galleyproof 0",
        numbers=numbers,
        claims=claims,
        values={"a" * 12: LEAF, "b" * 12: HALF},
        cells={CELL.key: CELL},
        studies=studies or {"glazer2017": "Glazer"},
    )


def table(**texts):
    rows = tuple(
        Row(
            table="counts",
            path="data/counts.csv",
            number=line,
            line=line,
            values={"id": key, "count": text},
            texts={"id": key, "count": text},
        )
        for line, (key, text) in enumerate(texts.items(), start=2)
    )
    return Table(
        name="counts",
        path="data/counts.csv",
        title="",
        description="",
        fields=(
            Field(name="id", type="string"),
            Field(name="count", type="integer"),
        ),
        foreign_keys=(),
        rows=rows,
        by_id={row.id: row for row in rows},
        source=Source("data/counts.csv", ""),
    )


def said(*arguments, tables=None):
    return json.loads(payload(ledger(*arguments), tables or {}))


def test_a_number_is_what_the_page_needs_of_it():
    place = Span(path="chapters/01.qmd", line=7, column=3)
    (found,) = said(number(place=place))["numbers"]
    assert found == {
        "id": "n1",
        "text": "299",
        "value": "a" * 12,
        "part": "prose",
        "place": "chapters/01.qmd:7",
    }


def test_an_anchor_is_there_where_it_is_not_the_name():
    outputs = {"html": OutputPlace(anchor="fig-size")}
    (found,) = said(number(id="n2", outputs=outputs, float="fig-size"))["numbers"]
    assert (found["anchor"], found["float"]) == ("fig-size", "fig-size")


def test_a_value_is_left_what_is_not_usual():
    values = said(number())["values"]
    assert values["a" * 12] == {
        "number": 299,
        "text": "299",
        "kind": "count",
        "unit": "tumours",
        "status": "confirmed",
        "cell": "counts:all.count",
    }
    assert values["b" * 12]["exact"] == "299/2"
    assert values["b" * 12]["relation"] == "<"


def test_claims_keep_their_condition():
    claim = PrintedClaim(
        id="c1",
        text="fewer",
        condition="1 < 2",
        values=("a" * 12,),
        part="prose",
        outputs=HERE,
    )
    found = json.loads(payload(ledger(claims=(claim,)), {}))["claims"]
    assert found[0]["condition"] == "1 < 2"
    assert found[0]["values"] == ["a" * 12]


def test_rows_are_those_that_a_cell_is_in():
    found = said(number(), tables={"counts": table(all="299", other="1")})["rows"]
    assert found == {
        "counts": {
            "path": "data/counts.csv",
            "fields": ["id", "count"],
            "rows": {"all": {"line": 2, "cells": ["all", "299"]}},
        }
    }


@pytest.mark.parametrize("tables", [{}, {"counts": table(other="1")}])
def test_a_row_that_is_not_given_has_no_cells(tables):
    rows = said(number(), tables=tables)["rows"]
    assert not rows or rows["counts"]["rows"] == {}


def test_a_page_that_shows_no_number_carries_nothing():
    elsewhere = {"pdf": OutputPlace(anchor="n1", page=2)}
    assert payload(ledger(number(outputs=elsewhere)), {}) == ""


def test_no_text_ends_the_script_that_holds_it():
    hostile = "</script><!-- <script>\u2028"
    text = payload(ledger(number(text=hostile), studies={"a": hostile}), {})
    assert "<" not in text
    assert json.loads(text)["numbers"][0]["text"] == hostile


# The page -------------------------------------------------------------------------

PAGE = "<html><head><title>x</title></head><body><p>y</p></body></html>"


def test_a_page_gets_style_ledger_and_script_once():
    page = cards.add(PAGE, '{"numbers":[]}')
    assert page.index("<style>") < page.index("</head>")
    assert page.count('<script type="application/json" id="galley-ledger">') == 1
    assert page.endswith("</script>\n</body></html>")
    assert page.index("<p>y</p>") < page.index("galley-ledger")


def test_a_page_without_a_ledger_stays_as_it_is():
    assert cards.add(PAGE, "") == PAGE


def test_what_is_no_page_is_refused():
    with pytest.raises(ValueError, match="no head or no body"):
        cards.add("<p>y</p>", "{}")


def test_the_script_is_one_function_that_no_text_in_it_ends():
    script = cards.script()
    assert "</script" not in script
    assert "innerHTML" not in script
    assert script.count("\n(() => {\n") == 1
    assert script.endswith("})();\n")
    assert "https:" not in script + cards.style()
