"""The rendered review as a reader meets it, in Chromium, opened from disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDTHS = {"desktop": (1280, 900), "tablet": (820, 1100), "phone": (390, 844)}


@pytest.fixture(params=WIDTHS, ids=str)
def page(
    request: pytest.FixtureRequest, browser: Browser, rendered: Path
) -> Iterator[Page]:
    width, height = WIDTHS[request.param]
    opened = browser.new_page(viewport={"width": width, "height": height})
    opened.requests_made = []
    opened.complaints = []
    opened.on("request", lambda r: opened.requests_made.append(r.url))
    opened.on("pageerror", lambda e: opened.complaints.append(str(e)))
    opened.goto((rendered / "_output" / "index.html").as_uri())
    yield opened
    opened.close()


def test_nothing_comes_from_the_network(page: Page) -> None:
    assert page.complaints == []
    made = page.requests_made
    assert made
    assert [url for url in made if not url.startswith(("file:", "data:"))] == []


def test_the_page_is_no_wider_than_the_window(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_every_picture_loads_and_has_alternative_text(page: Page) -> None:
    pictures = page.locator("main img")
    assert pictures.count() == 8
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("p => p.decode().then(() => p.naturalWidth)") > 0
        assert len(picture.get_attribute("alt") or "") > 40


def test_a_wide_table_scrolls_within_itself(page: Page) -> None:
    overflowing = page.evaluate(
        """() => [...document.querySelectorAll("main table")].filter(table => {
            let box = table;
            const fits = it => it.scrollWidth <= it.clientWidth + 1;
            while (box && fits(box)) box = box.parentElement;
            return box === document.documentElement || box === document.body;
        }).map(table => table.id)"""
    )
    assert overflowing == []


def test_a_reference_leads_to_its_target(page: Page) -> None:
    link = page.locator("main a[href='#tbl-size']").first
    link.click()
    assert page.url.endswith("#tbl-size")
    assert page.locator("#tbl-size").count() == 1


def test_a_status_is_seen_and_explained(page: Page) -> None:
    value = page.locator("main .value.source-article-only", has_text="96.1%").first
    assert "†" in value.inner_text()
    value.click()
    explained = page.locator(".galley-card")
    explained.wait_for()
    assert "stands only in the source article" in explained.inner_text()
    assert "246 of 256 tumours" in explained.inner_text()


def test_every_number_of_the_page_has_its_card(page: Page) -> None:
    page.locator(".galley-opener").click()
    listed = page.locator(".galley-tally [role=status]").inner_text()
    ledger = json.loads(
        page.evaluate("document.getElementById('galley-ledger').textContent")
    )
    assert listed == f"{len(ledger['numbers']) + len(ledger['claims']):,} in all"
    unknown = page.evaluate(
        """() => {
            const known = new Set(JSON.parse(
                document.getElementById("galley-ledger").textContent)
                .numbers.map((number) => number.id));
            return [...document.querySelectorAll("main .value")].filter((span) =>
                !span.dataset.galley
                || !span.dataset.galley.split(" ").every((id) => known.has(id)))
                .map((span) => span.textContent);
        }"""
    )
    assert unknown == []


def test_every_internal_link_has_a_target(page: Page) -> None:
    dangling = page.evaluate(
        """() => [...document.querySelectorAll("a[href^='#']")]
            .map(link => decodeURIComponent(link.getAttribute("href").slice(1)))
            .filter(id => id && !document.getElementById(id))"""
    )
    assert dangling == []
