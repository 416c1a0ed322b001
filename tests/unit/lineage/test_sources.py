"""The list of sources: what is one entry, what an entry says, in which order."""

from dataclasses import replace

import pytest

from galleyproof.lineage.entries import (
    CellEntry,
    ClaimEntry,
    Entries,
    FormulaEntry,
    ValueEntry,
)
from galleyproof.lineage.facts import Fact, facts_of, full
from galleyproof.lineage.sources import Asked, Rows, sources

FIELDS = ("id", "events", "total", "printed")


class Records:
    """Entries that are made a value at a time."""

    def __init__(self):
        self.entries = Entries(studies={"one": "One, 2001", "two": "Two, 2002"})

    def cell(self, row, field, number, study="one", status="confirmed", **rest):
        table = rest.pop("table", "proportions")
        line, column = int(row[1:]), FIELDS.index(field) + 1
        key = self.entries.add_cell(
            CellEntry(
                address=f"data/{table}.csv#cell={line},{column}",
                table=table,
                row=row,
                field=field,
                path=f"data/{table}.csv",
                line=line,
                column=column,
                study=study,
                locator="Table 2" if study else "",
            )
        )
        return self.value(number, str(number), cell=key, status=status, **rest)

    def value(self, number, text, **rest):
        fields = {
            "kind": "count",
            "unit": "tumours",
            "decimals": 0,
            "relation": "=",
            "status": "derived",
        } | rest
        return self.entries.add_value(ValueEntry(number=number, text=text, **fields))

    def computed(self, name, number, text, *operands, shown="", **rest):
        formula = FormulaEntry(
            name=name, shown=shown or f"{name} of these", operands=operands
        )
        return self.value(number, text, formula=formula, **rest)

    def share(self, events, total, shown, number, text, **rest):
        fields = {"kind": "percent", "decimals": 1, "shown": shown} | rest
        return self.computed("/", number, text, events, total, **fields)

    def listed(self, *records, **floats):
        asked = [
            Asked(name=f"n{i}", record=r, anchor=f"n{i}", float=floats.get(f"n{i}", ""))
            for i, r in enumerate(records, start=1)
        ]
        return sources(asked, self.entries)


@pytest.fixture
def records():
    return Records()


def only(found):
    (source,) = found
    return source


def test_a_row_is_one_entry_with_all_that_rests_on_it_alone(records):
    events = records.cell("r3", "events", 246, status="reconstructed")
    total = records.cell("r3", "total", 256, status="reconstructed")
    share = records.share(events, total, "246 / 256", 96.09375, "96.1%")
    low, high = (
        records.computed(
            f"Wilson 95% interval, {which} limit",
            number,
            text,
            events,
            total,
            kind="percent",
            decimals=1,
        )
        for which, number, text in (
            ("lower", 92.96002, "93.0%"),
            ("upper", 97.8646, "97.9%"),
        )
    )
    found = records.listed(share, low, high, events)
    source = only(found)
    assert source.study == "One, 2001"
    assert source.locator == "Table 2"
    assert source.rows == (Rows(path="data/proportions.csv", keys=("r3",)),)
    assert source.cells == ("3,2", "3,3")
    assert source.printed == ("n1", "n2", "n3", "n4")
    assert source.facts == (
        Fact(
            text="96.1%",
            formula="246 / 256",
            full="96.09375%",
            unit="of tumours",
            status="derived",
        ),
        Fact(text="246", name="events", unit="tumours", status="reconstructed"),
        Fact(text="256", name="total", unit="tumours", status="reconstructed"),
        Fact(
            text="93.0% to 97.9%",
            name="Wilson 95% interval",
            full="92.96002% to 97.8646%",
            unit="of tumours",
            status="derived",
        ),
    )
    assert set(found.entry.values()) == {1}


def test_what_rests_on_several_rows_is_an_entry_of_its_own(records):
    left = records.cell("r2", "events", 8)
    right = records.cell("r3", "events", 3)
    total = records.computed("+", 11, "11", left, right, shown="8 + 3")
    found = records.listed(total)
    assert [s.number for s in found] == [1, 2, 3]
    assert found.entry == {"n1": 3}
    last = list(found)[-1]
    assert last.rests_on == (1, 2)
    assert last.facts[0].formula == "8 + 3"
    assert last.rows == last.cells == ()


def test_groups_are_studies_then_what_is_across_them_then_this_edition(records):
    one, two = records.cell("r2", "events", 8), records.cell("r3", "events", 3, "two")
    own = records.cell("r4", "events", 1, study="")
    both = records.computed("+", 11, "11", two, one)
    counted = records.computed("count", 2, "2", one, two)
    found = records.listed(own, counted, both, two, one)
    assert [group.title for group in found.groups] == [
        "One, 2001",
        "Two, 2002",
        "Computed from several sources",
        "This edition",
        "Counted",
    ]
    assert [s.number for s in found] == [1, 2, 3, 4, 5]


def test_what_is_computed_within_a_study_stands_behind_its_rows(records):
    left, right = records.cell("r2", "events", 8), records.cell("r9", "events", 3)
    found = records.listed(records.computed("−", 5, "5", left, right), right, left)
    (group,) = found.groups
    assert [s.cells for s in group.sources] == [("2,2",), ("9,2",), ()]


def test_a_count_names_its_rows_and_brings_no_entries_for_them(records):
    rows = [records.cell(f"r{i}", "id", 1) for i in range(2, 30)]
    source = only(records.listed(records.computed("count", 28, "28", *rows)))
    assert source.rows[0].keys == tuple(f"r{i}" for i in range(2, 30))
    assert source.rests_on == ()


