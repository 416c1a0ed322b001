"""A browser, and a small page whose ledger holds every kind of number there is.

The page is made by the real template, payload, script and style; its text, its ledger
and its rows of data are written out here, hostile ones among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from galleyproof.config import Target
from galleyproof.datapackage import Field, Row, Table
from galleyproof.lineage.entries import (
    CellEntry,
    FormulaEntry,
    IntervalEntry,
    ValueEntry,
)
from galleyproof.lineage.ledger import (
    Ledger,
    OutputPlace,
    PrintedClaim,
    PrintedNumber,
)
from galleyproof.render import Manuscript, Options, cards, typeset
from galleyproof.render.payload import payload
from galleyproof.spans import Source, Span

ROOT = Path(__file__).resolve().parents[2]
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOSTILE = "</script><script>window.broken = 1</script><img src=x onerror=broken=1>"
REVERSED = "abc\u202edef"
FORMULA = "=1+1"


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield started
        started.close()


@dataclass
class Opened:
    """A page that remembers what it asked for and what it complained of."""

    page: Page
    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Open a file; at the end nothing may have been asked of any network."""
    opened: list[Opened] = []

    def open_it(path: Path, *, width: int = 1280, height: int = 900, **how: Any):
        context = browser.new_context(
            viewport={"width": width, "height": height}, **how
        )
        one = Opened(page=context.new_page(), context=context)
        opened.append(one)
        one.page.on("request", lambda request: one.requests.append(request.url))
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        one.page.on(
            "console",
            lambda said: (
                one.complaints.append(said.text)
                if said.type in ("error", "warning")
                else None
            ),
        )
        one.page.goto(path.as_uri())
        return one

    yield open_it
    for one in opened:
        one.context.close()
        assert one.complaints == []
        assert [u for u in one.requests if not u.startswith(("file:", "data:"))] == []


# The small page -------------------------------------------------------------------

