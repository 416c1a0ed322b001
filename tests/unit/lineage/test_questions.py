"""Questions to a ledger, and their answers as text."""

from __future__ import annotations

import pytest

from galleyproof.lineage import outline, questions
from galleyproof.lineage.ledger import Ledger


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("96.1%", ["n1"]),
        ("96.1", ["n1"]),
        ("256", ["n2"]),
        ("n2", ["n2"]),
        ("chapters/04-size.qmd:5", ["n1", "n2"]),
        ("./chapters/04-size.qmd:5:3", ["n1", "n2"]),
        ("chapters/04-size.qmd:5:9", []),
        ("chapters/04-size.qmd:6", []),
        ("proportions:lt4.total", ["n1", "n2"]),
        ("proportions:lt4", ["n1", "n2"]),
        ("data/proportions.csv#cell=2,9", ["n1"]),
        ("glazer2017", ["n1", "n2"]),
        ("proportions:lt5", []),
        ("nothing", []),
        ("", []),
    ],
)
def test_questions(ledger: Ledger, question: str, found: list[str]) -> None:
    answer = questions.ask(ledger, question)
    assert [n.id for n in answer.numbers] == found


def test_a_claim_moves_with_its_values(ledger: Ledger) -> None:
    answer = questions.ask(ledger, "proportions:lt4.events")
    assert [c.id for c in answer.claims] == ["c1"]
    assert answer.floats == ("tbl-size",)
    assert questions.ask(ledger, "most").claims == ledger.claims


def test_part_of_a_ledger_is_complete(ledger: Ledger) -> None:
    part = questions.part_of(ledger, questions.ask(ledger, "256"))
    assert [v.text for v in part.values.values()] == ["256"]
    assert list(part.cells) == ["proportions:lt4.total"]
    assert part.studies == ledger.studies


def test_down_to_the_cells(ledger: Ledger) -> None:
    said = outline.downwards(ledger, questions.ask(ledger, "96.1"))
    assert (
        said
        == """\
96.1%
  chapters/04-size.qmd:5:3 (prose, page 4)
  96.1%, exactly 96.09375, of tumours, derived
  Wilson: 92.9 to 97.8
  = 246 / 256
    246, tumours, confirmed
      proportions:lt4.events  data/proportions.csv#cell=2,9
        Glazer et al., 2017; Table 2
    256, tumours, confirmed
      proportions:lt4.total  data/proportions.csv#cell=2,10
        Glazer et al., 2017; Table 2
  which the source prints in
    proportions:lt4.printed  data/proportions.csv#cell=2,12
      Glazer et al., 2017; Table 2"""
    )


def test_up_from_a_cell(ledger: Ledger) -> None:
    said = outline.upwards(ledger, questions.ask(ledger, "proportions:lt4.total"))
    assert (
        said
        == """\
proportions:lt4  data/proportions.csv: total (2,10)
  Glazer et al., 2017; Table 2

2 printed numbers, 1 table, 1 claim.
In the text:
  96.1% = 246 / 256
    chapters/04-size.qmd:5:3 (prose, page 4)
  256
    chapters/04-size.qmd:5:3 (prose, page 4)
Claims that would be judged anew:
  most: 96.1% > 50%
    place not known (tbl-size)"""
    )
