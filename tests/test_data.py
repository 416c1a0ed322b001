"""What must be true of this review's data, beyond its schema."""

from __future__ import annotations

import csv
import io
import keyword
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from frictionless import Package

from galleyproof import bibliography, datapackage
from galleyproof.checks import data
from galleyproof.datapackage import DataPackage, Row
from galleyproof.stats.printed import read_printed

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = datapackage.load(ROOT)
BIBLIOGRAPHY = bibliography.load(ROOT / "references.bib", "references.bib")
ARTICLE = "goyal2026"
FILES = sorted((ROOT / "data").glob("*.csv"))


def rows(table: str, **wanted: object) -> list[Row]:
    found = PACKAGE.tables[table].rows
    return [r for r in found if all(r[k] == v for k, v in wanted.items())]


def value(address: str) -> object:
    return datapackage.quantity(PACKAGE, address)


# The package ----------------------------------------------------------------------


def test_package_is_valid() -> None:
    assert datapackage.validate(ROOT, BIBLIOGRAPHY.keys) == ()


def test_bibliography_is_valid() -> None:
    assert BIBLIOGRAPHY.diagnostics == ()


def test_every_file_is_described() -> None:
    described = {table.path for table in PACKAGE.tables.values()}
    assert {f"data/{path.name}" for path in FILES} == described


def test_every_table_is_documented() -> None:
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    listed = [
        line.split("`")[1]
        for line in page.partition("## How a number")[0].splitlines()
        if line.startswith("| `")
    ]
    assert listed == list(PACKAGE.tables)