TEXT = """
# Results {#sec-results}

Technical success was [96.1%^†^]{#n1 .value .source-article-only
title="Glazer et al., 2017" data-galley="n1"} ([246/256^‡^]{#n2 .value .reconstructed
data-galley="n2 n3"}; 95% CI [93.0% to 97.9%^§^]{#n4 .value .derived
data-galley="n4 n5"}), [markedly better]{#c1 .claim data-galley="c1"} than the
[84.6%]{#n6 .value .confirmed data-galley="n6"} of larger ones [@glazer2017].

All told [20]{#n7 .value .derived data-galley="n7"} rows tell of
[=1+1]{#n8 .value .confirmed data-galley="n8"}. In a link it stays a link:
[see [246]{.value .reconstructed data-galley="n2"}](#sec-results).

::: {.callout-note collapse="true" title="More"}
Folded away: [4 cm]{#n12 .value .confirmed data-galley="n12"}.
:::

| Outcome | Rate | n |
|---|--:|--:|
| Technical success | [84.6%]{#n9 .value .confirmed data-galley="n9"} | \
[33]{#n10 .value .confirmed data-galley="n10"} |

: Outcomes by size {#tbl-size}

![Success by size](drawn.svg){#fig-size fig-alt="A rate." data-galley="n11"}

# References {.unnumbered}

::: {#refs}
:::
"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="120">'
    '<rect width="300" height="120" fill="#ddd"/></svg>'
)
NAMES = {
    name: f"{index:012x}"
    for index, name in enumerate(
        ("rate", "events", "total", "low", "high", "other", "rows", "text", "given")
    )
}


def _cell(row: str, name: str, column: int, line: int, **more: str) -> CellEntry:
    said = {"study": "glazer2017", "locator": "line 61; Table 2"} | more
    return CellEntry(
        address=f"data/proportions.csv#cell={line},{column}",
        table="proportions",
        row=row,
        field=name,
        path="data/proportions.csv",
        line=line,
        column=column,
        **said,
    )


CELLS = {
    cell.key: cell
    for cell in (
        _cell("small", "events", 2, 2),
        _cell("small", "total", 3, 2),
        _cell("small", "printed", 4, 2),
        _cell("large", "printed", 4, 3),
        _cell(HOSTILE, "note", 5, 4, study="constructor", locator=REVERSED),
    )
}
FIELDS = ("id", "events", "total", "printed", "note")
ROWS = {
    "small": ("small", "246", "256", "96.1", ""),
    "large": ("large", "33", "39", "84.6", "Unique."),
    HOSTILE: (HOSTILE, "", "", "", FORMULA),
}


def _table() -> Table:
    rows = tuple(
        Row(
            table="proportions",
            path="data/proportions.csv",
            number=number,
            line=number,
            values=dict(zip(FIELDS, texts, strict=True)),
            texts=dict(zip(FIELDS, texts, strict=True)),
        )
        for number, texts in enumerate(ROWS.values(), start=2)
    )
    return Table(
        name="proportions",
        path="data/proportions.csv",
        title="",
        description="",
        fields=tuple(Field(name=name, type="string") for name in FIELDS),
        foreign_keys=(),
        rows=rows,
        by_id={row.id: row for row in rows},
        source=Source("data/proportions.csv", ""),
    )


def _value(number: float | None, text: str, kind: str, status: str, **more: Any):
    return ValueEntry(
        number=number,
        text=text,
        kind=kind,
        unit=more.pop("unit", "tumours"),
        decimals=1,
        relation="=",
        status=status,
        **more,
    )


def _formula(name: str, shown: str, *operands: str) -> FormulaEntry:
    return FormulaEntry(
        name=name, shown=shown, operands=tuple(NAMES[each] for each in operands)
    )


def _values() -> dict[str, ValueEntry]:
    wilson = IntervalEntry(low=92.96, high=97.8646, level=95, method="Wilson interval")
    limit = "Wilson 95% interval, {} limit"
    said = {
        "rate": _value(
            96.09375,
            "96.1%",
            "percent",
            "source article only",
            exact="3075/32",
            formula=_formula("/", "246 / 256", "events", "total"),
            interval=wilson,
            printed_in="proportions:small.printed",
        ),
        "events": _value(
            246, "246", "count", "reconstructed", cell="proportions:small.events"
        ),
        "total": _value(
            256, "256", "count", "reconstructed", cell="proportions:small.total"
        ),
        "low": _value(
            92.96001682001325,
            "93.0%",
            "percent",
            "derived",
            formula=_formula(limit.format("lower"), "246/256", "events", "total"),
        ),
        "high": _value(
            97.86458143286345,
            "97.9%",
            "percent",
            "derived",
            formula=_formula(limit.format("upper"), "246/256", "events", "total"),
        ),
        "other": _value(
            84.6, "84.6%", "percent", "confirmed", cell="proportions:large.printed"
        ),
        "rows": _value(
            20,
            "20",
            "count",
            "derived",
            unit="",
            formula=_formula("count", "", *["events", "total", "other", "given"] * 5),
        ),
        "text": _value(
            None,
            FORMULA,
            "text",
            "confirmed",
            unit="",
            cell=f"proportions:{HOSTILE}.note",
        ),
        "given": _value(4, "4 cm", "measurement", "confirmed", unit="cm", constant=""),
    }
    return {NAMES[name]: entry for name, entry in said.items()}


def _numbers() -> Iterator[PrintedNumber]:
    printed = (
        ("n1", "96.1%", "rate", "n1"),
        ("n2", "246", "events", "n2"),
        ("n3", "256", "total", "n2"),
        ("n4", "93.0%", "low", "n4"),
        ("n5", "97.9%", "high", "n4"),
        ("n6", "84.6%", "other", "n6"),
        ("n7", "20", "rows", "n7"),
        ("n8", FORMULA, "text", "n8"),
        ("n12", "4 cm", "given", "n12"),
        ("n9", "84.6%", "other", "n9"),
        ("n10", "33", "events", "n10"),
        ("n11", "96.1%", "rate", "fig-size"),
    )
    places = {"n9": "tbl-size", "n10": "tbl-size", "n11": "fig-size"}
    for name, text, value, anchor in printed:
        label = places.get(name, "")
        part = {"tbl-size": "table", "fig-size": "figure"}.get(label, "prose")
        yield PrintedNumber(
            id=name,
            text=text,
            value=NAMES[value],
            part=part,
            float=label,
            place=Span(path="chapters/04-size.qmd", line=80),
            outputs={"html": OutputPlace(anchor=anchor)},
        )


LEDGER = Ledger(
    generator="galleyproof 0",
    numbers=tuple(_numbers()),
    claims=(
        PrintedClaim(
            id="c1",
            text="markedly better",
            condition="96.1% > 84.6%",
            values=(NAMES["rate"], NAMES["other"]),
            part="prose",
            outputs={"html": OutputPlace(anchor="c1")},
        ),
    ),
    values=_values(),
    cells=CELLS,
    studies={"glazer2017": "Glazer et al., 2017", "constructor": HOSTILE},
)


@pytest.fixture(scope="session")
def plain_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as the template makes it, without cards."""
    into = tmp_path_factory.mktemp("cards")
    (into / "drawn.svg").write_text(SVG, encoding="utf-8")
    typeset(
        Manuscript(markdown=TEXT, metadata={"title": "A small page"}),
        (Target.HTML,),
        into=into,
        project_dir=into,
        options=Options(
            bibliography=(ROOT / "references.bib",),
            csl=ROOT / "_extensions" / "galleyproof" / "vancouver.csl",
            toc={Target.HTML: 2},
        ),
    )
    return into / "index.html"


@pytest.fixture(scope="session")
def small_page(plain_page: Path) -> Path:
    """The page with its cards."""
    page = plain_page.read_text("utf-8")
    made = plain_page.with_name("cards.html")
    shown = cards.add(page, payload(LEDGER, {"proportions": _table()}))
    made.write_text(shown, encoding="utf-8")
    return made
