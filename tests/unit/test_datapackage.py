"""Reading a data package, the numbers behind addresses, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galleyproof import datapackage
from galleyproof.datapackage import Address, AddressError, rounded
from galleyproof.diagnostics import Diagnostic
from galleyproof.errors import FindingsError

Project = Callable[..., Path]


def field(name: str, kind: str = "string", **more: object) -> dict[str, object]:
    return {"name": name, "type": kind, **more}


REQUIRED = {"constraints": {"required": True}}
SCHEMAS = {
    "terms": {"fields": [field("id"), field("kind")], "primaryKey": "id"},
    "studies": {
        "fields": [
            field("id", **{"galley:role": "citation-key"}),
            field("year", "integer"),
        ],
        "primaryKey": "id",
    },
    "proportions": {
        "fields": [
            field("id", **REQUIRED),
            field("study"),
            field("arm", **{"galley:kinds": ["arm", "all"]}),
            field("events", "integer", constraints={"minimum": 0}),
            field("total", "integer"),
            field("counts_status", constraints={"enum": ["confirmed", "disputed"]}),
            field("printed", "number", constraints={"maximum": 100}),
            field("decimals", "integer"),
        ],
        "primaryKey": "id",
        "foreignKeys": [
            {"fields": "study", "reference": {"resource": "studies", "fields": "id"}},
            {"fields": "arm", "reference": {"resource": "terms", "fields": "id"}},
        ],
    },
    "rates": {
        "fields": [
            field("id"),
            field("time", "number"),
            field("printed", "number"),
            field("decimals", "integer"),
            field("done", "boolean"),
        ],
        "primaryKey": "id",
    },
    "tests": {
        "fields": [
            field("id"),
            field("left"),
            field("right"),
            field("printed", "number"),
        ],
        "primaryKey": "id",
    },
    "reported": {
        "fields": [field("id"), field("quantity", **{"galley:role": "address"})],
        "primaryKey": "id",
    },
}
TABLES = {
    "terms": "id,kind\nall,stratum\nrfa,arm\nsurvival,outcome\n",
    "studies": "id,year\nfirst2001,2001\n",
    "proportions": (
        "id,study,arm,events,total,counts_status,printed,decimals\n"
        "p1,first2001,all,246,256,confirmed,96.1,1\n"
        "p2,first2001,rfa,33,39,confirmed,84.6,1\n"
        "p3,first2001,rfa,,,confirmed,60.0,1\n"
        "p4,first2001,rfa,12,57,disputed,22.8,1\n"
    ),
    "rates": "id,time,printed,decimals,done\nr1,24,30.5,1,true\nr2,6,10,0,false\n",
    "tests": "id,left,right,printed\nt1,p1,p2,0.003\nt2,,,0.04\nt3,p1,p3,\n",
    "reported": "id,quantity\nn1,proportions:p1.percent\nn2,rates:r1.rate\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Write a small project, with some tables replaced, and return its directory."""

    def write(**tables: str | None) -> Path:
        data = tmp_path / "data"
        data.mkdir(exist_ok=True)
        contents = TABLES | tables
        for name, text in contents.items():
            if text is not None:
                (data / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        resources = [
            {
                "name": name,
                "path": f"{name}.csv",
                "profile": "tabular-data-resource",
                "schema": SCHEMAS[name],
            }
            for name in contents
        ]
        package = {"name": "small", "title": "Small", "resources": resources}
        (data / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
        return tmp_path

    return write


def shown(findings: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{finding.span}: {finding.message}" for finding in findings]


# Reading --------------------------------------------------------------------------


def test_load_types_cells(project: Project) -> None:
    package = datapackage.load(project())
    assert package.title == "Small"
    row = package.row("proportions", "p1")
    assert row is not None
    assert dict(row.values) == {
        "id": "p1",
        "study": "first2001",
        "arm": "all",
        "events": 246,
        "total": 256,
        "counts_status": "confirmed",
        "printed": 96.1,
        "decimals": 1,
    }
    rate = package.tables["rates"].by_id["r1"]
    assert (rate["time"], rate["done"]) == (24.0, True)


def test_texts_keep_what_a_float_loses(project: Project) -> None:
    row = datapackage.load(project()).row("proportions", "p3")
    assert row is not None
    assert row["events"] is None
    assert (row["printed"], row.texts["printed"]) == (60.0, "60.0")


def test_row_addresses_are_those_of_rfc_7111(project: Project) -> None:
    row = datapackage.load(project()).row("proportions", "p2")
    assert row is not None
    assert row.address() == "data/proportions.csv#row=3"
    assert row.address("events") == "data/proportions.csv#cell=3,4"


def test_place_of_a_cell_behind_quotes_and_line_breaks(project: Project) -> None:
    root = project(reported='id,quantity\nn1,"a ""b"",\nc"\nn2,rates:r1.rate\n')
    table = datapackage.load(root).tables["reported"]
    first, second = table.rows
    assert first["quantity"] == 'a "b",\nc'
    assert (first.number, first.line) == (2, 2)
    assert (second.number, second.line) == (3, 4)
    span = table.cell_span(second, "quantity")
    assert (span.line, span.column, span.end_column) == (4, 4, 17)
    span = table.cell_span(first, "quantity")
    assert (span.line, span.column, span.end_line) == (2, 4, 3)


cells = st.text(st.sampled_from('ab,"\n\r é'), min_size=1, max_size=6)


@given(rows=st.lists(st.tuples(cells, cells), max_size=5))
def test_any_cell_is_found_where_it_stands(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("id", "quantity"), *rows])
    root = tmp_path_factory.mktemp("any")
    (root / "data").mkdir()
    (root / "data" / "t.csv").write_bytes(text.getvalue().encode())
    resource = {"name": "t", "path": "t.csv", "schema": SCHEMAS["reported"]}
    descriptor = json.dumps({"name": "p", "resources": [resource]})
    (root / "data" / "datapackage.json").write_text(descriptor)
    table = datapackage.load(root).tables["t"]
    assert [tuple(row.values.values()) for row in table.rows] == rows
    for row, (_, second) in zip(table.rows, rows, strict=True):
        span = table.cell_span(row, "quantity")
        written = io.StringIO(newline="")
        csv.writer(written).writerow([second])
        line = table.source.line(span.line)
        first = re.split(r"\r\n|\r|\n", written.getvalue())[0]
        assert line[span.column - 1 :].startswith(first)


def test_windows_line_ends_and_byte_order_mark(project: Project) -> None:
    text = "\ufeff" + TABLES["studies"].replace("\n", "\r\n")
    package = datapackage.load(project(studies=text))
    row = package.row("studies", "first2001")
    assert row is not None
    assert row["year"] == 2001
    span = package.tables["studies"].cell_span(row, "year")
    assert (span.line, span.column, span.end_column) == (2, 11, 15)


def test_project_without_data(tmp_path: Path) -> None:
    assert datapackage.load(tmp_path).tables == {}
    assert datapackage.validate(tmp_path, ["a"]) == ()


def test_another_directory(project: Project) -> None:
    root = project()
    (root / "data").rename(root / "evidence")
    package = datapackage.load(root, "evidence")
    row = package.row("studies", "first2001")
    assert row is not None
    assert row.address("year") == "evidence/studies.csv#cell=2,2"


def test_load_refuses_a_cell_of_the_wrong_type(project: Project) -> None:
    root = project(studies="id,year\nfirst2001,MMI\n")
    with pytest.raises(FindingsError) as caught:
        datapackage.load(root)
    assert shown(caught.value.diagnostics) == [
        "data/studies.csv:2:11: `MMI` in column `year` is no integer"
    ]


def test_load_refuses_a_wrong_header(project: Project) -> None:
    with pytest.raises(FindingsError) as caught:
        datapackage.load(project(studies="year,id\n2001,first2001\n"))
    assert len(caught.value.diagnostics) == 1


@pytest.mark.parametrize("text", ["", "\n"])
def test_empty_file_has_a_wrong_header(project: Project, text: str) -> None:
    with pytest.raises(FindingsError):
        datapackage.load(project(studies=text))


# Quantities -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("proportions:p1.events", 246),
        ("proportions:p1.percent", Fraction(24600, 256)),
        ("proportions:p3.percent", 60),
        ("proportions:p4.percent", Fraction(1200, 57)),
        ("proportions:p1.printed", Fraction("96.1")),
        ("rates:r1.rate", Fraction("30.5")),
        ("rates:r1.time", 24),
        ("studies:first2001.year", 2001),
        ("tests:t2.printed_p", Fraction("0.04")),
    ],
)
def test_quantity(project: Project, address: str, number: float) -> None:
    assert datapackage.quantity(datapackage.load(project()), address) == number


