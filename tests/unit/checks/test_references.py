"""Entries of a bibliography that contradict each other, or themselves."""

import pytest

from galleyproof import bibliography, config
from galleyproof.checks import cited, references
from galleyproof.datapackage import DataPackage
from galleyproof.qmd import parse
from galleyproof.spans import Source


def read(*entries):
    """Read entries of one line each, `a|author=…|…`."""
    lines = []
    for entry in entries:
        key, *fields = entry.split("|")
        written = [f"{n}={{{v}}}" for n, _, v in (f.partition("=") for f in fields)]
        lines.append(f"@article{{{key}, {', '.join(written)}}}")
    return bibliography.parse(Source("r.bib", "\n".join(lines)))


def found(rule, *entries):
    return [(d.span.line, d.message) for d in rule(read(*entries))]


@pytest.mark.parametrize(
    "field",
    [
        "doi=10.1000/182",
        "doi=10.1000/1",
        "doi=https://doi.org/10.1016/S0140-6736(05)71142-9",
        "doi=10.1002/(SICI)1097\\_0258<1::AID>3.0.CO;2-P",
        "pmid=26355719",
        "pmcid=PMC4521246",
    ],
)
def test_identifiers(field):
    assert found(references.identifiers, f"a|{field}") == []


@pytest.mark.parametrize(
    "field",
    [
        "doi=doi:10.1000/182",
        "doi=10.1000/182.",
        "doi=10.1000/18 2",
        "doi=11.1000/182",
        "pmid=PMC4521246",
        "pmcid=10.1000/182",
    ],
)
def test_identifiers_that_are_none(field):
    name, _, value = field.partition("=")
    (one,) = references.identifiers(read(f"a|title=x|{field}"))
    assert one.message == f"`{value}` is no {name.upper()}"
    assert (one.span.column, one.span.end_column) == (
        26 + len(name),
        26 + len(name) + len(value),
    )


TITLE = "title=The {Fate} of small things|year=2019|author=Smith, A."


def test_works_listed_twice():
    assert found(
        references.doubles,
        "a|doi=10.1000/AB",
        "b|doi=https://doi.org/10.1000/ab",
        "c|pmid=1",
        "d|pmid=1",
        f"e|{TITLE}",
        f"f|{TITLE.replace('{Fate} of', 'fate of')}",
    ) == [
        (2, "`b` has the doi of `a` (line 1)"),
        (4, "`d` has the pmid of `c` (line 3)"),
        (6, "`f` has the title of `e` (line 5)"),
    ]


def test_works_that_are_two():
    assert (
        found(
            references.doubles,
            "a|doi=10.1000/1",
            "b|doi=10.1000/2",
            "c|title=Editorial|year=2019|author=Smith, A.",
            "d|title=Editorial|year=2019|author=Smith, A.",
            f"e|{TITLE}",
            f"f|{TITLE.replace('Smith', 'Jones')}",
            f"g|{TITLE}|volume=2",
            f"h|{TITLE}|related=e",
        )
        == []
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Annals of Surgery", "Annals of surgery"),
        ("Statistics and Things", "Statistics & Things"),
        ("The Annals", "Annals"),
        ("Portuguese Journal", "Portugese Journal"),
        ("Journal of Clinical Oncology", "J Clin Oncol"),
        ("Journal of Clinical Oncology", "J. Clin. Oncol."),
    ],
)
def test_journals_spelled_in_two_ways(one, other):
    entries = (f"a|journal={one}", f"b|journal={one}", f"c|journal={other}")
    assert found(references.journals, *entries) == [(3, f"`{other}` is `{one}` in `a`")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Neurology", "Urology"),
        ("Physics Letters A", "Physics Letters B"),
        ("Clinical Radiology", "Clinical Cardiology"),
        ("Journal of Surgery", "Journal of Surgery Open"),
        ("Annals of Oncology", "Annals of Operations"),
        ("Nature", "Nature Medicine"),
    ],
)
def test_journals_that_are_two(one, other):
    assert found(references.journals, f"a|journal={one}", f"b|journal={other}") == []


def volumes(*pairs):
    return found(
        references.volumes,
        *(f"k{i}|journal=J|year={y}|volume={v}" for i, (y, v) in enumerate(pairs)),
    )


@pytest.mark.parametrize(
    "pairs",
    [
        [(2019, 25), (2020, 26)],
        [(2019, 25), (2019, 27), (2020, 27)],
        [(2010, 40), (2011, 41), (2012, 42), (2017, 66)],
        [(2010, 40)],
    ],
)
def test_volumes_that_rise(pairs):
    assert volumes(*pairs) == []


def test_a_volume_of_another_year():
    assert volumes((2020, 26), (2021, 25)) == [
        (1, "volume 26 of 2020 contradicts `k1`, volume 25 of 2021")
    ]
    assert volumes((2018, 24), (2019, 26), (2020, 26), (2024, 30)) == [
        (2, "volume 26 of 2019 contradicts `k0`, volume 24 of 2018")
    ]


def test_a_person_spelled_in_two_ways():
    assert found(
        references.people,
        "a|author=Collettini, F. and Gebauer, B.",
        "b|author=Gebauer, Bernhard and Colletini, Federico",
        "c|author=Müller, A. and Gebauer, B.",
        "d|author=Muller, A. and Gebauer, B.",
    ) == [
        (2, "`Colletini` of `b` is `Collettini` in `a`"),
        (4, "`Muller` of `d` is `Müller` in `c`"),
    ]


def test_people_who_are_two():
    assert (
        found(
            references.people,
            "a|author=Petersen, J. and Li, B.",
            "b|author=Pedersen, J. and Wu, C.",
            "c|author=Hansson, A. and Hanson, A. and Li, B.",
            "d|author=Hansen, K. and Li, B.",
        )
        == []
    )


def test_entries_that_nothing_cites():
    listed = read("a|title=x", "b|title=x")
    assert [d.message for d in references.uncited(listed, {"a"})] == [
        "nothing cites `b`"
    ]
    assert list(references.uncited(listed, {"a", "b"})) == []
    assert list(references.uncited(listed, set())) == []


def test_a_collection_is_told_once():
    listed = read(*(f"k{i}|title=x" for i in range(50)))
    (one,) = references.uncited(listed, {"k1"})
    assert one.message == "49 of 50 entries are never cited"


EMPTY = DataPackage(path="", title="", tables={})


def used(text, metadata=""):
    settings, _ = config.parse(metadata, "_quarto.yml")
    return cited.keys([parse(Source("a.qmd", text))], settings, EMPTY)


@pytest.mark.parametrize(
    "text",
    [
        "[@smith2019]",
        "`{python} study('smith2019').cite`",
        "`\\cite{brown,smith2019}`{=latex}",
        "---\nnocite: |\n  @smith2019\n---\n",
    ],
)
def test_ways_to_cite(text):
    assert "smith2019" in used(text)


def test_everything_is_cited():
    assert used("---\nnocite: '@*'\n---\n") is None
    assert used("x", "nocite: '@*'") is None
    assert "smith2019" in used("x", "nocite: '@smith2019, @b'")
