"""A first page without a last one, and numbers of articles, which are none."""

import pytest

from galleyproof import bibliography
from galleyproof.checks import pages
from galleyproof.spans import Source


def found(*entries):
    text = "\n".join(f"@article{{k{i}, {e}}}" for i, e in enumerate(entries))
    listed = bibliography.parse(Source("r.bib", text))
    return [(d.span.line, d.message) for d in pages.check(listed)]


@pytest.mark.parametrize(
    "entry",
    [
        "journal={J}, pages={182--188}",
        "journal={J}, pages={182-8}",
        "journal={J}, pages={182–188}",
        "journal={J}, pages={e0289975}",
        "journal={J}, pages={104512}",
        "journal={J}, pages={182}, eid={182}",
        "journal={J}, pages={294}, doi={10.1000/j.18.2.294}",
        "journal={J}, pages={430}, doi={10.3390/j12030999}",
        "journal={BMC Medicine}, pages={12}",
        "journal={Cancers}, pages={3018}",
        "journal={J}",
    ],
)
def test_pages_in_order(entry):
    assert found(entry) == []


def test_a_journal_of_which_all_articles_have_a_number():
    one, other = ("journal={J}, pages={12}", "journal={J}, pages={13}")
    assert found(one, other) == []
    assert found(one, other, "journal={J}, pages={1--9}") != []


@pytest.mark.parametrize("journal", ["J", "Life Sciences", "The Lancet"])
def test_a_first_page_by_itself(journal):
    assert found(f"journal={{{journal}}}, pages={{182}}") == [
        (1, "`k0` has a first page and no last one")
    ]
