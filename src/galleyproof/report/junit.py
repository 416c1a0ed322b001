"""Findings as JUnit XML, which every CI system shows as a list of tests.

A suite is a check. A code that nothing breaks is one test that passed; a code that
something breaks is one test for each file in which it does, with all findings there:
viewers show the first failure of a test only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.report.text import counts, finding

if TYPE_CHECKING:
    from galleyproof.inspection import Family
    from galleyproof.report.formats import Result

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DID_NOT_RUN = "checks that did not run"


def text(result: Result) -> str:
    """Return a run as one `<testsuites>` element."""
    root = ET.Element("testsuites", name="galley check")
    for family in result.inspection.families:
        root.append(_suite(family.name, list(_tests(family, result))))
    if unrun := [*_unrun(result)]:
        root.append(_suite(_DID_NOT_RUN, unrun))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, 0)) for suite in root)))
    ET.indent(root)
    said = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{said}\n'


def _suite(name: str, tests: Sequence[ET.Element]) -> ET.Element:
    suite = ET.Element("testsuite", name=name, tests=str(len(tests)))
    for tag, plural in (("failure", "failures"), ("error", "errors")):
        suite.set(plural, str(sum(test.find(tag) is not None for test in tests)))
    suite.set("skipped", str(sum(test.find("skipped") is not None for test in tests)))
    suite.extend(tests)
    return suite


def _tests(family: Family, result: Result) -> Iterator[ET.Element]:
    for code in family.codes:
        found = [d for d in result.inspection.findings if d.code is code]
        if not found:
            yield _test(family.name, code.code)
        # They are in order of their paths.
        for path, group in groupby(found, key=result.path):
            yield _broken(family, code, path, list(group), result)


def _test(family: str, name: str, path: str = "") -> ET.Element:
    test = ET.Element("testcase", classname=f"galley.{family}", name=_clean(name))
    if path:
        test.set("file", _clean(path))
    return test


def _broken(
    family: Family, code: Code, path: str, found: list[Diagnostic], result: Result
) -> ET.Element:
    test = _test(family.name, f"{code.code} in {path}" if path else code.code, path)
    said = "\n\n".join(finding(one, result.sources) for one in found)
    fatal = [d for d in found if result.strict or d.severity is Severity.ERROR]
    if fatal:
        failure = ET.SubElement(test, "failure", type=code.code)
        failure.set("message", _clean(_message(found)))
        failure.text = _clean(said)
    else:
        ET.SubElement(test, "system-out").text = _clean(said)
    return test


def _message(found: Sequence[Diagnostic]) -> str:
    line = found[0].span.line
    if len(found) == 1:
        return f"line {line}: {found[0].message}" if line else found[0].message
    return counts(found) + (f", the first at line {line}" if line else "")


def _unrun(result: Result) -> Iterator[ET.Element]:
    for found in result.inspection.findings:
        if found.code is Code.CHECK_RUNS:
            test = _test(Code.CHECK_RUNS.code, found.message)
            tag = "error" if result.strict else "skipped"
            ET.SubElement(test, tag, message=_clean(found.message))
            yield test


def _clean(text: str) -> str:
    """Leave out what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
