"""The live page in a browser: what a save changes, and what it leaves as it is."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
LONG = "".join(f"\nParagraph {'x' * number} of many.\n" for number in range(1, 60))


@pytest.fixture
def show(browser, counted, preview):
    """Preview the small project, made long enough to scroll, and open its page."""
    contexts, complaints = [], []
    (counted / "chapters" / "more.qmd").write_text(f"## More\n{LONG}")

    def open_it(viewport=None, *, clock=False, **how):
        shown = preview(counted)
        shown.settled(1)
        context = browser.new_context(
            viewport=viewport or {"width": 1280, "height": 800}, **how
        )
        contexts.append(context)
        page = context.new_page()
        if clock:
            page.clock.install()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        page.goto(shown.address)
        expect(bar(page)).to_contain_text("Built")
        return shown, page, counted

    yield open_it
    for context in contexts:
        context.close()
    assert [c for c in complaints if "ERR_CONNECTION_REFUSED" not in c] == []


def bar(page):
    return page.locator(".galley-live-bar")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def marked(page) -> None:
    """Put a mark on this document that a reload would wipe out."""
    page.evaluate("window.untouched = true")


def is_marked(page) -> bool:
    return page.evaluate("window.untouched === true")


def test_a_save_swaps_what_changed_and_nothing_else(show):
    _, page, project = show()
    marked(page)
    page.evaluate(
        "document.querySelectorAll('main p').forEach((p, i) => { p.mark = i })"
    )
    page.evaluate("scrollTo({ top: 900, behavior: 'instant' })")
    kept = """[...document.querySelectorAll("main p")].find((p) => p.mark === 20)
        .getBoundingClientRect().top"""
    before = page.evaluate(kept)
    # One paragraph changes, one is new, both above what is in view.
    edit(project / "chapters" / "more.qmd", "Paragraph xx of", "New.\n\nAnother xx of")
    expect(page.locator("main")).to_contain_text("Another xx of many")
    # A page is scrolled by whole pixels.
    assert page.evaluate(kept) == pytest.approx(before, abs=1)
    assert is_marked(page)
    marks = page.evaluate("[...document.querySelectorAll('main p')].map((p) => p.mark)")
    assert marks.count(None) == 1
    assert [m for m in marks if m is not None] == sorted(set(marks) - {None})
    # And back.
    edit(project / "chapters" / "more.qmd", "New.\n\nAnother", "Paragraph")
    expect(page.locator("main")).not_to_contain_text("New.")
    assert page.evaluate(kept) == pytest.approx(before, abs=1)


def test_a_changed_number_flashes_with_old_and_new(show):
    _, page, project = show(clock=True)
    marked(page)
    number = page.locator("#n1")
    page.evaluate("document.querySelector('#n1').mark = 1")
    edit(project / "data" / "counts.csv", "246", "251")
    expect(number).to_have_text("251")
    expect(number).to_have_class(re.compile("galley-live-changed"))
    note = page.locator(".galley-live-note")
    expect(note).to_have_text("246 → 251")
    expect(page.locator("[role=status].galley-live-said")).to_have_text(
        "1 number changed: 246 is now 251"
    )
    expect(bar(page)).to_contain_text("1 changed number")
    assert page.evaluate("document.querySelector('#n1').mark") == 1
    box, own = note.bounding_box(), number.bounding_box()
    assert box["y"] + box["height"] <= own["y"]
    expect(page.locator("#n2")).not_to_have_class(re.compile("galley-live"))
    page.clock.fast_forward(6100)
    expect(note).to_have_count(0)
    expect(number).not_to_have_class(re.compile("galley-live"))
    # The button leads there, and shows it once more.
    page.evaluate("scrollTo({ top: 2000, behavior: 'instant' })")
    bar(page).get_by_role("button").click()
    expect(note).to_have_text("246 → 251")
    expect(number).to_be_in_viewport()
    assert is_marked(page)


def test_an_open_card_stays_and_says_what_is_new(show):
    _, page, project = show()
    page.click("#n1")
    title = page.locator("#galley-title")
    expect(title).to_have_text("246")
    edit(project / "data" / "counts.csv", "246", "251")
    expect(title).to_have_text("251")
    expect(page.locator(".galley-card")).to_be_visible()
    expect(page.locator(".galley-card")).to_contain_text("counts:small.count")
    assert page.evaluate("document.activeElement.id") == "galley-card"
    page.keyboard.press("Escape")
    expect(page.locator(".galley-card")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "n1"


def test_cards_and_panel_know_numbers_that_are_new(show):
    _, page, project = show()
    page.click(".galley-opener")
    expect(page.locator(".galley-tally")).to_contain_text("2 in all")
    edit(
        project / "index.qmd",
        "Of the tumours",
        "A third one: `{python} small + large`.\n\nOf the tumours",
    )
    expect(page.locator(".galley-tally")).to_contain_text("3 in all")
    page.locator(".galley-panel .galley-close").click()
    # The names have moved on; each card is that of its own number.
    for name, text in (("n1", "285"), ("n2", "246"), ("n3", "39")):
        page.click(f"#{name}")
        expect(page.locator("#galley-title")).to_have_text(text)
        page.keyboard.press("Escape")
    assert page.locator(".galley-opener").count() == 1
    # A new number has not changed, nor have those behind it.
    assert page.locator(".galley-live-note").count() == 0


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_a_finding_stands_at_its_place_and_goes(show, viewport):
    _, page, project = show(viewport)
    marked(page)
    page.evaluate("scrollTo({ top: 900, behavior: 'instant' })")
    chapter = project / "chapters" / "more.qmd"
    edit(chapter, "Paragraph xxx of", "Paragraph xxx [@nobody2020] of")
    found = page.locator(".galley-live-finding")
    expect(found).to_have_count(1)
    expect(found).to_contain_text("the bibliography has no entry nobody2020")
    expect(found).to_contain_text("chapters/more.qmd:7")
    expect(found).to_contain_text("citation-resolves")
    expect(found).to_contain_text("Hint:")
    expect(found.locator("mark")).to_have_text("@nobody2020")
    below = found.evaluate("(it) => it.nextElementSibling.textContent")
    assert below == "Paragraph xxx of many."
    expect(bar(page)).to_have_attribute("data-kind", "bad")
    bar(page).get_by_role("button", name="1 finding").click()
    expect(found).to_be_in_viewport()
    assert page.evaluate("document.activeElement.className").count("finding")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # The next save says something else; the one after that is right.
    edit(chapter, "@nobody2020", "@nobody2021")
    expect(found.locator("mark")).to_have_text("@nobody2021")
    expect(found).to_have_count(1)
    edit(chapter, " [@nobody2021]", "")
    expect(found).to_have_count(0)
    expect(bar(page)).to_have_attribute("data-kind", "good")
    assert is_marked(page)


def test_a_finding_of_no_place_stands_at_the_top(show):
    _, page, project = show()
    settings = project / "_quarto.yml"
    whole = settings.read_text()
    settings.write_text("project: [unclosed\n")
    found = page.locator(".galley-live-list .galley-live-finding")
    expect(found).to_contain_text("_quarto.yml")
    expect(page.locator("main")).to_contain_text("Of the tumours 246")
    settings.write_text(whole.replace("A short", "A long"))
    expect(found).to_have_count(0)
    expect(page.locator("h1")).to_have_text("A long review")
    assert page.title() == "A long review"


def test_motion_is_left_out_where_it_is_not_wanted(show):
    _, page, project = show(reduced_motion="reduce")
    edit(project / "data" / "counts.csv", "246", "251")
    expect(page.locator("#n1")).to_have_class(re.compile("galley-live-changed"))
    name = "getComputedStyle(document.querySelector('#n1')).animationName"
    assert page.evaluate(name) == "none"


def test_a_lost_connection_is_said_and_found_again(show, preview, counted):
    shown, page, _ = show()
    port = shown.address.rsplit(":", 1)[1].strip("/")
    assert shown.end(signal.SIGINT) == 0
    expect(bar(page)).to_have_attribute("data-kind", "lost")
    expect(bar(page)).to_contain_text("trying again")
    edit(counted / "index.qmd", "Of the tumours", "Of all tumours")
    again = preview(counted, "--port", port)
    again.settled(1)
    expect(page.locator("main")).to_contain_text("Of all tumours", timeout=10_000)
    expect(bar(page)).to_have_attribute("data-kind", "good")


def test_the_page_comes_by_itself_when_there_is_one(browser, counted, preview):
    settings = counted / "_quarto.yml"
    whole = settings.read_text()
    settings.write_text("project: [unclosed\n")
    shown = preview(counted)
    shown.settled(1)
    page = browser.new_page()
    page.goto(shown.address)
    expect(page.locator("main")).to_contain_text("No page yet")
    expect(page.locator(".galley-live-finding")).to_contain_text("_quarto.yml")
    settings.write_text(whole)
    expect(page.locator("main")).to_contain_text("Of the tumours 246")
    page.close()


def test_the_pdf_beside_is_kept_up_to_date(show):
    shown, page, project = show()
    with page.expect_popup() as opened:
        bar(page).get_by_role("link", name="PDF").click()
    beside = opened.value
    frame = beside.locator("iframe")
    expect(frame).to_have_count(1, timeout=15_000)
    first = frame.get_attribute("src")
    assert first.startswith("/.galley/pdf/index.pdf?")
    edit(project / "index.qmd", "Of the tumours", "Of all tumours")
    expect(frame).not_to_have_attribute("src", first, timeout=15_000)
    assert shown.state()["beside"] == shown.state()["version"]
