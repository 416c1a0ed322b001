"""The panel: every number and claim of the page, to search, to filter, to go to."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.sync_api import expect

from galleyproof.render import cards
from galleyproof.render.payload import script_json

pytestmark = pytest.mark.browser

MANY = 20_000


@pytest.fixture
def page(open_page, small_page):
    return open_page(small_page).page


def panel(page):
    return page.locator(".galley-panel")


def texts(page):
    return page.locator(".galley-line b").all_inner_texts()


def tally(page):
    return page.locator(".galley-tally [role=status]").inner_text()


def test_it_lists_every_number_and_claim_in_order(page):
    page.click(".galley-opener")
    expect(panel(page)).to_be_visible()
    assert texts(page) == [
        *("96.1%", "246", "256", "93.0%", "97.9%", "markedly better", "84.6%"),
        *("20", "=1+1", "4 cm", "84.6%", "33", "96.1%"),
    ]
    assert tally(page) == "13 in all"


def test_each_line_says_where_and_in_which_words(page):
    page.click(".galley-opener")
    lines = page.locator(".galley-line")
    expect(lines.nth(0)).to_contain_text("Technical success was 96.1% (246/256")
    expect(lines.nth(0)).to_contain_text("source article only · Results · Glazer")
    expect(lines.nth(2).locator("div")).to_contain_text("(246/256; 95% CI")
    expect(lines.nth(5)).to_contain_text("claim · Results")
    expect(lines.nth(10)).to_contain_text("Technical success, Rate")
    expect(lines.nth(10)).to_contain_text("Table 1")
    expect(lines.nth(12)).to_contain_text("Figure 1, drawn")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("96.1%", ["96.1%", "markedly better", "96.1%"]),
        ("markedly", ["markedly better"]),
        ("wilson upper", ["97.9%"]),
        ("proportions:large 84", ["markedly better", "84.6%", "84.6%"]),
        ("constructor", ["=1+1"]),
        ("<script>", ["=1+1"]),
        ("glazer2017 count", ["20"]),
        ("n12", ["4 cm"]),
        ("nowhere", []),
    ],
)
def test_it_searches_text_study_row_and_formula(page, query, expected):
    page.click(".galley-opener")
    page.keyboard.type(query)
    assert texts(page) == expected
    assert tally(page) == f"{len(expected)} of 13"


def test_it_filters_by_status_study_and_place_and_shows_all_again(page):
    page.click(".galley-opener")
    chips = page.locator(".galley-chip")
    assert [chip.inner_text() for chip in chips.all()] == [
        "✓confirmed4",
        "†source article only2",
        "‡reconstructed3",
        "§derived3",
        "claims1",
    ]
    chips.nth(2).click()
    assert texts(page) == ["246", "256", "33"]
    assert chips.nth(2).get_attribute("aria-pressed") == "true"
    chips.nth(4).click()
    assert tally(page) == "4 of 13"
    page.get_by_role("combobox", name="Where it stands").select_option("tbl-size")
    assert texts(page) == ["33"]
    page.get_by_role("button", name="Show all").click()
    assert tally(page) == "13 in all"
    study = page.get_by_role("combobox", name="Study")
    assert "Glazer et al., 2017 (11)" in study.inner_text()
    study.select_option("constructor")
    assert texts(page) == ["=1+1"]


def test_a_line_leads_to_its_number_and_escape_back(page):
    page.click(".galley-opener")
    page.keyboard.type("256")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    listbox = page.get_by_role("listbox")
    active = listbox.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator(".galley-card")).to_be_visible()
    expect(page.locator("#n1")).to_be_in_viewport()
    assert page.evaluate("document.activeElement.id") == "galley-card"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "listbox"
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    assert page.evaluate("document.activeElement.className").endswith("galley-opener")


def test_escape_empties_the_search_before_it_closes_the_panel(page):
    page.click(".galley-opener")
    page.keyboard.type("256")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_visible()
    assert tally(page) == "13 in all"
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()
    expect(page.locator(".galley-opener")).to_have_attribute("aria-expanded", "false")


def test_what_is_folded_away_is_unfolded(page):
    assert not page.locator("#n12").is_visible()
    page.click(".galley-opener")
    page.locator(".galley-line", has_text="4 cm").click()
    expect(page.locator("#n12")).to_be_in_viewport()


def test_a_picture_leads_to_its_numbers(page):
    button = page.locator("#fig-size .galley-drawn")
    expect(button).to_have_text("1 number drawn")
    button.click()
    assert texts(page) == ["96.1%"]
    page.locator(".galley-line").click()
    expect(page.locator("#galley-title")).to_have_text("96.1%")
    expect(page.locator("#fig-size")).to_be_in_viewport()


def test_beside_the_text_it_does_not_cover_it(open_page, small_page):
    page = open_page(small_page, width=1440).page
    page.click(".galley-opener")
    box = panel(page).bounding_box()
    text = page.locator("main").bounding_box()
    assert box["x"] + box["width"] <= text["x"]
    page.click("#n1")
    expect(panel(page)).to_be_visible()
    assert page.locator(".galley-card").bounding_box()["x"] >= box["x"] + box["width"]


def test_on_a_phone_it_covers_the_page_and_makes_way(open_page, small_page):
    page = open_page(
        small_page, width=390, height=844, has_touch=True, is_mobile=True
    ).page
    page.tap(".galley-opener")
    assert page.evaluate("document.querySelector('.galley-panel').matches(':modal')")
    assert panel(page).bounding_box()["width"] == 390
    page.locator(".galley-line").nth(4).tap()
    expect(panel(page)).to_be_hidden()
    expect(page.locator(".galley-card")).to_be_visible()
    expect(page.locator("#n4")).to_be_in_viewport()
    page.locator(".galley-card .galley-close").tap()
    page.tap(".galley-opener")
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_hidden()


# Many numbers ----------------------------------------------------------------------


def many_numbers():
    """Return a page of 20,000 numbers from 10,000 cells of 500 rows."""
    numbers, values, cells, text = [], {}, {}, []
    for index in range(1, MANY + 1):
        name, row = f"{index:012x}", index % 500
        key = f"proportions:row-{row}.events"
        leaf = {"number": index, "text": str(index), "kind": "count", "unit": "tumours"}
        ratio = {"number": index / 7, "text": f"{index / 7:.1f}%", "kind": "percent"}
        formula = {
            "name": "/",
            "shown": f"{index - 1} / {index}",
            "operands": [f"{index - 1:012x}", f"{max(index - 3, 1):012x}"],
        }
        values[name] = (
            leaf | {"status": "confirmed", "cell": key}
            if index % 2
            else ratio | {"status": "derived", "formula": formula, "unit": "tumours"}
        )
        cells[key] = {
            "address": f"data/proportions.csv#cell={row + 2},9",
            "table": "proportions",
            "row": f"row-{row}",
            "field": "events",
            "study": f"study{index % 40}",
            "locator": "Table 2",
        }
        shown = values[name]["text"]
        numbers.append(
            {"id": f"n{index}", "text": shown, "value": name, "part": "prose"}
        )
        text.append(f'<span id="n{index}" data-galley="n{index}">{shown}</span>')
    paragraphs = (
        f"<p>Of {' and '.join(text[start : start + 20])} tumours.</p>"
        for start in range(0, MANY, 20)
    )
    said = {
        "numbers": numbers,
        "values": values,
        "cells": cells,
        "studies": {f"study{i}": {"label": f"Study {i}"} for i in range(40)},
        "statuses": {"confirmed": {"mark": "", "meaning": "read"}},
        "rows": {},
    }
    page = f"<html><head></head><body><main>{''.join(paragraphs)}</main></body></html>"
    return cards.add(f"<!DOCTYPE html>{page}", script_json(said))


MEASURE = """async () => {
  const frame = () =>
    new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const timed = async (action) => {
    const start = performance.now();
    action();
    await frame();
    return performance.now() - start;
  };
  const search = document.querySelector(".galley-panel input");
  const type = (text) => () => {
    search.value = text;
    search.dispatchEvent(new Event("input"));
  };
  await frame();
  return {
    open: await timed(() => document.querySelector(".galley-opener").click()),
    search: await timed(type("study 7")),
    again: await timed(type("row-33 15")),
    scroll: await timed(() =>
      document.querySelector(".galley-list").scrollTo({ top: 6e5 })),
    card: await timed(() => document.querySelector("#n15000").click()),
  };
}"""


def test_twenty_thousand_numbers_open_in_well_under_a_second(open_page, tmp_path):
    path = tmp_path / "many.html"
    path.write_text(many_numbers(), encoding="utf-8")
    page = open_page(path).page
    taken = page.evaluate(MEASURE)
    assert page.locator(".galley-line").count() < 60
    for tries in count():  # the machine may be busy with something else
        slow = {what: ms for what, ms in taken.items() if ms > 900}
        if not slow or tries == 2:
            break
        page.reload()
        taken = page.evaluate(MEASURE)
    assert slow == {}