@pytest.mark.parametrize(
    ("name", "p"), [("pearson", 0.00319), ("fisher", 0.0107), ("yates", 0.0102)]
)
def test_p_values_are_recomputed(project: Project, name: str, p: float) -> None:
    found = datapackage.quantity(datapackage.load(project()), f"tests:t1.{name}")
    assert found == pytest.approx(p, rel=0.005)


@pytest.mark.parametrize(
    ("address", "message", "hint"),
    [
        ("p1.percent", "is not an address", "table:row-id.field"),
        ("proportion:p1.percent", "no table `proportion`", "`proportions`"),
        ("proportions:p9.percent", "no row `p9`", "add the row"),
        ("studies:first2002.year", "no row `first2002`", "`first2001`?"),
        ("proportions:p3.events", "no number `events`", "`percent`"),
        ("proportions:p1.study", "no number `study`", "`events`"),
        ("tests:t2.fisher", "no number `fisher`", "`printed_p`"),
        ("tests:t3.fisher", "without counts", "printed_p"),
        ("tests:t3.printed_p", "no number `printed_p`", "`pearson`"),
    ],
)
def test_bad_address(project: Project, address: str, message: str, hint: str) -> None:
    package = datapackage.load(project())
    with pytest.raises(AddressError) as caught:
        datapackage.quantity(package, address)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_address_prints_as_it_is_written() -> None:
    text = "proportions:glazer-ts-lt4.percent"
    assert str(Address.parse(text)) == text


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (Fraction(25, 2), 0, "13"),
        (12.25, 1, "12.3"),
        (0.35, 1, "0.4"),
        (2.675, 2, "2.68"),
        (Fraction(24600, 256), 1, "96.1"),
        (60, 1, "60.0"),
    ],
)
def test_rounding_is_half_up_on_decimals(
    number: float, decimals: int, text: str
) -> None:
    assert rounded(number, decimals) == Decimal(text)
    assert str(rounded(number, decimals)) == text


