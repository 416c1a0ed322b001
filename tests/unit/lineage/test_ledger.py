"""The ledger's model: JSON, schema, graph, size."""

from __future__ import annotations

import json
import time
from importlib import resources

import jsonschema
import pytest

from galleyproof.lineage import ledger as ledgers
from galleyproof.lineage.entries import Entries, Part, Printout, read_entries
from galleyproof.lineage.ledger import Ledger

SCHEMA = json.loads(
    resources.files("galleyproof.lineage").joinpath("ledger.schema.json").read_text()
)


def test_it_reads_back_what_it_wrote(ledger: Ledger) -> None:
    assert ledgers.read(ledger.text()) == ledger


def test_it_meets_its_schema(ledger: Ledger) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(ledger.text()), SCHEMA)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda said: said["numbers"][0].pop("value"),
        lambda said: said["numbers"][0].update(part="elsewhere"),
        lambda said: next(iter(said["values"].values())).update(constant="two origins"),
        lambda said: said.update(version=2),
        lambda said: said["claims"][0].update(holds=False),
    ],
)
def test_the_schema_refuses(ledger: Ledger, spoil) -> None:
    said = json.loads(ledger.text())
    spoil(said)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(said, SCHEMA)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"version": 2}', "null"])
def test_what_is_no_ledger_is_refused(text: str) -> None:
    with pytest.raises(ledgers.LedgerError):
        ledgers.read(text)


def test_the_graph_leads_down_and_up(ledger: Ledger) -> None:
    share = ledger.numbers[0].value
    assert ledger.cells_of(share) == (
        "proportions:lt4.printed",
        "proportions:lt4.events",
        "proportions:lt4.total",
    )
    of_total = ledger.resting_on(frozenset({"proportions:lt4.total"}))
    assert of_total == {share, ledger.numbers[1].value}
    assert ledger.resting_on(frozenset({"proportions:lt4.printed"})) == {share}
    assert ledger.resting_on(frozenset()) == frozenset()


def test_a_name_depends_on_what_is_said_alone(records) -> None:
    count = records.count
    first, second = Entries(), Entries()
    second.add_value(count(1, "proportions:x.total"))
    one, other = (
        e.add_value(count(246, "proportions:lt4.events")) for e in (first, second)
    )
    assert one == other
    assert first.add_value(count(247, "proportions:lt4.events")) != one


def test_two_records_of_one_name_are_refused(records) -> None:
    count = records.count
    mine, theirs = Entries(), Entries()
    name = mine.add_value(count(246, "proportions:lt4.events"))
    theirs.values[name] = count(1, "proportions:lt4.events")
    with pytest.raises(ValueError, match=name):
        mine.update(theirs)


def test_entries_pass_between_processes(records) -> None:
    entries = Entries()
    key = entries.add_cell(records.cell("lt4", "events", 9))
    name = entries.add_value(records.count(246, key))
    entries.add_printout(Printout(parts=(Part(text="246", value=name),), role="alt"))
    entries.studies["glazer2017"] = "Glazer"
    assert read_entries(json.loads(json.dumps(entries.json))) == entries


def of_size(count: int, records) -> Ledger:
    entries = Entries()
    numbers = []
    for i in range(count):
        cells = [records.cell(f"r{i}", f, c, i + 2) for f, c in (("e", 9), ("t", 10))]
        keys = [entries.add_cell(each) for each in cells]
        names = [entries.add_value(records.count(i, key)) for key in keys]
        share = entries.add_value(records.percent(*names))
        numbers.append(records.printed(i + 1, share, i + 1))
    return Ledger(
        generator="galleyproof 0",
        numbers=tuple(numbers),
        values=entries.values,
        cells=entries.cells,
        studies={"glazer2017": "Glazer"},
    )


def test_twenty_thousand_numbers_in_two_seconds_and_linear_size(records) -> None:
    small, large = of_size(2_000, records), of_size(20_000, records)
    began = time.process_time()
    text = large.text()
    read = ledgers.read(text)
    seconds = time.process_time() - began
    assert read == large
    assert seconds < 2
    assert len(text) < 11.5 * len(small.text())
