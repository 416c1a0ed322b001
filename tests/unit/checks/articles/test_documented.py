"""docs/audit.md names every kind of finding and every kind of fact."""

from pathlib import Path

import pytest

from galleyproof.checks.articles import Kind
from galleyproof.checks.articles.facts import COLUMNS, What

TEXT = (Path(__file__).parents[4] / "docs" / "audit.md").read_text(encoding="utf-8")
NAMES = [kind.name.lower().replace("_", "-") for kind in Kind]


@pytest.mark.parametrize("name", [*NAMES, *What, *COLUMNS])
def test_it_is_documented(name):
    assert f"`{name}`" in TEXT