# Validation -----------------------------------------------------------------------


def test_a_sound_package(project: Project) -> None:
    assert datapackage.validate(project(), ["first2001"]) == ()


def changed(table: str, old: str, new: str) -> dict[str, str]:
    assert old in TABLES[table]
    return {table: TABLES[table].replace(old, new, 1)}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            changed("studies", "id,year", "id,jahr"),
            "data/studies.csv:1:4: the header of `data/studies.csv` is not the one of "
            "its schema",
            id="header",
        ),
        pytest.param(
            changed("studies", "2001\n", "MMI\n"),
            "data/studies.csv:2:11: `MMI` in column `year` is no integer",
            id="type",
        ),
        pytest.param(
            changed("proportions", "256,confirmed", "256,guessed"),
            "data/proportions.csv:2:26: `guessed` in column `counts_status` is not "
            "allowed",
            id="enumeration",
        ),
        pytest.param(
            changed("proportions", "96.1", "961"),
            "data/proportions.csv:2:36: `961` in column `printed` is not allowed",
            id="range",
        ),
        pytest.param(
            changed("proportions", "p2,", ","),
            "data/proportions.csv:3:1: column `id` is empty",
            id="required",
        ),
        pytest.param(
            changed("rates", "r2", "r1"),
            "data/rates.csv:3:1: `r1` names two rows",
            id="primary key",
        ),
        pytest.param(
            changed("proportions", "p1,first2001", "p1,frist2001"),
            "data/proportions.csv:2:4: `frist2001` in column `study` is not in "
            "`data/studies.csv`",
            id="foreign key",
        ),
        pytest.param(
            changed("rates", "24,30.5", "24,30,5"),
            "data/rates.csv:2:14: the row has more cells than the header",
            id="surplus cell",
        ),
        pytest.param(
            changed("rates", "r1,24,30.5", "r1,30.5"),
            "data/rates.csv:2:11: the row has fewer cells than the header",
            id="missing cell",
        ),
        pytest.param(
            changed("rates", "\nr2", "\n\nr2"),
            "data/rates.csv:3:1: the row has no cells",
            id="blank line",
        ),
        pytest.param(
            changed("proportions", "p2,first2001,rfa", "p2,first2001,survival"),
            "data/proportions.csv:3:14: `survival` in column `arm` names a `outcome`",
            id="kind of term",
        ),
        pytest.param(
            changed("proportions", "246,256", "246,"),
            "data/proportions.csv:2:22: `p1` has no `total`",
            id="half a count",
        ),
        pytest.param(
            changed("proportions", "60.0,1", "60,1"),
            "data/proportions.csv:4:33: `60` does not have `1` decimals",
            id="decimals",
        ),
        pytest.param(
            changed("reported", "p1.percent", "p7.percent"),
            "data/reported.csv:2:4: `proportions` has no row `p7`",
            id="address",
        ),
        pytest.param(
            {"tests": None},
            "data/tests.csv:1:1: `data/tests.csv` does not exist",
            id="missing file",
        ),
    ],
)
def test_a_broken_package_gives_one_finding(
    project: Project, change: dict[str, str | None], expected: str
) -> None:
    findings = datapackage.validate(project(**change), ["first2001"])
    assert shown(findings) == [expected]
    assert findings[0].hint