def test_package_stands_without_us() -> None:
    """Frictionless by itself, foreign keys included, finds nothing."""
    report = Package(str(ROOT / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["message"])


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_file_is_canonical_csv(path: Path) -> None:
    """UTF-8 without a mark, LF, quotes only where RFC 4180 needs them."""
    text = path.read_bytes().decode("utf-8")
    assert not text.startswith("\ufeff")
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(csv.reader(io.StringIO(text)))
    assert text == out.getvalue()


# Words ----------------------------------------------------------------------------


def test_terms_are_python_identifiers() -> None:
    for row in rows("terms"):
        assert row.id.isidentifier(), row.id
        assert not keyword.iskeyword(row.id), row.id


def test_prose_has_british_spelling() -> None:
    for table in ("terms", "studies", "statements"):
        for row in rows(table):
            for text in row.texts.values():
                own = text.replace("Asian Conference on Tumor Ablation", "")
                assert "tumor" not in own.lower(), row.address()


def test_rates_say_crude_or_cumulative() -> None:
    crude = {r["outcome"] for r in rows("proportions")}
    cumulative = {r["outcome"] for r in rows("cumulative_rates")}
    for outcome in sorted((crude | cumulative) - {"local_control"}, key=str):
        term = PACKAGE.row("terms", str(outcome))
        assert term is not None
        words = str(term["definition"]).lower()
        assert outcome not in crude or "crude" in words, outcome
        known = outcome in cumulative and outcome != "local_recurrence"
        assert not known or "cumulative" in words, outcome


# Where numbers come from ----------------------------------------------------------

EXTRACTED = (
    "counts",
    "proportions",
    "cumulative_rates",
    "measurements",
    "tests",
    "thresholds",
    "statements",
)


@pytest.mark.parametrize("table", EXTRACTED)
def test_status_agrees_with_source(table: str) -> None:
    for row in rows(table):
        source = PACKAGE.row("sources", str(row["source"]))
        assert source is not None
        kind, status = source["kind"], row["status"]
        if status == "confirmed":
            assert kind in ("abstract", "full text"), row.address()
            assert str(row["source"]).startswith(f"{row['study']}-"), row.address()
        elif status == "derived":
            assert kind == "computation", row.address()
        else:
            assert row["source"] == ARTICLE, row.address()


def test_counts_are_there_when_they_are_known() -> None:
    unknown = {"ambiguous", "impossible", "not reported"}
    for row in rows("proportions"):
        known = row["counts_status"] not in unknown
        assert known == (row["events"] is not None), row.address("counts_status")
        assert known or row["printed"] is not None, row.address("printed")
        assert known or row["note"], f"{row.address()}: say why there are no counts"


def test_derived_proportions_print_nothing() -> None:
    for row in rows("proportions"):
        derived = row["status"] == "derived"
        assert derived == (row["printed"] is None), row.address()


# What the product checks, on these data ----------------------------------------------


def test_nothing_contradicts_itself() -> None:
    assert data.check(PACKAGE) == ()


def with_cell(address: str, text: str) -> DataPackage:
    """Return the package with one cell written anew."""
    table_name, _, rest = address.partition(":")
    identifier, _, column = rest.partition(".")
    table = PACKAGE.tables[table_name]
    number = isinstance(table.by_id[identifier][column], int)
    changed = tuple(
        replace(
            row,
            values={**row.values, column: int(text) if number else text or None},
            texts={**row.texts, column: text},
        )
        if row.id == identifier
        else row
        for row in table.rows
    )
    other = replace(table, rows=changed, by_id={row.id: row for row in changed})
    return replace(PACKAGE, tables={**PACKAGE.tables, table_name: other})


def codes_of(package: DataPackage) -> set[str]:
    return {finding.code.code for finding in data.check(package)}


COUNTED = [
    "glazer-tumours-primary",
    "glazer-tumours-metastases",
    "glazer-procedures-ct",
    "glazer-procedures-mri",
    "glazer-procedures-pet-ct",
    "glazer-patients-women",
    "littrup-patients-hcc",
    "littrup-patients-metastases",
    "ma-patients-men",
    "ma-patients-women",
    "ma-tumours-capsule",
    "ma-tumours-gallbladder",
    "ma-tumours-vessel",
    "ma-tumours-diaphragm",
    "ma-tumours-intestine",
    "ma-tumours-adrenal",
    "pusceddu-tumours-hcc",
    "pusceddu-tumours-metastases",
    "rct-patients-cryoablation",
    "rct-patients-rfa",
]
STRATA = [
    f"glazer-{outcome}-{part}"
    for outcome in ("te", "ltp")
    for part in ("lt4", "ge4", "primary", "metastases", "hcc", "non-hcc")
] + [
    "glazer-te-non-hcc-primary",
    "glazer-ltp-non-hcc-primary",
    "glazer-ts-lt4",
    "glazer-ts-ge4",
    "glazer-ts-hcc",
    "glazer-ts-non-hcc",
    "glazer-ae-lt4",
    "glazer-ae-ge4",
    "pusceddu-ca-hcc",
    "pusceddu-ca-metastases",
]


@pytest.mark.parametrize(
    "address",
    [f"counts:{row}.count" for row in COUNTED]
    + [f"proportions:{row}.{name}" for row in STRATA for name in ("events", "total")],
)
def test_one_more_is_noticed(address: str) -> None:
    """Each part is in a declared sum: no count of it can change by itself."""
    number = value(address)
    assert isinstance(number, int)
    assert "parts-add-up" in codes_of(with_cell(address, str(number + 1)))


def test_totals_lie_within_their_cohort() -> None:
    cohort = {(r["study"], r["unit"]): r["count"] for r in rows("counts", group="all")}
    for row in rows("proportions"):
        size = cohort.get((row["study"], row["unit"]))
        if isinstance(row["total"], int) and isinstance(size, int):
            beyond = with_cell(f"proportions:{row.id}.total", str(size + 1))
            assert "parts-add-up" in codes_of(beyond), row.address("total")


@pytest.mark.parametrize(
    ("address", "instead", "code"),
    [
        ("proportions:glazer-any-ae.counts_status", "confirmed", "percentage-possible"),
        ("proportions:wangf-minor.counts_status", "confirmed", "percentage-possible"),
        (
            "proportions:pusceddu-repeat.counts_status",
            "not reported",
            "percentage-possible",
        ),
        ("tests:rct-major.disputed", "", "p-reproduced"),
        ("cumulative_rates:elderly-ltp-gt3-rfa-y3.disputed", "", "rates-monotone"),
    ],
)
def test_known_discrepancies_are_declared(
    address: str, instead: str, code: str
) -> None:
    """Taken back, each declaration leaves the finding that it stands for."""
    assert codes_of(with_cell(address, instead)) == {code}


@pytest.mark.parametrize(
    "address",
    ["tests:glazer-ts-size.disputed", "cumulative_rates:ma-ltp-m9.disputed"],
)
def test_a_needless_declaration_is_noticed(address: str) -> None:
    assert codes_of(with_cell(address, "No reason.")) == {"discrepancy-real"}


@pytest.mark.parametrize(
    ("row", "printed"), [("ma-ltp-m9", "30.6"), ("elderly-os-rfa-y3", "91")]
)
def test_a_rate_that_turns_back_is_noticed(row: str, printed: str) -> None:
    package = with_cell(f"cumulative_rates:{row}.printed", printed)
    assert codes_of(package) == {"rates-monotone"}


def test_every_cumulative_outcome_has_its_course() -> None:
    for row in rows("cumulative_rates"):
        term = PACKAGE.row("terms", str(row["outcome"]))
        assert term is not None
        assert term["course"] in ("rising", "falling"), row.address("outcome")


# Facts that the originals confirm -------------------------------------------------

CONFIRMED = {
    "counts:glazer-tumours.count": 299,
    "counts:glazer-tumours-metastases.count": 243,
    "counts:glazer-tumours-primary.count": 56,
    "counts:glazer-patients.count": 186,
    "counts:glazer-patients-women.count": 95,
    "counts:glazer-procedures.count": 236,
    "counts:glazer-procedures-ct.count": 126,
    "counts:glazer-procedures-mri.count": 100,
    "counts:glazer-procedures-pet-ct.count": 10,
    "counts:littrup-procedures.count": 342,
    "counts:littrup-tumours.count": 443,
    "counts:littrup-patients.count": 212,
    "counts:littrup-patients-hcc.count": 36,
    "counts:littrup-patients-metastases.count": 176,
    "counts:ma-patients.count": 66,
    "counts:ma-tumours.count": 69,
    "counts:wangf-patients.count": 57,
    "counts:wangf-tumours.count": 68,
    "counts:pusceddu-patients.count": 49,
    "counts:pusceddu-tumours.count": 64,
    "counts:kolck-articles.count": 4145,
    "counts:kolck-studies.count": 26,
    "counts:kolck-patients.count": 4029,
    "counts:zhang-patients.count": 685,
    "counts:zhang-patients-high-risk.count": 106,
    "counts:zhang-patients-other.count": 218,
    "counts:zhang-pairs.count": 95,
    "counts:khanmohammadi-studies.count": 15,
    "counts:khanmohammadi-patients.count": 692,
    "counts:rct-patients.count": 360,
    "counts:rong-patients.count": 866,
    "counts:rong-tumours.count": 1197,
    "counts:rong-procedures.count": 1401,
    "proportions:glazer-ts-all.events": 279,
    "proportions:glazer-ts-all.total": 295,
    "proportions:glazer-te-all.events": 231,
    "proportions:glazer-te-all.total": 258,
    "proportions:glazer-te-lt4.events": 213,
    "proportions:glazer-te-ge4.events": 18,
    "proportions:glazer-ltp-all.events": 60,
    "proportions:glazer-ltp-lt4.events": 41,
    "proportions:glazer-ltp-ge4.events": 19,
    "proportions:glazer-ae-all.events": 25,
    "proportions:glazer-ae-lt4.events": 17,
    "proportions:glazer-ae-ge4.events": 8,
    "proportions:glazer-any-ae.events": 80,
    "proportions:littrup-grade-gt3.events": 20,
    "proportions:wangf-ca.events": 66,
    "proportions:wangf-ltp.events": 11,
    "proportions:wangf-major.events": 2,
    "proportions:wangf-minor.events": 12,
    "proportions:rct-major-cryoablation.events": 7,
    "proportions:rct-major-rfa.events": 6,
    "proportions:rong-cr-tumours.events": 1163,
    "proportions:rong-cr-patients.events": 832,
}


@pytest.mark.parametrize("address", CONFIRMED)
def test_confirmed_count(address: str) -> None:
    assert value(address) == CONFIRMED[address]
    row, field = datapackage.locate(PACKAGE, address)
    status = row["status"] if field == "count" else row["counts_status"]
    assert status in ("confirmed", "disputed")


@pytest.mark.parametrize(
    ("test", "fisher", "pearson", "yates"),
    [
        ("glazer-ts-size", "0.0107", "0.00319", "0.0102"),
        ("glazer-te-size", "0.0000037", "0.000000019", "0.00000011"),
        ("glazer-ltp-size", "0.00000055", "0.000000033", "0.00000012"),
        ("glazer-ae-size", "0.0517", "0.0412", "0.078"),
        ("pusceddu-ca-hcc-metastases", "0.065", "0.032", "0.11"),
        ("rct-major", "1.00", "0.778", "1.00"),
        ("glazer-te-primary-metastases", "0.44", None, None),
        ("glazer-ltp-primary-metastases", "0.85", None, None),
        ("glazer-ts-hcc-others", "1.00", None, None),
        ("glazer-te-hcc-others", "0.59", None, None),
        ("glazer-ltp-hcc-others", "0.845", None, None),
    ],
)
def test_recomputed_p(
    test: str, fisher: str, pearson: str | None, yates: str | None
) -> None:
    for name, shown in (("fisher", fisher), ("pearson", pearson), ("yates", yates)):
        if shown is None:
            continue
        p = value(f"tests:{test}.{name}")
        assert isinstance(p, float)
        digits = len(shown.partition(".")[2])
        assert float(datapackage.rounded(p, digits)) == float(shown), f"{name}: {p}"


# What printed percentages can and cannot be ---------------------------------------


def counts_behind(printed: str, totals: Iterable[int]) -> list[tuple[int, int]]:
    shown = read_printed("printed", printed).range()
    return [
        (events, total)
        for total in totals
        for events in range(total + 1)
        if Fraction(100 * events, total) in shown
    ]


@pytest.mark.parametrize(
    ("row", "totals"),
    [
        ("glazer-te-hcc", range(1, 57)),
        ("glazer-ts-hcc", range(44, 57)),
        ("glazer-te-primary", range(44, 57)),
        ("glazer-ltp-hcc", [44]),
        ("glazer-ltp-primary", [49]),
        ("pusceddu-ca-hcc", [14]),
        ("pusceddu-ca-metastases", [50]),
        ("littrup-grade-gt3", [342, 443, 212]),
        ("ma-te", [66, 69]),
        ("rong-major", [866, 1197, 1401]),
    ],
)
def test_reconstructed_counts_are_the_only_ones(
    row: str, totals: Iterable[int]
) -> None:
    found = PACKAGE.row("proportions", row)
    assert found is not None
    possible = counts_behind(found.texts["printed"], totals)
    if row == "rong-major":  # the events are printed
        possible = [pair for pair in possible if pair[0] == found["events"]]
    assert possible == [(found["events"], found["total"])]


@pytest.mark.parametrize("outcome", ["ts", "te", "ltp", "ae"])
def test_size_strata_are_the_only_solution_with_the_total(outcome: str) -> None:
    overall, small, large = (
        PACKAGE.row("proportions", f"glazer-{outcome}-{part}")
        for part in ("all", "lt4", "ge4")
    )
    assert overall is not None
    assert small is not None
    assert large is not None
    events, total = overall["events"], overall["total"]
    assert isinstance(events, int)
    assert isinstance(total, int)
    of_large = read_printed("printed", large.texts["printed"]).range()
    possible = [
        (k, n)
        for k, n in counts_behind(small.texts["printed"], range(1, total))
        if 0 <= events - k <= total - n
        and Fraction(100 * (events - k), total - n) in of_large
    ]
    assert possible == [(small["events"], small["total"])]


@pytest.mark.parametrize("outcome", ["ts", "te", "ltp"])
def test_no_row_of_table_two_is_of_all_tumours(outcome: str) -> None:
    """The three percentages of a row together cannot be of 299 tumours."""
    overall, small, large = (
        PACKAGE.row("proportions", f"glazer-{outcome}-{part}")
        for part in ("all", "lt4", "ge4")
    )
    assert overall is not None
    assert small is not None
    assert large is not None
    tumours = 299
    of_large = read_printed("printed", large.texts["printed"]).range()
    wholes = [k for k, _ in counts_behind(overall.texts["printed"], [tumours])]
    assert not [
        (whole, k, n)
        for whole in wholes
        for k, n in counts_behind(small.texts["printed"], range(1, tumours))
        if 0 <= whole - k <= tumours - n
        and Fraction(100 * (whole - k), tumours - n) in of_large
    ]


@pytest.mark.parametrize(("row", "total"), [("ma-te", 69), ("pusceddu-repeat", 49)])
def test_impossible_percentages(row: str, total: int) -> None:
    found = PACKAGE.row("proportions", row)
    assert found is not None
    assert counts_behind(found.texts["printed"], [total]) == []


def test_reconstructions_name_proportions_and_totals() -> None:
    for row in rows("reconstructions"):
        problems = str(row["percentages"]).split(" ; ")
        names = [name for problem in problems for name in problem.split()]
        assert all(PACKAGE.row("proportions", name) for name in names), row.address()
        totals = row.texts["totals"].split()
        assert len(totals) in (0, len(names)), row.address("totals")
        for total in totals:
            assert total == "-" or isinstance(value(total), int), row.address("totals")


def test_ambiguous_technical_success_of_primary_tumours() -> None:
    assert counts_behind("96.4", range(49, 57)) == [(53, 55), (54, 56)]


# Studies and the bibliography -----------------------------------------------------


def test_studies_and_bibliography_agree() -> None:
    studies = {row.id for row in rows("studies")}
    assert set(BIBLIOGRAPHY.keys) - {ARTICLE} == studies
    for row in rows("studies"):
        assert BIBLIOGRAPHY.entries[row.id].year == row["year"], row.id


def test_references_of_the_article() -> None:
    numbers = [row["article_reference"] for row in rows("studies", role="cited")]
    assert numbers == list(range(1, 21))
    for role in ("used_unlisted", "omitted"):
        for row in rows("studies", role=role):
            assert row["article_reference"] is None


def test_what_was_not_identified_says_so_in_print() -> None:
    for row in rows("studies"):
        entry = BIBLIOGRAPHY.entries[row.id]
        if row["identity"] == "unverified":
            assert "unverified" in entry.text("note").lower(), row.id
            assert not {"doi", "pmid", "pmcid"} & set(entry.fields), row.id


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        ("sheen2002", {"doi", "pmid"}),
        ("gannon2005", {"doi"}),
        ("hinshaw2007", {"doi"}),
        ("song2016", {"doi", "pmid", "pmcid"}),
        ("hui2021", {"doi"}),
        ("mandt2023", {"doi"}),
        ("elderly2022", {"doi", "journal", "volume", "pages", "author"}),
        ("consensus2024", {"doi", "journal", "volume", "pages", "author"}),
        ("wangc_rct", {"doi", "journal", "volume", "pages", "author", "year"}),
    ],
)
def test_unconfirmed_fields_are_left_out(key: str, fields: set[str]) -> None:
    entry = BIBLIOGRAPHY.entries[key]
    assert not fields & set(entry.fields)
    assert "author" not in fields or not entry.authors


@pytest.mark.parametrize(
    ("key", "family"),
    [("khanmohammadi2023", "Akhlaghpoor"), ("kolck2024", "Collettini")],
)
def test_corrected_names(key: str, family: str) -> None:
    assert family in {person.family for person in BIBLIOGRAPHY.entries[key].authors}


# The audit ------------------------------------------------------------------------


def test_audit_is_complete() -> None:
    assert [row.id for row in rows("audit")] == [f"A{n:02d}" for n in range(1, 48)]


def test_every_number_of_the_audit_resolves() -> None:
    for row in rows("audit"):
        for address in row.texts["values"].split():
            assert value(address) is not None
        if row["kind"] == "number":
            assert row["values"], f"{row.id} speaks of numbers and gives none"