def test_a_share_of_counts_rests_on_the_counts(records):
    cells = [records.cell(f"r{i}", "id", 1) for i in (2, 3)]
    one = records.computed("count", 1, "1", cells[0])
    all_ = records.computed("count", 2, "2", *cells)
    found = records.listed(records.share(one, all_, "1 / 2", 50.0, "50.0%"))
    assert [len(s.rows) for s in found] == [0, 1, 1]
    assert next(iter(found)).rests_on == (2, 3)


def test_a_given_has_an_entry_only_where_it_is_printed(records):
    given = records.value(5, "5", constant="five")
    cell = records.cell("r2", "events", 8)
    product = records.computed("×", 40, "40", cell, given, shown="8 × 5")
    assert [s.cells for s in records.listed(product)] == [("2,2",)]
    found = records.listed(product, given)
    assert [group.title for group in found.groups] == ["One, 2001", "Given"]


def test_a_claim_rests_on_the_values_that_decide_it(records):
    left, right = records.cell("r2", "events", 8), records.cell("r3", "events", 3)
    claim = records.entries.add_claim(
        ClaimEntry(text="more", condition="8 > 3", values=(left, right))
    )
    found = records.listed(claim)
    last = list(found)[-1]
    assert last.facts == (Fact(name="“more”:", text="8 > 3"),)
    assert last.rests_on == (1, 2)
    assert found.entry == {"n1": 3}


def test_a_table_names_the_files_of_all_that_it_shows(records):
    events, total = records.cell("r2", "events", 8), records.cell("r2", "total", 9)
    other = records.cell("r3", "events", 3, table="counts")
    sum_ = records.computed("+", 11, "11", total, other)
    found = records.listed(sum_, events, n1="tbl-a", n2="fig-b")
    table, figure = found.floats["tbl-a"], found.floats["fig-b"]
    assert table.files == {"data/counts.csv": (1,), "data/proportions.csv": (2,)}
    assert table.computed == (3,)
    assert figure.files == {"data/proportions.csv": (2,)}
    assert figure.computed == ()


def test_a_table_of_counted_rows_names_the_files_too(records):
    counted = records.computed("count", 1, "1", records.cell("r2", "id", 1))
    data = records.listed(counted, n1="tbl-a").floats["tbl-a"]
    assert data.files == {"data/proportions.csv": ()}
    assert data.computed == (1,)


def test_texts_of_one_number_are_one_fact(records):
    cell = records.cell("r2", "events", 8)
    forms = [
        records.computed("half", 48.48485, text, cell, kind="percent", decimals=places)
        for text, places in (("48.5%", 1), ("48%", 0))
    ]
    facts = only(records.listed(*forms, cell)).facts
    assert [fact.text for fact in facts] == ["8", "48.5% or 48%"]


def test_two_results_of_one_method_are_two_facts(records):
    cells = [records.cell("r2", field, 24) for field in ("events", "total")]
    found = records.listed(
        records.computed("whole number behind", 11, "11", *cells),
        records.computed("whole number behind", 14, "14", *cells),
    )
    assert [f.text for f in only(found).facts if f.name != "events"] == [
        "24",
        "11",
        "14",
    ]


def test_a_unit_behind_a_blank_stands_once(records):
    cell = records.cell("r2", "events", 8)
    limits = [
        records.computed(f"d, {which} limit", n, f"{n}\u00a0cm", cell, kind="plain")
        for which, n in (("lower", 1), ("upper", 2))
    ]
    assert only(records.listed(*limits)).facts[-1].text == "1 to 2\u00a0cm"


@pytest.mark.parametrize(
    ("number", "decimals", "kind", "shown"),
    [
        (246, 0, "count", ""),
        (96.1, 1, "percent", ""),
        (96.09375, 1, "percent", "96.09375%"),
        (-0.5, 0, "points", "−0.5"),
        (3.6644571e-6, 4, "p", "3.664457 × 10⁻⁶"),
        (None, 1, "percent", ""),
    ],
)
def test_full_precision_is_said_where_it_says_more(
    records, number, decimals, kind, shown
):
    name = records.value(number, "x", kind=kind, decimals=decimals)
    assert full(records.entries.values[name]) == shown


def test_long_words_of_a_cell_are_cut(records):
    name = records.cell("r2", "printed", "No", kind="text")
    entry = replace(records.entries.values[name], number=None)
    long = replace(entry, text="None of 49 rounds to it; of 48, 10 would, but so.")
    quoted = replace(entry, text="“[6]” stands there")
    cells = records.entries.cells
    cut = "“None of 49 rounds to it; of 48, 10 would …”"
    assert facts_of([long], cells)[0].text == cut
    assert facts_of([quoted], cells)[0].text == "“[6]” stands there"


def test_the_order_of_what_is_asked_does_not_change_the_list(records):
    one, two = records.cell("r2", "events", 8), records.cell("r3", "events", 3)
    three = records.cell("r4", "events", 5, "two")
    forwards, backwards = (
        records.listed(one, two, three),
        records.listed(three, two, one),
    )
    assert [s.cells for s in forwards] == [s.cells for s in backwards]


def test_deep_and_wide_lineage_is_walked_once(records):
    """Each of forty sums rests twice on the one before: two to the fortieth paths."""
    left, right = records.cell("r2", "events", 8), records.cell("r3", "events", 3)
    value = records.computed("+", 1, "1", left, right)
    for step in range(40):
        value = records.computed("+", step + 2, str(step), value, value)
    assert len(list(records.listed(value))) == 43
