"""Every public function says what it takes, gives, refuses, and where it is from.

And has a property that hypothesis tries to break.
"""

import inspect
import re
from pathlib import Path

import pytest

from galleyproof import stats

FUNCTIONS = {
    name: getattr(stats, name)
    for name in stats.__all__
    if inspect.isfunction(getattr(stats, name))
}
CLASSES = {
    name: getattr(stats, name)
    for name in stats.__all__
    if inspect.isclass(getattr(stats, name))
}
SECTIONS = ("Parameters", "Returns", "Raises", "Source")
PROPERTIES = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[2] / "property").glob("test_*.py"))
)
HEADING = re.compile(r"^(\w+)\n-+$", re.MULTILINE)


def sections(function):
    """Give the text under each underlined heading."""
    text = inspect.getdoc(function) or ""
    parts = HEADING.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_sections(name):
    """All refuse something, so all say what they raise."""
    found = sections(FUNCTIONS[name])
    assert [each for each in found if each in SECTIONS] == list(SECTIONS)
    assert all(found[each].strip() for each in SECTIONS)
    assert "ArgumentError" in found["Raises"]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_parameter_is_explained(name):
    explained = sections(FUNCTIONS[name])["Parameters"]
    for parameter in inspect.signature(FUNCTIONS[name]).parameters.values():
        if parameter.name == "statements":
            continue  # positional, named by its types
        assert re.search(rf"\b{parameter.name}\b", explained), parameter.name


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_sources_have_a_year(name):
    """An author and a year, or the function that has them."""
    source = sections(FUNCTIONS[name])["Source"]
    dated = re.search(r"\b(1[89]|20)\d\d\b", source)
    assert dated or re.search(r"[Aa]s `(\w+)`", source) or "derived here" in source
    for other in re.findall(r"[Aa]s `(\w+)`", source):
        assert other in FUNCTIONS


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_classes_and_their_fields_are_described(name):
    """Of results: a docstring each, units and scales under the fields that need one."""
    assert inspect.getdoc(CLASSES[name])


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_has_a_property(name):
    assert re.search(rf"\b{name}\b[(,\n]", PROPERTIES)
