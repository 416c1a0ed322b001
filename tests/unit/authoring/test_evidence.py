import os
import re
import subprocess
import sys

import pytest

import galleyproof
from galleyproof import count, evidence, studies, study
from galleyproof.authoring.failures import EvidenceError
from galleyproof.errors import FindingsError
from galleyproof.lineage import Status, UnitError

pytestmark = pytest.mark.usefixtures("project")
NBSP = "\u00a0"


def smith():
    return study("smith2017")


def jones():
    return study("jones2019")


NAMES = {name: getattr(galleyproof, name) for name in galleyproof.__all__} | {
    "smith": smith,
    "jones": jones,
}


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("smith().tumours", "299"),
        ("smith().tumours.primary", "56"),
        ("smith().tumours.primary.Words", "Fifty-six"),
        ("smith().primary.tumours", "56"),
        ("jones().patients", "4,029"),
        ("smith().diameter.mean", f"2.5{NBSP}cm"),
        ("smith().diameter.mean.bare", "2.5"),
        ("smith().diameter.range", f"0.3 to 7.8{NBSP}cm"),
        ("smith().treatment_year.minimum", "1998"),
        ("smith().technical_success", "94.6%"),
        ("smith().technical_success.lt4", "96.1%"),
        ("smith().technical_success.lt4.to(2)", "96.09%"),
        ("smith().technical_success.lt4.counts", "246/256"),
        ("smith().technical_success.lt4.events", "246"),
        ("smith().technical_success.lt4.total", "256"),
        ("smith().technical_success.lt4.ci", "93.0% to 97.9%"),
        ("smith().technical_success.lt4.unit", "tumours"),
        ("smith().efficacy.time", f"3{NBSP}months"),
        ("smith().efficacy.rest", "100.0%"),
        ("smith().adverse_event", "33.9%"),
        ("smith().adverse_event.printed", "33.8%"),
        ("smith().year", "2017"),
        ("smith().name", "Smith"),
        ("smith().label", "Smith et al., 2017"),
        ("smith().design", "Single centre"),
        ("smith().thresholds.diameter", f"4{NBSP}cm"),
        ("jones().technical_success", "97%"),
        ("jones().complications", "5%"),
        ("jones().response.patients", "96.1%"),
        ("jones().local_progression.cryo.year3", "17%"),
        ("jones().local_progression.rfa.month12", "17%"),
        ("jones().local_progression.gt3", "13%"),
        ("value('proportions:s-ts-lt4.percent')", "96.1%"),
        ("value('proportions:s-te.time')", f"3{NBSP}months"),
        ("value('cumulative_rates:j-os-y1.rate')", "90%"),
        ("value('thresholds:s-small')", f"4{NBSP}cm"),
        ("value('studies:smith2017.year')", "2017"),
        ("value('tests:s-ts-size.pearson')", "p = 0.003"),
        ("value('tests:s-ts-size.printed_p')", "p = 0.003"),
        ("value('tests:s-bare.printed_p')", "p < 0.0001"),
        ("row('proportions:s-ts-lt4').term('stratum')", "< 4 cm"),
        ("term('ge4')", "≥ 4 cm"),
        ("definition('ge4')", "Large."),
    ],
)
def test_an_expression_prints(expression, text):
    assert eval(expression, NAMES).text == text


@pytest.mark.parametrize(
    ("expression", "status"),
    [
        ("smith().technical_success", Status.CONFIRMED),
        ("smith().technical_success.lt4", Status.SOURCE_ARTICLE_ONLY),
        ("smith().technical_success.lt4.counts", Status.RECONSTRUCTED),
        ("smith().technical_success.lt4.ci", Status.DERIVED),
        # Disputed: the counts were read, and do not give the printed percentage.
        ("smith().adverse_event", Status.DERIVED),
        ("smith().adverse_event.printed", Status.CONFIRMED),
        ("smith().adverse_event.counts", Status.CONFIRMED),
        ("smith().tumours.primary / smith().tumours", Status.DERIVED),
    ],
)
def test_how_it_is_known(expression, status):
    assert eval(expression, NAMES).status is status


def test_a_title_names_study_place_and_counts():
    assert smith().technical_success.lt4.title == (
        "Smith et al., 2017, as given by the source article, Table 2; 246/256"
    )
    assert smith().technical_success.ci.title.startswith(
        "Wilson 95% interval of 279/295; Smith et al., 2017, abstract"
    )


def test_cells_have_addresses():
    (cell,) = smith().tumours.value.cells
    assert cell.address == "data/counts.csv#cell=2,5"
    assert cell.key == "counts:smith-tumours.count"
    percent = smith().technical_success.value
    assert percent.printed_in.key == "proportions:s-ts-all.printed"


def test_a_citation_is_markdown():
    assert smith().cite == "[@smith2017]"
    assert smith().cite._repr_markdown_() == "[@smith2017]"