def test_citation_keys(project: Project) -> None:
    (finding,) = datapackage.validate(project(), ["first2002"])
    assert str(finding.span) == "data/studies.csv:2:1"
    assert finding.hint == "did you mean `first2002`?"
    assert datapackage.validate(project(), None) == ()


def test_file_that_is_not_utf8(project: Project) -> None:
    root = project()
    (root / "data/studies.csv").write_bytes(b"id,year\n\xff,1\n")
    (finding,) = datapackage.validate(root, ["first2001"])
    assert str(finding.span) == "data/studies.csv:2:1"


def test_descriptor_that_is_not_json(project: Project) -> None:
    root = project()
    (root / "data/datapackage.json").write_text('{"name": "x",\n "resources": [,]}')
    (finding,) = datapackage.validate(root, [])
    assert (finding.span.path, finding.span.line) == ("data/datapackage.json", 2)
    with pytest.raises(FindingsError):
        datapackage.load(root)


def test_descriptor_that_is_no_object(project: Project) -> None:
    root = project()
    (root / "data/datapackage.json").write_text("[]")
    (finding,) = datapackage.validate(root, [])
    assert "object" in finding.message


def test_descriptor_that_breaks_the_specification(project: Project) -> None:
    root = project()
    path = root / "data/datapackage.json"
    package = json.loads(path.read_text())
    package["resources"][0]["schema"]["fields"][0]["type"] = "integre"
    path.write_text(json.dumps(package))
    findings = datapackage.validate(root, ["first2001"])
    assert [finding.span.path for finding in findings] == ["data/datapackage.json"]
    assert "integre" in findings[0].message


def test_foreign_key_to_no_table(project: Project) -> None:
    root = project()
    path = root / "data/datapackage.json"
    path.write_text(path.read_text().replace('"resource": "terms"', '"resource": "t"'))
    (finding,) = datapackage.validate(root, ["first2001"])
    assert "refers to a table that is not there: `t`" in finding.message


def test_findings_are_sorted_by_place(project: Project) -> None:
    root = project(
        **changed("studies", "2001\n", "MMI\n"), **changed("rates", "r2", "r1")
    )
    paths = [finding.span.path for finding in datapackage.validate(root)]
    assert paths == ["data/rates.csv", "data/studies.csv"]
