"""Text for a person: places, marks, counts, sizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from galleyproof import report
from galleyproof.diagnostics import Code, Diagnostic, Severity
from galleyproof.doctor import Finding
from galleyproof.errors import ToolError
from galleyproof.record import BuildReport, Step, Written
from galleyproof.spans import Span
from galleyproof.store import CacheInfo, KindInfo


class Pages:
    """Sources from memory, below a directory."""

    def __init__(self, **lines: str) -> None:
        self.lines = lines

    def line(self, path: str, number: int) -> str:
        return self.lines.get(path, "") if number == 3 else ""

    def shown(self, path: str) -> str:
        return f"book/{path}.qmd"


def diagnostic(**changes: object) -> Diagnostic:
    values: dict[str, object] = {
        "code": Code.REFERENCE_RESOLVES,
        "span": Span(path="a", line=3, column=5, end_line=3, end_column=11),
        "message": "`fig-x` is not there",
    }
    return Diagnostic(**{**values, **changes})  # type: ignore[arg-type]


def test_a_finding_shows_its_line_and_its_place() -> None:
    found = diagnostic(hint="correct the label", detail="one\ntwo")
    assert report.finding(found, Pages(a="see @fig-x for more")).splitlines() == [
        "book/a.qmd:3:5: error: `fig-x` is not there [reference-resolves]",
        "  3 | see @fig-x for more",
        "    |     ^^^^^^",
        "    one",
        "    two",
        "  hint: correct the label",
    ]


def test_a_finding_without_its_line_is_still_one() -> None:
    text = report.finding(diagnostic(), Pages())
    assert text == "book/a.qmd:3:5: error: `fig-x` is not there [reference-resolves]"


@pytest.mark.parametrize(
    ("line", "span", "mark"),
    [
        ("\tab", Span(path="a", line=3, column=2), "\t^"),
        ("漢字 ab", Span(path="a", line=3, column=4), "     ^"),
        ("ab", Span(path="a", line=3, column=2, end_line=5, end_column=1), " ^"),
        ("ab", Span(path="a", line=3, column=3), "  ^"),
        ("x" * 500, Span(path="a", line=3, column=400), " " * 80 + "^"),
    ],
)
def test_the_mark_stands_under_its_place(line: str, span: Span, mark: str) -> None:
    _, shown, marked = report.finding(diagnostic(span=span), Pages(a=line)).splitlines()
    assert marked == f"    | {mark}"
    assert len(shown) <= 170


def test_the_mark_stands_under_combining_and_invisible_characters() -> None:
    line = "e\u0301\u200d\u20dd ab"
    place = Span(path="a", line=3, column=6, end_line=3, end_column=8)
    _, _, marked = report.finding(diagnostic(span=place), Pages(a=line)).splitlines()
    assert marked == "    |   ^^"


def test_a_terminal_obeys_nothing_that_a_finding_shows() -> None:
    odd = "a\x1b[31mb\x07\u2028c\td"
    found = diagnostic(message=odd, hint=odd, detail="\x1b]0;x\x07")
    text = report.finding(found, Pages(a=odd))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert text.count("a\ufffd[31mb\ufffd\ufffdc\td") == 3


def test_findings_are_in_order_and_counted() -> None:
    later = diagnostic(span=Span(path="b", line=1), severity=Severity.WARNING)
    text = report.findings([later, diagnostic(), diagnostic()], Pages())
    lines = [line for line in text.splitlines() if line]
    assert lines[0].startswith("book/a.qmd:3:5: error")
    assert lines[2].startswith("book/b.qmd:1:1: warning")
    assert lines[-1] == "2 errors, 1 warning"
    assert report.findings([], Pages()) == ""


def test_an_error_comes_behind_its_findings() -> None:
    failed = ToolError("it broke", hint="mend it", diagnostics=[diagnostic()])
    lines = report.error(failed, Pages()).splitlines()
    assert lines[-2:] == ["galley: error: it broke", "  hint: mend it"]
    assert lines[0].startswith("book/a.qmd:3:5")


def test_colour_is_only_where_it_is_wanted() -> None:
    assert "\x1b[" not in report.finding(diagnostic(), Pages(a="see @fig-x"))
    coloured = report.finding(diagnostic(), Pages(a="see @fig-x"), report.Style(True))
    assert "\x1b[1;31merror\x1b[0m" in coloured


def test_a_step_says_how_long_it_took() -> None:
    begins = report.step(Step(phase="execute", text="a.qmd"))
    ended = report.step(Step(phase="execute", text="2 cells", seconds=1.234))
    assert begins == "  execute   a.qmd"
    assert ended.split() == ["execute", "2", "cells", "1.23", "s"]


def test_the_summary_says_what_is_where(tmp_path: Path) -> None:
    out = tmp_path / "_output"
    done = BuildReport(
        directory=tmp_path,
        written=(
            Written(path=out / "figures" / "a.svg", size=1500),
            Written(path=out / "figures" / "b.svg", size=500),
            Written(path=out / "index.html", size=2_500_000),
        ),
        figures=(tmp_path / "figures" / "a.svg",),
        phases=(("read", 0.5), ("typeset", 1.0)),
        seconds=2.0,
        peak_memory=300_000_000,
    )
    assert report.summary(done).splitlines() == [
        "",
        "Wrote 3 files:",
        "  _output/index.html  2.5 MB",
        "  _output/figures/    2.0 kB in 2 files",
        "  figures/            1 file redrawn",
        "Took 2.00 s: read 0.50 s, typeset 1.00 s.",
        "Peak memory 300.0 MB.",
    ]


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (5_000_000_000, "5.0 GB")],
)
def test_sizes(count: int, text: str) -> None:
    assert report.size(count) == text


def test_what_is_missing_comes_with_its_remedy() -> None:
    found = Finding(name="pandoc", version="3.9", purpose="typesets")
    missing = Finding(
        name="typst", purpose="typesets PDF", problem="broken", remedy="pip install it"
    )
    assert report.check_up(found).split() == ["pandoc", "3.9", "typesets"]
    first, second = report.check_up(missing).splitlines()
    assert first.split() == ["typst", "missing", "typesets", "PDF", "(broken)"]
    assert second.strip() == "to get it: pip install it"


def test_the_cache_is_shown_by_kind() -> None:
    info = CacheInfo(
        entries=1201,
        bytes=2_500_000,
        limit_bytes=10**9,
        by_kind={
            "cell": KindInfo(entries=1200, bytes=2_499_000),
            "tree": KindInfo(entries=1, bytes=1000),
        },
    )
    assert report.cached(info, ".galley/cache").splitlines() == [
        ".galley/cache  1201 entries  2.5 MB of 1.0 GB",
        "  cell         1200 entries  2.5 MB",
        "  tree              1 entry  1.0 kB",
    ]
    assert report.cleared(info) == "cleared 1201 entries, 2.5 MB"