def test_evidence_computes_compares_and_formats():
    metastases = smith().tumours - smith().tumours.primary
    assert metastases.text == "243"
    assert (metastases / smith().tumours).text == "81.3%"
    assert smith().technical_success.lt4 > smith().technical_success.ge4
    assert f"{smith().tumours}" == smith().tumours._repr_markdown_()
    with pytest.raises(UnitError, match=r"% of tumours.*% of procedures"):
        smith().technical_success + smith().adverse_event


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("study('smith2018')", "did you mean `smith2017`"),
        ("smith().tumors", "`smith2017` has no `tumors`; did you mean `tumours`"),
        ("smith().technical_success.lt5", "`lt4`"),
        ("smith().diameter.text", "say which, with one of `mean`"),
        ("jones().local_progression.text", "`year1`, `year3`"),
        ("jones().complications.counts", r"not known \(ambiguous\)"),
        ("smith().tumours.ci", r"not a proportion"),
        ("smith().technical_success.time", "has no time point"),
        ("smith().thresholds.eligibility.text", "holds no number"),
        ("study('undated').year", "the year of `undated` is not known"),
        ("study('brown2015').text", "no number about `brown2015`"),
        ("value('nowhere')", "is no address"),
        ("value('count:x')", "did you mean `counts`"),
        ("value('counts:x.y')", "no row `x`"),
        ("value('counts:smith-tumours.percnt')", "did you mean `percent`"),
        ("value('tests:s-bare.pearson')", "names no rows to compare"),
        ("value('statements:s-said')", "is no number"),
        ("evidence('proportions', outcom='x')", "did you mean `outcome`"),
        ("row('counts:smith-tumours')['nte']", "no column `nte`"),
    ],
)
def test_a_wrong_name_says_what_there_is(expression, message):
    with pytest.raises(EvidenceError, match=message):
        eval(expression, NAMES)


def test_a_wrong_attribute_is_an_attribute_error_too():
    assert not hasattr(smith(), "tumors")
    assert not hasattr(smith(), "_repr_html_")


def test_rows_come_in_file_order_and_filtered():
    found = evidence("proportions", study="smith2017", stratum=("lt4", "ge4"))
    assert [item.address for item in found] == [
        "proportions:s-ts-lt4",
        "proportions:s-ts-ge4",
    ]
    assert [item.text for item in evidence("cumulative_rates", time="year3")] == [
        "17%",
        "18%",
    ]
    assert evidence("proportions", outcome="none") == []


def test_rates_over_time_leave_out_other_strata():
    rows = jones().local_progression.cryo.over_time
    assert [item.text for item in rows] == ["12%", "17%"]
    assert [item.months for item in jones().local_progression.rfa.over_time] == [12, 36]


def test_studies_and_counting():
    cohorts = studies(kind="cohort")
    assert [item.key for item in cohorts] == ["smith2017", "jones2019", "undated"]
    number = count(cohorts, unit="studies")
    assert number.words.text == "three"
    assert {cell.key for cell in number.cells} == {
        "studies:smith2017.id",
        "studies:jones2019.id",
        "studies:undated.id",
    }
    assert number.recompute() == 3
    assert count([]).text == "0"
    with pytest.raises(TypeError, match="no number of the data"):
        count(["x"])


def test_statements_keep_their_words_and_values():
    (said,) = smith().statements
    assert said["text"].text == "Better <b>when</b> small | so."
    assert str(said["text"]) == "Better \\<b\\>when\\</b\\> small \\| so."
    assert [item.text for item in said.values] == ["96.1%", "299"]
    assert smith().tumours.study.key == "smith2017"


def test_a_changed_file_is_read_again(project):
    assert smith().tumours.text == "299"
    path = project / "data" / "counts.csv"
    path.write_text(path.read_text().replace(",299,299,", ",300,300,"))
    later = path.stat().st_mtime_ns + 10**9
    os.utime(path, ns=(later, later))
    assert smith().tumours.text == "300"


def test_outside_a_project(project, monkeypatch):
    (project / "_quarto.yml").unlink()
    monkeypatch.chdir(project)
    with pytest.raises(EvidenceError, match=r"no `_quarto\.yml`"):
        smith()


def test_a_project_without_data(project):
    (project / "data" / "datapackage.json").unlink()
    with pytest.raises(EvidenceError, match=r"`data/datapackage\.json` is not there"):
        smith()


def test_a_broken_table_carries_its_place(project):
    (project / "data" / "counts.csv").write_text("id,wrong\n1,2\n")
    with pytest.raises(FindingsError) as caught:
        smith()
    assert caught.value.diagnostics[0].span.path == "data/counts.csv"


def test_a_chapter_without_figures_imports_neither_matplotlib_nor_scipy():
    code = (
        "import sys; from galleyproof import study, table, figure, forest, pool;"
        "study('smith2017').tumours.text;"
        "slow = {'matplotlib', 'scipy', 'pandas', 'frictionless'};"
        "print(sorted(slow & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert re.sub(r"\s", "", done.stdout) == "[]"
