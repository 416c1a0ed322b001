import pytest

from galleyproof.diagnostics import Code, Diagnostic
from galleyproof.qmd import parse, resolve
from galleyproof.spans import Source

METADATA = {
    "title": "A title",
    "n": 3,
    "draft": True,
    "author": [{"name": "First"}, {"name": "Second"}],
    "source": {"doi": "10.1/x"},
}


def shortcodes(text):
    return parse(Source("a.qmd", text)).shortcodes


def test_arguments_are_read():
    text = "x {{< name one 'two 2' k=\"v w\" https://a.b/c?d=e >}}\n"
    (found,) = shortcodes(text)
    assert found.name == "name"
    assert found.arguments == ("one", "two 2", "https://a.b/c?d=e")
    assert found.pairs == (("k", "v w"),)
    assert text[found.start : found.end] == text[2:-1]
    assert (str(found.span), found.standalone) == ("a.qmd:1:3", False)


def test_one_that_stands_alone():
    first, second = shortcodes("\ufeff{{< pagebreak >}}\r\n\r\n  {{< pagebreak >}} \n")
    assert first.standalone
    assert str(first.span) == "a.qmd:1:1"
    assert second.standalone


def test_an_escaped_one_shows_itself():
    (found,) = shortcodes('a {{{< video "b c" k=v >}}}\n')
    assert found.escaped
    assert resolve(found, {}, {}) == '{{< video "b c" k=v >}}'


@pytest.mark.parametrize(
    "text",
    ["```{python}\n{{< meta a >}}\n```\n", "<!-- {{< meta a >}} -->\n", "{ {< a >}}\n"],
)
def test_where_there_is_none(text):
    assert shortcodes(text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{< meta title >}}", "A title"),
        ("{{< meta n >}}", "3"),
        ("{{< meta draft >}}", "true"),
        ("{{< meta source.doi >}}", "10.1/x"),
        ("{{< meta author.2.name >}}", "Second"),
        ("{{< var version >}}", "1.0"),
    ],
)
def test_resolution(text, expected):
    (found,) = shortcodes(text)
    assert resolve(found, METADATA, {"version": "1.0"}) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a {{< meta subtitle >}}", "the metadata has no text called `subtitle`"),
        ("a {{< meta source >}}", "the metadata has no text called `source`"),
        ("a {{< meta author.3 >}}", "the metadata has no text called `author.3`"),
        ("a {{< meta title.x >}}", "the metadata has no text called `title.x`"),
        ("a {{< var title >}}", "`_variables.yml` has no text called `title`"),
    ],
)
def test_what_is_not_there(text, message):
    (found,) = shortcodes(text)
    finding = resolve(found, METADATA, {})
    assert isinstance(finding, Diagnostic)
    assert finding.code is Code.REFERENCE_RESOLVES
    assert finding.message == message
    assert finding.span == found.span
