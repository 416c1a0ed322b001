"""What CI systems read: JSON, SARIF, JUnit, GitHub's annotations."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from galleyproof.checks.suppressions import Suppressed
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.inspection import Family, Inspection
from galleyproof.report import Format, Result, rendered
from galleyproof.spans import Source, Span

SCHEMA = json.loads(
    Path(__file__).with_name("sarif-2.1.0.json").read_text(encoding="utf-8")
)
TEXT = "one\nzwei Gr\u00f6\u00dfen: 12 %, a\u0301b\n"


class Files:
    """Files of a project from memory, in the directory `book`."""

    def __init__(self, **texts: str) -> None:
        self.texts = texts

    def source(self, path: str) -> Source | None:
        text = self.texts.get(path)
        return None if text is None else Source(path, text)

    def line(self, path: str, number: int) -> str:
        source = self.source(path)
        return source.line(number) if source else ""

    def shown(self, path: str) -> str:
        return f"book/{path}"


class Elsewhere(Files):
    """The same, not below the present directory."""

    def shown(self, path: str) -> str:
        return f"../book/{path}"


def span(column: int = 1, end: int = 0, *, line: int = 2, path: str = "a") -> Span:
    return Span(
        path=path, line=line, column=column, end_line=line if end else 0, end_column=end
    )


def found(place: Span, **changes: object) -> Diagnostic:
    values: dict[str, object] = {
        "code": Code.NUMBER_COMPUTED,
        "span": place,
        "message": "`12 %` is typed, not computed",
        "hint": "compute it",
    }
    return Diagnostic(**{**values, **changes})  # type: ignore[arg-type]


def result(
    *findings: Diagnostic, strict: bool = False, files: Files | None = None
) -> Result:
    families = (
        Family(name="numbers", codes=(Code.NUMBER_COMPUTED, Code.LITERAL_USED)),
        Family(name="labels", codes=(Code.LABEL_UNIQUE,)),
    )
    return Result(
        inspection=Inspection(findings=findings, files=1, families=families),
        sources=files or Files(a=TEXT),
        strict=strict,
        version="1.2.3",
    )


NUMBER = span(14, 18)
SEVERAL_LINES = Span(path="a", line=1, column=2, end_line=2, end_column=3)
ALL_KINDS = (
    found(NUMBER),
    found(SEVERAL_LINES, severity=Severity.WARNING),
    found(span(3), detail="one\ntwo"),
    found(Span(path="a", line=0)),
    found(Span(path=".", line=0), code=Code.CHECK_RUNS, severity=Severity.WARNING),
    found(span(path="no such file.qmd", line=9, column=70)),
)


# JSON ---------------------------------------------------------------------------------


OWN_SCHEMA = json.loads(
    resources.files("galleyproof.report")
    .joinpath("findings.schema.json")
    .read_text(encoding="utf-8")
)


def as_json(*findings: Diagnostic, **how: bool) -> dict[str, object]:
    said = json.loads(rendered(Format.JSON, result(*findings, **how)))
    jsonschema.Draft202012Validator(OWN_SCHEMA).validate(said)
    return said


def test_json_says_where_what_and_how_to_mend() -> None:
    (one,) = as_json(found(NUMBER))["findings"]
    fingerprint = one.pop("fingerprint")
    assert re.fullmatch("[0-9a-f]{16}", fingerprint)
    assert one == {
        "code": "number-computed",
        "severity": "error",
        "path": "book/a",
        "line": 2,
        "column": 14,
        "end_line": 2,
        "end_column": 18,
        "source": "zwei Größen: 12 %, a\u0301b",
        "message": "`12 %` is typed, not computed",
        "hint": "compute it",
        "detail": "",
    }
    assert one["source"][14 - 1 : 18 - 1] == "12 %"


def test_json_has_null_for_what_is_not_known() -> None:
    point, file, nowhere = as_json(*ALL_KINDS[2:5])["findings"]
    assert (point["column"], point["end_line"], point["end_column"]) == (3, None, None)
    assert (file["path"], file["line"], file["column"]) == ("book/a", None, None)
    assert (nowhere["path"], nowhere["line"]) == (None, None)


def test_json_counts_and_judges() -> None:
    warning = found(NUMBER, severity=Severity.WARNING)
    lenient, strict = as_json(warning), as_json(warning, strict=True)
    counts = {"suppressed": 0, "known": 0, "vanished": 0, "unchanged": 0}
    assert lenient["counts"] == {"errors": 0, "warnings": 1, **counts}
    assert (lenient["failed"], strict["failed"]) == (False, True)
    assert lenient["version"] == 1


def test_json_tells_what_is_suppressed_and_why() -> None:
    done = result()
    silent = Suppressed(finding=found(NUMBER), reason="a given")
    done = replace(done, inspection=replace(done.inspection, suppressed=(silent,)))
    said = json.loads(rendered(Format.JSON, done))
    jsonschema.Draft202012Validator(OWN_SCHEMA).validate(said)
    assert said["findings"] == []
    assert said["counts"]["suppressed"] == 1
    assert said["suppressed"][0]["reason"] == "a given"
    assert not done.failed


# SARIF --------------------------------------------------------------------------------


def as_sarif(*findings: Diagnostic, files: Files | None = None) -> dict[str, object]:
    log = json.loads(rendered(Format.SARIF, result(*findings, files=files)))
    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    return run


def places(run: dict[str, object]) -> list[dict[str, object] | None]:
    return [
        r["locations"][0]["physicalLocation"] if "locations" in r else None
        for r in run["results"]
    ]


def test_sarif_meets_its_schema() -> None:
    as_sarif()
    as_sarif(*ALL_KINDS)


def test_the_schema_can_refuse() -> None:
    run = as_sarif(found(NUMBER))
    run["results"][0]["level"] = "fatal"
    log = {"version": "2.1.0", "runs": [run]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(log)


def test_sarif_rules_are_the_codes_with_their_help() -> None:
    run = as_sarif(found(NUMBER), ALL_KINDS[4])
    rules = run["tool"]["driver"]["rules"]
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
    codes = {"label-unique", "number-computed", "literal-used", "check-runs"}
    assert {rule["id"] for rule in rules} == codes
    for rule in rules:
        code = Code.named(rule["id"])
        assert rule["shortDescription"]["text"] == code.description
        assert code.mend in rule["help"]["text"]


def test_sarif_places_count_code_points_from_a_base_that_the_reader_sets() -> None:
    run = as_sarif(*ALL_KINDS)
    number, lines, point, file, nowhere, missing = places(run)
    assert run["columnKind"] == "unicodeCodePoints"
    assert number["region"] == {
        "startLine": 2,
        "startColumn": 14,
        "endLine": 2,
        "endColumn": 18,
        "snippet": {"text": "12 %"},
    }
    assert lines["region"]["snippet"] == {"text": "ne\nzw"}
    assert point["region"] == {"startLine": 2, "startColumn": 3}
    assert (file.get("region"), nowhere) == (None, None)
    where = missing["artifactLocation"]
    assert where["uri"] == "book/no%20such%20file.qmd"
    assert where["uriBaseId"] in run["originalUriBaseIds"]


def test_sarif_paths_never_lead_out_of_the_base() -> None:
    (place,) = places(as_sarif(found(NUMBER), files=Elsewhere(a=TEXT)))
    assert place["artifactLocation"]["uri"] == "a"


def test_sarif_names_each_of_two_equal_findings() -> None:
    run = as_sarif(found(NUMBER), found(NUMBER, message="other words"))
    first, second = (r["partialFingerprints"].popitem()[1] for r in run["results"])
    assert first.removesuffix(":1") == second.removesuffix(":2") != ""


# JUnit --------------------------------------------------------------------------------


def as_junit(*findings: Diagnostic, **how: bool) -> ET.Element:
    return ET.fromstring(rendered(Format.JUNIT, result(*findings, **how)))


def outcomes(root: ET.Element) -> dict[str, list[str]]:
    return {
        test.get("name", ""): [child.tag for child in test]
        for test in root.iter("testcase")
    }


def test_junit_has_a_test_for_each_code_and_file() -> None:
    other = found(span(path="b"), severity=Severity.WARNING)
    root = as_junit(found(NUMBER), found(NUMBER), other)
    assert outcomes(root) == {
        "number-computed in book/a": ["failure"],
        "number-computed in book/b": ["system-out"],
        "literal-used": [],
        "label-unique": [],
    }
    assert root.attrib == {
        "name": "galley check",
        "tests": "4",
        "failures": "1",
        "errors": "0",
        "skipped": "0",
    }
    assert [suite.get("failures") for suite in root] == ["1", "0"]
    assert "system-out" not in str(outcomes(as_junit(other, strict=True)))


def test_a_junit_failure_holds_every_finding_of_its_file() -> None:
    root = as_junit(found(NUMBER), found(SEVERAL_LINES))
    (failure,) = root.iter("failure")
    assert failure.get("message") == "2 errors, the first at line 2"
    assert failure.text.count("[number-computed]") == 2
    (failure,) = as_junit(found(NUMBER)).iter("failure")
    assert failure.get("message") == "line 2: `12 %` is typed, not computed"


@pytest.mark.parametrize(("strict", "tag"), [(False, "skipped"), (True, "error")])
def test_a_check_that_did_not_run_is_a_junit_test(strict: bool, tag: str) -> None:
    root = as_junit(ALL_KINDS[4], strict=strict)
    assert outcomes(root)["`12 %` is typed, not computed"] == [tag]
    assert root.get({"skipped": "skipped", "error": "errors"}[tag]) == "1"


def test_junit_holds_only_what_xml_can_hold() -> None:
    odd = found(NUMBER, message="a\x00b\x1bc\ufffe <&> \U0001f600")
    (failure,) = as_junit(odd).iter("failure")
    assert failure.get("message").endswith("a\ufffdb\ufffdc\ufffd <&> \U0001f600")


# GitHub -------------------------------------------------------------------------------


def as_github(*findings: Diagnostic) -> list[str]:
    return rendered(Format.GITHUB, result(*findings)).splitlines()


def test_github_commands() -> None:
    assert as_github(*ALL_KINDS[:5]) == [
        "::error file=book/a,line=2,col=14,endColumn=18,"
        "title=galley%3A number-computed::"
        "`12 %25` is typed, not computed%0Ahint: compute it",
        "::warning file=book/a,line=1,endLine=2,"
        "title=galley%3A number-computed::"
        "`12 %25` is typed, not computed%0Ahint: compute it",
        "::error file=book/a,line=2,col=3,title=galley%3A number-computed::"
        "`12 %25` is typed, not computed%0Aone%0Atwo%0Ahint: compute it",
        "::error file=book/a,title=galley%3A number-computed::"
        "`12 %25` is typed, not computed%0Ahint: compute it",
        "::warning title=galley%3A check-runs::"
        "`12 %25` is typed, not computed%0Ahint: compute it",
    ]


def test_github_properties_are_escaped() -> None:
    (line,) = as_github(found(span(path="50%, a: b\n.qmd"), message="m", hint=""))
    assert line.startswith("::error file=book/50%25%2C a%3A b%0A.qmd,line=2,col=1,")
